"""What the window asks of the worker, and the box in which it asks."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Lock

from engine.document.experiment import Experiment
from engine.document.lanes import Lane
from engine.kinds.question import Question


@dataclass(frozen=True, slots=True)
class Show:
    """Take these experiments: keep the weights where that is possible, else begin anew."""

    experiments: Mapping[int, Experiment]
    """By the number of their run; a run that is not among them ends."""
    folder: Path | None
    """Where relative paths of the task start: the document's folder."""
    begins_anew: bool = False
    edited: int = 0
    """The run of which details are recorded, and to which questions go."""

    def takes_over(self, last: Show) -> bool:
        """Whether nothing would be missed if the one before it were never served."""
        return self.begins_anew or self.experiments.keys() == last.experiments.keys()


@dataclass(frozen=True, slots=True)
class Train:
    """Train until this iteration, or without end; a target that lies behind is gone back to."""

    until: int | None


@dataclass(frozen=True, slots=True)
class TrainOnce:
    """Make one update and measure the pass after it."""


@dataclass(frozen=True, slots=True)
class GoBack:
    """Return to an earlier iteration, exactly."""

    iteration: int


@dataclass(frozen=True, slots=True)
class Watch:
    """Replay one earlier iteration and record its pass."""

    number: int
    iteration: int


@dataclass(frozen=True, slots=True)
class RecordFilm:
    """Record the last passes up to the halt anew."""


@dataclass(frozen=True, slots=True)
class Inspect:
    """Record the details of this layer from now on."""

    layer: int | None


@dataclass(frozen=True, slots=True)
class Ask:
    """Answer a question, without a mark on the training, which goes on."""

    number: int
    question: Question


@dataclass(frozen=True, slots=True)
class StartFrom:
    """Let passes start from the loss at this place alone; None is the last one."""

    place: int | None


@dataclass(frozen=True, slots=True)
class Perform:
    """Play a beat of a lecture, or stand at its end; runs of before end."""

    number: int
    document: Experiment
    """With the lecture."""
    folder: Path | None
    index: int
    """Of the beat, from 0."""
    runs: Mapping[Lane, int]
    """The numbers that the runs of the lanes have."""
    is_at_end: bool = False


Request = (
    Perform | Show | Train | TrainOnce | GoBack | Watch | RecordFilm | Inspect | StartFrom | Ask
)
FILM_PASSES = 50
"""Of a film, at most."""
_BEFORE_A_FILM = (Perform, Show, Train, TrainOnce, GoBack, Watch)
"""What ends the recording of one."""
_LATEST_ONLY = (RecordFilm, Watch, Inspect, StartFrom, Perform)


def _replaces(new: Request, old: Request | None) -> bool:
    """Whether an older request that still waits need not be served any more."""
    if isinstance(new, Ask) and isinstance(old, Ask):
        return type(new.question) is type(old.question)
    return isinstance(new, _LATEST_ONLY) and type(new) is type(old)


class Inbox:
    """Requests in order, and the few facts that must not wait in a queue."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: deque[Request] = deque()
        self.pause = Event()
        self.stop = Event()
        self.attention = Event()
        self.hurry = Event()
        """Whether nobody watches a beat's training any more: its end alone is wanted."""
        self.drops_film = Event()
        """Whether something was asked for that ends the recording of a film."""
        self.iterations_per_second: float | None = None

    def put(self, request: Request) -> None:
        """Add a request; an edit, or a look at a pass, replaces one that still waits before it."""
        with self._lock:
            last = self._requests[-1] if self._requests else None
            if isinstance(request, Show) and isinstance(last, Show) and request.takes_over(last):
                request = replace(request, begins_anew=request.begins_anew or last.begins_anew)
                self._requests.pop()
            elif _replaces(request, last):
                self._requests.pop()
            self._requests.append(request)
            if isinstance(request, _BEFORE_A_FILM):
                self.drops_film.set()
            elif isinstance(request, RecordFilm):
                self.drops_film.clear()
            self.attention.set()

    def take(self) -> Request | None:
        """The oldest request, or None."""
        with self._lock:
            request = self._requests.popleft() if self._requests else None
            if not self._requests:
                self.attention.clear()
            return request

    def is_anyone_waiting(self) -> bool:
        """Whether there is a request, or the end, that a measurement by the way gives way to."""
        return self.stop.is_set() or self.attention.is_set()

    def must_drop_film(self) -> bool:
        """Whether a film that is being recorded is no longer wanted."""
        return self.must_interrupt() or self.drops_film.is_set()

    def must_interrupt(self) -> bool:
        """Whether a long piece of work should end early."""
        return self.stop.is_set() or self.pause.is_set()
