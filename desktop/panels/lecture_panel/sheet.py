"""What the lecture panel shows: values, made anew after every edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import UNSET, structs

from engine.document.lecture import Beat, Claim, Lecture, Range
from engine.document.quantities import fill, list_braced

KIND_WORDS = {
    "show": "Show",
    "play": "Play the pass",
    "train": "Train",
    "predict": "Predict",
    "reveal": "Reveal",
    "compare": "Compare",
    "question": "Question",
}
"""What the kinds of beats are called."""


@dataclass(frozen=True, slots=True)
class LectureSheet:
    """The lecture of a document, and one of its beats that is being written."""

    document: int
    """Tells documents apart."""
    lecture: Lecture | None = None
    chosen: int = -1
    """The beat, from 0; -1: none."""
    quantities: Mapping[str, int] | None = None
    """Of the beat's baseline: how many places each has, 0 for one number."""
    of_variant: Mapping[str, int] | None = None
    """The same of its variant, where one is open."""
    reads_words: bool = False
    """Whether the task reads a typed sentence."""
    lower_views: tuple[tuple[str, str], ...] = ()
    """What may stand at the lower left, with the words for it."""

    @property
    def beats(self) -> tuple[Beat, ...]:
        """In their order."""
        return () if self.lecture is None else self.lecture.beats

    @property
    def beat(self) -> Beat | None:
        """The one that is chosen."""
        return self.beats[self.chosen] if 0 <= self.chosen < len(self.beats) else None


def say_beat(number: int, beat: Beat) -> str:
    """A line of the list: number from 1, kind and sentence."""
    words = read_sentence(beat.sentence) or "(no sentence yet)"
    mark = " (optional)" if beat.optional else ""
    return f"{number}  {KIND_WORDS[beat.kind]}{mark} · {words}"


def read_sentence(sentence: str) -> str:
    """The sentence with the names of quantities in the place of their values."""
    return fill(sentence, {name: f"[{name}]" for name in list_braced(sentence)})


def say_claim(claim: Claim) -> str:
    """A claim in one line."""
    parts = [_say_range(claim)]
    if claim.times_before is not None:
        parts.append(f"times the beat before {_say_range(claim.times_before)}")
    if claim.times_baseline is not None:
        parts.append(f"times the baseline {_say_range(claim.times_baseline)}")
    at = " (at the start)" if claim.at == "start" else ""
    return f"{claim.quantity} {', '.join(part for part in parts if part)}{at}"


def _say_range(stated: Claim | Range) -> str:
    if stated.is_ is not None:
        return f"is {stated.is_}"
    low, high = stated.at_least, stated.at_most
    if low is not None and high is not None:
        return f"from {low:g} to {high:g}"
    if low is not None:
        return f"at least {low:g}"
    return "" if high is None else f"at most {high:g}"


def own_words(beat: Beat) -> Beat:
    """What was written of a beat, without what follows from the place where it stands."""
    return structs.replace(beat, changes={}, variant=UNSET, promote=False, words=None, watch=None)
