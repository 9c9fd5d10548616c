"""The losses, mean-reduced as in torch, with the gradient at the network's output."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.numerics.reductions import is_all_finite
from engine.records.dataset import LossName


def evaluate_loss(loss: LossName, output: Tensor, target: Tensor) -> tuple[float, Tensor]:
    """The mean loss and its gradient with respect to the output, of the output's shape.

    Args:
        loss: "mse": mean over all numbers of (output - target)^2; "bce": mean over all
            logits of softplus(o) - y o; "ce": mean over samples (and time steps) of
            -log softmax(o)[y].
        output: (B, k) or (B, T, k).
        target: of the output's shape for mse; bce: the same without the last axis of 1,
            or with it; ce: int64 classes without the last axis.
    """
    if loss == "ce":
        logs = torch.log_softmax(output, -1)
        classes = target.unsqueeze(-1)
        count = classes.numel()
        gradient = logs.exp().div_(count)
        gradient.scatter_add_(-1, classes, torch.full_like(logs[..., :1], -1.0 / count))
        return -float(logs.gather(-1, classes).sum()) / count, gradient
    wanted = target.reshape(output.shape)
    if loss == "bce":
        mean = functional.binary_cross_entropy_with_logits(output, wanted)
        return float(mean), torch.sigmoid(output).sub_(wanted).div_(output.numel())
    difference = output - wanted
    return float((difference * difference).mean()), difference.mul_(2.0 / output.numel())


def measure_accuracy(loss: LossName, output: Tensor, target: Tensor) -> float | None:
    """Share of right answers (over samples, and time steps where all have one).

    None for mse, and where an output is not finite: NaN > 0 is false, but it is no answer.
    """
    if loss == "mse" or not is_all_finite(output):
        return None
    if loss == "ce":
        return float((output.argmax(-1) == target).double().mean())
    is_right = (output.numpy() > 0.0) == (target.reshape(output.shape).numpy() > 0.5)
    return float(np.count_nonzero(is_right)) / float(is_right.size)


class Score:
    """Loss, accuracy and R2 over all targets, of outputs that come part by part.

    Args:
        loss: as for `evaluate_loss`.
        target: all of them.
    """

    def __init__(self, loss: LossName, target: Tensor) -> None:
        self._name = loss
        self._count = target.numel()
        self._loss = self._right = self._residual = 0.0
        self._is_finite = True
        self._spread = math.nan
        if loss == "mse":
            wanted = target.double()
            self._spread = float(((wanted - wanted.mean(0)) ** 2).sum())

    def add(self, output: Tensor, target: Tensor) -> None:
        """Count a part in; every target must come once."""
        count = target.numel()
        self._loss += count * evaluate_loss(self._name, output, target)[0]
        if self._name == "mse":
            wanted = target.reshape(output.shape).double()
            self._residual += float(((output.double() - wanted) ** 2).sum())
            return
        accuracy = measure_accuracy(self._name, output, target)
        self._is_finite &= accuracy is not None
        self._right += round(count * (accuracy or 0.0))

    @property
    def loss(self) -> float:
        """Mean over all targets; NaN without any."""
        return self._loss / self._count if self._count else math.nan

    @property
    def accuracy(self) -> float | None:
        """Share of right answers; None for mse, and where an output is not finite."""
        if self._name == "mse" or not self._is_finite or not self._count:
            return None
        return self._right / self._count

    @property
    def r2(self) -> float | None:
        """Coefficient of determination, 1 - SS_residual / SS_total, SS summed over all outputs.

        NaN where the targets do not vary; None but for mse.
        """
        if self._name != "mse":
            return None
        return 1.0 - self._residual / self._spread if self._spread > 0.0 else math.nan
