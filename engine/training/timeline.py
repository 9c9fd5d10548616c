"""Going back to any iteration, exactly: snapshots, and replay with the logged settings.

Batches are a pure function of seed and iteration, so an iteration that is replayed
from the same state with the same settings gives the same numbers, bit for bit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from torch import Tensor

from engine.document.experiment import Experiment, is_same_pass
from engine.kinds.network import UpdateRecord
from engine.records.dataset import Dataset
from engine.records.film import Film
from engine.records.frames import NonFinite, TrainingFrame
from engine.records.record import count_bytes
from engine.training.checkpoints import Checkpoint
from engine.training.history import RECENT_UPDATES
from engine.training.run import FULL, ROW_ONLY, Record, Run
from engine.training.snapshot import Snapshot

EXACT_ITERATIONS = 20_000
"""So far back every iteration is reached exactly; beyond, the nearest snapshot is."""

SNAPSHOT_BYTES = 256_000_000
MOST_SNAPSHOTS = 256
SNAPSHOT_INTERVAL = 50
FILM_BYTES = 256_000_000
"""That a film may take; of larger passes there are fewer."""


def _never() -> bool:
    return False


def _ignore(_done: int, _total: int) -> None:
    return None


@dataclass(frozen=True, slots=True, eq=False)
class _Mark:
    """A state to which one can return without any replay."""

    iteration: int
    state: Snapshot
    settings: Experiment
    entries: int
    """Entries of the log that were made before it."""


class Timeline:
    """A run, its snapshots, and the log of its settings.

    Going back takes back training, not edits: the weights and the optimiser's state
    become those of the earlier iteration, the settings stay those on screen. What lay
    ahead is kept, so that one can go forward again, until the next update is made or
    the settings are changed: then there is a new future, and the old one is dropped.

    Args:
        run: a run at iteration 0; its state is kept for ever.
        memory: bytes that the other snapshots may take together.
    """

    def __init__(self, run: Run, memory: int = SNAPSHOT_BYTES) -> None:
        self.run = run
        self.furthest = run.iteration
        """Iterations up to here can be gone to without new training."""
        self._memory = memory
        self._log: list[tuple[int, Experiment]] = []
        self._settings = run.experiment
        self._is_live = True
        self._halted: NonFinite | None = None
        self._halt: tuple[NonFinite, Experiment] | None = None
        """The last halt, with the settings that led to it, while training stands there."""
        self.updates: deque[UpdateRecord] = deque(maxlen=RECENT_UPDATES)
        """What became of the gradients of the last iterations, without a gap, oldest first."""
        self._marks = [self._mark()]

    @classmethod
    def resume(cls, checkpoint: Checkpoint, dataset: Dataset, memory: int = SNAPSHOT_BYTES) -> Self:
        """A timeline that stands where another one was left, with all that lies behind it.

        Args:
            checkpoint: of that other one.
            dataset: of the checkpoint's experiment.
            memory: as for the class.

        Raises:
            CheckpointError: one sentence, where the data do not fit to it any more.
            TooLargeError: where the network could not fit into memory.
        """
        (_, first), *later = checkpoint.log
        timeline = cls(Run(first, dataset), memory)
        run = timeline.run
        snapshot = checkpoint.snapshot_for(run)
        run.change(checkpoint.experiment)
        run.restore(snapshot)
        timeline.furthest = run.iteration
        timeline._log = later
        timeline._settings = checkpoint.experiment
        timeline._begin_here()
        timeline._keep(timeline._mark())
        return timeline

    def fork(self) -> Timeline:
        """Another timeline that stands where this one does, with all that lies behind it.

        From here on each goes its own way. The snapshots are the same ones: nobody writes
        into them.

        Raises:
            TooLargeError: where a second network could not fit into memory.
        """
        twin = Timeline(Run(self._marks[0].settings, self.run.dataset), self._memory)
        run = twin.run
        run.change(self.run.experiment)
        run.restore(self.run.snapshot())
        run.halted, run.update = self.run.halted, self.run.update
        twin.furthest = self.furthest
        twin._log = list(self._log)
        twin._settings = self._settings
        twin._is_live, twin._halted = self._is_live, self._halted
        twin._halt = self._halt
        twin.updates.extend(self.updates)
        twin._marks = list(self._marks)
        return twin

    def make_checkpoint(self) -> Checkpoint:
        """The present state with the settings that led to it, to be written to disk."""
        now = self.run.iteration
        log = [(0, self._marks[0].settings), *(entry for entry in self._log if entry[0] <= now)]
        if log[-1][1] != self._settings:
            log.append((now, self._settings))
        arrays = self.run.snapshot().to_arrays(self.run.network)
        return Checkpoint(self._settings, tuple(log), arrays)

    @property
    def first_values(self) -> Tensor:
        """All parameters as they were at iteration 0."""
        return self._marks[0].state.value

    def advance(self, record: Record = FULL) -> TrainingFrame:
        """One iteration with the present settings; drops what lay ahead."""
        self._begin_here()
        if self.run.iteration % SNAPSHOT_INTERVAL == 0:
            self._keep(self._mark())
        frame = self._advance(record)
        self.furthest = self.run.iteration
        self._halted = halted = self.run.halted
        self._halt = None if halted is None else (halted, self._settings)
        return frame

    def _advance(self, record: Record) -> TrainingFrame:
        frame = self.run.advance(record)
        update = self.run.update
        if update is not None and update.iteration == frame.iteration:
            self._forget_updates(frame.iteration)
            self.updates.append(update)
        return frame

    def _forget_updates(self, iteration: int) -> None:
        """Those from this iteration on; and all, where some between would be missing."""
        while self.updates and self.updates[-1].iteration >= iteration:
            self.updates.pop()
        if self.updates and self.updates[-1].iteration < iteration - 1:
            self.updates.clear()

    def change(self, experiment: Experiment) -> None:
        """Other settings from the next update on; they are logged with the iteration.

        Raises:
            ValueError: where the weights cannot be kept.
        """
        if experiment == self._settings:
            return
        self.run.change(experiment)
        self._settings = experiment
        self._begin_here()
        # What an edit, and its undoing, come back to is what training halted at.
        halt = self._halt
        is_there = halt is not None and is_same_pass(halt[1], experiment)
        self._halted = self.run.halted = halt[0] if halt is not None and is_there else None

    def go_to(
        self,
        iteration: int,
        should_stop: Callable[[], bool] = _never,
        progress: Callable[[int, int], None] = _ignore,
    ) -> int:
        """Be at an iteration, as if the run had never left it, and say which was reached.

        The last 20,000 iterations are reached exactly, earlier ones by their nearest
        snapshot. Beyond the furthest iteration the run is trained on.

        Args:
            iteration: the number of updates made.
            should_stop: asked before every iteration; on True the run stays where it got to.
            progress: called with iterations done and iterations in all.
        """
        target = min(max(0, iteration), self.furthest)
        if target != self.run.iteration or not self._is_live:
            self._replay(target, should_stop, progress)
        ahead = iteration - self.run.iteration
        for done in range(ahead if iteration > self.furthest else 0):
            if should_stop() or self.run.halted is not None:
                break
            self.advance()
            progress(done + 1, ahead)
        return self.run.iteration

    def trace_at(
        self,
        iteration: int,
        detail_layer: int | None = None,
        should_stop: Callable[[], bool] = _never,
        progress: Callable[[int, int], None] = _ignore,
    ) -> TrainingFrame:
        """The pass of an earlier iteration, recorded anew; the run stays as it is.

        With the settings that held then. The frame's own `iteration` tells where a
        stop, or the nearest snapshot, has led.
        """
        if iteration == self.run.iteration and self._is_live:
            return self.run.measure(detail_layer)
        with self._leaving_no_mark():
            target = min(max(0, iteration), self.furthest)
            self._replay(target, should_stop, progress, keeps_settings=False)
            return self.run.measure(detail_layer)

    def record_film(
        self,
        count: int,
        should_stop: Callable[[], bool] = _never,
        progress: Callable[[int, int], None] = _ignore,
    ) -> Film | None:
        """The last passes up to the one at which training has halted; the run stays as it is.

        Recorded anew, each with its update, with the settings that held then: bit for bit the
        frames that recording them along the way would have given.

        Args:
            count: of passes, fewer where they would take more than `FILM_BYTES`.
            should_stop: asked before every pass; on True there is no film.
            progress: called with passes done and passes in all.
        """
        last = self.run.iteration
        first = max(0, last - count + 1)
        frames: deque[tuple[TrainingFrame, int]] = deque()
        held = 0
        with self._leaving_no_mark() as settings:
            self._replay(first, should_stop, _ignore, keeps_settings=False)
            later = [entry for entry in self._log if entry[0] > first]
            for iteration in range(first, last + 1):
                if should_stop() or self.run.iteration != iteration:
                    return None
                while later and later[0][0] <= iteration:
                    self.run.change(later.pop(0)[1])
                if iteration == last:  # the settings may have been changed since
                    self.run.change(settings if self._halt is None else self._halt[1])
                frame = self.run.advance(FULL)
                frames.append((frame, count_bytes(frame)))
                held += frames[-1][1]
                while held > FILM_BYTES and len(frames) > 1:
                    held -= frames.popleft()[1]
                progress(iteration - first + 1, last - first + 1)
        return Film(tuple(frame for frame, _ in frames))

    @contextmanager
    def _leaving_no_mark(self) -> Iterator[Experiment]:
        """Lets the run go elsewhere, and puts it back; gives the settings in force."""
        here, settings, is_live = self._mark(), self._settings, self._is_live
        halted, update, updates = self.run.halted, self.run.update, tuple(self.updates)
        try:
            yield settings
        finally:
            self.run.change(here.settings)
            self.run.restore(here.state)
            self.run.halted, self.run.update = halted, update
            self._settings, self._is_live = settings, is_live
            self.updates.clear()
            self.updates.extend(updates)

    @property
    def byte_count(self) -> int:
        """Bytes of all snapshots."""
        return sum(mark.state.byte_count for mark in self._marks)

    def _begin_here(self) -> None:
        """Make the present the newest: forget what lay ahead, log the settings in force."""
        if self._is_live:
            if self._log_settings() != self._settings:
                self._log.append((self.run.iteration, self._settings))
            return
        now = self.run.iteration
        self._log = [entry for entry in self._log if entry[0] <= now]
        self._marks = [mark for mark in self._marks if mark.iteration <= now]
        self.furthest = now
        self._is_live = True
        self._halt = None
        if self._log_settings() != self._settings:
            self._log.append((now, self._settings))

    def _log_settings(self) -> Experiment:
        return self._log[-1][1] if self._log else self._marks[0].settings

    def _replay(
        self,
        target: int,
        should_stop: Callable[[], bool],
        progress: Callable[[int, int], None],
        *,
        keeps_settings: bool = True,
    ) -> None:
        mark = self._nearest(target)
        is_exact = target > self.furthest - EXACT_ITERATIONS - 1
        self.run.change(mark.settings)
        self.run.restore(mark.state)
        self._forget_updates(mark.iteration)
        entry = mark.entries
        total = target - mark.iteration if is_exact else 0
        for done in range(total + 1):
            while entry < len(self._log) and self._log[entry][0] <= self.run.iteration:
                self.run.change(self._log[entry][1])
                entry += 1
            if done == total or should_stop():
                break
            self._advance(ROW_ONLY)
            progress(done + 1, total)
        self._is_live = self.run.iteration == self.furthest
        if keeps_settings:
            self.run.change(self._settings)
        if self._is_live:
            self.run.halted = self._halted

    def _nearest(self, target: int) -> _Mark:
        iterations = [mark.iteration for mark in self._marks]
        before = self._marks[max(0, bisect_right(iterations, target) - 1)]
        if target > self.furthest - EXACT_ITERATIONS - 1:
            return before
        return min(self._marks, key=lambda mark: abs(mark.iteration - target))

    def _mark(self) -> _Mark:
        state = self.run.snapshot()
        return _Mark(self.run.iteration, state, self.run.experiment, len(self._log))

    def _keep(self, mark: _Mark) -> None:
        """Keep a snapshot; beyond the budget drop the one that is missed least.

        That is the one with the smallest gap around it, measured by its age: snapshots
        lie dense in the recent past and ever wider apart before.
        """
        if mark.iteration <= self._marks[-1].iteration:
            return
        if mark.state.byte_count > self._memory:
            return
        self._marks.append(mark)
        while len(self._marks) > 2 and (
            len(self._marks) > MOST_SNAPSHOTS
            or self.byte_count - self._marks[0].state.byte_count > self._memory
        ):
            now = self._marks[-1].iteration
            least = min(
                range(1, len(self._marks) - 1),
                key=lambda n: (
                    (self._marks[n + 1].iteration - self._marks[n - 1].iteration)
                    / (now - self._marks[n].iteration + SNAPSHOT_INTERVAL)
                ),
            )
            del self._marks[least]
