"""What theories need of the weights of layers beside a recorded pass."""

from __future__ import annotations

import numpy as np
import torch

from engine.kinds.feedforward.network import FeedforwardNetwork
from engine.kinds.feedforward.theory import LayerSizes


def measure_layer_sizes(network: FeedforwardNetwork) -> LayerSizes:
    """Spectral norms of W_1 ... W_L, exact, in float64; equal shapes together."""
    plan, parameters = network.plan, network.parameters
    norms = np.full(plan.depth, np.nan)
    for first, last in plan.list_runs():
        run = [parameters[f"W.{layer}"].value.double() for layer in range(first, last + 1)]
        stack = torch.stack(run)
        if bool(torch.isfinite(stack).all()):
            norms[first - 1 : last] = torch.linalg.matrix_norm(stack, 2).numpy()
    return LayerSizes(norms)
