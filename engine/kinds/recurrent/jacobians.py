"""State Jacobians of recurrent cells, their products, and their spectra, exact and on demand.

J_t = d s_t / d s_{t-1} for one example, with the inputs held fixed; s is the hidden state h, or
for an LSTM the pair (h, c), h first. d s_T / d s_t = J_T ... J_{t+1}. All in float64, from the
states and gates that the last forward pass kept. Source: Pascanu et al. 2013, eq. 5.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from engine.kinds.recurrent.cell import Cell
from engine.kinds.recurrent.gru import GruCell
from engine.kinds.recurrent.lstm import LstmCell
from engine.kinds.recurrent.rnn import RnnCell

Matrices = NDArray[np.float64]
StateName = Literal["h", "c", "hc"]

_CHUNK = 16
"""Time steps whose Jacobians are kept at once on the way to a product."""


def _of_sample(tensor: torch.Tensor, sample: int) -> Matrices:
    return tensor[:, :, sample].double().numpy()


def _slopes(gate: Matrices, forced: float | None) -> Matrices:
    return np.zeros_like(gate) if forced is not None else gate * (1.0 - gate)


def compute_step_jacobians(
    cell: Cell, sample: int, start: int = 0, stop: int | None = None
) -> Matrices:
    """(stop - start, n, n) J_t of one example for t = start + 1 ... stop.

    Args:
        cell: after a forward pass.
        sample: the example.
        start: time steps to leave out.
        stop: the last time step, T where it is None.

    Returns:
        n = H, for an LSTM 2 H: the pair (h, c).
    """
    times = slice(start, cell.time_steps if stop is None else stop)
    rows = cell.weights.w_hh.double().numpy().reshape(cell.blocks, cell.units, cell.units)
    if cell.settings.cuts_hidden_to_gates:
        rows = np.zeros_like(rows)
    if isinstance(cell, LstmCell):
        return _lstm_jacobians(cell, sample, times, rows)
    if isinstance(cell, GruCell):
        return _gru_jacobians(cell, sample, times, rows)
    assert isinstance(cell, RnnCell)
    slope = cell.activation_slope(times.start, times.stop)[:, :, sample].astype(np.float64)
    return np.asarray(slope[:, :, None] * rows[0])


def _gru_jacobians(cell: GruCell, sample: int, times: slice, rows: Matrices) -> Matrices:
    r, z, n = np.split(_of_sample(cell.gates[times], sample), 3, axis=1)
    reset, update = cell.forced
    before = _of_sample(cell.h[times], sample)
    kept = _of_sample(cell.recurrent_candidate[times], sample)
    candidate = (1.0 - z) * (1.0 - n * n)
    jacobians: Matrices = (candidate * kept * _slopes(r, reset))[:, :, None] * rows[0]
    jacobians += ((before - n) * _slopes(z, update))[:, :, None] * rows[1]
    jacobians += (candidate * r)[:, :, None] * rows[2]
    diagonal = np.arange(cell.units)
    jacobians[:, diagonal, diagonal] += z
    return jacobians


def _lstm_jacobians(cell: LstmCell, sample: int, times: slice, rows: Matrices) -> Matrices:
    i, f, o, g = np.split(_of_sample(cell.gates[times], sample), 4, axis=1)
    forced = cell.forced
    tanh_c = _of_sample(cell.cell_tanh[times], sample)
    before = _of_sample(cell.c[times], sample)
    through = o * (1.0 - tanh_c * tanh_c)
    units = cell.units
    out = np.zeros((len(f), 2 * units, 2 * units))
    to_cell = out[:, units:, :units]
    to_cell += (g * _slopes(i, forced[0]))[:, :, None] * rows[0]
    to_cell += (before * _slopes(f, forced[1]))[:, :, None] * rows[1]
    to_cell += (i * (1.0 - g * g))[:, :, None] * rows[2]
    out[:, :units, :units] = through[:, :, None] * to_cell
    out[:, :units, :units] += (tanh_c * _slopes(o, forced[2]))[:, :, None] * rows[3]
    diagonal = np.arange(units)
    out[:, units + diagonal, units + diagonal] = f
    out[:, diagonal, units + diagonal] = through * f
    return out


def compute_state_jacobian(
    cell: Cell, sample: int, start: int, to: int, state: StateName = "h"
) -> Matrices:
    """The Jacobian of s_to with respect to s_start, times from 1 to T.

    Args:
        cell: after a forward pass.
        sample: the example.
        start: the earlier time step.
        to: the later one, or the same.
        state: h alone (an LSTM's c_start held fixed), c (including c_start -> h_start), or
            the pair hc of an LSTM, taken as independent at `start`.
    """
    product = np.eye(2 * cell.units if isinstance(cell, LstmCell) else cell.units)
    for first in range(start, to, _CHUNK):
        for jacobian in compute_step_jacobians(cell, sample, first, min(first + _CHUNK, to)):
            product = jacobian @ product
    units = cell.units
    if not isinstance(cell, LstmCell) or state == "hc":
        return product
    if state == "h":
        return product[:units, :units]
    if start == to:
        return np.eye(units)
    o = _of_sample(cell.gate("output"), sample)[start - 1]
    tanh_c = _of_sample(cell.cell_tanh, sample)[start - 1]
    through = o * (1.0 - tanh_c * tanh_c)
    return np.asarray(product[units:, units:] + product[units:, :units] * through[None, :])


def measure_spectral_norms(matrices: Matrices) -> NDArray[Any]:
    """(N) largest singular value of each; NaN where one is not finite."""
    is_finite = np.isfinite(matrices).all(axis=(1, 2))
    norms = np.full(len(matrices), np.nan)
    if is_finite.any():
        norms[is_finite] = torch.linalg.svdvals(torch.from_numpy(matrices[is_finite]))[:, 0]
    return norms


def measure_spectral_radii(matrices: Matrices) -> NDArray[Any]:
    """(N) largest absolute eigenvalue of each; NaN where one is not finite."""
    is_finite = np.isfinite(matrices).all(axis=(1, 2))
    radii = np.full(len(matrices), np.nan)
    if is_finite.any():
        # torch, which is held to one thread: numpy's threads stand in each other's way here.
        radii[is_finite] = torch.linalg.eigvals(torch.from_numpy(matrices[is_finite])).abs().amax(1)
    return radii
