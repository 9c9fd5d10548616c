"""Arithmetic of the axes and of the numbers on screen: powers of ten, decades, ticks, words."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

F64 = NDArray[np.float64]

MOST_TICKS = 7
OVERHANG = 0.18
"""Decades by which a bar may pass the top of the axis before the axis grows (a factor 1.5)."""

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LEAST_SPAN = 4
_FOOT = 0.3
"""Decades that the smallest bar keeps above the foot of the axis, so that it can be seen."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """A vertical axis; on a logarithmic one the places are powers of ten."""

    low: float
    high: float
    is_log: bool
    ticks: tuple[Tick, ...]
    key: str = ""
    """What is drawn on it: an axis only grows while this stays the same."""
    owner: int = field(default=0, compare=False)
    """Of which network and which before-marks it is: with others it fits anew."""

    def share(self, place: float) -> float:
        """Where a place lies: 0 at the foot of the axis, 1 at its top; not bounded."""
        return (place - self.low) / (self.high - self.low)


def take_log10(values: ArrayLike) -> F64:
    """log10 of positive finite values; NaN for all that has no place on a log axis."""
    x = np.asarray(values, np.float64)
    logs = np.full(x.shape, np.nan)
    np.log10(x, out=logs, where=np.isfinite(x) & (x > 0))
    return logs


def format_power(exponent: int) -> str:
    """A power of ten with real superscripts: "10⁻⁸"."""
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


def format_number(value: float, digits: int = 2) -> str:
    """A number with `digits` significant figures: "0.14", "412", "1.8 × 10⁻⁸"."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    sign = "−" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value):.{digits - 1}e}".partition("e")
    return sign + _join(mantissa, int(exponent), digits)


def format_loss(value: float) -> str:
    """A loss where there is little room: "0.719", "0.0024", "<0.001", "2,100", "3×10⁸"."""
    if 0 < value < 1e-3:
        return "<0.001"
    if 1e3 <= value < math.inf:
        return f"{value:,.0f}" if value < 1e5 else format_number(value, 1).replace(" ", "")
    return f"{value:.2g}" if 1e-3 <= value < 0.1 else format_number(value, 3)


def format_log10(log10: float, digits: int = 2) -> str:
    """10**log10 as `format_number` would write it, also where no float can hold it."""
    exponent = math.floor(log10)
    mantissa = f"{10.0 ** (log10 - exponent):.{digits - 1}f}"
    if float(mantissa) >= 10:
        mantissa, exponent = f"{1:.{digits - 1}f}", exponent + 1
    return _join(mantissa, exponent, digits)


def _join(mantissa: str, exponent: int, digits: int) -> str:
    if -2 <= exponent < max(3, digits):
        decimals = max(0, digits - 1 - exponent)
        return f"{float(f'{mantissa}e{exponent}'):.{decimals}f}"
    return f"{mantissa} × {format_power(exponent)}"


def format_factor(value: float) -> str:
    """A factor as it stands over a bar: "× 0.14"."""
    return f"× {format_number(value)}"


def format_count(value: int) -> str:
    """A whole number with thousands separated: "2,000"."""
    return f"{value:,}"


def fit_log_axis(logs: ArrayLike, key: str, previous: Axis | None = None) -> Axis:
    """The axis of whole decades that holds every finite place; it never shrinks.

    Args:
        logs: log10 of what is drawn; NaN is left out.
        key: what is drawn.
        previous: the axis drawn last; it is grown if its key is the same, else forgotten.
    """
    finite = np.asarray(logs, np.float64).ravel()
    finite = finite[np.isfinite(finite)]
    least, most = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    low, high = math.floor(least - _FOOT), math.ceil(most - OVERHANG)
    if key.startswith("relative"):
        high = max(high, 0)
    low = min(low, high - _LEAST_SPAN)
    if previous is not None and previous.is_log and previous.key == key:
        low, high = min(low, round(previous.low)), max(high, round(previous.high))
        if (low, high) == (previous.low, previous.high):
            return previous
    return Axis(float(low), float(high), True, _decade_ticks(low, high), key)


