"""What is counted while a pass runs, some layers at a time, as long as they are in the cache."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.buffers import Bank
from engine.frames import HALF_OCTAVES, SHOWN_UNITS
from engine.parameters import Parameters
from engine.pass_buffers import PassBuffers
from engine.statistics import Reductions, shares_of_dead_units, sum_blocks
from engine.trace_layout import TraceLayout

F64 = NDArray[np.float64]

MAX_LINKED_LAYERS = 64
"""Links are drawn one by one only up to this depth."""
_NUMBERS_AT_ONCE = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Neighbours whose W have one shape, few enough to stay in the cache: (R, B, n) each."""

    first: int
    last: int
    pre_activations: Tensor | None
    """None where z is looked at later, since some layers keep it elsewhere."""
    outputs: Tensor
    derivatives: Tensor
    output_gradients: Tensor
    pre_activation_gradients: Tensor
    weight_inputs: Tensor
    weights: Tensor
    weight_gradients: Tensor
    bias_gradients: Tensor
    unbiased: list[int]
    """Rows without a bias."""

    @property
    def place(self) -> slice:
        """In arrays over layers."""
        return slice(self.first - 1, self.last)

    def take_weight_gradients(self) -> None:
        """dL/dW = dL/dz^T a and dL/db = sum over the batch of dL/dz, in one product."""
        torch.bmm(
            self.pre_activation_gradients.transpose(1, 2),
            self.weight_inputs,
            out=self.weight_gradients,
        )
        torch.sum(self.pre_activation_gradients, 1, out=self.bias_gradients)
        for row in self.unbiased:
            self.bias_gradients[row].zero_()


