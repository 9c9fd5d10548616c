"""The LSTM cell, forward and backward through time written out.

i, f, o = sigma(W x_t + U h_{t-1} + b), g = tanh(W x_t + U h_{t-1} + b),
c_t = f c_{t-1} + i g, h_t = o tanh(c_t). Index conventions: see `engine.cells`.
Source: Hochreiter & Schmidhuber 1997; Gers et al. 2000 (forget gate).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.cells import CHUNK, Cell, CellSettings, CellWeights, Floats
from engine.time_norms import measure_norms


class LstmCell(Cell):
    """One LSTM layer; keeps c_t, tanh(c_t), the three gates and the candidate.

    The gates are kept in the order i, f, o, g, so that one sigmoid covers the first three
    blocks, and their weights are negated for the forward pass: 1 / (1 + exp(a)) then needs
    no sign. All gradients are in torch's order i, f, g, o.
    """

    blocks = 4
    gate_names = ("input", "forget", "output")

    def __init__(
        self,
        weights: CellWeights,
        settings: CellSettings,
        time_steps: int,
        batch: int,
        keeps_gradients: bool = True,
    ) -> None:
        super().__init__(weights, settings, time_steps, batch, keeps_gradients)
        self.c = self._states()
        self.gates = self._steps(4)
        """(T, 4 H, B) i, f, o, g after their non-linearities."""
        self.cell_tanh = self._steps(1)
        if keeps_gradients:
            self.cell_gradient = self._states()
            """(T + 1, H, B) dL/dc_t, total: carried, and through h_t; index 0 unused."""
            self.cell_carry = self._states()
            """(T + 1, H, B) dL/dc_t with h_t held fixed; 0 at T, index 0 would reach c_0."""

    def clear(self) -> None:
        super().clear()
        self.c[0].zero_()

    def go_on(self, time_steps: int) -> None:
        super().go_on(time_steps)
        self.c[0].copy_(self.c[time_steps])

    def _packed(self, tensor: Tensor) -> Tensor:
        """Rows in the order i, f, o, g, the first three negated."""
        i, f, g, o = tensor.view(4, self.units, -1)
        return torch.cat((-i, -f, -o, g)).view(tensor.shape)

    def forward(self, x: Tensor) -> None:
        w = self.weights
        self._project(x, self.gates[: len(x)], self._packed(w.w_ih), self._packed(w.b_ih + w.b_hh))
        packed, units = self._packed(w.w_hh), self.units
        pre, states = list(self.gates), list(self.h)
        tanh_c, cells = list(self.cell_tanh.numpy()), list(self.c.numpy())
        product = np.empty_like(cells[0])
        views = self.gates.numpy()
        forced = [(slot, value) for slot, value in enumerate(self.forced) if value is not None]
        with np.errstate(all="ignore"):
            for t in range(len(x)):
                pre[t].addmm_(packed, states[t])
                gates = views[t]
                sigmoids, candidate = gates[: 3 * units], gates[3 * units :]
                np.exp(sigmoids, out=sigmoids)
                np.add(sigmoids, 1.0, out=sigmoids)
                np.reciprocal(sigmoids, out=sigmoids)
                for slot, value in forced:
                    gates[slot * units : (slot + 1) * units] = value
                np.tanh(candidate, out=candidate)
                np.multiply(gates[units : 2 * units], cells[t], out=cells[t + 1])
                np.multiply(gates[:units], candidate, out=product)
                np.add(cells[t + 1], product, out=cells[t + 1])
                np.tanh(cells[t + 1], out=tanh_c[t])
                np.multiply(gates[2 * units : 3 * units], tanh_c[t], out=self._h[t + 1])

    @property
    def forced(self) -> tuple[float | None, ...]:
        """Forced values of the input, forget and output gate."""
        return self.settings.forced or (None, None, None)

    def backward(self) -> None:
        units = self.units
        transposed = self.weights.w_hh.t().contiguous()
        gradients, deltas = list(self.state_gradient), list(self.hidden_delta)
        d_h, d_c = list(self.state_gradient.numpy()), list(self.cell_gradient.numpy())
        carry = list(self.cell_carry.numpy())
        d_z = self.hidden_delta.numpy().reshape(self.time_steps, 4, units, self.batch)
        cut = self.settings.cuts_hidden_to_gates
        carry[-1].fill(0.0)
        factors = np.empty((CHUNK, 4, units, self.batch), dtype=carry[0].dtype)
        forgets = self.gate("forget").numpy()
        with np.errstate(all="ignore"):
            for stop in range(self.time_steps, 0, -CHUNK):
                start = max(0, stop - CHUNK)
                to_cell = self._fill_factors(factors, start, stop)
                for t in range(stop, start, -1):
                    at = t - start - 1
                    delta = d_z[t - 1]
                    np.multiply(d_h[t], to_cell[at], out=d_c[t])
                    np.add(d_c[t], carry[t], out=d_c[t])
                    np.multiply(factors[at, :3], d_c[t], out=delta[:3])
                    np.multiply(factors[at, 3], d_h[t], out=delta[3])
                    if not self.is_carried(t - 1):
                        carry[t - 1].fill(0.0)
                        continue
                    np.multiply(d_c[t], forgets[t - 1], out=carry[t - 1])
                    if not cut:
                        gradients[t - 1].addmm_(transposed, deltas[t - 1])

    def _fill_factors(self, factors: Floats, start: int, stop: int) -> Floats:
        """Factors from dc (blocks i, f, g) and dh (block o) to pre-activations, a chunk.

        Returns:
            (stop - start, H, B) o (1 - tanh(c)^2), the factor from dh_t to dc_t.
        """
        shape = (stop - start, 4, self.units, self.batch)
        gates: NDArray[Any] = self.gates[start:stop].numpy().reshape(shape)
        tanh_c = self.cell_tanh[start:stop].numpy()
        out = factors[: stop - start]
        i, f, o, g = (gates[:, k] for k in range(4))
        np.multiply(sigmoid_slope(i), g, out=out[:, 0])
        np.multiply(sigmoid_slope(f), self.c[start:stop].numpy(), out=out[:, 1])
        np.multiply(i, 1.0 - g * g, out=out[:, 2])
        np.multiply(sigmoid_slope(o), tanh_c, out=out[:, 3])
        for slot, value in zip((0, 1, 3), self.forced, strict=True):
            if value is not None:
                out[:, slot] = 0.0
        return np.asarray(o * (1.0 - tanh_c * tanh_c))

    def gate(self, name: str) -> Tensor:
        slot = self.gate_names.index(name)
        return self.gates[:, slot * self.units : (slot + 1) * self.units]

    def measure_gate_means(self) -> NDArray[np.float64]:
        gates = self.gates.view(self.time_steps, 4, self.units, self.batch)[:, :3]
        return np.asarray(gates.mean((2, 3)).double().numpy())

    def measure_direct_path(self, loss_time: int) -> NDArray[np.float64]:
        """(T) norms of the product of the forget gates after t, up to `loss_time`; 0 beyond."""
        norms = np.zeros(self.time_steps)
        product = np.ones((self.units, self.batch))
        forgets = self.gate("forget").numpy()
        for stop in range(loss_time, 0, -CHUNK):
            start = max(0, stop - CHUNK)
            part = forgets[start:stop].astype(np.float64)
            for t in range(stop, start, -1):
                norms[t - 1] = np.linalg.norm(product)
                product *= part[t - start - 1]
        return norms

    def measure_cell_gradients(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(T) norms of dL/dc_t, total and carried."""
        total = measure_norms(self.cell_gradient[1:])
        return total, measure_norms(self.cell_carry[1:])


def sigmoid_slope(gate: Floats) -> Floats:
    """The slope of a sigmoid from its value, s (1 - s)."""
    slope = 1.0 - gate
    slope *= gate
    return slope
