"""What can be asked about a run beside its passes, and is measured on demand."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from engine.document.experiment import Experiment


class Questioned(Protocol):
    """What of a run a question may look at."""

    @property
    def experiment(self) -> Experiment:
        """Its document."""

    @property
    def iteration(self) -> int:
        """Updates made since the weights were drawn."""

    @property
    def network(self) -> object:
        """An `engine.kinds.network.Network`; its kind knows which one."""

    def draw_batch(self) -> tuple[Any, Any]:
        """The batch, x and y, that the next update takes: two tensors."""


class QuestionedLane(Protocol):
    """A run, with what it keeps of the way to where it stands."""

    @property
    def run(self) -> Questioned:
        """The run."""

    def measure_all(self, words: str | None, watch: int | None) -> Any:
        """An `engine.analysis.quantities.Measured`, with a sentence that was typed in, or none."""


class Question(ABC):
    """Asked by the screen, answered in the worker; it leaves no mark on the training.

    Two questions are the same where they are of one class: a newer one replaces an older.
    """

    @abstractmethod
    def answer(self, run: Questioned) -> object:
        """What was measured, frozen.

        Raises:
            GradientTheatreError: one sentence, where there is no answer.
        """

    def answer_among(self, lanes: Mapping[int, QuestionedLane], edited: int) -> object:
        """What was measured, where there may be more than one run.

        Args:
            lanes: by the numbers of their runs.
            edited: the run that is asked about, unless the question names others.

        Raises:
            GradientTheatreError: as `answer`.
        """
        return self.answer(lanes[edited].run)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a question has no answer."""

    sentence: str
