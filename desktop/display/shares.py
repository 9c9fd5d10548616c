"""Shares from 0 to 1 as they are listed: gates, and the answers that are predicted."""

from __future__ import annotations

import math
from dataclasses import dataclass

from desktop.display.scales import format_number


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A bar from 0 to 1 with its name and its value in words."""

    name: str
    share: float
    text: str
    tooltip: str
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class ShareGroup:
    """Bars that belong together."""

    title: str
    rows: tuple[ShareRow, ...]


def list_answers(title: str, answers: tuple[tuple[str, float], ...], most: int = 5) -> ShareGroup:
    """The most probable answers, best first, each by what tells it from the others."""
    short = tell_apart(tuple(name for name, _ in answers))
    return ShareGroup(
        title,
        tuple(
            ShareRow(
                short[name],
                share,
                format_share(share),
                f"“{name}”: probability {share!r}",
                rank == 0,
            )
            for rank, (name, share) in enumerate(answers[:most])
        ),
    )


def tell_apart(names: tuple[str, ...]) -> dict[str, str]:
    """Short names of answers that share most of their words: "block card", "password phone".

    Words that occur in all answers say nothing; of words that always occur together the
    longest stands for all. Answers of one word, and those that would become alike, stay whole.
    """
    words = {name: name.split() for name in names}
    occurs = {
        word: frozenset(name for name in names if word in words[name])
        for name in names
        for word in words[name]
    }
    best: dict[frozenset[str], str] = {}
    for word, where in occurs.items():
        if len(where) < len(names) and len(word) > len(best.get(where, "")):
            best[where] = word
    short = {
        name: " ".join(word for word in own if best.get(occurs[word]) == word) or name
        for name, own in words.items()
    }
    if len(set(short.values())) < len(set(names)):
        return {name: name for name in names}
    return {name: short[name] if len(words[name]) > 1 else name for name in names}


def format_share(share: float) -> str:
    """A probability as it is said: "26 %", "0.4 %"."""
    if not math.isfinite(share):
        return "NaN"
    percent = 100.0 * share
    return (
        f"{percent:.0f} %" if percent >= 1.0 or percent == 0 else f"{format_number(percent, 1)} %"
    )
