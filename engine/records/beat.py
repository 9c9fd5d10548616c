"""What a beat of a lecture says, with what was measured in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Value = float | str | None
"""Of a quantity; None where it has none, such as 0 / 0."""


@dataclass(frozen=True, slots=True)
class BeatRecord:
    """A beat as it stands: at its start, or at its end."""

    index: int
    """From 0."""
    iteration: int
    """Of the baseline."""
    sentence: str
    """Filled; a quantity that is only known at the end of a training is "…" before."""
    told: Mapping[str, str]
    """What the sentence and the claims of the beat name, as sentences say it."""
    values: Mapping[str, Value]
    """The same as measured."""
    is_complete: bool
    """Whether the beat's training, if it has one, is done."""


@dataclass(frozen=True, slots=True)
class MeasuredQuantities:
    """Quantities of the lanes as they stand, by their names."""

    iteration: int
    """Of the baseline."""
    values: Mapping[str, Value]
    told: Mapping[str, str]
    """The same as sentences say it."""
