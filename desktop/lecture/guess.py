"""A guess at the gradient, drawn on the log axis before it is measured, and its error."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from desktop.display.pictures import FlowPicture
from desktop.display.scales import format_log10, format_number


@dataclass(frozen=True, slots=True)
class GuessError:
    """How far a guess lies from what was measured."""

    place: int
    """The place nearest to the input that was guessed, and has a measured value."""
    guessed: float
    """log10 there."""
    measured: float
    """log10 there; -inf for exactly 0."""
    mean: float
    """Of |log10 guess - log10 measured| over all such places, in decades; inf where one is 0."""

    @property
    def apart(self) -> float:
        """Decades between the two at that place."""
        return abs(self.guessed - self.measured)

    def tell(self, noun: str) -> str:
        """In numbers, for the hall."""
        measured = "0" if math.isinf(self.measured) else format_log10(self.measured)
        said = f"{noun.capitalize()} {self.place:,}: guessed {format_log10(self.guessed)}"
        if math.isinf(self.apart):
            return f"{said}, measured exactly 0"
        decades = format_number(self.apart)
        times = format_log10(self.apart)
        far = "right" if self.apart < 0.05 else f"{times} times off ({decades} decades)"
        return f"{said}, measured {measured}: {far}"


def draw_on(
    guess: Mapping[int, float], start: tuple[float, float], end: tuple[float, float], last: int
) -> dict[int, float]:
    """The guess after a stroke of the pen.

    Args:
        guess: log10 by place, so far.
        start: place (with its fraction) and log10 at which the stroke began.
        end: where it is now.
        last: the last place there is.
    """
    drawn = dict(guess)
    (x0, y0), (x1, y1) = sorted((start, end))
    first, final = max(1, math.ceil(x0 - 0.5)), min(last, math.floor(x1 + 0.5))
    for place in range(first, final + 1):
        share = 0.5 if x1 == x0 else min(1.0, max(0.0, (place - x0) / (x1 - x0)))
        drawn[place] = y0 + share * (y1 - y0)
    return drawn


def measure_error(guess: Mapping[int, float], flow: FlowPicture) -> GuessError | None:
    """How far off a guess was; None before anything was guessed or measured.

    Args:
        guess: log10 by place.
        flow: of the pass that answers it.
    """
    pairs = {
        place: (guessed, measured)
        for place, guessed in sorted(guess.items())
        if (measured := _look_up(flow, place)) is not None
    }
    if not pairs:
        return None
    place = min(pairs)
    guessed, measured = pairs[place]
    mean = sum(abs(one - other) for one, other in pairs.values()) / len(pairs)
    return GuessError(place, guessed, measured, mean)


def _look_up(flow: FlowPicture, place: int) -> float | None:
    """The place on the log axis; -inf for exactly 0, None where nothing finite is measured."""
    if not flow.has_measure or not 0 <= place < len(flow.places):
        return None
    found = float(flow.places[place])
    if math.isfinite(found):
        return found
    return -math.inf if float(flow.values[place]) == 0.0 else None
