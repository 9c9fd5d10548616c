"""Curves: Qt strokes a long polyline far slower than its single segments."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop.painting.batched_shapes import draw_lines, make_polygon
from desktop.painting.text_and_pens import is_vector, make_brush, make_colour, make_dashes, make_pen

F64 = NDArray[np.float64]


def draw_curve(
    painter: QPainter,
    xs: F64,
    ys: F64,
    colour: str,
    width: float,
    dashes: tuple[float, ...] = (),
) -> None:
    """Draw a line through points; it is interrupted where one has no height (NaN).

    Args:
        painter: where to.
        xs: (N) the points.
        ys: (N) their heights.
        colour: "#RRGGBB".
        width: of the line.
        dashes: lengths of dashes and gaps by turns, in line widths; empty for a solid line.
    """
    finite = np.isfinite(ys)
    for run in np.split(np.arange(len(xs)), np.flatnonzero(np.diff(finite)) + 1):
        if not len(run) or not finite[run[0]]:
            continue
        if len(run) > 1:
            _draw_run(painter, xs[run], ys[run], colour, width, dashes)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(make_brush(colour))
            painter.drawEllipse(QPointF(float(xs[run[0]]), float(ys[run[0]])), width, width)


def _draw_run(
    painter: QPainter, xs: F64, ys: F64, colour: str, width: float, dashes: tuple[float, ...]
) -> None:
    if is_vector(painter):
        painter.setPen(make_line_pen(colour, width, dashes))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(make_polygon(xs, ys))
        return
    pen = QPen(make_colour(colour), width)
    # Round ends would take four times as long as square ones, and look the same.
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if dashes else Qt.PenCapStyle.SquareCap)
    painter.setPen(pen)
    draw_lines(painter, _cut_dashes(xs, ys, width, dashes) if dashes else _join(xs, ys))


def make_line_pen(colour: str, width: float, dashes: tuple[float, ...]) -> QPen:
    """The pen of a curve."""
    if not dashes:
        return make_pen(colour, width)
    return make_dashes(colour, width, tuple(width * length for length in dashes))


def _join(xs: F64, ys: F64) -> F64:
    return np.column_stack((xs[:-1], ys[:-1], xs[1:], ys[1:]))


def _cut_dashes(xs: F64, ys: F64, width: float, dashes: tuple[float, ...]) -> F64:
    """The segments of a dashed line, measured along the curve."""
    lengths = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(xs), np.diff(ys)))))
    periods = np.arange(0.0, lengths[-1], sum(dashes) * width)
    begins = np.cumsum((0.0, *dashes))[:-1:2] * width
    starts = (periods[:, None] + begins).ravel()
    stops = np.minimum(starts + np.tile(np.array(dashes[::2]) * width, len(periods)), lengths[-1])
    is_there = starts < lengths[-1]
    starts, stops = starts[is_there], stops[is_there]
    middles = (starts + stops) / 2
    places = np.stack((starts, middles, stops))
    x, y = np.interp(places, lengths, xs), np.interp(places, lengths, ys)
    halves = [np.column_stack((x[i], y[i], x[i + 1], y[i + 1])) for i in (0, 1)]
    return np.concatenate(halves)
