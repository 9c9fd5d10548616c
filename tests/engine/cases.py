"""Experiments as data: the feed-forward networks on which the engine is checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from engine.document.experiment import Experiment
from engine.documents import from_builtins
from engine.kinds.feedforward.spec import NORMALISATIONS
from engine.parts import ACTIVATIONS
from engine.records.dataset import Dataset, LossName

ORDERS = ("post", "pre", "add_then_act")


def make_experiment(
    layers: list[dict[str, Any]],
    skip: dict[str, Any] | None = None,
    training: dict[str, Any] | None = None,
    *,
    seed: int = 3,
    batch_size: int = 12,
    **network: Any,
) -> Experiment:
    """A feed-forward experiment on the insurance task, whose data a test may replace."""
    return from_builtins(
        {
            "format": "gradient-theatre/1",
            "seed": seed,
            "task": {"name": "insurance", "batch_size": batch_size},
            "network": {"kind": "feedforward", "layers": layers, "skip": skip or {}, **network},
            "training": {"dtype": "float64", **(training or {})},
        }
    )


def make_dataset(
    loss: LossName = "bce", inputs: int = 3, outputs: int = 1, samples: int = 40, seed: int = 0
) -> Dataset:
    """Random numbers with targets of the right kind; half of them held out."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2 * samples, inputs)).astype(np.float32)
    if loss == "bce":
        y = rng.integers(0, 2, 2 * samples).astype(np.float32)
    elif loss == "ce":
        y = rng.integers(0, outputs, 2 * samples)
    else:
        y = rng.normal(size=(2 * samples, outputs)).astype(np.float32)
    names = tuple(f"x{index}" for index in range(inputs))
    return Dataset(x[:samples], y[:samples], x[samples:], y[samples:], loss, inputs, outputs, names)


def list_cases() -> Iterator[tuple[str, Experiment, Dataset]]:
    """Depth x activation x norm x skip x order x widths x projection: 14 * 4 * 3 and more."""
    scales: tuple[float | str, ...] = (1.0, 0.5, "1/L", "1/sqrt(L)", -0.7)
    losses = (make_dataset("bce"), make_dataset("mse", 4, 2), make_dataset("ce", 5, 3))
    count = 0
    for activation in ACTIVATIONS:
        for normalisation in NORMALISATIONS:
            for order in ORDERS:
                widths = ((6, 6, 6, 6, 6), (5, 7, 5, 7, 4, 4))[count % 2]
                every = (0, 1, 2)[(count // 2) % 3]
                layer = {"activation": activation, "normalisation": normalisation}
                layers = [{"units": width, "leaky_slope": 0.2, **layer} for width in widths]
                scale = scales[count % 5]
                skip = {"every": every, "order": order, "scale": scale}
                if count % 4 == 3:
                    skip["off"] = [2, 4]
                name = f"{activation}-{normalisation}-{order}-every{every}-{count % 2}"
                how = {"scheme": ("torch_default", "xavier_normal", "he_uniform")[count % 3]}
                experiment = make_experiment(layers, skip, seed=count, initialisation=how)
                yield name, experiment, losses[count % 3]
                count += 1
    yield from _list_mixtures(losses[0])


def _list_mixtures(dataset: Dataset) -> Iterator[tuple[str, Experiment, Dataset]]:
    """Every layer another activation, normalisation and width; deep ones; one layer."""
    for order in ORDERS:
        for every in (0, 1, 2, 3):
            layers = [
                {
                    "units": 4 + index % 3,
                    "activation": ACTIVATIONS[(3 * index + every) % 14],
                    "normalisation": NORMALISATIONS[index % 4],
                }
                for index in range(9)
            ]
            skip = {"every": every, "order": order, "scale": 0.3}
            yield f"mixed-{order}-every{every}", make_experiment(layers, skip), dataset
        deep = [{"units": 5, "activation": "tanh", "repeat": 40}]
        skip = {"every": 2, "order": order, "scale": "1/L"}
        yield f"deep-{order}", make_experiment(deep, skip), dataset
        yield f"single-{order}", make_experiment([{"units": 3}], {"order": order}), dataset
