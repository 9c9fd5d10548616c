"""The same network in plain torch with autograd, written from the check format gt-dump/1."""

from __future__ import annotations

import math
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine.document.experiment import Experiment
from engine.kinds.feedforward.spec import Feedforward, Layer

Arrays = dict[str, Tensor]


def activate(layer: Layer, u: Tensor) -> Tensor:
    match layer.activation:
        case "leaky_relu":
            return functional.leaky_relu(u, layer.leaky_slope)
        case "gelu_tanh":
            return functional.gelu(u, approximate="tanh")
        case "linear":
            return u * 1.0
        case "softplus":
            return functional.softplus(u, threshold=1e9)
        case "sin" | "tanh" | "sigmoid":
            return getattr(torch, layer.activation)(u)
        case name:
            return getattr(functional, name)(u)


def normalise(layer: Layer, index: int, x: Tensor, arrays: Arrays) -> Tensor:
    gamma, beta = arrays.get(f"gamma.{index}"), arrays.get(f"beta.{index}")
    match layer.normalisation:
        case "batch":
            return functional.batch_norm(x, None, None, gamma, beta, training=True, eps=1e-5)
        case "layer":
            return functional.layer_norm(x, x.shape[1:], gamma, beta, 1e-5)
        case "rms":
            return functional.rms_norm(x, x.shape[1:], gamma, 1e-5)
        case _:
            return x


def compute_loss(loss: str, output: Tensor, y: Tensor) -> Tensor:
    if loss == "bce":
        return functional.binary_cross_entropy_with_logits(output[:, 0], y)
    return functional.mse_loss(output, y) if loss == "mse" else functional.cross_entropy(output, y)


class Opinion:
    """Loss, activations and all gradients of one pass."""

    def __init__(
        self,
        experiment: Experiment,
        arrays: dict[str, NDArray[Any]],
        x: Tensor,
        y: Tensor,
        loss: str,
    ) -> None:
        network = experiment.network
        assert isinstance(network, Feedforward)
        self.arrays = {
            name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()
        }
        self.a = [x.clone().requires_grad_(True)]
        self.z: list[Tensor] = []
        for index, layer in enumerate(network.unrolled(), 1):
            self._add_layer(network, index, layer)
        self.output = self.a[-1] @ self.arrays["W.out"].t() + self.arrays["b.out"]
        self.output.retain_grad()
        total = compute_loss(loss, self.output, y)
        total.backward()
        self.loss = total.item()

    def _add_layer(self, network: Feedforward, index: int, layer: Layer) -> None:
        arrays, below = self.arrays, self.a[-1]
        source = network.skip_source(index)
        alpha = 1.0 if source is None else network.branch_scale()
        carried: Tensor | float = 0.0
        if source is not None:
            projection = arrays.get(f"W.skip.{index}")
            carried = self.a[source] if projection is None else self.a[source] @ projection.t()
        order = network.skip.order
        incoming = below
        if order == "pre":
            incoming = activate(layer, normalise(layer, index, below, arrays))
        z = incoming @ arrays[f"W.{index}"].t()
        if f"b.{index}" in arrays:
            z = z + arrays[f"b.{index}"]
        z.retain_grad()
        self.z.append(z)
        if order == "pre":
            a = carried + alpha * z
        elif order == "post":
            a = carried + alpha * activate(layer, normalise(layer, index, z, arrays))
        else:
            a = activate(layer, carried + alpha * normalise(layer, index, z, arrays))
        a.retain_grad()
        self.a.append(a)

    def g_a(self) -> list[float]:
        return [float(_gradient(a).norm()) for a in self.a]

    def g_z(self) -> list[float]:
        return [float(_gradient(z).norm()) for z in self.z]

    def norm(self, name: str) -> float:
        return float(_gradient(self.arrays[name]).norm()) if name in self.arrays else 0.0


def _gradient(tensor: Tensor) -> Tensor:
    assert tensor.grad is not None
    return tensor.grad


def is_close(ours: float, theirs: float, scale: float, tolerance: float = 1e-10) -> bool:
    """Whether two numbers agree relative to the larger of them and a common scale."""
    return math.isclose(ours, theirs, rel_tol=tolerance, abs_tol=tolerance * scale)
