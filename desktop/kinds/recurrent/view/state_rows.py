"""Where the state rows of an unrolled network lie, and the roads along them.

A road is as wide as the gradient that arrives is strong, and has its colour; what the pass
has not reached is a dotted outline, exact zeros are a thin line with struck rings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QLinearGradient, QPainter

from desktop.kinds.recurrent.display.frame import StateRow, UnrolledPicture
from desktop.painting.batched_shapes import make_polygon
from desktop.painting.node_marks import (
    OUTLINE_BELOW,
    draw_hatched_ring,
    draw_struck_ring,
    make_dots,
    sizes_of,
)
from desktop.painting.text_and_pens import make_colour, make_pen
from desktop.style.theme import Metrics, Theme, strength_colour
from desktop.views.layout import Stations
from engine.records.record import ValueKind

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

HEIGHT_OF_LANE = 6.0
"""The widest gap between two state rows, in label sizes."""
_LEAST_RADIUS = 0.2
_MOST_STOPS = 500
_NODE_ROAD = 0.3
"""Half the width of a road with nodes on it, in radii of the nodes."""


@dataclass(frozen=True, slots=True, eq=False)
class StateRowPlaces:
    """The heights of all state rows."""

    ys: tuple[float, ...]
    half: float
    """Half the width of a healthy road."""
    radius: float
    """Of a node; 0 where time steps stand too close for nodes."""
    top: float
    bottom: float

    def half_of(self, state_row: StateRow) -> float:
        """Half the width of a state row's healthy road: narrower where it carries nodes."""
        return self.half if state_row.is_cell or not self.radius else _NODE_ROAD * self.radius


def stand_state_rows(
    picture: UnrolledPicture, stations: Stations, top: float, bottom: float, metrics: Metrics
) -> StateRowPlaces:
    """Spread the state rows over a height; state rows of one layer stand closer than layers do."""
    count = len(picture.state_rows)
    gap = min((bottom - top) / count, HEIGHT_OF_LANE * metrics.label)
    middle = (top + bottom) / 2
    ys = [middle + gap * (row - (count - 1) / 2) for row in range(count)]
    has_pairs = any(state_row.is_cell for state_row in picture.state_rows)
    if has_pairs and count > 2:
        ys = [
            y + (0.09 if state_row.is_cell else -0.09) * gap
            for y, state_row in zip(ys, picture.state_rows, strict=True)
        ]
    half = min(0.2 * gap, 0.72 * metrics.label)
    radius = min(0.26 * gap, 0.31 * stations.pitch, 0.8 * metrics.label)
    if radius < _LEAST_RADIUS * metrics.label:
        radius = 0.0
    spread = min(0.42 * gap, 1.6 * metrics.label)
    return StateRowPlaces(tuple(ys), half, radius, ys[0] - spread, ys[-1] + spread)


def mark_height(rows: StateRowPlaces, metrics: Metrics) -> float:
    """How high the marks of losses stand: over the top state row."""
    return rows.top - 0.35 * metrics.label


