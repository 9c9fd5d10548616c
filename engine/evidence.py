"""What a verdict rests on, and the thresholds that make its kind.

They are heuristics of this program, tried on 68 configurations. The kinds are tested in the
order of `VerdictKind`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.records import F64

VerdictKind = Literal[
    "nan", "dead", "frozen", "vanishing", "exploding", "weak", "strong", "healthy"
]

VANISHING_RATIO = 1e-3
VANISHING_UPDATE = 1e-5
FROZEN_UPDATE = 2.0**-24
EXPLODING_RATIO = 1e3
EXPLODING_UPDATE = 1.0
WEAK_RATIO = 1e-1
WEAK_UPDATE = 1e-4
STRONG_RATIO = 30.0
STRONG_UPDATE = 0.05
TINY_GRADIENT = 1e-6
OSCILLATING_SHARE = 0.5
OSCILLATING_ITERATIONS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What a verdict rests on, along the layers or along the time steps."""

    along: Literal["layers", "time"]
    gradients: F64
    """RMS gradients of layers 1 ... L, or g_hT of the time steps 1 ... T."""
    source: float
    """The gradient at the output, in the same unit; what the loss gives."""
    loss: float
    update_ratios: F64
    """(layers) NaN where the weights are all zero; of W_hh where it is about time."""
    dead_layers: tuple[int, ...] = ()
    """Layers of which at least 99 % of the units have no slope for any sample."""
    last: str = "the last layer"
    """Whose gradient the first is compared with, in words."""
    moving: tuple[int, int] | None = None
    """How many time steps before the loss give 99 % of what moves W_hh, and of how many; None
    where every time step has a loss of its own."""

    @property
    def ratio(self) -> float | None:
        """First : last; the output's gradient stands in where the last one is zero."""
        last = float(self.gradients[-1]) or self.source
        return float(self.gradients[0]) / last if last > 0.0 else None

    @property
    def first_update(self) -> float | None:
        """Update : weight of the first layer; None where its weights are all zero."""
        first = float(self.update_ratios[0])
        if np.isnan(first):
            return 0.0 if self.gradients[0] == 0.0 else None
        return first

    @property
    def largest_update(self) -> float:
        """Update : weight where it is largest."""
        return float(np.nanmax(self.update_ratios, initial=0.0))


def classify(ratio: float, first_update: float | None, largest_update: float) -> VerdictKind:
    """The kind for finite numbers of a network that is not dead."""
    update = np.inf if first_update is None else first_update
    if ratio < VANISHING_RATIO and update < VANISHING_UPDATE:
        return "frozen" if update < FROZEN_UPDATE else "vanishing"
    if ratio > EXPLODING_RATIO or largest_update > EXPLODING_UPDATE:
        return "exploding"
    if ratio < WEAK_RATIO or update < WEAK_UPDATE:
        return "weak"
    if ratio > STRONG_RATIO or largest_update > STRONG_UPDATE:
        return "strong"
    return "healthy"


def classify_time(ratio: float, update_ratios: F64) -> VerdictKind:
    """The same along time, where a small ratio alone decides; see `diagnose_time`.

    Args:
        ratio: g_hT[1] : g_hT[T].
        update_ratios: (layers) of W_hh; NaN, weights that are all zero, feels any update.
    """
    if ratio < VANISHING_RATIO:
        return "frozen" if bool((update_ratios < FROZEN_UPDATE).all()) else "vanishing"
    is_movable = bool(np.isfinite(update_ratios).any())
    largest = float(np.nanmax(update_ratios, initial=0.0))
    return classify(ratio, largest if is_movable else None, largest)


def is_oscillating(losses: Sequence[float]) -> bool:
    """Whether the last 20 losses both rose and fell by more than half of their mean."""
    recent = np.asarray(losses[-OSCILLATING_ITERATIONS:], dtype=np.float64)
    if len(recent) < OSCILLATING_ITERATIONS or not np.isfinite(recent).all():
        return False
    threshold = OSCILLATING_SHARE * abs(float(recent.mean()))
    rise = float((recent - np.minimum.accumulate(recent)).max())
    fall = float((np.maximum.accumulate(recent) - recent).max())
    return min(rise, fall) > threshold
