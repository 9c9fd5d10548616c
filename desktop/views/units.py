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
from desktop.views.drawing import Drawing, Place, Target
from desktop.views.heat import EMPTY, NOT_FINITE, ZERO, colour_table, level_of
from desktop.views.key import draw_key, key_width
from desktop.views.pens import draw_text, draw_title, is_vector
from desktop.views.words import draw_words, plan_words


class Units(Drawing):
    """Draws the units of an `UnrolledPicture`'s trace."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._display: DisplayFrame | None = None

    def show_frame(self, display: DisplayFrame) -> bool:
        self._display = display
        return True

    def _picture(self) -> UnrolledPicture | None:
        return None if self._display is None else self._display.unrolled

    def area(self) -> QRectF | None:
        """Where the heat map lies: its columns stand where the time steps do."""
        place, picture = self.place, self._picture()
        if place is None or picture is None:
            return None
        label, stations = place.metrics.label, place.stations
        words = plan_words(picture, stations, place.metrics).height
        top = place.room.top() + (2.0 * label if place.has_titles else 0.4 * label)
        bottom = place.room.bottom() - words - 2.6 * label
        half = 0.5 * stations.pitch
        left, right = stations.at(1) - half, stations.at(stations.depth) + half
        return QRectF(left, top, right - left, max(bottom - top, 8.0))

    def draw(self, painter: QPainter) -> None:
        place, picture, area = self.place, self._picture(), self.area()
        if place is None or picture is None or area is None or self._display is None:
            return
        metrics, theme, stations = place.metrics, self.theme, place.stations
        self._draw_title(painter, place, picture)
        self._draw_image(painter, picture, area)
        units = picture.trace.shown_units
        last_y = float("inf")
        for row in pick_whole_ticks(1, len(units)):
            y = area.bottom() - (row - 0.5) * area.height() / len(units)
            if last_y - y < 1.2 * metrics.tick:
                continue
            last_y = y
            x, text = area.left() - 0.6 * metrics.tick, f"{int(units[row - 1]) + 1:,}"
            draw_text(painter, x, y, text, metrics.tick, theme.dim, align="right")
        row_of_words = plan_words(picture, stations, metrics)
        selected = self._display.selected_layer
        draw_words(
            painter,
            picture,
            row_of_words,
            stations,
            area.bottom() + 0.5 * metrics.label,
            theme,
            metrics,
            selected,
        )
        y = place.room.bottom() - 0.8 * metrics.label
        for t in pick_whole_ticks(1, stations.depth):
            x = stations.at(t)
            draw_text(painter, x, y, f"{t:,}", metrics.tick, theme.dim, align="centre")
        draw_text(painter, stations.right, y, "time step", metrics.tick, theme.dim, align="right")

    def _draw_title(self, painter: QPainter, place: Place, picture: UnrolledPicture) -> None:
        if not place.has_titles:
            return
        metrics, theme = place.metrics, self.theme
        y = place.room.top() + 0.7 * metrics.label
        left, right = place.stations.left, place.room.right()
        if self.has_key and key_width(theme, metrics) < 0.6 * (right - left):
            right = draw_key(painter, theme, metrics, right, y, metrics.outline) - metrics.label
        draw_title(
            painter,
            left,
            y,
            right - left,
            "Units over time",
            f"unit × time step, √B ‖∂L/∂h‖ of each unit of {picture.trace.layer_names[-1]}",
            metrics.title,
            metrics.label,
            theme.text,
            theme.dim,
        )

    def _draw_image(self, painter: QPainter, picture: UnrolledPicture, area: QRectF) -> None:
        """One cell for each unit and time step, without smoothing between them."""
        trace = picture.trace
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
        place, picture, area = self.place, self._picture(), self.area()
        if place is None or picture is None or area is None or not area.contains(point):
            return None
        trace = picture.trace
        t = min(max(place.stations.nearest(point.x()), 1), trace.time_steps)
        count = len(trace.shown_units)
        row = min(count - 1, int((area.bottom() - point.y()) / area.height() * count))
        value = format_number(float(trace.unit_rms[-1, t - 1, row]), 7)
        unit = int(trace.shown_units[row]) + 1
        text = f"unit {unit}, {name_time_step(trace, t)}: {value}"
        return Target("layer", t, text)
