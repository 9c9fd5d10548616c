"""Very deep networks: the columns thin out to one road, as wide as its gradient is strong."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from desktop.display.pictures import DiagramPicture
from desktop.painting.batched_shapes import fill_cells, make_polygon
from desktop.painting.node_marks import (
    LARGEST,
    OUTLINE_BELOW,
    draw_hatched_ring,
    draw_struck_ring,
    make_dots,
    sizes_of,
)
from desktop.painting.text_and_pens import is_vector, make_brush, make_pen
from desktop.style.theme import Metrics, Theme
from desktop.views.layout import Stations
from engine.records.record import ValueKind

F64 = NDArray[np.float64]
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
    weight = np.full(len(starts) * together, -1.0)
    weight[:depth] = np.abs(np.nan_to_num(picture.layer_strengths[1:], nan=np.inf))
    most: I64 = weight.reshape(len(starts), together).argmax(axis=1).astype(np.int64)
    return starts, starts + most


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
    cells = _cut_cells(picture, stations)
    lit = _pick_lit(picture, cells)
    unlit = cells.first(len(cells.layers) - len(lit.layers))
    if len(unlit.layers):
        left, right = float(unlit.left[0]), float(unlit.right[-1])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(make_dots(theme, metrics.outline))
        painter.drawRoundedRect(QRectF(left, middle - half, right - left, 2 * half), 3, 3)
    strengths = picture.layer_strengths[lit.layers]
    halves = half * sizes_of(strengths)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_vector(painter))
    rooms = np.column_stack(
        (lit.left, middle - halves, lit.right - lit.left + 0.4, 2 * halves),
    )
    has_colour = ~np.isnan(strengths)
    fill_cells(painter, theme, rooms[has_colour], np.round(strengths[has_colour], 1))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    is_faint = strengths < OUTLINE_BELOW
    if np.count_nonzero(is_faint) > 1:
        # The edges of the faint part, in the dim text colour, so that greyscale keeps it.
        painter.setPen(make_pen(theme.dim, metrics.outline))
        x = (lit.left + lit.right)[is_faint] / 2
        for side in (-1, 1):
            painter.drawPolyline(make_polygon(x, middle + side * halves[is_faint]))
    _draw_glyphs(painter, picture, lit, theme, metrics, middle)


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """The cells from left to right."""

    left: F64
    right: F64
    layers: I64
    """The layer that each stands for."""

    def first(self, count: int) -> _Cells:
        return _Cells(self.left[:count], self.right[:count], self.layers[:count])

    def beyond(self, count: int) -> _Cells:
        return _Cells(self.left[count:], self.right[count:], self.layers[count:])


def _cut_cells(picture: DiagramPicture, stations: Stations) -> _Cells:
    starts, shown = pick_layers(picture, stations)
    left = stations.between(starts)
    left[0] = stations.at(1) - stations.pitch / 2
    right = np.append(left[1:], stations.at(picture.depth) + stations.pitch / 2)
    return _Cells(left, right, shown)


def _pick_lit(picture: DiagramPicture, cells: _Cells) -> _Cells:
    """The cells that the pass has reached."""
    count, playhead = len(cells.layers), picture.playhead
    if not picture.has_measure:
        return cells.beyond(count)
    if playhead.at_end():
        return cells
    return cells.beyond(sum(not playhead.has_reached(layer) for layer in cells.layers.tolist()))


def _draw_glyphs(
    painter: QPainter,
    picture: DiagramPicture,
    lit: _Cells,
    theme: Theme,
    metrics: Metrics,
    middle: float,
) -> None:
    """One line and a few glyphs for each run of layers without a place on the axis."""
    radius = 0.4 * metrics.label
    last_x = -math.inf
    kinds = picture.layer_kinds[lit.layers]
    for index in np.flatnonzero((kinds != ValueKind.FINITE) & (kinds != ValueKind.DENORMAL)):
        kind, left, right = int(kinds[index]), float(lit.left[index]), float(lit.right[index])
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
