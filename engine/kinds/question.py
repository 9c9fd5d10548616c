"""What can be asked about a run beside its passes, and is measured on demand."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Protocol

from engine.document.experiment import Experiment


class Questioned(Protocol):
    """What of a run a question may look at."""

    @property
    def experiment(self) -> Experiment:
        """Its document."""

    @property
    def network(self) -> object:
        """An `engine.kinds.network.Network`; its kind knows which one."""

    def draw_batch(self) -> tuple[Any, Any]:
        """The batch, x and y, that the next update takes: two tensors."""


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


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a question has no answer."""

    sentence: str
