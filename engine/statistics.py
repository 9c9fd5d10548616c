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

_CHUNK = 65_536
"""Numbers converted at once: half a megabyte in float64."""
_SMALLEST_SAFE = 1e-145
_LARGEST_SAFE = 1e145
"""Between these the square of a float64 number is neither denormal nor close to overflow."""


def norms_of_rows(rows: Tensor) -> NDArray[np.float64]:
    """(R,) Frobenius norm of every row."""
    norms = np.empty(len(rows), dtype=np.float64)
    for chunk, squares, scale in _squared(rows):
        norms[chunk] = squares.flatten(1).sum(1).sqrt_().mul_(scale).numpy()
    return norms


def norms_of_columns(rows: Tensor) -> NDArray[np.float64]:
    """(R, n) norm over the batch of every unit, from rows of (R, B, n)."""
    norms = np.empty((len(rows), rows.shape[-1]), dtype=np.float64)
    for chunk, squares, scale in _squared(rows):
        norms[chunk] = squares.sum(1).sqrt_().mul_(scale[:, None]).numpy()
    return norms


def combine_rows(norms: NDArray[np.float64]) -> NDArray[np.float64]:
    """(R,) norms of whole rows from (R, n) norms of their parts, without under- or overflow."""
    largest = norms.max(1, initial=0.0)
    is_plain = (largest > 0.0) & np.isfinite(largest)
    scale = np.where(is_plain, largest, 1.0)
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(scale * np.sqrt(np.sum((norms / scale[:, None]) ** 2, 1)))


def _chunks(rows: Tensor) -> Iterator[slice]:
    size = max(1, rows.numel() // max(len(rows), 1))
    length = max(1, _CHUNK // size)
    for start in range(0, len(rows), length):
        yield slice(start, min(start + length, len(rows)))


def _squared(rows: Tensor) -> Iterator[tuple[slice, Tensor, Tensor]]:
    """Chunks of squares, and by what the roots of their sums are to be multiplied."""
    for chunk in _chunks(rows):
        part = rows[chunk]
        if part.dtype == torch.float32:
            squares = part.to(torch.float64)
            yield chunk, squares.mul_(squares), torch.ones(len(part), dtype=torch.float64)
            continue
        # A square of float64 may leave float64: such rows are divided by their largest entry.
        largest = part.abs().flatten(1).amax(1)
        is_extreme = (largest < _SMALLEST_SAFE) | (largest > _LARGEST_SAFE)
        is_extreme &= (largest > 0.0) & torch.isfinite(largest)
        scale = torch.where(is_extreme, largest, 1.0)
        divisor = scale.view(-1, *[1] * (part.dim() - 1))
        squares = part / divisor if bool(is_extreme.any()) else part
        yield chunk, squares * squares, scale


def moments_of_rows(rows: Tensor) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(R,) mean and (R,) standard deviation (of the population) of every row."""
    means = np.empty(len(rows), dtype=np.float64)
    deviations = np.empty(len(rows), dtype=np.float64)
    for chunk in _chunks(rows):
        part = rows[chunk].flatten(1).to(torch.float64)
        mean = part.mean(1)
        centred = part - mean[:, None]
        means[chunk] = mean.numpy()
        deviations[chunk] = centred.mul_(centred).mean(1).sqrt_().numpy()
    return means, deviations


def shares_below(rows: Tensor, thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    """(R,) share of entries below the row's threshold; NaN where that is NaN."""
    shares = np.full(len(rows), np.nan)
    arrays = rows.flatten(1).numpy()
    for index, threshold in enumerate(thresholds):
        if threshold == threshold:
            is_below = np.less(arrays[index], arrays.dtype.type(threshold))
            shares[index] = np.count_nonzero(is_below) / is_below.size
    return shares


def shares_of_dead_units(derivatives: Tensor) -> NDArray[np.float64]:
    """(R,) share of units whose derivative is 0 for every sample, from rows of (R, B, n)."""
    is_dead = (derivatives.amax(1) == 0.0) & (derivatives.amin(1) == 0.0)
    return is_dead.to(torch.float64).mean(1).numpy()


def count_half_octaves(rows: Tensor) -> NDArray[np.int32]:
    """(R, HALF_OCTAVES) histogram of |x|, whose bin is the float32 bits >> 22, sign dropped.

    Bins are half octaves with exact edges; zero falls into bin 0, inf and NaN into
    the last ones. No logarithm is taken, so nothing can fail.
    """
    counts = np.empty((len(rows), HALF_OCTAVES), dtype=np.int32)
    for chunk in _chunks(rows):
        bits = rows[chunk].to(torch.float32).flatten(1).numpy().view(np.uint32)
        bins = np.right_shift(bits, 22)
        np.bitwise_and(bins, HALF_OCTAVES - 1, out=bins)
        offsets = np.arange(len(bins), dtype=np.int64)[:, None] * HALF_OCTAVES
        flat = np.add(bins, offsets, dtype=np.int64).ravel()
        counts[chunk] = np.bincount(flat, minlength=len(bins) * HALF_OCTAVES).reshape(
            len(bins), HALF_OCTAVES
        )
    return counts
