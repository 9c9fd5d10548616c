"""What the cause of a pass still needs to be measured: asked while training rests."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop.controllers.frame_loop import FrameLoop
from desktop.controllers.question_timer import Asker
from desktop.model.run_view import RunView
from desktop.worker.controller import TrainingController
from engine.analysis.cause_question import CauseQuestion
from engine.kinds.question import Question
from engine.records.cause import SlowEvidence
from engine.records.trace import Trace

_REST_S = 0.4
"""After a pass: the next switch, if there is one, finds the worker free."""


class CauseCompletion(QObject):
    """Puts the question to the worker, and completes the cause that is shown."""

    def __init__(
        self,
        controller: TrainingController,
        frame_loop: FrameLoop,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._frame_loop = frame_loop
        self._asked: Trace | None = None
        self._asked_of: RunView = frame_loop.run
        self.asker = Asker(self._ask, self._is_wanted, self, _REST_S)

    @Slot(object, object)
    def take_answer(self, question: Question, answer: object) -> None:
        """Complete the cause; where it was refused, it stays as it is."""
        if not isinstance(question, CauseQuestion):
            return
        if answer is None:
            self.asker.ask_again()
            return
        if isinstance(answer, SlowEvidence) and self._asked is not None:
            self._asked_of.complete_cause(self._asked, answer)
            self._frame_loop.draw_soon()
        self.asker.note_answer()

    def _is_wanted(self) -> bool:
        return not self._controller.is_training and not self._frame_loop.run.is_cause_complete

    def _ask(self) -> None:
        run = self._asked_of = self._frame_loop.run
        cause, shown = run.cause, run.shown
        self._asked = None if shown is None else shown.trace
        wants_curvature = cause is not None and cause.is_open
        if self._controller.is_training:
            self._asked = None
            self.asker.note_answer()
            return
        self._controller.ask(CauseQuestion(wants_curvature))
