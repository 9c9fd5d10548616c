"""The losses, mean-reduced as in torch, with the gradient at the network's output."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.tasks.dataset import LossName


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
    if loss == "mse" or not bool(torch.isfinite(output).all()):
        return None
    if loss == "ce":
        return float((output.argmax(-1) == target).double().mean())
    is_right = (output.numpy() > 0.0) == (target.reshape(output.shape).numpy() > 0.5)
    return float(np.count_nonzero(is_right)) / float(is_right.size)


def measure_r2(output: Tensor, target: Tensor) -> float:
    """Coefficient of determination, 1 - SS_residual / SS_total, SS summed over all outputs.

    NaN where the targets do not vary.
    """
    wanted = target.reshape(output.shape).double()
    residual = float(((output.double() - wanted) ** 2).sum())
    total = float(((wanted - wanted.mean(0)) ** 2).sum())
    return 1.0 - residual / total if total > 0.0 else math.nan
