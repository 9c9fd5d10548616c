"""What is offered against the cause: asked for, measured, applied, tried."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.controllers.frame_loop import FrameLoop
from desktop.display.frame import DisplayFrame
from desktop.display.remedies import tell_outcome
from desktop.model.workspace import Workspace
from desktop.panels.remedies import TRIAL_ITERATIONS, RemedyRow
from desktop.panels.trial_dialog import TrialDialog
from desktop.shell.main_window import MainWindow
from desktop.worker.controller import TrainingController
from engine.analysis.remedies import RemediesQuestion, apply_remedy, is_helpful, list_remedies
from engine.document.experiment import Experiment, keeps_weights
from engine.errors import GradientTheatreError
from engine.kinds.question import Question, Refusal
from engine.records.cause import CauseKind
from engine.records.remedy import Remedy
from engine.records.trace import Trace

if TYPE_CHECKING:
    from desktop.worker.trials import Trials

_STEADY_S = 1.0
"""So long another cause must hold while training runs, before other remedies are offered."""
_QUIET = ("healthy", "strong", "weak")


@dataclass(frozen=True, slots=True)
class _Tried:
    """A remedy that was applied, and whose effect is not told yet."""

    remedy: Remedy
    result: Experiment
    before: float | None
    begins_anew: bool


class RemedyCommands(QObject):
    """Keeps the chips to the newest pass, without a flicker; does what a click on one means.

    They are measured when the cause or the document changes, and when training comes to rest.
    """

    def __init__(
        self,
        workspace: Workspace,
        controller: TrainingController,
        frame_loop: FrameLoop,
        window: MainWindow,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._controller = controller
        self._frame_loop = frame_loop
        self._window = window
        self._row: RemedyRow = window.remedies
        self._offered: tuple[Experiment, CauseKind] | None = None
        self._other: CauseKind | None = None
        """A cause that is seen while training runs, and since when."""
        self._other_since = 0.0
        self._measured: Trace | None = None
        """The pass beside which the remedies are measured."""
        self._rest: tuple[Remedy, ...] = ()
        """What the next question is about."""
        self._tried: _Tried | None = None
        self._trials: Trials | None = None
        self._dialog: TrialDialog | None = None
        self._resting = QTimer(self, singleShot=True, interval=0)
        self._resting.timeout.connect(self._look)

    @Slot(object)
    def note_pass(self, _display: DisplayFrame) -> None:
        """Another pass is drawn."""
        self._tell_outcome()
        self._look()

    @Slot()
    def look_soon(self) -> None:
        """Training has begun, or come to rest, or another lane is edited."""
        self._resting.start()

    @Slot()
    def show_document(self) -> None:
        """Another document: nothing is offered until a pass of it is seen."""
        self._offered = self._tried = None
        self._rest = ()
        self._row.show_remedies(self._workspace.experiment, ())
        self.give_up()

    @Slot()
    def give_up(self) -> None:
        """End what is being tried, and close the table."""
        if self._trials is not None:
            self._trials.cancel()
        if self._dialog is not None:
            self._dialog.close()

    def close(self) -> None:
        """Ask no more, and leave no process: the program closes."""
        self._resting.stop()
        self.give_up()

    def _look(self) -> None:
        """Offer what suits the newest pass; measure it where that is due."""
        run = self._frame_loop.run
        newest, cause = run.newest, run.cause
        if run.watched is not None or newest is None or newest.trace is None or cause is None:
            return
        experiment = self._workspace.experiment
        if run.experiment != experiment:
            return  # an edit is on its way to the worker
        kind = cause.kind
        if self._offered != (experiment, kind):
            if not self._is_steady(experiment, kind):
                return
            self._offer(experiment, kind)
        elif newest.trace is self._measured or self._controller.is_training:
            return
        self._measured = newest.trace
        self._ask(self._row.remedies)

    def _is_steady(self, experiment: Experiment, kind: CauseKind) -> bool:
        """Whether a cause is no more than a moment of a training that goes on."""
        if not self._controller.is_training or self._offered is None:
            return True
        if self._offered[0] != experiment:
            return True
        now = monotonic()
        if kind != self._other:
            self._other, self._other_since = kind, now
        return now - self._other_since >= _STEADY_S

    def _offer(self, experiment: Experiment, kind: CauseKind) -> None:
        self._offered, self._other = (experiment, kind), None
        self._row.show_remedies(experiment, list_remedies(experiment, kind))

    def _ask(self, remedies: tuple[Remedy, ...]) -> None:
        self._rest = remedies
        if remedies:
            self._controller.ask(RemediesQuestion(remedies))

    @Slot(object, object)
    def show_answer(self, question: Question, answer: object) -> None:
        """Show what was measured, and ask for the rest."""
        if not isinstance(question, RemediesQuestion) or question.remedies != self._rest:
            return
        self._rest = ()
        if isinstance(answer, Refusal) or not isinstance(answer, tuple):
            return
        self._row.show_effects(answer)
        self._ask(question.remedies[len(answer) :])

    @Slot(object)
    def apply(self, remedy: Remedy) -> None:
        """Make a remedy an edit, and say what it did as soon as that is measured."""
        before = self._workspace.experiment
        try:
            after = apply_remedy(before, remedy)
        except GradientTheatreError as error:
            self._workspace.notify(str(error))
            return
        run = self._frame_loop.run
        verdict = run.verdict
        carried = None if verdict is None else verdict.carried.ratio
        keeps = keeps_weights(before, after)
        has_halted = run.newest is not None and run.newest.halted is not None
        is_told_later = keeps and has_halted  # what it does is seen when training begins again
        self._tried = None if is_told_later else _Tried(remedy, after, carried, not keeps)
        self._workspace.edit(after, remedy.name)
        if is_told_later:
            self._workspace.notify(
                f"“{remedy.name}” is set: go on from the last good state, or start again."
            )

    def _tell_outcome(self) -> None:
        """Once the pass with the remedy is there."""
        run, tried = self._frame_loop.run, self._tried
        if tried is None or run.newest is None or run.verdict is None:
            return
        if self._workspace.experiment != tried.result:
            self._tried = None
            return
        if run.experiment != tried.result or (tried.begins_anew and run.iteration > 0):
            return  # it is on its way
        self._tried = None
        after, kind = run.verdict.carried.ratio, run.verdict.kind
        self._workspace.notify(
            tell_outcome(
                tried.remedy,
                tried.before,
                after,
                helps=is_helpful(tried.before, after),
                still="" if kind in _QUIET else kind,
                is_new=tried.begins_anew,
            )
        )

    @Slot()
    def try_all(self) -> None:
        """Train each remedy in the background, and show what became of it."""
        if self._offered is None:
            return
        experiment, remedies = self._offered[0], self._row.remedies
        if self._trials is None:
            from desktop.worker.trials import Trials  # and what processes need: seldom wanted

            self._trials = Trials(parent=self)
        if self._dialog is None:
            dialog = self._dialog = TrialDialog(self._window)
            dialog.apply_requested.connect(self.apply)
            dialog.cancel_requested.connect(self._trials.cancel)
            self._trials.reported.connect(dialog.show_report)
            self._trials.finished.connect(dialog.show_end)
        self._dialog.begin(remedies, TRIAL_ITERATIONS)
        self._dialog.show()
        tried = [experiment, *(apply_remedy(experiment, remedy) for remedy in remedies)]
        self._trials.start(tried, self._workspace.folder, TRIAL_ITERATIONS)
