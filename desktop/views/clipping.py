"""The gradient's norm before clipping, and what clipping did, over the iterations.

How to read it: the solid line is the norm of the whole gradient in each iteration, on a
logarithmic axis; the dashed one is the threshold that held then. The marks at the foot are
the iterations in which clipping did something. Where a long run was thinned, the line is a
band from the smallest to the largest value. Exact zeros are struck rings under the axis,
what is not finite hatched ones above it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.display.clipping import describe_iteration
from desktop.display.frame import DisplayFrame
from desktop.display.pictures import ClippingPicture, Curve
from desktop.display.scales import OVERHANG
from desktop.painting.batched_shapes import draw_lines
from desktop.painting.node_marks import draw_hatched_ring, draw_struck_ring
from desktop.painting.polylines import draw_curve
from desktop.painting.text_and_pens import make_brush, make_colour, make_pen
from desktop.views.axes import CountAxis, ValueAxis
from desktop.views.chart import Frame
from desktop.views.curves import thin_curve
from desktop.views.legend import (
    Entry,
    Legend,
    count_rows,
    draw_legend,
    find_entry,
    legend_height,
    place_legend,
)
from desktop.views.lower_view import LowerChart
from desktop.views.shared_x import SharedX
from desktop.views.view import Target

F64 = NDArray[np.float64]

_DASHES = (4.0, 2.5)
"""Of the threshold, in line widths."""
_FOOT = 0.7
"""Room for the marks of the clipped iterations, in label sizes."""
_MARK = 0.4
"""Their height, likewise."""
_OFF_AXIS = 1.3
"""Room for what lies off the axis, likewise."""


class Clipping(LowerChart):
    """Draws a `ClippingPicture`."""

    def __init__(self, frame: Frame, x: SharedX) -> None:
        self.values, self.iterations = ValueAxis(), CountAxis("bottom", "iteration", most=6)
        self.iterations.shift = 0.5
        self.picture: ClippingPicture | None = None
        self.hidden: frozenset[str] = frozenset()
        super().__init__("clipping", frame, x, left=self.values, bottom=self.iterations)

    def take(self, display: DisplayFrame) -> bool:
        old, picture = self.picture, display.clipping
        self.picture = picture
        marks = self._list_off_axis_marks()
        if old is None or old.axis != picture.axis or marks != self.values.off_axis_marks:
            self.values.axis, self.values.off_axis_marks = picture.axis, marks
            self.y_zoom = None
            self.values.update()
            self.look()
        if self.iterations.last != picture.last:
            self.iterations.last = picture.last
            self.iterations.update()
        return old is not picture

    def titles(self, display: DisplayFrame) -> tuple[object, ...]:
        picture = display.clipping
        return picture.title, picture.subtitle, picture.engaged_text, self.hidden

    @property
    def is_coloured(self) -> bool:
        return False

    def heading_texts(self) -> tuple[str, str]:
        return ("", "") if self.picture is None else (self.picture.title, self.picture.subtitle)

    def head_height(self) -> float:
        legend = legend_height(self._entries(), self.width(), self.metrics)
        return self.title_height() + legend + 0.15 * self.metrics.label

    def y_whole(self) -> tuple[float, float]:
        """The axis, with room for the marks at its foot and for what lies off it."""
        picture, label = self.picture, self.metrics.label
        if picture is None:
            return 0.0, 1.0
        below = (_FOOT + (_OFF_AXIS if picture.zeros.size else 0.0)) * label
        above = (0.3 + (_OFF_AXIS if picture.not_finite.size else 0.0)) * label
        tall = max(self.area.height() - below - above, label)
        low, high = picture.axis.low, picture.axis.high + OVERHANG
        unit = (high - low) / tall
        return low - below * unit, high + above * unit

    def _list_off_axis_marks(self) -> tuple[tuple[str, float], ...]:
        found: list[tuple[str, float]] = []
        picture = self.picture
        if picture is not None and picture.zeros.size:
            found.append(("0", -(_FOOT + 0.5 * _OFF_AXIS)))
        if picture is not None and picture.not_finite.size:
            found.append(("∞ NaN", 0.5 * _OFF_AXIS))
        return tuple(found)

    def note_look(self) -> None:
        self.head.update()

    def redraw(self) -> None:
        self.body.update()
        self.head.update()

    # Drawing

    def draw(self, painter: QPainter) -> None:
        picture, area = self.picture, self.area
        if picture is None or area.isEmpty():
            return
        theme, metrics = self.theme, self.metrics
        self._draw_engaged(painter, picture)
        for curve, dashes, width in (
            (picture.threshold, _DASHES, metrics.axis * 1.4),
            (picture.norm, (), metrics.curve),
        ):
            if curve.name not in self.hidden:
                self._draw_curve(painter, curve, dashes, width)
        self._draw_off_axis(painter, picture)
        painter.setPen(make_pen(theme.line, metrics.axis))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if picture.cursor is not None:
            x = self.x_pixel(picture.cursor + 0.5)
            painter.setPen(make_pen(theme.text, metrics.axis))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _draw_engaged(self, painter: QPainter, picture: ClippingPicture) -> None:
        """A mark at the foot under each run of iterations in which clipping did something."""
        engaged = np.concatenate(([False], picture.is_engaged, [False]))
        changes = np.flatnonzero(np.diff(engaged.astype(np.int8)))
        begins, ends = changes[::2], changes[1::2] - 1
        tall = _MARK * self.metrics.label
        brush = make_brush(self.theme.dim)
        low, high = self.x_range()
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
            first, stop = int(picture.first[begin]), int(picture.end[end])
            if stop < low or first > high:
                continue
            left, right = self.x_pixel(first), self.x_pixel(stop)
            room = QRectF(left, self.area.bottom() - tall, max(right - left, 1.0), tall)
            painter.fillRect(room, brush)

    def _heights(self, places: F64) -> F64:
        low, high = self.box.viewRange()[1]
        heights: F64 = self.area.bottom() - (places - low) / (high - low) * self.area.height()
        return heights

    def _draw_curve(
        self, painter: QPainter, curve: Curve, dashes: tuple[float, ...], width: float
    ) -> None:
        area, theme = self.area, self.theme
        left, right = self.x_range()
        first = max(0, int(np.searchsorted(curve.x + 0.5, left)) - 1)
        stop = int(np.searchsorted(curve.x + 0.5, right, "right")) + 1
        seen = slice(first, stop)
        pixels = max(2, int(area.width()))
        x, low, high = thin_curve(curve.x[seen], curve.low[seen], curve.high[seen], pixels)
        if not np.isfinite(high).any():
            return
        xs = area.left() + (x + 0.5 - left) / (right - left) * area.width()
        lows, highs = self._heights(low), self._heights(high)
        middle = 0.5 * (lows + highs)
        if np.nanmax(np.abs(lows - highs), initial=0.0) > 1.0:
            finite = np.isfinite(middle)
            columns = np.column_stack((xs, highs, xs, lows))[finite]
            wide = max(1.0, area.width() / max(1, len(xs)))
            painter.setPen(make_pen(theme.text, wide, alpha=0.3))
            draw_lines(painter, columns)
        draw_curve(painter, xs, middle, theme.text, width, dashes)

    def _draw_off_axis(self, painter: QPainter, picture: ClippingPicture) -> None:
        """Exact zeros under the axis, infinities and NaN above it."""
        label, area, theme = self.metrics.label, self.area, self.theme
        radius = 0.32 * label
        zero_y = area.bottom() - (_FOOT + 0.5 * _OFF_AXIS) * label
        wild_y = area.top() + 0.5 * _OFF_AXIS * label
        low, high = self.x_range()
        for places, y, draw in (
            (picture.zeros, zero_y, draw_struck_ring),
            (picture.not_finite, wild_y, draw_hatched_ring),
        ):
            if not places.size:
                continue
            room = QRectF(area.left(), y - 0.65 * label, area.width(), 1.3 * label)
            painter.fillRect(room, make_colour(theme.line, 0.35))
            last = -np.inf
            for at in places.tolist():
                x = self.x_pixel(at + 0.5)
                if low <= at + 0.5 <= high and x - last >= 2.4 * radius:
                    last = x
                    draw(painter, theme, x, y, radius, self.metrics.outline)

    def draw_head(self, painter: QPainter) -> None:
        if self.picture is not None:
            self.draw_lower_head(painter, self.picture.title, self.picture.subtitle)
            draw_legend(painter, self.legend(), self.hidden, self.theme, self.metrics)

    def _entries(self) -> list[Entry]:
        picture = self.picture
        if picture is None:
            return []
        curves = ((picture.norm, ()), (picture.threshold, _DASHES))
        engaged = [Entry("clipped", picture.engaged_text, None)] if picture.engaged_text else []
        told = [Entry(c.name, f"{c.name} {c.latest}".strip(), dashes) for c, dashes in curves]
        named = [Entry(c.name, c.name, dashes) for c, dashes in curves]
        is_one_row = count_rows([*told, *engaged], self.width(), self.metrics) <= 1
        return [*(told if is_one_row or not self.frame.is_interactive else named), *engaged]

    def legend(self) -> Legend:
        """The curves and the marks, and where their names are."""
        return place_legend(self._entries(), self.area, self.metrics)

    def toggle(self, name: str) -> None:
        """Hide a curve, or show it again."""
        self.hidden = self.hidden ^ {name}
        self.redraw()

    # The mouse

    def guide_at(self, target: Target) -> float | None:
        return target.value + 0.5

    def find_target(self, point: QPointF) -> Target | None:
        picture = self.picture
        if picture is None:
            return None
        if not self.area.contains(point):
            entry = find_entry(self.legend(), self.hidden, point)
            return entry if entry is not None else self.find_in_head(point)
        if not len(picture.first):
            return None
        iteration = min(max(0, int(self.x_value(point.x()))), int(picture.end[-1]) - 1)
        lines = [f"Iteration {iteration:,}", *describe_iteration(picture, iteration)]
        return Target("iteration", iteration, "\n".join(lines))
