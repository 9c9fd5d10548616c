"""What a row's gradients are compared with: its own loss end, and what stands in for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from desktop.display.scales import take_log10
from engine.records.record import ValueKind

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]

_ZEROS = (ValueKind.UNDERFLOW_ZERO, ValueKind.DEAD_ZERO, ValueKind.STRUCTURAL_ZERO)


@dataclass(frozen=True, slots=True)
class Reference:
    """The gradient that is drawn as 1."""

    value: float | None
    """None where nothing can be compared: then nothing is coloured."""
    name: str
    """"the last layer", for sentences."""
    note: str
    """What the viewer must be told; empty where it is the usual end."""


def strengths_of(values: ArrayLike, reference: float | None) -> F64:
    """log10 of the ratio to a reference, taken as a difference of logs so that it cannot overflow.

    NaN for everything without a place on a log axis, and everywhere without a reference.
    """
    logs = take_log10(values)
    if reference is None:
        return np.full_like(logs, np.nan)
    difference: F64 = logs - float(np.log10(reference))
    return difference


def kinds_of(values: ArrayLike, hints: I8 | None = None) -> I8:
    """The `ValueKind` of each value; `hints` tells which sort of zero a zero is."""
    x = np.asarray(values, np.float64)
    kinds = np.zeros(x.shape, np.int8)
    kinds[x == 0] = ValueKind.UNDERFLOW_ZERO
    kinds[(x > 0) & (x < 1.18e-38)] = ValueKind.DENORMAL
    kinds[np.isinf(x)] = ValueKind.INFINITE
    kinds[np.isnan(x)] = ValueKind.NAN
    if hints is not None:
        zeros = (x == 0) & np.isin(hints, [int(kind) for kind in _ZEROS])
        kinds[zeros] = hints[zeros]
    return kinds


def is_zero_kind(kinds: I8) -> NDArray[np.bool_]:
    """Whether each value is one of the three exact zeros."""
    return np.isin(kinds, [int(kind) for kind in _ZEROS])
