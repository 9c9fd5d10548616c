"""Bars and named lines along time, at the lower left.

How to read it: gates are lines from 0, closed, to 1, open; weight shares are a bar for each
time step's term of the gradient of the recurrent weights; the spectrum has a bar for the
largest singular value of the product of state Jacobians from a time step to the loss, a line
for its spectral radius, and two guides that repeat one time step's mean.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from desktop.display.frame import DisplayFrame
from desktop.display.options import LowerView
from desktop.display.pictures import FlowPicture
from desktop.display.scales import format_log10, format_number
from desktop.kinds.recurrent.view.time_chart import TimeChart
from desktop.painting.text_and_pens import draw_text, make_pen, wrap_text
from desktop.views.axes import CountAxis, ValueAxis
from desktop.views.chart import Frame
from desktop.views.gradient_bars.bars import Plot, draw_bars
from desktop.views.gradient_bars.lines import draw_lines, list_entries
from desktop.views.legend import (
    Entry,
    Legend,
    draw_legend,
    find_entry,
    legend_height,
    place_legend,
)
from desktop.views.shared_x import SharedX
from desktop.views.view import Target


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
        return picture.title, picture.subtitle, tuple(self._entries()), self.hidden

    def head_height(self) -> float:
        more = 0.3 * self.metrics.label
        legend = legend_height(self._entries(), self.width(), self.metrics)
        return self.title_height() + (legend + 0.15 * self.metrics.label if legend else more)

    def heading_texts(self) -> tuple[str, str]:
        picture = self.lower.flow
        return ("", "") if picture is None else (picture.title, picture.subtitle)

    @property
    def is_coloured(self) -> bool:
        """Whether bars take colours from the scale."""
        picture = self.lower.flow
        return picture is not None and bool((picture.kinds >= 0).any())

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
        base = area.bottom() - (picture.axis.low - low) * per_unit
        return Plot(self.stations(), picture.axis, top, base, area)

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
        self.draw_lower_head(painter, *self.heading_texts())
        draw_legend(painter, self.legend(), self.hidden, self.theme, self.metrics)

    def _entries(self) -> list[Entry]:
        """The bars, where they have a name, and every line."""
        picture = self.lower.flow
        return [] if picture is None else list_entries(picture)

    def legend(self) -> Legend:
        """The bars and every line, and where their names are."""
        return place_legend(self._entries(), self.area, self.metrics)

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
        entry = find_entry(self.legend(), self.hidden, point)
        if entry is not None:
            return entry
        if not self.area.adjusted(0, 0, 0, self.footer_height()).contains(point):
            return None
        t = min(max(plot.stations.nearest(point.x()), 1), picture.depth)
        return Target("layer", t, _describe(picture, t))


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