def join_axes(first: Axis, second: Axis) -> Axis:
    """The axis that holds two; the first one where they are of different quantities."""
    if (first.key, first.is_log) != (second.key, second.is_log):
        return first
    if not first.is_log:
        return fit_linear_axis([second.low, second.high], first.key, first, from_zero=False)
    low, high = round(min(first.low, second.low)), round(max(first.high, second.high))
    return Axis(float(low), float(high), True, _decade_ticks(low, high), first.key)


def _decade_ticks(low: int, high: int) -> tuple[Tick, ...]:
    every = _decades_between_ticks(high - low)
    first = math.ceil(low / every) * every
    return tuple(Tick(float(d), format_power(d)) for d in range(first, high + 1, every))


def _decades_between_ticks(span: int) -> int:
    candidates = (1, 2, 3, 4, 5, 10, 15, 20, 25, 50, 100, 200)
    return next((each for each in candidates if span // each + 1 <= MOST_TICKS), span)


def fit_linear_axis(
    values: ArrayLike,
    key: str,
    previous: Axis | None = None,
    *,
    from_zero: bool = True,
    most_ticks: int = MOST_TICKS,
    finest: float = 0.0,
) -> Axis:
    """A linear axis with round ends that holds every finite value; it never shrinks.

    Args:
        values: what is drawn; what is not finite is left out.
        key: what is drawn, in a word.
        previous: the axis drawn last; it is grown if its key is the same, else forgotten.
        from_zero: whether 0 is on it.
        most_ticks: how many numbers it may have.
        finest: the least gap between two ticks, as a share of the largest value: what hardly
            moves is a flat line, and its numbers stay short.
    """
    finite = np.asarray(values, np.float64).ravel()
    finite = finite[np.isfinite(finite)]
    least, most = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if from_zero:
        least = 0.0
    if previous is not None and not previous.is_log and previous.key == key:
        if previous.low <= least and most <= previous.high:
            return previous
        least, most = min(least, previous.low), max(most, previous.high)
    if most <= least:
        spread = abs(least) * 0.5 or 1.0
        least, most = (0.0, spread) if from_zero else (least - spread, least + spread)
    gap = (most - least) / max(1, min(most_ticks - 2, 4))
    gap = round_gap(max(gap, finest * max(abs(least), abs(most))))
    low, high = math.floor(least / gap + 1e-9) * gap, math.ceil(most / gap - 1e-9) * gap
    if high <= low:
        low, high = low - gap, low + gap
    count = round((high - low) / gap)
    decimals = max(0, -math.floor(math.log10(gap) + 1e-9))
    ticks = tuple(
        Tick(low + i * gap, _format_tick(low + i * gap, gap, decimals)) for i in range(count + 1)
    )
    return Axis(low, high, False, ticks, key)


def _format_tick(value: float, gap: float, decimals: int) -> str:
    """Short, yet never equal to the next one's."""
    is_alike = 10.0 * gap < abs(value)  # to two digits
    if (decimals > 4 and not is_alike) or abs(value) >= 1e5:
        return format_number(value).replace(".0 ", "").replace(" ", "")  # the margin is narrow
    return f"{value:,.{decimals}f}".replace("-", "−")


def round_gap(gap: float) -> float:
    """The next larger of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(gap))
    return next(power * each for each in (1, 2, 5, 10) if power * each >= gap * (1 - 1e-9))


def pick_whole_ticks(first: int, last: int, most: int = MOST_TICKS) -> tuple[int, ...]:
    """Round whole numbers from `first` to `last` to be labelled, at most `most` of them.

    The first number itself is kept when it is 1, since layers are counted from it.
    """
    span = last - first
    if span < most:
        return tuple(range(first, last + 1))
    gap = max(1, int(round_gap(span / max(1, most - 1))))
    ticks = list(range(math.ceil(first / gap) * gap, last + 1, gap))
    if first == 1 and (not ticks or ticks[0] > 1):
        ticks.insert(0, 1)
    return tuple(ticks)
