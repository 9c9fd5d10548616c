"""What a side panel asks of the run: whenever the answer may have changed and someone looks."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop.controllers.question_timer import Asker
from desktop.model.workspace import Workspace
from desktop.panels.side_panel import SidePanel
from desktop.shell.docks import Docks
from desktop.worker.controller import TrainingController
from engine.document.experiment import Experiment
from engine.kinds.question import Question, Refusal


class SidePanelQuestion(QObject):
    """Puts the panel's question to the worker, and shows what comes back."""

    def __init__(
        self,
        workspace: Workspace,
        controller: TrainingController,
        docks: Docks,
        panel: SidePanel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._controller = controller
        self._docks = docks
        self._panel = panel
        self._shown: Experiment | None = None
        self.asker = Asker(self._ask, self._is_wanted, self)

    @Slot()
    def show_experiment(self) -> None:
        """Begin anew with another task; where there is nothing to see, fold the panel away."""
        experiment = self._workspace.experiment
        is_suitable = self._panel.suits(experiment)
        old, self._shown = self._shown, experiment
        if old is None or old.task != experiment.task or self._panel.suits(old) != is_suitable:
            self._panel.begin(experiment)
        self._docks.offer(self._panel, is_suitable)

    @Slot(object, object)
    def show_answer(self, question: Question, answer: object) -> None:
        """Show what was measured, or why there is no answer."""
        if type(question) is not type(self._panel.question()):
            return
        if isinstance(answer, Refusal):
            self._panel.show_problem(answer.sentence)
        elif self._panel.suits(self._workspace.experiment):
            self._panel.show_answer(answer)
        self.asker.note_answer()

    def _is_wanted(self) -> bool:
        return self._panel.isVisible() and self._panel.suits(self._workspace.experiment)

    def _ask(self) -> None:
        self._controller.ask(self._panel.question())
