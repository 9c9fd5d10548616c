"""Norms of many equal blocks, as quick as their numbers allow."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.statistics import Reductions

_SAFE_SMALL = 1e-12
_SAFE_LARGE = 1e15


def measure_norms(blocks: Tensor, lead: int = 1) -> NDArray[np.float64]:
    """Euclidean norms over all but the first `lead` axes, as float64.

    In float32 the squares of numbers below 1e-19 or above 1e19 leave their range: blocks
    whose norm comes anywhere near are measured in float64. The others keep their own
    precision, which is several times quicker and right to about 1e-6.
    """
    flat = blocks.flatten(0, lead - 1).flatten(1)
    if flat.dtype == torch.float32:
        norms = torch.linalg.vector_norm(flat, dim=1).double().numpy()
        doubtful = ~((norms > _SAFE_SMALL) & (norms < _SAFE_LARGE))
        if doubtful.any():
            norms[doubtful] = Reductions().norms(flat[torch.from_numpy(doubtful)])
    else:
        norms = Reductions().norms(flat)
    return np.asarray(norms.reshape(blocks.shape[:lead]))
