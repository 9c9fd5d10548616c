"""The plain RNN cell, forward and backward through time written out.

h_t = phi(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh).
Index conventions: see `engine.kinds.recurrent.cell`. Source: Werbos 1990.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from engine.kinds.recurrent.cell import Cell, Floats


class RnnCell(Cell):
    """One RNN layer; phi is tanh, relu or the identity."""

    blocks = 1

    def forward(self, x: Tensor) -> None:
        self._read(x)
        joined, activation = self._join_weights(), self.settings.activation
        seen, states, views = self._seen_rows, self._h_rows, self._h
        with np.errstate(all="ignore"):
            for t in range(1, len(x) + 1):
                torch.mm(joined, seen[t - 1], out=states[t])
                if activation == "tanh":
                    np.tanh(views[t], out=views[t])
                elif activation == "relu":
                    np.maximum(views[t], 0.0, out=views[t])

    def _carry_back(self) -> Iterator[slice]:
        transposed = self.weights.w_hh.t().contiguous()
        gradients, deltas = self._gradient_rows, self._delta_rows
        gradient_views, delta_views = self._gradients, list(self.hidden_delta.numpy())
        carried = self.list_carried()
        cut = self.settings.cuts_hidden_to_gates
        for stop in range(self.time_steps, 0, -self.chunk):
            start = max(0, stop - self.chunk)
            slopes = self.activation_slope(start, stop)
            for t in range(stop, start, -1):
                np.multiply(gradient_views[t], slopes[t - start - 1], out=delta_views[t - 1])
                if not cut and carried[t - 1]:
                    gradients[t - 1].addmm_(transposed, deltas[t - 1])
            yield slice(start, stop)

    def block_values(self, time_step: int) -> Tensor:
        return self.h[time_step]

    def block_slopes(self, time_step: int) -> Floats:
        slopes: Floats = self.activation_slope(time_step - 1, time_step)[0]
        return slopes

    def measure_dead_share(self) -> float:
        is_dead = np.ones(self.units, dtype=np.bool_)
        for start in range(0, self.time_steps, self.chunk):
            slopes = self.activation_slope(start, min(start + self.chunk, self.time_steps))
            is_dead &= ~slopes.any((0, 2))
            if not is_dead.any():
                break
        return float(is_dead.mean())

    def activation_slope(self, start: int, stop: int) -> Floats:
        """(stop - start, H, B) phi' at time steps start + 1 ... stop, from the kept states."""
        h = self.h[start + 1 : stop + 1].numpy()
        match self.settings.activation:
            case "tanh":
                slope: Floats = h * h
                np.subtract(1.0, slope, out=slope)
                return slope
            case "relu":
                return np.asarray(h > 0, dtype=h.dtype)
            case "linear":
                return np.ones_like(h)
