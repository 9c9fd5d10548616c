"""What the inspector says about one layer: facts, histograms, the activation's own curve."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.display.captions import ACTIVATION_NAMES
from desktop.display.frame import DisplayFrame, WhyPicture
from desktop.display.reference import find_reference
from desktop.display.scales import (
    Tick,
    format_count,
    format_number,
    format_power,
    pick_whole_ticks,
)
from desktop.display.shares import ShareGroup
from desktop.kinds.feedforward.display.activation_curves import evaluate_activation
from engine.kinds.specs import Feedforward, Layer
from engine.records.frames import LayerDetail, LayerTrace

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]

RULE_OF_THUMB = 1e-3
_CURVE_POINTS = 121
_LEAST_RULER = -12.0
_MOST_RULER = 0.5


@dataclass(frozen=True, slots=True)
class Fact:
    """A named number, and what exactly it is."""

    name: str
    value: str
    tooltip: str


@dataclass(frozen=True, slots=True, eq=False)
class HistogramPicture:
    """Bars over an axis, heights from 0 to 1, and a curve that may lie over them."""

    title: str
    subtitle: str
    low: float
    high: float
    edges: F64
    heights: F64
    ticks: tuple[Tick, ...]
    curve: F64 | None = None
    """(2, points) x on the axis and a height from 0 to 1."""
    curve_name: str = ""
    note: str = ""
    """What lies outside of the axis: "12 exact zeros"."""


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


def resolve_inspector(frame: DisplayFrame) -> InspectorPicture:
    """What there is to say about the selected layer of a frame."""
    layer, trace = frame.selected_layer, frame.trace
    if not isinstance(trace, LayerTrace) or not isinstance(frame.experiment.network, Feedforward):
        return InspectorPicture("Inspector", "Details appear with the first measured pass.")
    if layer is None:
        return InspectorPicture("Inspector", "Select a layer, a bar or a cell of the history.")
    if layer == 0:
        facts = _gradient_facts(trace, 0)
        return InspectorPicture(f"Input · {trace.widths[0]} features", "", facts)
    if layer > trace.depth:
        loss = Fact("loss", format_number(trace.loss, 4), "Mean over the batch")
        end = Fact("‖∂L/∂W‖", format_number(trace.g_W_out), "Of the output layer’s weights")
        return InspectorPicture("Output layer and loss", "", (loss, end), frame.why)
    document = frame.experiment.network.unrolled()
    settings = document[layer - 1] if layer <= len(document) else document[-1]
    return InspectorPicture(
        title=_title(trace, layer, settings),
        hint="",
        facts=_layer_facts(trace, layer),
        why=frame.why,
        update=resolve_update(
            float(trace.update_ratio[layer - 1]), float(trace.weight_norm[layer - 1])
        ),
        histograms=_histograms(trace, layer, settings),
    )


def _title(trace: LayerTrace, layer: int, settings: Layer) -> str:
    shape = f"{trace.widths[layer - 1]} → {trace.widths[layer]}"
    return f"Layer {layer} · {shape} · {ACTIVATION_NAMES[settings.activation]}"


def _gradient_facts(trace: LayerTrace, layer: int) -> tuple[Fact, ...]:
    g = float(trace.g_a_rms[layer])
    reference = find_reference(trace)
    facts = []
    if reference.value:
        share = g / reference.value
        tooltip = f"Gradient here over {reference.name}’s: {share!r}"
        facts.append(Fact("gradient, relative", format_number(share), tooltip))
    facts.append(Fact("gradient", format_number(g), f"√B ‖∂L/∂a‖ / √n = {g!r}, a root mean square"))
    return tuple(facts)


def _layer_facts(trace: LayerTrace, layer: int) -> tuple[Fact, ...]:
    i = layer - 1

    return (
        *_gradient_facts(trace, layer),
        _norm("‖∂L/∂W‖", trace.g_W[i], "Norm of the weight gradient, before clipping and decay"),
        _norm("‖W‖", trace.weight_norm[i], "Frobenius norm of the weights"),
        _spread("z", trace.z_mean[i], trace.z_std[i], "Pre-activation"),
        _spread("a", trace.a_mean[i], trace.a_std[i], "Activation"),
        _share("saturated", trace.saturated[i], "Share of entries where |φ′| < 5 % of its maximum"),
        _share("dead units", trace.dead[i], "Share of units with φ′ = 0 for the whole batch"),
    )


def _norm(name: str, value: float, tooltip: str) -> Fact:
    return Fact(name, format_number(float(value)), f"{tooltip}: {float(value)!r}")


def _spread(name: str, mean: float, deviation: float, what: str) -> Fact:
    text = f"{format_number(float(mean))} ± {format_number(float(deviation))}"
    tooltip = f"{what}: mean {float(mean)!r}, standard deviation {float(deviation)!r}"
    return Fact(name, text, tooltip)


def _share(name: str, value: float, tooltip: str) -> Fact:
    if math.isnan(value):
        return Fact(name, "does not apply", tooltip)
    return Fact(name, f"{100 * value:.0f} %", f"{tooltip}: {float(value)!r}")


def resolve_update(ratio: float, weight_norm: float) -> UpdatePicture:
    """The update : weight ratio on a ruler from 10⁻¹² to 3."""
    guide = (math.log10(RULE_OF_THUMB) - _LEAST_RULER) / (_MOST_RULER - _LEAST_RULER)
    place = None
    if math.isfinite(ratio) and ratio > 0:
        share = (math.log10(ratio) - _LEAST_RULER) / (_MOST_RULER - _LEAST_RULER)
        place = min(1.0, max(0.0, share))
    text = "all weights are 0" if weight_norm == 0.0 else format_number(ratio)
    return UpdatePicture(text, place, guide, "rule of thumb 10⁻³")


def _histograms(trace: LayerTrace, layer: int, settings: Layer) -> tuple[HistogramPicture, ...]:
    detail = trace.detail
    if detail is None or detail.layer != layer:
        if len(trace.gradient_histogram) < layer:
            return ()
        return (plot_half_octaves("Gradient ∂L/∂a", trace.gradient_histogram[layer - 1]),)
    return (
        _over_curve(detail, settings),
        plot_counts("Activations a", detail.activation_counts, detail.activation_edges),
        plot_half_octaves("Gradient ∂L/∂a", detail.gradient_counts),
        plot_half_octaves("Weight gradient ∂L/∂W", detail.weight_gradient_counts),
    )


def _heights(counts: NDArray[np.generic]) -> F64:
    values = np.asarray(counts, np.float64)
    return values / max(1.0, float(values.max(initial=0.0)))


def plot_counts(title: str, counts: I32, edges: F64) -> HistogramPicture:
    """Counts between edges, on a linear axis."""
    low, high = float(edges[0]), float(edges[-1])
    return HistogramPicture(title, "", low, high, edges, _heights(counts), _linear_ticks(low, high))


def _over_curve(detail: LayerDetail, settings: Layer) -> HistogramPicture:
    edges = detail.pre_activation_edges
    low, high = min(float(edges[0]), -1.0), max(float(edges[-1]), 1.0)
    x = np.linspace(low, high, _CURVE_POINTS)
    y = evaluate_activation(settings.activation, x, settings.leaky_slope)
    bottom, top = float(y.min()), float(y.max())
    curve = np.stack([x, (y - bottom) / max(top - bottom, 1e-12)])
    name = ACTIVATION_NAMES[settings.activation]
    return HistogramPicture(
        "Pre-activations z",
        f"on {name}’s curve",
        low,
        high,
        edges,
        _heights(detail.pre_activation_counts),
        _linear_ticks(low, high),
        curve,
        name,
    )


def _linear_ticks(low: float, high: float) -> tuple[Tick, ...]:
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
        return HistogramPicture(title, "log scale", -1.0, 0.0, np.zeros(1), empty, (), note=note)
    first, last = int(bins[0]), int(bins[-1]) + 1
    edges = np.log10(edges_of_half_octaves(first, last))
    low, high = math.floor(float(edges[0])), math.ceil(float(edges[-1]))
    ticks = tuple(Tick(float(d), format_power(d)) for d in pick_whole_ticks(low, high, 5))
    heights = _heights(counts[first:last])
    return HistogramPicture(
        title, "log scale", float(low), float(high), edges, heights, ticks, note=note
    )


def edges_of_half_octaves(first: int, last: int) -> F64:
    """(last − first + 1) edges of the bins first ... last − 1, from the bits of a float32."""
    bits = np.arange(first, last + 1, dtype=np.uint32) << np.uint32(22)
    return np.minimum(bits.view(np.float32).astype(np.float64), np.finfo(np.float32).max)
