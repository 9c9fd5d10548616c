"""A closer look at one time step of the last pass, for the inspector: computed when asked for.

Index conventions: see `engine.kinds.recurrent.cell`. Norms are Frobenius norms over (H, B) in
float64, of the gradient of the mean loss as it is (not of the pass of g_hT).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.kinds.recurrent.cell import Cell
from engine.kinds.recurrent.gru import GruCell
from engine.kinds.recurrent.lstm import LstmCell
from engine.kinds.recurrent.records import TimeDetail
from engine.numerics.reductions import count_half_octaves, pick_entries
from engine.records.record import F64, I32

_BINS = 24
_LARGEST_SPECTRUM = 320
"""Units of a single layer whose eigenvalues are still found at once, in 60 ms."""
_LARGEST_DECOMPOSED = 512
"""Units of a single matrix whose singular values are, in 40 ms."""
_ROUNDING = 100.0
"""Times the precision of the numbers: a difference below that is noise."""


def compose_detail(cells: Sequence[Cell], time_step: int) -> TimeDetail:
    """One time step of every layer, bottom first; the weights must still be those of the pass."""
    states = [_count_state(cell, time_step) for cell in cells]
    gradients = torch.stack([cell.state_gradient[time_step] for cell in cells])
    singular_values = _list_singular_values(cells)
    with np.errstate(all="ignore"):
        ways = [_measure_ways(cell, time_step) for cell in cells]
        blocks = [_list_blocks(cell, time_step) for cell in cells]
    return TimeDetail(
        time_step=time_step,
        state_counts=np.stack([counts for counts, _ in states]),
        state_edges=np.stack([edges for _, edges in states]),
        gradient_counts=count_half_octaves(gradients),
        arguments=np.stack([arguments for arguments, _, _ in blocks]),
        values=np.stack([values for _, values, _ in blocks]),
        slopes=np.stack([slopes for _, _, slopes in blocks]),
        paths=np.stack([way.paths for way in ways]),
        around=np.array([way.around for way in ways]),
        outside=np.array([way.outside for way in ways]),
        handed_on=np.array([way.handed_on for way in ways]),
        handed_on_c=np.array([way.handed_on_c for way in ways]),
        singular_values=singular_values,
        spectral_radius=np.array([_measure_radius(cell, len(cells)) for cell in cells]),
        spectral_norm=_measure_norms(cells, singular_values),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """By which ways the gradient goes from h_t, and c_t, to the time step before."""

    paths: F64
    around: float
    outside: float
    handed_on: float
    handed_on_c: float


def _measure_ways(cell: Cell, t: int) -> _Ways:
    is_carried = cell.list_carried()[t - 1]
    is_open = is_carried and not cell.settings.cuts_hidden_to_gates
    weights = cell.weights.w_hh.double().view(cell.blocks, cell.units, cell.units)
    deltas = cell.hidden_delta[t - 1].double().view(cell.blocks, cell.units, cell.batch)
    parts = torch.bmm(weights.transpose(1, 2), deltas)
    total = cell.state_gradient[t - 1].double()
    around = cell.around(t)
    if isinstance(cell, GruCell) and not is_carried:
        around = torch.zeros_like(cell.h[t])
    own = parts.sum(0) if is_open else torch.zeros_like(total)
    if isinstance(cell, GruCell) and around is not None:
        own = own + around.double()
    handed_on = _norm(total)
    outside = 0.0 if t == 1 else _norm(total - own)
    if outside < _ROUNDING * float(torch.finfo(cell.h.dtype).eps) * max(handed_on, _norm(own)):
        outside = 0.0
    norms = np.array([_norm(part) for part in parts])
    return _Ways(
        paths=norms if is_open else np.zeros(cell.blocks),
        around=math.nan if around is None else _norm(around),
        outside=outside,
        handed_on=handed_on,
        handed_on_c=_norm(cell.cell_carry[t - 1]) if isinstance(cell, LstmCell) else math.nan,
    )


def _norm(values: Tensor) -> float:
    """Scaled by the largest entry, so that no square underflows."""
    numbers = values.double()
    largest = float(numbers.abs().max())
    if largest == 0.0 or not math.isfinite(largest):
        return largest
    return largest * float(torch.linalg.vector_norm(numbers / largest))


def _list_blocks(cell: Cell, t: int) -> tuple[F64, F64, F64]:
    """(blocks, P) picked pre-activations, what became of them, and phi' there."""
    picked = pick_entries(cell.units * cell.batch)
    taken = [
        np.asarray(numbers, np.float64).reshape(cell.blocks, -1)[:, picked]
        for numbers in (
            cell.pre_activations(t).numpy(),
            cell.block_values(t).numpy(),
            cell.block_slopes(t),
        )
    ]
    return taken[0], taken[1], taken[2]


def _list_singular_values(cells: Sequence[Cell]) -> F64:
    """(K, blocks, H), or (K, 0, 0) where they are too many or the weights are not finite."""
    first = cells[0]
    count = len(cells) * first.blocks
    weights = [cell.weights.w_hh for cell in cells]
    is_small = count * first.units**3 <= _LARGEST_DECOMPOSED**3
    if not is_small or not all(bool(torch.isfinite(weight).all()) for weight in weights):
        return np.zeros((len(cells), 0, 0))
    matrices = torch.stack(weights).double()
    shape = (len(cells), first.blocks, first.units, first.units)
    # Torch's, since numpy's BLAS would take all cores, whatever else they do.
    return np.asarray(torch.linalg.svdvals(matrices.view(shape)).numpy())


def _count_state(cell: Cell, time_step: int) -> tuple[I32, F64]:
    state = cell.h[time_step].double().numpy()
    counts, edges = np.histogram(state[np.isfinite(state)], bins=_BINS)
    return counts.astype(np.int32), edges


def _measure_radius(cell: Cell, layers: int) -> float:
    """Spectral radius of the first block of W_hh; NaN where that would take long."""
    block = cell.weights.w_hh[: cell.units].double().numpy()
    if layers * cell.units**3 > _LARGEST_SPECTRUM**3 or not np.isfinite(block).all():
        return math.nan
    return float(np.max(np.abs(np.linalg.eigvals(block))))


def _measure_norms(cells: Sequence[Cell], singular_values: F64) -> F64:
    """(K) spectral norms of the first blocks of W_hh; NaN where that would take long."""
    if singular_values.size:
        return singular_values[:, 0, 0]
    blocks = [cell.weights.w_hh[: cell.units].double().numpy() for cell in cells]
    is_small = len(cells) * cells[0].units ** 3 <= _LARGEST_DECOMPOSED**3
    return np.array(
        [
            np.linalg.norm(block, 2) if is_small and np.isfinite(block).all() else math.nan
            for block in blocks
        ]
    )
