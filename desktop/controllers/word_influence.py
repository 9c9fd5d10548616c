"""Which word matters: asked whenever the answer may have changed and someone looks."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop.controllers.question_timer import Asker
from desktop.kinds.recurrent.display.word_influence import ABSENCE, NOT_YET, reads_words
from desktop.model.workspace import Workspace
from desktop.shell.main_window import MainWindow
from desktop.worker.controller import TrainingController
from engine.document.experiment import Experiment
from engine.kinds.question import Question, Refusal
from engine.kinds.recurrent.questions import InfluenceQuestion
from engine.kinds.recurrent.records import WordInfluence


class Influencing(QObject):
    """Puts the panel's question to the worker, and shows what comes back."""

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
        self.asker = Asker(self._ask, self._is_wanted, self)

    @Slot()
    def show_experiment(self) -> None:
        """Begin with another text, or say why there are no words."""
        experiment = self._workspace.experiment
        has_words = reads_words(experiment)
        old, self._shown = self._shown, experiment
        if old is None or old.task != experiment.task or reads_words(old) != has_words:
            self._panel.show(None, NOT_YET if has_words else ABSENCE)
        self._window.docks.offer_words(has_words)

    @Slot(object, object)
    def show_answer(self, question: Question, answer: object) -> None:
        """Show what was measured, or why there is no answer."""
        if not isinstance(question, InfluenceQuestion):
            return
        if isinstance(answer, Refusal):
            self._panel.show_problem(answer.sentence)
        elif isinstance(answer, WordInfluence) and reads_words(self._workspace.experiment):
            self._panel.show(answer)
        self.asker.note_answer()

    def _is_wanted(self) -> bool:
        return self._panel.isVisible() and reads_words(self._workspace.experiment)

    def _ask(self) -> None:
        self._controller.ask(InfluenceQuestion(*self._panel.question))
