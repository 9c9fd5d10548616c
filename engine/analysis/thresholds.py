"""What a verdict rests on, and the thresholds that make its kind.

They are heuristics of this program. The kinds are tested in the order of `VerdictKind`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.records.verdict import VerdictKind

VANISHING_RATIO = 1e-3
EXPLODING_RATIO = 1e3
EXPLODING_UPDATE = 1.0
WEAK_RATIO = 1e-1
STRONG_RATIO = 30.0
STRONG_UPDATE = 0.05
SMALL_UPDATE = 1e-4
TINY_GRADIENT = 1e-6
OSCILLATING_SHARE = 0.5
OSCILLATING_ITERATIONS = 20


def classify(carried: float, largest_update: float) -> VerdictKind:
    """The kind for finite numbers of a network that is neither dead nor frozen.

    Args:
        carried: the ratio of `Carried`.
        largest_update: update : weight where it is largest. A small one makes no kind: Adam's
            updates move even where the gradient has vanished.
    """
    if carried < VANISHING_RATIO:
        return "vanishing"
    if carried > EXPLODING_RATIO or largest_update > EXPLODING_UPDATE:
        return "exploding"
    if carried < WEAK_RATIO:
        return "weak"
    if carried > STRONG_RATIO or largest_update > STRONG_UPDATE:
        return "strong"
    return "healthy"


def is_oscillating(losses: Sequence[float]) -> bool:
    """Whether the last 20 losses both rose and fell by more than half of their mean."""
    recent = np.asarray(losses[-OSCILLATING_ITERATIONS:], dtype=np.float64)
    if len(recent) < OSCILLATING_ITERATIONS or not np.isfinite(recent).all():
        return False
    threshold = OSCILLATING_SHARE * abs(float(recent.mean()))
    rise = float((recent - np.minimum.accumulate(recent)).max())
    fall = float((np.maximum.accumulate(recent) - recent).max())
    return min(rise, fall) > threshold
