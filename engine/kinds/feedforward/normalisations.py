"""Batch, layer and RMS normalisation: forward, and backward written out.

y = gamma * x_hat + beta, x_hat = (x - mean) / sqrt(var + eps) with the biased
variance, over the batch (batch) or over the units (layer); RMS has no mean and no
beta. x, y, x_hat: (B, n); gamma, beta: (n,).
Sources: Ioffe and Szegedy 2015; Ba et al. 2016; Zhang and Sennrich 2019.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from engine.numerics.parameters import Parameter

NORM_EPS = 1e-5
_RUNNING_SHARE = 0.1


class Normalisation:
    """One layer's normalisation of one kind."""

    def __init__(
        self,
        kind: Literal["batch", "layer", "rms"],
        gamma: Parameter,
        beta: Parameter,
        running: tuple[Tensor, Tensor],
        batch: int,
    ) -> None:
        self._kind = kind
        self._axis = 0 if kind == "batch" else 1
        self._gamma = gamma
        self._beta = beta
        self._running_mean, self._running_variance = running
        self._normalised = gamma.value.new_zeros((batch, len(gamma.value)))
        self._mean = gamma.value.new_zeros(len(gamma.value))
        self._variance = gamma.value.new_ones(len(gamma.value))
        self._inverse = gamma.value.new_ones(())

    def forward(self, x: Tensor, out: Tensor) -> None:
        """Write y; batch normalisation uses the statistics of this batch."""
        if self._kind == "rms":
            centred = x
        else:
            self._mean = x.mean(self._axis, keepdim=True)
            centred = x - self._mean
        self._variance = (centred * centred).mean(self._axis, keepdim=True)
        self._inverse = (self._variance + NORM_EPS).rsqrt()
        torch.mul(centred, self._inverse, out=self._normalised)
        self._scale(self._normalised, out)

    def backward(self, gradient: Tensor, out: Tensor) -> None:
        """Write dL/dx from dL/dy (they may be one tensor), and the gradients of gamma, beta.

        dL/dx = (g - mean(g) - x_hat mean(g x_hat)) / sqrt(var + eps), g = gamma dL/dy,
        means over the batch or the units; without the second term for RMS.
        """
        torch.sum(gradient * self._normalised, 0, out=self._gamma.gradient)
        if self._kind != "rms":
            torch.sum(gradient, 0, out=self._beta.gradient)
        inner = gradient * self._gamma.value
        along = (inner * self._normalised).mean(self._axis, keepdim=True)
        torch.sub(inner, self._normalised * along, out=out)
        if self._kind != "rms":
            out.sub_(inner.mean(self._axis, keepdim=True))
        out.mul_(self._inverse)

    def accept_batch(self) -> None:
        """Let the running mean and (unbiased) variance follow the last batch."""
        if self._kind != "batch":
            return
        rows = len(self._normalised)
        unbiased = rows / (rows - 1) if rows > 1 else 1.0
        self._running_mean.lerp_(self._mean.view(-1), _RUNNING_SHARE)
        self._running_variance.lerp_(self._variance.view(-1) * unbiased, _RUNNING_SHARE)

    def predict(self, x: Tensor) -> Tensor:
        """Y for any number of rows; batch normalisation uses its running statistics."""
        if self._kind == "batch":
            centred = x - self._running_mean
            inverse = (self._running_variance + NORM_EPS).rsqrt()
        else:
            centred = x - x.mean(1, keepdim=True) if self._kind == "layer" else x
            inverse = ((centred * centred).mean(1, keepdim=True) + NORM_EPS).rsqrt()
        normalised = centred * inverse
        self._scale(normalised, normalised)
        return normalised

    def _scale(self, normalised: Tensor, out: Tensor) -> None:
        torch.mul(normalised, self._gamma.value, out=out)
        if self._kind != "rms":
            out.add_(self._beta.value)
