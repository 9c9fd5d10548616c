"""What an inspector is made of: facts, histograms, waterfalls; its kind decides which."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.display.equation import EquationPicture
from desktop.display.pictures import WhyPicture
from desktop.display.scales import (
    Tick,
    format_count,
    format_number,
    format_power,
    pick_whole_ticks,
)
from desktop.display.shares import ShareGroup

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]

RULE_OF_THUMB = 1e-3
_SPECTRUM = (
    "Singular values of the matrix, the largest first, each relative to it: by how much the matrix "
    "stretches, or shrinks, what it is applied to. A large condition number says that some "
    "directions are nearly lost."
)
_SMALLEST_SPAN = 1e-300
_LEAST_RULER = -12.0
_MOST_RULER = 0.5


@dataclass(frozen=True, slots=True)
class Fact:
    """A named number, and what exactly it is."""

    name: str
    value: str
    tooltip: str


@dataclass(frozen=True, slots=True, eq=False)
class DrawnCurve:
    """A line over an axis with the points that were measured on it, heights from 0 to 1."""

    name: str
    line: F64
    """(2, n) x on the axis and a height from 0 to 1; NaN where it is broken."""
    points: F64
    """(2, m) the same of each point."""
    low: str
    high: str
    """What the heights 0 and 1 stand for."""
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class Guide:
    """A level line with its words."""

    height: float
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class HistogramPicture:
    """Bars over an axis, heights from 0 to 1, and curves that may lie over them."""

    title: str
    subtitle: str
    low: float
    high: float
    edges: F64
    heights: F64
    ticks: tuple[Tick, ...]
    curves: tuple[DrawnCurve, ...] = ()
    guide: Guide | None = None
    note: str = ""
    """What lies outside of the axis: "12 exact zeros"."""
    is_log: bool = False
    """Whether the axis counts decades."""
    is_count: bool = False
    """Whether it counts whole things, such as iterations."""
    words: str = ""
    """What its numbers say, in a sentence under it."""
    reading: str = ""
    """How to read it, where it is not a plain histogram."""


@dataclass(frozen=True, slots=True)
class UpdatePicture:
    """Update : weight on a log ruler with the rule of thumb."""

    text: str
    place: float | None
    """Share of the ruler, from 0 to 1; None where the value has no place on it."""
    guide: float
    guide_text: str


@dataclass(frozen=True, slots=True, eq=False)
class InspectorPicture:
    """Everything that the inspector shows."""

    title: str
    hint: str
    """Said in place of everything else where nothing is selected or measured."""
    facts: tuple[Fact, ...] = ()
    why: WhyPicture | None = None
    update: UpdatePicture | None = None
    histograms: tuple[HistogramPicture, ...] = ()
    second_why: WhyPicture | None = None
    """Along the cell state, of a recurrent network."""
    share_groups: tuple[ShareGroup, ...] = ()
    equation: EquationPicture | None = None
    matrix: int | None = None
    """Which of the trace's `updates` the place has; None where it has no weights."""
    update_curve: HistogramPicture | None = None
    """Update : weight over the iterations."""


def resolve_update(ratio: float, weight_norm: float) -> UpdatePicture:
    """The update : weight ratio on a ruler from 10⁻¹² to 3."""
    guide = (math.log10(RULE_OF_THUMB) - _LEAST_RULER) / (_MOST_RULER - _LEAST_RULER)
    place = None
    if math.isfinite(ratio) and ratio > 0:
        share = (math.log10(ratio) - _LEAST_RULER) / (_MOST_RULER - _LEAST_RULER)
        place = min(1.0, max(0.0, share))
    text = "all weights are 0" if weight_norm == 0.0 else format_number(ratio)
    return UpdatePicture(text, place, guide, "rule of thumb 10⁻³")


def heights_of(counts: NDArray[np.generic]) -> F64:
    """Counts as heights from 0 to 1."""
    values = np.asarray(counts, np.float64)
    return values / max(1.0, float(values.max(initial=0.0)))


def plot_counts(title: str, counts: I32, edges: F64) -> HistogramPicture:
    """Counts between edges, on a linear axis."""
    if edges[-1] - edges[0] < _SMALLEST_SPAN:
        edges = np.linspace(-1.0, 1.0, len(edges))  # all are 0: a bar in the middle
    low, high = float(edges[0]), float(edges[-1])
    return HistogramPicture(
        title, "", low, high, edges, heights_of(counts), linear_ticks(low, high)
    )


