"""The adding problem: the sum of the two marked numbers of a sequence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from engine.document.specs import Answers, Reads, TaskSpec
from engine.parts import MAX_TIME_STEPS, ReadoutName
from engine.records.dataset import DATA_STREAM, Dataset
from engine.tasks.labels import MARKER
from engine.tasks.sequences import HELD_OUT_SEQUENCES, count_sequences


class Adding(TaskSpec, frozen=True, kw_only=True, tag_field="name", tag="adding"):
    """Add the two marked numbers of a sequence."""

    reads: ClassVar[Reads] = "sequences"
    readouts: ClassVar[tuple[ReadoutName, ...]] = ("last", "mean")

    length: Annotated[int, Meta(ge=2, le=MAX_TIME_STEPS)] = 30

    @property
    def time_steps(self) -> int:
        return self.length

    def expects(self) -> Answers | None:
        return "numbers"

    def load(self, seed: int, readout: str, folder: Path | None) -> Dataset:
        del readout, folder
        return load_adding(self, seed)


def load_adding(task: Adding, seed: int) -> Dataset:
    """The adding problem: the sum of the two marked values, one marked in each half.

    Inputs (value ~ U(0, 1), marker 0 or 1); guessing 1 always has the squared error 1/6.
    Source: Hochreiter & Schmidhuber 1997; Le et al. 2015.
    """
    rng = np.random.default_rng([seed, DATA_STREAM])
    # Among fewer, met again and again, even an RNN finds a way that fresh ones do not open.
    count, length = count_sequences(task.length, 100_000), task.length
    values = rng.uniform(0.0, 1.0, (count, length)).astype(np.float32)
    half = length // 2
    first = rng.integers(0, half, count)
    second = rng.integers(half, length, count)
    rows = np.arange(count)
    markers = np.zeros_like(values)
    markers[rows, first] = markers[rows, second] = 1.0
    x = np.stack([values, markers], axis=2)
    y = (values[rows, first] + values[rows, second])[:, None]
    held_out = min(HELD_OUT_SEQUENCES, count // 4)
    return Dataset(
        train_x=x[:-held_out],
        train_y=y[:-held_out],
        held_out_x=x[-held_out:],
        held_out_y=y[-held_out:],
        loss="mse",
        inputs=2,
        outputs=1,
        input_names=("value", MARKER),
    )
