"""The LSTM cell, forward and backward through time written out.

i, f, o = sigma(W x_t + U h_{t-1} + b), g = tanh(W x_t + U h_{t-1} + b),
c_t = f c_{t-1} + i g, h_t = o tanh(c_t). Index conventions: see `engine.cells`.
Source: Hochreiter & Schmidhuber 1997; Gers et al. 2000 (forget gate).
"""

from __future__ import annotations

from collections.abc import Iterator
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
        self.gates = self._allocate(4)
        """(T, 4 H, B) i, f, o, g after their non-linearities."""
        self._gate_rows = list(self.gates)
        self.cell_tanh = self._allocate(1)
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
        pre, states = self._gate_rows, self._h_rows
        tanh_c, cells = list(self.cell_tanh.numpy()), list(self.c.numpy())
        product = np.empty_like(cells[0])
        views = self.gates.numpy()
        inputs, forgets = list(views[:, :units]), list(views[:, units : 2 * units])
        outputs = list(views[:, 2 * units : 3 * units])
        sigmoids, candidates = list(views[:, : 3 * units]), list(views[:, 3 * units :])
        forced = [(slot, value) for slot, value in enumerate(self.forced) if value is not None]
        with np.errstate(all="ignore"):
            for t in range(len(x)):
                pre[t].addmm_(packed, states[t])
                three, candidate, cell = sigmoids[t], candidates[t], cells[t + 1]
                np.exp(three, out=three)
                np.add(three, 1.0, out=three)
                np.reciprocal(three, out=three)
                for slot, value in forced:
                    views[t, slot * units : (slot + 1) * units] = value
                np.tanh(candidate, out=candidate)
                np.multiply(forgets[t], cells[t], out=cell)
                np.multiply(inputs[t], candidate, out=product)
                np.add(cell, product, out=cell)
                np.tanh(cell, out=tanh_c[t])
                np.multiply(outputs[t], tanh_c[t], out=self._h[t + 1])

    @property
    def forced(self) -> tuple[float | None, ...]:
        """Forced values of the input, forget and output gate."""
        return self.settings.forced or (None, None, None)

    def _carry_back(self) -> Iterator[slice]:
        units = self.units
        transposed = self.weights.w_hh.t().contiguous()
        gradients, deltas = self._gradient_rows, self._delta_rows
        d_h, d_c = list(self.state_gradient.numpy()), list(self.cell_gradient.numpy())
        carry = list(self.cell_carry.numpy())
        d_z = self.hidden_delta.numpy().reshape(self.time_steps, 4, units, self.batch)
        cut = self.settings.cuts_hidden_to_gates
        carry[-1].fill(0.0)
        factors = np.empty((CHUNK, 4, units, self.batch), dtype=carry[0].dtype)
        scratch = np.empty((CHUNK, 4 * units, self.batch), dtype=factors.dtype)
        from_cell, from_state = list(factors[:, :3]), list(factors[:, 3])
        to_three, to_output = list(d_z[:, :3]), list(d_z[:, 3])
        forgets = list(self.gate("forget").numpy())
        for stop in range(self.time_steps, 0, -CHUNK):
            start = max(0, stop - CHUNK)
            to_cell = self._fill_factors(factors, scratch, start, stop)
            for t in range(stop, start, -1):
                at = t - start - 1
                np.multiply(d_h[t], to_cell[at], out=d_c[t])
                np.add(d_c[t], carry[t], out=d_c[t])
                np.multiply(from_cell[at], d_c[t], out=to_three[t - 1])
                np.multiply(from_state[at], d_h[t], out=to_output[t - 1])
                if not self.is_carried(t - 1):
                    carry[t - 1].fill(0.0)
                    continue
                np.multiply(d_c[t], forgets[t - 1], out=carry[t - 1])
                if not cut:
                    gradients[t - 1].addmm_(transposed, deltas[t - 1])
            yield slice(start, stop)

    def _fill_factors(self, factors: Floats, scratch: Floats, start: int, stop: int) -> Floats:
        """Factors from dc (blocks i, f, g) and dh (block o) to pre-activations, a chunk.

        Returns:
            (stop - start, H, B) o (1 - tanh(c)^2), the factor from dh_t to dc_t.
        """
        units, out = self.units, factors[: stop - start]
        gates: NDArray[Any] = self.gates[start:stop].numpy()
        tanh_c = self.cell_tanh[start:stop].numpy()
        i, o, g = gates[:, :units], gates[:, 2 * units : 3 * units], gates[:, 3 * units :]
        sigmoids = gates[:, : 3 * units]
        slopes = scratch[: stop - start, : 3 * units]
        to_cell = scratch[: stop - start, 3 * units :]
        np.subtract(1.0, sigmoids, out=slopes)
        np.multiply(slopes, sigmoids, out=slopes)
        np.multiply(slopes[:, :units], g, out=out[:, 0])
        np.multiply(slopes[:, units : 2 * units], self.c[start:stop].numpy(), out=out[:, 1])
        np.multiply(slopes[:, 2 * units :], tanh_c, out=out[:, 3])
        np.multiply(g, g, out=out[:, 2])
        np.subtract(1.0, out[:, 2], out=out[:, 2])
        np.multiply(out[:, 2], i, out=out[:, 2])
        for slot, value in zip((0, 1, 3), self.forced, strict=True):
            if value is not None:
                out[:, slot] = 0.0
        np.multiply(tanh_c, tanh_c, out=to_cell)
        np.subtract(1.0, to_cell, out=to_cell)
        np.multiply(to_cell, o, out=to_cell)
        return to_cell

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
