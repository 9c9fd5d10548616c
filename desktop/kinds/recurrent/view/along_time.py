"""Bars and named lines along time, at the lower left.

How to read it: gates are lines from 0, closed, to 1, open; weight shares are a bar for each
time step's term of the gradient of the recurrent weights; the spectrum has a bar for the
largest singular value of the product of state Jacobians from a time step to the loss, a line
for its spectral radius, and two guides that repeat one time step's mean.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.display.frame import DisplayFrame
from desktop.display.options import LowerView
from desktop.display.pictures import FlowPicture
from desktop.display.scales import format_log10, format_number
from desktop.kinds.recurrent.view.time_chart import TimeChart
from desktop.painting.colour_key import draw_key, key_width
from desktop.painting.polylines import make_line_pen
from desktop.painting.text_and_pens import draw_text, make_brush, make_pen, text_width, wrap_text
from desktop.views.axes import CountAxis, ValueAxis
from desktop.views.chart import Frame
from desktop.views.gradient_bars.bars import Plot, draw_bars
from desktop.views.gradient_bars.lines import dashes_of, draw_lines
from desktop.views.shared_x import SharedX
from desktop.views.view import Target

_FAINT = 0.4
"""Of the name of a line that was hidden."""


class AlongTime(TimeChart):
    """Draws the `FlowPicture` of a `LowerPicture`."""

    def __init__(self, view: LowerView, frame: Frame, x: SharedX) -> None:
        self.values, self.time_axis = ValueAxis(), CountAxis("bottom", "time step", most=5)
        self.time_axis.first = 1
        self.hidden: frozenset[str] = frozenset()
        super().__init__(view, frame, x, left=self.values, bottom=self.time_axis)

    def take(self, display: DisplayFrame) -> bool:
        picture = display.lower.flow
        if picture is not None:
            axis = self.values.axis
            if axis != picture.axis:
                if axis is None or axis.key != picture.axis.key:
                    self.y_zoom = None
                self.values.axis = picture.axis
                self.values.update()
                self.look()
            self.reach(picture.depth)
        self.values.setVisible(picture is not None)
        self.time_axis.setVisible(picture is not None)
        return True

    def titles(self, display: DisplayFrame) -> tuple[object, ...]:
        picture = display.lower.flow
        if picture is None:
            return ()
        return picture.title, picture.subtitle, tuple(_names(picture)), self.hidden

    def head_height(self) -> float:
        picture = self.lower.flow
        title = 1.6 if self.has_titles else 0.2
        return (title + (1.5 if picture is not None and _names(picture) else 0.3)) * (
            self.metrics.label
        )

    def y_whole(self) -> tuple[float, float]:
        picture = self.lower.flow
        return (0.0, 1.0) if picture is None else (picture.axis.low, picture.axis.high)

    def plot(self) -> Plot | None:
        """Where bars and lines stand; None before there is anything to draw."""
        picture, area = self.lower.flow, self.area
        if picture is None or area.isEmpty():
            return None
        low, high = self.box.viewRange()[1]
        per_unit = area.height() / (high - low)
        top = area.bottom() - (picture.axis.high - low) * per_unit
        foot = area.bottom() - (picture.axis.low - low) * per_unit
        return Plot(self.stations(), picture.axis, top, foot, area)

    def draw(self, painter: QPainter) -> None:
        plot, picture = self.plot(), self.lower.flow
        if plot is None or picture is None:
            self._draw_note(painter)
            return
        draw_bars(painter, picture, plot, self.theme, self.metrics)
        draw_lines(painter, picture, plot, self.theme, self.metrics, self.hidden)
        selected = picture.selected_layer
        if selected is not None and 1 <= selected <= picture.depth:
            x, tall = plot.stations.at(selected), 0.4 * self.metrics.label
            painter.setPen(make_pen(self.theme.text, self.metrics.axis))
            painter.drawLine(QPointF(x, plot.area.bottom() - tall), QPointF(x, plot.area.bottom()))

    def _draw_note(self, painter: QPainter) -> None:
        metrics, room = self.metrics, self.area
        lines = wrap_text(self.lower.note, metrics.label, 0.9 * room.width())
        for index, line in enumerate(lines):
            y = room.center().y() + (index - 0.5 * len(lines) + 1) * 1.4 * metrics.label
            x = room.center().x()
            draw_text(painter, x, y, line, metrics.label, self.theme.dim, align="centre")

    def draw_head(self, painter: QPainter) -> None:
        picture = self.lower.flow
        title, subtitle = ("", "") if picture is None else (picture.title, picture.subtitle)
        self.draw_lower_head(painter, self._draw_key(painter, picture), title, subtitle)
        if picture is not None:
            self._draw_legend(painter, picture)

    def _draw_key(self, painter: QPainter, picture: FlowPicture | None) -> float:
        """The colour key, where bars are coloured and no other view has it; returns its left."""
        metrics, right = self.metrics, self.area.right()
        is_coloured = picture is not None and bool((picture.kinds >= 0).any())
        width = key_width(self.theme, metrics)
        if not (self.has_key and is_coloured and width < 0.6 * self.area.width()):
            return right
        y = self.outer.top() + 0.7 * metrics.label
        return draw_key(painter, self.theme, metrics, right, y, metrics.outline) - metrics.label

    def legend(self, picture: FlowPicture) -> list[tuple[int, str, QRectF]]:
        """The names of bars (-1) and lines with their rooms, as many as there is room for."""
        metrics = self.metrics
        x, y, sample = self.area.left(), self.area.top() - 0.75 * metrics.label, 1.8 * metrics.tick
        found = []
        for index, name in _names(picture):
            wide = (0.6 * sample if index < 0 else sample) + 5 + text_width(name, metrics.tick)
            if x + wide > self.area.right() + 2:
                break
            found.append((index, name, QRectF(x, y - 0.7 * metrics.tick, wide, 1.4 * metrics.tick)))
            x += wide + 0.9 * metrics.tick
        return found

    def _draw_legend(self, painter: QPainter, picture: FlowPicture) -> None:
        metrics, theme, sample = self.metrics, self.theme, 1.8 * self.metrics.tick
        for index, name, room in self.legend(picture):
            painter.setOpacity(_FAINT if name in self.hidden else 1.0)
            x, y = room.left(), room.center().y()
            if index < 0:
                box = QRectF(x, y - 0.3 * metrics.tick, 0.6 * sample, 0.6 * metrics.tick)
                painter.fillRect(box, make_brush(theme.dim))
            else:
                painter.setPen(make_line_pen(theme.text, 0.9 * metrics.curve, dashes_of(index)))
                painter.drawLine(QPointF(x, y), QPointF(x + sample, y))
            x += (0.6 * sample if index < 0 else sample) + 5
            draw_text(painter, x, y, name, metrics.tick, theme.dim)
        painter.setOpacity(1.0)

    def toggle(self, name: str) -> None:
        """Hide a line, or show it again."""
        self.hidden = self.hidden ^ {name}
        self.head.update()
        self.body.update()

    def find_target(self, point: QPointF) -> Target | None:
        found = self.find_in_head(point)
        plot, picture = self.plot(), self.lower.flow
        if found is not None or plot is None or picture is None:
            return found
        for index, name, room in self.legend(picture):
            if index >= 0 and room.contains(point):
                verb = "Show" if name in self.hidden else "Hide"
                return Target("curve", index, f"{verb}: {name}", name)
        if not self.area.adjusted(0, 0, 0, self.foot_height()).contains(point):
            return None
        t = min(max(plot.stations.nearest(point.x()), 1), picture.depth)
        return Target("layer", t, _describe(picture, t))


def _names(picture: FlowPicture) -> list[tuple[int, str]]:
    """Name of the bars (-1), where they have one, and of each line by its number."""
    lines = [(index, line.name) for index, line in enumerate(picture.lines)]
    return [(-1, picture.bar_name), *lines] if picture.bar_name else lines


def _describe(picture: FlowPicture, t: int) -> str:
    """The numbers at one time step."""
    texts = [f"{picture.place_name} {t:,}"]
    if math.isfinite(picture.values[t]):
        name = picture.bar_name or picture.title
        texts.append(f"{name} {format_number(float(picture.values[t]), 7)}")
    for line in picture.lines:
        place = float(line.places[t])
        if math.isfinite(place):
            value = format_log10(place, 4) if picture.axis.is_log else format_number(place, 4)
            texts.append(f"{line.name}: {value}")
    return "\n".join(texts)
