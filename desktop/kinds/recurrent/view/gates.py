"""Gates as valves: two neutral blades that close on the road between two time steps."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from desktop.display.scales import format_number
from desktop.kinds.recurrent.display.frame import Crossing, StateRow
from desktop.kinds.recurrent.view.state_rows import StateRowPlaces, pick_time_steps
from desktop.painting.batched_shapes import make_polygon
from desktop.painting.text_and_pens import Align, draw_text, make_brush, make_pen
from desktop.style.theme import Metrics, Theme
from desktop.views.layout import Stations

_LEAST_PITCH = 7.0
"""Pixels: where time steps stand closer, the blades join to two bands."""
CLOSE_UP = 6.4
"""Time steps this many label sizes apart (90 pixels at the desk) show every gate."""
_NUMBERED = 8.8
"""From this many label sizes on the input and output gates' numbers stand beside them."""


def reach_of(rows: StateRowPlaces, metrics: Metrics) -> tuple[float, float]:
    """How far the blades of an open valve stand from the road's middle, and where they end."""
    clear = max(1.1 * rows.half, 0.75 * rows.radius)
    return clear, clear + 0.34 * metrics.label


def draw_valves(
    painter: QPainter,
    state_row: StateRow,
    y: float,
    rows: StateRowPlaces,
    stations: Stations,
    theme: Theme,
    metrics: Metrics,
) -> None:
    """The gate of one state row between every two time steps, as open as it was in this pass."""
    if len(state_row.gates) < 2:
        return
    clear, outer = reach_of(rows, metrics)
    if stations.pitch < _LEAST_PITCH:
        _draw_bands(painter, state_row, y, clear, outer, stations, theme)
        return
    wide = min(max(0.14 * stations.pitch, 2.0 * metrics.outline), 0.26 * metrics.label)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(make_brush(theme.text))
    for t in _seen(stations, 2, len(state_row.gates)):
        x = stations.at(t - 0.5)
        inner = _inner(float(state_row.gates[t - 1]), clear)
        painter.drawRect(QRectF(x - wide / 2, y - outer, wide, outer - inner))
        painter.drawRect(QRectF(x - wide / 2, y + inner, wide, outer - inner))
    if state_row.before_gates is None:
        return
    reach = min(0.3 * stations.pitch, 0.5 * metrics.label)
    marks = []
    for t in _seen(stations, 2, len(state_row.gates)):
        x, inner = stations.at(t - 0.5), _inner(float(state_row.before_gates[t - 1]), clear)
        marks += [QLineF(x - reach, y + s * inner, x + reach, y + s * inner) for s in (-1, 1)]
    for colour, width in ((theme.ground, 2.4), (theme.text, 1.0)):
        painter.setPen(make_pen(colour, width * metrics.outline))
        painter.drawLines(marks)


def _seen(stations: Stations, first: int, last: int) -> range:
    """The time steps from `first` to `last` that are seen."""
    left, right = stations.visible()
    return range(max(first, left), min(last, right) + 1)


def _inner(gate: float, clear: float) -> float:
    return clear * min(1.0, max(0.0, gate)) if np.isfinite(gate) else clear


def _draw_bands(
    painter: QPainter,
    state_row: StateRow,
    y: float,
    clear: float,
    outer: float,
    stations: Stations,
    theme: Theme,
) -> None:
    picked = pick_time_steps(state_row.gates - 1.0, stations.pitch)
    xs = stations.x[picked + 1]
    inner = clear * np.clip(np.nan_to_num(state_row.gates[picked], nan=1.0), 0.0, 1.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(make_brush(theme.text, 0.42))
    for side in (-1, 1):
        edge = np.concatenate((y + side * inner, np.full(2, y + side * outer)))
        painter.drawPolygon(make_polygon(np.concatenate((xs, xs[[-1, 0]])), edge))


def draw_crossings(
    painter: QPainter,
    crossing: Crossing,
    state_row: StateRow,
    cell_y: float,
    hidden_y: float,
    rows: StateRowPlaces,
    stations: Stations,
    theme: Theme,
    metrics: Metrics,
) -> None:
    """The input gate on the way into the cell state, the output gate on the way out of it."""
    middle, tall = (cell_y + hidden_y) / 2, 0.5 * rows.half
    blade = 0.34 * metrics.label
    for t in _seen(stations, 1, len(crossing.into)):
        ways = (
            (stations.at(t), float(crossing.out_of[t - 1]), "o"),
            (stations.at(t) - 0.2 * stations.pitch, float(crossing.into[t - 1]), "i"),
        )
        for x, gate, name in ways:
            painter.setPen(make_pen(theme.link, metrics.curve))
            stop = hidden_y if name == "o" else hidden_y - rows.half
            painter.drawLine(QPointF(x, cell_y), QPointF(x, stop))
            inner = _inner(gate, 0.4 * metrics.label)
            outer = 0.4 * metrics.label + blade
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(make_brush(theme.text))
            painter.drawRect(QRectF(x - outer, middle - tall / 2, outer - inner, tall))
            painter.drawRect(QRectF(x + inner, middle - tall / 2, outer - inner, tall))
            if stations.pitch >= _NUMBERED * metrics.label:
                text, side = f"{name} {format_number(gate)}", outer + 0.25 * metrics.tick
                if name == "i":
                    _write(painter, x - side, middle, text, "right", theme, metrics)
                else:
                    _write(painter, x + side, middle, text, "left", theme, metrics)
        if t > 1:
            x = stations.at(t - 0.5)
            above = cell_y - reach_of(rows, metrics)[1] - 0.55 * metrics.smallest
            value = float(state_row.gates[t - 1])
            text = f"{state_row.gate_name[0]} {format_number(value)}"
            _write(painter, x, above, text, "centre", theme, metrics)


def _write(
    painter: QPainter, x: float, y: float, text: str, align: Align, theme: Theme, metrics: Metrics
) -> None:
    draw_text(painter, x, y, text, metrics.smallest, theme.dim, align=align)
