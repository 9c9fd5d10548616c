"""A page that is painted again and again: of a new frame, only what has changed."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from desktop.display.frame import DisplayFrame
from desktop.display.lower_view import turn_to
from desktop.display.options import ViewName
from desktop.export.pictures import Style
from desktop.export.sheets import Sheet
from desktop.kinds.table import make_views
from desktop.style.theme import Theme, load_fonts
from desktop.views.composition import list_views
from desktop.views.export_header import draw_footer, draw_header, footer_height, header_height
from desktop.views.layout import MARGIN
from desktop.views.page import Page

_REACH = 0.4
"""How far a chart may reach out of its room, in label sizes."""


class MovingPage:
    """Pictures of a view, one after the other, as `pictures.render_image` would paint each."""

    def __init__(self, view: ViewName, sheet: Sheet, theme: Theme, style: Style) -> None:
        load_fonts()
        self._view, self._sheet, self._theme, self._style = view, sheet, theme, style
        self._page: Page | None = None
        self._image = QImage(sheet.width, sheet.height, QImage.Format.Format_RGB32)
        self._said: tuple[object, ...] = ()

    def paint(self, display: DisplayFrame) -> QImage:
        """The picture of a frame; the one before, the same object, where nothing has changed."""
        display = turn_to(_shorten(display), self._view)
        width = self._sheet.width - 2 * MARGIN * self._sheet.metrics.label
        metrics, style = self._sheet.metrics, self._style
        edges = (
            header_height(display, width, metrics) if style.has_title else 0.0,
            footer_height(display, width, metrics) if style.has_caption else 0.0,
        )
        if self._page is None:
            self._page = self._make_page(display, edges)
            places = [QRectF(self._image.rect())]
        else:
            places = self._page.turn(display, *edges)
        said = (display.verdict, display.heading, display.source)
        if said != self._said:
            self._said = said
            rooms = self._page.rooms
            places += [room for room in (rooms.header, rooms.footer) if room is not None]
        if places:
            self._image = QImage(self._image)  # the one before may wait for somebody
            painter = QPainter(self._image)
            for place in places:
                self._paint_place(painter, self._page, display, place)
            painter.end()
        return self._image

    def _make_page(self, display: DisplayFrame, edges: tuple[float, float]) -> Page:
        return Page(
            display,
            list_views(self._view),
            self._sheet.width,
            self._sheet.height,
            self._sheet.metrics,
            self._theme,
            make_views(),
            header_height=edges[0],
            footer_height=edges[1],
            ranges=self._style.ranges,
        )

    def _paint_place(
        self, painter: QPainter, page: Page, display: DisplayFrame, place: QRectF
    ) -> None:
        metrics = self._sheet.metrics
        reach = _REACH * metrics.label
        whole = place.adjusted(-reach, -reach, reach, reach).toAlignedRect()
        whole &= self._image.rect()
        painter.save()
        painter.setClipRect(whole)
        painter.fillRect(whole, QColor(self._theme.ground))
        page.draw(painter, QRectF(whole))
        painter.restore()
        painter.save()
        painter.setClipRect(whole)
        if page.rooms.header is not None:
            draw_header(painter, display, page.rooms.header, self._theme, metrics)
        if page.rooms.footer is not None:
            draw_footer(painter, display, page.rooms.footer, self._theme, metrics)
        painter.restore()

    def close(self) -> None:
        """Nothing more is painted."""
        if self._page is not None:
            self._page.deleteLater()
            self._page = None


def _shorten(display: DisplayFrame) -> DisplayFrame:
    """The verdict in a line: in a movie nobody reads more, and the charts are to stand still."""
    verdict = display.verdict
    if verdict is None:
        return display
    sentence = verdict.sentence.split(". ")[0].rstrip(".") + "."
    return replace(display, verdict=replace(verdict, sentence=sentence, before=""))
