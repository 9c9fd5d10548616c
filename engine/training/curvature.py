"""The largest eigenvalue of the loss's Hessian, from differences of our own gradient.

Measured on a copy of the network in float64, on the batch that the next update takes: the run
keeps no mark of it. H v is (g(w + h v) - g(w - h v)) / 2 h, g the gradient of the mean loss with
respect to all active parameters, v of length 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import torch
from msgspec import structs
from torch import Tensor

from engine.document.experiment import Experiment
from engine.kinds.network import Network
from engine.kinds.table import kind_of
from engine.numerics.losses import evaluate_loss
from engine.records.dataset import Dataset

ITERATIONS = 20
_NOTHING_NEW = 1e-9
"""Of the Hessian's size: what is less of a product is error of the differences."""
_REACH = 1e-8
"""Short, since kinks of the activations on the way would be taken for curvature."""
_HAIR = 100.0
"""Reaches by which biases of exactly 0 are moved."""
_SEED = 0


class Measured(Protocol):
    """What of a run is looked at."""

    experiment: Experiment
    dataset: Dataset
    network: Network
    must_hurry: Callable[[], bool]

    def draw_batch(self) -> tuple[Tensor, Tensor]:
        """The batch, x and y, that the next update takes."""


class GivenUp(Exception):
    """Someone waits for the run."""


@np.errstate(all="ignore")
def measure_largest_eigenvalue(run: Measured, iterations: int = ITERATIONS) -> float | None:
    """lambda_max of the Hessian of the mean loss; None where it is no finite number.

    Of all combinations of the vectors of a power iteration the steepest is taken (Lanczos): as
    many products with the Hessian come much nearer, and an eigenvalue that is negative and
    larger in size is not in the way.

    Raises:
        GivenUp: where the run is waited for meanwhile.
    """
    multiply, vector = _prepare(run)
    value = _iterate(multiply, vector, iterations)
    return value if np.isfinite(value) else None


def _iterate(multiply: Callable[[Tensor], Tensor], start: Tensor, iterations: int) -> float:
    """The largest eigenvalue of the tridiagonal matrix that the Hessian is in these vectors."""
    vector, before = start / start.norm(), torch.zeros_like(start)
    diagonal: list[float] = []
    beside: list[float] = []
    for _ in range(iterations):
        product = multiply(vector)
        diagonal.append(float(vector.dot(product)))
        product.sub_(vector, alpha=diagonal[-1])
        if beside:
            product.sub_(before, alpha=beside[-1])
        length = float(product.norm())
        if not np.isfinite(length):
            return float("nan")
        if length <= _NOTHING_NEW * max(map(abs, (*diagonal, *beside))):
            break
        beside.append(length)
        before, vector = vector, product.div_(length)
    sides = beside[: len(diagonal) - 1]
    matrix = np.diag(diagonal) + np.diag(sides, 1) + np.diag(sides, -1)
    return float(np.linalg.eigvalsh(matrix)[-1])


def _prepare(run: Measured) -> tuple[Callable[[Tensor], Tensor], Tensor]:
    """What multiplies a vector by the Hessian, and a vector to start from."""
    training = structs.replace(run.experiment.training, dtype="float64")
    experiment = structs.replace(run.experiment, training=training)
    network = kind_of(experiment.network).build(experiment, run.dataset)
    network.parameters.value.copy_(run.network.parameters.value)
    network.statistics.copy_(run.network.statistics)
    x, y = (part.double() if part.is_floating_point() else part for part in run.draw_batch())
    here = network.parameters.value.clone()
    reach = _REACH * max(1.0, float(here.norm()))
    # With biases of 0 pre-activations can lie exactly on a kink, whose jump of the slope is no
    # curvature; a hair below it the slope is the one that the pass takes there.
    for name, part in network.parameters.split(here).items():
        if network.parameters[name].is_active and part.dim() == 1:
            part.masked_fill_(part == 0.0, -_HAIR * reach)

    def differentiate() -> Tensor:
        network.backward(evaluate_loss(run.dataset.loss, network.forward(x), y)[1])
        return network.parameters.gradient.clone()

    def multiply(vector: Tensor) -> Tensor:
        if run.must_hurry():
            raise GivenUp
        value = network.parameters.value
        torch.add(here, vector, alpha=reach, out=value)
        above = differentiate()
        torch.add(here, vector, alpha=-reach, out=value)
        return above.sub_(differentiate()).div_(2.0 * reach)

    gradient = differentiate()
    # The gradient leans towards steep directions; a little of every direction comes with it.
    start = torch.zeros_like(here)
    generator = torch.Generator().manual_seed(_SEED)
    for name, part in network.parameters.split(start).items():
        if network.parameters[name].is_active:
            part.normal_(generator=generator)
    length = float(gradient.norm())
    if length > 0.0 and np.isfinite(length):
        start = start / start.norm() + gradient / length
    return multiply, start
