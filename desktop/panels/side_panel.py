"""A panel beside the inspector that a kind of network brings along."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.style.theme import Theme
from engine.document.experiment import Experiment
from engine.kinds.question import Question


class SidePanel(QWidget):
    """Shows the answer to a question about the run, which is asked while the panel is seen."""

    title: str
    """What its dock is called."""
    heading: str
    """What stands over it."""
    short_name: str
    """Begins the object names of what belongs to its dock."""
    asked = Signal()
    """The viewer asks something else, and now."""

    @abstractmethod
    def question(self) -> Question:
        """What to ask of the run, now and after every pass."""

    @abstractmethod
    def suits(self, experiment: Experiment) -> bool:
        """Whether an experiment has what the panel is about."""

    @abstractmethod
    def begin(self, experiment: Experiment) -> None:
        """Wait for the first answer about another task or kind, or say why there is none."""

    @abstractmethod
    def show_answer(self, answer: object) -> None:
        """Show what was measured."""

    @abstractmethod
    def show_problem(self, sentence: str) -> None:
        """Say why it could not be measured."""

    @abstractmethod
    def apply_theme(self, theme: Theme) -> None:
        """Take the tones of another theme."""
