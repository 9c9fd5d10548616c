"""The gradient over time: a bar for each time step, and named lines beside the bars."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop.display.bar_values import (
    choose_told,
    fit_axis,
    place_values,
    write_factors,
    write_headline,
)
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.pictures import FlowLine, FlowPicture, OffAxisCount, Part
from desktop.display.reference import Reference, is_zero_kind, kinds_of, strengths_of
from desktop.display.scales import fit_linear_axis
from desktop.kinds.recurrent.display.captions import (
    TIME_QUANTITY_TITLES,
    describe_wild_time_steps,
    describe_zero_time_steps,
    subtitle_of_time,
)
from desktop.kinds.recurrent.display.quantities import TimeQuantity, choose_time_quantity
from desktop.kinds.recurrent.display.reference import NEVER, find_time_reference, kinds_along
from desktop.kinds.recurrent.display.why import list_time_factors
from engine.kinds.recurrent.records import TimeTrace, time_trace_of
from engine.records.record import ValueKind

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]


def resolve_time_flow(
    trace: TimeTrace, options: DisplayOptions, playhead: Playhead, selected: int | None
) -> FlowPicture:
    """The bars and lines of one pass through time, of the top layer."""
    quantity = choose_time_quantity(trace.cell, options)
    is_gates = quantity == "gates"
    is_log = options.is_log and not is_gates
    reference = _reference_of(trace, quantity)
    is_relative = options.is_relative and not is_gates
    scale = reference.value if is_relative else 1.0
    key = f"{'relative' if is_relative else 'absolute'} {quantity}"
    values, kinds = _bars_of(trace, quantity)
    places = place_values(values, scale, is_log)
    before = None
    old = None if options.before is None else time_trace_of(options.before)
    if old is not None and _are_comparable(trace, old):
        old_scale = _reference_of(old, quantity).value if is_relative else 1.0
        before = None if is_gates else place_values(_bars_of(old, quantity)[0], old_scale, is_log)
    lines = _lines_of(trace, quantity, scale, is_log, is_relative)
    drawn = np.concatenate([places, *([] if before is None else [before])])
    drawn = np.concatenate([drawn, *(line.places for line in lines)])
    axis = fit_axis(drawn, key, is_log, options.axis)
    if is_gates:
        axis = fit_linear_axis(np.array([0.0, 1.0]), key, None)
    shown = choose_told(playhead, selected, range(1, trace.time_steps + 1))
    changing = range(1, 0 if quantity in ("share", "gates") else trace.loss_time)
    crossing = cross_time(trace, playhead)
    zeros = int(is_zero_kind(kinds[1:]).sum())
    wild = int((kinds[1:] >= ValueKind.INFINITE).sum())
    relation = f"relative to {reference.name}" if is_relative else "absolute"
    return FlowPicture(
        depth=trace.time_steps,
        quantity=quantity,
        title=TIME_QUANTITY_TITLES[quantity],
        subtitle=subtitle_of_time(trace, quantity, "" if is_gates else relation),
        has_relative=not is_gates,
        has_log=not is_gates,
        axis=axis,
        places=places,
        values=values,
        kinds=kinds,
        strengths=_colours_of(trace, quantity, values),
        before_places=before,
        factors=write_factors(values, changing, playhead, None if lines else shown),
        changing=changing,
        headline="" if is_gates else write_headline(values, kinds, scale, shown),
        headline_layer=None if is_gates else shown,
        crossing=crossing,
        crossing_layer=playhead.layer_at() if crossing else None,
        zeros=OffAxisCount(zeros, describe_zero_time_steps(zeros)) if zeros else None,
        not_finite=OffAxisCount(wild, describe_wild_time_steps(wild)) if wild else None,
        note=reference.note,
        playhead=playhead,
        selected_layer=selected,
        has_measure=True,
        lines=lines,
        place_name="time step",
        has_input=False,
    )


def _are_comparable(trace: TimeTrace, old: TimeTrace) -> bool:
    """Whether two passes go through the same places of the same cell, from the same loss."""
    return (trace.time_steps, trace.cell, trace.loss_time) == (
        old.time_steps,
        old.cell,
        old.loss_time,
    )


def cross_time(trace: TimeTrace, playhead: Playhead) -> tuple[Part, ...]:
    """The factors of the time step that is being crossed; empty at rest and before the loss."""
    if playhead.at_end() or not playhead.is_crossing() or playhead.phase in ("forward", "loss"):
        return ()
    t = playhead.layer_at()
    return list_time_factors(trace, t) if 2 <= t <= trace.loss_time else ()


def _values_of(trace: TimeTrace, quantity: TimeQuantity, layer: int = -1) -> F64:
    arrays: dict[TimeQuantity, F64] = {
        "hidden_last": trace.g_hT,
        "hidden": trace.g_h,
        "cell_last": trace.g_cT,
        "cell": trace.g_c,
        "cell_carried": trace.g_c_carry,
        "cell_direct": trace.cell_direct,
        "share": trace.shares_W_hh,
    }
    chosen = arrays.get(quantity)
    return np.full(trace.time_steps, np.nan) if chosen is None else chosen[layer]


def _bars_of(trace: TimeTrace, quantity: TimeQuantity) -> tuple[F64, I8]:
    """(T+1) values and kinds; the state before the first time step has neither."""
    values = np.append(np.nan, _values_of(trace, quantity))
    if quantity == "gates":
        return values, np.full(len(values), NEVER, np.int8)
    if quantity in ("hidden_last", "cell_last"):
        kinds = kinds_along(trace, values[1:], -1)
        values[trace.loss_time + 1 :] = np.nan
    else:
        kinds = kinds_of(values[1:])
        if quantity == "cell_direct":
            values[trace.loss_time + 1 :] = np.nan
            kinds[trace.loss_time :] = NEVER
        if quantity == "cell_carried":
            kinds[-1] = NEVER  # nothing comes after the last time step
    return values, np.append(np.int8(NEVER), kinds).astype(np.int8)


def _reference_of(trace: TimeTrace, quantity: TimeQuantity) -> Reference:
    if quantity not in ("share", "cell_direct"):
        return find_time_reference(trace)
    values = _values_of(trace, quantity)
    at = trace.loss_time - 1
    if quantity == "share":
        at = int(np.nanargmax(values)) if np.isfinite(values).any() else at
    value = float(values[at])
    name = "the largest share" if quantity == "share" else "its end at the loss"
    return Reference(value if np.isfinite(value) and value > 0 else None, name, "")


def _colours_of(trace: TimeTrace, quantity: TimeQuantity, values: F64) -> F64:
    """The colour says the gradient's strength; shares keep that of their time step."""
    reference = find_time_reference(trace).value
    if quantity in ("share", "cell_direct"):
        return np.append(np.nan, strengths_of(trace.g_hT[-1], reference))
    return strengths_of(values, reference)


