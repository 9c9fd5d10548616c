"""Where the nodes of the diagram stand: rows, radii, and which units are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.display.picture import DiagramPicture
from desktop.theme import Metrics
from desktop.views.nodes import LARGEST
from desktop.views.stations import Stations

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

MOST_INPUT_NAMES = 6
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


def stand_columns(
    picture: DiagramPicture, stations: Stations, top: float, bottom: float, metrics: Metrics
) -> Columns:
    """Distribute the units over the height; thin them where they would touch."""
    tall = bottom - top
    counts = np.maximum(picture.unit_counts, 1)
    most = int(max(2, min(12, tall / (1.35 * metrics.label))))
    drawn = np.minimum(counts, most)
    rows = int(drawn.max(initial=1))
    gap = min(tall / rows, 1.9 * metrics.label)
    radius = min(0.34 * gap, 0.30 * stations.pitch, 0.62 * metrics.label)
    is_ribbon = radius < _LEAST_RADIUS * metrics.label or picture.depth > 120
    middle = (top + bottom) / 2
    picks, ys = [], []
    if not is_ribbon:
        for count, shown in zip(counts.tolist(), drawn.tolist(), strict=True):
            picks.append(np.linspace(0, count - 1, shown).round().astype(np.int64))
            ys.append(middle + gap * (np.arange(shown) - (shown - 1) / 2))
    if picks:
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
