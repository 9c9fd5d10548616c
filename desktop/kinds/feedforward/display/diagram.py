"""The network diagram: which unit, link and arc carries how much of the gradient."""

from __future__ import annotations

import numpy as np

from desktop.display.options import Playhead
from desktop.display.pictures import Arc, DiagramPicture
from desktop.display.reference import kinds_of, strengths_of
from desktop.display.scales import format_loss
from desktop.kinds.feedforward.display.reference import find_reference
from engine.document.experiment import Experiment
from engine.kinds.feedforward.records import SHOWN_UNITS, LayerTrace
from engine.kinds.feedforward.spec import network_of


def resolve_diagram(
    experiment: Experiment,
    trace: LayerTrace | None,
    playhead: Playhead,
    selected_layer: int | None,
) -> DiagramPicture:
    """The diagram of one pass; before the first one, of the network alone."""
    network = network_of(experiment)
    if trace is None:
        return _without_measure(experiment, playhead, selected_layer)
    reference = find_reference(trace)
    batch = np.sqrt(trace.batch_size / np.asarray(trace.widths, np.float64))
    absent = trace.shown_units < 0
    unit_kinds = kinds_of(trace.unit_rms, np.repeat(trace.kinds[:, None], SHOWN_UNITS, axis=1))
    unit_kinds[absent] = -1
    skip_strengths = strengths_of(trace.skip * batch, reference.value)
    active = {
        int(end): int(source)
        for source, end in zip(trace.skip_sources, trace.skip_ends, strict=True)
    }
    arcs = [Arc(source, end, True, float(skip_strengths[source])) for end, source in active.items()]
    if len(arcs) == 0 or network.skip.off:
        arcs += [
            Arc(source, end, False, np.nan)
            for source, end in network.possible_skips()
            if end not in active
        ]
    return DiagramPicture(
        depth=trace.depth,
        title=_title(trace.depth),
        subtitle="each unit’s gradient",
        widths=trace.widths,
        layer_names=trace.layer_names,
        unit_counts=(~absent).sum(axis=1).astype(np.int32),
        unit_strengths=strengths_of(trace.unit_rms, reference.value).astype(np.float32),
        unit_kinds=unit_kinds,
        layer_strengths=strengths_of(trace.g_a_rms, reference.value),
        layer_kinds=trace.kinds,
        link_strengths=strengths_of(trace.link_rms, reference.value).astype(np.float32),
        branch_strengths=strengths_of(trace.branch * batch, reference.value),
        arcs=tuple(arcs),
        input_names=trace.input_names,
        loss_text=f"loss {format_loss(trace.loss)}",
        has_measure=True,
        playhead=playhead,
        selected_layer=selected_layer,
        arrow_text="forward pass" if playhead.phase == "forward" else "backward pass",
    )


def _without_measure(
    experiment: Experiment,
    playhead: Playhead,
    selected_layer: int | None,
) -> DiagramPicture:
    network = network_of(experiment)
    layers = network.unrolled()
    depth = len(layers)
    widths = (min(3, SHOWN_UNITS), *(layer.units for layer in layers))
    counts = np.minimum(widths, SHOWN_UNITS).astype(np.int32)
    kinds = np.where(np.arange(SHOWN_UNITS) < counts[:, None], 0, -1).astype(np.int8)
    nothing = np.full(depth + 1, np.nan)
    arcs = tuple(
        Arc(source, end, network.skip_source(end) is not None, np.nan)
        for source, end in network.possible_skips()
    )
    return DiagramPicture(
        depth=depth,
        title=_title(depth),
        subtitle="each unit’s gradient",
        widths=widths,
        layer_names=tuple(f"Dense {layer.units} {layer.activation}" for layer in layers),
        unit_counts=counts,
        unit_strengths=np.full((depth + 1, SHOWN_UNITS), np.nan, np.float32),
        unit_kinds=kinds,
        layer_strengths=nothing,
        layer_kinds=np.zeros(depth + 1, np.int8),
        link_strengths=np.zeros((0, 0, 0), np.float32),
        branch_strengths=nothing,
        arcs=arcs,
        input_names=(),
        loss_text="loss",
        has_measure=False,
        playhead=playhead,
        selected_layer=selected_layer,
        arrow_text="",
    )


def _title(depth: int) -> str:
    return "Network" if depth == 1 else f"Network of {depth:,} layers"
