"""Recurrent cells over preallocated buffers: what all cells share, and the plain RNN cell.

Index conventions. Time steps run t = 1 ... T; arrays of states have T + 1 entries and index 0
is the state before the first time step (always 0 here); arrays without that state have T
entries and index t - 1 is time step t. The layout is (T, k H, B): time, then the k blocks of H
units in torch's order (rnn: one; lstm: i, f, g, o; gru: r, z, n), then the batch, so that one
time step is one contiguous matrix and W_hh h_{t-1} one product.

The backward pass. Before it, `state_gradient[t]` holds what arrives at h_t from outside the
layer: the read-out, and the layer above. Going from t = T to 1 the cell turns it into the total
dL/dh_t, writes the gradient of each pre-activation, and adds W_hh^T delta_t to
`state_gradient[t - 1]`. Truncation k cuts what is carried from t + 1 to t, along h and along c,
where t is a multiple of k: h_k, h_2k, ... are constants for the time steps after them.
`cuts_hidden_to_gates` stops W_hh^T delta_t everywhere; W_hh's own gradient stays.

Products are torch's (one thread, whatever numpy's BLAS does), elementwise work is numpy's,
which is several times faster on these small blocks; both see the same memory.
Source: Werbos 1990; Hochreiter & Schmidhuber 1997; Cho et al. 2014.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.time_norms import measure_norms

Floats = NDArray[Any]

CHUNK = 16
"""Time steps whose elementwise factors are computed together: they stay in the cache."""

_CHUNK_NUMBERS = 4_000_000

_TINY = 2.0**-70
_LIFT = 2.0**60


class CellWeights(NamedTuple):
    """Views of one layer's weights (or of their gradients), in torch's layout."""

    w_ih: Tensor
    """(k H, I)."""
    w_hh: Tensor
    """(k H, H)."""
    b_ih: Tensor
    """(k H)."""
    b_hh: Tensor
    """(k H)."""


@dataclass(frozen=True, slots=True)
class CellSettings:
    """What can be switched on a trained cell."""

    activation: Literal["tanh", "relu", "linear"] = "tanh"
    """Of the RNN cell; the gated cells use tanh."""
    forced: tuple[float | None, ...] = ()
    """The value of each gate after its sigmoid, None where it is learned; in the order of
    `Cell.gate_names`."""
    cuts_hidden_to_gates: bool = False
    truncation: int = 0


class Cell(ABC):
    """One recurrent layer unrolled over T time steps, with every state and gate kept.

    Args:
        weights: shared with the optimiser, never copied.
        settings: what is switched; may be replaced between passes.
        time_steps: T.
        batch: B.
        keeps_gradients: False for a cell that only predicts.
    """

    blocks: ClassVar[int]
    """k, the number of blocks of H rows in W_hh."""
    gate_names: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        weights: CellWeights,
        settings: CellSettings,
        time_steps: int,
        batch: int,
        keeps_gradients: bool = True,
    ) -> None:
        self.weights = weights
        self.settings = settings
        self.time_steps = time_steps
        self.batch = batch
        self.units = weights.w_hh.shape[1]
        self.inputs = weights.w_ih.shape[1]
        self.keeps_gradients = keeps_gradients
        self.h = self._states()
        self.input = self.h.new_empty(0)
        if keeps_gradients:
            self.state_gradient = self._states()
            """(T + 1, H, B) dL/dh_t; index 0 is what would reach h_0."""
            self.hidden_delta = self._allocate(self.blocks)
            """(T, k H, B) gradient of W_hh h_{t-1} + b_hh."""
            self.input_gradient = self.h.new_zeros(time_steps, self.inputs, batch)
            """(T, I, B) dL/dx_t of the last backward pass."""
            self.shares = np.zeros(time_steps)
            """(T) Frobenius norm of each time step's term delta_t h_{t-1}^T of dL/dW_hh."""
            width = self.blocks * self.units * max(self.units, self.inputs)
            chunk = max(1, min(CHUNK, _CHUNK_NUMBERS // width))
            # Allocated once: fresh memory for every chunk would cost as much as the products.
            self._terms = self.h.new_empty((chunk, *weights.w_hh.shape))
            self._input_terms = self.h.new_empty((chunk, *weights.w_ih.shape))
            self._gradient_rows = list(self.state_gradient)
            self._delta_rows = list(self.hidden_delta)
        # One view per time step, made once: making 200 of them takes as long as using them.
        self._h_rows = list(self.h)
        self._h = list(self.h.numpy())

    def _allocate(self, blocks: int) -> Tensor:
        return self.weights.w_hh.new_zeros((self.time_steps, blocks * self.units, self.batch))

    def _states(self) -> Tensor:
        return self.weights.w_hh.new_zeros(self.time_steps + 1, self.units, self.batch)

    @property
    def input_delta(self) -> Tensor:
        """(T, k H, B) gradient of W_ih x_t + b_ih; the same as `hidden_delta` but for the GRU."""
        return self.hidden_delta

    def is_carried(self, t: int) -> bool:
        """Whether the gradient is carried from time step t + 1 to t (truncation cuts it)."""
        k = self.settings.truncation
        return k == 0 or t == 0 or t % k != 0

    def clear(self) -> None:
        """Set the state before the first time step to zero."""
        self.h[0].zero_()

    def go_on(self, time_steps: int) -> None:
        """Start the next part of a sequence where the last part, of so many time steps, ended."""
        self.h[0].copy_(self.h[time_steps])

    @abstractmethod
    def forward(self, x: Tensor) -> None:
        """Read x (T or fewer, I, B) from the state at index 0 on; every state and gate is kept."""

    def backward(self, gradients: CellWeights | None = None) -> None:
        """Turn `state_gradient` into totals, time step T first, with all that follows from it.

        Fills `hidden_delta`, `input_gradient` and, where asked for, the weights' gradients and
        `shares`: each chunk at once, while its numbers are in the cache.

        Args:
            gradients: where to write dL/dW, or None where only the states matter.
        """
        transposed = self.weights.w_ih.t().contiguous()
        for gradient in gradients or ():
            gradient.zero_()
        with np.errstate(all="ignore"):
            for part in self._carry_back():
                torch.matmul(transposed, self.input_delta[part], out=self.input_gradient[part])
                if gradients is not None:
                    self._add_weight_terms(part, gradients)

    @abstractmethod
    def _carry_back(self) -> Iterator[slice]:
        """Go back from T to 1; yields each chunk of `hidden_delta` as soon as it is filled."""

    def _project(self, x: Tensor, out: Tensor, weight: Tensor, bias: Tensor) -> None:
        """out[t] = weight x_t + bias for all time steps, a chunk at a time."""
        self.input = x
        column = bias.unsqueeze(1)
        for start in range(0, len(x), CHUNK):
            part = out[start : start + CHUNK]
            torch.matmul(weight, x[start : start + CHUNK], out=part)
            part += column

    def _add_weight_terms(self, whole: slice, out: CellWeights) -> None:
        for start in range(whole.start, whole.stop, len(self._terms)):
            part = slice(start, min(start + len(self._terms), whole.stop))
            delta, lift = _lift(self.hidden_delta[part])
            products = self._terms[: len(delta)]
            torch.bmm(delta, self.h[part].transpose(1, 2), out=products)
            self.shares[part] = measure_norms(products) / lift
            out.w_hh.add_(products.sum(0), alpha=1.0 / lift)
            bias = delta.sum(0).sum(1)
            out.b_hh.add_(bias, alpha=1.0 / lift)
            if self.input_delta is not self.hidden_delta:
                delta, lift = _lift(self.input_delta[part])
                bias = delta.sum(0).sum(1)
            products = self._input_terms[: len(delta)]
            torch.bmm(delta, self.input[part].transpose(1, 2), out=products)
            out.w_ih.add_(products.sum(0), alpha=1.0 / lift)
            out.b_ih.add_(bias, alpha=1.0 / lift)

    def measure_gate_means(self) -> NDArray[np.float64]:
        """(T, gates) mean over batch and units of each gate."""
        return np.empty((self.time_steps, 0))

    def measure_gate_gradients(self) -> NDArray[np.float64]:
        """(T, blocks) norms of the gradient of each block's pre-activation, torch's order."""
        shape = (self.time_steps, self.blocks, self.units, self.batch)
        blocks = self.hidden_delta.view(shape)
        return measure_norms(blocks, lead=2)

    def gate(self, name: str) -> Tensor:
        """(T, H, B) the values of a gate in the last forward pass."""
        raise KeyError(name)


class RnnCell(Cell):
    """h_t = phi(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)."""

    blocks = 1

    def forward(self, x: Tensor) -> None:
        w = self.weights
        self._project(x, self.h[1 : len(x) + 1], w.w_ih, w.b_ih + w.b_hh)
        activation = self.settings.activation
        states, views = self._h_rows, self._h
        with np.errstate(all="ignore"):
            for t in range(1, len(x) + 1):
                states[t].addmm_(w.w_hh, states[t - 1])
                if activation == "tanh":
                    np.tanh(views[t], out=views[t])
                elif activation == "relu":
                    np.maximum(views[t], 0.0, out=views[t])

    def _carry_back(self) -> Iterator[slice]:
        transposed = self.weights.w_hh.t().contiguous()
        gradients, deltas = self._gradient_rows, self._delta_rows
        gradient_views, delta_views = list(self.state_gradient.numpy()), self.hidden_delta.numpy()
        cut = self.settings.cuts_hidden_to_gates
        for stop in range(self.time_steps, 0, -CHUNK):
            start = max(0, stop - CHUNK)
            slopes = self.activation_slope(start, stop)
            for t in range(stop, start, -1):
                np.multiply(gradient_views[t], slopes[t - start - 1], out=delta_views[t - 1])
                if not cut and self.is_carried(t - 1):
                    gradients[t - 1].addmm_(transposed, deltas[t - 1])
            yield slice(start, stop)

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


def _lift(delta: Tensor) -> tuple[Tensor, float]:
    """Tiny float32 numbers times a power of two, and that power.

    The products of numbers near 1e-38 would be denormal, which processors handle many
    times slower; multiplying by a power of two and dividing the sum again is exact.
    """
    if delta.dtype == torch.float64:
        return delta, 1.0
    low, high = (float(bound) for bound in torch.aminmax(delta))
    if not 0.0 < max(-low, high) < _TINY:
        return delta, 1.0
    return delta * _LIFT, _LIFT
