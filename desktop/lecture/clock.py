"""How long a lecture has been going on, and how long it has left."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

_MINUTE = 60


class LectureClock:
    """Runs from its start; can be held and set back.

    Args:
        minutes: that the lecture has; 0: nobody has said.
        read: the seconds of a clock that never goes back.
    """

    def __init__(self, minutes: float, read: Callable[[], float] = monotonic) -> None:
        self._planned = minutes * _MINUTE
        self._read = read
        self._kept = 0.0
        self._since: float | None = None

    @property
    def is_running(self) -> bool:
        """Whether time passes."""
        return self._since is not None

    @property
    def elapsed(self) -> float:
        """Seconds, those in which it was held not counted."""
        return self._kept + (0.0 if self._since is None else self._read() - self._since)

    @property
    def left(self) -> float | None:
        """Seconds to the planned end, below 0 after it; None where none is planned."""
        return self._planned - self.elapsed if self._planned else None

    def go_on(self) -> None:
        """Let time pass."""
        if self._since is None:
            self._since = self._read()

    def hold(self) -> None:
        """Let no time pass."""
        self._kept, self._since = self.elapsed, None

    def reset(self) -> None:
        """Begin at 0 again, running or held as before."""
        self._kept = 0.0
        if self._since is not None:
            self._since = self._read()


def tell_time(seconds: float) -> str:
    """Minutes and seconds: "4:05", "−0:12", "1:02:00"."""
    whole = int(abs(seconds))
    hours, rest = divmod(whole, _MINUTE * _MINUTE)
    minutes, rest = divmod(rest, _MINUTE)
    sign = "−" if seconds <= -1 else ""
    told = f"{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"{sign}{hours}:{told}" if hours else sign + told
