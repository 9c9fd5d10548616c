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

from engine.records import HALF_OCTAVES

F64 = NDArray[np.float64]
Floats = NDArray[np.float32] | NDArray[np.float64]

_CHUNK = 32_768
"""Numbers looked at together: what is made of them stays in the cache."""
_BLOCK = 1_024
"""Numbers summed in float32 before float64 takes over."""
_SMALLEST_SAFE_SUM = 1e-20
_LARGEST_SAFE_SUM = 1e30
_CANCELLED = 1e-3
_SMALLEST_SAFE = 1e-145
_LARGEST_SAFE = 1e145
"""Between these the square of a float64 number is neither denormal nor close to overflow."""


class Reductions:
    """Reductions over rows, in working memory that grows to a chunk and is kept."""

    def __init__(self) -> None:
        self._numbers = np.empty(0, dtype=np.float64)
        self._bits = np.empty(0, dtype=np.uint32)
        self._places = np.empty(0, dtype=np.int64)
        self._flags = np.empty(0, dtype=np.bool_)

    def norms(self, rows: Tensor) -> F64:
        """(R,) Frobenius norm of every row, without underflow or overflow."""
        with np.errstate(all="ignore"):
            if rows.dtype == torch.float64:
                return self._careful_norms(rows)
            squares = sum_squares(rows)
            norms: F64 = np.sqrt(squares)
            is_safe = is_safe_sum(squares)
            if not is_safe.all():
                doubtful = np.flatnonzero(~is_safe)
                norms[doubtful] = self._careful_norms(_take(rows, doubtful))
            return norms

    def _careful_norms(self, rows: Tensor) -> F64:
        norms = np.empty(rows.shape[0], dtype=np.float64)
        for chunk, flat in _chunks(rows):
            part = self._convert(flat)
            scale = _tame(part) if rows.dtype == torch.float64 else None
            np.sqrt(_inner(part, part), out=norms[chunk])
            if scale is not None:
                norms[chunk] *= scale
        return norms

    def column_norms(self, rows: Tensor, units: NDArray[np.integer[Any]]) -> F64:
        """(R, U) norm over the batch of some units, from rows of (R, B, n)."""
        part = rows.numpy()[:, :, units].astype(np.float64)
        with np.errstate(all="ignore"):
            if rows.dtype == torch.float32:
                return np.asarray(np.sqrt(np.einsum("rbu,rbu->ru", part, part)))
            scale = np.abs(part).max((1, 2), keepdims=True, initial=0.0)
            scale[(scale == 0.0) | ~np.isfinite(scale)] = 1.0
            part /= scale
            return np.asarray(np.sqrt(np.einsum("rbu,rbu->ru", part, part)) * scale[:, 0])

    def moments(self, rows: Tensor) -> tuple[F64, F64]:
        """(R,) mean and (R,) standard deviation (of the population) of every row."""
        if rows.dtype == torch.float64:
            return self._careful_moments(rows)
        sums = sum_blocks(rows)
        size = rows[0].numel()
        with np.errstate(all="ignore"):
            means, squares = sums[0] / size, sums[1]
            variances = squares / size - means * means
            # What is left of two nearly equal numbers must still be precise.
            is_safe = (variances > _CANCELLED * means * means) & is_safe_sum(squares)
            deviations: F64 = np.sqrt(np.maximum(variances, 0.0))
        if not is_safe.all():
            doubtful = np.flatnonzero(~is_safe)
            means[doubtful], deviations[doubtful] = self._careful_moments(_take(rows, doubtful))
        return means, deviations

    def _careful_moments(self, rows: Tensor) -> tuple[F64, F64]:
        means = np.empty(rows.shape[0], dtype=np.float64)
        deviations = np.empty(rows.shape[0], dtype=np.float64)
        with np.errstate(all="ignore"):
            for chunk, flat in _chunks(rows):
                part = self._convert(flat)
                means[chunk] = part.mean(1)
                part -= means[chunk, None]
                deviations[chunk] = np.sqrt(_inner(part, part) / part.shape[1])
        return means, deviations

    def shares_below(self, rows: Tensor, thresholds: F64) -> F64:
        """(R,) share of entries below the row's threshold; NaN where that is NaN."""
        shares = np.full(rows.shape[0], np.nan)
        is_known = ~np.isnan(thresholds)
        if not is_known.any():
            return shares
        for chunk, flat in _chunks(rows):
            if flat.size > self._flags.size:
                self._flags = np.empty(flat.size, dtype=np.bool_)
            flags = self._flags[: flat.size].reshape(flat.shape)
            np.less(flat, thresholds[chunk, None].astype(flat.dtype), out=flags)
            shares[chunk] = [np.count_nonzero(row) / flat.shape[1] for row in flags]
        shares[~is_known] = np.nan
        return shares

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
            # Added while they are still narrow: widening is the dearest part of all.
            bins += np.arange(len(bins), dtype=np.uint32)[:, None] * HALF_OCTAVES
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
    """Sums of float32 squares of consecutive stretches, by blocks summed in float64.

    Args:
        numbers: flat, a whole number of blocks.
        first_blocks: the block with which each stretch begins; it ends where the next does.
        length: of a block.
    """
    blocks = numbers.reshape(-1, length)
    with np.errstate(all="ignore"):
        sums = np.vecdot(blocks, blocks)
        return np.asarray(np.add.reduceat(sums, first_blocks, dtype=np.float64))


