"""The axes of the charts: pyqtgraph's, with our type and ticks, and text that stays text."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.display.scales import (
    MOST_TICKS,
    Axis,
    fit_linear_axis,
    format_log10,
    format_power,
    pick_whole_ticks,
)
from desktop.painting.text_and_pens import MEDIUM, SEMIBOLD, draw_text, make_pen, text_width
from desktop.style.theme import Metrics, Theme

Ticks = list[tuple[float, str]]
"""Places on an axis and their numbers."""

_FINE = (1.0, 2.0, 5.0)
"""Within a decade, where few decades are seen."""


class ThemedAxis(pg.AxisItem):  # type: ignore[misc]
    """Paints itself: the stock one replays a picture, whose text is displaced on paper."""

    def __init__(self, orientation: str, *, has_grid: bool = False) -> None:
        self.theme: Theme | None = None
        self.metrics: Metrics | None = None
        self.has_grid = has_grid
        self.plot = QRectF()
        """The box of the chart in the axis' own pixels."""
        self._bounds = QRectF()
        self.name = ""
        super().__init__(orientation, maxTickLength=0)
        self.setStyle(tickLength=0, hideOverlappingLabels=False, autoExpandTextSpace=False)
        self.setZValue(-1000)

    def dress(self, theme: Theme, metrics: Metrics, own: QRectF, plot: QRectF) -> None:
        """Stand in a room beside the box of a chart, both in pixels of the chart."""
        self.theme, self.metrics = theme, metrics
        self.setPen(None)
        if self.orientation == "left":
            self.setWidth(own.width())
        else:
            self.setHeight(own.height())
        self.prepareGeometryChange()
        self.setGeometry(own)
        self.plot = plot.translated(-own.topLeft())
        more = 1.2 * metrics.tick
        wide = 4 * more if self.orientation == "left" else more
        around = QRectF(0, 0, own.width(), own.height())
        if self.has_grid:
            around = around.united(self.plot)
        above = 2 * more if self.orientation == "left" else more
        self._bounds = around.adjusted(-wide, -above, more, more)
        self.update()

    def boundingRect(self) -> QRectF:
        """With the grid, and half a number beyond each end."""
        return self._bounds

    def list_ticks(self, low: float, high: float, length: float) -> Ticks:
        """The numbered places in the range that is seen, on so many pixels."""
        raise NotImplementedError

    def paint(self, painter: QPainter, *args: Any) -> None:
        """Draw grid and numbers."""
        del args
        low, high = self.range
        if self.theme is None or self.metrics is None or high <= low or self.plot.isEmpty():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.orientation == "left":
            self.paint_left(painter, self.theme, self.metrics, low, high)
        else:
            self.paint_bottom(painter, self.theme, self.metrics, low, high)

    def paint_left(
        self, painter: QPainter, theme: Theme, metrics: Metrics, low: float, high: float
    ) -> None:
        """Numbers right-aligned beside the box; the highest ones have precedence."""
        plot, last = self.plot, -math.inf
        right = plot.left() - 0.6 * metrics.tick
        for at, text in reversed(self.list_ticks(low, high, plot.height())):
            y = plot.bottom() - (at - low) / (high - low) * plot.height()
            if self.has_grid:
                painter.setPen(make_pen(theme.line, metrics.axis))
                painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            if y - last >= 1.3 * metrics.tick:
                last = y
                draw_text(painter, right, y, text, metrics.tick, theme.dim, align="right")

    def paint_bottom(
        self, painter: QPainter, theme: Theme, metrics: Metrics, low: float, high: float
    ) -> None:
        """Numbers under their places."""
        raise NotImplementedError

    def place_name(self, numbers: list[tuple[float, float, str]], tick: float) -> float | None:
        """Where the name of the axis ends: at its end, or in the last gap that holds it."""
        wide = text_width(self.name, tick) + 1.4 * tick
        end = self.plot.right()
        for left, right, _ in reversed(numbers):
            if end - right >= wide - 0.7 * tick * (end == self.plot.right()):
                is_last = end == self.plot.right()
                return end if is_last else 0.5 * (right + end + wide) - 0.7 * tick
            end = left
        return self.plot.right() if not numbers else None

    def x_of(self, at: float) -> float:
        """Where a place lies under the box."""
        low, high = self.range
        share = float((at - low) / (high - low))
        return self.plot.left() + share * self.plot.width()


