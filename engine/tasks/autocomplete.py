"""The ending of a sentence, which follows from a cause named at its beginning."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from engine.document.specs import Reads, TaskSpec
from engine.parts import ReadoutName
from engine.records.dataset import DATA_STREAM, Dataset
from engine.tasks.sentences import compose_sentences, count_sentences, repeat_words
from engine.tasks.words import split_text

_SENTENCES = 65_536
"""To train on: of few, a network would learn the accidents first, and through them find a way
that fresh sentences do not open (with a forget bias of 1)."""

CAUSES = {"job": "loan", "health": "leave", "school": "course", "travel": "visa"}
"""What the sentence names at its beginning, and the ending that follows from it."""

_OPENING = ("today", "due", "to", "my", "current")
_MIDDLE = ("situation", "and", "family", "condition", ",", "i")
_CLOSING = ("need", "to", "take", "a")
_FILLERS = (
    *("really", "just", "now", "also", "still", "maybe", "again", "often"),
    *("only", "simply", "soon", "quite", "even", "then", "well", "perhaps"),
)


class Autocomplete(TaskSpec, frozen=True, kw_only=True, tag_field="name", tag="autocomplete"):
    """The ending of a sentence follows from a cause named at its beginning."""

    reads: ClassVar[Reads] = "sequences"
    readouts: ClassVar[tuple[ReadoutName, ...]] = ("last", "mean")

    fillers: Annotated[int, Meta(ge=0, le=4_000)] = 20

    @property
    def time_steps(self) -> int:
        return len(_OPENING) + 1 + len(_MIDDLE) + self.fillers + len(_CLOSING)

    def split_words(self, sentence: str) -> tuple[str, ...]:
        return tuple(split_text(sentence, "word"))

    def load(self, seed: int, readout: str, folder: Path | None) -> Dataset:
        del readout, folder
        return load_autocomplete(self, seed)


def load_autocomplete(task: Autocomplete, seed: int) -> Dataset:
    """Sentences "today due to my current <cause> situation ..." and their four endings.

    The cause is the sixth word; `fillers` words drawn from sixteen stand between.
    """
    vocabulary = sorted({*_OPENING, *_MIDDLE, *_CLOSING, *_FILLERS, *CAUSES})
    number = {word: index for index, word in enumerate(vocabulary)}
    rng = np.random.default_rng([seed, DATA_STREAM])
    length = task.time_steps
    count = count_sentences(length, _SENTENCES)
    classes = rng.integers(0, len(CAUSES), count)
    fillers = np.array([number[word] for word in _FILLERS])
    drawn = fillers[rng.integers(0, len(fillers), (count, task.fillers))]
    causes = np.array([number[word] for word in CAUSES])[classes]
    x = np.concatenate(
        [
            repeat_words(_OPENING, number, count),
            causes[:, None],
            repeat_words(_MIDDLE, number, count),
            drawn,
            repeat_words(_CLOSING, number, count),
        ],
        axis=1,
    )
    return compose_sentences(x, classes, vocabulary, tuple(CAUSES.values()), (len(_OPENING) + 1,))
