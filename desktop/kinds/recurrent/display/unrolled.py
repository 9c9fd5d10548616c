"""The unrolled network: what reaches each state of each layer, and how open the gates are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop.display.options import DisplayOptions, Playhead
from desktop.display.pictures import DiagramPicture
from desktop.display.reference import strengths_of
from desktop.display.scales import format_count, format_loss, format_number
from desktop.display.shares import tell_apart
from desktop.kinds.recurrent.display.frame import Crossing, StateRow, UnrolledPicture
from desktop.kinds.recurrent.display.reference import find_time_reference, kinds_along
from engine.kinds.recurrent.records import StateSpectrum, TimeTrace, time_trace_of

F64 = NDArray[np.float64]

VALVES = {"lstm": "forget", "gru": "update"}
"""The gate between one state and the next: open, it hands the state on."""


def resolve_unrolled(trace: TimeTrace, options: DisplayOptions) -> UnrolledPicture:
    """The state rows of a pass, the top layer first, its cell state above its hidden state."""
    state_rows: list[StateRow] = []
    for layer in range(len(trace.layer_names), 0, -1):
        if trace.cell == "lstm":
            state_rows.append(_make_state_row(trace, options, layer, is_cell=True))
        state_rows.append(_make_state_row(trace, options, layer, is_cell=False))
    crossings: tuple[Crossing, ...] = ()
    if trace.cell == "lstm":
        into, out_of = trace.gate_names.index("input"), trace.gate_names.index("output")
        crossings = tuple(
            Crossing(k + 1, trace.gate_means[k, :, into], trace.gate_means[k, :, out_of])
            for k in range(len(trace.layer_names))
        )
    many = f"{len(trace.layer_names)} × " if len(trace.layer_names) > 1 else ""
    time_steps = f"{format_count(trace.time_steps)} time steps"
    if trace.time_steps == 1:
        time_steps = "one time step"
    every = frozenset(range(1, trace.time_steps + 1))
    answer, share = _describe_answer(trace)
    return UnrolledPicture(
        trace=trace,
        title=f"{many}{trace.layer_names[-1]} over {time_steps}",
        subtitle="width and colour: the gradient that arrives",
        state_rows=tuple(state_rows),
        selected_row=min(options.selected_row or len(trace.layer_names), len(trace.layer_names)),
        crossings=crossings,
        words=trace.labels,
        deciding=frozenset(trace.deciding) or every,
        cuts=trace.truncation_cuts,
        loss_time=trace.loss_time,
        has_every_loss=trace.readout != "last" and trace.time_steps > 1,
        answer=answer,
        answer_share=share,
        spectrum=options.answer if isinstance(options.answer, StateSpectrum) else None,
    )


def _make_state_row(
    trace: TimeTrace, options: DisplayOptions, layer: int, *, is_cell: bool
) -> StateRow:
    k = layer - 1
    values = trace.g_cT[k] if is_cell else trace.g_hT[k]
    carries_valve = is_cell or trace.cell == "gru"
    gate = VALVES.get(trace.cell, "") if carries_valve else ""
    opened, before, is_forced = np.zeros(0), None, False
    if gate:
        column = trace.gate_names.index(gate)
        opened = trace.gate_means[k, :, column]
        is_forced = trace.forced_gates[column] is not None
        old = None if options.before is None else time_trace_of(options.before)
        if old is not None and old.gate_means.shape == trace.gate_means.shape:
            before = old.gate_means[k, :, column]
            if np.allclose(before, opened, atol=5e-3):
                before = None
    return StateRow(
        name="cell state" if is_cell else "hidden state",
        layer=layer,
        is_cell=is_cell,
        strengths=strengths_of(values, find_time_reference(trace).value),
        kinds=kinds_along(trace, values, k),
        gate_name=gate,
        gates=opened,
        before_gates=before,
        is_forced=is_forced,
    )


def _describe_answer(trace: TimeTrace) -> tuple[str, str]:
    if not trace.predicted:
        return "", ""
    word, probability = trace.predicted[0]
    short = tell_apart(tuple(name for name, _ in trace.predicted))
    return short[word], f"{format_number(100 * probability)} %"


def resolve_places(
    trace: TimeTrace,
    unrolled: UnrolledPicture,
    playhead: Playhead,
    selected: int | None,
) -> DiagramPicture:
    """The time steps as columns without units: what all views share about their places."""
    time_steps = trace.time_steps
    strengths = np.append(np.nan, strengths_of(trace.g_hT[-1], find_time_reference(trace).value))
    return DiagramPicture(
        depth=time_steps,
        title=unrolled.title,
        subtitle=unrolled.subtitle,
        widths=(trace.hidden,) * (time_steps + 1),
        layer_names=trace.labels,
        unit_counts=np.zeros(time_steps + 1, np.int32),
        unit_strengths=np.zeros((time_steps + 1, 0), np.float32),
        unit_kinds=np.zeros((time_steps + 1, 0), np.int8),
        layer_strengths=strengths,
        layer_kinds=np.append(np.int8(0), kinds_along(trace, trace.g_hT[-1], -1)).astype(np.int8),
        link_strengths=np.zeros((0, 0, 0), np.float32),
        branch_strengths=strengths,
        arcs=(),
        input_names=(),
        loss_text=f"loss {format_loss(trace.loss)}",
        has_measure=True,
        playhead=playhead,
        selected_layer=selected,
        arrow_text="forward pass" if playhead.phase == "forward" else "back through time",
        has_every_loss=unrolled.has_every_loss,
    )
