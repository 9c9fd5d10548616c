"""The drawing of the kind "blocks"."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.display.frame import DisplayFrame
from desktop.display.inspection import describe_place
from desktop.display.options import LowerView
from desktop.painting.text_and_pens import draw_text, make_brush, make_pen
from desktop.style.theme import Theme, strength_colour
from desktop.views.chart import Frame
from desktop.views.kind import ViewKind
from desktop.views.lower_view import LowerChart
from desktop.views.shared_x import SharedX
from desktop.views.view import Drawing, Target
from tests.blocks.kind import BLOCKS


class Boxes(Drawing):
    """A box a block, in the colour of its gradient; its lower half doubles the gain."""

    _display: DisplayFrame | None = None

    def show_frame(self, display: DisplayFrame) -> bool:
        old, self._display = self._display, display
        return old is None or old.diagram is not display.diagram

    def box_of(self, block: int) -> QRectF:
        """Where a block stands."""
        place = self.place
        assert place is not None
        half = 0.3 * place.stations.pitch
        x, room = place.stations.at(block), place.room
        return QRectF(x - half, room.top(), 2 * half, room.height())

    def draw(self, painter: QPainter) -> None:
        if self._display is None or self.place is None:
            return
        painter.setPen(make_pen(self.theme.dim, 1.0))
        for block in range(1, BLOCKS + 1):
            strength = float(self._display.diagram.layer_strengths[block])
            is_reached = math.isfinite(strength)
            colour = strength_colour(self.theme, strength) if is_reached else self.theme.line
            painter.setBrush(make_brush(colour))
            painter.drawRect(self.box_of(block))

    def find_target(self, point: QPointF) -> Target | None:
        if self._display is None or self.place is None:
            return None
        for block in range(1, BLOCKS + 1):
            box = self.box_of(block)
            if box.contains(point):
                if point.y() > box.center().y():
                    return Target("edit", block, "double the gain", "gain")
                return Target("layer", block, describe_place(self._display, block))
        return None


class Norms(LowerChart):
    """The norms as a line of text."""

    def take(self, display: DisplayFrame) -> bool:
        del display
        return True

    def titles(self, display: DisplayFrame) -> tuple[object, ...]:
        del display
        return ()

    def head_height(self) -> float:
        return self.title_height()

    def heading_texts(self) -> tuple[str, str]:
        return "Norms", "of each block"

    def footer_height(self) -> float:
        return 0.0

    def draw(self, painter: QPainter) -> None:
        left, y = self.area.left(), self.area.center().y()
        draw_text(painter, left, y, self.lower.note, self.metrics.label, self.theme.text)

    def draw_head(self, painter: QPainter) -> None:
        self.draw_lower_head(painter, *self.heading_texts())

    def find_target(self, point: QPointF) -> Target | None:
        return self.find_in_head(point)


class BlocksViews(ViewKind):
    """The boxes."""

    def make_network(self, theme: Theme) -> Drawing:
        return Boxes(theme)

    def make_lower(self, view: LowerView, frame: Frame, places: SharedX) -> LowerChart:
        return Norms(view, frame, places)
