"""A recurrent network before its first pass: every place that there will be, none reached."""

from __future__ import annotations

import numpy as np

from desktop.display.bar_values import fit_axis
from desktop.display.kind import KindPicture
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.pictures import DiagramPicture, FlowPicture
from desktop.kinds.recurrent.display.captions import TIME_QUANTITY_TITLES
from desktop.kinds.recurrent.display.frame import StateRow, UnrolledPicture
from desktop.kinds.recurrent.display.lower_views import resolve_lower_without_pass
from desktop.kinds.recurrent.display.quantities import choose_time_quantity
from desktop.kinds.recurrent.display.reference import NEVER
from engine.document.experiment import Experiment
from engine.kinds.recurrent.spec import Recurrent, network_of


def await_first_pass(
    experiment: Experiment, options: DisplayOptions, playhead: Playhead, selected: int | None
) -> KindPicture:
    """The empty places of a recurrent network whose pass was not measured yet, or is hidden."""
    network = network_of(experiment)
    time_steps = experiment.task.time_steps
    empty = np.full(time_steps + 1, np.nan)
    never = np.full(time_steps + 1, NEVER, np.int8)
    unit_places = (time_steps + 1, 0)
    quantity = choose_time_quantity(network.cell, options)
    is_relative = options.is_relative and quantity != "gates"
    key = f"{'relative' if is_relative else 'absolute'} {quantity}"
    unrolled = _unroll(network, time_steps)
    diagram = DiagramPicture(
        depth=time_steps,
        title=unrolled.title,
        subtitle=unrolled.subtitle,
        widths=(network.hidden,) * (time_steps + 1),
        layer_names=("",) * time_steps,
        unit_counts=np.zeros(time_steps + 1, np.int32),
        unit_strengths=np.zeros(unit_places, np.float32),
        unit_kinds=np.zeros(unit_places, np.int8),
        layer_strengths=empty,
        layer_kinds=never,
        link_strengths=np.zeros((0, 0, 0), np.float32),
        branch_strengths=empty,
        arcs=(),
        input_names=(),
        loss_text="loss",
        has_measure=False,
        playhead=playhead,
        selected_layer=None,
        arrow_text="",
    )
    flow = FlowPicture(
        depth=time_steps,
        quantity=quantity,
        title=TIME_QUANTITY_TITLES[quantity],
        subtitle="‖∂L/∂h‖",
        axis=fit_axis(empty, key, options.is_log, options.axis),
        places=empty,
        values=empty,
        kinds=never,
        strengths=empty,
        factors=(None,) * (time_steps + 1),
        playhead=playhead,
        selected_layer=None,
        has_measure=False,
        place_name="time step",
        has_input=False,
    )
    lower = resolve_lower_without_pass(network.cell, time_steps, options, selected)
    return KindPicture(diagram, flow, lower, own=unrolled)


def _unroll(network: Recurrent, time_steps: int) -> UnrolledPicture:
    never = np.full(time_steps, NEVER, np.int8)
    states = ("cell state", "hidden state") if network.cell == "lstm" else ("hidden state",)
    state_rows = tuple(
        StateRow(
            name=name,
            layer=layer,
            is_cell=name == "cell state",
            strengths=np.full(time_steps, np.nan),
            kinds=never,
            gate_name="",
            gates=np.zeros(0),
            before_gates=None,
            is_forced=False,
        )
        for layer in range(network.layers, 0, -1)
        for name in states
    )
    many = f"{network.layers} × " if network.layers > 1 else ""
    return UnrolledPicture(
        trace=None,
        title=f"{many}{network.cell.upper()} {network.hidden} over {time_steps:,} time steps",
        subtitle="width and colour: the gradient that arrives",
        state_rows=state_rows,
        selected_row=network.layers,
        crossings=(),
        words=("",) * time_steps,
        deciding=frozenset(),
        cuts=(),
        loss_time=time_steps,
        has_every_loss=False,
        answer="",
        answer_share="",
    )
