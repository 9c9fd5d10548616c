"""The LSTM cell, forward and backward through time written out.

i, f, o = sigma(W x_t + U h_{t-1} + b), g = tanh(W x_t + U h_{t-1} + b),
c_t = f c_{t-1} + i g, h_t = o tanh(c_t). Index conventions: see `engine.kinds.recurrent.cell`.
Source: Hochreiter & Schmidhuber 1997; Gers et al. 2000 (forget gate).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.kinds.recurrent.cell import Cell, CellSettings, CellWeights, Floats
from engine.kinds.recurrent.norms import measure_means, measure_rows, split_rows


class LstmCell(Cell):
    """One LSTM layer; keeps c_t, tanh(c_t), the three gates and the candidate.

    The gates are kept in the order i, f, o, g, so that one sigmoid covers the first three
    blocks. All gradients are in torch's order i, f, g, o.
    """

    blocks = 4
    gate_names = ("input", "forget", "output")
    kept_blocks = 6
    kept_gradient_blocks = 2

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
        self._sigmoid_rows = list(self.gates[:, : 3 * self.units])
        self.cell_tanh = self._allocate(1)
        if keeps_gradients:
            self.cell_gradient = self._states()
            """(T + 1, H, B) dL/dc_t, total: carried, and through h_t; index 0 unused."""
            self.cell_carry = self._states()
            """(T + 1, H, B) dL/dc_t with h_t held fixed; 0 at T, index 0 would reach c_0."""
            self.norms_c = np.zeros(time_steps)
            self.norms_carry = np.zeros(time_steps)
            self._cell_rows = (split_rows(self.cell_gradient[1:]), split_rows(self.cell_carry[1:]))

    def clear(self) -> None:
        super().clear()
        self.c[0].zero_()

    def go_on(self, time_steps: int) -> None:
        super().go_on(time_steps)
        self.c[0].copy_(self.c[time_steps])

    def forward(self, x: Tensor) -> None:
        self._read(x)
        units = self.units
        i, f, g, o = self._join_weights().chunk(4)
        joined = torch.cat((i, f, o, g))
        seen, pre, sigmoids = self._seen_rows, self._gate_rows, self._sigmoid_rows
        tanh_c, cells = list(self.cell_tanh.numpy()), list(self.c.numpy())
        product = np.empty_like(cells[0])
        views = self.gates.numpy()
        inputs, forgets = list(views[:, :units]), list(views[:, units : 2 * units])
        outputs, candidates = list(views[:, 2 * units : 3 * units]), list(views[:, 3 * units :])
        forced = [(slot, value) for slot, value in enumerate(self.forced) if value is not None]
        with np.errstate(all="ignore"):
            for t in range(len(x)):
                torch.mm(joined, seen[t], out=pre[t])
                sigmoids[t].sigmoid_()
                for slot, value in forced:
                    views[t, slot * units : (slot + 1) * units] = value
                candidate, cell = candidates[t], cells[t + 1]
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
        d_h, d_c = self._gradients, list(self.cell_gradient.numpy())
        carry = list(self.cell_carry.numpy())
        d_z = self.hidden_delta.numpy().reshape(self.time_steps, 4, units, self.batch)
        cut = self.settings.cuts_hidden_to_gates
        carry[-1].fill(0.0)
        factors = self.h.new_empty(self.chunk, 5, units, self.batch)
        views = factors.numpy()
        from_cell, from_state, to_cell = list(views[:, :3]), list(views[:, 3]), list(views[:, 4])
        to_three, to_output = list(d_z[:, :3]), list(d_z[:, 3])
        forgets = list(self.gate("forget").numpy())
        carried = self.list_carried()
        for stop in range(self.time_steps, 0, -self.chunk):
            start = max(0, stop - self.chunk)
            self._fill_factors(factors, start, stop)
            for t in range(stop, start, -1):
                at = t - start - 1
                np.multiply(d_h[t], to_cell[at], out=d_c[t])
                np.add(d_c[t], carry[t], out=d_c[t])
                np.multiply(from_cell[at], d_c[t], out=to_three[t - 1])
                np.multiply(from_state[at], d_h[t], out=to_output[t - 1])
                if not carried[t - 1]:
                    carry[t - 1].fill(0.0)
                    continue
                np.multiply(d_c[t], forgets[t - 1], out=carry[t - 1])
                if not cut:
                    gradients[t - 1].addmm_(transposed, deltas[t - 1])
            yield slice(start, stop)

    def _fill_factors(self, factors: Tensor, start: int, stop: int) -> None:
        """Factors from dc (to i, f, g) and dh (to o) to pre-activations and from dh to dc.

        Args:
            factors: (chunk, 5, H, B) i (1 - i) g, f (1 - f) c_{t-1}, i (1 - g^2),
                o (1 - o) tanh(c), o (1 - tanh(c)^2); filled for the time steps of the chunk.
            start: time steps before the chunk.
            stop: its last time step.
        """
        to_input, to_forget, to_candidate, to_output, to_cell = factors[: stop - start].unbind(1)
        i, f, o, g = self.gates[start:stop].chunk(4, 1)
        tanh_c = self.cell_tanh[start:stop]
        # Each of these multiplies by the slope of sigmoid or tanh in a single pass.
        sigmoid_slope = torch.ops.aten.sigmoid_backward.grad_input
        tanh_slope = torch.ops.aten.tanh_backward.grad_input
        sigmoid_slope(g, i, grad_input=to_input)
        sigmoid_slope(self.c[start:stop], f, grad_input=to_forget)
        tanh_slope(i, g, grad_input=to_candidate)
        sigmoid_slope(tanh_c, o, grad_input=to_output)
        tanh_slope(o, tanh_c, grad_input=to_cell)
        for block, value in zip((to_input, to_forget, to_output), self.forced, strict=True):
            if value is not None:
                block.zero_()

    def block_values(self, time_step: int) -> Tensor:
        i, f, o, g = self.gates[time_step - 1].chunk(4)
        return torch.cat((i, f, g, o))

    def block_slopes(self, time_step: int) -> Floats:
        i, f, g, o = self.block_values(time_step).numpy().reshape(4, self.units, self.batch)
        slopes = np.stack([i * (1.0 - i), f * (1.0 - f), 1.0 - g * g, o * (1.0 - o)])
        for block, value in zip((0, 1, 3), self.forced, strict=True):
            if value is not None:
                slopes[block] = 0.0
        return slopes.reshape(-1, self.batch)

    def around(self, time_step: int) -> Tensor:
        """(H, B) o (1 - tanh(c_t)^2) dL/dh_t, which goes to c_t."""
        tanh_c = self.cell_tanh[time_step - 1]
        slope = self.gate("output")[time_step - 1] * (1.0 - tanh_c * tanh_c)
        return slope * self.state_gradient[time_step]

    def gate(self, name: str) -> Tensor:
        slot = self.gate_names.index(name)
        return self.gates[:, slot * self.units : (slot + 1) * self.units]

    def measure_gate_means(self) -> NDArray[np.float64]:
        gates = self.gates.numpy().reshape(self.time_steps, 4, -1)[:, :3]
        return measure_means(gates)

    def measure_direct_path(self, loss_time: int) -> NDArray[np.float64]:
        """(T) norms of the product of the forget gates after t, up to `loss_time`; 0 beyond."""
        norms = np.zeros(self.time_steps)
        forgets = self.gate("forget").numpy().reshape(self.time_steps, -1)
        products = np.ones((self.chunk + 1, forgets.shape[1]))
        for stop in range(loss_time, 0, -self.chunk):
            start = max(0, stop - self.chunk)
            part = forgets[start:stop].astype(np.float64)
            for t in range(stop, start, -1):
                np.multiply(products[stop - t], part[t - start - 1], out=products[stop - t + 1])
            size = stop - start
            norms[start:stop] = np.sqrt(np.vecdot(products[:size], products[:size]))[::-1]
            products[0] = products[size]
        return norms

    def _measure(self, part: slice) -> None:
        super()._measure(part)
        total, carried = self._cell_rows
        self.norms_c[part] = measure_rows(total[part])
        self.norms_carry[part] = measure_rows(carried[part])
