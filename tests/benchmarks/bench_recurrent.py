"""A recorded pass through time against torch's fused modules, which record nothing.

T = 200, 64 sequences of 16 numbers, float32, one thread. Both run forward and backward with the
same gradient arriving at every time step. Ours also leaves, for every time step, the norms of
dL/dh, dL/dc (total, carried, direct path), dL/dx, of each gate's gradient and of its share of
dL/dW_hh, and the mean of each gate.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from engine.kinds.recurrent.cell import CellSettings, CellWeights
from engine.kinds.recurrent.lstm import LstmCell
from engine.kinds.recurrent.parameters import CELLS
from engine.kinds.recurrent.statistics import measure_pass
from tests.benchmarks.interleaving import measure_ratio

GOALS = {
    "recurrent: LSTM, 32 units": ("<=", 2.0),
    "recurrent: LSTM, 64 units": ("<=", 1.8),
    "recurrent: GRU, 32 units": ("<=", 0.8),
    "recurrent: GRU, 64 units": ("<=", 0.8),
    "recurrent: RNN, 32 units": ("<=", 0.8),
    "recurrent: RNN, 64 units": ("<=", 0.8),
}

_TIME_STEPS, _BATCH, _INPUTS = 200, 64, 16


def measure() -> dict[str, float]:
    """The ratio of each cell and width to its fused module."""
    torch.set_num_threads(1)
    ratios = {}
    for name in ("LSTM", "GRU", "RNN"):
        for units in (32, 64):
            ours, fused = _prepare(name, units)
            ratios[f"recurrent: {name}, {units} units"] = measure_ratio(ours, fused)
    return ratios


def _prepare(name: str, units: int) -> tuple[Callable[[], object], Callable[[], object]]:
    torch.manual_seed(0)
    module = getattr(torch.nn, name)(_INPUTS, units)
    parameters = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    weights = CellWeights(*(getattr(module, p).detach() for p in parameters))
    gradients = CellWeights(*(torch.empty_like(weight) for weight in weights))
    cell = CELLS[name.lower()](weights, CellSettings(), _TIME_STEPS, _BATCH)
    x = torch.randn(_TIME_STEPS, _INPUTS, _BATCH)
    arriving = torch.randn(_TIME_STEPS, units, _BATCH)
    their_x = x.transpose(1, 2).contiguous()
    their_arriving = arriving.transpose(1, 2).contiguous()

    def ours() -> None:
        cell.forward(x)
        cell.state_gradient[0].zero_()
        cell.state_gradient[1:] = arriving
        cell.backward(gradients)
        measure_pass([cell])
        cell.measure_gate_means()
        if isinstance(cell, LstmCell):
            cell.measure_direct_path(_TIME_STEPS)

    def fused() -> None:
        module.zero_grad()
        module(their_x.clone().requires_grad_())[0].backward(their_arriving)

    return ours, fused
