"""Fetches what the worker has left, and turns it into what is drawn, once a tick.

The only caller of `resolve`: state and choices come in, display frames go out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from desktop.display.easing import ease_flow
from desktop.display.frame import DisplayFrame
from desktop.display.lanes import LaneSource, resolve_lanes
from desktop.display.options import DisplayOptions
from desktop.display.pictures import FlowPicture
from desktop.display.resolve import resolve
from desktop.kinds import table
from desktop.kinds.table import kind_of
from desktop.model.lanes import Network
from desktop.model.player import Player
from desktop.model.preferences import Preferences
from desktop.model.run_view import RunView
from desktop.model.speed import Pace, Score, Status
from desktop.model.undo import differs_in_words_only
from desktop.model.workspace import Workspace
from desktop.worker.controller import TrainingController
from desktop.worker.mailbox import Delivery, Letter
from engine.document.experiment import MAX_ITERATIONS, Training
from engine.document.lanes import LANES, Lane
from engine.records.frames import TrainingFrame
from engine.training.history import History

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
        self._runs: dict[int, RunView] = {}
        self._display: DisplayFrame | None = None
        self._eased: list[FlowPicture] = []
        self._is_due = True
        self._is_new = False  # resolved, and never drawn
        self._aimed: dict[int, TrainingFrame] = {}
        self._drawn: dict[int, TrainingFrame] = {}
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
    def run(self) -> RunView:
        """The run of the lane that is edited."""
        return self._view(self._workspace.run)

    def _view(self, number: int) -> RunView:
        return self._runs.setdefault(number, RunView())

    @property
    def runs(self) -> dict[int, RunView]:
        """The runs of the lanes there are, by their numbers, the baseline's first."""
        return {number: self._view(number) for number in self._workspace.lanes.experiments}

    @property
    def watched_iteration(self) -> int | None:
        """The earlier iteration whose pass is shown; None while the newest one is."""
        return self.run.watched_iteration

    @property
    def iteration(self) -> int:
        """Of the newest pass; where a lane has halted, that of the one that goes on."""
        return max(run.iteration for run in self.runs.values())

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

    @Slot()
    def show_lane(self) -> None:
        """Another lane is edited: draw it as that."""
        self._forget_answers()
        self._is_due = True

    @Slot(object)
    def show_watched(self, frames: Mapping[int, TrainingFrame]) -> None:
        """Show an earlier pass until training goes on; more details of it do not replay it."""
        self._leave_film()
        self._is_due = True
        runs = self.runs
        are_others = [runs[number].watch(frames[number]) for number in frames.keys() & runs.keys()]
        if any(are_others):
            self._player.replay()

    def show_film(self, frame: TrainingFrame, span: tuple[int, int]) -> None:
        """Show a pass of the film over these iterations, whole, until another one is shown."""
        self._controller.stop_watching()
        self.options = replace(self.options, film=span)
        self.run.watch(frame)
        self._is_due = True

    def _leave_film(self) -> None:
        if self.options.film is not None:
            self.options = replace(self.options, film=None)
            self._is_due = True

    @Slot()
    def show_newest(self) -> None:
        """Leave the pass that was watched."""
        self._controller.stop_watching()
        self._leave_film()
        for run in self.runs.values():
            self._is_due |= run.leave_watched()

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
            self._take_all(self._controller.empty_mailboxes())
        if self._is_due and is_calm:
            self._take_aim()
        is_first = self._is_new
        if self._display is not None and (is_first or not self._has_come_to_rest(self._display)):
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
        self._aimed = {
            number: run.shown for number, run in self.runs.items() if run.shown is not None
        }
        self._display = self._resolve()
        lower = self._display.lower.flow
        self.options = replace(
            self.options,
            axis=self._display.flow.axis,
            lower_axis=None if lower is None else lower.axis,
        )

    def _has_come_to_rest(self, display: DisplayFrame) -> bool:
        """Whether the bars of all lanes are drawn where they belong."""
        return all(
            eased is lane.flow for eased, lane in zip(self._eased, display.lanes, strict=True)
        )

    def _ease(self) -> None:
        display = self._display
        assert display is not None
        self._is_new = False
        goals = [lane.flow for lane in display.lanes]
        eased = goals
        if not self.options.reduce_motion:
            last = [*self._eased, *len(goals) * [None]]
            eased = [ease_flow(old, goal) for old, goal in zip(last, goals, strict=False)]
        self._eased = eased
        shown = display
        if display.variant is not None and eased[1] is not goals[1]:
            shown = replace(shown, variant=replace(display.variant, flow=eased[1]))
        if eased[0] is not goals[0]:
            shown = replace(shown, flow=eased[0])
        self.display_changed.emit(shown)

    def _take_all(self, letters: Iterable[Letter]) -> None:
        """Of runs that are no more shown too, until they have ended: others may branch off them."""
        shown = self.runs
        updates = dict.fromkeys(shown, 0)
        for number, delivery in letters:
            if delivery is not None:
                self._take(number, delivery)
                updates[number] = updates.get(number, 0) + delivery.updates
            elif number not in shown:
                self._runs.pop(number, None)
        self._fit_playhead()
        self._pace.count(max(updates[number] for number in shown))

    def _take(self, number: int, delivery: Delivery) -> None:
        run, is_shown = self._view(number), number in self._workspace.lanes.experiments
        if delivery.kept_rows is not None:
            if delivery.kept_rows == 0 and is_shown:
                if number == self._workspace.run:
                    self._forget_answers()
                self.refit()
                self.show_newest()
            run.forget_from(delivery.kept_rows)
        origin = delivery.branching
        if origin is not None:
            run.branch_off(self._view(origin.run), origin.iteration)
        run.add_rows(delivery.rows)
        self._is_due = True
        if delivery.newest is not None:
            run.take_newest(delivery.newest, delivery.experiment)
            if delivery.newest.trace is not None and is_shown:
                self._workspace.note_measured(delivery.newest.trace, number)

    def _forget_answers(self) -> None:
        """What was measured on demand was measured of another network."""
        self.options = replace(self.options, answer=None, refusal="", weight_sizes=None)

    def _fit_playhead(self) -> None:
        """To the longer lane: the pass of the shorter one ends earlier.

        Where nothing can be measured, the slider has its stages all the same.
        """
        depths = []
        for number, experiment in self._workspace.lanes.experiments.items():
            newest = self._view(number).newest
            if newest is not None and newest.trace is not None:
                depths.append(newest.trace.places)
            else:
                depths.append(kind_of(experiment.network).display.count_places(experiment))
        self._player.set_depth(max(depths))

    def resolve_as(self, options: DisplayOptions) -> DisplayFrame:
        """The same moment as other choices would show it."""
        return self._resolve(self._choose_options(options))

    def _resolve(self, options: DisplayOptions | None = None) -> DisplayFrame:
        lanes = self._workspace.lanes
        options = self._choose_options(self.options) if options is None else options
        baseline = self._make_source(lanes.baseline)
        if lanes.variant is not None:
            variant = self._make_source(lanes.variant)
            if baseline.kind is not variant.kind:
                # One of them is still that of the last document.
                baseline, variant = map(self._make_empty_source, (lanes.baseline, lanes.variant))
            return resolve_lanes(baseline, variant, lanes.edited, options, self._player.playhead)
        return resolve(
            baseline.kind,
            baseline.experiment,
            baseline.frame,
            baseline.history,
            baseline.verdict,
            replace(options, before=baseline.before),
            self._player.playhead,
            baseline.majority,
            baseline.cause,
        )

    def freeze(self) -> tuple[dict[Lane, LaneSource], DisplayOptions]:
        """What is drawn now, however training goes on: the lanes, and what is chosen."""
        lanes = self._workspace.lanes
        sources: dict[Lane, LaneSource] = {}
        for name, network in zip(LANES, (lanes.baseline, lanes.variant), strict=True):
            if network is not None:
                source = self._make_source(network)
                sources[name] = replace(source, history=source.history.copy())
        return sources, self._choose_options(self.options)

    def _choose_options(self, options: DisplayOptions) -> DisplayOptions:
        return replace(
            options,
            selected_layer=self._workspace.selected_layer,
            is_pinned=self._workspace.is_pinned,
            shown_iteration=self.watched_iteration,
        )

    def _make_empty_source(self, network: Network) -> LaneSource:
        """Of a lane that waits for its first pass."""
        kind = kind_of(network.experiment.network).display
        return LaneSource(kind, network.experiment, None, History())

    def _make_source(self, network: Network) -> LaneSource:
        run = self._view(network.run)
        run.before = self._workspace.before_of(network.run)
        experiment = network.experiment
        if run.experiment is not None and not differs_in_words_only(run.experiment, experiment):
            experiment = run.experiment
        return LaneSource(
            kind_of(experiment.network).display,
            experiment,
            run.shown,
            run.history,
            run.verdict,
            run.comparable_before,
            run.majority,
            run.cause,
        )

    def _find_newest_drawn(self) -> int:
        """Where training stands on the screen, whatever earlier pass is watched."""
        drawn = [self._drawn[number] for number in self._drawn.keys() & self.runs.keys()]
        if not drawn or self.run.watched is not None:
            return self.iteration
        return max(frame.iteration for frame in drawn)

    def _find_score(self) -> Score:
        """Of the edited lane, with what the other one has lost."""
        lanes = self._workspace.lanes
        drawn, other = self._drawn.get(lanes.shown.run), None
        if lanes.other is not None:
            other = self._drawn.get(lanes.other.run)
        is_elsewhere = drawn is not None and drawn.iteration != self.run.scored_at
        return Score(
            loss=None if drawn is None else drawn.loss,
            held_out=self.run.held_out,
            scored_at=self.run.scored_at if is_elsewhere else None,
            lane=lanes.edited if self._workspace.is_comparing else None,
            other_loss=None if other is None else other.loss,
        )

    @Slot()
    def _report(self) -> None:
        is_training = self._controller.is_training
        progress = self._controller.progress
        self.status_changed.emit(
            Status(
                iteration=self._find_newest_drawn(),
                score=self._find_score(),
                iterations_per_second=self._pace.look(monotonic(), is_training=is_training),
                is_training=is_training,
                goal=self._controller.goal if is_training else self._controller.extension or None,
                progress=None if progress is None else progress.share,
                more=self.more,
            )
        )
