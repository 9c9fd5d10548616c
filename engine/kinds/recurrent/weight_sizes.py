"""What theories need of the recurrent weights beside a recorded pass."""

from __future__ import annotations

import math

import torch

from engine.kinds.recurrent.network import RecurrentNetwork
from engine.kinds.recurrent.theory import RecurrentSizes


def measure_recurrent_sizes(network: RecurrentNetwork) -> RecurrentSizes | None:
    """Spectral radius and norm of the top layer's W_hh, in float64; None for gated cells."""
    if network.spec.cell != "rnn":
        return None
    weights = network.stack.cells[-1].weights.w_hh.double()
    if not bool(torch.isfinite(weights).all()):
        return RecurrentSizes(math.nan, math.nan)
    radius = torch.linalg.eigvals(weights).abs().max()
    return RecurrentSizes(float(radius), float(torch.linalg.matrix_norm(weights, 2)))
