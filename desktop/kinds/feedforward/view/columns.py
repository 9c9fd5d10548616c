"""The nodes of the diagram: where they stand, which units are drawn, and how."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from desktop.display.pictures import DiagramPicture
from desktop.painting.node_marks import LARGEST, TRAIL, draw_glow, draw_nodes
from desktop.style.theme import Metrics, Theme, strength_colour
from desktop.views.layout import Stations
from desktop.views.view import Place

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

MOST_INPUT_NAMES = 6
_NOBODY, _NOWHERE = np.zeros(0, np.int64), np.zeros(0)
"""The rows and heights of a column that is not seen."""
_INPUT_OPACITY = 0.6
_MOST_COLUMNS = 120
"""Seen at a time: more are a ribbon."""
_LEAST_RADIUS = 0.2
"""In label sizes: smaller nodes are drawn as a ribbon."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The places of all nodes."""

    radius: float
    rows: tuple[I64, ...]
    """For each layer, input first, which of its recorded units are drawn."""
    ys: tuple[F64, ...]
    """Their heights, in pixels."""
    top: float
    bottom: float
    is_ribbon: bool
    has_links: bool
    """Whether single links are drawn between the columns."""
    first: int = 0
    last: int = 0
    """The columns that are seen, or nearly so; the others have no rows."""
    layers: I64 = field(init=False)
    """(N) the layer of every node, all columns in a row."""
    units: I64 = field(init=False)
    """(N) which of its recorded units each is."""
    heights: F64 = field(init=False)
    """(N)"""

    def __post_init__(self) -> None:
        seen = slice(self.first, self.last + 1)
        counts = [len(rows) for rows in self.rows[seen]]
        layers = np.repeat(np.arange(self.first, self.first + len(counts)), counts)
        object.__setattr__(self, "layers", layers)
        object.__setattr__(self, "units", np.concatenate([_NOBODY, *self.rows[seen]]))
        object.__setattr__(self, "heights", np.concatenate([_NOWHERE, *self.ys[seen]]))


def stand_columns(
    picture: DiagramPicture, stations: Stations, top: float, bottom: float, metrics: Metrics
) -> Columns:
    """Distribute the units over the height; thin them where they would touch."""
    tall = bottom - top
    first, last = stations.visible()
    last = min(last, picture.depth)
    counts = np.maximum(picture.unit_counts, 1)
    most = int(max(2, min(12, tall / (1.35 * metrics.label))))
    drawn = np.minimum(counts, most)
    rows = int(drawn[first : last + 1].max(initial=1))
    gap = min(tall / rows, 1.9 * metrics.label)
    radius = min(0.34 * gap, 0.30 * stations.pitch, 0.62 * metrics.label)
    is_ribbon = radius < _LEAST_RADIUS * metrics.label or last - first > _MOST_COLUMNS
    middle = (top + bottom) / 2
    picks, ys = [], []
    if not is_ribbon:
        picks, ys = [_NOBODY] * len(counts), [_NOWHERE] * len(counts)
        found: dict[tuple[int, int], tuple[I64, F64]] = {}
        for layer in range(first, last + 1):
            count, shown = int(counts[layer]), int(drawn[layer])
            if (count, shown) not in found:
                rows_of = np.linspace(0, count - 1, shown).round().astype(np.int64)
                heights = middle + gap * (np.arange(shown) - (shown - 1) / 2)
                found[count, shown] = rows_of, heights.astype(np.float64)
            picks[layer], ys[layer] = found[count, shown]
    if picks and first == 0:
        ys[0] = _open_inputs(picture, ys[0], middle, radius, tall, metrics)
    spread = gap * (rows - 1) / 2 + LARGEST * radius
    return Columns(
        radius=radius,
        rows=tuple(picks),
        ys=tuple(ys),
        top=middle - spread,
        bottom=middle + spread,
        is_ribbon=is_ribbon,
        has_links=not is_ribbon and stations.pitch > 1.9 * metrics.label,
        first=first,
        last=last,
    )


def _open_inputs(
    picture: DiagramPicture,
    ys: F64,
    middle: float,
    radius: float,
    tall: float,
    metrics: Metrics,
) -> F64:
    """The inputs stand further apart where there is room for the name under each."""
    count = len(ys)
    if not 1 < count == len(picture.input_names) <= MOST_INPUT_NAMES:
        return ys
    gap = max(float(ys[1] - ys[0]), 2 * radius + 1.65 * metrics.tick)
    if gap * count > tall:
        return ys
    lifted = middle - 0.5 * metrics.tick
    return (lifted + gap * (np.arange(count) - (count - 1) / 2)).astype(np.float64)


def draw_columns(
    painter: QPainter, picture: DiagramPicture, columns: Columns, place: Place, theme: Theme
) -> None:
    """All nodes, with light on the column that the pass is at and the two it has just left."""
    playhead = picture.playhead
    has_trail = not playhead.at_end() and playhead.phase in (None, "backward")
    above = picture.depth + 1
    for behind in reversed(range(len(TRAIL))):
        layer = playhead.layer_at() + behind
        is_lit = picture.has_measure and playhead.has_reached(layer)
        if has_trail and is_lit and layer <= picture.depth:
            _draw_nodes(painter, picture, columns, place, theme, layer + 1, above)
            _draw_light(painter, picture, columns, place, theme, layer, TRAIL[behind])
            above = layer + 1
    _draw_nodes(painter, picture, columns, place, theme, 0, above)


def _draw_nodes(
    painter: QPainter,
    picture: DiagramPicture,
    columns: Columns,
    place: Place,
    theme: Theme,
    first: int,
    stop: int,
) -> None:
    """The nodes of the layers from `first` up to `stop`."""
    has_reached = picture.playhead.has_reached
    seen = range(max(first, columns.first), min(stop, columns.last + 1))
    lit = [layer for layer in seen if picture.has_measure and has_reached(layer)]
    here = (columns.layers >= first) & (columns.layers < stop)
    layers, units = columns.layers[here], columns.units[here]
    is_lit = np.isin(layers, lit)
    draw_nodes(
        painter,
        theme,
        np.column_stack((place.stations.x[layers], columns.heights[here])),
        columns.radius,
        picture.unit_strengths[layers, units],
        np.where(is_lit, picture.unit_kinds[layers, units], -1),
        place.metrics.outline,
        np.where((layers == 0) & is_lit, _INPUT_OPACITY, 1.0),
    )


def _draw_light(
    painter: QPainter,
    picture: DiagramPicture,
    columns: Columns,
    place: Place,
    theme: Theme,
    layer: int,
    opacity: float,
) -> None:
    rows, ys = columns.rows[layer].tolist(), columns.ys[layer].tolist()
    for unit, y in zip(rows, ys, strict=True):
        strength = float(picture.unit_strengths[layer, unit])
        if not math.isnan(strength):
            colour = strength_colour(theme, round(strength))
            draw_glow(painter, colour, place.stations.at(layer), y, columns.radius, opacity)
