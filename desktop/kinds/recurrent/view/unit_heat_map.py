"""The heat map time step x unit.

How to read it: one row per unit of the top layer, one column per time step, coloured by the
gradient of that unit's hidden state, relative to the root mean square of all units where the
loss enters. Rows that stay bright are the units through which the gradient comes back.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.display.frame import DisplayFrame
from desktop.display.reference import strengths_of
from desktop.display.scales import format_number
from desktop.kinds.recurrent.display.captions import name_time_step
from desktop.kinds.recurrent.display.frame import UnrolledPicture, shown_trace_of, unrolled_of
from desktop.kinds.recurrent.view.time_chart import TimeChart
from desktop.kinds.recurrent.view.words import WordRow, draw_words, plan_words
from desktop.painting.heat_map import EMPTY, NOT_FINITE, ZERO, level_of
from desktop.views.axes import CountAxis
from desktop.views.chart import Frame, Part
from desktop.views.map_image import MapImage
from desktop.views.shared_x import SharedX
from desktop.views.view import Target
from engine.kinds.recurrent.records import TimeTrace

U8 = NDArray[np.uint8]


class Units(TimeChart):
    """Draws the units of an `UnrolledPicture`'s trace."""

    def __init__(self, frame: Frame, x: SharedX) -> None:
        self.rows, self.time_axis = (
            CountAxis("left", "unit"),
            CountAxis("bottom", "time step", most=5),
        )
        self.rows.first = self.time_axis.first = 1
        self._display: DisplayFrame | None = None
        self._levels: U8 = np.zeros((0, 0), np.uint8)
        self._levels_of: TimeTrace | None = None
        self._footer = 0.0
        super().__init__("units", frame, x, left=self.rows, bottom=self.time_axis)
        self.image = MapImage(is_kept=frame.is_interactive)
        self.box.addItem(self.image, ignoreBounds=True)
        self.image.setZValue(-10)
        self.words = Part(self, self._draw_words, is_kept=frame.is_interactive)

    def take(self, display: DisplayFrame) -> bool:
        old, self._display = self._display, display
        trace = shown_trace_of(display)
        if trace is not None:
            units = len(trace.shown_units)
            labels = tuple(f"{int(unit) + 1:,}" for unit in trace.shown_units)
            if self.rows.labels != labels:
                self.rows.labels, self.rows.last = labels, units
                self.y_zoom = None
                self.rows.update()
            self.reach(trace.time_steps)
        if old is None or unrolled_of(old) is None or unrolled_of(display) is None:
            return True
        same_pass = shown_trace_of(old) is trace
        return not same_pass or old.selected_layer != display.selected_layer

    def titles(self, display: DisplayFrame) -> tuple[object, ...]:
        trace = shown_trace_of(display)
        return () if trace is None else trace.layer_names[-1:]

    def _picture(self) -> UnrolledPicture | None:
        return None if self._display is None else unrolled_of(self._display)

    def head_height(self) -> float:
        return self.title_height() + 0.4 * self.metrics.label

    def heading_texts(self) -> tuple[str, str]:
        trace = None if self._display is None else shown_trace_of(self._display)
        if trace is None:
            return "", ""
        told = f"unit × time step, √B ‖∂L/∂h‖ of each unit of {trace.layer_names[-1]}"
        return "Units over time", told

    def _word_row(self) -> WordRow | None:
        """How the words stand under the map; None where they would leave it no height."""
        picture = self._picture()
        if picture is None or self.area.isEmpty():
            return None
        row = plan_words(picture, self.stations().pitch, self.metrics)
        return row if row.height < 0.25 * self.outer.height() else None

    def footer_height(self) -> float:
        words = self._word_row()
        more = 0.0 if words is None else words.height + 0.9 * self.metrics.label
        return 1.7 * self.metrics.label + more

    def settle(self, frame: Frame, room: QRectF) -> None:
        if self.area.isEmpty():  # the words need the width of the box
            super().settle(frame, room)
        self._footer = self.footer_height()
        super().settle(frame, room)
        self.words.settle(QRectF(0, 0, room.width(), room.height()))
        if self.bottom is not None:
            # The numbers stand under the words.
            footer = 1.7 * self.metrics.label
            top = room.height() - footer
            plot = QRectF(self.margin(), top - 4, self.area.width(), 4)
            self.bottom.dress(
                frame.theme, frame.metrics, QRectF(self.margin(), top, plot.width(), footer), plot
            )

    def y_whole(self) -> tuple[float, float]:
        return 0.5, max(self.rows.last, 1) + 0.5

    def note_look(self) -> None:
        self.image.apply_theme(self.theme)
        self._fill()
        self.words.update()
        if self._footer and abs(self.footer_height() - self._footer) > 1.0:
            self._footer = 0.0  # other words have room: stand anew, once
            self.settle(self.frame, self.outer)

    def redraw(self) -> None:
        self._fill()
        self.body.update()
        self.words.update()

    def _fill(self) -> None:
        """One cell for each unit and time step that are seen."""
        trace = None if self._display is None else shown_trace_of(self._display)
        if trace is None:
            self.image.hide()
            return
        if self._levels_of is not trace:
            self._levels, self._levels_of = _find_levels(trace), trace
        (left, right), (low, high) = self.box.viewRange()
        first, last = max(1, round(left)), min(trace.time_steps, math.ceil(right - 0.5))
        bottom, top = max(1, round(low)), min(self.rows.last, math.ceil(high - 0.5))
        if last < first or top < bottom:
            self.image.hide()
            return
        cells = self._levels[first - 1 : last, bottom - 1 : top].T[::-1]
        room = QRectF(first - 0.5, bottom - 0.5, last - first + 1, top - bottom + 1)
        self.image.show_cells(cells, room)
        self.image.show()

    def draw(self, painter: QPainter) -> None:
        """The image is an item of its own."""

    def _draw_words(self, painter: QPainter) -> None:
        picture, words, display = self._picture(), self._word_row(), self._display
        if picture is None or words is None or display is None:
            return
        y, selected = self.area.bottom() + 0.5 * self.metrics.label, display.selected_layer
        draw_words(painter, picture, words, self.stations(), y, self.theme, self.metrics, selected)

    def draw_head(self, painter: QPainter) -> None:
        trace = None if self._display is None else shown_trace_of(self._display)
        if not self.has_titles or trace is None:
            return
        self.draw_lower_head(painter, *self.heading_texts())

    def find_target(self, point: QPointF) -> Target | None:
        trace = None if self._display is None else shown_trace_of(self._display)
        if trace is None or not self.area.contains(point):
            return self.find_in_head(point)
        t = min(max(round(self.x_value(point.x())), 1), trace.time_steps)
        low, high = self.box.viewRange()[1]
        at = low + (self.area.bottom() - point.y()) / self.area.height() * (high - low)
        row = min(max(round(at), 1), len(trace.shown_units)) - 1
        value = format_number(float(trace.unit_rms[-1, t - 1, row]), 7)
        unit = int(trace.shown_units[row]) + 1
        return Target("layer", t, f"unit {unit}, {name_time_step(trace, t)}: {value}")


def _find_levels(trace: TimeTrace) -> U8:
    """(T, units) the levels of all cells."""
    values = trace.unit_rms[-1].astype(np.float64)
    with np.errstate(over="ignore"):
        end = float(np.sqrt(np.mean(values[trace.loss_time - 1] ** 2)))
    reference = end if np.isfinite(end) and end > 0 else None
    levels = level_of(strengths_of(values, reference))
    levels[~np.isfinite(values)] = NOT_FINITE
    levels[values == 0] = ZERO
    levels[trace.loss_time :] = EMPTY
    return levels
