"""Norms in float64, and what else is counted in a pass, many layers at a time.

A float32 norm of entries of 1e-24 would be 0, and of entries of 1e19 infinite: short
blocks are summed in float32 where that is safe, and all else is converted to float64
in chunks that stay in the cache. `rows` is always a stack of R equal tensors, one per
layer, of float32 or float64.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.records.record import HALF_OCTAVES

F64 = NDArray[np.float64]
Floats = NDArray[np.float32] | NDArray[np.float64]


SHOWN_ENTRIES = 512
"""So many entries of a layer are shown one by one."""
_GOLDEN_SECTION = (math.sqrt(5.0) - 1.0) / 2.0

_CHUNK = 32_768
"""Numbers looked at together: what is made of them stays in the cache."""
_BLOCK = 1_024
"""Numbers summed in their own precision before float64 takes over."""
_SAFE_SUMS = {torch.float32: (1e-20, 1e30), torch.float64: (1e-280, 1e300)}
"""Sums of squares between these lost nothing that counts below, and nothing above."""
_SMALLEST_SAFE = 1e-145
_LARGEST_SAFE = 1e145
"""Between these the square of a float64 number is neither denormal nor close to overflow."""


class Reductions:
    """Reductions over rows, in working memory that grows to a chunk and is kept."""

    def __init__(self) -> None:
        self._numbers = np.empty(0, dtype=np.float64)
        self._bits = np.empty(0, dtype=np.uint32)
        self._places = np.empty(0, dtype=np.int64)

    def norms(self, rows: Tensor) -> F64:
        """(R,) Frobenius norm of every row, without underflow or overflow."""
        with np.errstate(all="ignore"):
            squares = _sum_squares(rows.numpy().reshape(rows.shape[0], -1))
            norms: F64 = np.sqrt(squares)
            is_safe = is_safe_sum(squares, rows.dtype)
            if not is_safe.all():
                doubtful = np.flatnonzero(~is_safe)
                norms[doubtful] = self.careful_norms(take_rows(rows, doubtful))
            return norms

    def careful_norms(self, rows: Tensor) -> F64:
        """(R,) the same where squares may leave the numbers' own precision."""
        norms = np.empty(rows.shape[0], dtype=np.float64)
        for chunk, flat in _chunks(rows):
            part = self._convert(flat)
            scale = _tame(part) if rows.dtype == torch.float64 else None
            np.sqrt(_sum_squares(part), out=norms[chunk])
            if scale is not None:
                norms[chunk] *= scale
        return norms

    def column_norms(self, rows: Tensor, units: NDArray[np.integer[Any]]) -> F64:
        """(R, U) norm over the batch of some units, from rows of (R, B, n)."""
        # Units first, samples last: a norm then goes along the last axis.
        part = rows.numpy()[:, :, units].astype(np.float64).transpose(0, 2, 1)
        if rows.dtype == torch.float32:
            return np.asarray(np.sqrt(np.vecdot(part, part)))
        with np.errstate(all="ignore"):
            scale = np.abs(part).max((1, 2), keepdims=True, initial=0.0)
            scale[(scale == 0.0) | ~np.isfinite(scale)] = 1.0
            part /= scale
            return np.asarray(np.sqrt(np.vecdot(part, part)) * scale[:, 0])

    def careful_moments(self, rows: Tensor) -> tuple[F64, F64]:
        """(R,) mean and (R,) standard deviation (of the population) of every row."""
        means = np.empty(rows.shape[0], dtype=np.float64)
        deviations = np.empty(rows.shape[0], dtype=np.float64)
        with np.errstate(all="ignore"):
            for chunk, flat in _chunks(rows):
                part = self._convert(flat)
                means[chunk] = part.mean(1)
                part -= means[chunk, None]
                deviations[chunk] = np.sqrt(_sum_squares(part) / part.shape[1])
        return means, deviations

    def count_half_octaves(self, rows: Tensor, out: NDArray[np.int32]) -> None:
        """Write (R, HALF_OCTAVES) histograms of |x|: the bin is the float32 bits >> 22.

        The sign is dropped. Bins are half octaves with exact edges; zero falls into bin
        0, inf and NaN into the last ones. No logarithm is taken, so nothing can fail.
        """
        for chunk, flat in _chunks(rows):
            bits = flat.astype(np.float32, copy=False).view(np.uint32)
            if bits.size > self._bits.size:
                self._bits = np.empty(bits.size, dtype=np.uint32)
                self._places = np.empty(bits.size, dtype=np.int64)
            bins = self._bits[: bits.size].reshape(bits.shape)
            places = self._places[: bits.size]
            np.right_shift(bits, 22, out=bins)
            np.bitwise_and(bins, HALF_OCTAVES - 1, out=bins)
            bins += _first_bins(len(bins))
            # bincount would widen them too, but into memory that is new each time.
            np.copyto(places.reshape(bits.shape), bins)
            counts = np.bincount(places, minlength=len(bins) * HALF_OCTAVES)
            out[chunk] = counts.reshape(len(bins), HALF_OCTAVES)

    def _convert(self, flat: Floats) -> F64:
        if flat.size > self._numbers.size:
            self._numbers = np.empty(flat.size, dtype=np.float64)
        numbers = self._numbers[: flat.size].reshape(flat.shape)
        np.copyto(numbers, flat)
        return numbers


