"""What the worker leaves for the window: newest trace wins, rows are kept in a queue.

Live frames never travel by signal: thousands of queued signals would keep the
window busy long after the worker has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

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


class Mailbox:
    """Written by the worker's thread, emptied by the window's timer."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._experiment: Experiment | None = None
        self._kept_rows: int | None = None
        self._rows: list[TrainingFrame] = []
        self._newest: TrainingFrame | None = None
        self._updates = 0
        self._progress: Progress | None = None

    @property
    def is_trace_wanted(self) -> bool:
        """Whether the window has seen the last trace, so that another one is worth its cost."""
        return self._newest is None

    @property
    def progress(self) -> Progress | None:
        """How far the request that is being worked on has come; None without one."""
        return self._progress

    @progress.setter
    def progress(self, progress: Progress | None) -> None:
        self._progress = progress

    def put(
        self,
        frame: TrainingFrame,
        experiment: Experiment,
        updates: int = 0,
        forgets_from: int | None = None,
    ) -> None:
        """Leave a frame; one with a trace replaces the trace that was not fetched yet.

        Args:
            frame: of one iteration.
            experiment: what it was recorded with.
            updates: optimiser updates made since the last frame.
            forgets_from: as `forget_from`, together with the frame.
        """
        with self._lock:
            if forgets_from is not None:
                self._forget(forgets_from)
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
            )
            self._rows = []
            self._kept_rows = None
            self._newest = None
            self._updates = 0
            return delivery
