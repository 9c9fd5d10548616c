"""Recurrent cells over preallocated buffers: what all cells share.

Index conventions. Time steps run t = 1 ... T; arrays of states have T + 1 entries and index 0
is the state before the first time step (always 0 here); arrays without that state have T
entries and index t - 1 is time step t. The layout is (T, k H, B): time, then the k blocks of H
units in torch's order (rnn: one; lstm: i, f, g, o; gru: r, z, n), then the batch, so that
one time step is one contiguous matrix and W_hh h_{t-1} one product.

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

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.kinds.recurrent.norms import measure_rows, split_rows

Floats = NDArray[Any]

CHUNK = 32
"""At most so many time steps are worked on together: enough to make the calls few, and few
enough for their numbers to stay in the cache."""

_CHUNK_STATES = 2**18
_CHUNK_TERMS = 4_000_000

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
    has_own_input_delta: ClassVar[bool] = False
    """Whether `input_delta` differs from `hidden_delta`."""
    kept_blocks: ClassVar[int] = 0
    """Blocks of H rows that a subclass keeps of each time step, beside h, going forward."""
    kept_gradient_blocks: ClassVar[int] = 0
    """The same going backward, beside what every cell keeps."""

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
        self.chunk = max(1, min(CHUNK, time_steps, _CHUNK_STATES // (self.units * batch)))
        """Time steps that are worked on together."""
        self.seen = weights.w_hh.new_zeros(time_steps + 1, self.units + 1 + self.inputs, batch)
        """h_t, ones, x_{t+1}."""
        self.seen[:, self.units] = 1.0
        self.h = self.seen[:, : self.units]
        self.input = self.seen[:-1, self.units + 1 :]
        if keeps_gradients:
            self.state_gradient = self._states()
            """(T + 1, H, B) dL/dh_t; index 0 is what would reach h_0."""
            self.hidden_delta = self._allocate(self.blocks)
            """(T, k H, B) gradient of W_hh h_{t-1} + b_hh."""
            self.input_gradient = self.h.new_zeros(time_steps, self.inputs, batch)
            """(T, I, B) dL/dx_t of the last backward pass."""
            self.norms_h = np.zeros(time_steps)
            """(T) norms of dL/dh_t, measured on the way; so are the others."""
            self.norms_x = np.zeros(time_steps)
            self.norms_blocks = np.zeros((time_steps, self.blocks))
            """(T, blocks) of the gradient of each block's pre-activation, torch's order."""
            self.shares = np.zeros(time_steps)
            """(T) Frobenius norm of each time step's term delta_t h_{t-1}^T of dL/dW_hh."""
            rows, columns = self.seen.shape[1], self.blocks * self.units
            chunk = max(1, min(self.chunk, _CHUNK_TERMS // (rows * columns)))
            # Allocated once: fresh memory for every chunk would cost as much as the products.
            self._terms = self.h.new_empty((chunk, rows, columns))
            self._sums = self.h.new_zeros(rows + int(self.has_own_input_delta), columns)
            """The terms added up: of h_t, ones (twice where the deltas differ) and x_t."""
            by_block = self.hidden_delta.view(time_steps, self.blocks, self.units, batch)
            self._rows = (
                split_rows(self.state_gradient[1:]),
                split_rows(self.input_gradient),
                split_rows(by_block, lead=2),
            )
            self._gradient_rows = list(self.state_gradient)
            self._gradients = list(self.state_gradient.numpy())
            self._delta_rows = list(self.hidden_delta)
        # One view per time step, made once: making 200 of them takes as long as using them.
        self._seen_rows = list(self.seen)
        self._h_rows = list(self.h)
        self._h = list(self.h.numpy())

    @classmethod
    def count_numbers(
        cls, units: int, inputs: int, time_steps: int, batch: int, keeps_gradients: bool = True
    ) -> int:
        """How many numbers a cell of this size holds in its buffers."""
        seen = units + 1 + inputs
        per_state = seen + cls.kept_blocks * units
        terms = 0
        if keeps_gradients:
            per_state += (1 + cls.blocks + cls.kept_gradient_blocks) * units + inputs
            columns = cls.blocks * units
            chunk = max(1, min(CHUNK, time_steps, _CHUNK_STATES // (units * batch)))
            terms = (max(1, min(chunk, _CHUNK_TERMS // (seen * columns))) + 1) * seen * columns
        return per_state * (time_steps + 1) * batch + terms

    def _allocate(self, blocks: int) -> Tensor:
        return self.weights.w_hh.new_zeros((self.time_steps, blocks * self.units, self.batch))

    def _states(self) -> Tensor:
        return self.weights.w_hh.new_zeros(self.time_steps + 1, self.units, self.batch)

    @property
    def input_delta(self) -> Tensor:
        """(T, k H, B) gradient of W_ih x_t + b_ih; the same as `hidden_delta` but for the GRU."""
        return self.hidden_delta

    def list_carried(self) -> list[bool]:
        """(T + 1) whether the gradient is carried from t + 1 to t (truncation cuts it)."""
        k = self.settings.truncation
        return [k == 0 or t == 0 or t % k != 0 for t in range(self.time_steps + 1)]

    def clear(self) -> None:
        """Set the state before the first time step to zero."""
        self.h[0].zero_()

    def go_on(self, time_steps: int) -> None:
        """Start the next part of a sequence where the last part, of so many time steps, ended."""
        self.h[0].copy_(self.h[time_steps])

    @abstractmethod
    def forward(self, x: Tensor) -> None:
        """Read x (T or fewer, I, B) from the state at index 0 on; every state and gate is kept.

        Args:
            x: copied into `input`, unless it is that.
        """

    def _read(self, x: Tensor) -> None:
        if x.data_ptr() != self.input.data_ptr():
            self.input[: len(x)] = x

    def _join_weights(self) -> Tensor:
        """(k H, H + 1 + I): what `seen` is multiplied by."""
        w = self.weights
        return torch.cat((w.w_hh, (w.b_ih + w.b_hh).unsqueeze(1), w.w_ih), 1)

    def backward(self, gradients: CellWeights | None = None) -> None:
        """Turn `state_gradient` into totals, time step T first, with all that follows from it.

        Fills `hidden_delta`, `input_gradient`, the norms and, where asked for, the weights'
        gradients and `shares`: each chunk at once, while its numbers are in the cache.

        Args:
            gradients: where to write dL/dW, or None where only the states matter.
        """
        transposed = self.weights.w_ih.t().contiguous()
        self._sums.zero_()
        with np.errstate(all="ignore"):
            for part in self._carry_back():
                torch.matmul(transposed, self.input_delta[part], out=self.input_gradient[part])
                self._measure(part)
                if gradients is not None:
                    self._add_weight_terms(part)
        if gradients is not None:
            self._write_weight_gradients(gradients)

    def measure_dead_share(self) -> float:
        """Share of units whose phi' is 0 at every time step of every sample; NaN with gates."""
        return math.nan

    @abstractmethod
    def _carry_back(self) -> Iterator[slice]:
        """Go back from T to 1; yields each chunk of `hidden_delta` as soon as it is filled."""

    def _measure(self, part: slice) -> None:
        """Norms of a chunk of the pass."""
        h, x, blocks = self._rows
        self.norms_h[part] = measure_rows(h[part])
        self.norms_x[part] = measure_rows(x[part])
        self.norms_blocks[part] = measure_rows(blocks[part])

    def _add_weight_terms(self, whole: slice) -> None:
        units = self.units
        for start in range(whole.start, whole.stop, len(self._terms)):
            part = slice(start, min(start + len(self._terms), whole.stop))
            largest = float(self.norms_blocks[part].max())
            if not self.has_own_input_delta:
                products, lift = self._multiply(slice(None), self.hidden_delta[part], part, largest)
                self._sums.add_(products.sum(0), alpha=1.0 / lift)
            else:
                arriving = self.input_delta[part]
                own = float(measure_rows(arriving.numpy()).max())
                products, lift = self._multiply(slice(units, None), arriving, part, own)
                self._sums[units + 1 :].add_(products.sum(0), alpha=1.0 / lift)
                hidden = self.hidden_delta[part]
                products, lift = self._multiply(slice(units + 1), hidden, part, largest)
                self._sums[: units + 1].add_(products.sum(0), alpha=1.0 / lift)
            self.shares[part] = measure_rows(products[:, :units].numpy()) / lift

    def _multiply(
        self, rows: slice, delta: Tensor, part: slice, largest: float
    ) -> tuple[Tensor, float]:
        """(chunk, rows, k H) some rows of seen_t times delta_t^T and a power of two, and that.

        The products of float32 numbers near 1e-38 would be denormal, which processors handle
        many times slower; multiplying by a power of two and dividing the sum again is exact.
        """
        lift = 1.0
        if delta.dtype == torch.float32 and 0.0 < largest < _TINY:
            delta, lift = delta * _LIFT, _LIFT
        seen = self.seen[part, rows]
        products = self._terms[: len(seen), : seen.shape[1]]
        torch.bmm(seen, delta.transpose(1, 2), out=products)
        return products, lift

    def _write_weight_gradients(self, out: CellWeights) -> None:
        of_hidden, of_input = self._sums[: self.units + 1], self._sums[-1 - self.inputs :]
        out.w_hh.copy_(of_hidden[:-1].t())
        out.b_hh.copy_(of_hidden[-1])
        out.b_ih.copy_(of_input[0])
        out.w_ih.copy_(of_input[1:].t())

    def pre_activations(self, time_step: int) -> Tensor:
        """(k H, B) of each block in the last forward pass, torch's order; computed again."""
        return torch.mm(self._join_weights(), self.seen[time_step - 1])

    @abstractmethod
    def block_values(self, time_step: int) -> Tensor:
        """(k H, B) what the pass made of the pre-activations: gates, candidate or state."""

    @abstractmethod
    def block_slopes(self, time_step: int) -> Floats:
        """(k H, B) phi' of each block, 0 for a forced gate; a block counts without the others."""

    def around(self, time_step: int) -> Tensor | None:
        """(H, B) what of dL/dh_t goes on without passing a pre-activation; None: nothing."""
        del time_step
        return None

    def measure_gate_means(self) -> NDArray[np.float64]:
        """(T, gates) mean over batch and units of each gate."""
        return np.empty((self.time_steps, 0))

    def gate(self, name: str) -> Tensor:
        """(T, H, B) the values of a gate in the last forward pass."""
        raise KeyError(name)
