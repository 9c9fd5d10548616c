"""Norms in float64, and what else is counted in a pass, many layers at a time.

Numbers are converted to float64 in chunks that stay in the cache: a float32 norm
of entries of 1e-24 would be 0, and of entries of 1e19 infinite. `rows` is always
a stack of R equal tensors, one per layer, of float32 or float64.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.frames import HALF_OCTAVES

F64 = NDArray[np.float64]
Floats = NDArray[np.float32] | NDArray[np.float64]

_CHUNK = 65_536
"""Numbers converted at once: half a megabyte in float64."""
_LONGEST_PRODUCT = 8_192
"""Longer inner products are split: numpy's library would spread them over threads."""
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
        self._ones = np.empty(0, dtype=np.float64)

    def norms(self, rows: Tensor) -> F64:
        """(R,) Frobenius norm of every row, without underflow or overflow."""
        norms = np.empty(rows.shape[0], dtype=np.float64)
        for chunk, part, scale in self._converted(rows):
            np.sqrt(_sum_of_squares(part), out=norms[chunk])
            if scale is not None:
                norms[chunk] *= scale
        return norms

    def column_norms(self, rows: Tensor) -> F64:
        """(R, n) norm over the batch of every unit, from rows of (R, B, n)."""
        norms = np.empty((rows.shape[0], rows.shape[2]), dtype=np.float64)
        for chunk, part, scale in self._converted(rows):
            np.multiply(part, part, out=part)
            np.sqrt(part.reshape(-1, *rows.shape[1:]).sum(1), out=norms[chunk])
            if scale is not None:
                norms[chunk] *= scale[:, None]
        return norms

    def moments(self, rows: Tensor) -> tuple[F64, F64]:
        """(R,) mean and (R,) standard deviation (of the population) of every row."""
        means = np.empty(rows.shape[0], dtype=np.float64)
        deviations = np.empty(rows.shape[0], dtype=np.float64)
        for chunk, flat in _chunks(rows):
            part = self._convert(flat)
            if self._ones.size < part.shape[1]:
                self._ones = np.ones(part.shape[1], dtype=np.float64)
            mean = _inner(part, self._ones[: part.shape[1]]) / part.shape[1]
            square = _sum_of_squares(part) / part.shape[1] - mean * mean
            means[chunk] = mean
            deviations[chunk] = np.sqrt(np.maximum(square, 0.0))
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

    def _converted(self, rows: Tensor) -> Iterator[tuple[slice, F64, F64 | None]]:
        """Chunks in float64, free to be overwritten, and by what their norms are to be scaled."""
        is_narrow = rows.dtype == torch.float32
        for chunk, flat in _chunks(rows):
            numbers = self._convert(flat)
            yield chunk, numbers, None if is_narrow else _tame(numbers)


def _inner(left: F64, right: F64) -> F64:
    """(R,) inner products of flat rows."""
    size = left.shape[1]
    if size <= _LONGEST_PRODUCT:
        return np.asarray(np.vecdot(left, right))
    pieces = next(
        count
        for count in range(2, size + 1)
        if size % count == 0 and size // count <= _LONGEST_PRODUCT
    )
    shape = (-1, pieces, size // pieces)
    return np.asarray(np.vecdot(left.reshape(shape), right.reshape(shape)).sum(1))


def _sum_of_squares(flat: F64) -> F64:
    return _inner(flat, flat)


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


def combine_rows(norms: F64) -> F64:
    """(R,) norms of whole rows from (R, n) norms of their parts, without under- or overflow."""
    largest = norms.max(1, initial=0.0)
    scale = np.where((largest > 0.0) & np.isfinite(largest), largest, 1.0)
    with np.errstate(invalid="ignore", over="ignore"):
        parts = norms / scale[:, None]
        return np.asarray(scale * np.sqrt(np.einsum("ij,ij->i", parts, parts)))


def shares_of_dead_units(derivatives: Tensor) -> F64:
    """(R,) share of units whose derivative is 0 for every sample, from rows of (R, B, n)."""
    is_dead = derivatives.amax(1) == 0.0
    if bool(is_dead.any()):
        is_dead &= derivatives.amin(1) == 0.0
    return is_dead.to(torch.float64).mean(1).numpy()
