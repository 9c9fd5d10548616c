"""Measured pre-activations on the curve of their activation and on that of its slope."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desktop.display.inspector import (
    DrawnCurve,
    HistogramPicture,
    heights_of,
    linear_ticks,
)
from desktop.display.scales import format_count, format_number
from engine.numerics.activation_curves import evaluate_activation, evaluate_slope
from engine.parts import ActivationName

F64 = NDArray[np.float64]

_CURVE_POINTS = 161
_BENDS_WITHIN = 8.0
"""Between − and + this every activation bends; beyond it is as good as straight."""
WIDE_REACH = 6.0
"""So far from 0 every activation shows its bend and its ends."""
_READING = (
    "Each point is a measured entry of the batch: its pre-activation along the axis, what φ makes "
    "of it on the solid curve, and the slope φ′ by which the gradient is multiplied there on the "
    "dashed one. Points where the dashed curve is low let little through. The bars say how many."
)


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Entries that passed an activation."""

    arguments: F64
    """(P) what it was applied to."""
    values: F64
    """(P) φ of them, as the pass computed it."""
    slopes: F64
    """(P) φ′ of them, likewise."""
    total: int
    """How many entries there are in all."""
    counts: NDArray[np.generic]
    """Of all finite ones, or of those at hand, between the edges."""
    edges: F64


def count_entries(arguments: F64, bins: int = 32) -> tuple[NDArray[np.generic], F64]:
    """A histogram of the finite ones."""
    finite = arguments[np.isfinite(arguments)]
    if not finite.size:
        return np.zeros(bins, np.int64), np.linspace(-1.0, 1.0, bins + 1)
    low, high = float(finite.min()), float(finite.max())
    room = max(abs(low), abs(high), 1e-300) * 1e-9
    if high - low < room:
        low, high = low - room, high + room
    counts, edges = np.histogram(finite, bins=bins, range=(low, high))
    return counts, edges


def plot_on_curve(
    title: str,
    symbol: str,
    activation: ActivationName,
    leaky_slope: float,
    entries: Entries,
    reach: float = 1.0,
) -> HistogramPicture:
    """Bars, φ and φ′ with the entries on them; each curve has the height of the plot.

    Args:
        title: what φ was applied to.
        symbol: of the activation.
        activation: its name in the document.
        leaky_slope: the leaky ReLU's.
        entries: what was measured.
        reach: the axis goes so far from 0 at least.
    """
    low = min(float(entries.edges[0]), -reach)
    high = max(float(entries.edges[-1]), reach)
    is_finite = np.isfinite(entries.arguments)
    x = entries.arguments[is_finite]
    bend = np.linspace(max(low, -_BENDS_WITHIN), min(high, _BENDS_WITHIN), _CURVE_POINTS)
    grid = np.unique(np.concatenate((np.linspace(low, high, _CURVE_POINTS), bend, x)))
    with np.errstate(all="ignore"):
        line = evaluate_activation(activation, grid, leaky_slope)
        slope = evaluate_slope(activation, grid, leaky_slope)
    return HistogramPicture(
        title,
        "",
        low,
        high,
        entries.edges,
        heights_of(entries.counts),
        linear_ticks(low, high),
        (
            _draw(symbol, grid, line, x, entries.values[is_finite]),
            _draw(f"{symbol}′", grid, slope, x, entries.slopes[is_finite], is_dashed=True),
        ),
        words=_describe(entries, slope),
        reading=_READING,
    )


def plot_bare(
    title: str, symbol: str, activation: ActivationName, leaky_slope: float
) -> HistogramPicture:
    """The two curves alone, where nothing is measured on them or shown of it."""
    none = np.zeros(0)
    edges = np.array([-WIDE_REACH, WIDE_REACH])
    entries = Entries(none, none, none, 0, np.zeros(1, np.int64), edges)
    return replace(plot_on_curve(title, symbol, activation, leaky_slope, entries), words="")


def plot_forced(title: str, value: float, entries: Entries) -> HistogramPicture:
    """A gate that is forced: what it would have been made of plays no part."""
    low, high = min(float(entries.edges[0]), -1.0), max(float(entries.edges[-1]), 1.0)
    return HistogramPicture(
        title,
        "",
        low,
        high,
        entries.edges,
        heights_of(entries.counts),
        linear_ticks(low, high),
        words=f"Forced to {format_number(value)}: these play no part, and the slope is 0.",
        reading=_READING,
    )


def _draw(
    name: str, grid: F64, line: F64, x: F64, y: F64, *, is_dashed: bool = False
) -> DrawnCurve:
    """A line and its points on one scale, from the lowest to the highest of both."""
    both = np.concatenate((line, y))
    both = both[np.isfinite(both)]
    low, high = (float(both.min()), float(both.max())) if both.size else (0.0, 1.0)
    low = min(low, 0.0)
    if high <= low:
        high = low + 1.0
    span = high - low
    return DrawnCurve(
        name,
        np.stack([grid, (line - low) / span]),
        np.stack([x, (y - low) / span]),
        format_number(low),
        format_number(high),
        is_dashed,
    )


def _describe(entries: Entries, slope: F64) -> str:
    """How many are drawn, and how many of them let hardly anything through."""
    shown = int(np.isfinite(entries.arguments).sum())
    if not shown:
        return "None of the entries is a finite number."
    wild = len(entries.arguments) - shown
    of = "" if shown + wild == entries.total else f" of {format_count(entries.total)}"
    parts = [f"{format_count(shown)}{of} entries drawn"]
    if wild:
        parts.append(f"{format_count(wild)} not finite and left out")
    finite = slope[np.isfinite(slope)]
    largest = float(np.abs(finite).max()) if finite.size else 0.0
    slopes = np.abs(entries.slopes[np.isfinite(entries.arguments)])
    zero = int((slopes == 0.0).sum())
    if zero == shown:
        return f"{', '.join(parts)}: the slope is 0 at every one, nothing comes through."
    low = float((slopes < 0.05 * largest).mean())
    text = "none" if low == 0.0 else f"{format_number(100.0 * low)} %"
    return f"{', '.join(parts)}; {text} where the slope is below 5 % of its largest."
