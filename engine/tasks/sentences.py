"""Sentences of words as numbers: drawn ones composed, typed ones encoded."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from engine.errors import TaskError
from engine.records.dataset import Dataset
from engine.tasks.words import OTHER, split_text

_HELD_OUT = 1_000
_MAX_TOKENS = 8_000_000
_MOST_ALIKE = 3


_Sentences = NDArray[np.int64]


def count_sentences(length: int, most: int) -> int:
    """How many sentences fit: fewer where they are very long."""
    return max(1_024, min(most + _HELD_OUT, _MAX_TOKENS // length))


def repeat_words(words: Sequence[str], number: dict[str, int], count: int) -> _Sentences:
    """(count, words) the same words in every row."""
    return np.tile(np.array([number[word] for word in words], dtype=np.int64), (count, 1))


def compose_sentences(
    x: _Sentences,
    y: NDArray[np.int64],
    vocabulary: Sequence[str],
    endings: tuple[str, ...],
    deciding: tuple[int, ...],
) -> Dataset:
    """The sentences of a task; at most a thousand, the last ones, are held out."""
    held_out = min(_HELD_OUT, len(x) // 4)
    return Dataset(
        train_x=x[:-held_out],
        train_y=y[:-held_out],
        held_out_x=x[-held_out:],
        held_out_y=y[-held_out:],
        loss="ce",
        inputs=len(vocabulary),
        outputs=len(endings),
        input_names=("word",),
        class_names=endings,
        is_tokens=True,
        vocabulary=tuple(vocabulary),
        deciding=deciding,
    )


def encode_sentence(dataset: Dataset, sentence: str, splits_characters: bool) -> _Sentences:
    """(time steps,) the words (or characters) of a typed sentence as numbers.

    Raises:
        TaskError: for no word at all, too many, or one that is not in the vocabulary.
    """
    words = split_text(sentence, "character" if splits_characters else "word")
    if not words:
        raise TaskError("The sentence has no word: type at least one from the vocabulary.")
    if len(words) > 5_000:
        raise TaskError(f"The sentence has {len(words):,} words: at most 5,000 can be read.")
    number = {word: index for index, word in enumerate(dataset.vocabulary)}
    for word in words:
        if word not in number:
            raise TaskError(describe_unknown(word, dataset.vocabulary, splits_characters))
    return np.array([number[word] for word in words], dtype=np.int64)


def list_typable(vocabulary: Sequence[str]) -> tuple[str, ...]:
    """What can be typed of a vocabulary: all but the entry that stands for everything else."""
    return tuple(word for word in vocabulary if word != OTHER)


def describe_unknown(word: str, vocabulary: Sequence[str], splits_characters: bool) -> str:
    """Why a word (or character) cannot be read, how many can, and which are most like it."""
    typable = list_typable(vocabulary)
    noun = "character" if splits_characters else "word"
    count = f"{len(typable):,} {noun}{'' if len(typable) == 1 else 's'}"
    alike = [] if splits_characters else get_close_matches(word, typable, _MOST_ALIKE)
    alike_text = f" “{'”, “'.join(alike)}” {'is' if len(alike) == 1 else 'are'} most like it."
    return (
        f"The network does not know “{word[:40]}”: it knows {count}.{alike_text if alike else ''}"
    )