class ValueAxis(ThemedAxis):
    """Whole decades or round numbers: those of the resolved axis, finer ones once zoomed."""

    def __init__(self) -> None:
        self.axis: Axis | None = None
        self.is_zoomed = False
        self.off_axis_marks: tuple[tuple[str, float], ...] = ()
        """Names of what lies off the axis, and how far below the top they stand, in label
        sizes; above the bottom where that is negative."""
        super().__init__("left", has_grid=True)

    def list_ticks(self, low: float, high: float, length: float) -> Ticks:
        axis = self.axis
        if axis is None or self.metrics is None:
            return []
        if not self.is_zoomed:
            found = [(tick.at, tick.text) for tick in axis.ticks]
        elif axis.is_log:
            found = _list_decades(low, high)
        else:
            fine = fit_linear_axis([low, high], "zoomed", from_zero=False)
            found = [(tick.at, tick.text) for tick in fine.ticks if low <= tick.at <= high]
        every = max(1, math.ceil(len(found) * 1.35 * self.metrics.tick / max(length, 1.0)))
        return found[::-every][::-1]

    def paint_left(
        self, painter: QPainter, theme: Theme, metrics: Metrics, low: float, high: float
    ) -> None:
        super().paint_left(painter, theme, metrics, low, high)
        right = self.plot.left() - 0.6 * metrics.tick
        for name, away in self.off_axis_marks:
            edge = self.plot.top() if away > 0 else self.plot.bottom()
            y = edge + away * metrics.label
            draw_text(painter, right, y, name, metrics.tick, theme.dim, align="right")


def _list_decades(low: float, high: float) -> Ticks:
    """Whole decades; between them 2 and 5, and then ever finer, where few are seen."""
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    if last - first >= 2:
        every = math.ceil((last - first + 1) / MOST_TICKS)
        return [(float(d), format_power(d)) for d in range(first, last + 1) if d % every == 0]
    places = [d + math.log10(each) for d in range(math.floor(low), last + 1) for each in _FINE]
    seen = [at for at in places if low <= at <= high]
    if len(seen) < 3:
        gap = (high - low) / 5
        seen = [low + gap * (index + 0.5) for index in range(5)]
    return [(at, _format_place(at, 1 if len(seen) > 5 or at in places else 3)) for at in seen]


def _format_place(at: float, digits: int) -> str:
    if abs(at - round(at)) < 1e-9:
        return format_power(round(at))
    return format_log10(at, digits).replace(" ", "")


class CountAxis(ThemedAxis):
    """Whole numbers: iterations below, layers or units at the left."""

    def __init__(self, orientation: str, name: str = "", *, most: int = MOST_TICKS) -> None:
        self.first, self.last = 0, 1
        self.shift = 0.0
        """From a number to its middle on the axis."""
        self.labels: tuple[str, ...] = ()
        """What stands for the numbers from 1 on; empty where they stand for themselves."""
        self._most = most
        super().__init__(orientation)
        self.name = name

    def list_ticks(self, low: float, high: float, length: float) -> Ticks:
        del length
        first = max(math.ceil(low - self.shift - 1e-9), self.first)
        last = min(math.floor(high - self.shift + 1e-9), self.last)
        if last < first:
            return []
        numbers = pick_whole_ticks(first, last, self._most)
        return [(n + self.shift, self._label(n)) for n in numbers]

    def name_it(self, name: str) -> None:
        """Take what the numbers count."""
        if name != self.name:
            self.name = name
            self.update()

    def paint_left(
        self, painter: QPainter, theme: Theme, metrics: Metrics, low: float, high: float
    ) -> None:
        super().paint_left(painter, theme, metrics, low, high)
        right = self.plot.left() - 0.6 * metrics.tick
        y = self.plot.top() - 1.25 * metrics.tick
        draw_text(painter, right, y, self.name, metrics.tick, theme.dim, align="right")

    def _label(self, number: int) -> str:
        return self.labels[number - 1] if self.labels else f"{number:,}"

    def paint_bottom(
        self, painter: QPainter, theme: Theme, metrics: Metrics, low: float, high: float
    ) -> None:
        plot, tick = self.plot, metrics.tick
        y = plot.bottom() + 0.95 * metrics.label
        numbers: list[tuple[float, float, str]] = []
        ticks = self.list_ticks(low, high, plot.width())
        for at, text in [*ticks[:1], *ticks[:0:-1]]:  # the ends of the range before all others
            half = text_width(text, tick) / 2
            x = min(max(self.x_of(at), plot.left() + half), plot.right() - half)
            if all(x - half > b + 0.5 * tick or x + half < a - 0.5 * tick for a, b, _ in numbers):
                numbers.append((x - half, x + half, text))
        numbers.sort()
        right = self.place_name(numbers, tick)
        while right is None and len(numbers) > 2:  # numbers between the ends make way for it
            del numbers[-2]
            right = self.place_name(numbers, tick)
        if right is not None:
            draw_text(painter, right, y, self.name, tick, theme.dim, align="right")
        for left, _, text in numbers:
            draw_text(painter, left, y, text, tick, theme.dim)


