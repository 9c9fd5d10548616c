"""What the bars of layers and of time steps have in common: their places, numbers and factors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop.display.options import Playhead
from desktop.display.reference import strengths_of
from desktop.display.scales import (
    Axis,
    fit_linear_axis,
    fit_log_axis,
    format_log10,
    format_number,
    take_log10,
)
from engine.records.record import ValueKind

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]

_MOST_FACTORS = 16
"""Beyond so many bars a factor stands only at the playhead."""


def fit_axis(places: F64, key: str, is_log: bool, previous: Axis | None) -> Axis:
    """The vertical axis, grown from the one drawn last."""
    if is_log:
        return fit_log_axis(places, key, previous)
    return fit_linear_axis(places, key, previous)


def place_values(values: F64, scale: float | None, is_log: bool) -> F64:
    """Places on the axis, relative to the scale; NaN for what has none."""
    if is_log:
        return strengths_of(values, scale)
    with np.errstate(over="ignore", invalid="ignore"):
        ratios = values / scale if scale is not None else np.full_like(values, np.nan)
    return np.where(np.isfinite(ratios), ratios, np.nan)


def choose_told(playhead: Playhead, selected: int | None, bars: range) -> int | None:
    """Of which bar the number is told: at the playhead, else the selected one, else the first.

    Nothing is told before the backward pass, nor while the pass is outside of the bars.
    """
    if playhead.phase in ("forward", "loss"):
        return None
    if not playhead.at_end():
        place = playhead.layer_at()
        return place if place in bars else None
    return selected if selected is not None and selected in bars else 1


def write_headline(values: F64, kinds: I8, scale: float | None, told: int | None) -> str:
    """The number of the bar that is told, relative to the scale where there is one."""
    if told is None or kinds[told] < 0:
        return ""
    kind = ValueKind(int(kinds[told]))
    if kind not in (ValueKind.FINITE, ValueKind.DENORMAL):
        return "0" if kind < ValueKind.DENORMAL else format_number(float(values[told]))
    if scale is None:
        return format_number(float(values[told]))
    return format_log10(float(take_log10(values[told]) - np.log10(scale)))


def write_factors(
    values: F64, bars: range, playhead: Playhead, told: int | None
) -> tuple[str | None, ...]:
    """By how much the value changed from each next bar to these, where there is room to say it."""
    texts: list[str | None] = [None] * len(values)
    changes = np.diff(take_log10(values))
    has_room = len(values) - 1 <= _MOST_FACTORS
    for bar in bars:
        is_told = (has_room or bar == told) and playhead.has_reached(bar)
        if is_told and np.isfinite(changes[bar]):
            texts[bar] = _write_factor(float(changes[bar]))
    return tuple(texts)


def write_factor(values: F64, bar: int) -> str | None:
    """By how much the value changed from the next bar to this one; None where it did not."""
    change = float(np.diff(take_log10(values[bar : bar + 2]))[0])
    return _write_factor(change) if np.isfinite(change) else None


def _write_factor(change: float) -> str:
    return f"× {format_log10(-change)}"
