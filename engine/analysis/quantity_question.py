"""What the lanes on the desk measure, by the names that sentences and claims use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.document.lanes import Lane
from engine.document.quantities import QuantityName
from engine.kinds.question import Question, Questioned, QuestionedLane
from engine.records.beat import MeasuredQuantities, Value

if TYPE_CHECKING:
    from engine.analysis.quantities import Measured


@dataclass(frozen=True, slots=True)
class QuantityQuestion(Question):
    """What are these quantities now?"""

    names: tuple[str, ...]
    """Of quantities that the lanes have."""
    runs: tuple[tuple[Lane, int], ...]
    """The numbers of the runs that the lanes are."""
    words: str | None = None
    """A sentence that was typed in."""
    watch: int | None = None
    """The number of its word that is asked about, from 1."""

    def answer(self, run: Questioned) -> object:
        """Of no use: one run is no lane.

        Raises:
            LookupError: always.
        """
        del run
        raise LookupError("quantities are those of lanes")

    def answer_among(self, lanes: Mapping[int, QuestionedLane], edited: int) -> MeasuredQuantities:
        """Of each lane that is named."""
        from engine.analysis.quantities import tell

        del edited
        numbers = dict(self.runs)
        measured: dict[Lane, Measured] = {}
        values: dict[str, Value] = {}
        told: dict[str, str] = {}
        for text in self.names:
            name = QuantityName.of(text)
            if name.lane not in measured:
                measured[name.lane] = lanes[numbers[name.lane]].measure_all(self.words, self.watch)
            values[text] = measured[name.lane].look_up(name)
            told[text] = tell(name, values[text])
        return MeasuredQuantities(
            iteration=lanes[numbers["baseline"]].run.iteration, values=values, told=told
        )
