"""What the inspector says about one time step of a recurrent network."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from desktop.display.inspector import (
    Fact,
    HistogramPicture,
    InspectorPicture,
    plot_counts,
    plot_half_octaves,
    plot_singular_values,
    resolve_update,
)
from desktop.display.on_the_curve import (
    Entries,
    count_entries,
    plot_bare,
    plot_forced,
    plot_on_curve,
)
from desktop.display.pictures import WhyPicture
from desktop.display.scales import format_number
from desktop.display.shares import ShareGroup, ShareRow, list_answers
from desktop.kinds.recurrent.display.equation import resolve_readout_equation, resolve_time_equation
from desktop.kinds.recurrent.display.reference import find_time_reference
from desktop.kinds.recurrent.display.why import resolve_cell_why, title_of_time_step
from engine.kinds.recurrent.records import TimeDetail, TimeTrace
from engine.kinds.recurrent.spec import Recurrent
from engine.parts import ActivationName


def resolve_time_inspector(
    trace: TimeTrace,
    t: int | None,
    why: WhyPicture | None,
    selected_row: int,
    activation: ActivationName,
) -> InspectorPicture:
    """What there is to say about the selected time step of a pass."""
    answers = _answers(trace)
    if t is None:
        hint = "Select a time step, a bar or a cell of the history."
        return InspectorPicture("Inspector", hint, share_groups=answers)
    if t < 1:
        return InspectorPicture("Before the first time step", "Here every state is 0.")
    if t > trace.time_steps:
        facts = (
            Fact("loss", format_number(trace.loss, 4), "Mean over the batch"),
            _norm("‖∂L/∂output‖", trace.g_out, "Where the backward pass begins"),
            _norm("‖∂L/∂W‖ of the read-out", trace.g_W_out, "Of the output layer’s weights"),
        )
        return InspectorPicture(
            "Read-out and loss",
            "",
            facts,
            share_groups=answers,
            equation=resolve_readout_equation(trace),
        )
    row = selected_row - 1
    detail = trace.detail
    if detail is not None and detail.time_step != t:
        detail = None
    return InspectorPicture(
        title=title_of_time_step(trace, t, row),
        hint="",
        facts=_facts(trace, t, row),
        why=why,
        second_why=resolve_cell_why(trace, t, row),
        update=resolve_update(float(trace.update_ratio[row]), float(trace.weight_norm[row])),
        histograms=_histograms(trace, detail, row, activation) if detail else (),
        equation=resolve_time_equation(trace, detail, row, activation) if detail else None,
        matrix=row,
        share_groups=(*_gates(trace, t, row), *answers),
    )


def _facts(trace: TimeTrace, t: int, row: int) -> tuple[Fact, ...]:
    i, top = t - 1, len(trace.layer_names) - 1
    loss = "the loss"
    if trace.readout == "all":
        loss = f"the loss at time step {trace.loss_time:,} alone"
    facts = []
    reference = find_time_reference(trace)
    if reference.value:
        share = format_number(float(trace.g_hT[row, i]) / reference.value)
        which = "" if row == top == 0 else f" of layer {row + 1}"
        tooltip = f"‖∂L/∂h‖{which} here over {reference.name}’s, of {loss}"
        facts.append(Fact("gradient, relative", share, tooltip))
    for k in range(top, -1, -1):
        name = f"‖∂L/∂h‖, layer {k + 1}" if top else "‖∂L/∂h‖"
        facts.append(_norm(name, trace.g_hT[k, i], f"Over batch and units, of {loss}"))
    if trace.g_cT.size:
        tooltip = f"Total: carried by the cell state and through h, of {loss}"
        facts.append(_norm("‖∂L/∂c‖", trace.g_cT[row, i], tooltip))
        tooltip = "Norm of the product of the forget gates after it: the direct path alone"
        facts.append(_norm("direct path ‖∏ f‖", trace.cell_direct[row, i], tooltip))
    facts.extend(_weight_facts(trace, i, row))
    return tuple(facts)


def _weight_facts(trace: TimeTrace, i: int, row: int) -> list[Fact]:
    term, whole = float(trace.shares_W_hh[row, i]), float(trace.g_Whh[row])
    facts = [
        _norm(
            "its term of ∂L/∂W_hh",
            term,
            "The terms of all time steps add up to the gradient of the recurrent weights",
        )
    ]
    if whole > 0 and math.isfinite(whole) and math.isfinite(term):
        text = f"{format_number(100.0 * term / whole)} %"
        tooltip = "Its norm over that of the sum; terms can cancel, so it may exceed 100 %"
        facts.append(Fact("share of ∂L/∂W_hh", text, tooltip))
    detail = trace.detail
    if detail is not None and np.isfinite(detail.spectral_norm[row]):
        radius, norm = float(detail.spectral_radius[row]), detail.spectral_norm[row]
        block = "W_hh" if trace.cell == "rnn" else f"W_hh of the {trace.block_names[0]}"
        what = f"Largest |eigenvalue| of {block}"
        if math.isnan(radius):
            facts.append(Fact("ρ(W_hh)", "too large", f"{what}: to find it would take too long"))
        else:
            facts.append(_norm("ρ(W_hh)", radius, what))
        facts.append(_norm("σ₁(W_hh)", norm, f"Largest singular value of {block}"))
    return facts


def _norm(name: str, value: float, tooltip: str) -> Fact:
    return Fact(name, format_number(float(value)), f"{tooltip}: {float(value)!r}")


def _gates(trace: TimeTrace, t: int, layer: int) -> tuple[ShareGroup, ...]:
    rows = []
    for name, forced, mean in zip(
        trace.gate_names, trace.forced_gates, trace.gate_means[layer, t - 1].tolist(), strict=True
    ):
        note = "" if forced is None else " forced"
        tooltip = f"Mean of the {name} gate over batch and units: {mean!r}"
        rows.append(ShareRow(f"{name} gate", mean, f"{format_number(mean)}{note}", tooltip))
    return (ShareGroup("Gates at this time step", tuple(rows)),) if rows else ()


def _answers(trace: TimeTrace) -> tuple[ShareGroup, ...]:
    if not trace.predicted:
        return ()
    return (list_answers("Predicted for the sequence drawn", trace.predicted),)


def _histograms(
    trace: TimeTrace, detail: TimeDetail, row: int, activation: ActivationName
) -> tuple[HistogramPicture, ...]:
    return (
        *_place_on_curves(trace, detail, row, activation),
        plot_counts("Hidden state h", detail.state_counts[row], detail.state_edges[row]),
        plot_half_octaves("Gradient ∂L/∂h", detail.gradient_counts[row]),
        *_spectra(trace, detail, row),
    )


def draw_activation(network: Recurrent, trace: TimeTrace | None, t: int | None) -> HistogramPicture:
    """The curve of the new state's activation; with the entries on it, where they are recorded."""
    activation = network.activation if network.cell == "rnn" else "tanh"
    detail = None if trace is None else trace.detail
    if trace is not None and detail is not None and detail.time_step == t:
        drawn = _place_on_curves(trace, detail, len(trace.layer_names) - 1, activation)
        pairs = zip(trace.block_names, drawn, strict=True)
        candidate = next(curve for name, curve in pairs if not name.endswith("gate"))
        return replace(candidate, title=f"Time step {t:,} on its curve")
    shown = {"relu": "ReLU"}.get(activation, activation)
    return plot_bare(f"The curve of {shown}", shown, activation, 0.0)


