"""The spectrum of state Jacobian products along time: how far a gradient can be carried back.

For the products P_t = d s_to / d s_t of one example, t = 1 ... to, s the hidden state or an
LSTM's pair (h, c): their singular values, and their spectral radius. The two differ: sigma_1
is how much the longest-lived direction is stretched, the radius is what is left of it per time
step when the same step is made again and again. Source: Pascanu et al. 2013, section 2.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from engine.errors import RequestError
from engine.kinds.recurrent.cell import Cell
from engine.kinds.recurrent.jacobians import (
    compute_step_jacobians,
    measure_spectral_norms,
    measure_spectral_radii,
)
from engine.kinds.recurrent.lstm import LstmCell
from engine.kinds.recurrent.network import RecurrentNetwork
from engine.kinds.recurrent.records import StateSpectrum

F64 = NDArray[np.float64]

LARGEST_STATE = 512
_MOST_TIMES = 64
_FEWEST_TIMES = 8
_CHAIN_OPERATIONS = 4e9
_EIGENVALUE_OPERATIONS = 1e9
_CHUNK = 16


def measure_state_spectrum(network: RecurrentNetwork, sample: int = 0) -> StateSpectrum:
    """The spectrum of the top layer's products, for one example of the last pass.

    Long stretches of large states are measured at fewer time steps, and over the last ones
    alone, so that the answer takes about a second.

    Args:
        network: after `forward`, its weights unchanged since.
        sample: the example of the batch.

    Raises:
        RequestError: for states that are too large.
    """
    cell, to = network.stack.cells[-1], network.loss_time
    size = 2 * cell.units if isinstance(cell, LstmCell) else cell.units
    if size > LARGEST_STATE:
        raise RequestError(
            f"State Jacobians are measured for up to {LARGEST_STATE} numbers in a state, "
            f"not {size:,}: make the layer smaller."
        )
    first = max(1, to - int(_CHAIN_OPERATIONS / (2 * size**3)))
    times = _pick_times(first, to, size)
    products, own = _collect(cell, sample, times, to)
    singular = _singular_values(products)
    return StateSpectrum(
        state="h, c" if isinstance(cell, LstmCell) else "h",
        time_steps=network.time_steps,
        to=to,
        times=times.astype(np.int32),
        largest=singular[:, 0],
        median=np.median(singular, axis=1),
        smallest=singular[:, -1],
        radius=measure_spectral_radii(products),
        time_step_norm=_geometric_mean(measure_spectral_norms(own)),
        time_step_radius=_geometric_mean(measure_spectral_radii(own)),
    )


def measure_spectral_radius(cells: Sequence[Cell]) -> float | None:
    """The largest |eigenvalue| of W_hh, over all layers and the blocks of a gated cell.

    None where a layer is too large for it, or a weight is not finite.
    """
    radii = []
    for cell in cells:
        blocks = cell.weights.w_hh.double().numpy().reshape(-1, cell.units, cell.units)
        if cell.units > LARGEST_STATE or not np.isfinite(blocks).all():
            return None
        radii.append(float(np.abs(np.linalg.eigvals(blocks)).max()))
    return max(radii)


def _pick_times(first: int, to: int, size: int) -> NDArray[np.int64]:
    affordable = int(_EIGENVALUE_OPERATIONS / (25 * size**3))
    count = min(to - first + 1, max(_FEWEST_TIMES, min(_MOST_TIMES, affordable)))
    return np.unique(np.linspace(first, to, count).round().astype(np.int64))


def _collect(cell: Cell, sample: int, times: NDArray[np.int64], to: int) -> tuple[F64, F64]:
    """(P, n, n) products from the picked time steps to `to`, and the Jacobians of those steps."""
    wanted = {int(t): row for row, t in enumerate(times)}
    size = 2 * cell.units if isinstance(cell, LstmCell) else cell.units
    products = np.empty((len(times), size, size))
    own = np.empty_like(products)
    product = torch.eye(size, dtype=torch.float64)
    products[wanted[to]] = product
    stop = to
    while stop > int(times[0]):
        start = max(int(times[0]), stop - _CHUNK)
        # J_t leads from t - 1 to t: the chunk's first entry is t = start + 1.
        jacobians = compute_step_jacobians(cell, sample, start, stop)
        for t in range(stop, start, -1):
            jacobian = jacobians[t - start - 1]
            if t in wanted:
                own[wanted[t]] = jacobian
            product = product.mm(torch.from_numpy(jacobian))
            if t - 1 in wanted:
                products[wanted[t - 1]] = product
        stop = start
    own[0] = compute_step_jacobians(cell, sample, int(times[0]) - 1, int(times[0]))[0]
    return products, own


def _singular_values(matrices: F64) -> F64:
    """(P, n) in descending order; NaN where a matrix is not finite."""
    values = np.full(matrices.shape[:2], np.nan)
    is_finite = np.isfinite(matrices).all(axis=(1, 2))
    values[is_finite] = torch.linalg.svdvals(torch.from_numpy(matrices[is_finite]))
    return values


def _geometric_mean(values: F64) -> float:
    """NaN where one is not finite, 0 where one is 0."""
    with np.errstate(divide="ignore"):
        return float(np.exp(np.mean(np.log(values))))
