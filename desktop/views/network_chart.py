"""The network over the bars, as its kind draws it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.display.frame import DisplayFrame
from desktop.painting.colour_key import draw_key, key_width
from desktop.painting.text_and_pens import SEMIBOLD, draw_title, text_width
from desktop.views.caption_row import draw_caption
from desktop.views.chart import Frame, Part
from desktop.views.heading import Heading, plan_heading
from desktop.views.kind import ViewKinds
from desktop.views.shared_x import SharedX
from desktop.views.station_chart import StationChart
from desktop.views.update_bars import draw_update_bars
from desktop.views.view import Drawing, Target

_MOST_KEY_SHARE = 0.6
"""Of the width: a wider colour key takes a row of its own."""


class NetworkChart(StationChart):
    """A drawing of the network in a box whose x axis is that of the bars."""

    def __init__(self, kinds: ViewKinds, frame: Frame, x: SharedX) -> None:
        self._kinds = kinds
        self._kind = next(iter(kinds))
        self.drawing: Drawing = kinds[self._kind].make_network(frame.theme)
        self._display: DisplayFrame | None = None
        super().__init__("diagram", frame, x)
        is_kept = frame.is_interactive
        self.names = Part(self, self._draw_names, is_kept=is_kept, depth=10)
        self.caption = Part(self, self._draw_caption, is_kept=is_kept)
        self.update_bars = Part(self, self._draw_update_bars, is_kept=is_kept, depth=60)
        self.update_bars.hide()

    def show_frame(self, display: DisplayFrame) -> bool:
        if display.kind.name != self._kind:
            self._kind = display.kind.name
            self.drawing = self._kinds[self._kind].make_network(self.theme)
            self.drawing.place = self.place
        self._display = display
        has_new = self.drawing.show_frame(display)
        diagram = display.diagram
        is_low = self.frame.is_low
        self.update_bars.setVisible(display.update_bars is not None)
        self.update_bars.note(display.update_bars)
        self.head.note(*self._titles(display))
        self.caption.note(
            is_low,
            display.caption,
            diagram.arrow_text,
            diagram.playhead.phase,
            diagram.playhead.at_end(),
        )
        return has_new

    def redraw(self) -> None:
        self.body.update()
        if self.drawing.has_names:
            self.names.update()

    def _has_key_row(self) -> bool:
        width = self.outer.width() - self.margin()
        return self.has_key and key_width(self.theme, self.metrics) > _MOST_KEY_SHARE * width

    def _heading(self) -> Heading | None:
        """The title on a page."""
        if self._display is None or self.frame.is_interactive:
            return None
        title, subtitle = self._titles(self._display)
        room, label = self.width(), self.metrics.label
        free = room - text_width(title, self.metrics.title, SEMIBOLD) - 0.7 * label
        if self.frame.is_low and text_width(subtitle, label) > free:
            subtitle = self._display.diagram.subtitle  # what happens now would take its height
        return plan_heading(title, subtitle, room, self.theme, self.metrics, has_key=self.has_key)

    def head_height(self) -> float:
        label, heading = self.metrics.label, self._heading()
        if not self.has_titles:
            return 0.4 * label
        if heading is not None:
            return heading.height(self.metrics) + 0.3 * label
        return (3.4 if self._has_key_row() else 1.9) * label

    def footer_height(self) -> float:
        return 0.0 if self.frame.is_low else 1.7 * self.metrics.label

    def settle(self, frame: Frame, room: QRectF) -> None:
        self.outer = QRectF(room)
        super().settle(frame, room)
        self.names.settle(QRectF(0, 0, room.width(), room.height()))
        self.update_bars.settle(self._update_room().translated(-room.topLeft()))
        footer = self.footer_height()
        below = QRectF(0, room.height() - footer, room.width(), max(footer, 1.0))
        self.caption.settle(below.adjusted(0, -4, 4, 4))

    def note_look(self) -> None:
        super().note_look()
        self.drawing.theme, self.drawing.place = self.theme, self.place
        self.names.update()

    def draw(self, painter: QPainter) -> None:
        self.drawing.draw(painter)

    def _draw_names(self, painter: QPainter) -> None:
        self.drawing.draw_names(painter)

    def _update_room(self) -> QRectF:
        """Over all of the drawing but its title, and but the words under it."""
        head, footer = self.head_height(), self.footer_height()
        return QRectF(self.outer).adjusted(0, head - 0.3 * self.metrics.label, 0, -footer)

    def _draw_update_bars(self, painter: QPainter) -> None:
        bars = None if self._display is None else self._display.update_bars
        if bars is not None:
            draw_update_bars(painter, bars, self._update_room(), self.theme, self.metrics)

    def _draw_caption(self, painter: QPainter) -> None:
        if self._display is None or self.frame.is_low:
            return
        footer = self.footer_height()
        room = QRectF(self.area.left(), self.outer.bottom() - footer, self.area.width(), footer)
        draw_caption(painter, self._display, room, self.metrics, self.theme)

    def _titles(self, display: DisplayFrame) -> tuple[str, str]:
        diagram = display.diagram
        return diagram.title, display.caption if self.frame.is_low else diagram.subtitle

    def draw_head(self, painter: QPainter) -> None:
        if self._display is None or not self.has_titles:
            return
        metrics, theme = self.metrics, self.theme
        y, left, right = self.outer.top() + 0.7 * metrics.label, self.area.left(), self.area.right()
        heading = self._heading()
        if heading is not None:
            heading.draw(painter, left, right, self.outer.top(), theme, metrics)
            return
        if self._has_key_row():
            draw_key(painter, theme, metrics, right, y + 1.6 * metrics.label, metrics.outline)
        elif self.has_key:
            right = draw_key(painter, theme, metrics, right, y, metrics.outline) - metrics.label
        title, subtitle = self._titles(self._display)
        free = right - left - text_width(title, metrics.title, SEMIBOLD) - 0.7 * metrics.label
        told = subtitle.partition(": ")[2]
        if told and text_width(subtitle, metrics.label) > free:
            subtitle = told[0].upper() + told[1:]  # the pass is named beside the slider too
        draw_title(painter, left, y, right - left, title, subtitle, metrics, theme)

    def find_target(self, point: QPointF) -> Target | None:
        is_here = self.outer.contains(point) and not self.is_beyond(point)
        return self.drawing.find_target(point) if is_here else None
