"""Norms, means and deviations of many rows, one row per layer, in as few passes as can be.

Rows are cut into short blocks, whose sums are taken in the numbers' own precision; what
follows from these few sums is computed for all rows of all quantities at once, in
float64. Rows whose squares leave their precision are gone through again with care.
All views are made once, since a call from Python costs as much as the sums themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.numerics.reductions import F64, Floats, Reductions, choose_block_length, is_safe_sum

_CHUNK = 131_072
"""Numbers whose sum is taken right before their squares', while they are in the cache."""
_CANCELLED = 1e-3
"""A variance below this share of the squared mean is what two nearly equal numbers left."""


class RowSums:
    """The rows of some quantities, each a list of stacks."""

    def __init__(self, quantities: Sequence[Sequence[Tensor]], reductions: Reductions) -> None:
        """View the rows.

        Args:
            quantities: of each its stacks (R, ...), contiguous, all of one dtype; others
                write into them.
            reductions: for the rows that need care.
        """
        rows = [sum(len(stack) for stack in stacks) for stacks in quantities]
        ends: list[int] = np.cumsum(rows).tolist()
        self._places = [slice(end - count, end) for end, count in zip(ends, rows, strict=True)]
        """Of the rows of each quantity among those of all."""
        self._stacks = [stack for stacks in quantities for stack in stacks]
        self._reductions = reductions
        blocks = [chunk for stack in self._stacks for chunk in _cut(stack)]
        counts = np.concatenate([np.full(len(chunk), chunk.shape[1]) for chunk in blocks])
        self._first_blocks = np.cumsum(counts) - counts
        self._sizes = counts * np.concatenate(
            [np.full(len(chunk), float(chunk.shape[2])) for chunk in blocks]
        )
        ones = [np.ones(chunk.shape[2], chunk.dtype) for chunk in blocks]
        self._sums, parts = _allocate(blocks)
        self._squares, square_parts = _allocate(blocks)
        self._chunks = list(zip(blocks, ones, parts, square_parts, strict=True))

    def norms(self) -> list[F64]:
        """(rows,) Frobenius norms of each quantity, without underflow or overflow."""
        for blocks, _, _, squares in self._chunks:
            np.vecdot(blocks, blocks, squares)
        totals = self._complete(self._squares)
        norms: F64 = np.sqrt(totals)
        for places, rows in self._pick(~is_safe_sum(totals, self._stacks[0].dtype)):
            norms[places] = self._reductions.careful_norms(rows)
        return self._split(norms)

    def moments(self) -> list[tuple[F64, F64]]:
        """(rows,) means and standard deviations (of the population) of each quantity."""
        for blocks, ones, sums, squares in self._chunks:
            np.vecdot(blocks, ones, sums)
            np.vecdot(blocks, blocks, squares)
        means = self._complete(self._sums) / self._sizes
        totals = self._complete(self._squares)
        variances = totals / self._sizes - means * means
        deviations: F64 = np.sqrt(np.maximum(variances, 0.0))
        is_precise = variances > _CANCELLED * means * means
        is_precise &= is_safe_sum(totals, self._stacks[0].dtype)
        for places, rows in self._pick(~is_precise):
            means[places], deviations[places] = self._reductions.careful_moments(rows)
        return list(zip(self._split(means), self._split(deviations), strict=True))

    def _split(self, numbers: F64) -> list[F64]:
        return [numbers[place] for place in self._places]

    def _complete(self, sums: Floats) -> F64:
        return np.asarray(np.add.reduceat(sums, self._first_blocks, dtype=np.float64))

    def _pick(self, is_wanted: NDArray[np.bool_]) -> Iterator[tuple[NDArray[np.int64], Tensor]]:
        """The wanted rows of each stack, and their places among all rows."""
        if not is_wanted.any():
            return
        first = 0
        for stack in self._stacks:
            own = np.flatnonzero(is_wanted[first : first + len(stack)])
            if len(own):
                yield first + own, stack[torch.from_numpy(own)]
            first += len(stack)


def _cut(stack: Tensor) -> Iterator[Floats]:
    """(r, blocks, length) neighbouring rows that fit into the cache together."""
    size = stack[0].numel()
    flat: Floats = stack.numpy()
    blocks: Floats = flat.reshape((len(stack), -1, choose_block_length(size)))
    count = max(1, _CHUNK // size)
    for start in range(0, len(stack), count):
        yield blocks[start : start + count]


def _allocate(blocks: Sequence[Floats]) -> tuple[Floats, list[Floats]]:
    """Room for one number per block, and the part (r, blocks) of each chunk."""
    sizes = [chunk.shape[0] * chunk.shape[1] for chunk in blocks]
    flat: Floats = np.zeros(sum(sizes), blocks[0].dtype)
    parts = np.split(flat, np.cumsum(sizes)[:-1])
    shaped = zip(parts, blocks, strict=True)
    return flat, [np.reshape(part, chunk.shape[:2]) for part, chunk in shaped]
