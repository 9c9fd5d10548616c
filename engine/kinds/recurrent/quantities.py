"""What is measured of a pass through time alone, by the names that a document uses."""

from __future__ import annotations

import numpy as np

from engine.kinds.recurrent.evidence import count_moving
from engine.kinds.recurrent.network import RecurrentNetwork
from engine.kinds.recurrent.records import TimeTrace
from engine.kinds.recurrent.spectrum import measure_spectral_radius
from engine.numerics.reductions import take_geometric_mean

_PARTS = {"factor.activation": "activation", "factor.weights": "weights"}


def measure_quantity(trace: TimeTrace, network: RecurrentNetwork, stem: str) -> float | None:
    """One number of `Recurrent.list_quantities`, of the top layer; None where it does not exist.

    `gate.NAME` is the mean over units, batch and time steps; `factor.PART` the geometric mean
    over the time steps 2 ... T of what a part multiplies the gradient along h with.
    """
    if stem.startswith("gate."):
        index = trace.gate_names.index(stem.removeprefix("gate."))
        return float(trace.gate_means[-1, :, index].mean())
    if stem in _PARTS:
        column = trace.factor_names_h.index(_PARTS[stem])
        return take_geometric_mean(trace.factors_h[-1, 1 : trace.loss_time, column])
    match stem:
        case "moving":
            moving = count_moving(trace.shares_W_hh[-1])
            return None if moving is None else moving[0]
        case "spectral_radius":
            return measure_spectral_radius(network.stack.cells[-1:])
        case "sigma_max":
            return float(np.linalg.norm(network.stack.cells[-1].weights.w_hh.double().numpy(), 2))
    return None
