"""Sentences and names about recurrent networks and passes through time."""

from __future__ import annotations

import numpy as np

from desktop.display.options import Playhead
from desktop.display.pictures import Part
from desktop.display.reference import Reference, strengths_of
from desktop.display.scales import format_count, format_factor, format_log10, format_number
from desktop.kinds.recurrent.display.quantities import TimeQuantity
from desktop.kinds.recurrent.display.reference import find_time_reference
from engine.kinds.recurrent.records import TimeTrace
from engine.kinds.recurrent.spec import GATES_OF_CELL, Recurrent
from engine.records.record import ValueKind

TIME_QUANTITY_TITLES: dict[TimeQuantity, str] = {
    "hidden_last": "Gradient over time",
    "hidden": "Gradient over time, all losses",
    "cell_last": "Gradient of the cell state over time",
    "cell": "Gradient of the cell state, all losses",
    "cell_carried": "Gradient carried by the cell state",
    "cell_direct": "Direct cell path",
    "share": "Each time step’s share of the weight gradient",
    "gates": "Gates over time",
}
_REDUCTIONS: dict[TimeQuantity, str] = {
    "hidden": "‖∂L/∂h‖, summed over all losses",
    "cell": "‖∂L/∂c‖, summed over all losses",
    "cell_carried": "‖∂L/∂c‖ through the next cell state alone",
    "cell_direct": "‖∏ f‖ over the forget gates after it",
    "share": "‖term of ∂L/∂W_hh‖",
    "gates": "mean over the batch and the units",
}
TIME_HISTORY_SUBTITLE = "time step × iteration, each relative to its loss end"


def subtitle_of_time(trace: TimeTrace, quantity: TimeQuantity, reference: str) -> str:
    """What exactly is drawn: relative to what, reduction, and of which loss."""
    if quantity in ("hidden_last", "cell_last"):
        state = "h" if quantity == "hidden_last" else "c"
        alone = "" if trace.readout == "last" else f", loss at {trace.loss_time:,} alone"
        what = f"‖∂L/∂{state}‖{alone}"
    else:
        what = _REDUCTIONS[quantity]
    return f"{reference} · {what}" if reference else what


def describe_recurrent(network: Recurrent) -> str:
    """The network in a few words: "2 × LSTM 32, forget bias 3"."""
    many = f"{network.layers} × " if network.layers > 1 else ""
    parts = [f"{many}{network.cell.upper()} {network.hidden}"]
    if network.cell == "rnn" and network.activation != "tanh":
        parts[0] += f" {network.activation}"
    if network.cell == "lstm":
        parts.append(f"forget bias {network.forget_bias:g}")
    for name in GATES_OF_CELL[network.cell]:
        forced = getattr(network.gates, name)
        if forced is not None:
            parts.append(f"{name} gate := {forced:g}")
    if network.cut_h_to_gates:
        parts.append("h to gates cut")
    if network.truncation:
        parts.append(f"cut every {network.truncation} time steps")
    return ", ".join(parts)


def name_time_step(trace: TimeTrace, t: int) -> str:
    """A time step with its word: "“job”, time step 6"."""
    word = trace.labels[t - 1]
    is_number = word.replace(".", "").replace("−", "").isdigit()
    return f"time step {t:,}" if is_number else f"“{word}” (time step {t:,})"


