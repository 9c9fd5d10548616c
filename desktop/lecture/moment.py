"""What a lecture shows at this moment: frozen, for the hall and for the lecturer's screen."""

from __future__ import annotations

from dataclasses import dataclass

from engine.document.experiment import Experiment
from engine.document.lecture import Beat
from engine.document.script import Cue
from engine.records.beat import BeatRecord


@dataclass(frozen=True, slots=True)
class Moment:
    """A beat as it stands now."""

    cue: Cue
    count: int
    """Beats in all."""
    following: Cue | None
    """What the next press leads to; None at the end."""
    record: BeatRecord | None
    """What it says; None until the worker has answered."""
    is_training: bool = False
    question: str = ""
    """The student's, while it stands before the first beat, which is not played yet."""
    chapter: str = ""
    """Said over that question."""
    is_marked: bool = False
    """Whether the right choice is marked."""
    chosen: int | None = None
    """The choice that won a show of hands, from 0; None before one did."""

    @property
    def is_title(self) -> bool:
        """Whether the student's question is shown, and no beat."""
        return bool(self.question)

    @property
    def beat(self) -> Beat:
        """As the document describes it."""
        return self.cue.beat

    @property
    def experiment(self) -> Experiment:
        """Of the baseline."""
        return self.cue.baseline

    @property
    def sentence(self) -> str:
        """What the hall reads; filled as far as it is known."""
        return "" if self.record is None else self.record.sentence
