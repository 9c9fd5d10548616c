"""Composes the frozen record of a backward pass through time from a network's buffers."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from engine.kinds.network import UpdateRecord
from engine.kinds.recurrent.lstm import LstmCell
from engine.kinds.recurrent.norms import measure_norms
from engine.kinds.recurrent.records import TimeTrace
from engine.kinds.recurrent.spec import Recurrent
from engine.kinds.recurrent.stack import Stack
from engine.kinds.recurrent.statistics import PathFactors, StatePass, classify_states, pick_units
from engine.numerics.parameters import Parameters, combine_norms
from engine.records.dataset import Dataset
from engine.records.record import F64
from engine.tasks.labels import deciding_time_steps, label_time_steps

BLOCK_NAMES = {
    "rnn": ("state",),
    "lstm": ("input gate", "forget gate", "cell candidate", "output gate"),
    "gru": ("reset gate", "update gate", "candidate"),
}

_SHOWN_ANSWERS = 8


class RecordedPass(Protocol):
    """What of a recurrent network after a pass its record is composed from."""

    spec: Recurrent
    dataset: Dataset
    parameters: Parameters
    stack: Stack
    loss_time: int
    time_steps: int
    output: Tensor
    output_gradient: Tensor

    def measure_last_pass(self) -> tuple[StatePass, StatePass, PathFactors]:
        """Norms for the loss as it is; for the loss at `loss_time` alone; and its factors."""


def compose_trace(network: RecordedPass, update: UpdateRecord, x: Tensor) -> TimeTrace:
    """The last pass of `network`, whose batch was `x`."""
    spec, cells = network.spec, network.stack.cells
    whole, at_one, factors = network.measure_last_pass()
    top = cells[-1]
    units = pick_units(spec.hidden)
    parameters = network.parameters
    hidden = [parameters[f"weight_hh_l{k}"].index for k in range(spec.layers)]
    inputs = [parameters[f"weight_ih_l{k}"].index for k in range(spec.layers)]
    example = x[0].numpy()
    k = spec.truncation
    return TimeTrace(
        iteration=update.iteration,
        loss=update.loss,
        batch_size=len(x),
        cell=spec.cell,
        activation=spec.activation,
        hidden=spec.hidden,
        readout=spec.readout,
        loss_time=network.loss_time,
        layer_names=tuple(f"{spec.cell.upper()} {spec.hidden}" for _ in cells),
        gate_names=top.gate_names,
        forced_gates=top.settings.forced,
        block_names=BLOCK_NAMES[spec.cell],
        truncation_cuts=tuple(range(k, network.time_steps, k)) if k else (),
        cuts_hidden_to_gates=spec.cut_h_to_gates,
        labels=label_time_steps(network.dataset, example),
        deciding=deciding_time_steps(network.dataset, example),
        predicted=_rank_answers(network),
        g_out=combine_norms(measure_norms(network.output_gradient)),
        g_h=whole.g_h,
        g_hT=at_one.g_h,
        kinds=np.stack(
            [
                classify_states(cell, norms, network.loss_time)
                for cell, norms in zip(cells, at_one.g_h, strict=True)
            ]
        ),
        g_c=whole.g_c,
        g_c_carry=whole.g_c_carry,
        g_cT=at_one.g_c,
        g_cT_carry=at_one.g_c_carry,
        cell_direct=measure_direct_paths(network),
        g_x=whole.g_x,
        g_xT=at_one.g_x,
        g_blocks=whole.g_blocks,
        dead=np.array([cell.measure_dead_share() for cell in cells]),
        gate_means=np.stack([cell.measure_gate_means() for cell in cells]),
        shares_W_hh=np.stack([cell.shares for cell in cells]),
        factor_names_h=factors.names_h,
        factors_h=factors.along_h,
        factor_names_c=factors.names_c,
        factors_c=factors.along_c,
        g_Whh=update.gradient[hidden],
        g_Wih=update.gradient[inputs],
        g_W_out=float(update.gradient[parameters["W.out"].index]),
        weight_norm=update.weight[hidden],
        update_ratio=np.array([update.ratio(index) for index in hidden]),
        gradient_norm=update.gradient_norm,
        clip_factor=update.clip_factor,
        clipped_share=update.clipped_share,
        motion=update.motion,
        shown_units=units,
        unit_rms=factors.unit_rms,
    )


def measure_direct_paths(network: RecordedPass) -> F64:
    """(K, T) norms of the products of forget gates up to `loss_time`; (K, 0) without a cell."""
    paths = [
        cell.measure_direct_path(network.loss_time)
        for cell in network.stack.cells
        if isinstance(cell, LstmCell)
    ]
    return np.stack(paths) if paths else np.zeros((network.spec.layers, 0))


def _rank_answers(network: RecordedPass) -> tuple[tuple[str, float], ...]:
    """The most probable classes of the first example, best first."""
    names = network.dataset.class_names
    if network.dataset.loss != "ce" or not names:
        return ()
    output = network.output[0]
    if output.dim() == 2:
        output = output[network.loss_time - 1]
    return rank_probabilities(output, names, _SHOWN_ANSWERS)


def rank_probabilities(
    logits: Tensor, names: tuple[str, ...], count: int
) -> tuple[tuple[str, float], ...]:
    """The `count` most probable names with their probabilities, best first."""
    probabilities = torch.softmax(logits.double(), -1)
    best = torch.topk(probabilities, min(count, len(names)))
    pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
    return tuple((names[index], float(value)) for index, value in pairs)
