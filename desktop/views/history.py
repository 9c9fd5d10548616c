"""The history heat map.

How to read it: one row per layer, the last one on top; one column per iteration; coloured
relative to the loss end of the same iteration. The line above shows how large that end
was, on a logarithmic scale of its own. A click on an iteration shows its pass.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPolygonF

from desktop.display.picture import DisplayFrame, HistoryPicture
from desktop.display.scales import pick_whole_ticks, take_log10
from desktop.theme import Theme
from desktop.views.drawing import Place, Target
from desktop.views.heat import HeatColumns, colour_table, spread_columns
from desktop.views.kept import Kept
from desktop.views.key import draw_key, key_width
from desktop.views.lines import draw_curve
from desktop.views.lower import LowerDrawing
from desktop.views.pens import (
    SEMIBOLD,
    draw_iterations,
    draw_text,
    elide,
    is_vector,
    make_pen,
    pixel_ratio,
    text_width,
)


class History(LowerDrawing):
    """Draws a `HistoryPicture`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._picture: HistoryPicture | None = None
        self._heat = HeatColumns()
        self._ground = Kept()
        self._image = QImage()
        self._image_of: tuple[object, ...] = ()
        self._selected: int | None = None
        self._version = 0

    def take(self, display: DisplayFrame) -> bool:
        old, self._picture = self._picture, display.history
        has_new = old is not display.history and self._heat.update(display.history)
        self._version += has_new
        previous, self._selected = self._selected, display.selected_layer
        return (
            has_new
            or old is None
            or previous != self._selected
            or (old.cursor, old.last, old.depth, old.halted)
            != (
                display.history.cursor,
                display.history.last,
                display.history.depth,
                display.history.halted,
            )
        )

    def area(self) -> QRectF | None:
        """Where the heat map lies."""
        if self.place is None or self._picture is None or self._picture.depth == 0:
            return None
        place, metrics = self.place, self.place.metrics
        top = place.room.top() + (1.6 * metrics.label if place.has_titles else 0)
        top += 1.5 * metrics.label
        left = round(place.room.left() + self.margin(place))
        top = round(top)
        bottom = max(place.room.bottom() - 1.7 * metrics.label, top + 8)
        return QRectF(left, top, int(place.room.right() - left), int(bottom - top))

    def margin(self, place: Place) -> float:
        """Room for the layers' numbers left of the map."""
        return place.stations.left - place.room.left()

    def draw(self, painter: QPainter) -> None:
        place, area, picture = self.place, self.area(), self._picture
        if place is None or area is None or picture is None:
            return

        def paint(onto: QPainter) -> None:
            self._draw_title(onto, place, picture, area)
            self._draw_axes(onto, place, picture, area)

        key = (
            place,
            self.theme,
            self.has_key,
            self.has_tabs,
            picture.title,
            picture.subtitle,
            self._describe_strip(picture),
            picture.depth,
            picture.ticks,
            picture.last,
        )
        self._ground.draw(painter, place.room, key, paint)
        self._draw_strip(painter, place, picture, area)
        if len(picture.stretches.first):
            self._draw_image(painter, picture, area)
        else:
            self._draw_absence(painter, place, area)
        painter.setPen(make_pen(self.theme.line, place.metrics.axis))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        self._draw_cursor(painter, place, picture, area)

    def _draw_title(
        self, painter: QPainter, place: Place, picture: HistoryPicture, area: QRectF
    ) -> None:
        if not place.has_titles:
            return
        metrics, theme = place.metrics, self.theme
        y, right = place.room.top() + 0.7 * metrics.label, area.right()
        if self.has_key and key_width(theme, metrics) < 0.6 * area.width():
            right = draw_key(painter, theme, metrics, right, y, metrics.outline) - metrics.label
        if self.has_tabs:
            self.draw_head(painter, area.left(), right, "", self._describe_strip(picture))
            return
        title = text_width(picture.title, metrics.title, SEMIBOLD) + 0.7 * metrics.label
        span = self._describe_strip(picture)
        spare = right - area.left() - title - text_width(picture.subtitle, metrics.label)
        if span and spare > text_width(span, metrics.label) + metrics.label:
            width = draw_text(painter, right, y, span, metrics.label, theme.dim, align="right")
            right -= width + metrics.label
        self.draw_head(painter, area.left(), right, picture.title, picture.subtitle)

    def _draw_absence(self, painter: QPainter, place: Place, area: QRectF) -> None:
        middle = area.center()
        text = elide("One column for each iteration", place.metrics.label, area.width())
        draw_text(
            painter,
            middle.x(),
            middle.y(),
            text,
            place.metrics.label,
            self.theme.dim,
            align="centre",
        )

    @staticmethod
    def _describe_strip(picture: HistoryPicture) -> str:
        low, high = picture.strip_low, picture.strip_high
        if not low:
            return ""
        return f"{picture.strip_title} {low}" + ("" if low == high else f" to {high}")

    def _draw_strip(
        self, painter: QPainter, place: Place, picture: HistoryPicture, area: QRectF
    ) -> None:
        """The absolute size of each iteration's loss end, as a line."""
        metrics, theme = place.metrics, self.theme
        stretches = picture.stretches
        if not len(stretches.first):
            return
        logs = 0.5 * (
            take_log10(stretches.low("reference")) + take_log10(stretches.high("reference"))
        )
        x = (
            area.left()
            + ((stretches.first + stretches.last) / 2 + 0.5) / (picture.last + 1) * area.width()
        )
        finite = np.isfinite(logs)
        if not finite.any():
            return
        low, high = float(logs[finite].min()), float(logs[finite].max())
        span = max(high - low, 0.5)
        tall = 0.95 * metrics.label
        foot = area.top() - 0.3 * metrics.label
        y = foot - (logs - (low + high - span) / 2) / span * tall
        draw_curve(painter, x[finite], y[finite], theme.text, 0.75 * metrics.curve)

    def _draw_image(self, painter: QPainter, picture: HistoryPicture, area: QRectF) -> None:
        ratio = pixel_ratio(painter)
        if is_vector(painter):
            ratio = 1.0
        wide = max(1, round(area.width() * ratio))
        rows = max(1, round(area.height() * ratio))
        stretches = picture.stretches
        if is_vector(painter):
            wide = max(1, min(wide, picture.last + 1))
            rows = min(rows, picture.depth)
        key = (self._version, wide, rows, picture.last, self.theme.name)
        if key != self._image_of:
            levels = spread_columns(
                self._heat.levels, stretches.first, stretches.last, picture.last, wide, rows
            )
            padded = np.zeros((rows, -(-wide // 4) * 4), np.uint8)
            padded[:, :wide] = levels
            image = QImage(padded.data, wide, rows, padded.shape[1], QImage.Format.Format_Indexed8)
            image.setColorTable(list(colour_table(self.theme)))
            self._image = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
            self._image_of = key
        if is_vector(painter):
            scale = max(1, int(4 * area.width() / wide))
            tall = max(1, int(4 * area.height() / rows))
            large = self._image.scaled(
                wide * scale,
                rows * tall,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.FastTransformation,
            )
            painter.drawImage(area, large)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(area, self._image)

    def _draw_axes(
        self, painter: QPainter, place: Place, picture: HistoryPicture, area: QRectF
    ) -> None:
        metrics, theme = place.metrics, self.theme
        tall = area.height() / picture.depth
        last_y = float("inf")
        for layer in pick_whole_ticks(1, picture.depth, 4):
            y = area.bottom() - (layer - 0.5) * tall
            if last_y - y < 1.2 * metrics.tick:
                continue
            last_y = y
            draw_text(
                painter,
                area.left() - 0.6 * metrics.tick,
                y,
                f"{layer:,}",
                metrics.tick,
                theme.dim,
                align="right",
            )
        draw_iterations(
            painter, area, picture.ticks, picture.last, metrics.tick, metrics.label, theme.dim
        )

    def _draw_cursor(
        self, painter: QPainter, place: Place, picture: HistoryPicture, area: QRectF
    ) -> None:
        metrics, theme = place.metrics, self.theme
        for iteration in picture.halted:
            x = self._x(iteration, picture, area)
            painter.setPen(make_pen(theme.text, metrics.curve, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if picture.cursor is not None:
            x = self._x(picture.cursor, picture, area)
            for colour, width in ((theme.ground, 2.2), (theme.text, 1.0)):
                painter.setPen(make_pen(colour, width * metrics.curve))
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        selected = self._selected
        if selected is not None and 1 <= selected <= picture.depth:
            y = area.bottom() - (selected - 0.5) * area.height() / picture.depth
            half = 0.3 * metrics.label
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(make_pen(theme.text, 1).color())
            x = area.left() - 1
            painter.drawPolygon(
                QPolygonF([QPointF(x - half, y - half), QPointF(x, y), QPointF(x - half, y + half)])
            )

    @staticmethod
    def _x(iteration: int, picture: HistoryPicture, area: QRectF) -> float:
        return area.left() + (iteration + 0.5) / (picture.last + 1) * area.width()

    def find_target(self, point: QPointF) -> Target | None:
        area, picture = self.area(), self._picture
        if area is None or picture is None:
            return None
        if not area.contains(point):
            return self.find_in_head(point, area.left(), area.right())
        stretches = picture.stretches
        if not len(stretches.first):
            return None
        share = (point.x() - area.left()) / area.width()
        iteration = min(int(share * (picture.last + 1)), int(stretches.last[-1]))
        layer = picture.depth - int((point.y() - area.top()) / area.height() * picture.depth)
        layer = min(max(layer, 1), picture.depth)
        text = f"Iteration {iteration:,}, {picture.place_name} {layer}"
        return Target("iteration", iteration, text, layer=layer)
