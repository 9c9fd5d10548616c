"""Sentences and names about feed-forward networks and passes through layers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop.display.captions import KIND_WORDS, describe_share
from desktop.display.options import Playhead
from desktop.display.reference import strengths_of
from desktop.display.scales import format_count, format_factor, format_log10, format_number
from desktop.kinds.feedforward.display.quantities import Quantity
from desktop.kinds.feedforward.display.reference import find_reference
from engine.kinds.feedforward.records import FACTORS, LayerTrace
from engine.kinds.feedforward.spec import Feedforward, Layer
from engine.records.record import ValueKind

F64 = NDArray[np.float64]

_ZERO_WORDS = {
    ValueKind.UNDERFLOW_ZERO: "underflow",
    ValueKind.DEAD_ZERO: "dead",
    ValueKind.STRUCTURAL_ZERO: "not connected",
}
QUANTITY_TITLES: dict[Quantity, str] = {
    "gradient_a": "Gradient of each layer",
    "gradient_z": "Gradient of each layer’s pre-activation",
    "weight_gradient": "Weight gradient of each layer",
    "update_ratio": "Update : weight of each layer",
}
_REDUCTIONS: dict[Quantity, str] = {
    "gradient_a": "√B ‖∂L/∂a‖ / √n",
    "gradient_z": "√B ‖∂L/∂z‖ / √n",
    "weight_gradient": "‖∂L/∂W‖, before clipping",
    "update_ratio": "‖ΔW‖ / ‖W‖, after the optimiser",
}
ACTIVATION_NAMES: dict[str, str] = {
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "gelu": "GELU",
    "gelu_tanh": "GELU (tanh)",
    "elu": "ELU",
    "selu": "SELU",
    "silu": "SiLU",
    "softplus": "softplus",
    "softsign": "softsign",
    "hardtanh": "hardtanh",
    "sin": "sin",
    "linear": "linear",
}
_SLOPES = {"sigmoid": "σ′", "tanh": "tanh′", "relu": "ReLU′", "sin": "sin′"}


def name_slope(layer: Layer) -> str:
    """The derivative of a layer's activation as a symbol: "σ′"."""
    return _SLOPES.get(layer.activation, "φ′")


def subtitle_of(quantity: Quantity, is_relative: bool, reference_name: str) -> str:
    """What exactly is drawn: reduction, and what it is relative to."""
    if quantity == "update_ratio":
        return _REDUCTIONS[quantity]
    relation = f"relative to {reference_name}" if is_relative else "absolute"
    return f"{relation} · {_REDUCTIONS[quantity]}"


def name_part(column: int, layer: Layer | None) -> str:
    """The short name of a column of `LayerTrace.factors`."""
    name = FACTORS[column]
    if name == "activation":
        return "φ′" if layer is None else name_slope(layer)
    return {
        "scale": "α",
        "normalisation": "norm",
        "weights": "W",
        "skip": "skip",
        "width": "√n",
    }[name]


def describe_feedforward(network: Feedforward) -> str:
    """The network in a few words: "10 × Dense 16 sigmoid, skips every 2"."""
    parts = []
    for layer in network.layers[:4]:
        many = f"{format_count(layer.repeat)} × " if layer.repeat > 1 else ""
        norm = "" if layer.normalisation == "none" else f" + {layer.normalisation} norm"
        parts.append(f"{many}Dense {layer.units} {ACTIVATION_NAMES[layer.activation]}{norm}")
    if len(network.layers) > 4:
        parts = [*parts[:2], f"… {network.depth} layers"]
    if network.skip.every:
        parts.append(f"skips every {network.skip.every}, α = {_scale_text(network)}")
    return ", ".join(parts)


def _scale_text(network: Feedforward) -> str:
    scale = network.skip.scale
    if isinstance(scale, str):
        return {"1/L": "1/L", "1/sqrt(L)": "1/√L"}[scale]
    return format_number(scale) if scale != 1 else "1"


