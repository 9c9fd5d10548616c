"""What a task hands to a network: locked arrays, a loss, and what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

LossName = Literal["mse", "bce", "ce"]

DATA_STREAM = 1
BATCH_STREAM = 2
"""Second numbers of the seeds, so that data and batches are drawn independently."""


@dataclass(frozen=True, slots=True)
class TableReport:
    """How the user's table was read, for `measure` and the builder."""

    rows: int
    used: int
    encoding: str | None
    """None for a workbook."""
    decimal: str | None
    """The decimal mark; None where columns have different ones."""
    notes: tuple[str, ...]
    dropped: int = 0
    """Rows left out because of a missing value."""
    filled: int = 0
    """Missing values replaced by a mean or a most frequent word."""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Examples to train on and examples held out, drawn or read once and then locked.

    Inputs x are (N, d) float32, sequences (N, T, I) float32, or tokens (N, T) int64.
    Targets y are (N,) float32 of 0 and 1 for bce, (N,) int64 classes for ce, (N, k)
    float32 for mse; with a loss at every time step (N, T) or (N, T, k).
    """

    train_x: NDArray[Any]
    train_y: NDArray[Any]
    held_out_x: NDArray[Any]
    held_out_y: NDArray[Any]
    loss: LossName
    inputs: int
    """d or I; the size of the vocabulary where `is_tokens`."""
    outputs: int
    """1 for bce, the number of classes for ce, k for mse."""
    input_names: tuple[str, ...]
    class_names: tuple[str, ...] = ()
    is_tokens: bool = False
    vocabulary: tuple[str, ...] = ()
    deciding: tuple[int, ...] = ()
    """Time steps (from 1) of every sequence on which the right answer depends, where known."""
    table: TableReport | None = None
    """Of a task that reads the user's table."""
    majority: float | None = field(init=False)
    """Share of the most frequent class among the held-out targets; None for mse."""

    def __post_init__(self) -> None:
        for name in ("train_x", "train_y", "held_out_x", "held_out_y"):
            array = np.ascontiguousarray(getattr(self, name))
            if array.flags.writeable and array.base is not None:
                array = array.copy()
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "majority", _majority(self.held_out_y, self.loss))


def _majority(targets: NDArray[Any], loss: LossName) -> float | None:
    if loss == "mse" or targets.size == 0:
        return None
    counts = np.bincount(targets.astype(np.int64).ravel())
    return float(counts.max() / targets.size)
