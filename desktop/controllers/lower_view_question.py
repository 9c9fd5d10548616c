"""What the lower view must ask of the run before it can be drawn: asked while it stands there."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from desktop.controllers.frame_loop import FrameLoop
from desktop.controllers.question_timer import Asker
from desktop.kinds.table import kind_of
from desktop.model.workspace import Workspace
from desktop.worker.controller import TrainingController
from engine.kinds.question import Question, Refusal


class LowerViewQuestion(QObject):
    """Puts the view's question to the worker, and hands the answer to what is drawn."""

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

    @Slot(object, object)
    def show_answer(self, question: Question, answer: object) -> None:
        """Draw what was measured, or say why there is nothing."""
        if type(question) is not type(self._question()):
            return
        options = self._frame_loop.options
        if isinstance(answer, Refusal):
            self._frame_loop.adjust(replace(options, answer=None, refusal=answer.sentence))
        else:
            self._frame_loop.adjust(replace(options, answer=answer, refusal=""))
        self.asker.note_answer()

    def _question(self) -> Question | None:
        kind = kind_of(self._workspace.experiment.network).display
        options = self._frame_loop.options
        if options.lower_view == "words":
            return kind.question_of_words(options.words)
        return kind.question_of(options.lower_view)

    def _ask(self) -> None:
        question = self._question()
        if question is not None:
            self._controller.ask(question)

    def _is_wanted(self) -> bool:
        return not self._frame_loop.options.is_lower_folded and self._question() is not None
