"""A scene as pictures, one a beat, as the hall sees it at the beat's end."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from desktop.export.footage import Patience
from desktop.lecture.asking import Asking
from desktop.lecture.scene_movie import check_beat, read_cues
from desktop.lecture.scene_pictures import SceneFrames, ScenePictures, ask_of
from desktop.model.safe_write import check_place, write_whole
from desktop.style.theme import Theme
from engine.document.experiment import Experiment

if TYPE_CHECKING:
    from desktop.worker.headless_lecture import Glance


class Slides:
    """PNG files, as a `Production`: optional beats are among them."""

    def __init__(
        self,
        document: Experiment,
        folder: Path | None,
        size: tuple[int, int],
        theme: Theme,
        beat: int | None = None,
    ) -> None:
        """Plan slides.

        Args:
            document: with a lecture.
            folder: where relative paths of its tasks start.
            size: in pixels.
            theme: a dark ground for a dark one, else a light one.
            beat: this one alone, from 0; None: all.

        Raises:
            RequestError: for a document without a lecture, or without such a beat.
        """
        self._document, self._folder = document, folder
        self._size, self._theme = size, theme
        self._cues = read_cues(document)
        self._patience = Patience()
        if beat is not None:
            check_beat(self._cues, beat)
        self._beat = beat
        self._beats = range(len(self._cues)) if beat is None else range(beat, beat + 1)
        self.count = len(self._beats)

    def list_files(self, file: Path) -> dict[int, Path]:
        """Where each beat goes: "name-01.png" and so on; one beat alone to the file itself."""
        if self._beat is not None:
            return {self._beat: file}
        digits = max(2, len(str(len(self._cues))))
        return {
            index: file.with_name(f"{file.stem}-{index + 1:0{digits}}{file.suffix}")
            for index in self._beats
        }

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
        """Paint and write one after the other, each whole or not at all."""
        files = self.list_files(file)
        for each in files.values():
            check_place(each)
        pictures = ScenePictures(self._document, self._cues, self._theme)
        pictures.set_size(self._size)
        frames, asking, done = SceneFrames(self._cues), Asking(self._cues), 0
        try:
            for glance in self.takes() if takes is None else takes:
                if glance is not None:
                    index = glance.cue.index
                    is_marked = asking.is_resolved(index, is_at_end=True)
                    display = frames.resolve(glance)
                    image = pictures.paint(
                        glance, display, frames.resolve_updates(glance), is_marked=is_marked
                    )
                    write_whole(files[index], _write_png(image))
                    done += 1
                yield done
        finally:
            pictures.close()


def _write_png(image: QImage) -> bytes:
    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 80)  # type: ignore[call-overload]
    buffer.close()
    return bytes(store.data())
