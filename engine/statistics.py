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

_CHUNK = 65_536
"""Numbers converted at once: half a megabyte in float64."""
_SMALLEST_SAFE = 1e-145
_LARGEST_SAFE = 1e145
"""Between these the square of a float64 number is neither denormal nor close to overflow."""


class Reductions:
    """Reductions over rows, in working memory that grows to a chunk and is kept."""

    def __init__(self) -> None:
        self._numbers = torch.empty(0, dtype=torch.float64)
        self._bits = np.empty(0, dtype=np.uint32)
        self._places = np.empty(0, dtype=np.int64)
        self._flags = np.empty(0, dtype=np.bool_)

    def norms(self, rows: Tensor) -> F64:
        """(R,) Frobenius norm of every row, without underflow or overflow."""
        norms = np.empty(len(rows), dtype=np.float64)
        for chunk, part, scale in self._converted(rows):
            norms[chunk] = torch.linalg.vector_norm(part.flatten(1), dim=1).numpy()
            if scale is not None:
                norms[chunk] *= scale
        return norms

    def column_norms(self, rows: Tensor) -> F64:
        """(R, n) norm over the batch of every unit, from rows of (R, B, n)."""
        norms = np.empty((rows.shape[0], rows.shape[-1]), dtype=np.float64)
        for chunk, part, scale in self._converted(rows):
            norms[chunk] = part.mul_(part).sum(1).sqrt_().numpy()
            if scale is not None:
                norms[chunk] *= scale[:, None]
        return norms

    def moments(self, rows: Tensor) -> tuple[F64, F64]:
        """(R,) mean and (R,) standard deviation (of the population) of every row."""
        means = np.empty(len(rows), dtype=np.float64)
        deviations = np.empty(len(rows), dtype=np.float64)
        for chunk in _chunks(rows):
            flat = rows[chunk].flatten(1)
            first = flat[:, :1]
            shifted = self._take_numbers(flat.shape)
            # Differences to one of the numbers lose nothing when all are nearly equal.
            torch.sub(flat, first, out=shifted)
            shift = shifted.mean(1)
            square = torch.linalg.vector_norm(shifted, dim=1).square_().div_(flat.shape[1])
            means[chunk] = (shift + first[:, 0]).numpy()
            deviations[chunk] = square.sub_(shift * shift).clamp_(min=0.0).sqrt_().numpy()
        return means, deviations

    def shares_below(self, rows: Tensor, thresholds: F64) -> F64:
        """(R,) share of entries below the row's threshold; NaN where that is NaN."""
        shares = np.full(len(rows), np.nan)
        if np.isnan(thresholds).all():
            return shares
        limits = thresholds[:, None]
        for chunk in _chunks(rows):
            flat = rows[chunk].flatten(1).numpy()
            if flat.size > self._flags.size:
                self._flags = np.empty(flat.size, dtype=np.bool_)
            flags = self._flags[: flat.size].reshape(flat.shape)
            np.less(flat, limits[chunk].astype(flat.dtype), out=flags)
            shares[chunk] = [np.count_nonzero(row) / flat.shape[1] for row in flags]
        shares[np.isnan(thresholds)] = np.nan
        return shares

    def count_half_octaves(self, rows: Tensor, out: NDArray[np.int32]) -> None:
        """Write (R, HALF_OCTAVES) histograms of |x|: the bin is the float32 bits >> 22.

        The sign is dropped. Bins are half octaves with exact edges; zero falls into bin
        0, inf and NaN into the last ones. No logarithm is taken, so nothing can fail.
        """
        for chunk in _chunks(rows):
            bits = rows[chunk].to(torch.float32).flatten(1).numpy().view(np.uint32)
            if bits.size > self._bits.size:
                self._bits = np.empty(bits.size, dtype=np.uint32)
                self._places = np.empty(bits.size, dtype=np.int64)
            bins = self._bits[: bits.size].reshape(bits.shape)
            places = self._places[: bits.size]
            np.right_shift(bits, 22, out=bins)
            np.bitwise_and(bins, HALF_OCTAVES - 1, out=bins)
            offsets = np.arange(len(bins), dtype=np.int64)[:, None] * HALF_OCTAVES
            np.add(bins, offsets, out=places.reshape(bits.shape))
            counts = np.bincount(places, minlength=len(bins) * HALF_OCTAVES)
            out[chunk] = counts.reshape(len(bins), HALF_OCTAVES)

    def _converted(self, rows: Tensor) -> Iterator[tuple[slice, Tensor, F64 | None]]:
        """Chunks in float64, free to be overwritten, and by what their norms are to be scaled."""
        for chunk in _chunks(rows):
            part = rows[chunk]
            numbers = self._take_numbers(part.shape)
            numbers.copy_(part)
            yield chunk, numbers, None if rows.dtype == torch.float32 else _tame(numbers)

    def _take_numbers(self, shape: torch.Size) -> Tensor:
        if shape.numel() > len(self._numbers):
            self._numbers = torch.empty(shape.numel(), dtype=torch.float64)
        return self._numbers[: shape.numel()].view(shape)


def _tame(numbers: Tensor) -> F64 | None:
    """Divide rows whose squares would leave float64 by their largest entry, which is returned."""
    largest = numbers.abs().flatten(1).amax(1)
    is_extreme = (largest < _SMALLEST_SAFE) | (largest > _LARGEST_SAFE)
    is_extreme &= (largest > 0.0) & torch.isfinite(largest)
    if not bool(is_extreme.any()):
        return None
    scale = torch.where(is_extreme, largest, 1.0)
    numbers.div_(scale.view(-1, *[1] * (numbers.dim() - 1)))
    return np.asarray(scale.numpy())


def _chunks(rows: Tensor) -> Iterator[slice]:
    count = rows.shape[0]
    size = max(1, rows.numel() // max(count, 1))
    length = max(1, _CHUNK // size)
    for start in range(0, count, length):
        yield slice(start, min(start + length, count))


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
