"""A network in training, and all that can be asked about it: of `measure`, of a lecture's lane."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from engine.analysis.quantities import Measured
from engine.analysis.verdict import diagnose
from engine.document.experiment import Experiment, keeps_weights
from engine.kinds.network import UpdateRecord
from engine.records.dataset import Dataset
from engine.records.frames import HeldOut, NonFinite, TrainingFrame
from engine.training.history import RECENT_LOSSES
from engine.training.run import ROW_ONLY, Record, Run
from engine.training.snapshot import Snapshot
from engine.training.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class LaneState:
    """A lane to which one can return exactly."""

    experiment: Experiment
    snapshot: Snapshot
    first: Tensor
    updates: tuple[UpdateRecord, ...]
    losses: tuple[float, ...]
    halted: NonFinite | None
    rows: tuple[TrainingFrame, ...]


class LaneRun:
    """A network in training, which can be put back.

    Args:
        experiment: what to train.
        dataset: its examples.
        keeps_rows: whether the scalars and the row of every iteration are kept, for curves.
    """

    def __init__(
        self, experiment: Experiment, dataset: Dataset, *, keeps_rows: bool = False
    ) -> None:
        self._keeps_rows = keeps_rows
        self._begin(experiment, dataset)

    @property
    def experiment(self) -> Experiment:
        """As it is trained now."""
        return self.run.experiment

    @property
    def iteration(self) -> int:
        """Updates made since the weights were drawn."""
        return self.run.iteration

    def _begin(self, experiment: Experiment, dataset: Dataset) -> None:
        self.run = Run(experiment, dataset)
        self.timeline = Timeline(self.run)
        self.rows: list[TrainingFrame] = []
        """One for every iteration since the weights were drawn, where they are kept."""
        self._first = self.run.network.parameters.value.clone()
        self._losses: deque[float] = deque(maxlen=RECENT_LOSSES)
        self.halted: NonFinite | None = None
        """The first number that was not finite, if there was one."""
        self.led_to_halt: tuple[UpdateRecord, ...] = ()
        """The last updates before it."""

    def take(self, experiment: Experiment, dataset: Dataset, *, begins_anew: bool = False) -> None:
        """Go on with other settings; where the weights cannot be kept, at iteration 0."""
        if begins_anew or not keeps_weights(self.experiment, experiment):
            self._begin(experiment, dataset)
        elif experiment != self.experiment:
            self.timeline.change(experiment)
            self.halted = None

    def advance(self, record: Record = ROW_ONLY) -> TrainingFrame:
        """One update; at a number that is not finite the lane stays at its last good state."""
        frame = self.timeline.advance(record)
        run = self.run
        if self._keeps_rows:
            self.rows.append(replace(frame, trace=None))
        if run.halted is not None:
            self._halt(run.halted)
        else:
            self._losses.append(frame.loss)
        return frame

    def score(self) -> HeldOut:
        """On the held-out data."""
        return self.run.score()

    def measure(self, words: str | None = None, watch: int | None = None) -> Measured:
        """The pass that the next update would follow, of which anything can be asked."""
        frame = self.run.measure()
        if frame.halted is not None and self.halted is None:
            self._halt(frame.halted)
            frame = self.run.measure()
        assert frame.trace is not None
        return Measured(
            run=self.run,
            frame=frame,
            verdict=diagnose(frame.trace, tuple(self._losses), self.halted),
            score=self.run.score(),
            updates=[one for one in self.timeline.updates if one.iteration < self.run.iteration],
            first=self._first,
            halted=self.halted,
            words=words,
            watch=watch,
        )

    def _halt(self, failure: NonFinite) -> None:
        self.halted = failure
        self.led_to_halt = tuple(self.timeline.updates)
        if self.run.iteration > 0 and self.run.measure().halted is not None:
            self.timeline.go_to(self.run.iteration - 1)

    def save(self) -> LaneState:
        """The present state."""
        return LaneState(
            experiment=self.experiment,
            snapshot=self.run.snapshot(),
            first=self._first,
            updates=tuple(self.timeline.updates),
            losses=tuple(self._losses),
            halted=self.halted,
            rows=tuple(self.rows),
        )

    @classmethod
    def of(cls, state: LaneState, dataset: Dataset, *, keeps_rows: bool = False) -> LaneRun:
        """A lane that stands where another one was saved."""
        lane = cls(state.experiment, dataset, keeps_rows=keeps_rows)
        lane.rows.extend(state.rows)
        lane.run.restore(state.snapshot)
        lane.timeline = Timeline(lane.run)
        lane._first = state.first
        lane.timeline.updates.extend(state.updates)
        lane._losses.extend(state.losses)
        lane.halted = state.halted
        return lane


def train_together(
    lanes: Sequence[LaneRun],
    iterations: int,
    accuracy: float | None,
    looked_at_every: int,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> None:
    """Train lanes in turn to an iteration, or until the first one is as accurate as asked.

    Args:
        lanes: the first one is the baseline.
        iterations: of each, counted from where its weights were drawn.
        accuracy: on held-out data; None: to the end.
        looked_at_every: after how many iterations its accuracy is asked.
        progress: told how many iterations are done, and of how many.
        should_stop: asked before every iteration.
    """
    if should_stop():
        return
    for done in train_in_turn(lanes, iterations, accuracy, looked_at_every):
        if progress is not None:
            progress(done, iterations)
        if should_stop():
            return


def train_in_turn(
    lanes: Sequence[LaneRun],
    iterations: int,
    accuracy: float | None,
    looked_at_every: int,
    record: Callable[[int], Record] = lambda _: ROW_ONLY,
) -> Iterator[int]:
    """As `train_together`, one iteration at a time; yields how many are done.

    `record` says what each iteration is to carry beside its row; it changes no number.
    """
    while any(lane.iteration < iterations and lane.halted is None for lane in lanes):
        if is_as_accurate(lanes[0], accuracy, looked_at_every):
            return
        behind = min(lane.iteration for lane in lanes if lane.halted is None)
        for lane in lanes:
            if lane.halted is None and lane.iteration == behind:
                lane.advance(record(behind))
        yield behind + 1


def is_as_accurate(lane: LaneRun, accuracy: float | None, looked_at_every: int) -> bool:
    """Whether a training ends here because the lane is as accurate as asked."""
    if accuracy is None or lane.iteration % looked_at_every:
        return False
    reached = lane.score().accuracy
    return reached is not None and reached >= accuracy
