"""What a backward pass through time leaves in the cells, as norms, factors and unit gradients.

Everything is read from the cells' buffers, never computed again from the weights: these may
have been updated since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cells import Cell
from engine.gru_cell import GruCell
from engine.lstm_cell import LstmCell
from engine.records import F32, I8, I32, ValueKind
from engine.time_norms import measure_norms
from engine.time_records import SHOWN_STATE_UNITS

F64 = NDArray[np.float64]

_SMALLEST_NORMAL = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True, slots=True, eq=False)
class StatePass:
    """The norms of one pass: arrays (K, T) as in `TimeTrace`."""

    g_h: F64
    g_c: F64
    g_c_carry: F64
    g_blocks: F64
    g_x: F64
    example_g_x: F64
    """(T) of the first example: the norm of batch size times dL/dx_t."""


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
    time_steps = cells[0].time_steps
    pairs = [(cell.norms_c, cell.norms_carry) for cell in cells if isinstance(cell, LstmCell)]
    none = np.zeros((len(cells), 0))
    inputs = cells[0].input_gradient
    example = measure_norms(inputs[:, :, 0].reshape(time_steps, -1).contiguous())
    return StatePass(
        g_h=np.stack([cell.norms_h for cell in cells]),
        g_c=np.stack([total for total, _ in pairs]) if pairs else none,
        g_c_carry=np.stack([carried for _, carried in pairs]) if pairs else none,
        g_blocks=np.stack([cell.norms_blocks for cell in cells]),
        g_x=cells[0].norms_x.copy(),
        example_g_x=example * cells[0].batch,
    )


def measure_factors(cells: Sequence[Cell], norms: StatePass) -> PathFactors:
    """Why factors of the last backward pass, whose loss entered at one time step alone."""
    along_h, along_c = [], []
    for layer, cell in enumerate(cells):
        above = cells[layer + 1] if layer + 1 < len(cells) else None
        along_h.append(_factors_along_h(cell, above, norms.g_h[layer], norms.g_blocks[layer]))
        if isinstance(cell, LstmCell):
            along_c.append(_factors_along_c(cell, norms.g_c[layer], norms.g_c_carry[layer]))
    names_h = {
        "rnn": ("activation", "weights", "layer above"),
        "lstm": ("gates", "weights", "layer above"),
        "gru": ("update gate", "gates and candidate", "layer above"),
    }[cell_name(cells[0])]
    units = pick_units(cells[0].units)
    picked = [cell.state_gradient[1:].numpy()[:, units] for cell in cells]
    unit_rms = np.stack([_norms_of_last_axis(part) for part in picked]) * cells[0].batch ** 0.5
    return PathFactors(
        names_h=names_h,
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


def _carried_norms(cell: Cell, above: Cell | None) -> F64:
    """(T) norm of what h_{t-1} receives from time step t alone; entry t - 1, h_0 first."""
    carried = cell.state_gradient[:-1]
    if above is None:
        return measure_norms(carried)
    own = carried.clone()
    own[1:] -= above.input_gradient[:-1]
    return measure_norms(own)


def _factors_along_h(cell: Cell, above: Cell | None, g_h: F64, g_blocks: F64) -> F64:
    """(T, 3); the gradient of h_0 is measured here, the others are `g_h`."""
    start = measure_norms(cell.state_gradient[:1])
    handed_on = np.concatenate([start, g_h[:-1]])
    carried = handed_on if above is None else _carried_norms(cell, above)
    if isinstance(cell, GruCell):
        between = measure_norms(cell.gate("update") * cell.state_gradient[1:])
    else:
        with np.errstate(all="ignore"):
            between = np.sqrt(np.sum(g_blocks * g_blocks, axis=1))
    from_above = np.ones_like(g_h) if above is None else _divide(handed_on, carried)
    return np.stack([_divide(between, g_h), _divide(carried, between), from_above], axis=1)


def _factors_along_c(cell: LstmCell, g_c: F64, g_c_carry: F64) -> F64:
    """(T, 2); c_0 is reached by the forget gate alone."""
    before = measure_norms(cell.cell_carry[:1])
    carried = np.concatenate([before, g_c_carry[:-1]])
    total = np.concatenate([before, g_c[:-1]])
    return np.stack([_divide(carried, g_c), _divide(total, carried)], axis=1)


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
