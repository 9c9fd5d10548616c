"""A fully recorded iteration of ours against a bare iteration of autograd, interleaved.

Ours records, in every iteration and for every layer, what `LayerTrace` says of the layer: all
norms, their split in skip and branch, the why factors, update : weight, moments of z and a,
saturated and dead shares, and the 512-bin histogram of the gradient. Not in it is what only
the picture of single units needs, and frames on the screen alone ask for: the gradients of
the twelve drawn units of a layer with their links, and the inspected layer's histograms of z,
a and dL/dW. Autograd runs forward, backward and the fused update of SGD, and records nothing.
One thread, 64 samples, tanh layers.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import torch
from torch import nn

from engine.document.experiment import Experiment
from engine.documents import from_builtins
from engine.kinds.feedforward.spec import Feedforward
from engine.tasks.loading import load
from engine.training.run import Record, Run
from tests.benchmarks.interleaving import measure_ratio

_SIZES = tuple((depth, width) for width in (64, 128) for depth in (20, 50, 200, 1000))

GOALS = {f"engine: {depth} layers x {width}": ("<=", 1.0) for depth, width in _SIZES}

_EVERY_LAYER = Record(has_units=False)
_LAYERS_TIMED = 20_000
"""So many layers in all are timed per size, in 5 rounds at least."""


def measure() -> dict[str, float]:
    """The ratio for each depth and width."""
    torch.set_num_threads(1)
    ratios = {}
    for depth, width in _SIZES:
        experiment = make_experiment(depth, width)
        run = Run(experiment, load(experiment, None))
        rounds = min(max(5, _LAYERS_TIMED // depth), 201)
        ratio = measure_ratio(
            lambda run=run: run.advance(_EVERY_LAYER), _make_bare_iteration(run), rounds
        )
        ratios[f"engine: {depth} layers x {width}"] = ratio
    return ratios


def make_experiment(depth: int, width: int) -> Experiment:
    """Tanh layers on the insurance task, trained by SGD."""
    return from_builtins(
        {
            "format": "gradient-theatre/1",
            "task": {"name": "insurance", "batch_size": 64},
            "network": {
                "kind": "feedforward",
                "layers": [{"units": width, "activation": "tanh", "repeat": depth}],
                "initialisation": {"scheme": "xavier_uniform"},
            },
            "training": {"learning_rate": 0.01},
        }
    )


def _make_bare_iteration(run: Run) -> Callable[[], None]:
    network = run.experiment.network
    assert isinstance(network, Feedforward)
    widths = [run.dataset.inputs, *(layer.units for layer in network.unrolled())]
    parts: list[nn.Module] = []
    for before, after in itertools.pairwise(widths):
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
