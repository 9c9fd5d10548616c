"""Norms of many equal blocks, as quick as their numbers allow.

In float32 the squares of numbers below 1e-19 or above 1e19 leave their range, and just before
that they are denormal, which processors handle thirty times slower: blocks whose norm comes
anywhere near are measured in float64. The others keep their own precision, right to about 1e-6.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.numerics.reductions import Reductions, is_safe_sum

_LONGEST = 8_192
"""Numbers squared and summed at once: numpy's library keeps that on one thread."""
_SMALLEST, _LARGEST = 1e-30, 1e30
"""Squares of the first row between which all rows are tried in float32."""


def measure_norms(blocks: Tensor, lead: int = 1) -> NDArray[np.float64]:
    """Euclidean norms over all but the first `lead` axes, without underflow or overflow."""
    flat = blocks.flatten(0, lead - 1).flatten(1)
    return Reductions().norms(flat).reshape(blocks.shape[:lead])


def split_rows(buffer: Tensor, lead: int = 1) -> NDArray[Any]:
    """A contiguous buffer as (..., blocks, numbers), a view that `measure_rows` reads.

    Args:
        buffer: of which the first `lead` axes stay.
        lead: how many.
    """
    size = buffer.shape[lead:].numel()
    count = next(n for n in range(1, size + 1) if size % n == 0 and size // n <= _LONGEST)
    shape = (*buffer.shape[:lead], count, size // count)
    return buffer.numpy().view().reshape(shape)


def measure_rows(rows: NDArray[Any]) -> NDArray[np.float64]:
    """Norms over the last two axes of what `split_rows` made, or of a part of it."""
    with np.errstate(all="ignore"):
        if rows.dtype == np.float32 and _SMALLEST < float(_square(rows[0]).max()) < _LARGEST:
            squares = _square(rows).sum(-1, dtype=np.float64)
            norms: NDArray[np.float64] = np.sqrt(squares)
            is_safe = is_safe_sum(squares)
            if not is_safe.all():
                norms[~is_safe] = _measure_carefully(rows[~is_safe])
            return norms
        return _measure_carefully(rows)


def _measure_carefully(rows: NDArray[Any]) -> NDArray[np.float64]:
    if rows.dtype == np.float32:
        return np.asarray(np.sqrt(_square(rows.astype(np.float64)).sum(-1)))
    flat = np.ascontiguousarray(rows).reshape(-1, rows.shape[-2] * rows.shape[-1])
    return Reductions().norms(torch.from_numpy(flat)).reshape(rows.shape[:-2])


def _square(rows: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(np.vecdot(rows, rows))


def measure_means(rows: NDArray[Any]) -> NDArray[np.float64]:
    """Means over the last axis, in the precision of the numbers."""
    ones = np.ones(rows.shape[-1], dtype=rows.dtype)
    return np.asarray(np.vecdot(rows, ones).astype(np.float64) / rows.shape[-1])
