"""What led to a number that is not finite, from the updates that came before it."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from engine.kinds.network import UpdateRecord
from engine.numerics.parameters import Parameters, combine_norms
from engine.records.frames import Autopsy, NonFinite

_SPAN = 10


def examine_halt(
    halted: NonFinite, updates: Iterable[UpdateRecord], parameters: Parameters
) -> Autopsy:
    """How the gradient grew over its last 10 or fewer finite norms, and which layer led.

    Args:
        halted: the first number that was not finite.
        updates: what became of the gradients of the iterations before it, oldest first; and of
            its own, where only the update failed.
        parameters: in whose order the records are.
    """
    finite = [update for update in updates if math.isfinite(update.gradient_norm)][-_SPAN:]
    if len(finite) < 2 or finite[0].gradient_norm <= 0.0:
        return Autopsy(halted, None, 0, None, None)
    first, last = finite[0], finite[-1]
    span = len(finite) - 1
    # In logs: the quotient itself may leave the numbers that a float can hold.
    whole = math.log(last.gradient_norm) - math.log(first.gradient_norm)
    with np.errstate(over="ignore"):
        growth = float(np.exp(whole / span))
    norms = (first.gradient_norm, last.gradient_norm)
    return Autopsy(halted, growth, span, norms, _find_leader(first, last, parameters))


def _find_leader(first: UpdateRecord, last: UpdateRecord, parameters: Parameters) -> int | None:
    """The layer, from 1, whose gradient grew by the largest factor between two iterations."""
    growth: dict[int, float] = {}
    for layer in sorted({p.layer for p in parameters if p.layer is not None}):
        own = np.array([p.is_active and p.layer == layer for p in parameters])
        before, after = combine_norms(first.gradient[own]), combine_norms(last.gradient[own])
        if before > 0.0 and after > 0.0:
            growth[layer] = math.log(after) - math.log(before)
    return max(growth, key=lambda layer: growth[layer]) if growth else None