def plot_singular_values(title: str, values: F64, refusal: str = "") -> HistogramPicture:
    """One bar for each singular value, largest first, its height relative to the largest.

    Args:
        title: of which matrix.
        values: descending; none where they were not measured.
        refusal: why there are none.
    """
    if not values.size:
        return HistogramPicture(
            title, "", 0.0, 1.0, np.zeros(1), np.zeros(0), (), words=refusal, reading=_SPECTRUM
        )
    count, largest = len(values), float(values[0])
    edges = np.arange(count + 1, dtype=np.float64) + 0.5
    heights = np.array(values, np.float64) / (largest or 1.0)
    ticks = tuple(Tick(float(i), str(i)) for i in sorted({1, count}))
    return HistogramPicture(
        title,
        "",
        0.5,
        count + 0.5,
        edges,
        heights,
        ticks,
        is_count=True,
        words=describe_singular_values(values),
        reading=_SPECTRUM,
    )


def describe_singular_values(values: F64) -> str:
    """σ₁, mean and condition number in a sentence.

    Args:
        values: descending.
    """
    largest, smallest = float(values[0]), float(values[-1])
    if largest == 0.0:
        return "All are 0: nothing comes through."
    mean = format_number(float(values.mean()))
    start = f"σ₁ {format_number(largest)}, mean {mean}, "
    if smallest <= len(values) * np.finfo(np.float64).eps * largest:
        return f"{start}condition number ∞: the smallest is 0, apart from rounding."
    condition = format_number(largest / smallest)
    return f"{start}condition number {condition} (σ₁ over the smallest, {format_number(smallest)})."


def linear_ticks(low: float, high: float) -> tuple[Tick, ...]:
    """Both ends, and 0 where it lies between them."""
    if not high > low:
        return (Tick(low, format_number(low)),)
    inner = [value for value in (0.0,) if low < value < high]
    span = high - low
    ends = [value for value in (low, high) if all(abs(value - x) > 0.18 * span for x in inner)]
    return tuple(Tick(value, format_number(value)) for value in sorted([*ends, *inner]))


def plot_half_octaves(title: str, counts: NDArray[np.int32]) -> HistogramPicture:
    """|x| on a log axis of half-octaves; exact zeros have no place on it and are counted."""
    zeros, overflow = int(counts[0]), int(counts[0xFF << 1 :].sum())
    bins = np.flatnonzero(counts[1 : 0xFF << 1]) + 1
    parts = []
    if zeros:
        parts.append(f"{format_count(zeros)} exact or nearly 0")
    if overflow:
        parts.append(f"{format_count(overflow)} not finite")
    note = " · ".join(parts)
    if not bins.size:
        empty = np.zeros(0)
        return HistogramPicture(
            title, "log scale", -1.0, 0.0, np.zeros(1), empty, (), note=note, is_log=True
        )
    first, last = int(bins[0]), int(bins[-1]) + 1
    edges = np.log10(edges_of_half_octaves(first, last))
    low, high = math.floor(float(edges[0])), math.ceil(float(edges[-1]))
    ticks = tuple(Tick(float(d), format_power(d)) for d in pick_whole_ticks(low, high, 5))
    heights = heights_of(counts[first:last])
    return HistogramPicture(
        title, "log scale", float(low), float(high), edges, heights, ticks, note=note, is_log=True
    )


def ticks_within(picture: HistogramPicture, low: float, high: float) -> tuple[Tick, ...]:
    """The numbers of a part of the axis that was zoomed into."""
    if picture.is_count:
        whole = pick_whole_ticks(math.ceil(low), math.floor(high), 5)
        return tuple(Tick(float(n), format_count(n)) for n in whole)
    if not picture.is_log:
        return linear_ticks(low, high)
    decades = range(math.ceil(low), math.floor(high) + 1)
    if len(decades) > 1:
        found = pick_whole_ticks(decades[0], decades[-1], 5)
        return tuple(Tick(float(d), format_power(d)) for d in found)
    return tuple(Tick(at, format_number(10.0**at)) for at in (low, (low + high) / 2, high))


def edges_of_half_octaves(first: int, last: int) -> F64:
    """(last − first + 1) edges of the bins first ... last − 1, from the bits of a float32."""
    bits = np.arange(first, last + 1, dtype=np.uint32) << np.uint32(22)
    return np.minimum(bits.view(np.float32).astype(np.float64), np.finfo(np.float32).max)
