"""Fetches what the worker has left, and turns it into what is drawn, once a tick.

The only caller of `resolve`: state and choices come in, display frames go out.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from desktop.display.easing import ease_flow
from desktop.display.frame import DisplayFrame
from desktop.display.options import DisplayOptions
from desktop.display.pictures import FlowPicture
from desktop.display.resolve import resolve
from desktop.kinds import table
from desktop.kinds.table import kind_of
from desktop.model.player import Player
from desktop.model.preferences import Preferences
from desktop.model.run_view import RunView
from desktop.model.speed import Pace, Status
from desktop.model.workspace import Workspace
from desktop.worker.controller import TrainingController
from desktop.worker.mailbox import Delivery
from engine.document.experiment import MAX_ITERATIONS, Training
from engine.records.frames import TrainingFrame

TICK_MS = 16
SLOW_TICK_MS = 200
_AIM_MS = 3
"""After a tick, when its frame is painted: resolving a new pass holds no frame up."""
_FETCH_EVERY_S = 0.1
"""While training runs: between two passes the bars ease, the worker has its time, and the words
can be read."""


class FrameLoop(QObject):
    """Fetches, eases and draws what is measured of the run that is shown.

    One pass is shown at a time: in the tick in which it is first drawn, the words, the inspector
    and the figures change to it too.
    """

    display_changed = Signal(object)
    """A `DisplayFrame` for the theatre."""
    details_changed = Signal(object)
    """A `DisplayFrame` for words and the inspector, in the tick in which it is first drawn."""
    status_changed = Signal(object)
    choices_changed = Signal()
    """Quantity, scale or axis were chosen anew."""

    def __init__(
        self,
        workspace: Workspace,
        controller: TrainingController,
        player: Player,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._controller = controller
        self._player = player
        views = table.list_lower_views()
        self.options = DisplayOptions(
            quantities={kind.name: preferences.quantity_of(kind.name) for kind in table.KINDS},
            lower_view=preferences.lower_view if preferences.lower_view in views else views[0],
            is_lower_folded=preferences.folds_lower_row,
            theories=preferences.theories,
            reduce_motion=preferences.reduces_motion,
        )
        self.run = RunView()
        self._display: DisplayFrame | None = None
        self._eased: FlowPicture | None = None
        self._is_due = True
        self._is_new = False  # resolved, and never drawn
        self._aimed: TrainingFrame | None = None
        self._drawn: TrainingFrame | None = None
        self._fetched_at = 0.0
        self._pace = Pace(monotonic())
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._aim = QTimer(self, interval=_AIM_MS, singleShot=True)
        self._aim.setTimerType(Qt.TimerType.PreciseTimer)
        self._aim.timeout.connect(self._take_aim)
        self._slow_timer = QTimer(self)
        self._slow_timer.setInterval(SLOW_TICK_MS)
        self._slow_timer.timeout.connect(self._report)

    @property
    def display(self) -> DisplayFrame:
        """What is drawn now, at its goal."""
        if self._display is None or self._is_due:
            return self._resolve()
        return self._display

    @property
    def watched_iteration(self) -> int | None:
        """The earlier iteration whose pass is shown; None while the newest one is."""
        return self.run.watched_iteration

    @property
    def iteration(self) -> int:
        """Of the newest pass."""
        return self.run.iteration

    @property
    def planned_end(self) -> int:
        """Where training ends: the document's last iteration, or where it was let go on to."""
        planned = self._workspace.experiment.training.iterations
        return max(planned, self._controller.extension)

    @property
    def more(self) -> int:
        """How many iterations "Train on" offers, as many as were planned; 0 before the end."""
        if self.iteration < self.planned_end:
            return 0
        planned = self._workspace.experiment.training.iterations or Training().iterations
        return min(planned, MAX_ITERATIONS - self.iteration)

    def start(self) -> None:
        """Begin to tick."""
        self.tick()
        self._report()
        self._timer.start()
        self._slow_timer.start()

    def stop(self) -> None:
        """Tick no more."""
        self._timer.stop()
        self._slow_timer.stop()
        self._aim.stop()

    @Slot()
    def draw_soon(self) -> None:
        """Something that is drawn has changed: resolve it at the next tick."""
        self._is_due = True

    def adjust(self, options: DisplayOptions) -> None:
        """Change what is drawn on the axes that there are."""
        self.options = options
        self._is_due = True

    def choose(self, options: DisplayOptions) -> None:
        """Change what the viewer sees."""
        self.options = options
        self.refit()
        self.choices_changed.emit()

    @Slot()
    def refit(self) -> None:
        """Let the axis fit what is drawn."""
        self.options = replace(self.options, axis=None, lower_axis=None)
        self._is_due = True

    @Slot(object)
    def show_watched(self, frame: TrainingFrame) -> None:
        """Show an earlier pass until training goes on; more details of it do not replay it."""
        self._is_due = True
        if self.run.watch(frame):
            self._player.replay()

    @Slot()
    def show_newest(self) -> None:
        """Leave the pass that was watched."""
        self._controller.stop_watching()
        if self.run.leave_watched():
            self._is_due = True

    @Slot(bool)
    def note_training(self, _is_training: bool) -> None:
        """Draw what the worker left before it began or ended, and say so at once."""
        self._is_due = True
        self.tick()
        self.details_changed.emit(self._display)
        self._report()

    @Slot()
    def tick(self) -> None:
        """Fetch, ease, draw; a pass that is drawn for the first time is said at once."""
        now = monotonic()
        is_calm = not self._controller.is_training
        if is_calm or now - self._fetched_at > _FETCH_EVERY_S:
            self._fetched_at = now
            delivery = self._controller.empty_mailbox()
            if delivery is not None:
                self._take(delivery)
        if self._is_due and is_calm:
            self._take_aim()
        is_first = self._is_new
        if self._display is not None and (is_first or self._eased is not self._display.flow):
            self._ease()
        if is_first:
            self._drawn = self._aimed
            self.details_changed.emit(self._display)
            self._report()
        if self._is_due:
            self._aim.start()

    @Slot()
    def _take_aim(self) -> None:
        """Resolve what is drawn from now on, or what the bars ease towards."""
        self._is_due = False
        self._is_new = True
        self._aimed = self.run.shown
        self._display = self._resolve()
        lower = self._display.lower.flow
        self.options = replace(
            self.options,
            axis=self._display.flow.axis,
            lower_axis=None if lower is None else lower.axis,
        )

    def _ease(self) -> None:
        display = self._display
        assert display is not None
        self._is_new = False
        goal = display.flow
        self._eased = goal if self.options.reduce_motion else ease_flow(self._eased, goal)
        shown = display if self._eased is goal else replace(display, flow=self._eased)
        self.display_changed.emit(shown)

    def _take(self, delivery: Delivery) -> None:
        run = self.run
        if delivery.kept_rows is not None:
            if delivery.kept_rows == 0:
                self.options = replace(self.options, answer=None, refusal="", weight_sizes=None)
                self.refit()
                self.show_newest()
            run.forget_from(delivery.kept_rows)
        run.add_rows(delivery.rows)
        self._pace.count(delivery.updates)
        self._is_due = True
        newest = delivery.newest
        if newest is None:
            if (
                run.newest is None
            ):  # nothing can be measured: the slider has its stages all the same
                experiment = self._workspace.experiment
                kind = kind_of(experiment.network).display
                self._player.set_depth(kind.count_places(experiment))
            return
        run.take_newest(newest, delivery.experiment)
        if newest.trace is not None:
            self._player.set_depth(newest.trace.places)
            self._workspace.note_measured(newest.trace)

    def _resolve(self) -> DisplayFrame:
        run = self.run
        run.before = self._workspace.before
        options = replace(
            self.options,
            selected_layer=self._workspace.selected_layer,
            is_pinned=self._workspace.is_pinned,
            before=run.comparable_before,
            shown_iteration=run.watched_iteration,
        )
        experiment = run.experiment or self._workspace.experiment
        return resolve(
            kind_of(experiment.network).display,
            experiment,
            run.shown,
            run.history,
            run.verdict,
            options,
            self._player.playhead,
            run.majority,
            run.cause,
        )

    def _find_newest_drawn(self) -> int:
        """Where training stands on the screen, whatever earlier pass is watched."""
        if self._drawn is None or self.run.watched is not None:
            return self.run.iteration
        return self._drawn.iteration

    def _is_scored_elsewhere(self) -> bool:
        """Whether the held-out data were asked at another pass than the one that is drawn."""
        return self._drawn is not None and self._drawn.iteration != self.run.scored_at

    @Slot()
    def _report(self) -> None:
        is_training = self._controller.is_training
        progress = self._controller.progress
        self.status_changed.emit(
            Status(
                iteration=self._find_newest_drawn(),
                loss=None if self._drawn is None else self._drawn.loss,
                held_out=self.run.held_out,
                scored_at=self.run.scored_at if self._is_scored_elsewhere() else None,
                iterations_per_second=self._pace.look(monotonic(), is_training=is_training),
                is_training=is_training,
                goal=self._controller.goal if is_training else self._controller.extension or None,
                progress=None if progress is None else progress.share,
                more=self.more,
            )
        )
