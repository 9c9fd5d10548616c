"""What a backward pass through time leaves in the cells, as norms, factors and unit gradients.

Everything is read from the cells' buffers, never computed again from the weights: these may
have been updated since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from engine.kinds.recurrent.cell import Cell
from engine.kinds.recurrent.gru import GruCell
from engine.kinds.recurrent.lstm import LstmCell
from engine.kinds.recurrent.norms import measure_norms
from engine.kinds.recurrent.records import SHOWN_STATE_UNITS
from engine.kinds.recurrent.rnn import RnnCell
from engine.records.record import F32, I8, I32, ValueKind

F64 = NDArray[np.float64]

_ROUNDING = 100.0
"""Times the precision of the numbers: a difference below that is noise."""
_SMALLEST_NORMAL = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True, slots=True, eq=False)
class StatePass:
    """The norms of one pass: arrays (K, T) as in `TimeTrace`."""

    g_h: F64
    g_c: F64
    g_c_carry: F64
    g_blocks: F64
    g_x: F64


@dataclass(frozen=True, slots=True, eq=False)
class PathFactors:
    """Why factors along h and along c, and the gradient of each shown unit."""

    names_h: tuple[str, ...]
    along_h: F64
    names_c: tuple[str, ...]
    along_c: F64
    unit_rms: F32


def pick_units(units: int) -> I32:
    """Indices of the units that are kept per time step: all, or 64 evenly picked."""
    count = min(units, SHOWN_STATE_UNITS)
    return np.linspace(0, units - 1, count).round().astype(np.int32)


def measure_pass(cells: Sequence[Cell]) -> StatePass:
    """Norms of the last backward pass of a stack of cells, bottom first."""
    pairs = [(cell.norms_c, cell.norms_carry) for cell in cells if isinstance(cell, LstmCell)]
    none = np.zeros((len(cells), 0))
    return StatePass(
        g_h=np.stack([cell.norms_h for cell in cells]),
        g_c=np.stack([total for total, _ in pairs]) if pairs else none,
        g_c_carry=np.stack([carried for _, carried in pairs]) if pairs else none,
        g_blocks=np.stack([cell.norms_blocks for cell in cells]),
        g_x=cells[0].norms_x.copy(),
    )


def measure_factors(cells: Sequence[Cell], norms: StatePass) -> PathFactors:
    """Why factors of the last backward pass, whose loss entered at one time step alone."""
    along_h, along_c = [], []
    for layer, cell in enumerate(cells):
        above = cells[layer + 1] if layer + 1 < len(cells) else None
        along_h.append(_factors_along_h(cell, above, norms.g_h[layer], norms.g_blocks[layer]))
        if isinstance(cell, LstmCell):
            along_c.append(_factors_along_c(cell, norms.g_c[layer], norms.g_c_carry[layer]))
    units = pick_units(cells[0].units)
    picked = [cell.state_gradient[1:].numpy()[:, units] for cell in cells]
    unit_rms = np.stack([_norms_of_last_axis(part) for part in picked]) * cells[0].batch ** 0.5
    return PathFactors(
        names_h=_names_along_h(cells[0]),
        along_h=np.stack(along_h),
        names_c=("forget gate", "through h") if along_c else (),
        along_c=np.stack(along_c) if along_c else np.zeros((len(cells), 0, 0)),
        unit_rms=unit_rms.astype(np.float32),
    )


def cell_name(cell: Cell) -> str:
    """The document's name of a cell."""
    if isinstance(cell, LstmCell):
        return "lstm"
    return "gru" if isinstance(cell, GruCell) else "rnn"


def _norms_of_last_axis(array: NDArray[np.floating]) -> F64:
    wide = array.astype(np.float64)
    return np.asarray(np.sqrt(np.einsum("tub,tub->tu", wide, wide)))


def _divide(numerator: F64, denominator: F64) -> F64:
    with np.errstate(all="ignore"):
        return np.asarray(numerator / denominator)


