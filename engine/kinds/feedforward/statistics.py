"""What is recorded of every layer in a pass, beside what follows from a few numbers of it.

Arrays over layers have length L, layer 1 first; over activations L + 1, the input
first. Norms are those of `engine.records.frames`. All is taken when the pass is over: to look
at a few layers at a time while they are in the cache was tried, and costs more in
calls than it saves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.kinds.feedforward.banks import Bank
from engine.kinds.feedforward.buffers import PassBuffers
from engine.kinds.feedforward.trace_layout import TraceLayout
from engine.numerics.parameters import Parameters
from engine.numerics.reductions import F64, Floats, shares_of_dead_units
from engine.numerics.row_sums import RowSums
from engine.records.record import HALF_OCTAVES

_CHUNK = 131_072
"""Entries whose flags are set, and counted while they are in the cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Derivatives:
    """phi' of neighbours of one width."""

    place: slice
    """Of them in arrays over layers."""
    stack: Tensor
    """(R, B, n)."""
    flat: Floats
    """(R, B n) the same."""
    thresholds: Floats
    """(R, 1) below which an entry counts as saturated; NaN where that means nothing."""
    sizes: F64
    """(R,) B n; NaN where saturation means nothing."""

    @staticmethod
    def of(place: slice, stack: Tensor, thresholds: F64) -> Derivatives:
        """View a stack.

        Args:
            place: of its layers in arrays over layers.
            stack: (R, B, n).
            thresholds: (R,) of saturation, or NaN.
        """
        numbers: Floats = stack.numpy()
        flat: Floats = numbers.reshape((len(stack), -1))
        limits: Floats = thresholds[:, None].copy()
        if stack.dtype == torch.float32:
            limits = limits.astype(np.float32)
        return Derivatives(
            place,
            stack,
            flat,
            limits,
            np.where(np.isnan(thresholds), np.nan, float(flat.shape[1])),
        )

    def measure(self, room: NDArray[np.bool_]) -> tuple[F64, F64]:
        """(R,) shares of saturated entries, and of dead units, which are rarely to be sought.

        Args:
            room: for one flag per entry at least.
        """
        flags = room[: self.flat.size].reshape(self.flat.shape)
        np.less(self.flat, self.thresholds, out=flags)
        saturated: F64 = [np.count_nonzero(row) for row in flags] / self.sizes
        # All samples of a dead unit are saturated; NaN, for phi that cannot saturate, is no answer.
        if (saturated * self.stack.shape[2] < 1.0).all():
            return saturated, np.zeros(len(saturated))
        return saturated, shares_of_dead_units(self.stack)


class PassStatistics:
    """Of the last pass; the memory is viewed once."""

    def __init__(self, layout: TraceLayout, buffers: PassBuffers, parameters: Parameters) -> None:
        """View the memory of all passes.

        Args:
            layout: of the settings.
            buffers: of the passes.
            parameters: of the network.
        """
        runs = layout.plan.list_runs()
        names = [[f"W.{layer}" for layer in range(first, last + 1)] for first, last in runs]

        def list_weights(vector: Tensor) -> list[Tensor]:
            return [parameters.rows(own, vector) for own in names]

        self._depth = layout.plan.depth
        self._reductions = parameters.reductions
        self._gradients = RowSums(
            [buffers.output_gradient.stacks, list_weights(parameters.gradient)], self._reductions
        )
        self._weights = RowSums([list_weights(parameters.value)], self._reductions)
        self._g_z = RowSums([buffers.pre_activation_gradient.stacks], self._reductions)
        # Where z_l is a_l itself, in the order pre, it has no memory of its own.
        self._z_places = np.array(buffers.pre_activation.layers, dtype=np.int64) - 1
        self._activations = RowSums(
            [buffers.output.stacks, buffers.pre_activation.stacks], self._reductions
        )
        self._derivatives = [
            Derivatives.of(place, rows, layout.thresholds[place])
            for place, rows in _cut(buffers.derivative)
        ]
        self._flags = np.empty(max(part.flat.size for part in self._derivatives), np.bool_)
        self._arriving = buffers.output_gradient.list_places()

    def gradient_norms(self) -> tuple[F64, F64]:
        """(L+1) norms of dL/da_l, and (L) of dL/dW_l as it is now."""
        g_a, g_weights = self._gradients.norms()
        return g_a, g_weights

    def pre_activation_gradient_norms(self) -> F64:
        """(L) norms of dL/dz_l."""
        return self._g_z.norms()[0]

    def weight_norms(self) -> F64:
        """(L) norms of W_l."""
        return self._weights.norms()[0]

    def moments(self) -> tuple[tuple[F64, F64], tuple[F64, F64]]:
        """(L) means and deviations of z_l, then of a_l."""
        (a_mean, a_std), own = self._activations.moments()
        a_mean, a_std = a_mean[1:], a_std[1:]
        z_mean, z_std = a_mean.copy(), a_std.copy()
        z_mean[self._z_places], z_std[self._z_places] = own
        return (z_mean, z_std), (a_mean, a_std)

    def saturation(self) -> tuple[F64, F64]:
        """(L) shares of entries with |phi'| below the threshold, and of dead units.

        The first is NaN where saturation means nothing; a unit is dead where phi' is 0
        for every sample.
        """
        saturated, dead = np.empty(self._depth), np.empty(self._depth)
        for derivatives in self._derivatives:
            place = derivatives.place
            saturated[place], dead[place] = derivatives.measure(self._flags)
        return saturated, dead

    def count_gradients(self) -> NDArray[np.int32]:
        """(L, HALF_OCTAVES) histograms of |dL/da_l|."""
        counts = np.empty((self._depth + 1, HALF_OCTAVES), dtype=np.int32)
        for place, stack in self._arriving:
            self._reductions.count_half_octaves(stack, counts[place])
        counts.setflags(write=False)
        return counts[1:]


def _cut(bank: Bank) -> Iterator[tuple[slice, Tensor]]:
    """Neighbouring layers of one width that fit into the cache together, and their place."""
    for place, stack in bank.list_places():
        start = place.start
        count = max(1, _CHUNK // stack[0].numel())
        for rows in torch.split(stack, count):
            yield slice(start, start + len(rows)), rows
            start += len(rows)
