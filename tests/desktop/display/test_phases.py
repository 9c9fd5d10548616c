"""Slow mode tells what clipping, decay and the update really do, for every optimiser."""

from __future__ import annotations

from dataclasses import replace as replace_record

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from desktop.display.options import Playhead
from desktop.display.phases import describe_phase
from engine.document.experiment import OPTIMISERS, Experiment, Training
from engine.numerics.optimisers import Optimiser, decay_gradient
from engine.numerics.parameters import Parameters, Shape
from tests.synthetic import make_experiment, make_trace

ADDED = "Weight decay adds λ = 0.02 times each weight to its gradient"

SHARE = "learning rate × λ = 2.0 × 10⁻³ times its size"
MOST = "learning rate × λ / (1 − momentum) = 0.020 times its size"


def tell(training: Training, phase: str = "decay", **values: object) -> str:
    experiment: Experiment = replace(make_experiment(), training=training)
    trace = replace_record(make_trace(), **values)  # type: ignore[arg-type]
    return describe_phase(experiment, trace.share(), Playhead(11.0, 12, phase=phase))  # type: ignore[arg-type]


def pull(training: Training, updates: int = 1) -> float:
    """What updates without any loss take off a weight of 1, the last one alone."""
    parameters = Parameters([Shape("W", (1, 1))], torch.float64)
    optimiser = Optimiser(parameters, training)
    update = torch.zeros_like(parameters.value)
    for _ in range(updates):
        parameters["W"].value.fill_(1.0)
        parameters.gradient.zero_()
        decay_gradient(parameters, training)
        optimiser.compute_update(update)
    if optimiser.is_plain:
        return training.learning_rate * float(parameters.gradient[0])
    return float(update[0])


@pytest.mark.parametrize(
    ("training", "words"),
    [
        (Training(), "Weight decay is off."),
        (
            Training(weight_decay=0.02),
            f"{ADDED}: the update pulls every weight towards 0 by {SHARE}.",
        ),
        (
            Training("nesterov", weight_decay=0.02),
            f"{ADDED}: the update pulls every weight towards 0 by {SHARE}.",
        ),
        (
            Training(momentum=0.9, weight_decay=0.02),
            f"{ADDED}: with momentum the pull towards 0 builds up to {MOST}.",
        ),
        (
            Training("adamw", weight_decay=0.02),
            f"Weight decay pulls every weight towards 0 by {SHARE}, beside Adam’s update.",
        ),
        (
            Training("adam", weight_decay=0.02),
            f"{ADDED}; Adam rescales both together, so that the pull is no fixed share of it.",
        ),
        (
            Training("rmsprop", weight_decay=0.02),
            f"{ADDED}; RMSprop rescales both together, so that the pull is no fixed share of it.",
        ),
        (
            Training("adamw", learning_rate=0.0, weight_decay=0.02),
            "The learning rate is 0, so that weight decay pulls no weight either.",
        ),
    ],
)
def test_weight_decay_is_told_as_it_acts(training: Training, words: str) -> None:
    assert tell(training) == words


def test_the_told_pull_is_the_one_that_acts() -> None:
    for name in OPTIMISERS:
        own = pull(Training(name, learning_rate=0.1, weight_decay=0.02))
        is_share = name in ("sgd", "nesterov", "adamw")
        assert (own == pytest.approx(0.1 * 0.02)) == is_share
    for name in ("sgd", "nesterov"):
        training = Training(name, momentum=0.9, learning_rate=0.1, weight_decay=0.02)
        assert pull(training, 300) == pytest.approx(0.1 * 0.02 / (1 - 0.9))


def test_an_update_of_nothing_is_not_told_as_a_size() -> None:
    still = tell(Training(learning_rate=0.0), "update", update_ratio=np.zeros(10))
    assert still == "The learning rate is 0: every weight stays as it is."
    ratios = np.array([np.nan, *[1e-3] * 9])
    assert tell(Training("rmsprop"), "update", update_ratio=ratios) == (
        "RMSprop moves the weights of layer 1 away from 0, those of layer 10 by 1.0 × 10⁻³ of "
        "their size."
    )