def _lines_of(
    trace: TimeTrace, quantity: TimeQuantity, scale: float | None, is_log: bool, is_relative: bool
) -> tuple[FlowLine, ...]:
    if quantity == "gates":
        columns = range(len(trace.gate_names))
        return tuple(
            FlowLine(
                f"{trace.gate_names[g]} gate",
                np.append(np.nan, trace.gate_means[-1, :, g]),
                is_of_forward=True,
            )
            for g in columns
        )
    if quantity != "hidden_last":
        return ()
    lines: list[tuple[str, F64]] = []
    if trace.cell == "lstm":
        lines.append(("cell state", trace.g_cT[-1]))
        end = float(trace.cell_direct[-1, trace.loss_time - 1])
        if scale is not None and end > 0:
            unit = scale if is_relative else find_time_reference(trace).value or 1.0
            lines.append(("direct cell path", trace.cell_direct[-1] / end * unit))
    lines += [
        (f"layer {k + 1}, hidden state", trace.g_hT[k])
        for k in range(len(trace.layer_names) - 2, -1, -1)
    ]
    if trace.readout != "last":
        lines.append(("all losses", trace.g_h[-1]))
    made = []
    for name, values in lines:
        known = np.append(np.nan, values)
        if name != "all losses":
            known[trace.loss_time + 1 :] = np.nan
        made.append(FlowLine(name, place_values(known, scale, is_log)))
    return tuple(made)