def pick_time_steps(strengths: F64, pitch: float) -> I64:
    """Indices to draw: all, or the most extreme of those that share a pixel."""
    together = math.ceil(1.0 / max(pitch, 1e-6))
    if together <= 1:
        return np.arange(len(strengths))
    groups = -(-len(strengths) // together)
    weight = np.full(groups * together, -1.0)
    weight[: len(strengths)] = np.abs(np.nan_to_num(strengths, nan=np.inf))
    chosen = weight.reshape(groups, together).argmax(axis=1)
    picked: I64 = (np.arange(groups) * together + chosen).astype(np.int64)
    return picked


def draw_road(
    painter: QPainter,
    state_row: StateRow,
    y: float,
    half: float,
    stations: Stations,
    theme: Theme,
    metrics: Metrics,
    border: float,
) -> None:
    """One state row's road: lit right of the border, dotted left of it and after the loss."""
    first, last = stations.visible(3.0)
    here = slice(max(first, 1) - 1, min(last, stations.depth))
    xs = stations.x[1:-1][here]
    if not len(xs):
        return
    state_row = replace(state_row, strengths=state_row.strengths[here], kinds=state_row.kinds[here])
    never = np.flatnonzero(state_row.kinds < 0)
    after = float(xs[max(never[0] - 1, 0)]) if never.size else float(xs[-1])
    start = float(xs[0])
    lit_from = min(max(border, start), after)
    if lit_from > start:
        _draw_dotted(painter, theme, metrics, start, lit_from, y, half)
    if never.size:
        _draw_dotted(painter, theme, metrics, after, float(xs[-1]), y, half)
    if border > after:
        return
    picked = pick_time_steps(state_row.strengths, stations.pitch)
    picked = picked[state_row.kinds[picked] >= 0]
    x, strengths = cut_at(xs[picked], state_row.strengths[picked], lit_from)
    finite = np.isfinite(strengths)
    for run in np.split(np.arange(len(x)), np.flatnonzero(np.diff(finite)) + 1):
        if not len(run):
            continue
        if finite[run[0]]:
            _fill_road(painter, x[run], strengths[run], y, half, theme, metrics)
        else:
            painter.setPen(make_pen(theme.dim, metrics.outline))
            painter.drawLine(QPointF(float(x[run[0]]), y), QPointF(float(x[run[-1]]), y))


def cut_at(xs: F64, strengths: F64, border: float) -> tuple[F64, F64]:
    """The part of a road right of a border, with a point of its own at the border."""
    inside = xs >= border - 1e-6
    if inside.all() or not inside.any():
        return (xs, strengths) if inside.all() else (xs[:0], strengths[:0])
    first = int(np.argmax(inside))
    share = (border - xs[first - 1]) / (xs[first] - xs[first - 1])
    at = strengths[first - 1] + share * (strengths[first] - strengths[first - 1])
    if not np.isfinite(at):
        at = strengths[first]
    return np.append(border, xs[inside]), np.append(at, strengths[inside])


def _fill_road(
    painter: QPainter, x: F64, strengths: F64, y: float, half: float, theme: Theme, metrics: Metrics
) -> None:
    halves = half * sizes_of(strengths)
    if len(x) == 1:
        x, halves = np.array([x[0] - half, x[0] + half]), np.repeat(halves, 2)
        strengths = np.repeat(strengths, 2)
    left, right = float(x[0]), float(x[-1])
    gradient = QLinearGradient(left, 0, right, 0)
    every = max(1, math.ceil(len(x) / _MOST_STOPS))
    some = np.append(np.arange(0, len(x) - 1, every), len(x) - 1)
    shares = np.clip((x[some] - left) / max(right - left, 1e-9), 0.0, 1.0).tolist()
    colours = [strength_colour(theme, round(at, 2)) for at in strengths[some].tolist()]
    gradient.setStops(list(zip(shares, map(make_colour, colours), strict=True)))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(gradient))
    upper, lower = y - halves, y + halves
    outline = np.concatenate((x, x[::-1])), np.concatenate((upper, lower[::-1]))
    painter.drawPolygon(make_polygon(*outline))
    faint = strengths < OUTLINE_BELOW
    painter.setPen(make_pen(theme.dim, 0.8 * metrics.outline))
    for run in np.split(np.arange(len(x)), np.flatnonzero(np.diff(faint)) + 1):
        if len(run) > 1 and faint[run[0]]:
            for edge in (upper, lower):
                painter.drawPolyline(make_polygon(x[run], edge[run]))


def _draw_dotted(
    painter: QPainter,
    theme: Theme,
    metrics: Metrics,
    left: float,
    right: float,
    y: float,
    half: float,
) -> None:
    painter.setPen(make_dots(theme, metrics.outline))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    tall = 0.75 * half
    for side in (-1, 1):
        painter.drawLine(QPointF(left, y + side * tall), QPointF(right, y + side * tall))
    painter.drawLine(QPointF(left, y - tall), QPointF(left, y + tall))


def draw_glyphs(
    painter: QPainter,
    state_row: StateRow,
    y: float,
    stations: Stations,
    theme: Theme,
    metrics: Metrics,
    border: float,
) -> None:
    """A few rings along what is exactly zero or not finite, on a road without nodes."""
    radius = 0.32 * metrics.label
    last_x = -math.inf
    for index in np.flatnonzero(state_row.kinds > 0).tolist():
        kind, x = int(state_row.kinds[index]), stations.at(index + 1)
        if not stations.left - radius <= x <= stations.right + radius:
            continue
        if kind == ValueKind.DENORMAL or x < border or x - last_x < 7 * radius:
            continue
        last_x = x
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(make_colour(theme.ground))
        painter.drawEllipse(QPointF(x, y), 1.3 * radius, 1.3 * radius)
        if kind in (ValueKind.INFINITE, ValueKind.NAN):
            draw_hatched_ring(painter, theme, x, y, radius, metrics.outline)
        else:
            draw_struck_ring(painter, theme, x, y, 0.8 * radius, metrics.outline)
