"""Curves: Qt strokes a long polyline far slower than its single segments."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop.views.arrays import draw_lines, make_polygon
from desktop.views.pens import is_vector, make_brush, make_colour, make_dashes, make_pen

F64 = NDArray[np.float64]

DASH, GAP = 4.0, 2.5
"""Of a dashed curve, in line widths."""


def draw_curve(
    painter: QPainter, xs: F64, ys: F64, colour: str, width: float, *, is_dashed: bool = False
) -> None:
    """Draw a line through points; it is interrupted where one has no height (NaN)."""
    finite = np.isfinite(ys)
    for run in np.split(np.arange(len(xs)), np.flatnonzero(np.diff(finite)) + 1):
        if not len(run) or not finite[run[0]]:
            continue
        if len(run) > 1:
            _draw_run(painter, xs[run], ys[run], colour, width, is_dashed)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(make_brush(colour))
            painter.drawEllipse(QPointF(float(xs[run[0]]), float(ys[run[0]])), width, width)


def _draw_run(
    painter: QPainter, xs: F64, ys: F64, colour: str, width: float, is_dashed: bool
) -> None:
    if is_vector(painter):
        dashes = (DASH * width, GAP * width)
        painter.setPen(make_dashes(colour, width, dashes) if is_dashed else make_pen(colour, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(make_polygon(xs, ys))
        return
    pen = QPen(make_colour(colour), width)
    # Round ends would take four times as long as square ones, and look the same.
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if is_dashed else Qt.PenCapStyle.SquareCap)
    painter.setPen(pen)
    draw_lines(painter, _cut_dashes(xs, ys, width) if is_dashed else _join(xs, ys))


def _join(xs: F64, ys: F64) -> F64:
    return np.column_stack((xs[:-1], ys[:-1], xs[1:], ys[1:]))


def _cut_dashes(xs: F64, ys: F64, width: float) -> F64:
    """The segments of a dashed line, measured along the curve."""
    lengths = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(xs), np.diff(ys)))))
    starts = np.arange(0.0, lengths[-1], (DASH + GAP) * width)
    stops = np.minimum(starts + DASH * width, lengths[-1])
    middles = (starts + stops) / 2
    places = np.stack((starts, middles, stops))
    x, y = np.interp(places, lengths, xs), np.interp(places, lengths, ys)
    halves = [np.column_stack((x[i], y[i], x[i + 1], y[i + 1])) for i in (0, 1)]
    return np.concatenate(halves)