def is_safe_sum(squares: F64) -> NDArray[np.bool_]:
    """Whether sums of float32 squares have lost nothing to underflow or overflow."""
    return (squares > _SMALLEST_SAFE_SUM) & (squares < _LARGEST_SAFE_SUM)


def _take(rows: Tensor, places: NDArray[np.int64]) -> Tensor:
    return rows if len(places) == rows.shape[0] else rows[torch.from_numpy(places)]


def sum_blocks(rows: Tensor) -> F64:
    """(2, R) sums of float32 rows and of their squares, by short blocks summed in float64.

    A block's sum is right to about 1e-7 as long as it stays inside float32.
    """
    flat = rows.numpy().reshape(rows.shape[0], -1)
    length = _block_length(flat.shape[1])
    sums = np.empty((2, flat.shape[0]))
    count = max(1, 4 * _CHUNK // flat.shape[1])
    with np.errstate(all="ignore"):
        for start in range(0, flat.shape[0], count):
            place = slice(start, start + count)
            blocks = flat[place].reshape(-1, flat.shape[1] // length, length)
            np.vecdot(blocks, _ones(length)).sum(1, dtype=np.float64, out=sums[0, place])
            np.vecdot(blocks, blocks).sum(1, dtype=np.float64, out=sums[1, place])
    return sums


def sum_squares(rows: Tensor) -> F64:
    """(R,) sums of squares of float32 rows, as `sum_blocks`."""
    flat = rows.numpy().reshape(rows.shape[0], -1)
    length = _block_length(flat.shape[1])
    blocks = flat.reshape(flat.shape[0], -1, length)
    return np.asarray(np.vecdot(blocks, blocks).sum(1, dtype=np.float64))


@cache
def _ones(length: int) -> NDArray[np.float32]:
    ones = np.ones(length, dtype=np.float32)
    ones.setflags(write=False)
    return ones


@cache
def _block_length(size: int) -> int:
    return next(length for length in range(min(size, _BLOCK), 0, -1) if size % length == 0)


def _inner(left: F64, right: F64) -> F64:
    """(R,) inner products of flat rows, in blocks that numpy's library keeps on one thread."""
    shape = (left.shape[0], -1, _block_length(left.shape[1]))
    return np.asarray(np.vecdot(left.reshape(shape), right.reshape(shape)).sum(1))


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


def norms_of_rows(rows: Tensor) -> F64:
    """(R,) Frobenius norm of every row, in working memory of its own."""
    return Reductions().norms(rows)


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
