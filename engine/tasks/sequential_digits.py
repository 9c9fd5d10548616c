"""The digits as sequences, read row by row or pixel by pixel."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from engine.document.specs import Reads, TaskSpec
from engine.parts import ReadoutName
from engine.records.dataset import Dataset
from engine.tasks.digits import load_digits

_ROWS, _PIXELS = 8, 64


class SequentialDigits(
    TaskSpec, frozen=True, kw_only=True, tag_field="name", tag="sequential_digits"
):
    """The digits read row by row (8 time steps) or pixel by pixel (64)."""

    reads: ClassVar[Reads] = "sequences"
    readouts: ClassVar[tuple[ReadoutName, ...]] = ("last", "mean")

    rows: bool = True

    @property
    def time_steps(self) -> int:
        return _ROWS if self.rows else _PIXELS

    def load(self, seed: int, readout: str, folder: Path | None) -> Dataset:
        del readout, folder
        return load_sequential_digits(self, seed)


def load_sequential_digits(task: SequentialDigits, seed: int) -> Dataset:
    """The real digits as sequences: 8 rows of 8 grey values, or 64 of one."""
    flat = load_digits(seed)
    shape = (8, 8) if task.rows else (64, 1)
    names = tuple(f"column {i + 1}" for i in range(8)) if task.rows else ("grey value",)
    return Dataset(
        train_x=flat.train_x.reshape(-1, *shape).copy(),
        train_y=flat.train_y,
        held_out_x=flat.held_out_x.reshape(-1, *shape).copy(),
        held_out_y=flat.held_out_y,
        loss="ce",
        inputs=shape[1],
        outputs=10,
        input_names=names,
        class_names=flat.class_names,
    )
