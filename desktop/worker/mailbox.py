"""What the worker leaves for the window: newest trace wins, rows are kept in a queue.

Each run has a mailbox of its own; all are emptied at once, so that what was put together
arrives together.

Live frames never travel by signal: thousands of queued signals would keep the
window busy long after the worker has ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import RLock

from engine.document.experiment import Experiment
from engine.records.frames import TrainingFrame


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long request has come."""

    done: int
    total: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(1.0, self.done / self.total) if self.total > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Branching:
    """Where a run has its past from: it began as a copy of another one."""

    run: int
    """The number of that one."""
    iteration: int
    """Up to here, not included, its rows are the rows of this run too."""


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """All that has happened since the mailbox was last emptied, in order."""

    experiment: Experiment
    """The experiment that the frames were recorded with."""
    kept_rows: int | None
    """Rows of iterations from here on are no longer true; None where all are."""
    rows: tuple[TrainingFrame, ...]
    """One frame for every iteration, oldest first; the scalars and the row count, not the trace."""
    newest: TrainingFrame | None
    """The newest frame with a trace."""
    updates: int
    """Optimiser updates made since the mailbox was last emptied."""
    branching: Branching | None = None
    """Where the rows come from that another run has; they precede `rows`."""


Letter = tuple[int, Delivery | None]
"""The number of a run, and what was left of it; None where it has ended."""


class Mailbox:
    """Written by the worker's thread, emptied by the window's timer."""

    def __init__(self, lock: RLock | None = None) -> None:
        self._lock = RLock() if lock is None else lock
        self._experiment: Experiment | None = None
        self._kept_rows: int | None = None
        self._rows: list[TrainingFrame] = []
        self._newest: TrainingFrame | None = None
        self._updates = 0
        self._branching: Branching | None = None

    @property
    def is_trace_wanted(self) -> bool:
        """Whether the window has seen the last trace, so that another one is worth its cost."""
        return self._newest is None

    def put(
        self,
        frame: TrainingFrame,
        experiment: Experiment,
        updates: int = 0,
        forgets_from: int | None = None,
        branching: Branching | None = None,
    ) -> None:
        """Leave a frame; one with a trace replaces the trace that was not fetched yet.

        Args:
            frame: of one iteration.
            experiment: what it was recorded with.
            updates: optimiser updates made since the last frame.
            forgets_from: as `forget_from`, together with the frame.
            branching: takes back every row, as the run has a past of another one from now on.
        """
        with self._lock:
            if forgets_from is not None:
                self._forget(forgets_from)
            if branching is not None:
                self._forget(0)
                self._branching = branching
            self._experiment = experiment
            self._rows.append(frame)
            self._updates += updates
            if frame.trace is not None:
                self._newest = frame

    def forget_from(self, iteration: int) -> None:
        """Take back every row from this iteration on, those already fetched as well."""
        with self._lock:
            self._forget(iteration)

    def _forget(self, iteration: int) -> None:
        if self._branching is not None:
            first = min(iteration, self._branching.iteration)
            self._branching = replace(self._branching, iteration=first) if first else None
        kept = self._kept_rows
        self._kept_rows = iteration if kept is None else min(kept, iteration)
        self._rows = [frame for frame in self._rows if frame.iteration < iteration]
        if self._newest is not None and self._newest.iteration >= iteration:
            self._newest = None

    def empty(self) -> Delivery | None:
        """Everything left since the last call, or None where there is nothing."""
        with self._lock:
            if self._experiment is None or not (self._rows or self._kept_rows is not None):
                return None
            delivery = Delivery(
                self._experiment,
                self._kept_rows,
                tuple(self._rows),
                self._newest,
                self._updates,
                self._branching,
            )
            self._rows = []
            self._branching = None
            self._kept_rows = None
            self._newest = None
            self._updates = 0
            return delivery


class Mailboxes:
    """The mailbox of each run, by the run's number, and how far a long request has come."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._mailboxes: dict[int, Mailbox] = {}
        self._sealed: list[Letter] = []
        self.progress: Progress | None = None
        """None where no long request is worked on."""

    def of(self, run: int) -> Mailbox:
        """That of a run; made where there is none yet."""
        with self._lock:
            return self._mailboxes.setdefault(run, Mailbox(self._lock))

    def end(self, run: int) -> None:
        """A run has ended: nothing follows any more."""
        with self._lock:
            self.seal()
            self._mailboxes.pop(run, None)
            self._sealed.append((run, None))

    def seal(self) -> None:
        """Deliver all that was left so far as it is, before anything that is left from now on."""
        with self._lock:
            for run, mailbox in self._mailboxes.items():
                if (delivery := mailbox.empty()) is not None:
                    self._sealed.append((run, delivery))

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is put meanwhile arrives in one delivery, or all of it in a later one."""
        with self._lock:
            yield

    def empty(self) -> list[Letter]:
        """Everything left since the last call, in order."""
        with self._lock:
            self.seal()
            letters, self._sealed = self._sealed, []
        return letters
