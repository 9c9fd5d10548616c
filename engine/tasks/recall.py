"""The copy problem: a few symbols, repeated after a long pause."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np

from engine.document.specs import Reads, TaskSpec
from engine.parts import Length, ReadoutName
from engine.records.dataset import DATA_STREAM, Dataset
from engine.tasks.sequences import HELD_OUT_SEQUENCES, count_sequences

_SYMBOLS = tuple("ABCDEFGH")
_BLANK = "·"
_GO = "?"


class Recall(TaskSpec, frozen=True, kw_only=True, tag_field="name", tag="recall"):
    """Repeat a few symbols after a long pause (the copy problem)."""

    reads: ClassVar[Reads] = "sequences"
    readouts: ClassVar[tuple[ReadoutName, ...]] = ("all",)

    length: Length = 30

    @property
    def time_steps(self) -> int:
        return self.length

    def load(self, seed: int, readout: str, folder: Path | None) -> Dataset:
        del readout, folder
        return load_recall(self, seed)


def load_recall(task: Recall, seed: int) -> Dataset:
    """The copy problem: a few symbols, a pause, and at the end all of them again.

    With T = `length`, the first s = max(1, min(4, T // 4)) time steps show one of eight
    symbols; during the last s, marked "?", the symbols are to be repeated in order;
    elsewhere the right answer is the blank. For T = 1 the symbol is repeated at once.
    Source: Hochreiter & Schmidhuber 1997; Arjovsky et al. 2016.
    """
    rng = np.random.default_rng([seed, DATA_STREAM])
    count, length = count_sequences(task.length, 9_000), task.length
    shown = max(1, min(4, length // 4))
    symbols = rng.integers(0, len(_SYMBOLS), (count, shown))
    blank, go = len(_SYMBOLS), len(_SYMBOLS) + 1
    x = np.full((count, length), blank, dtype=np.int64)
    x[:, length - shown :] = go
    x[:, :shown] = symbols
    y = np.full((count, length), blank, dtype=np.int64)
    y[:, length - shown :] = symbols
    held_out = min(HELD_OUT_SEQUENCES, count // 4)
    return Dataset(
        train_x=x[:-held_out],
        train_y=y[:-held_out],
        held_out_x=x[-held_out:],
        held_out_y=y[-held_out:],
        loss="ce",
        inputs=len(_SYMBOLS) + 2,
        outputs=len(_SYMBOLS) + 1,
        input_names=("symbol",),
        class_names=(*_SYMBOLS, _BLANK),
        is_tokens=True,
        vocabulary=(*_SYMBOLS, _BLANK, _GO),
        deciding=tuple(range(1, shown + 1)),
    )
