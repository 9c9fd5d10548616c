"""Sentences whose right ending was decided many words before: autocomplete and chatbot."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from engine.errors import TaskError
from engine.tasks.dataset import DATA_STREAM, Dataset
from engine.tasks.specs import Autocomplete, Chatbot
from engine.tasks.words import OTHER, split_text

_COMPLETIONS, _CONVERSATIONS = 65_536, 8_192
"""Sentences to train on: of few, a network would learn the accidents first, and through them
find a way that fresh sentences do not open (`autocomplete` with a forget bias of 1)."""
_HELD_OUT = 1_000
_MAX_TOKENS = 8_000_000
_MOST_ALIKE = 3


CAUSES = {"job": "loan", "health": "leave", "school": "course", "travel": "visa"}
"""What the sentence names at its beginning, and the ending that follows from it."""

_OPENING = ("today", "due", "to", "my", "current")
_MIDDLE = ("situation", "and", "family", "condition", ",", "i")
_CLOSING = ("need", "to", "take", "a")
_FILLERS = (
    *("really", "just", "now", "also", "still", "maybe", "again", "often"),
    *("only", "simply", "soon", "quite", "even", "then", "well", "perhaps"),
)

TOPICS = ("account", "card", "loan", "phone")
_REQUEST = ("i", "need", "help", "with", "my")
_PROBLEMS = ("i forgot my password", "it was stolen yesterday")
_REPLIES = ("a new password for your {}", "we will block your {}")
_SMALL_TALK = [
    phrase.split()
    for phrase in (
        "the weather is lovely today",
        "my flight to new york was fine",
        "thank you so much",
        "how are you this morning",
        "it rained on the way here",
        "have a nice day",
        "by the way",
        "of course",
        "yes",
        "please",
        "well",
        "thanks",
    )
]

_Sentences = NDArray[np.int64]


def count_words(task: Autocomplete | Chatbot) -> int:
    """How long every sentence of a task is."""
    if isinstance(task, Autocomplete):
        return len(_OPENING) + 1 + len(_MIDDLE) + task.fillers + len(_CLOSING)
    return len(_REQUEST) + 1 + task.fillers + len(_PROBLEMS[0].split())


def load_autocomplete(task: Autocomplete, seed: int) -> Dataset:
    """Sentences "today due to my current <cause> situation ..." and their four endings.

    The cause is the sixth word; `fillers` words drawn from sixteen stand between.
    """
    vocabulary = sorted({*_OPENING, *_MIDDLE, *_CLOSING, *_FILLERS, *CAUSES})
    number = {word: index for index, word in enumerate(vocabulary)}
    rng = np.random.default_rng([seed, DATA_STREAM])
    length = count_words(task)
    count = _count(length, _COMPLETIONS)
    classes = rng.integers(0, len(CAUSES), count)
    fillers = np.array([number[word] for word in _FILLERS])
    drawn = fillers[rng.integers(0, len(fillers), (count, task.fillers))]
    causes = np.array([number[word] for word in CAUSES])[classes]
    x = np.concatenate(
        [
            _repeat(_OPENING, number, count),
            causes[:, None],
            _repeat(_MIDDLE, number, count),
            drawn,
            _repeat(_CLOSING, number, count),
        ],
        axis=1,
    )
    return _compose(x, classes, vocabulary, tuple(CAUSES.values()), (len(_OPENING) + 1,))


def load_chatbot(task: Chatbot, seed: int) -> Dataset:
    """Requests "i need help with my <topic>", small talk, and a last sentence; eight replies.

    The topic is the sixth word; the last four words are one of two problems. The right
    reply needs both.
    """
    problems = [problem.split() for problem in _PROBLEMS]
    phrases = [*problems, *_SMALL_TALK]
    words = {*_REQUEST, *TOPICS, *(word for phrase in phrases for word in phrase)}
    vocabulary = sorted(words)
    number = {word: index for index, word in enumerate(vocabulary)}
    rng = np.random.default_rng([seed, DATA_STREAM])
    length = count_words(task)
    count = _count(length, _CONVERSATIONS)
    topic = rng.integers(0, len(TOPICS), count)
    problem = rng.integers(0, len(_PROBLEMS), count)
    topics = np.array([number[word] for word in TOPICS])[topic]
    endings = np.array([[number[word] for word in words] for words in problems])[problem]
    small_talk = [[number[word] for word in phrase] for phrase in _SMALL_TALK]
    talk = np.array([_chat(small_talk, task.fillers, rng) for _ in range(count)], dtype=np.int64)
    x = np.concatenate(
        [
            _repeat(_REQUEST, number, count),
            topics[:, None],
            talk.reshape(count, task.fillers),
            endings,
        ],
        axis=1,
    )
    names = tuple(reply.format(topic) for reply in _REPLIES for topic in TOPICS)
    deciding = (len(_REQUEST) + 1, *range(length - len(problems[0]) + 1, length + 1))
    return _compose(x, problem * len(TOPICS) + topic, vocabulary, names, deciding)


def _chat(phrases: list[list[int]], words: int, rng: np.random.Generator) -> list[int]:
    """Whole phrases in random order, exactly so many words."""
    talk: list[int] = []
    while len(talk) < words:
        phrase = phrases[int(rng.integers(len(phrases)))]
        if len(talk) + len(phrase) <= words:
            talk += phrase
    return talk


def _count(length: int, most: int) -> int:
    """How many sentences fit: fewer where they are very long."""
    return max(1_024, min(most + _HELD_OUT, _MAX_TOKENS // length))


def _repeat(words: Sequence[str], number: dict[str, int], count: int) -> _Sentences:
    return np.tile(np.array([number[word] for word in words], dtype=np.int64), (count, 1))


def _compose(
    x: _Sentences,
    y: NDArray[np.int64],
    vocabulary: Sequence[str],
    endings: tuple[str, ...],
    deciding: tuple[int, ...],
) -> Dataset:
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
