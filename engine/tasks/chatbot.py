"""The right reply, which needs the first request and the last sentence."""

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

_CONVERSATIONS = 8_192
"""To train on."""

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


class Chatbot(TaskSpec, frozen=True, kw_only=True, tag_field="name", tag="chatbot"):
    """The right reply needs the first request and the last sentence."""

    reads: ClassVar[Reads] = "sequences"
    readouts: ClassVar[tuple[ReadoutName, ...]] = ("last", "mean")

    fillers: Annotated[int, Meta(ge=0, le=4_000)] = 30

    @property
    def time_steps(self) -> int:
        return len(_REQUEST) + 1 + self.fillers + len(_PROBLEMS[0].split())

    def split_words(self, sentence: str) -> tuple[str, ...]:
        return tuple(split_text(sentence, "word"))

    def load(self, seed: int, readout: str, folder: Path | None) -> Dataset:
        del readout, folder
        return load_chatbot(self, seed)


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
    length = task.time_steps
    count = count_sentences(length, _CONVERSATIONS)
    topic = rng.integers(0, len(TOPICS), count)
    problem = rng.integers(0, len(_PROBLEMS), count)
    topics = np.array([number[word] for word in TOPICS])[topic]
    endings = np.array([[number[word] for word in words] for words in problems])[problem]
    small_talk = [[number[word] for word in phrase] for phrase in _SMALL_TALK]
    talk = np.array([_chat(small_talk, task.fillers, rng) for _ in range(count)], dtype=np.int64)
    x = np.concatenate(
        [
            repeat_words(_REQUEST, number, count),
            topics[:, None],
            talk.reshape(count, task.fillers),
            endings,
        ],
        axis=1,
    )
    names = tuple(reply.format(topic) for reply in _REPLIES for topic in TOPICS)
    deciding = (len(_REQUEST) + 1, *range(length - len(problems[0]) + 1, length + 1))
    return compose_sentences(x, problem * len(TOPICS) + topic, vocabulary, names, deciding)


def _chat(phrases: list[list[int]], words: int, rng: np.random.Generator) -> list[int]:
    """Whole phrases in random order, exactly so many words."""
    talk: list[int] = []
    while len(talk) < words:
        phrase = phrases[int(rng.integers(len(phrases)))]
        if len(talk) + len(phrase) <= words:
            talk += phrase
    return talk
