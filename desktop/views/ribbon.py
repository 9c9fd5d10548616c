"""Very deep networks: the columns thin out to one road, as wide as its gradient is strong."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from desktop.display.picture import DiagramPicture
from desktop.theme import Metrics, Theme, strength_colour
from desktop.views.nodes import (
    LARGEST,
    OUTLINE_BELOW,
    draw_hatched_ring,
    draw_struck_ring,
    make_dots,
    size_of,
)
from desktop.views.pens import is_vector, make_brush, make_pen
from desktop.views.stations import Stations
from engine.frames import ValueKind

I64 = NDArray[np.int64]

_LEAST_CELL = 1.5
"""Pixels: where layers are narrower, neighbours share a cell, and the most extreme shows."""


def pick_layers(picture: DiagramPicture, stations: Stations) -> tuple[I64, I64]:
    """The first layer of each cell, and the layer that stands for it (the most extreme)."""
    depth = picture.depth
    together = max(1, math.ceil(_LEAST_CELL / stations.pitch))
    starts = np.arange(1, depth + 1, together)
    if together == 1:
        return starts, starts
    weight = np.abs(np.nan_to_num(picture.layer_strengths, nan=np.inf))
    shown = [
        int(start) + int(np.argmax(weight[start : min(start + together, depth + 1)]))
        for start in starts
    ]
    return starts, np.array(shown, np.int64)


def draw_ribbon(
    painter: QPainter,
    picture: DiagramPicture,
    stations: Stations,
    theme: Theme,
    metrics: Metrics,
    top: float,
    bottom: float,
) -> None:
    """Draw one cell for every layer, or for a few where they are narrower than a pixel."""
    middle, half = (top + bottom) / 2, 0.5 * (bottom - top) / LARGEST
    starts, shown = pick_layers(picture, stations)
    edges = stations.between(starts).tolist()
    edges[0] = stations.at(1) - stations.pitch / 2
    edges.append(stations.at(picture.depth) + stations.pitch / 2)
    cells = list(zip(edges, edges[1:], shown.tolist(), strict=False))
    lit = cells if picture.has_measure else []
    if not picture.playhead.at_end():
        lit = [cell for cell in lit if picture.playhead.has_reached(cell[2])]
    unlit = cells[: len(cells) - len(lit)]
    if unlit:
        room = QRectF(unlit[0][0], middle - half, unlit[-1][1] - unlit[0][0], 2 * half)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(make_dots(theme, metrics.outline))
        painter.drawRoundedRect(room, 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_vector(painter))
    for left, right, layer in lit:
        strength = float(picture.layer_strengths[layer])
        if not math.isnan(strength):
            tall = half * size_of(strength)
            colour = strength_colour(theme, round(strength, 1))
            painter.fillRect(
                QRectF(left, middle - tall, right - left + 0.4, 2 * tall), make_brush(colour)
            )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    _outline(painter, picture, lit, theme, metrics, middle, half)
    _draw_glyphs(painter, picture, lit, theme, metrics, middle)


def _outline(
    painter: QPainter,
    picture: DiagramPicture,
    lit: list[tuple[float, float, int]],
    theme: Theme,
    metrics: Metrics,
    middle: float,
    half: float,
) -> None:
    """The edges of the faint part, in the dim text colour, so that greyscale keeps it."""
    for side in (-1, 1):
        line = QPolygonF()
        for left, right, layer in lit:
            strength = float(picture.layer_strengths[layer])
            if math.isnan(strength) or strength >= OUTLINE_BELOW:
                continue
            tall = side * half * size_of(strength)
            line.append(QPointF((left + right) / 2, middle + tall))
        if line.size() > 1:
            painter.setPen(make_pen(theme.dim, metrics.outline))
            painter.drawPolyline(line)


def _draw_glyphs(
    painter: QPainter,
    picture: DiagramPicture,
    lit: list[tuple[float, float, int]],
    theme: Theme,
    metrics: Metrics,
    middle: float,
) -> None:
    """One line and a few glyphs for each run of layers without a place on the axis."""
    radius = 0.4 * metrics.label
    last_x = -math.inf
    for left, right, layer in lit:
        kind = int(picture.layer_kinds[layer])
        if kind in (ValueKind.FINITE, ValueKind.DENORMAL):
            continue
        x = (left + right) / 2
        painter.setPen(make_pen(theme.dim, metrics.outline))
        painter.drawLine(QPointF(left, middle), QPointF(right, middle))
        if x - last_x < 6 * radius:
            continue
        last_x = x
        painter.setBrush(make_brush(theme.ground))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(x, middle), 1.4 * radius, 1.4 * radius)
        if kind in (ValueKind.INFINITE, ValueKind.NAN):
            draw_hatched_ring(painter, theme, x, middle, radius, metrics.outline)
        else:
            draw_struck_ring(painter, theme, x, middle, 0.8 * radius, metrics.outline)
