"""The gradient flow chart: one bar per layer, the factors between them, and the off-axis marks."""

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
from desktop.display.pictures import FlowPicture, OffAxisCount, Part
from desktop.display.reference import (
    Reference,
    is_zero_kind,
    kinds_of,
    strengths_of,
)
from desktop.kinds.feedforward.display.captions import (
    QUANTITY_TITLES,
    describe_not_finite,
    describe_zeros,
    name_part,
    subtitle_of,
)
from desktop.kinds.feedforward.display.quantities import Quantity, choose_quantity
from desktop.kinds.feedforward.display.reference import find_reference
from engine.document.experiment import Experiment
from engine.kinds.feedforward.records import FACTORS, LayerTrace, layer_trace_of
from engine.kinds.feedforward.spec import Feedforward, network_of
from engine.records.record import ValueKind

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]

RULE_OF_THUMB = -3.0
"""log10 of the update : weight ratio that usually goes with learning."""


def resolve_flow(
    experiment: Experiment,
    trace: LayerTrace | None,
    options: DisplayOptions,
    playhead: Playhead,
    selected_layer: int | None,
) -> FlowPicture:
    """The bars of one pass; without a pass an empty chart with the axis it will have."""
    quantity = choose_quantity(options)
    is_relative = options.is_relative and quantity != "update_ratio"
    key = f"{'relative' if is_relative else 'absolute'} {quantity}"
    if trace is None:
        return _without_measure(experiment, options, playhead, selected_layer, key)
    values, kinds = _values_of(trace, quantity)
    reference = _reference_of(trace, quantity)
    scale = reference.value if is_relative else 1.0
    is_log = options.is_log
    places = place_values(values, scale, is_log)
    before = None
    old = None if options.before is None else layer_trace_of(options.before)
    if old is not None and old.depth == trace.depth:
        old_values, _ = _values_of(old, quantity)
        old_scale = _reference_of(old, quantity).value if is_relative else 1.0
        before = place_values(old_values, old_scale, is_log)
    drawn = places if before is None else np.concatenate((places, before))
    guide = RULE_OF_THUMB if quantity == "update_ratio" and is_log else None
    axis = fit_axis(drawn, key, is_log, options.axis)
    shown = choose_told(playhead, selected_layer, range(trace.depth + 1))
    changing = range(trace.depth if quantity in ("gradient_a", "gradient_z") else 0)
    crossing_layer, crossing = cross_link(experiment, trace, playhead)
    zero = [ValueKind(int(kind)) for kind in kinds[1:][is_zero_kind(kinds[1:])]]
    wild = [ValueKind(int(kind)) for kind in kinds[1:][kinds[1:] >= ValueKind.INFINITE]]
    return FlowPicture(
        depth=trace.depth,
        quantity=quantity,
        title=QUANTITY_TITLES[quantity],
        subtitle=subtitle_of(quantity, is_relative, reference.name),
        has_relative=quantity != "update_ratio",
        axis=axis,
        places=places,
        values=values,
        kinds=kinds,
        strengths=_colours_of(trace, quantity),
        before_places=before,
        factors=write_factors(values, changing, playhead, shown),
        changing=changing,
        headline=write_headline(values, kinds, scale, shown),
        headline_layer=shown,
        crossing=crossing,
        crossing_layer=crossing_layer,
        zeros=OffAxisCount(len(zero), describe_zeros(zero)) if zero else None,
        not_finite=OffAxisCount(len(wild), describe_not_finite(wild)) if wild else None,
        note=reference.note,
        guide=guide,
        guide_text="rule of thumb 10⁻³" if guide is not None else "",
        playhead=playhead,
        selected_layer=selected_layer,
        has_measure=True,
    )


def cross_link(
    experiment: Experiment, trace: LayerTrace, playhead: Playhead
) -> tuple[int | None, tuple[Part, ...]]:
    """The layer whose block the pass is crossing, L + 1 for the head, and its factors."""
    if playhead.at_end() or not playhead.is_crossing() or playhead.phase in ("forward", "loss"):
        return None, ()
    layer = playhead.layer_at()
    return layer, factors_of(experiment, trace, layer)


def factors_of(experiment: Experiment, trace: LayerTrace, layer: int) -> tuple[Part, ...]:
    """What the block of a layer does to the gradient, factor by factor; empty if unknown."""
    row = trace.factors[layer - 1]
    if not np.all(np.isfinite(row)):
        return ()
    network = experiment.network
    layers = network.unrolled() if isinstance(network, Feedforward) else ()
    spec = layers[layer - 1] if layer <= len(layers) else None
    weights = FACTORS.index("weights")
    return tuple(
        Part(name_part(column, spec), float(row[column]))
        for column in (1, 2, 3, 0, 4, 5)
        if column == weights or abs(row[column] - 1.0) > 1e-9
    )


def _values_of(trace: LayerTrace, quantity: Quantity) -> tuple[F64, I8]:
    if quantity == "gradient_a":
        return trace.g_a_rms, trace.kinds
    per_layer = {
        "gradient_z": trace.g_z_rms,
        "weight_gradient": trace.g_W,
        "update_ratio": trace.update_ratio,
    }[quantity]
    values = np.concatenate(([np.nan], per_layer))
    kinds = kinds_of(values, trace.kinds)
    kinds[0] = -1
    return values, kinds


def _reference_of(trace: LayerTrace, quantity: Quantity) -> Reference:
    if quantity in ("gradient_a", "update_ratio"):
        return find_reference(trace)
    values, _ = _values_of(trace, quantity)
    if np.isfinite(values[-1]) and values[-1] > 0:
        return Reference(float(values[-1]), "the last layer", "")
    usable = np.flatnonzero(np.isfinite(values) & (values > 0))
    if usable.size == 0:
        return Reference(None, "the last layer", "nothing here is finite and above 0")
    layer = int(usable[-1])
    return Reference(
        float(values[layer]), f"layer {layer}", f"relative to layer {layer}, the nearest above 0"
    )


def _colours_of(trace: LayerTrace, quantity: Quantity) -> F64:
    """The colour always says the strength of the gradient, whatever the height says."""
    if quantity == "gradient_z":
        values, _ = _values_of(trace, quantity)
        return strengths_of(values, _reference_of(trace, quantity).value)
    return strengths_of(trace.g_a_rms, find_reference(trace).value)


def _without_measure(
    experiment: Experiment,
    options: DisplayOptions,
    playhead: Playhead,
    selected_layer: int | None,
    key: str,
) -> FlowPicture:
    depth, quantity = network_of(experiment).depth, choose_quantity(options)
    nothing = np.full(depth + 1, np.nan)
    is_relative = key.startswith("relative")
    return FlowPicture(
        depth=depth,
        quantity=quantity,
        title=QUANTITY_TITLES[quantity],
        subtitle=subtitle_of(quantity, is_relative, "the last layer"),
        has_relative=quantity != "update_ratio",
        axis=fit_axis(nothing, key, options.is_log, options.axis),
        places=nothing,
        values=nothing,
        kinds=np.full(depth + 1, -1, np.int8),
        strengths=nothing,
        factors=(None,) * (depth + 1),
        playhead=playhead,
        selected_layer=selected_layer,
        has_measure=False,
    )
