"""The GRU cell, forward and backward through time written out.

r, z = sigma(W x_t + b_i + U h_{t-1} + b_h), n = tanh(W_n x_t + b_in + r (U_n h_{t-1} + b_hn)),
h_t = (1 - z) n + z h_{t-1}: the state is kept where z = 1, as in torch (some papers write the
opposite). Index conventions: see `engine.kinds.recurrent.cell`.
Source: Cho et al. 2014; torch.nn.GRU.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.kinds.recurrent.cell import Cell, CellSettings, CellWeights, Floats
from engine.kinds.recurrent.norms import measure_means


class GruCell(Cell):
    """One GRU layer; keeps both gates, the candidate and what the reset gate multiplies."""

    blocks = 3
    gate_names = ("reset", "update")
    has_own_input_delta = True
    kept_blocks = 4
    kept_gradient_blocks = 3

    def __init__(
        self,
        weights: CellWeights,
        settings: CellSettings,
        time_steps: int,
        batch: int,
        keeps_gradients: bool = True,
    ) -> None:
        super().__init__(weights, settings, time_steps, batch, keeps_gradients)
        self.gates = self._allocate(3)
        """(T, 3 H, B) r, z, n after their non-linearities."""
        self.recurrent_candidate = self._allocate(1)
        """(T, H, B) U_n h_{t-1} + b_hn, before the reset gate."""
        self._gate_rows = list(self.gates[:, : 2 * self.units])
        self._candidate_rows = list(self.recurrent_candidate)
        if keeps_gradients:
            self._input_delta = self._allocate(3)

    @property
    def input_delta(self) -> Tensor:
        """(T, 3 H, B): its candidate block lacks the reset gate that `hidden_delta` has."""
        return self._input_delta

    @property
    def forced(self) -> tuple[float | None, ...]:
        """Forced values of the reset and update gate."""
        return self.settings.forced or (None, None)

    def forward(self, x: Tensor) -> None:
        w, units = self.weights, self.units
        bias = w.b_ih.clone()
        bias[: 2 * units] += w.b_hh[: 2 * units]
        self._read(x)
        self._project(len(x), bias)
        gate_rows = w.w_hh[: 2 * units]
        candidate_rows = w.w_hh[2 * units :]
        candidate_bias = w.b_hh[2 * units :].unsqueeze(1)
        pre, states, kept = self._gate_rows, self._h_rows, self._candidate_rows
        kept_views, views = list(self.recurrent_candidate.numpy()), self.gates.numpy()
        scratch = np.empty_like(self._h[0])
        forced = [(slot, value) for slot, value in enumerate(self.forced) if value is not None]
        with np.errstate(all="ignore"):
            for t in range(len(x)):
                pre[t].addmm_(gate_rows, states[t])
                torch.addmm(candidate_bias, candidate_rows, states[t], out=kept[t])
                gates = views[t]
                sigmoids, candidate = gates[: 2 * units], gates[2 * units :]
                np.negative(sigmoids, out=sigmoids)
                np.exp(sigmoids, out=sigmoids)
                np.add(sigmoids, 1.0, out=sigmoids)
                np.reciprocal(sigmoids, out=sigmoids)
                for slot, value in forced:
                    gates[slot * units : (slot + 1) * units] = value
                np.multiply(gates[:units], kept_views[t], out=scratch)
                np.add(candidate, scratch, out=candidate)
                np.tanh(candidate, out=candidate)
                # (1 - z) n + z h is exactly h where z = 1; n + z (h - n) would not be.
                update, new = gates[units : 2 * units], self._h[t + 1]
                np.subtract(1.0, update, out=scratch)
                np.multiply(scratch, candidate, out=scratch)
                np.multiply(update, self._h[t], out=new)
                np.add(new, scratch, out=new)

    def _project(self, time_steps: int, bias: Tensor) -> None:
        """Leave W_ih x_t + bias in the gates of all time steps, a chunk at a time."""
        column = bias.unsqueeze(1)
        for start in range(0, time_steps, self.chunk):
            part = slice(start, min(start + self.chunk, time_steps))
            torch.matmul(self.weights.w_ih, self.input[part], out=self.gates[part])
            self.gates[part] += column

    def _carry_back(self) -> Iterator[slice]:
        units = self.units
        transposed = self.weights.w_hh.t().contiguous()
        gradients, deltas = self._gradient_rows, self._delta_rows
        d_h, carried = self._gradients, self.list_carried()
        shape = (self.time_steps, 3, units, self.batch)
        d_hidden = self.hidden_delta.numpy().reshape(shape)
        updates = self.gate("update").numpy()
        cut = self.settings.cuts_hidden_to_gates
        kept = np.empty_like(d_h[0])
        factors = np.empty((self.chunk, 3, units, self.batch), dtype=kept.dtype)
        for stop in range(self.time_steps, 0, -self.chunk):
            start = max(0, stop - self.chunk)
            candidate = self._fill_factors(factors, start, stop)
            for t in range(stop, start, -1):
                np.multiply(factors[t - start - 1], d_h[t], out=d_hidden[t - 1])
                if not carried[t - 1]:
                    continue
                np.multiply(updates[t - 1], d_h[t], out=kept)
                np.add(d_h[t - 1], kept, out=d_h[t - 1])
                if not cut:
                    gradients[t - 1].addmm_(transposed, deltas[t - 1])
            through = self._input_delta[start:stop]
            through[:, : 2 * units] = self.hidden_delta[start:stop, : 2 * units]
            np.multiply(
                candidate,
                self.state_gradient[start + 1 : stop + 1].numpy(),
                out=through[:, 2 * units :].numpy(),
            )
            yield slice(start, stop)

    def _fill_factors(self, factors: Floats, start: int, stop: int) -> Floats:
        """Factors from dh_t to the pre-activations U h + b_h of r, z and n, a chunk.

        Returns:
            (stop - start, H, B) (1 - z) (1 - n^2), the factor to n's whole pre-activation.
        """
        out = factors[: stop - start]
        r, z, n = self.gates[start:stop].numpy().reshape(out.shape).transpose(1, 0, 2, 3)
        closing = 1.0 - z
        candidate = closing * (1.0 - n * n)
        reset_slope = r * (1.0 - r)
        np.multiply(candidate, self.recurrent_candidate[start:stop].numpy(), out=out[:, 0])
        np.multiply(out[:, 0], reset_slope, out=out[:, 0])
        np.subtract(self.h[start:stop].numpy(), n, out=out[:, 1])
        np.multiply(out[:, 1], closing * z, out=out[:, 1])
        np.multiply(candidate, r, out=out[:, 2])
        for slot, value in enumerate(self.forced):
            if value is not None:
                out[:, slot] = 0.0
        return np.asarray(candidate)

    def pre_activations(self, time_step: int) -> Tensor:
        w, units, at = self.weights, self.units, time_step - 1
        gates = torch.mm(self._join_weights()[: 2 * units], self.seen[at])
        candidate = torch.addmm(
            w.b_ih[2 * units :].unsqueeze(1), w.w_ih[2 * units :], self.input[at]
        )
        reset = self.gate("reset")[at]
        return torch.cat((gates, candidate + reset * self.recurrent_candidate[at]))

    def block_values(self, time_step: int) -> Tensor:
        return self.gates[time_step - 1]

    def block_slopes(self, time_step: int) -> Floats:
        r, z, n = self.block_values(time_step).numpy().reshape(3, self.units, self.batch)
        slopes = np.stack([r * (1.0 - r), z * (1.0 - z), 1.0 - n * n])
        for block, value in enumerate(self.forced):
            if value is not None:
                slopes[block] = 0.0
        return slopes.reshape(-1, self.batch)

    def around(self, time_step: int) -> Tensor:
        """(H, B) z dL/dh_t, which goes to h_{t-1}."""
        return self.gate("update")[time_step - 1] * self.state_gradient[time_step]

    def gate(self, name: str) -> Tensor:
        slot = self.gate_names.index(name)
        return self.gates[:, slot * self.units : (slot + 1) * self.units]

    def measure_gate_means(self) -> NDArray[np.float64]:
        gates = self.gates.numpy().reshape(self.time_steps, 3, -1)[:, :2]
        return measure_means(gates)
