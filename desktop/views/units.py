"""The heat map time step x unit.

How to read it: one row per unit of the top layer, one column per time step, coloured by the
gradient of that unit's hidden state, relative to the root mean square of all units where the
loss enters. Rows that stay bright are the units through which the gradient comes back.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from desktop.display.picture import DisplayFrame
from desktop.display.reference import strengths_of
from desktop.display.scales import format_number, pick_whole_ticks
from desktop.display.time_captions import name_time_step
from desktop.display.time_picture import UnrolledPicture
from desktop.theme import Theme
from desktop.views.drawing import Place, Target
from desktop.views.heat import EMPTY, NOT_FINITE, ZERO, colour_table, level_of
from desktop.views.key import draw_key, key_width
from desktop.views.lower import LowerDrawing
from desktop.views.pens import draw_text, is_vector, text_width
from desktop.views.words import WordRow, draw_words, plan_words
from engine.time_records import TimeTrace


class Units(LowerDrawing):
    """Draws the units of an `UnrolledPicture`'s trace."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._display: DisplayFrame | None = None

    def take(self, display: DisplayFrame) -> bool:
        old, self._display = self._display, display
        if old is None or old.unrolled is None or display.unrolled is None:
            return True
        same_pass = old.time_trace is display.time_trace
        return not same_pass or old.selected_layer != display.selected_layer

    def _picture(self) -> UnrolledPicture | None:
        return None if self._display is None else self._display.unrolled

    def area(self) -> QRectF | None:
        """Where the heat map lies: its columns stand where the time steps do."""
        place, picture = self.place, self._picture()
        if place is None or picture is None:
            return None
        label, stations = place.metrics.label, place.stations
        words = self._word_row(place, picture)
        top = place.room.top() + (2.0 * label if place.has_titles else 0.4 * label)
        bottom = place.room.bottom() - 1.7 * label
        bottom -= 0.0 if words is None else words.height + 0.9 * label
        half = 0.5 * stations.pitch
        left, right = stations.at(1) - half, stations.at(stations.depth) + half
        return QRectF(left, top, right - left, max(bottom - top, 8.0))

    @staticmethod
    def _word_row(place: Place, picture: UnrolledPicture) -> WordRow | None:
        """How the words stand under the map; None where they would leave it no height."""
        row = plan_words(picture, place.stations, place.metrics)
        return row if row.height < 0.25 * place.room.height() else None

    def draw(self, painter: QPainter) -> None:
        place, picture, area = self.place, self._picture(), self.area()
        if place is None or picture is None or area is None or self._display is None:
            return
        metrics, theme, stations = place.metrics, self.theme, place.stations
        trace = self._display.time_trace
        if trace is None:
            return
        self._draw_title(painter, place, trace)
        self._draw_image(painter, trace, area)
        units = trace.shown_units
        last_y = float("inf")
        for row in pick_whole_ticks(1, len(units)):
            y = area.bottom() - (row - 0.5) * area.height() / len(units)
            if last_y - y < 1.2 * metrics.tick:
                continue
            last_y = y
            x, text = area.left() - 0.6 * metrics.tick, f"{int(units[row - 1]) + 1:,}"
            draw_text(painter, x, y, text, metrics.tick, theme.dim, align="right")
        words = self._word_row(place, picture)
        if words is not None:
            y, selected = area.bottom() + 0.5 * metrics.label, self._display.selected_layer
            draw_words(painter, picture, words, stations, y, theme, metrics, selected)
        y, name = place.room.bottom() - 0.8 * metrics.label, "time step"
        draw_text(painter, stations.right, y, name, metrics.tick, theme.dim, align="right")
        for t in pick_whole_ticks(1, stations.depth, 5):
            x, text = stations.at(t), f"{t:,}"
            half = text_width(text, metrics.tick) / 2
            if x + half < stations.right - text_width(name, metrics.tick) - 0.5 * metrics.tick:
                draw_text(painter, x, y, text, metrics.tick, theme.dim, align="centre")

    def _draw_title(self, painter: QPainter, place: Place, trace: TimeTrace) -> None:
        if not place.has_titles:
            return
        metrics, theme = place.metrics, self.theme
        y = place.room.top() + 0.7 * metrics.label
        left, right = place.stations.left, place.room.right()
        if self.has_key and key_width(theme, metrics) < 0.6 * (right - left):
            right = draw_key(painter, theme, metrics, right, y, metrics.outline) - metrics.label
        subtitle = f"unit × time step, √B ‖∂L/∂h‖ of each unit of {trace.layer_names[-1]}"
        self.draw_head(painter, left, right, "Units over time", subtitle)

    def _draw_image(self, painter: QPainter, trace: TimeTrace, area: QRectF) -> None:
        """One cell for each unit and time step, without smoothing between them."""
        values = trace.unit_rms[-1].astype(np.float64)
        with np.errstate(over="ignore"):
            end = float(np.sqrt(np.mean(values[trace.loss_time - 1] ** 2)))
        reference = end if np.isfinite(end) and end > 0 else None
        levels = level_of(strengths_of(values, reference))
        levels[~np.isfinite(values)] = NOT_FINITE
        levels[values == 0] = ZERO
        levels[trace.loss_time :] = EMPTY
        rows, wide = levels.shape[1], levels.shape[0]
        padded = np.zeros((rows, -(-wide // 4) * 4), np.uint8)
        padded[:, :wide] = levels.T[::-1]
        image = QImage(padded.data, wide, rows, padded.shape[1], QImage.Format.Format_Indexed8)
        image.setColorTable(list(colour_table(self.theme)))
        shown = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        if is_vector(painter):
            across, down = max(1, int(2 * area.width() / wide)), max(1, int(area.height() / rows))
            shown = shown.scaled(
                wide * across,
                rows * down,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.FastTransformation,
            )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(area, shown)

    def find_target(self, point: QPointF) -> Target | None:
        place, area = self.place, self.area()
        trace = None if self._display is None else self._display.time_trace
        if place is None or trace is None or area is None:
            return None
        if not area.contains(point):
            return self.find_in_head(point, place.stations.left, place.stations.right)
        t = min(max(place.stations.nearest(point.x()), 1), trace.time_steps)
        count = len(trace.shown_units)
        row = min(count - 1, int((area.bottom() - point.y()) / area.height() * count))
        value = format_number(float(trace.unit_rms[-1, t - 1, row]), 7)
        unit = int(trace.shown_units[row]) + 1
        text = f"unit {unit}, {name_time_step(trace, t)}: {value}"
        return Target("layer", t, text)
