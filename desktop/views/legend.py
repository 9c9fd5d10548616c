"""The legend of a chart: every curve by its sample and name, in as many rows as that takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.painting.polylines import make_line_pen
from desktop.painting.text_and_pens import draw_text, make_brush, make_pen, text_width
from desktop.style.theme import Metrics, Theme
from desktop.views.view import Target

_ROW = 1.45
"""From one row to the next, in sizes of a tick's number."""
_FAINT = 0.4
"""Of the name of a curve that was hidden."""


Marker = Literal["ring", "square", "full_square"]
"""What stands on a curve every now and then."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One curve, or the bars, of a legend."""

    name: str
    text: str
    """What is told of it: its name, and perhaps its latest value."""
    dashes: tuple[float, ...] | None = ()
    """Of the curve, in line widths; None for bars, which cannot be hidden."""
    marker: Marker | None = None

    def width(self, metrics: Metrics) -> float:
        """Of the sample with its text."""
        return self.sample(metrics) + 0.4 * metrics.tick + text_width(self.text, metrics.tick)

    def sample(self, metrics: Metrics) -> float:
        """The width of the sample."""
        return (1.0 if self.dashes is None else 1.8) * metrics.tick


Legend = Sequence[tuple[Entry, QRectF]]
"""Entries with their rooms."""


def count_rows(entries: Iterable[Entry], room: float, metrics: Metrics) -> int:
    """How many rows the entries take in a width."""
    rows, x = 0, room
    for entry in entries:
        wide = entry.width(metrics)
        if x + wide > room + 2 or rows == 0:
            rows, x = rows + 1, 0.0
        x += wide + 0.9 * metrics.tick
    return rows


def legend_height(entries: Iterable[Entry], room: float, metrics: Metrics) -> float:
    """The height of the legend over a box."""
    rows = count_rows(entries, room, metrics)
    return 0.0 if rows == 0 else 1.35 * metrics.label + (rows - 1) * _ROW * metrics.tick


def place_legend(entries: Sequence[Entry], area: QRectF, metrics: Metrics) -> Legend:
    """Where every entry stands over the box of a chart, the last row next to it."""
    rows, tick = count_rows(entries, area.width(), metrics), metrics.tick
    y = area.top() - 0.75 * metrics.label - (rows - 1) * _ROW * tick
    x = area.left()
    placed: list[tuple[Entry, QRectF]] = []
    for entry in entries:
        wide = entry.width(metrics)
        if placed and x + wide > area.right() + 2:
            x, y = area.left(), y + _ROW * tick
        placed.append((entry, QRectF(x, y - 0.7 * tick, wide, 1.4 * tick)))
        x += wide + 0.9 * tick
    return placed


def draw_legend(
    painter: QPainter, legend: Legend, hidden: frozenset[str], theme: Theme, metrics: Metrics
) -> None:
    """Draw samples and names; those of hidden curves are faint."""
    for entry, room in legend:
        painter.setOpacity(_FAINT if entry.name in hidden else 1.0)
        x, y, sample = room.left(), room.center().y(), entry.sample(metrics)
        if entry.dashes is None:
            box = QRectF(x, y - 0.3 * metrics.tick, sample, 0.6 * metrics.tick)
            painter.fillRect(box, make_brush(theme.dim))
        else:
            painter.setPen(make_line_pen(theme.text, 0.9 * metrics.curve, entry.dashes))
            painter.drawLine(QPointF(x, y), QPointF(x + sample, y))
        if entry.marker is not None:
            at, size = QPointF(x + sample / 2, y), 0.8 * metrics.marker
            draw_marker(painter, at, size, theme, metrics, entry.marker)
        left = x + sample + 0.4 * metrics.tick
        draw_text(painter, left, y, entry.text, metrics.tick, theme.dim)
    painter.setOpacity(1.0)


def find_entry(legend: Legend, hidden: frozenset[str], point: QPointF) -> Target | None:
    """The curve whose name lies at a point: a click hides it, or shows it again."""
    for entry, room in legend:
        if entry.dashes is not None and room.contains(point):
            verb = "Show" if entry.name in hidden else "Hide"
            return Target("curve", 0, f"{verb}: {entry.name}", entry.name)
    return None


def draw_marker(
    painter: QPainter,
    at: QPointF,
    size: float,
    theme: Theme,
    metrics: Metrics,
    marker: Marker = "ring",
) -> None:
    """A mark on a curve."""
    painter.setPen(make_pen(theme.text, max(metrics.outline, 0.2 * size)))
    painter.setBrush(make_brush(theme.text if marker == "full_square" else theme.ground))
    if marker == "ring":
        painter.drawEllipse(at, size / 2, size / 2)
        return
    half = 0.43 * size if marker == "square" else 0.3 * size
    painter.drawRect(QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half))
