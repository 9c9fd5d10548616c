"""A fully recorded iteration of ours against a bare iteration of autograd, interleaved."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import torch
from torch import nn

from engine.document import from_builtins
from engine.experiment import Experiment
from engine.tasks.datasets import load
from engine.training import FULL, Run

SIZES = tuple((depth, width) for width in (64, 128) for depth in (20, 50, 200, 1000))
BATCH = 64
_SECONDS_PER_SIZE = 6.0
_LEAST_ROUNDS = 5


def make_experiment(depth: int, width: int) -> Experiment:
    """Tanh layers on the insurance task, trained by SGD."""
    return from_builtins(
        {
            "format": "gradient-theatre/1",
            "task": {"name": "insurance", "batch_size": BATCH},
            "network": {
                "kind": "feedforward",
                "layers": [{"units": width, "activation": "tanh", "repeat": depth}],
                "initialisation": {"scheme": "xavier_uniform"},
            },
            "training": {"learning_rate": 0.01},
        }
    )


def make_bare_iteration(run: Run) -> Callable[[], None]:
    """Forward, backward and the fused update by autograd, on the same batches, unrecorded."""
    experiment = run.experiment
    widths = [run.dataset.inputs, *(layer.units for layer in experiment.network.unrolled())]
    parts: list[nn.Module] = []
    for before, after in zip(widths[:-1], widths[1:], strict=True):
        linear = nn.Linear(before, after)
        nn.init.xavier_uniform_(linear.weight)
        nn.init.zeros_(linear.bias)
        parts += [linear, nn.Tanh()]
    model = nn.Sequential(*parts, nn.Linear(widths[-1], 1))
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01, fused=True)
    loss = nn.BCEWithLogitsLoss()

    def iterate() -> None:
        x, y = run.draw_batch()
        optimiser.zero_grad()
        loss(model(x)[:, 0], y).backward()
        optimiser.step()

    return iterate


def measure_ratio(depth: int, width: int) -> float:
    """Median over rounds of (ours : bare), each round timing both, one after the other."""
    experiment = make_experiment(depth, width)
    run = Run(experiment, load(experiment, None))
    bare = make_bare_iteration(run)
    ratios: list[float] = []
    begin = time.perf_counter()
    while len(ratios) < _LEAST_ROUNDS + 1 or time.perf_counter() - begin < _SECONDS_PER_SIZE:
        first = time.perf_counter()
        run.advance(FULL)
        middle = time.perf_counter()
        bare()
        ratios.append((middle - first) / (time.perf_counter() - middle))
    return statistics.median(ratios[1:])


def measure() -> dict[str, float]:
    """Ratios by size, and the largest of them; the goal is at most 1.0."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        ratios = {
            f"engine_{depth}x{width}": round(measure_ratio(depth, width), 3)
            for depth, width in SIZES
        }
    finally:
        torch.set_num_threads(threads)
    return {**ratios, "engine_worst": max(ratios.values())}
