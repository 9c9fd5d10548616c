"""Which word matters, as it is drawn: the sentence twice, each word on its own ground."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.display.aside import AsideBlock, AsideWord
from desktop.display.reference import strengths_of
from desktop.display.scales import format_count, format_log10
from desktop.display.shares import ShareGroup, format_share, list_answers
from engine.document.experiment import Experiment
from engine.kinds.recurrent.records import WordInfluence
from engine.kinds.recurrent.spec import Recurrent
from engine.tasks.autocomplete import Autocomplete
from engine.tasks.chatbot import Chatbot
from engine.tasks.sentences import describe_unknown, list_typable
from engine.tasks.text import Text

F64 = NDArray[np.float64]

ABSENCE = (
    "This task has no words: which one matters is measured with the tasks "
    "autocomplete, chatbot and text."
)
NOT_YET = "Which word matters is measured with the first pass."

_FIRST_SHOWN, _LAST_SHOWN = 60, 180
_ALL_LISTED, _MOST_LISTED = 60, 24
"""A vocabulary of so many words is listed whole; of a larger one the first are."""


def reads_words(experiment: Experiment) -> bool:
    """Whether there are words whose influence can be measured."""
    is_recurrent = isinstance(experiment.network, Recurrent)
    return is_recurrent and isinstance(experiment.task, Autocomplete | Chatbot | Text)


@dataclass(frozen=True, slots=True)
class WordMark:
    """A word, and how strongly its ground is drawn."""

    text: str
    strength: float
    """log10 of the gradient relative to the last word's; or the swap's share from 0 to 1; NaN
    leaves the ground empty."""
    tooltip: str
    is_deciding: bool


@dataclass(frozen=True, slots=True)
class InfluencePicture:
    """Both views of one sentence, and what the network answers to it."""

    gradient_line: str
    gradient: tuple[WordMark, ...]
    swap_line: str
    swap: tuple[WordMark, ...]
    ranks: str
    """Where the deciding word ranks in both; empty where none is known."""
    answers: ShareGroup


def resolve_influence(influence: WordInfluence) -> InfluencePicture:
    """The two answers to "which word matters?", and the difference between them."""
    words, count = influence.words, len(influence.words)
    answer = f"“{influence.answer}”"
    reference = float(influence.gradient[-1]) if count else 0.0
    logs = strengths_of(influence.gradient, reference if reference > 0 else None)
    gradient_ranks, swap_ranks = _rank(influence.gradient), _rank(influence.swap)
    gradient, swap = [], []
    for i in _shown(count):
        if i < 0:
            gap = WordMark(
                f"… {format_count(count - _FIRST_SHOWN - _LAST_SHOWN)} more …", math.nan, "", False
            )
            gradient.append(gap)
            swap.append(gap)
            continue
        is_deciding = i + 1 in influence.deciding
        head = f"“{words[i]}”, time step {i + 1:,}"
        strength = float(logs[i])
        relative = (
            f"\n{format_log10(strength, 4)} of the last word’s" if math.isfinite(strength) else ""
        )
        gradient.append(
            WordMark(
                words[i],
                strength,
                f"{head}\n‖∂ logit / ∂x‖ {float(influence.gradient[i])!r}{relative}"
                f"\nrank {gradient_ranks[i]} of {count:,}",
                is_deciding,
            )
        )
        drop = float(influence.swap[i])
        swap.append(
            WordMark(
                words[i],
                min(1.0, drop) if drop > 0 else math.nan,
                f"{head}\nprobability of {answer} falls by {drop!r} on average"
                f"\nrank {swap_ranks[i]} of {count:,}",
                is_deciding,
            )
        )
    return InfluencePicture(
        gradient_line=f"Gradient: how far a small change of the word would move {answer}.",
        gradient=tuple(gradient),
        swap_line=f"Swap: how much {answer} loses when another sentence’s word stands there.",
        swap=tuple(swap),
        ranks=_describe_ranks(influence, gradient_ranks, swap_ranks),
        answers=list_answers("The network answers", influence.predicted),
    )


def lay_words(
    influence: WordInfluence | None, typed: str | None, watch: int | None, *, is_hidden: bool
) -> tuple[AsideBlock, ...]:
    """The sentence as a hall reads it: by its gradient, and by the swap; or the words alone."""
    if influence is None or is_hidden:
        words = () if typed is None else tuple(typed.split())
        if influence is not None:
            words = influence.words
        plain = tuple(AsideWord(word, math.nan, is_marked=False) for word in words)
        return (AsideBlock("What is read", words=plain),) if plain else ()
    picture = resolve_influence(influence)
    answer = f"The network answers “{influence.answer}”."
    if influence.predicted:
        word, share = influence.predicted[0]
        answer = f"The network answers “{word}”, {format_share(share)}."

    def mark(marks: tuple[WordMark, ...]) -> tuple[AsideWord, ...]:
        return tuple(
            AsideWord(each.text, each.strength, each.is_deciding if watch is None else i == watch)
            for i, each in enumerate(marks, start=1)
        )

    return (
        AsideBlock("What the gradient reaches", words=mark(picture.gradient)),
        AsideBlock("What a swap costs", answer, words=mark(picture.swap), has_shares=True),
    )


def _shown(count: int) -> list[int]:
    """Indices of the words drawn; -1 stands for those left out of a very long sentence."""
    if count <= _FIRST_SHOWN + _LAST_SHOWN + 1:
        return list(range(count))
    return [*range(_FIRST_SHOWN), -1, *range(count - _LAST_SHOWN, count)]


def _rank(values: F64) -> list[int]:
    """1 for the largest; equal values share the better rank."""
    finite = np.nan_to_num(values, nan=-np.inf, posinf=np.inf, neginf=-np.inf)
    ordered = np.sort(-finite)
    return [int(np.searchsorted(ordered, -value, "left")) + 1 for value in finite]


def _describe_ranks(
    influence: WordInfluence, gradient_ranks: list[int], swap_ranks: list[int]
) -> str:
    if not influence.deciding:
        return ""
    i = influence.deciding[0] - 1
    drop = format_share(max(0.0, float(influence.swap[i])))
    return (
        f"The deciding word “{influence.words[i]}” ranks {_ordinal(gradient_ranks[i])} of "
        f"{len(influence.words):,} by its gradient and {_ordinal(swap_ranks[i])} by the swap, "
        f"which costs {drop} of the probability."
    )


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{'th' if number % 100 in (11, 12, 13) else ending}"


@dataclass(frozen=True, slots=True)
class Typing:
    """What is to be said about a sentence that is being typed."""

    is_complete: bool
    """Whether every word of it can be read."""
    problem: str
    completions: tuple[str, ...]
    """Words of the vocabulary that may be typed, or that the one being typed may become."""
    more: int = 0
    """How many of these are not listed."""

    @property
    def hint(self) -> str:
        """What the network knows, in one sentence; empty where nothing is to be said."""
        if not self.completions:
            return ""
        more = f" and {format_count(self.more)} more" if self.more else ""
        return f"It knows {', '.join(map(_spell_word, self.completions))}{more}."


def _spell_word(word: str) -> str:
    """A mark is quoted, so that a comma is not taken for one of the list."""
    if word.isspace():
        return "space"
    return word if any(map(str.isalnum, word)) else f"“{word}”"


def judge_typing(text: str, vocabulary: tuple[str, ...], splits_characters: bool) -> Typing:
    """Whether the network can read a typed sentence, and how its last word may go on.

    The word being typed is no mistake while the vocabulary has one that begins like it.
    """
    known = frozenset(vocabulary)
    typable = list_typable(vocabulary)
    if splits_characters:
        strange = next((each for each in text if each not in known), None)
        if strange is None:
            return Typing(bool(text), "", *(_cut(typable) if not text else ((), 0)))
        return Typing(False, describe_unknown(strange, vocabulary, True), *_cut(typable))
    lowered = text.lower().replace(",", " , ")
    words = lowered.split()
    is_last_open = bool(words) and not lowered.endswith(" ")
    for index, word in enumerate(words):
        if word in known:
            continue
        if is_last_open and index == len(words) - 1:
            begun = tuple(each for each in typable if each.startswith(word))
            if begun:
                return Typing(False, "", *_cut(begun))
        return Typing(False, describe_unknown(word, vocabulary, False), *_cut(typable))
    return Typing(bool(words), "", *(((), 0) if words else _cut(typable)))


def _cut(words: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """All of a few words, or the first of many, and how many are left; marks come last."""
    ordered = sorted(words, key=lambda word: not any(map(str.isalnum, word)))
    shown = ordered if len(ordered) <= _ALL_LISTED else ordered[:_MOST_LISTED]
    return tuple(shown), len(ordered) - len(shown)
