"""The user's own text: predict the next word or character."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from engine.document.specs import Reads, TaskSpec
from engine.errors import TaskError
from engine.parts import Length, Name, PathText, ReadoutName
from engine.records.dataset import Dataset
from engine.tasks.encodings import decode
from engine.tasks.files import read_bytes
from engine.tasks.windows import cut_windows
from engine.tasks.words import OTHER, split_text

_MAX_TEXT_BYTES = 16 * 1024 * 1024
_MAX_WORDS = 2_000
_MAX_CHARACTERS = 256
_SAMPLE = 100_000

_SPACELESS = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]"
"""Scripts that write no space between words, where Unicode knows no word boundary either."""
_MOST_SPACELESS = 0.3


class Text(TaskSpec, frozen=True, kw_only=True, tag_field="name", tag="text"):
    """Next word or character of the user's own text file."""

    reads: ClassVar[Reads] = "sequences"
    readouts: ClassVar[tuple[ReadoutName, ...]] = ("last", "all")

    path: PathText
    unit: Literal["word", "character"] = "word"
    length: Length = 40
    encoding: Name | None = None

    @property
    def time_steps(self) -> int:
        return self.length

    def split_words(self, sentence: str) -> tuple[str, ...]:
        return tuple(split_text(sentence, self.unit))

    def load(self, seed: int, readout: str, folder: Path | None) -> Dataset:
        del seed
        return load_text(self, readout, folder)


def _refuse_without_spaces(text: str, name: str) -> None:
    import regex

    sample = text[:_SAMPLE]
    spaceless = len(regex.findall(_SPACELESS, sample))
    letters = sum(sign.isalpha() for sign in sample)
    if spaceless > _MOST_SPACELESS * max(1, letters):
        raise TaskError(
            f"{name} is written without spaces between its words, which therefore cannot be "
            "told apart: choose characters as the unit."
        )


def load_text(task: Text, readout: str, folder: Path | None) -> Dataset:
    """Windows of the text, and the word or character that follows.

    The vocabulary is the 2,000 most frequent words (256 characters); all others are one
    "(other)". The last fifth of the text is held out.

    Raises:
        TaskError: for a file that is no text, or a text that is too short or always the same.
    """
    name, noun = Path(task.path).name, task.unit
    content = read_bytes(task.path, folder, _MAX_TEXT_BYTES)
    text, _ = decode(content, task.encoding, name)
    if noun == "word":
        _refuse_without_spaces(text, name)
    units = split_text(text, noun)
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
