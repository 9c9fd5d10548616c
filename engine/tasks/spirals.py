"""Two interleaved spiral arms in the plane: which arm does a point lie on?"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np

from engine.document.specs import Reads, TaskSpec
from engine.records.dataset import DATA_STREAM, Dataset

TRAINING_POINTS = 1_000
HELD_OUT_POINTS = 1_000
TURNS = 1.25
"""Turns of each arm around the origin."""
NOISE = 0.03
"""Standard deviation of the scatter around an arm of radius 1, per coordinate."""


class Spirals(TaskSpec, frozen=True, kw_only=True, tag_field="name", tag="spirals"):
    """Two interleaved spiral arms in the plane."""

    reads: ClassVar[Reads] = "vectors"

    def load(self, seed: int, readout: str, folder: Path | None) -> Dataset:
        del readout, folder
        return load_spirals(seed)


def load_spirals(seed: int) -> Dataset:
    """Points on two arms r = t, angle = 2 pi TURNS t (+ pi), scattered and scaled to unit size."""
    rng = np.random.default_rng([seed, DATA_STREAM])
    count = TRAINING_POINTS + HELD_OUT_POINTS
    arm = rng.permutation(np.arange(count) % 2)
    # sqrt spreads the points evenly along the arm, whose turns grow longer outwards.
    radius = np.sqrt(rng.uniform(0.01, 1.0, count))
    angle = 2.0 * np.pi * TURNS * radius + np.pi * arm
    points = radius[:, None] * np.stack((np.cos(angle), np.sin(angle)), axis=1)
    points += rng.normal(0.0, NOISE, points.shape)
    x = (2.0 * points).astype(np.float32)
    y = arm.astype(np.float32)
    return Dataset(
        train_x=x[:TRAINING_POINTS],
        train_y=y[:TRAINING_POINTS],
        held_out_x=x[TRAINING_POINTS:],
        held_out_y=y[TRAINING_POINTS:],
        loss="bce",
        inputs=2,
        outputs=1,
        input_names=("x", "y"),
        class_names=("first arm", "second arm"),
    )
