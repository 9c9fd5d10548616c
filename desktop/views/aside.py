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

from desktop.display.picture import DisplayFrame, FlowPicture
from desktop.display.scales import format_log10, format_number, pick_whole_ticks
from desktop.views.bars import Plot, draw_bars
from desktop.views.drawing import Place, Target
from desktop.views.flow_lines import dashes_of, draw_lines
from desktop.views.key import draw_key, key_width
from desktop.views.lines import make_line_pen
from desktop.views.lower import LowerDrawing
from desktop.views.pens import draw_text, make_brush, make_pen, text_width, wrap_text


class Aside(LowerDrawing):
    """Draws the `FlowPicture` of a `LowerPicture`."""

    def take(self, display: DisplayFrame) -> bool:
        old, self._lower = self._lower, display.lower
        return True if display.lower.flow is not None else old.note != display.lower.note

    def plot(self) -> Plot | None:
        """Where bars and lines stand; None before there is anything to draw."""
        place, picture = self.place, self._lower.flow
        if place is None or picture is None:
            return None
        label = place.metrics.label
        top = place.room.top() + (1.6 * label if place.has_titles else 0.2 * label)
        top += 1.5 * label if _names(picture) else 0.3 * label
        bottom = max(place.room.bottom() - 1.7 * label, top + 8)
        return Plot(place.stations, picture.axis, top, bottom, bottom)

    def draw(self, painter: QPainter) -> None:
        place, plot, picture = self.place, self.plot(), self._lower.flow
        if place is None:
            return
        stations = place.stations
        title, subtitle = ("", "") if picture is None else (picture.title, picture.subtitle)
        right = self._draw_key(painter, place, picture)
        self.draw_head(painter, stations.left, right, title, subtitle)
        if plot is None or picture is None:
            self._draw_note(painter, place)
            return
        self._draw_axes(painter, place, plot, picture)
        self._draw_legend(painter, place, plot, picture)
        draw_bars(painter, picture, plot, self.theme, place.metrics)
        draw_lines(painter, picture, plot, self.theme, place.metrics)

    def _draw_key(self, painter: QPainter, place: Place, picture: FlowPicture | None) -> float:
        """The colour key, where bars are coloured and no other view has it; returns its left."""
        metrics, right = place.metrics, place.stations.right
        is_coloured = picture is not None and bool((picture.kinds >= 0).any())
        width = key_width(self.theme, metrics)
        if not (self.has_key and is_coloured and width < 0.6 * (right - place.stations.left)):
            return right
        y = self._head_y(place)
        return draw_key(painter, self.theme, metrics, right, y, metrics.outline) - metrics.label

    def _draw_note(self, painter: QPainter, place: Place) -> None:
        metrics, room = place.metrics, place.room
        lines = wrap_text(self._lower.note, metrics.label, 0.9 * room.width())
        for index, line in enumerate(lines):
            y = room.center().y() + (index - 0.5 * len(lines) + 1) * 1.4 * metrics.label
            x = room.center().x()
            draw_text(painter, x, y, line, metrics.label, self.theme.dim, align="centre")

    def _draw_axes(self, painter: QPainter, place: Place, plot: Plot, picture: FlowPicture) -> None:
        metrics, theme, stations = place.metrics, self.theme, place.stations
        ticks = picture.axis.ticks
        every = max(1, math.ceil(len(ticks) * 1.35 * metrics.tick / (plot.foot - plot.top)))
        for index, tick in enumerate(ticks):
            y = plot.y(tick.at)
            painter.setPen(make_pen(theme.line, metrics.axis))
            painter.drawLine(QPointF(stations.left, y), QPointF(stations.right, y))
            if (len(ticks) - 1 - index) % every == 0:
                x = stations.left - 0.6 * metrics.tick
                draw_text(painter, x, y, tick.text, metrics.tick, theme.dim, align="right")
        y = plot.foot + 0.95 * metrics.label
        name = picture.place_name
        right = stations.right - text_width(name, metrics.tick) - 0.5 * metrics.tick
        draw_text(painter, stations.right, y, name, metrics.tick, theme.dim, align="right")
        last_right = -math.inf
        for t in pick_whole_ticks(1, picture.depth, 5):
            text, x = f"{t:,}", stations.at(t)
            half = text_width(text, metrics.tick) / 2
            if x + half < right and x - half > last_right:
                last_right = x + half + 0.5 * metrics.tick
                draw_text(painter, x, y, text, metrics.tick, theme.dim, align="centre")
        self._draw_caret(painter, place, plot, picture)

    def _draw_caret(
        self, painter: QPainter, place: Place, plot: Plot, picture: FlowPicture
    ) -> None:
        """Under what is selected."""
        selected = picture.selected_layer
        if selected is None or not 1 <= selected <= picture.depth:
            return
        x, half = place.stations.at(selected), 0.28 * place.metrics.label
        painter.setPen(make_pen(self.theme.text, place.metrics.axis))
        painter.drawLine(QPointF(x, plot.foot), QPointF(x, plot.foot + 1.4 * half))

    def _draw_legend(
        self, painter: QPainter, place: Place, plot: Plot, picture: FlowPicture
    ) -> None:
        """The names of bars and lines, as many as there is room for."""
        metrics, theme = place.metrics, self.theme
        x, y, sample = plot.stations.left, plot.top - 0.75 * metrics.label, 1.8 * metrics.tick
        for index, name in _names(picture):
            if x + sample + 5 + text_width(name, metrics.tick) > plot.stations.right + 2:
                break
            if index < 0:
                box = QRectF(x, y - 0.3 * metrics.tick, 0.6 * sample, 0.6 * metrics.tick)
                painter.fillRect(box, make_brush(theme.dim))
            else:
                painter.setPen(make_line_pen(theme.text, 0.9 * metrics.curve, dashes_of(index)))
                painter.drawLine(QPointF(x, y), QPointF(x + sample, y))
            x += (0.6 * sample if index < 0 else sample) + 5
            x += draw_text(painter, x, y, name, metrics.tick, theme.dim) + 0.9 * metrics.tick

    def find_target(self, point: QPointF) -> Target | None:
        place, plot, picture = self.place, self.plot(), self._lower.flow
        if place is None:
            return None
        stations = place.stations
        found = self.find_in_head(point, stations.left, stations.right)
        if found is not None or plot is None or picture is None:
            return found
        if not plot.top <= point.y() <= place.room.bottom():
            return None
        t = min(max(stations.nearest(point.x()), 1), picture.depth)
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