def sum_squares_between(numbers: NDArray[Any], first_blocks: NDArray[np.int64], length: int) -> F64:
    """Sums of squares of consecutive stretches, by blocks summed in float64.

    Args:
        numbers: flat, a whole number of blocks.
        first_blocks: the block with which each stretch begins; it ends where the next does.
        length: of a block.
    """
    blocks = numbers.reshape(-1, length)
    with np.errstate(all="ignore"):
        sums = np.vecdot(blocks, blocks)
        return np.asarray(np.add.reduceat(sums, first_blocks, dtype=np.float64))


def is_safe_sum(squares: F64, dtype: torch.dtype = torch.float32) -> NDArray[np.bool_]:
    """Whether sums of squares of this dtype have lost nothing to underflow or overflow."""
    low, high = _SAFE_SUMS[dtype]
    return (squares > low) & (squares < high)


def take_rows(rows: Tensor, places: NDArray[np.int64]) -> Tensor:
    """Some of the rows, copied only where that must be."""
    return rows if len(places) == rows.shape[0] else rows[torch.from_numpy(places)]


def _sum_squares(flat: Floats) -> F64:
    """(R,) sums of squares of (R, size), by short blocks summed in float64."""
    blocks = flat.reshape(flat.shape[0], -1, choose_block_length(flat.shape[1]))
    return np.asarray(np.vecdot(blocks, blocks).sum(1, dtype=np.float64))


@cache
def _first_bins(rows: int) -> NDArray[np.uint32]:
    """(rows, 1) where each row's bins begin among those of all."""
    return np.arange(0, rows * HALF_OCTAVES, HALF_OCTAVES, dtype=np.uint32)[:, None]


@cache
def choose_block_length(size: int) -> int:
    """The longest stretch that divides a row and may be summed in the row's own precision."""
    return next(length for length in range(min(size, _BLOCK), 0, -1) if size % length == 0)


def _tame(numbers: F64) -> F64 | None:
    """Divide rows whose squares would leave float64 by their largest entry, which is returned."""
    largest = np.maximum(numbers.max(1, initial=0.0), -numbers.min(1, initial=0.0))
    is_extreme = (largest < _SMALLEST_SAFE) | (largest > _LARGEST_SAFE)
    is_extreme &= (largest > 0.0) & np.isfinite(largest)
    if not is_extreme.any():
        return None
    scale = np.where(is_extreme, largest, 1.0)
    numbers /= scale[:, None]
    return scale


def _chunks(rows: Tensor) -> Iterator[tuple[slice, Floats]]:
    """Slices of some rows, with their numbers as (r, size)."""
    count = rows.shape[0]
    flat = rows.numpy().reshape(count, -1)
    length = max(1, _CHUNK // max(flat.shape[1], 1))
    for start in range(0, count, length):
        chunk = slice(start, min(start + length, count))
        yield chunk, flat[chunk]


def count_half_octaves(rows: Tensor) -> NDArray[np.int32]:
    """(R, HALF_OCTAVES) histograms of |x|, in working memory of their own."""
    counts = np.empty((rows.shape[0], HALF_OCTAVES), dtype=np.int32)
    Reductions().count_half_octaves(rows, counts)
    return counts


def shares_of_dead_units(derivatives: Tensor) -> F64:
    """(R,) share of units whose derivative is 0 for every sample, from rows of (R, B, n)."""
    rows = derivatives.numpy()
    is_dead = rows.max(1) == 0.0
    if is_dead.any():
        is_dead &= rows.min(1) == 0.0
    return np.asarray(is_dead.mean(1))


def is_all_finite(numbers: Tensor) -> bool:
    """Whether every entry is a finite number."""
    # A sum is quick, and finite only if all its parts are; it may overflow by itself.
    return math.isfinite(float(numbers.sum())) or bool(torch.isfinite(numbers).all())


def pick_entries(count: int, most: int = SHOWN_ENTRIES) -> NDArray[np.int64]:
    """Indices of all entries of a flat array, or of `most` of them, each one once.

    They lie apart by the golden section of the whole, so that they fall on all rows and columns
    alike; a whole stride could hit the same few columns again and again.

    Args:
        count: entries in all.
        most: to be picked.
    """
    if count <= most:
        return np.arange(count)
    stride = round(count * _GOLDEN_SECTION)
    while math.gcd(stride, count) != 1:
        stride += 1
    return np.sort(np.arange(most) * stride % count)


def take_geometric_mean(factors: NDArray[np.float64]) -> float | None:
    """The exponential of the mean log: 0 where a factor is 0, None where one is not known."""
    if not factors.size or not np.isfinite(factors).all():
        return None
    if (factors == 0.0).any():
        return 0.0
    return float(np.exp(np.log(factors).mean()))
