"""One run in the worker's thread: its timeline, and what of it is left in its mailbox."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from time import perf_counter

from desktop.worker.mailbox import Branching, Mailbox
from engine.analysis.autopsy import examine_halt
from engine.analysis.lane_run import LaneRun
from engine.analysis.quantities import Measured
from engine.analysis.verdict import diagnose
from engine.document.experiment import Experiment, is_same_pass, keeps_weights
from engine.records.dataset import Dataset
from engine.records.frames import NonFinite, TrainingFrame
from engine.training.history import RECENT_LOSSES
from engine.training.run import Record, Run
from engine.training.timeline import Timeline

SCORED_SHARE = 0.03
"""Of the training time goes into scores on held-out data."""


class RunInTraining:
    """Advances and measures one network; which one is next, and until when, others decide."""

    def __init__(self, number: int, experiment: Experiment, mailbox: Mailbox) -> None:
        self.number = number
        self.experiment = experiment
        self.timeline: Timeline | None = None
        """None until it is built, and where that has failed."""
        self._mailbox = mailbox
        self.scored_share = SCORED_SHARE
        """Of the training time of all runs, for the scores of this one."""
        self._score_due = 0.0
        self._lane: LaneRun | None = None
        self._losses: deque[tuple[int, float]] = deque(maxlen=RECENT_LOSSES)

    @property
    def run(self) -> Run:
        """The run, which has been built."""
        assert self.timeline is not None
        return self.timeline.run

    @property
    def iteration(self) -> int:
        """Where it stands; 0 before it is built."""
        return 0 if self.timeline is None else self.timeline.run.iteration

    @property
    def is_halted(self) -> bool:
        """Whether a number that is not finite keeps it from going on."""
        return self._halted is not None

    @property
    def _halted(self) -> NonFinite | None:
        if self._lane is not None and self._lane.halted is not None:
            return self._lane.halted
        return None if self.timeline is None else self.timeline.run.halted

    @property
    def is_trace_wanted(self) -> bool:
        """Whether the window has seen the last trace."""
        return self._mailbox.is_trace_wanted

    def build(self, dataset: Dataset) -> None:
        """Draw the weights from the seed.

        Raises:
            TooLargeError: where the network could not fit into memory.
        """
        self._lane = self.timeline = None
        self.timeline = Timeline(Run(self.experiment, dataset))
        self._losses.clear()

    def adopt(self, lane: LaneRun) -> None:
        """Go on as a lane of a lecture, which keeps account of what is done here."""
        self._lane = lane
        self.timeline = lane.timeline
        self._mailbox.forget_from(0)
        for row in lane.rows:
            self._mailbox.put(row, self.experiment)

    def branch_off(self, other: RunInTraining) -> Branching:
        """Stand where another run does, with its weights and all that lies behind it.

        Raises:
            TooLargeError: where a second network could not fit into memory.
        """
        assert other.timeline is not None
        self._lane = self.timeline = None
        self.timeline = other.timeline.fork()
        self.timeline.change(self.experiment)
        self._losses = deque(other._losses, RECENT_LOSSES)
        return Branching(other.number, self.iteration)

    def fail(self) -> None:
        """Nothing is known of it: it cannot be built."""
        self.timeline = None
        self._mailbox.forget_from(0)

    def can_become(self, experiment: Experiment) -> bool:
        """Whether another experiment can go on with these weights."""
        return self.timeline is not None and keeps_weights(self.experiment, experiment)

    def change(self, experiment: Experiment) -> bool:
        """Go on with other settings; whether the next pass, or its update, is another one."""
        assert self.timeline is not None
        old, self.experiment = self.experiment, experiment
        if experiment != old:
            self._lane = None  # which goes on without what no beat has said
        self.timeline.change(experiment)
        return not is_same_pass(old, experiment)

    def advance(self, record: Record) -> TrainingFrame:
        """One iteration, scored on held-out data when that is due again."""
        assert self.timeline is not None
        begin = perf_counter()
        record = replace(record, has_score=begin >= self._score_due)
        source = self.timeline if self._lane is None else self._lane
        frame = source.advance(record)
        self._forget_losses(frame.iteration)
        if frame.halted is None:
            self._losses.append((frame.iteration, frame.loss))
        if record.has_score:
            self._plan_score(begin)
        return frame

    def put(
        self,
        frame: TrainingFrame,
        updates: int = 0,
        forgets_from: int | None = None,
        branching: Branching | None = None,
    ) -> None:
        """Leave a frame for the window, as `Mailbox.put`."""
        self._mailbox.put(frame, self.experiment, updates, forgets_from, branching)

    def measure(self, detail_layer: int | None) -> TrainingFrame:
        """Record the pass that the next update would take, with everything."""
        assert self.timeline is not None
        frame = self.run.measure(detail_layer)
        halted = self._halted or frame.halted
        if halted is None:
            return frame
        autopsy = examine_halt(halted, self.timeline.updates, self.run.network.parameters)
        return replace(frame, halted=halted, autopsy=autopsy)

    def measure_all(self, words: str | None, watch: int | None) -> Measured:
        """The pass that the next update would follow, of which any quantity can be asked."""
        if self._lane is not None:
            return self._lane.measure(words, watch)
        assert self.timeline is not None
        frame = self.run.measure()
        assert frame.trace is not None
        halted = self._halted or frame.halted
        self._forget_losses(self.iteration)
        losses = tuple(loss for _, loss in self._losses)
        return Measured(
            run=self.run,
            frame=frame,
            verdict=diagnose(frame.trace, losses, halted),
            score=self.run.score(),
            updates=[one for one in self.timeline.updates if one.iteration < self.iteration],
            first=self.timeline.first_values,
            halted=halted,
            words=words,
            watch=watch,
        )

    def _forget_losses(self, iteration: int) -> None:
        """From this one on: training has gone back."""
        while self._losses and self._losses[-1][0] >= iteration:
            self._losses.pop()

    def score(self, frame: TrainingFrame) -> TrainingFrame:
        """The same pass, scored on held-out data."""
        begin = perf_counter()
        scored = replace(frame, held_out=self.run.score())
        self._plan_score(begin)
        return scored

    def _plan_score(self, begin: float) -> None:
        """Score again when the one begun at `begin` has paid off."""
        end = perf_counter()
        self._score_due = end + (end - begin) / self.scored_share
