"""What theories must ask of the run before they can be drawn: asked while one is switched on."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from desktop.controllers.frame_loop import FrameLoop
from desktop.controllers.question_timer import Asker
from desktop.display.theory import needs_weights
from desktop.model.workspace import Workspace
from desktop.worker.controller import TrainingController
from engine.analysis.theory_question import WeightSizesQuestion
from engine.kinds.question import Question
from engine.records.theory import WeightSizes


class TheoryQuestion(QObject):
    """Asks how large the weights are while training rests, and hands the answer to what is drawn.

    While training runs no answer would belong to the pass that is shown.
    """

    def __init__(
        self,
        workspace: Workspace,
        controller: TrainingController,
        frame_loop: FrameLoop,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._controller = controller
        self._frame_loop = frame_loop
        self.asker = Asker(self._ask, self._is_wanted, self)

    @Slot()
    def forget(self) -> None:
        """The network is another one: what was measured of it may not hold any more."""
        self._draw(None)

    @Slot(object, object)
    def show_answer(self, question: Question, answer: object) -> None:
        """Draw what was measured; a refusal leaves it out."""
        if not isinstance(question, WeightSizesQuestion):
            return
        if answer is None:  # the worker was waited for
            self.asker.ask_again()
            return
        self._draw(answer if isinstance(answer, WeightSizes) else None)
        self.asker.note_answer()

    def _draw(self, sizes: WeightSizes | None) -> None:
        options = self._frame_loop.options
        if options.weight_sizes is not sizes:
            self._frame_loop.adjust(replace(options, weight_sizes=sizes))

    def _ask(self) -> None:
        self._controller.ask(WeightSizesQuestion())

    def _is_wanted(self) -> bool:
        network = self._workspace.experiment.network
        is_calm = not self._controller.is_training
        return is_calm and needs_weights(self._frame_loop.options.theories, network)
