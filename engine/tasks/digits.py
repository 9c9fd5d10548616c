"""Real handwritten digits, 8 x 8 grey values (Alpaydin & Kaynak 1998, UCI repository)."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.document.specs import Reads, TaskSpec
from engine.records.dataset import DATA_STREAM, Dataset

HELD_OUT_DIGITS = 597
"""Of 1,797; the other 1,200 are trained on."""


class Digits(TaskSpec, frozen=True, kw_only=True, tag_field="name", tag="digits"):
    """Real handwritten digits, 8 x 8 grey values."""

    reads: ClassVar[Reads] = "vectors"

    def load(self, seed: int, readout: str, folder: Path | None) -> Dataset:
        del readout, folder
        return load_digits(seed)


def read_digits() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Images (1797, 64) row by row, grey values centred and scaled, and their digits (1797,).

    One mean and one standard deviation for all pixels: the many pixels at the
    border that are always empty must stay equal to each other.
    """
    with (
        as_file(files("resources") / "data" / "digits8x8.npz") as path,
        np.load(path) as stored,
    ):
        images = stored["images"].reshape(-1, 64).astype(np.float32)
        digits = stored["labels"].astype(np.int64)
    return (images - images.mean()) / images.std(), digits


def load_digits(seed: int) -> Dataset:
    """The digits, shuffled by the seed into 1,200 to train on and 597 held out."""
    x, y = read_digits()
    order = np.random.default_rng([seed, DATA_STREAM]).permutation(len(y))
    train, held_out = order[:-HELD_OUT_DIGITS], order[-HELD_OUT_DIGITS:]
    return Dataset(
        train_x=x[train],
        train_y=y[train],
        held_out_x=x[held_out],
        held_out_y=y[held_out],
        loss="ce",
        inputs=64,
        outputs=10,
        input_names=tuple(f"row {i // 8 + 1}, column {i % 8 + 1}" for i in range(64)),
        class_names=tuple("0123456789"),
    )