def _place_on_curves(
    trace: TimeTrace, detail: TimeDetail, row: int, activation: ActivationName
) -> Iterator[HistogramPicture]:
    """Each gate and candidate: its pre-activations on its own curve."""
    forced = dict(zip(trace.gate_names, trace.forced_gates, strict=True))
    for block, name in enumerate(trace.block_names):
        arguments = detail.arguments[row, block]
        entries = Entries(
            arguments,
            detail.values[row, block],
            detail.slopes[row, block],
            trace.batch_size * trace.hidden,
            *count_entries(arguments),
        )
        title = f"Pre-activations, {name}" if len(trace.block_names) > 1 else "Pre-activations z"
        gate = name.removesuffix(" gate")
        value = forced.get(gate)
        if value is not None:
            yield plot_forced(title, value, entries)
        elif gate in forced:
            yield plot_on_curve(title, "σ", "sigmoid", 0.0, entries)
        else:
            shown = {"relu": "ReLU"}.get(activation, activation)
            yield plot_on_curve(title, shown, activation, 0.0, entries)


def _spectra(trace: TimeTrace, detail: TimeDetail, row: int) -> Iterator[HistogramPicture]:
    values = detail.singular_values[row]
    if not len(values):
        refusal = "Not measured: W_hh is too large to be taken apart at once, or not finite."
        yield plot_singular_values("Singular values of W_hh", np.zeros(0), refusal)
    for block, own in enumerate(values):
        name = f", {trace.block_names[block]}" if len(values) > 1 else ""
        yield plot_singular_values(f"Singular values of W_hh{name}", own)
