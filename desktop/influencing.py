"""Asks which word matters, whenever the answer may have changed and someone looks."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.display.influence import ABSENCE, NOT_YET, reads_words
from desktop.display.picture import DisplayFrame
from desktop.training.controller import TrainingController
from desktop.window import MainWindow
from desktop.workspace import Workspace
from engine.experiment import Experiment
from engine.time_records import TimeTrace, WordInfluence

_LEAST_S = 0.5
"""From one measurement to the next while training runs."""
_SHARE = 0.2
"""Of the training time may go into measurements that take longer."""


class Influencing(QObject):
    """Puts the panel's question to the worker again after every pass, one at a time."""

    def __init__(
        self,
        workspace: Workspace,
        controller: TrainingController,
        window: MainWindow,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._controller = controller
        self._panel = window.influence
        self._window = window
        self._shown: Experiment | None = None
        self._trace: TimeTrace | None = None
        self._answered: TimeTrace | None = None
        self._is_waiting = False
        self._asked_at = 0.0
        self._next = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._ask_again)

    @Slot()
    def show_experiment(self) -> None:
        """Begin with another text, or say why there are no words."""
        experiment = self._workspace.experiment
        has_words = reads_words(experiment)
        old, self._shown = self._shown, experiment
        if old is None or old.task != experiment.task or reads_words(old) != has_words:
            self._panel.show(None, NOT_YET if has_words else ABSENCE)
        self._window.offer_words(has_words)

    @Slot(object)
    def note_pass(self, display: DisplayFrame) -> None:
        """Another pass is drawn: the network may weigh the words differently."""
        self._trace = None if display.unrolled is None else display.unrolled.trace
        self.ask_soon()

    @Slot()
    def ask_soon(self) -> None:
        """Ask if the panel is looked at and shows an older pass, but never in a hurry."""
        if self._is_waiting or self._trace is None or self._trace is self._answered:
            return
        if self._panel.isVisible() and reads_words(self._workspace.experiment):
            self._timer.start(max(0, round(1000 * (self._next - monotonic()))))

    @Slot(str)
    def ask_typed(self, sentence: str) -> None:
        """Measure a sentence that was just typed."""
        self._ask(sentence, 0)

    @Slot(int)
    def ask_example(self, number: int) -> None:
        """Measure a held-out sentence."""
        self._ask(None, number)

    @Slot(object)
    def show_answer(self, influence: WordInfluence) -> None:
        """Show what was measured; ask again if there was another pass meanwhile."""
        self._is_waiting = False
        now = monotonic()
        self._next = self._asked_at + max(_LEAST_S, (now - self._asked_at) / _SHARE)
        if reads_words(self._workspace.experiment):
            self._panel.show(influence)
        self.ask_soon()

    @Slot(str)
    def show_refusal(self, sentence: str) -> None:
        """Say why there is no answer."""
        self._is_waiting = False
        self._panel.show_problem(sentence)

    @Slot()
    def give_up(self) -> None:
        """Wait no longer for an answer: the worker has failed."""
        self._is_waiting = False

    def _ask_again(self) -> None:
        self._ask(*self._panel.question)

    def _ask(self, typed: str | None, example: int) -> None:
        self._timer.stop()
        self._is_waiting = True
        self._answered = self._trace
        self._asked_at = monotonic()
        self._controller.ask_influence(typed, example)
