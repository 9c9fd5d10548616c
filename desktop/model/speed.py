"""How fast training goes, and the few figures that the slow tick says."""

from __future__ import annotations

from dataclasses import dataclass

from engine.document.lanes import Lane
from engine.records.frames import HeldOut

_LEAST_S = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """How far the lane that is edited has come, and the loss of the one beside it."""

    loss: float | None
    """Of the batch; None before the first pass."""
    held_out: HeldOut | None
    scored_at: int | None = None
    """The iteration of `held_out`, if that is another one than that of the other figures."""
    lane: Lane | None = None
    """Which lane it is, where two are compared."""
    other_loss: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Status:
    """What the status line and the tool bar say."""

    iteration: int
    score: Score
    iterations_per_second: float | None
    is_training: bool
    goal: int | None
    """Where training ends, if that is not the document's last iteration."""
    progress: float | None
    """Share of the way to an iteration that was asked for."""
    more: int = 0
    """Iterations that are offered beyond the planned end; 0 before it."""


class Pace:
    """Iterations per second, smoothed over about a second."""

    def __init__(self, now: float) -> None:
        self._updates = 0
        self._since = now
        self.rate: float | None = None

    def count(self, updates: int) -> None:
        """So many updates were made."""
        self._updates += updates

    def look(self, now: float, *, is_training: bool) -> float | None:
        """The rate now; None while nothing trains."""
        elapsed = now - self._since
        if not is_training:
            self.rate, self._updates, self._since = None, 0, now
        elif elapsed > _LEAST_S:
            rate = self._updates / elapsed
            self.rate = rate if self.rate is None else 0.5 * (self.rate + rate)
            self._updates, self._since = 0, now
        return self.rate
