"""The curves of loss and accuracy.

How to read it: the solid line is measured on the batches that are trained on, the dashed
one with markers on data held out. Where a long run was thinned, the line is a band from
the smallest to the largest value. The dotted line is what guessing reaches.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from desktop.display.picture import Chart, Curve, CurvesPicture, DisplayFrame
from desktop.display.scales import format_number
from desktop.theme import Theme
from desktop.views.arrays import draw_lines
from desktop.views.drawing import Drawing, Place, Target
from desktop.views.kept import Kept
from desktop.views.lines import draw_curve, make_line_pen
from desktop.views.pens import (
    SEMIBOLD,
    draw_iterations,
    draw_text,
    make_brush,
    make_dashes,
    make_pen,
    text_width,
)

F64 = NDArray[np.float64]

_MOST_MARKERS = 12
_DASHES = (4.0, 2.5)
"""Of the curve on held-out data, in line widths."""


class Curves(Drawing):
    """Draws a `CurvesPicture`: its charts side by side."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._picture: CurvesPicture | None = None
        self._ground = Kept()

    def show_frame(self, display: DisplayFrame) -> bool:
        old, self._picture = self._picture, display.curves
        return old is None or _look_different(old, display.curves)

    def areas(self) -> list[QRectF]:
        """The plotting area of each chart."""
        place, picture = self.place, self._picture
        if place is None or picture is None:
            return []
        metrics, count = place.metrics, len(picture.charts)
        gap = 1.2 * metrics.label
        wide = (place.room.width() - gap * (count - 1)) / count
        areas = []
        for index, chart in enumerate(picture.charts):
            left = place.room.left() + index * (wide + gap)
            labels = max(text_width(tick.text, metrics.tick) for tick in chart.axis.ticks)
            top = place.room.top() + (1.6 if place.has_titles else 0.3) * metrics.label
            area = QRectF(left + labels + 0.6 * metrics.tick, top + 1.35 * metrics.label, 0, 0)
            area.setRight(left + wide)
            area.setBottom(max(place.room.bottom() - 1.7 * metrics.label, top + 8))
            areas.append(area)
        return areas

    def draw(self, painter: QPainter) -> None:
        place, picture = self.place, self._picture
        if place is None or picture is None:
            return
        areas = self.areas()

        def paint(onto: QPainter) -> None:
            for chart, area in zip(picture.charts, areas, strict=True):
                self._draw_title(onto, place, chart, area)
                self._draw_axes(onto, place, picture, chart, area)

        charts = [(c.title, c.subtitle, c.axis, c.guide, c.guide_text) for c in picture.charts]
        key = (place, self.theme, picture.last, picture.ticks, *charts)
        self._ground.draw(painter, place.room, key, paint)
        for chart, area in zip(picture.charts, areas, strict=True):
            self._draw_legend(painter, place, chart, area)
            for curve in chart.curves:
                self._draw_curve(painter, place, picture, chart, curve, area)
            if picture.cursor is not None:
                x = area.left() + (picture.cursor + 0.5) / (picture.last + 1) * area.width()
                painter.setPen(make_pen(self.theme.text, place.metrics.axis))
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _draw_axes(
        self,
        painter: QPainter,
        place: Place,
        picture: CurvesPicture,
        chart: Chart,
        area: QRectF,
    ) -> None:
        metrics, theme = place.metrics, self.theme
        every = max(1, int(np.ceil(len(chart.axis.ticks) * 1.4 * metrics.tick / area.height())))
        for index, tick in enumerate(chart.axis.ticks):
            y = area.bottom() - chart.axis.share(tick.at) * area.height()
            painter.setPen(make_pen(theme.line, metrics.axis))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            if index % every == 0:
                draw_text(
                    painter,
                    area.left() - 0.5 * metrics.tick,
                    y,
                    tick.text,
                    metrics.tick,
                    theme.dim,
                    align="right",
                )
        draw_iterations(
            painter, area, picture.ticks, picture.last, metrics.tick, metrics.label, theme.dim
        )
        if chart.guide is not None:
            y = area.bottom() - chart.axis.share(chart.guide) * area.height()
            painter.setPen(make_dashes(theme.dim, metrics.axis, (2.0, 3.0)))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def _draw_title(self, painter: QPainter, place: Place, chart: Chart, area: QRectF) -> None:
        if not place.has_titles:
            return
        metrics, theme = place.metrics, self.theme
        left, y = area.left(), place.room.top() + 0.7 * metrics.label
        left += draw_text(painter, left, y, chart.title, metrics.title, theme.text, weight=SEMIBOLD)
        left += 0.6 * metrics.label
        self._draw_guide_name(painter, place, chart, area, left, y)
        room = area.right() - left - self._guide_width(place, chart)
        if text_width(chart.subtitle, metrics.label) <= room:
            draw_text(painter, left, y, chart.subtitle, metrics.label, theme.dim)

    def _draw_legend(self, painter: QPainter, place: Place, chart: Chart, area: QRectF) -> None:
        """The names of the curves with their latest values."""
        metrics, theme = place.metrics, self.theme
        x, y = area.left(), area.top() - 0.75 * metrics.label
        sample = 1.5 * metrics.tick
        texts = [f"{curve.name} {curve.latest}".strip() for curve in chart.curves]
        wanted = sum(text_width(text, metrics.tick) + sample + 5 for text in texts)
        if wanted + 0.9 * metrics.tick * (len(texts) - 1) > area.width() + 2:
            texts = [curve.name for curve in chart.curves]
        for curve, text in zip(chart.curves, texts, strict=True):
            if x + sample + 5 + text_width(text, metrics.tick) > area.right() + 2:
                break
            painter.setPen(self._pen(curve, metrics.curve))
            painter.drawLine(QPointF(x, y), QPointF(x + sample, y))
            if curve.has_markers:
                self._mark(painter, x + sample / 2, y, 0.8 * metrics.marker, metrics.outline)
            x += sample + 5
            x += draw_text(painter, x, y, text, metrics.tick, theme.dim) + 0.9 * metrics.tick

    @staticmethod
    def _guide_width(place: Place, chart: Chart) -> float:
        if not chart.guide_text:
            return 0.0
        metrics = place.metrics
        return text_width(chart.guide_text, metrics.tick) + 0.8 * metrics.tick

    def _draw_guide_name(
        self, painter: QPainter, place: Place, chart: Chart, area: QRectF, left: float, y: float
    ) -> None:
        """What the dotted line is, at the right end of the title row."""
        metrics, theme = place.metrics, self.theme
        width = self._guide_width(place, chart)
        if not width or left + width - 0.8 * metrics.tick > area.right() + 1:
            return
        right = area.right()
        right -= draw_text(
            painter, right, y, chart.guide_text, metrics.tick, theme.dim, align="right"
        )
        right -= 0.4 * metrics.tick
        if right - 1.4 * metrics.tick < left:
            return
        painter.setPen(make_dashes(theme.dim, metrics.axis, (2.0, 3.0)))
        painter.drawLine(QPointF(right - 1.4 * metrics.tick, y), QPointF(right, y))

    def _pen(self, curve: Curve, width: float) -> QPen:
        return make_line_pen(self.theme.text, width, _DASHES if curve.is_dashed else ())

    def _mark(self, painter: QPainter, x: float, y: float, size: float, outline: float) -> None:
        painter.setPen(make_pen(self.theme.text, max(outline, 0.2 * size)))
        painter.setBrush(make_brush(self.theme.ground))
        painter.drawEllipse(QPointF(x, y), size / 2, size / 2)

    def _draw_curve(
        self,
        painter: QPainter,
        place: Place,
        picture: CurvesPicture,
        chart: Chart,
        curve: Curve,
        area: QRectF,
    ) -> None:
        if not len(curve.x):
            return
        metrics = place.metrics
        x, low, high = thin_curve(curve.x, curve.low, curve.high, max(2, int(area.width())))
        xs = area.left() + (x + 0.5) / (picture.last + 1) * area.width()
        span = chart.axis.high - chart.axis.low
        lows = area.bottom() - (low - chart.axis.low) / span * area.height()
        highs = area.bottom() - (high - chart.axis.low) / span * area.height()
        middle = 0.5 * (lows + highs)
        if np.nanmax(np.abs(lows - highs), initial=0.0) > 1.0:
            finite = np.isfinite(middle)
            columns = np.column_stack((xs, highs, xs, lows))[finite]
            wide = max(1.0, area.width() / max(1, len(xs)))
            painter.setPen(make_pen(self.theme.text, wide, alpha=0.3))
            draw_lines(painter, columns)
        dashes = _DASHES if curve.is_dashed else ()
        draw_curve(painter, xs, middle, self.theme.text, metrics.curve, dashes)
        if curve.has_markers:
            some = np.unique(
                np.linspace(0, len(xs) - 1, min(len(xs), _MOST_MARKERS)).round().astype(int)
            )
            for index in some.tolist():
                if np.isfinite(middle[index]):
                    self._mark(
                        painter,
                        float(xs[index]),
                        float(middle[index]),
                        metrics.marker,
                        metrics.outline,
                    )

    def find_target(self, point: QPointF) -> Target | None:
        picture = self._picture
        if picture is None:
            return None
        for chart, area in zip(picture.charts, self.areas(), strict=True):
            if not area.contains(point):
                continue
            at = (point.x() - area.left()) / area.width() * (picture.last + 1) - 0.5
            lines = [f"Iteration {max(0, round(at)):,}"]
            newest = -1
            for curve in chart.curves:
                if not len(curve.x):
                    continue
                newest = max(newest, int(curve.x[-1]))
                index = int(np.abs(curve.x - at).argmin())
                value = float(curve.high[index])
                if chart.axis.is_log:
                    value = 10.0**value
                lines.append(f"{chart.title.lower()}, {curve.name}: {format_number(value, 5)}")
            if newest >= 0:
                return Target("iteration", min(max(0, round(at)), newest), "\n".join(lines))
        return None


def _look_different(old: CurvesPicture, new: CurvesPicture) -> bool:
    if (old.last, old.cursor, len(old.charts)) != (new.last, new.cursor, len(new.charts)):
        return True
    return any(
        before.axis != after.axis
        or before.guide != after.guide
        or any(
            len(a.x) != len(b.x) or a.latest != b.latest
            for a, b in zip(before.curves, after.curves, strict=True)
        )
        for before, after in zip(old.charts, new.charts, strict=True)
    )


def thin_curve(x: F64, low: F64, high: F64, pixels: int) -> tuple[F64, F64, F64]:
    """At most about one point a pixel: neighbours become a band that keeps their extremes."""
    group = -(-len(x) // pixels)
    if group <= 1:
        return x, low, high
    starts = np.arange(0, len(x), group)
    middles = np.minimum(starts + group // 2, len(x) - 1)
    return x[middles], np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)