def _names_along_h(cell: Cell) -> tuple[str, ...]:
    if isinstance(cell, GruCell) and not _keeps_nothing(cell):
        return "update gate", "gates and candidate", "layer above"
    return "activation" if isinstance(cell, RnnCell) else "gates", "weights", "layer above"


def _keeps_nothing(cell: GruCell) -> bool:
    """Whether the update gate is forced shut, so that all goes through the pre-activations."""
    return cell.forced[cell.gate_names.index("update")] == 0.0


def _carried_norms(cell: Cell, above: Cell | None) -> F64:
    """(T) norm of what h_{t-1} receives from time step t alone; entry t - 1, h_0 first.

    Below another layer that is a difference: 0 where it drowns in the rounding of the sum.
    """
    if above is None:
        return measure_norms(cell.state_gradient[:-1])
    own = cell.state_gradient[:-1].clone()
    own[1:] -= above.input_gradient[:-1]
    norms = measure_norms(own)
    noise = _ROUNDING * float(torch.finfo(own.dtype).eps)
    norms[1:][norms[1:] < noise * above.norms_x[:-1]] = 0.0
    return norms


def _compose_factors(norms: Sequence[F64]) -> F64:
    """(T, len(norms) - 1) each norm over the one before; their product is the last : the first.

    After a factor of 0 the others have nothing to change and are 1. Where something comes out
    of nothing (all of it from the layer above, or around a closed gate) there is no such
    product: the row is NaN, as where nothing arrives.
    """
    factors = np.stack([_divide(after, before) for before, after in pairwise(norms)], axis=1)
    stopped = np.logical_or.accumulate(factors == 0.0, axis=1)
    factors[np.isnan(factors) & stopped] = 1.0
    factors[~np.isfinite(factors).all(axis=1)] = np.nan
    return factors


def _factors_along_h(cell: Cell, above: Cell | None, g_h: F64, g_blocks: F64) -> F64:
    """(T, 3); the gradient of h_0 is measured here, the others are `g_h`."""
    handed_on = np.concatenate([measure_norms(cell.state_gradient[:1]), g_h[:-1]])
    carried = handed_on if above is None else _carried_norms(cell, above)
    if isinstance(cell, GruCell) and not _keeps_nothing(cell):
        between = measure_norms(cell.gate("update") * cell.state_gradient[1:])
    else:
        with np.errstate(all="ignore"):
            between = np.sqrt(np.sum(g_blocks * g_blocks, axis=1))
    return _compose_factors((g_h, between, carried, handed_on))


def _factors_along_c(cell: LstmCell, g_c: F64, g_c_carry: F64) -> F64:
    """(T, 2); c_0 is reached by the forget gate alone."""
    before = measure_norms(cell.cell_carry[:1])
    carried = np.concatenate([before, g_c_carry[:-1]])
    total = np.concatenate([before, g_c[:-1]])
    return _compose_factors((g_c, carried, total))


def classify_states(cell: Cell, g_hT: F64, loss_time: int) -> I8:
    """(T) `ValueKind` of each time step's gradient of one layer."""
    kinds = np.full(len(g_hT), ValueKind.FINITE, dtype=np.int8)
    is_zero = g_hT == 0.0
    settings = cell.settings
    t = np.arange(1, len(g_hT) + 1)
    is_cut = t > loss_time
    if settings.truncation:
        is_cut |= t <= (loss_time - 1) // settings.truncation * settings.truncation
    if settings.cuts_hidden_to_gates or 0.0 in settings.forced:
        is_cut |= True
    is_dead = cell_name(cell) == "rnn" and settings.activation == "relu"
    kinds[is_zero] = ValueKind.DEAD_ZERO if is_dead else ValueKind.UNDERFLOW_ZERO
    kinds[is_zero & is_cut] = ValueKind.STRUCTURAL_ZERO
    kinds[(g_hT > 0.0) & (g_hT < _SMALLEST_NORMAL)] = ValueKind.DENORMAL
    kinds[np.isinf(g_hT)] = ValueKind.INFINITE
    kinds[np.isnan(g_hT)] = ValueKind.NAN
    return kinds
