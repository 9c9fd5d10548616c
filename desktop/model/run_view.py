"""The state of one run as a window sees it: its rows, its newest pass, the pass that is shown.

Several can stand side by side: none knows of a window, a timer, or another run.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.analysis.cause import find_cause
from engine.analysis.verdict import diagnose
from engine.document.experiment import Experiment
from engine.records.cause import Cause, SlowEvidence
from engine.records.frames import Autopsy, HeldOut, TrainingFrame
from engine.records.trace import Trace
from engine.records.verdict import Verdict
from engine.training.history import History


class RunView:
    """What has been measured of one run, and which of its passes is looked at."""

    def __init__(self) -> None:
        self.experiment: Experiment | None = None
        """What the newest pass was recorded with; None before the first one."""
        self.history = History()
        self.newest: TrainingFrame | None = None
        self.watched: TrainingFrame | None = None
        """An earlier pass, shown in the place of the newest one."""
        self.before: Trace | None = None
        """The pass that this run is compared with."""
        self.held_out: HeldOut | None = None
        """The last score on the held-out data."""
        self.scored_at = 0
        """The iteration of that score."""
        self.autopsy: Autopsy | None = None
        """Of the halt at which training stands, whatever was edited since."""
        self.halted_with: Experiment | None = None
        """What led to it."""
        self._verdict: Verdict | None = None
        self._judged: TrainingFrame | None = None
        self._cause: Cause | None = None
        self._explained: TrainingFrame | None = None
        self._slow: SlowEvidence | None = None
        self._slow_of: Trace | None = None

    @property
    def iteration(self) -> int:
        """Of the newest pass."""
        return 0 if self.newest is None else self.newest.iteration

    @property
    def watched_iteration(self) -> int | None:
        """The earlier iteration whose pass is shown; None while the newest one is."""
        return None if self.watched is None else self.watched.iteration

    @property
    def shown(self) -> TrainingFrame | None:
        """The pass that is looked at."""
        return self.newest if self.watched is None else self.watched

    @property
    def majority(self) -> float | None:
        """The accuracy of always answering the most frequent class, where there is one."""
        return None if self.held_out is None else self.held_out.majority

    @property
    def comparable_before(self) -> Trace | None:
        """`before`, if it can be compared with the pass that is shown."""
        shown = None if self.shown is None else self.shown.trace
        if self.before is None or shown is None or not self.before.is_like(shown):
            return None
        return self.before

    @property
    def verdict(self) -> Verdict | None:
        """On the pass that is shown, given once for each pass.

        Only the newest pass is judged with the losses that led to it.
        """
        shown = self.shown
        if shown is None or shown.trace is None:
            return None
        if shown is not self._judged:
            losses = self.history.recent_losses if shown is self.newest else ()
            self._judged = shown
            self._verdict = diagnose(shown.trace, losses, shown.halted)
        return self._verdict

    @property
    def cause(self) -> Cause | None:
        """Of what the pass that is shown shows, found once for each pass and what completes it."""
        shown = self.shown
        if shown is None or shown.trace is None or self.experiment is None:
            return None
        if shown is not self._explained:
            slow = self._slow if shown.trace is self._slow_of else None
            self._explained = shown
            self._cause = find_cause(shown.trace, self.experiment.training, slow)
        return self._cause

    @property
    def is_cause_complete(self) -> bool:
        """Whether all is measured for the cause; of an earlier pass it never is."""
        shown = self.shown
        return shown is None or shown is not self.newest or shown.trace is self._slow_of

    def complete_cause(self, trace: Trace, slow: SlowEvidence) -> None:
        """Take what was measured apart for the cause of a pass."""
        self._slow, self._slow_of = slow, trace
        self._explained = None

    def begin_anew(self) -> None:
        """Forget the run: its weights are drawn again. What it is compared with stays."""
        self.experiment = self.autopsy = self.halted_with = None
        self.history = History()
        self.newest = self.watched = self.held_out = None
        self.scored_at = 0
        self._verdict = self._judged = None
        self._cause = self._explained = self._slow = self._slow_of = None

    def branch_off(self, other: RunView, iteration: int) -> None:
        """Have the rows of another run up to an iteration, not included, and its score."""
        self.history = other.history.copy()
        self.history.truncate(iteration)
        self.held_out, self.scored_at = other.held_out, other.scored_at

    def forget_from(self, iteration: int) -> None:
        """Take back the rows from this iteration on; 0 begins anew."""
        if iteration == 0:
            self.begin_anew()
        else:
            self.history.truncate(iteration)

    def add_rows(self, frames: Iterable[TrainingFrame]) -> None:
        """Take a frame of every further iteration, oldest first, and the newest score."""
        for frame in frames:
            self.history.append(frame)
            if frame.held_out is not None:
                self.held_out, self.scored_at = frame.held_out, frame.iteration

    def take_newest(self, frame: TrainingFrame, experiment: Experiment) -> None:
        """Take the newest pass, and what it was recorded with."""
        self.newest, self.experiment = frame, experiment
        old, new = self.autopsy, frame.autopsy
        if old is not None and frame.iteration != old.halted.iteration:
            self.autopsy = self.halted_with = None
        if new is not None:
            if self.autopsy is None:
                self.halted_with = experiment
            self.autopsy = new

    def watch(self, frame: TrainingFrame) -> bool:
        """Look at an earlier pass; whether it is one of another iteration than before."""
        is_another = frame.iteration != self.watched_iteration
        self.watched = frame
        return is_another

    def leave_watched(self) -> bool:
        """Look at the newest pass again; whether another one was looked at."""
        was_watched = self.watched is not None
        self.watched = None
        return was_watched
