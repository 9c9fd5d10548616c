"""A recurrent network before its first pass: every place that there will be, none reached."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from desktop.display.frame import DisplayFrame, LowerPicture
from desktop.display.lower_view import list_lower_views
from desktop.display.options import DisplayOptions, Playhead
from desktop.kinds.recurrent.display.captions import TIME_HISTORY_SUBTITLE, TIME_QUANTITY_TITLES
from desktop.kinds.recurrent.display.frame import Lane, UnrolledPicture
from desktop.kinds.recurrent.display.reference import NEVER
from engine.kinds.specs import Recurrent
from engine.tasks.lengths import count_time_steps


def await_first_pass(display: DisplayFrame, options: DisplayOptions) -> DisplayFrame:
    """The frame of a recurrent network without a measurement, with its empty places."""
    network = display.experiment.network
    assert isinstance(network, Recurrent)
    time_steps = count_time_steps(display.experiment.task)
    playhead = Playhead.at_end_of(time_steps, is_live=display.playhead.is_live)
    is_folded = options.is_lower_folded
    empty = np.full(time_steps + 1, np.nan)
    never = np.full(time_steps + 1, NEVER, np.int8)
    unit_places = (time_steps + 1, 0)
    return replace(
        display,
        diagram=replace(
            display.diagram,
            depth=time_steps,
            widths=(network.hidden,) * (time_steps + 1),
            layer_names=("",) * time_steps,
            unit_counts=np.zeros(time_steps + 1, np.int32),
            unit_strengths=np.zeros(unit_places, np.float32),
            unit_kinds=np.zeros(unit_places, np.int8),
            layer_strengths=empty,
            layer_kinds=never,
            branch_strengths=empty,
            playhead=playhead,
            selected_layer=None,
        ),
        flow=replace(
            display.flow,
            depth=time_steps,
            title=TIME_QUANTITY_TITLES["hidden_last"],
            subtitle="‖∂L/∂h‖",
            places=empty,
            values=empty,
            kinds=never,
            strengths=empty,
            factors=(None,) * (time_steps + 1),
            playhead=playhead,
            selected_layer=None,
            place_name="time step",
        ),
        history=replace(
            display.history,
            depth=time_steps,
            subtitle=TIME_HISTORY_SUBTITLE,
            place_name="time step",
            first_column=0,
        ),
        playhead=playhead,
        selected_layer=None,
        unrolled=_unroll(network, time_steps),
        lower=LowerPicture("history", list_lower_views(network.cell), None, "", is_folded),
    )


def _unroll(network: Recurrent, time_steps: int) -> UnrolledPicture:
    never = np.full(time_steps, NEVER, np.int8)
    states = ("cell state", "hidden state") if network.cell == "lstm" else ("hidden state",)
    lanes = tuple(
        Lane(
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
        lanes=lanes,
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
