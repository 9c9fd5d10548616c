"""Seeded sequences of numbers and symbols: adding, recall, and the digits read in order."""

from __future__ import annotations

import numpy as np

from engine.tasks.dataset import DATA_STREAM, Dataset
from engine.tasks.digits import load_digits
from engine.tasks.specs import Adding, Recall, SequentialDigits

_MAX_NUMBERS = 8_000_000
_HELD_OUT = 1_000

MARKER = "marked"
"""Name of the input that marks the time steps which decide."""

_SYMBOLS = tuple("ABCDEFGH")
_BLANK = "·"
_GO = "?"


def _count(length: int, most: int) -> int:
    return max(1_024, min(most, _MAX_NUMBERS // length))


def load_adding(task: Adding, seed: int) -> Dataset:
    """The adding problem: the sum of the two marked values, one marked in each half.

    Inputs (value ~ U(0, 1), marker 0 or 1); guessing 1 always has the squared error 1/6.
    Source: Hochreiter & Schmidhuber 1997; Le et al. 2015.
    """
    rng = np.random.default_rng([seed, DATA_STREAM])
    # Among fewer, met again and again, even an RNN finds a way that fresh ones do not open.
    count, length = _count(task.length, 100_000), task.length
    values = rng.uniform(0.0, 1.0, (count, length)).astype(np.float32)
    half = length // 2
    first = rng.integers(0, half, count)
    second = rng.integers(half, length, count)
    rows = np.arange(count)
    markers = np.zeros_like(values)
    markers[rows, first] = markers[rows, second] = 1.0
    x = np.stack([values, markers], axis=2)
    y = (values[rows, first] + values[rows, second])[:, None]
    held_out = min(_HELD_OUT, count // 4)
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


def load_recall(task: Recall, seed: int) -> Dataset:
    """The copy problem: a few symbols, a pause, and at the end all of them again.

    With T = `length`, the first s = max(1, min(4, T // 4)) time steps show one of eight
    symbols; during the last s, marked "?", the symbols are to be repeated in order;
    elsewhere the right answer is the blank. For T = 1 the symbol is repeated at once.
    Source: Hochreiter & Schmidhuber 1997; Arjovsky et al. 2016.
    """
    rng = np.random.default_rng([seed, DATA_STREAM])
    count, length = _count(task.length, 9_000), task.length
    shown = max(1, min(4, length // 4))
    symbols = rng.integers(0, len(_SYMBOLS), (count, shown))
    blank, go = len(_SYMBOLS), len(_SYMBOLS) + 1
    x = np.full((count, length), blank, dtype=np.int64)
    x[:, length - shown :] = go
    x[:, :shown] = symbols
    y = np.full((count, length), blank, dtype=np.int64)
    y[:, length - shown :] = symbols
    held_out = min(_HELD_OUT, count // 4)
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
