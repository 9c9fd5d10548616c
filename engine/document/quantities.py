"""The names of what is measured, as sentences and claims of a lecture and `measure` use them.

`first_last_ratio`, `g.3` (of the layer or time step 3), `variant.accuracy` (of the second lane).
What they mean, and how they are written in a sentence, stands in `engine.analysis.quantities`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from engine.document.experiment import Experiment
from engine.document.lanes import Lane

OF_ALL = (
    "first_last_ratio",
    "loss",
    "verdict",
    "cause",
    "factor",
    "update_ratio.max",
    "gradient_norm",
    "halted.update",
    "clip.factor",
    "clip.engaged",
)
"""What is measured of every network."""
OF_CLASSES = ("accuracy", "majority")
OF_NUMBERS = ("r2",)
OF_WORDS = ("rank.gradient", "rank.swap", "swap", "top.gradient", "answer")
"""What is measured of a sentence that was typed in."""
OF_WATCHED_WORD = frozenset({"rank.gradient", "rank.swap", "swap"})

_VARIANT = "variant."
_PLACED = re.compile(r"(.+)\.(\d{1,9})")
_BRACED = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|\{")


@dataclass(frozen=True, slots=True)
class QuantityName:
    """A name taken apart."""

    lane: Lane
    stem: str
    """Such as "g", "accuracy" or "factor.weights"."""
    place: int | None = None
    """The layer or time step, from 1, where the name has one."""

    @classmethod
    def of(cls, text: str) -> QuantityName:
        """The parts of a name; whether there is such a quantity is asked of an experiment."""
        lane: Lane = "variant" if text.startswith(_VARIANT) else "baseline"
        rest = text.removeprefix(_VARIANT)
        placed = _PLACED.fullmatch(rest)
        if placed is None:
            return cls(lane, rest)
        return cls(lane, placed[1], int(placed[2]))

    def __str__(self) -> str:
        place = "" if self.place is None else f".{self.place}"
        return f"{_VARIANT if self.lane == 'variant' else ''}{self.stem}{place}"


def list_quantities(experiment: Experiment, *, has_words: bool = False) -> Mapping[str, int]:
    """What can be measured of an experiment: by name, at how many places, 0 for one number.

    Args:
        experiment: of one lane.
        has_words: whether a sentence is typed in.
    """
    task = experiment.task
    found = dict.fromkeys(OF_ALL, 0)
    expected = task.expects()
    if expected != "numbers":
        found |= dict.fromkeys(OF_CLASSES, 0)
    if expected != "classes":
        found |= dict.fromkeys(OF_NUMBERS, 0)
    if has_words:
        found |= dict.fromkeys(OF_WORDS, 0)
    return {**found, **experiment.network.list_quantities(task)}


def object_to_quantity(
    name: QuantityName,
    lanes: Mapping[Lane, Experiment],
    words: str | None = None,
    watch: int | None = None,
) -> str:
    """Why there is no such quantity, as a clause; empty where there is.

    Args:
        name: of the quantity.
        lanes: the experiments that are open.
        words: a sentence typed in, or None.
        watch: the number of its word that is asked about.
    """
    experiment = lanes.get(name.lane)
    if experiment is None:
        return f"`{name}` is of the variant, and there is one lane only"
    known = list_quantities(experiment, has_words=words is not None)
    count = known.get(name.stem)
    if count is None:
        if name.stem in OF_WORDS:
            return f"`{name}` needs `words`, a sentence typed in"
        meant = get_close_matches(name.stem, known, 1)
        advice = f" (did you mean `{meant[0]}`?)" if meant else ""
        return f"`{str(name)[:80]}` is not measured of this experiment{advice}"
    if name.stem in OF_WATCHED_WORD and watch is None:
        return f"`{name}` needs `watch`, the number of the word that it is about"
    if count and name.place is None:
        return f"`{name}` needs its place behind a point, such as `{name}.1`"
    if name.place is not None and not count:
        return f"`{name}` has a place, and `{name.stem}` is one number only"
    if name.place == 0:
        return f"`{name}` has no such place: the first one is 1"
    if name.place is not None and name.place > count:
        return f"`{name}` lies beyond the last place, which is {count:,}"
    return ""


def list_braced(sentence: str) -> Iterator[str]:
    """The names in braces in a sentence, in order.

    Raises:
        ValueError: for a brace that is not closed.
    """
    for found in _BRACED.finditer(sentence):
        if found[0] == "{":
            raise ValueError("a brace is not closed: write `{{` for a brace in the sentence")
        if found[1] is not None:
            yield found[1]


def fill(sentence: str, told: Mapping[str, str]) -> str:
    """The sentence with what is told in the place of the names in braces.

    Args:
        sentence: in which `{{` and `}}` are braces.
        told: by name, for all of `list_braced`.
    """

    def replace(found: re.Match[str]) -> str:
        return found[0][0] if found[1] is None else told[found[1]]

    return _BRACED.sub(replace, sentence)
