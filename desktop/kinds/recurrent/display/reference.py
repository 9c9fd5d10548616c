"""What the gradients of a pass through time are compared with: g_hT where the loss enters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop.display.reference import Reference, kinds_of
from engine.kinds.recurrent.records import TimeTrace

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]

NEVER = -1
"""In place of a `ValueKind`: the pass never is there, or the quantity does not exist."""


def find_time_reference(trace: TimeTrace) -> Reference:
    """g_hT of the top layer at the loss's time step, or what stands in for it.

    0 there: dL/d(output). That 0 too: nothing. Not finite: the nearest finite time step.
    """
    name = "the last time step"
    if trace.loss_time < trace.time_steps:
        name = f"time step {trace.loss_time:,}"
    end = trace.reference
    if np.isfinite(end):
        if end > 0:
            return Reference(end, name, "")
        if np.isfinite(trace.g_out) and trace.g_out > 0:
            note = f"relative to ∂L/∂output, since the gradient of {name} is 0"
            return Reference(float(trace.g_out), "the output", note)
        return Reference(None, name, "the loss gives no gradient")
    for t in range(trace.loss_time - 1, 0, -1):
        value = float(trace.g_hT[-1, t - 1])
        if np.isfinite(value) and value > 0:
            place = f"time step {t:,}"
            return Reference(value, place, f"relative to {place}, the nearest finite one")
    return Reference(None, name, "no gradient is finite")


def kinds_along(trace: TimeTrace, values: F64, layer: int, *, from_loss: bool = True) -> I8:
    """(T) the kind of each norm along a state row; what lies after the loss is never reached."""
    kinds = kinds_of(values, trace.kinds[layer])
    if from_loss:
        kinds[trace.loss_time :] = NEVER
    return kinds