def group_layers(buffers: PassBuffers, parameters: Parameters) -> list[Group]:
    """Cut the network into groups, layer 1 first."""
    groups = []
    for begin, end in buffers.plan.list_runs():
        width = max(buffers.plan.widths[begin - 1 : begin + 1])
        length = max(1, _NUMBERS_AT_ONCE // (buffers.batch * width))
        for first in range(begin, end + 1, length):
            last = min(first + length - 1, end)
            groups.append(_make_group(buffers, parameters, first, last))
    return groups


def _make_group(buffers: PassBuffers, parameters: Parameters, first: int, last: int) -> Group:
    below = 0 if buffers.plan.has_pre_order else 1
    weights = [f"W.{layer}" for layer in range(first, last + 1)]
    biases = [f"b.{layer}" for layer in range(first, last + 1)]
    z = None if buffers.plan.has_pre_order else buffers.pre_activation.between(first, last)
    return Group(
        first=first,
        last=last,
        pre_activations=z,
        outputs=buffers.output.between(first, last),
        derivatives=buffers.derivative.between(first, last),
        output_gradients=buffers.output_gradient.between(first, last),
        pre_activation_gradients=buffers.pre_activation_gradient.between(first, last),
        weight_inputs=buffers.weight_input.between(first - below, last - below),
        weights=parameters.stacked(weights, parameters.value),
        weight_gradients=parameters.stacked(weights, parameters.gradient),
        bias_gradients=parameters.stacked(biases, parameters.gradient),
        unbiased=[row for row, name in enumerate(biases) if not parameters[name].is_active],
    )


class PassStatistics:
    """Sums that are gathered group by group, and finished when the pass is over.

    float32 sums are taken while a group is at hand; those that could have lost
    something, and all of float64, are taken carefully at the end.
    """

    def __init__(self, buffers: PassBuffers, layout: TraceLayout, reductions: Reductions) -> None:
        depth = layout.plan.depth
        self._buffers = buffers
        self._layout = layout
        self._reductions = reductions
        self._is_quick = buffers.output[0].dtype == torch.float32
        self._z = np.zeros((2, depth))
        self._a = np.zeros((2, depth))
        self._g_a = np.zeros(depth + 1)
        self._g_z = np.zeros(depth)
        self.saturated = np.empty(depth)
        self.dead = np.empty(depth)
        self.unit_rms = np.zeros((depth + 1, SHOWN_UNITS), dtype=np.float32)
        self.link_rms = np.zeros((0, 0, 0), dtype=np.float32)
        self.histogram = np.zeros((0, 0), dtype=np.int32)

    def look_forward(self, group: Group) -> None:
        """After the group's forward pass."""
        place = group.place
        if self._is_quick:
            if group.pre_activations is not None:
                self._z[:, place] = sum_blocks(group.pre_activations)
            self._a[:, place] = sum_blocks(group.outputs)
        saturated = self._reductions.shares_below(group.derivatives, self._layout.thresholds[place])
        self.saturated[place] = saturated
        # A unit can only be dead where as many entries as samples are saturated.
        if np.all(saturated * group.derivatives.shape[2] < 1.0):
            self.dead[place] = 0.0
        else:
            self.dead[place] = shares_of_dead_units(group.derivatives)

    def begin_backward(self, is_watched: bool, counts_histograms: bool) -> None:
        """Before the backward pass: fresh arrays where they are handed out as they are."""
        self._is_watched = is_watched
        self._counts = is_watched and counts_histograms
        depth = self._layout.plan.depth
        rows = depth if self._counts else 0
        self.histogram = np.empty((rows, HALF_OCTAVES if rows else 0), dtype=np.int32)
        rows = depth if self._counts and depth <= MAX_LINKED_LAYERS else 0
        units = SHOWN_UNITS if rows else 0
        self.link_rms = np.zeros((rows, units, units), dtype=np.float32)

    def look_backward(self, group: Group) -> None:
        """After the group's backward pass."""
        place, shown = group.place, self._layout.shown_units
        if self._is_quick:
            self._g_a[group.first : group.last + 1] = sum_blocks(group.output_gradients)[1]
        if not self._is_watched:
            return
        if self._is_quick:
            self._g_z[place] = sum_blocks(group.pre_activation_gradients)[1]
        above = shown[group.last][shown[group.last] >= 0]
        self._write_unit_rms(group.first, group.output_gradients, above)
        if self._counts:
            self._reductions.count_half_octaves(group.output_gradients, self.histogram[place])
        if len(self.link_rms):
            below = shown[group.first - 1][shown[group.first - 1] >= 0]
            weights = np.abs(group.weights.numpy()[:, above[:, None], below])
            norms = self._reductions.column_norms(group.pre_activation_gradients, above)
            rms = norms * math.sqrt(self._buffers.batch)
            self.link_rms[place, : len(above), : len(below)] = weights * rms[:, :, None]

    def _write_unit_rms(self, first: int, rows: Tensor, units: NDArray[np.int32]) -> None:
        norms = self._reductions.column_norms(rows, units) * math.sqrt(self._buffers.batch)
        self.unit_rms[first : first + len(norms), : len(units)] = norms

    def finish_backward(self) -> F64:
        """(L+1) norms of dL/da_l; the input's are looked at now."""
        bank = self._buffers.output_gradient
        if self._is_quick:
            self._g_a[0] = sum_blocks(bank.between(0, 0))[1][0]
        if self._is_watched:
            shown = self._layout.shown_units[0]
            self._write_unit_rms(0, bank.between(0, 0), shown[shown >= 0])
        return self._finish_norms(bank, self._g_a)

    def finish_pre_activation_norms(self) -> F64:
        """(L) norms of dL/dz_l."""
        return self._finish_norms(self._buffers.pre_activation_gradient, self._g_z)

    def _finish_norms(self, bank: Bank, squares: F64) -> F64:
        norms = np.empty(len(squares))
        for place, stack in bank.list_places():
            known = squares[place] if self._is_quick else None
            norms[place] = self._reductions.finish_norms(stack, known)
        return norms

    def finish_moments(self) -> tuple[F64, F64, F64, F64]:
        """(L) each: mean and deviation of z_l, mean and deviation of a_l."""
        a = self._finish_moments(self._buffers.output, self._a, 1)
        if not self._layout.plan.has_pre_order:
            return *self._finish_moments(self._buffers.pre_activation, self._z, 0), *a
        # Where z is the layer's output itself, it is known already.
        z_mean, z_std = a[0].copy(), a[1].copy()
        bank = self._buffers.pre_activation
        layers = np.array(bank.layers, dtype=np.int64) - 1
        for place, stack in bank.list_places():
            z_mean[layers[place]], z_std[layers[place]] = self._reductions.moments(stack)
        return z_mean, z_std, *a

    def _finish_moments(self, bank: Bank, known: F64, skipped: int) -> tuple[F64, F64]:
        means, deviations = np.empty(known.shape[1]), np.empty(known.shape[1])
        for place, stack in bank.list_places():
            own = slice(max(place.start - skipped, 0), place.stop - skipped)
            if own.stop <= own.start:
                continue
            rows = stack[len(stack) - (own.stop - own.start) :]
            sums = known[:, own] if self._is_quick else None
            means[own], deviations[own] = self._reductions.finish_moments(rows, sums)
        return means, deviations
