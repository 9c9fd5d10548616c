"""The history heat map.

How to read it: one row per layer, the last one on top; one column per iteration; coloured
relative to the loss end of the same iteration. The line above shows how large that end
was, on a logarithmic scale of its own. A click on an iteration shows its pass.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from desktop.display.frame import DisplayFrame
from desktop.display.pictures import HistoryPicture
from desktop.display.scales import format_log10, take_log10
from desktop.painting.heat_map import HeatColumns, spread_columns
from desktop.painting.polylines import draw_curve
from desktop.painting.text_and_pens import draw_text, elide, make_pen, text_width
from desktop.views.axes import CountAxis
from desktop.views.chart import Frame
from desktop.views.lower_view import LowerChart
from desktop.views.map_image import MapImage
from desktop.views.shared_x import SharedX
from desktop.views.view import Target

_HIGH = 14.0
"""In label sizes: a lower chart leaves the room of a longer title to its map."""
_STRIP = 1.5
"""Height of the line over the map, in label sizes."""


class History(LowerChart):
    """Draws a `HistoryPicture`."""

    def __init__(self, frame: Frame, x: SharedX) -> None:
        self.rows, self.iterations = (
            CountAxis("left", most=4),
            CountAxis("bottom", "iteration", most=6),
        )
        self.rows.first, self.iterations.shift = 1, 0.5
        self._picture: HistoryPicture | None = None
        self._heat = HeatColumns()
        self._selected: int | None = None
        super().__init__("history", frame, x, left=self.rows, bottom=self.iterations)
        self.image = MapImage(is_kept=frame.is_interactive)
        self.box.addItem(self.image, ignoreBounds=True)
        self.image.setZValue(-10)

    def take(self, display: DisplayFrame) -> bool:
        old, self._picture = self._picture, display.history
        picture = display.history
        has_new = old is not picture and self._heat.update(picture)
        previous, self._selected = self._selected, display.selected_layer
        if self.rows.last != picture.depth:
            self.rows.last = picture.depth
            self.y_zoom = None
            self.rows.update()
            self.look()
        if self.iterations.last != picture.last:
            self.iterations.last = picture.last
            self.iterations.update()
        return (
            has_new
            or old is None
            or previous != self._selected
            or (old.cursor, old.last, old.depth, old.halted)
            != (picture.cursor, picture.last, picture.depth, picture.halted)
        )

    def titles(self, display: DisplayFrame) -> tuple[object, ...]:
        picture = display.history
        self.rows.name_it(picture.place_name)
        return picture.title, picture.subtitle, _describe_strip(picture)

    def head_height(self) -> float:
        return self.title_height() + _STRIP * self.metrics.label

    def margin(self) -> float:
        """As wide as the name over the numbers."""
        return max(self.frame.margin, text_width(self.rows.name, self.metrics.tick) + 8)

    def heading_texts(self) -> tuple[str, str]:
        picture = self._picture
        if picture is None:
            return "", ""
        span = _describe_strip(picture)
        if not span or self.outer.height() < _HIGH * self.metrics.label:
            return picture.title, picture.subtitle
        return picture.title, f"{picture.subtitle} · line: {span}"

    def y_whole(self) -> tuple[float, float]:
        depth = 1 if self._picture is None else max(self._picture.depth, 1)
        return 0.5, depth + 0.5

    def note_look(self) -> None:
        self.image.apply_theme(self.theme)
        self._fill()
        self.head.update()

    def redraw(self) -> None:
        self._fill()
        self.body.update()
        self.head.update()

    def _fill(self) -> None:
        """Turn the iterations and layers that are seen into an image."""
        picture, area = self._picture, self.area
        if picture is None or not len(picture.stretches.first) or area.width() < 4:
            self.image.hide()
            return
        (left, right), (low, high) = self.box.viewRange()
        first, stop = max(0, int(left)), min(picture.last + 1, math.ceil(right))
        bottom, top = max(1, round(low)), min(picture.depth, math.ceil(high - 0.5))
        if stop <= first or top < bottom or self._heat.levels.shape[1] != picture.depth:
            self.image.hide()
            return
        stretches, ratio = picture.stretches, self._ratio()
        wide = max(1, min(int(area.width() * ratio), stop - first))
        tall = max(1, min(int(area.height() * ratio), top - bottom + 1))
        levels = spread_columns(
            self._heat.levels[:, bottom - 1 : top],
            stretches.first - first,
            stretches.last - first,
            stop - first - 1,
            wide,
            tall,
        )
        count = top - bottom + 1
        self.image.show_cells(levels, QRectF(first, bottom - 0.5, stop - first, count))
        self.image.show()

    def _ratio(self) -> float:
        views = self.scene().views() if self.scene() is not None else []
        return float(views[0].devicePixelRatioF()) if views else 1.0

    def draw(self, painter: QPainter) -> None:
        picture, area = self._picture, self.area
        if picture is None:
            return
        theme, metrics = self.theme, self.metrics
        if not len(picture.stretches.first):
            text = elide("One column for each iteration", metrics.label, area.width())
            middle = area.center()
            draw_text(
                painter, middle.x(), middle.y(), text, metrics.label, theme.dim, align="centre"
            )
        painter.setPen(make_pen(theme.line, metrics.axis))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        for iteration in picture.halted:
            x = self.x_pixel(iteration + 0.5)
            painter.setPen(make_pen(theme.text, metrics.curve, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if picture.cursor is not None:
            x = self.x_pixel(picture.cursor + 0.5)
            for colour, width in ((theme.ground, 2.2), (theme.text, 1.0)):
                painter.setPen(make_pen(colour, width * metrics.curve))
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def draw_head(self, painter: QPainter) -> None:
        picture = self._picture
        if picture is None:
            return
        span = _describe_strip(picture)
        title, subtitle = picture.title, picture.subtitle
        self.draw_lower_head(painter, title, span if self.has_tabs else subtitle)
        self._draw_strip(painter, picture)
        self._draw_caret(painter, picture)

    def _draw_strip(self, painter: QPainter, picture: HistoryPicture) -> None:
        """The absolute size of each iteration's loss end, as a line, where it is seen."""
        metrics, theme, area = self.metrics, self.theme, self.area
        logs = _log_references(picture)
        low, high = self.x_range()
        at = (picture.stretches.first + picture.stretches.last) / 2 + 0.5
        seen = np.isfinite(logs) & (at >= low) & (at <= high)
        if not seen.any():
            return
        least, most = float(logs[seen].min()), float(logs[seen].max())
        span, tall = max(most - least, 0.5), 0.95 * metrics.label
        base = area.top() - 0.3 * metrics.label
        xs = area.left() + (at[seen] - low) / (high - low) * area.width()
        ys = base - (logs[seen] - (least + most - span) / 2) / span * tall
        draw_curve(painter, xs, ys, theme.text, 0.75 * metrics.curve)

    def _draw_caret(self, painter: QPainter, picture: HistoryPicture) -> None:
        """Left of the row that is selected."""
        selected, area = self._selected, self.area
        low, high = self.box.viewRange()[1]
        if selected is None or not (1 <= selected <= picture.depth and low <= selected <= high):
            return
        y = area.bottom() - (selected - low) / (high - low) * area.height()
        half, x = 0.3 * self.metrics.label, area.left() - 1
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(make_pen(self.theme.text, 1).color())
        corners = [QPointF(x - half, y - half), QPointF(x, y), QPointF(x - half, y + half)]
        painter.drawPolygon(QPolygonF(corners))

    def guide_at(self, target: Target) -> float | None:
        return target.value + 0.5

    def find_target(self, point: QPointF) -> Target | None:
        picture = self._picture
        if picture is None:
            return None
        if not self.area.contains(point):
            return self.find_in_head(point)
        stretches = picture.stretches
        if not len(stretches.first):
            return None
        iteration = min(max(0, int(self.x_value(point.x()))), int(stretches.last[-1]))
        low, high = self.box.viewRange()[1]
        at = low + (self.area.bottom() - point.y()) / self.area.height() * (high - low)
        layer = min(max(1, round(at)), picture.depth)
        lines = [f"Iteration {iteration:,}, {picture.place_name} {layer}"]
        index = int(np.searchsorted(stretches.first, iteration, side="right")) - 1
        column = picture.first_column + layer - 1
        if 0 <= index < len(stretches.first) and column < stretches.rows_low.shape[1]:
            value, end = stretches.rows_low[index, column], stretches.low("reference")[index]
            lines += _tell_cell(float(value), float(end))
        return Target("iteration", iteration, "\n".join(lines), layer=layer)


def _tell_cell(value: float, end: float) -> list[str]:
    """The gradient there, and of the loss end, in full precision."""
    if not (math.isfinite(value) and value > 0):
        return [f"gradient {value:g}"]
    told = [f"gradient {format_log10(math.log10(value), 7)}"]
    if math.isfinite(end) and end > 0:
        told.append(f"of the loss end: × {format_log10(math.log10(value / end), 7)}")
    return told


def _log_references(picture: HistoryPicture) -> np.ndarray:
    stretches = picture.stretches
    low, high = take_log10(stretches.low("reference")), take_log10(stretches.high("reference"))
    middle: np.ndarray = 0.5 * (low + high)
    return middle


def _describe_strip(picture: HistoryPicture) -> str:
    low, high = picture.strip_low, picture.strip_high
    if not low:
        return ""
    return f"{picture.strip_title} {low}" + ("" if low == high else f" to {high}")
