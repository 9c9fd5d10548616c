"""A scene on paper: a title page, then one beat a page, as a PDF whose text is text."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF
from PySide6.QtGui import QFont, QPageSize, QPainter, QPdfWriter

from desktop.export.footage import Patience
from desktop.export.pictures import Style, paint_picture
from desktop.export.sheets import MM_PER_INCH, SCREEN_DPI, make_sheet
from desktop.lecture.scene_movie import check_beat, read_cues
from desktop.lecture.scene_pictures import SceneFrames, ask_of
from desktop.model.safe_write import check_place, write_whole
from desktop.painting.text_and_pens import REGULAR, SEMIBOLD, draw_text, wrap_text
from desktop.style.theme import PAPER, load_fonts
from engine.document.experiment import Experiment

if TYPE_CHECKING:
    from desktop.worker.headless_lecture import Glance

_PDF_DPI = 1_200
_MM = SCREEN_DPI / MM_PER_INCH
_POINT = SCREEN_DPI / 72.0
_WIDTH, _HEIGHT = 210.0 * _MM, 297.0 * _MM
_MARGIN = 16.0 * _MM
_ROOM = _WIDTH - 2 * _MARGIN
_PICTURE_MM, _PICTURE_OF_LANES_MM = 130.0, 170.0
"""Heights."""
_LEADING = 1.35
_TITLE, _SENTENCE, _TEXT, _SMALL = (points * _POINT for points in (20.0, 14.0, 10.0, 8.0))


class HandOut:
    """The pages, as a `Production`: optional beats are in it, and marked as such."""

    def __init__(self, document: Experiment, folder: Path | None, beat: int | None = None) -> None:
        """Plan a hand-out.

        Args:
            document: with a lecture.
            folder: where relative paths of its tasks start.
            beat: this one alone, from 0, without a title page; None: all.

        Raises:
            RequestError: for a document without a lecture, or without such a beat.
        """
        self._document, self._folder = document, folder
        self._cues = read_cues(document)
        self._patience = Patience()
        if beat is not None:
            check_beat(self._cues, beat)
        self._beats = range(len(self._cues)) if beat is None else range(beat, beat + 1)
        self._has_title = beat is None
        self.count = len(self._beats)

    def takes(self) -> Iterator[Glance]:
        """The end of every beat."""
        from desktop.worker.headless_lecture import rehearse_beats

        glances = [(index, 1) for index in self._beats]
        for glance in rehearse_beats(
            self._document, self._folder, glances, ask_of, progress=self._patience.check
        ):
            if glance.record.is_complete:
                yield glance

    def give_up(self) -> None:
        """Compute no more."""
        self._patience.end()

    def make(
        self, file: Path, takes: Iterator[Glance | None] | None = None
    ) -> Generator[int, None, None]:
        """Paint the pages, and write them when all are there."""
        check_place(file)
        load_fonts()
        store = QByteArray()
        buffer = QBuffer(store)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = _open_writer(buffer, self._document.title)
        painter = QPainter(writer)
        # Else a heat map becomes a JPEG, and its colours run from cell to cell.
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        painter.scale(_PDF_DPI / SCREEN_DPI, _PDF_DPI / SCREEN_DPI)
        try:
            pages = _Pages(painter, writer, self._document)
            if self._has_title:
                pages.draw_title(self._document)
            frames, done = SceneFrames(self._cues), 0
            for glance in self.takes() if takes is None else takes:
                if glance is not None:
                    pages.draw_beat(glance, frames, len(self._cues))
                    done += 1
                yield done
        finally:
            painter.end()
            buffer.close()
        write_whole(file, bytes(store.data()))


def _open_writer(buffer: QBuffer, title: str) -> QPdfWriter:
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(_PDF_DPI)
    writer.setTitle(title or "Gradient Theatre")
    writer.setCreator("Gradient Theatre")
    return writer


class _Pages:
    """A pen that goes down page after page."""

    def __init__(self, painter: QPainter, writer: QPdfWriter, document: Experiment) -> None:
        lecture = document.lecture
        assert lecture is not None
        self._painter, self._writer, self._lecture = painter, writer, lecture
        self._title = document.title
        self._number = 0
        self._y = 0.0
        self._at = ""
        self._foot = _HEIGHT - _MARGIN

    def draw_title(self, document: Experiment) -> None:
        """Chapter, title, question, take-home sentence, sources."""
        lecture = self._lecture
        self._begin("")
        self._y = 60.0 * _MM
        self._write(lecture.chapter, _TEXT, colour=PAPER.dim, after=2.0)
        self._write(document.title, _TITLE, weight=SEMIBOLD, after=10.0)
        self._write(lecture.question, _SENTENCE, after=12.0)
        if lecture.take_home:
            self._write("To take home", _TEXT, colour=PAPER.dim, after=1.0)
            self._write(lecture.take_home, _SENTENCE, weight=SEMIBOLD, after=12.0)
        if lecture.sources:
            self._write("Sources", _TEXT, colour=PAPER.dim, after=1.0)
            for source in lecture.sources:
                self._write(source, _TEXT, after=0.5)

    def draw_beat(self, glance: Glance, frames: SceneFrames, count: int) -> None:
        """A page, or more where there are many notes."""
        beat = glance.cue.beat
        optional = " · optional" if beat.optional else ""
        self._begin(f"Beat {glance.cue.index + 1} of {count}{optional}")
        self._draw_picture(glance, frames)
        self._write(glance.record.sentence, _SENTENCE, weight=SEMIBOLD, after=3.0)
        for number, choice in enumerate(beat.choices):
            right = " (right)" if number == beat.answer else ""
            weight = SEMIBOLD if right else REGULAR
            self._write(f"{number + 1}  {choice}{right}", _TEXT, weight=weight, after=0.5)
        self._y += 2.0 * _MM
        for paragraph in beat.notes.splitlines():
            self._write(paragraph, _TEXT, after=1.5)

    def _draw_picture(self, glance: Glance, frames: SceneFrames) -> None:
        display = frames.resolve(glance)
        has_lanes = display.variant is not None
        height = (_PICTURE_OF_LANES_MM if has_lanes else _PICTURE_MM) * _MM
        sheet = make_sheet(PAPER, width_mm=_ROOM / _MM, has_lanes=has_lanes)
        sheet = replace(sheet, height=round(height))
        painter = self._painter
        painter.save()
        painter.translate(_MARGIN, self._y)
        has_title = display.verdict is not None and not has_lanes
        style = Style(has_title=has_title)
        paint_picture(painter, display, "theatre", sheet, PAPER, style)
        painter.restore()
        self._y += height + 6.0 * _MM

    def _begin(self, at: str) -> None:
        """A new page, with what stands at its head and foot."""
        if self._number:
            self._writer.newPage()
        self._number += 1
        self._at = at
        painter, right = self._painter, _WIDTH - _MARGIN
        head = 0.6 * _MARGIN
        if at:
            draw_text(painter, _MARGIN, head, self._title, _SMALL, PAPER.dim)
            draw_text(painter, right, head, at, _SMALL, PAPER.dim, align="right")
        bottom = _HEIGHT - 0.6 * _MARGIN
        draw_text(painter, right, bottom, str(self._number), _SMALL, PAPER.dim, align="right")
        self._foot = _HEIGHT - _MARGIN
        if at and self._lecture.sources:
            said = f"Sources: {'; '.join(self._lecture.sources)}"
            lines = wrap_text(said, _SMALL, _ROOM - 12.0 * _MM)
            for number, line in enumerate(reversed(lines)):
                y = bottom - number * _LEADING * _SMALL
                draw_text(painter, _MARGIN, y, line, _SMALL, PAPER.dim)
            self._foot = min(self._foot, bottom - (len(lines) + 0.5) * _LEADING * _SMALL)
        self._y = _MARGIN

    def _write(
        self,
        text: str,
        pixels: float,
        *,
        weight: QFont.Weight = REGULAR,
        colour: str = PAPER.text,
        after: float = 0.0,
    ) -> None:
        """A paragraph, and room after it in mm; on the next page where there is none here."""
        if not text:
            return
        for line in wrap_text(text, pixels, _ROOM, weight):
            if self._y + _LEADING * pixels > self._foot:
                self._begin(self._at)
            y = self._y + 0.5 * _LEADING * pixels
            draw_text(self._painter, _MARGIN, y, line, pixels, colour, weight=weight)
            self._y += _LEADING * pixels
        self._y += after * _MM
