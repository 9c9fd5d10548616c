"""Small random recurrent networks with a batch, as data for the tests."""

from __future__ import annotations

import numpy as np
import torch

from engine.documents import from_builtins, with_values
from engine.kinds.recurrent.network import RecurrentNetwork
from engine.numerics.losses import evaluate_loss
from engine.records.dataset import Dataset

TASKS = {"last": "adding", "mean": "adding", "all": "recall"}


def make_experiment(batch=5, dtype="float64", seed=0, **network):
    """An experiment whose task fits its read-out; the data may be anything."""
    readout = network.setdefault("readout", "last")
    return from_builtins(
        {
            "format": "gradient-theatre/1",
            "seed": seed,
            "task": {"name": TASKS[readout], "batch_size": batch},
            "network": {"kind": "recurrent", "cell": "rnn", "hidden": 6, **network},
            "training": {"dtype": dtype},
        }
    )


def make_dataset(time_steps=7, readout="last", tokens=False, loss="ce", seed=0, rows=5):
    """Random sequences of 3 numbers, or of 11 words, with 4 outputs."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, time_steps, 3)).astype(np.float32)
    if tokens:
        x = rng.integers(0, 11, (rows, time_steps))
    shape = (rows, time_steps) if readout == "all" else (rows,)
    if loss == "ce":
        y = rng.integers(0, 4, shape)
    else:
        y = rng.normal(size=(*shape, 4)).astype(np.float32)
    return Dataset(
        train_x=x,
        train_y=y,
        held_out_x=x,
        held_out_y=y,
        loss=loss,
        inputs=11 if tokens else 3,
        outputs=4,
        input_names=("a", "b", "c"),
        class_names=tuple("wxyz"),
        is_tokens=tokens,
        vocabulary=tuple(f"word {i}" for i in range(11)) if tokens else (),
    )


def randomise_biases(network, seed=1):
    """Biases other than zero, so that a forgotten one is noticed."""
    generator = torch.Generator().manual_seed(seed)
    for parameter in network.parameters:
        if parameter.name.startswith("b"):
            drawn = torch.randn(parameter.value.shape, generator=generator, dtype=torch.float64)
            parameter.value.copy_(0.3 * drawn)


def run_pass(experiment, dataset, biases=True):
    """A network after forward and backward of the whole data set, and its loss."""
    network = RecurrentNetwork(experiment, dataset)
    if biases:
        randomise_biases(network)
    x = torch.from_numpy(dataset.train_x.copy())
    y = torch.from_numpy(dataset.train_y.copy())
    output = network.forward(x)
    loss, gradient = evaluate_loss(
        dataset.loss, output, y.to(output.dtype) if dataset.loss == "mse" else y
    )
    network.backward(gradient)
    return network, loss


def with_network(experiment, **values):
    """The experiment with other values in its network."""
    return with_values(experiment, [(f"network.{name}", value) for name, value in values.items()])