def describe_layer(trace: LayerTrace, layer: int) -> str:
    """What hovering a layer says, with full precision."""
    if layer > trace.depth:
        return f"Loss {trace.loss!r}\nRMS of ∂L/∂output {trace.g_out!r}"
    name = f"Layer {layer} · {trace.layer_names[layer - 1]}" if layer else "Input"
    value = float(trace.g_a_rms[layer])
    lines = [name, f"gradient √B ‖∂L/∂a‖ / √n  {_precise(value)}"]
    kind = ValueKind(int(trace.kinds[layer]))
    if kind is not ValueKind.FINITE:
        lines.append(KIND_WORDS[kind])
    reference = find_reference(trace)
    strength = float(strengths_of([value], reference.value)[0])
    if np.isfinite(strength):
        lines.append(f"relative to {reference.name}  {format_log10(strength, 7)}")
    if layer:
        lines.append(f"weight gradient ‖∂L/∂W‖  {_precise(float(trace.g_W[layer - 1]))}")
        lines.append(f"update : weight  {_precise(float(trace.update_ratio[layer - 1]))}")
    return "\n".join(lines)


def _precise(value: float) -> str:
    return format_number(value, 7)


def _describe_backward(trace: LayerTrace, playhead: Playhead, crossing: str) -> str:
    head = f"Backward pass of iteration {format_count(trace.iteration)}"
    if playhead.is_live:
        return f"{head}, as it is trained"
    reference = find_reference(trace)
    strengths = strengths_of(trace.g_a_rms, reference.value)
    layer = playhead.layer_at()
    if playhead.at_end():
        return head  # the verdict says what has arrived
    if layer > trace.depth and not crossing:
        return f"{head} starts at the loss, {format_number(trace.loss, 3)}."
    if crossing:
        so_far = _so_far(strengths, layer)
        return f"{crossing}{so_far}"
    return f"{head}: {_arrival(trace, strengths, layer, reference.name)}"


def _so_far(strengths: F64, layer: int) -> str:
    if layer >= len(strengths) or not np.isfinite(strengths[layer]):
        return ""
    return f" · so far {format_log10(float(strengths[layer]))}"


def _arrival(trace: LayerTrace, strengths: F64, layer: int, reference_name: str) -> str:
    place = f"layer {layer}" if layer else "the input"
    strength = float(strengths[layer])
    if np.isfinite(strength):
        if layer == trace.depth:
            return f"{place} receives {format_number(float(trace.g_a_rms[layer]))} from the loss."
        return f"{place} receives {describe_share(strength, reference_name)}."
    kind = ValueKind(int(trace.kinds[layer]))
    if kind is ValueKind.FINITE:
        return "the loss gives no gradient."
    return f"{place} receives {KIND_WORDS[kind].split(':')[0].split(' (')[0]}."


def describe_crossing(parts: list[tuple[str, float]], layer: int, depth: int) -> str:
    """The link being crossed: "From layer 5 to layer 4: σ′ 0.24 × W 0.58 = 0.14"."""
    start = f"layer {layer}" if layer <= depth else "the output"
    stop = f"layer {layer - 1}" if layer > 1 else "the input"
    product = " × ".join(f"{name} {format_number(factor)}" for name, factor in parts)
    total = float(np.prod([factor for _, factor in parts]))
    return f"From {start} to {stop}: {product} = {format_factor(total)}"


def describe_layer_pass(
    trace: LayerTrace, playhead: Playhead, parts: list[tuple[str, float]], crossed: int | None
) -> str:
    """What the forward or backward pass is doing; empty in the phases told as for any network.

    Args:
        trace: the pass.
        playhead: where the animation stands.
        parts: names and factors of the link that is being crossed.
        crossed: the layer whose link that is.
    """
    phase = playhead.phase or "backward"
    if phase == "forward":
        return "Forward pass: the batch runs from the input to the loss."
    if phase != "backward":
        return ""
    crossing = ""
    if parts and crossed is not None:
        crossing = describe_crossing(parts, crossed, trace.depth)
    return _describe_backward(trace, playhead, crossing)


def describe_zeros(kinds: list[ValueKind]) -> str:
    """What the off-axis mark of exact zeros says: "3 layers exactly 0 (dead)"."""
    words = sorted({_ZERO_WORDS[kind] for kind in kinds})
    layers = "layer" if len(kinds) == 1 else "layers"
    return f"{format_count(len(kinds))} {layers} exactly 0 ({', '.join(words)})"


def describe_not_finite(kinds: list[ValueKind]) -> str:
    """What the off-axis mark of infinities says: "4 layers NaN, 1 layer ∞"."""
    parts = []
    for kind, word in ((ValueKind.NAN, "NaN"), (ValueKind.INFINITE, "∞")):
        count = kinds.count(kind)
        if count:
            parts.append(f"{format_count(count)} {'layer' if count == 1 else 'layers'} {word}")
    return ", ".join(parts)