def describe_time_step(trace: TimeTrace, t: int) -> str:
    """What hovering a time step says, with full precision."""
    if t > trace.time_steps:
        return f"Loss {trace.loss!r}\nnorm of ∂L/∂output {trace.g_out!r}"
    if t < 1:
        return "The state before the first time step"
    reference = find_time_reference(trace)
    name = name_time_step(trace, t)
    lines = [name[0].upper() + name[1:]]
    if t > trace.loss_time:
        lines.append("lies after the loss: not reached")
    for k in range(len(trace.layer_names) - 1, -1, -1):
        layer = f"layer {k + 1}: " if len(trace.layer_names) > 1 else ""
        value = float(trace.g_hT[k, t - 1])
        strength = float(strengths_of([value], reference.value)[0])
        relative = f", relative {format_log10(strength, 7)}" if np.isfinite(strength) else ""
        lines.append(f"{layer}‖∂L/∂h‖ {format_number(value, 7)}{relative}")
        if trace.cell == "lstm":
            lines.append(f"{layer}‖∂L/∂c‖ {format_number(float(trace.g_cT[k, t - 1]), 7)}")
    for name, value in zip(trace.gate_names, trace.gate_means[-1, t - 1], strict=True):
        lines.append(f"{name} gate {format_number(float(value), 4)}")
    return "\n".join(lines)


def describe_loss_mark(trace: TimeTrace, t: int) -> str:
    """What hovering the mark of one time step's loss says."""
    what = "the loss" if trace.readout == "all" else "the share of the read-out’s mean"
    if t == trace.loss_time:
        return f"The pass starts from {what} at time step {t:,} alone"
    return f"Click to start the pass from {what} at time step {t:,} alone"


def describe_zero_time_steps(count: int) -> str:
    """What the off-axis mark of exact zeros says."""
    return f"{_count(count)} exactly 0"


def describe_wild_time_steps(count: int) -> str:
    """What the off-axis mark of infinities says."""
    return f"{_count(count)} ∞ or NaN"


def _count(count: int) -> str:
    return f"{format_count(count)} time {'step' if count == 1 else 'steps'}"


def describe_time_pass(trace: TimeTrace, playhead: Playhead, parts: tuple[Part, ...]) -> str:
    """What the pass is doing now; empty in a phase that is told as for any network."""
    phase = playhead.phase or "backward"
    if phase == "forward":
        return "Forward pass: the sequence runs from the first time step to the last."
    if phase != "backward":
        return ""
    head = f"Backward pass of iteration {format_count(trace.iteration)}"
    if playhead.is_live:
        return f"{head}, as it is trained"
    if playhead.at_end():
        return head
    reference = find_time_reference(trace)
    t = playhead.layer_at()
    if parts:
        return _describe_crossing(trace, t, parts, reference)
    if t > trace.time_steps:
        return f"{head} starts at the loss, {format_number(trace.loss, 3)}."
    if t > trace.loss_time:
        return f"{head}: time step {t:,} lies after the loss and receives nothing."
    return f"{head}: {_arrival(trace, t, reference)}"


def _describe_crossing(
    trace: TimeTrace, t: int, parts: tuple[Part, ...], reference: Reference
) -> str:
    product = " × ".join(f"{part.name} {format_number(part.factor)}" for part in parts)
    total = float(np.prod([part.factor for part in parts]))
    strength = float(strengths_of(trace.g_hT[-1, t - 1 : t], reference.value)[0])
    so_far = f" · so far {format_log10(strength)}" if np.isfinite(strength) else ""
    equals = f" = {format_factor(total)}" if len(parts) > 1 else ""
    return f"From time step {t:,} to {t - 1:,}: {product}{equals}{so_far}"


def _arrival(trace: TimeTrace, t: int, reference: Reference) -> str:
    if t < 1:
        return "it has passed the first time step."
    strength = float(strengths_of(trace.g_hT[-1, t - 1 : t], reference.value)[0])
    name = name_time_step(trace, t)
    if np.isfinite(strength):
        if t == trace.loss_time:
            value = format_number(float(trace.g_hT[-1, t - 1]))
            return f"{name} receives {value} from the loss."
        return f"{name} receives {format_log10(strength)} of {reference.name}’s gradient."
    kind = ValueKind(int(trace.kinds[-1, t - 1]))
    if kind in (ValueKind.INFINITE, ValueKind.NAN):
        return f"{name} receives {'∞' if kind is ValueKind.INFINITE else 'NaN'}."
    return f"{name} receives exactly 0."
