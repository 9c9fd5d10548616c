"""The user's own text: predict the next word or character."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import TaskError
from engine.task_parts import Text
from engine.tasks.dataset import Dataset
from engine.tasks.files import read_text
from engine.tasks.sentences import OTHER
from engine.tasks.windows import cut_windows

_MAX_TEXT_BYTES = 16 * 1024 * 1024
_MAX_WORDS = 2_000
_MAX_CHARACTERS = 256

_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


def split_text(text: str, unit: str) -> list[str]:
    """Words and punctuation marks in lower case, or characters with white space as one space."""
    if unit == "word":
        return _WORD.findall(text.lower())
    return list(re.sub(r"\s+", " ", text).strip())


def load_text(task: Text, readout: str, folder: Path | None) -> Dataset:
    """Windows of the text, and the word or character that follows.

    The vocabulary is the 2,000 most frequent words (256 characters); all others are one
    "(other)". The last fifth of the text is held out.

    Raises:
        TaskError: for a file that is no text, or a text that is too short or always the same.
    """
    units = split_text(read_text(task.path, folder, _MAX_TEXT_BYTES), task.unit)
    name, noun = Path(task.path).name, task.unit
    if len(units) < task.length + 2:
        counted = f"{len(units):,} {noun}{'' if len(units) == 1 else 's'}"
        raise TaskError(
            f"{name} has {counted}, but a length of {task.length:,} needs at least "
            f"{task.length + 2:,}: choose a longer text or a shorter length."
        )
    vocabulary, tokens = number_units(units, _MAX_WORDS if noun == "word" else _MAX_CHARACTERS)
    if len(vocabulary) < 2:
        raise TaskError(f"{name} repeats one {noun} only: there is nothing to predict.")
    train, held_out = cut_windows(len(tokens), task.length)
    time_steps = np.arange(task.length)[None, :]

    def targets(starts: NDArray[np.int64]) -> NDArray[np.int64]:
        last = tokens[starts + task.length]
        return tokens[starts[:, None] + time_steps + 1] if readout == "all" else last

    return Dataset(
        train_x=tokens[train[:, None] + time_steps],
        train_y=targets(train),
        held_out_x=tokens[held_out[:, None] + time_steps],
        held_out_y=targets(held_out),
        loss="ce",
        inputs=len(vocabulary),
        outputs=len(vocabulary),
        input_names=(noun,),
        class_names=vocabulary,
        is_tokens=True,
        vocabulary=vocabulary,
    )


def number_units(units: list[str], most: int) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """The vocabulary, most frequent first and ties in alphabetic order, and the text in it."""
    counts = sorted(Counter(units).items(), key=lambda item: (-item[1], item[0]))
    kept = [unit for unit, _ in counts[:most]]
    if len(counts) > most:
        kept.append(OTHER)
    number = {unit: index for index, unit in enumerate(kept)}
    other = len(kept) - 1
    return tuple(kept), np.array([number.get(unit, other) for unit in units], dtype=np.int64)