class StationAxis(ThemedAxis):
    """The numbers of layers or time steps under the bars; the selected one is strong."""

    def __init__(self) -> None:
        self.depth = 1
        self.selected: int | None = None
        self.input_at: float | None = None
        """Where the input stands, in layers; None where it has no name here."""
        super().__init__("bottom")
        self.name = "layer"

    def note(
        self, name: str, depth: int, selected: int | None, input_at: float | None = None
    ) -> None:
        """Take what is to be numbered; paint anew if it differs."""
        wanted = (name, depth, selected, input_at)
        if wanted != (self.name, self.depth, self.selected, self.input_at):
            self.name, self.depth, self.selected, self.input_at = wanted
            self.update()

    def list_ticks(self, low: float, high: float, length: float) -> Ticks:
        assert self.metrics is not None
        first, last = max(1, math.ceil(low)), min(self.depth, math.floor(high))
        if last < first:
            return []
        widest = text_width(f"{last:,}", self.metrics.tick) + 0.7 * self.metrics.tick
        has_all = length / (high - low) >= widest and last - first < 2 * MOST_TICKS + 2
        whole = range(first, last + 1) if has_all else pick_whole_ticks(first, last)
        return [(float(n), f"{n:,}") for n in whole]

    def paint_bottom(
        self, painter: QPainter, theme: Theme, metrics: Metrics, low: float, high: float
    ) -> None:
        plot, tick = self.plot, metrics.tick
        y = plot.bottom() + 0.95 * metrics.label
        ticks = dict(self.list_ticks(low, high, plot.width()))
        selected = self.selected
        if selected is not None and 1 <= selected <= self.depth and low <= selected <= high:
            ticks[float(selected)] = f"{selected:,}"
        taken: list[tuple[float, float]] = []
        for at in sorted(ticks, key=lambda at: at != selected):
            is_strong = at == selected
            half = text_width(ticks[at], tick, MEDIUM) / 2 + 2
            x = min(max(self.x_of(at), plot.left() + half - 2), plot.right() - half + 2)
            if any(x - half < right and left < x + half for left, right in taken):
                continue
            taken.append((x - half, x + half))
            colour, weight = (theme.text, SEMIBOLD) if is_strong else (theme.dim, MEDIUM)
            draw_text(painter, x, y, ticks[at], tick, colour, align="centre", weight=weight)
        if self.input_at is not None and low <= self.input_at <= high:
            x, half = self.x_of(self.input_at), text_width("input", tick) / 2 + 2
            if not any(x - half < right and left < x + half for left, right in taken):
                taken.append((x - half, x + half))
                draw_text(painter, x, y, "input", tick, theme.dim, align="centre")
        numbers = [(left, right, "") for left, right in sorted(taken)]
        name_at = self.place_name(numbers, tick)
        if name_at is not None:
            draw_text(painter, name_at, y, self.name, tick, theme.dim, align="right")
