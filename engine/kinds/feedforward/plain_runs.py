"""Runs of equal layers without normalisation and skips, in loops of as few calls as can be.

A call from Python costs as much as the arithmetic of a narrow layer: where nothing
stands between W, phi and the next layer, a run goes forward in two calls a layer and
backward in two, and phi' of all its layers is taken at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.kinds.feedforward.buffers import PassBuffers, Plan
from engine.kinds.feedforward.layers import DenseLayer
from engine.numerics.parameters import Parameters
from engine.numerics.reductions import Floats


class PlainRun:
    """Layers of one width and activation: a_l = phi(W_l a_{l-1} + b_l)."""

    def __init__(self, buffers: PassBuffers, layers: Sequence[DenseLayer]) -> None:
        self.first = layers[0].first
        last = layers[-1].first
        self._activation = layers[0].activation
        self._slope = layers[0].slope
        self._z = buffers.pre_activation.between(self.first, last)
        self._a = buffers.output.between(self.first, last)
        self._derivative = buffers.derivative.between(self.first, last)
        self._forward: list[tuple[Tensor, Tensor, Tensor, Tensor, Tensor]] = []
        self._backward: list[tuple[Floats, Floats, Floats, Tensor, Tensor, Tensor]] = []
        for layer in layers:
            own, weight = layer.buffers, layer.weight.value
            assert layer.bias is not None
            self._forward.append(
                (layer.bias.value, own.input, weight.t(), own.pre_activation, own.output)
            )
            gradient = own.pre_activation_gradient
            # numpy multiplies small arrays in half of torch's time.
            factors = own.output_gradient.numpy(), own.derivative.numpy(), gradient.numpy()
            self._backward.append((*factors, gradient, weight, own.branch))
        self._backward.reverse()

    def forward(self) -> None:
        """z, a and phi' of all layers."""
        multiply, write_value, slope = torch.addmm, self._activation.write_value, self._slope
        for bias, below, weight, z, a in self._forward:
            multiply(bias, below, weight, out=z)
            write_value(z, slope, a)
        self._activation.write_derivative(self._z, self._a, slope, self._derivative)

    def backward(self) -> None:
        """dL/dz = phi' * dL/da and dL/da below = dL/dz W, layer by layer."""
        scale, multiply = np.multiply, torch.mm
        for gradient, derivative, product, arriving, weight, below in self._backward:
            scale(gradient, derivative, out=product)
            multiply(arriving, weight, out=below)


Part = DenseLayer | PlainRun


def join_plain_layers(plan: Plan, buffers: PassBuffers, layers: Sequence[DenseLayer]) -> list[Part]:
    """The network in the order of its layers, plain neighbours joined."""
    ends = plan.ends()
    documents = plan.network.unrolled()

    def describe(layer: DenseLayer) -> tuple[object, ...]:
        end = layer.first
        is_plain = (
            not plan.has_pre_order
            and not layer.has_skip
            and layer.normalisation is None
            and end - 1 not in ends
        )
        widths = plan.widths[end - 1 : end + 1]
        document = documents[end - 1]
        # A layer that is not plain is a part of its own.
        return (document.activation, document.leaky_slope, widths) if is_plain else (end,)

    parts: list[Part] = []
    for description, group in itertools.groupby(layers, describe):
        if len(description) == 1:
            parts.extend(group)
        else:
            parts.append(PlainRun(buffers, list(group)))
    return parts


@dataclass(frozen=True, slots=True)
class WeightGradients:
    """Neighbours whose W have one shape: their gradients are taken in one product."""

    inputs: Tensor
    """(R, B, n_{l-1}) what W multiplies."""
    gradients: Tensor
    """(R, B, n_l) dL/dz."""
    weights: Tensor
    """(R, n_l, n_{l-1}) where dL/dW goes."""
    biases: Tensor
    """(R, n_l) where dL/db goes."""
    unbiased: list[int]
    """Rows without a bias."""

    @staticmethod
    def of(buffers: PassBuffers, parameters: Parameters, first: int, last: int) -> WeightGradients:
        """View the buffers of layers first ... last."""
        below = 0 if buffers.plan.has_pre_order else 1
        biases = [f"b.{layer}" for layer in range(first, last + 1)]
        weights = [f"W.{layer}" for layer in range(first, last + 1)]
        return WeightGradients(
            buffers.weight_input.between(first - below, last - below),
            buffers.pre_activation_gradient.between(first, last),
            parameters.stacked(weights, parameters.gradient),
            parameters.stacked(biases, parameters.gradient),
            [row for row, name in enumerate(biases) if not parameters[name].is_active],
        )

    def take(self) -> None:
        """dL/dW = dL/dz^T a and dL/db = sum over the batch of dL/dz."""
        torch.bmm(self.gradients.transpose(1, 2), self.inputs, out=self.weights)
        torch.sum(self.gradients, 1, out=self.biases)
        for row in self.unbiased:
            self.biases[row].zero_()
