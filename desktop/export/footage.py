"""What a movie shows, picture by picture: each is a function of its number, and of no clock.

Footage comes in takes: what a take needs is computed first, which may take long and needs no
window; then its pictures are painted.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtGui import QImage

from desktop.export.movie_file import written_movie
from engine.errors import RequestError

DEFAULT_FPS = 30
MOST_SECONDS = 3_600.0


class Footage(Protocol):
    """A movie that has not been made yet."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of its pictures, in pixels."""

    @property
    def fps(self) -> int:
        """Pictures a second."""

    @property
    def count(self) -> int:
        """Pictures in all."""

    def takes(self) -> Iterator[Any]:
        """What is painted, computed one by one; in whatever thread.

        A take is painted before the next one is asked for.
        """

    def paint(self, take: Any) -> Iterator[QImage]:
        """The pictures of a take, in the thread of the windows.

        Two that are the same object are the same picture.
        """

    def give_up(self) -> None:
        """Compute no more, from now on; from whatever thread."""

    def close(self) -> None:
        """Nothing more is painted."""


class Production(Protocol):
    """A file, or some, that take long to make."""

    @property
    def count(self) -> int:
        """Of how many parts it consists."""

    def takes(self) -> Iterator[Any]:
        """What it is made of, computed one by one; in whatever thread."""

    def make(self, file: Path, takes: Iterator[Any] | None = None) -> Generator[int, None, None]:
        """Make it, as far as one goes on asking how many of its parts are done.

        Whoever stops asking and closes this leaves no file behind that is not whole.

        Args:
            file: where it appears.
            takes: those of `takes`, if somebody else has them computed; None among them means
                that the next one is not ready.

        Raises:
            GradientTheatreError: one sentence, where it cannot be computed or written.
        """

    def give_up(self) -> None:
        """Compute no more takes, however long the present one would take."""


class Patience:
    """Whether anybody still waits for what is computed in a thread."""

    def __init__(self) -> None:
        self.has_ended = False

    def end(self) -> None:
        """Nobody does any more."""
        self.has_ended = True

    def check(self, _done: int = 0, _of: int = 0) -> None:
        """Leave a computation that nobody waits for, whose progress this is told.

        Raises:
            InterruptedError: where nobody does.
        """
        if self.has_ended:
            raise InterruptedError


def count_pictures(seconds: float, fps: int) -> int:
    """How many pictures a movie of some length has.

    Raises:
        RequestError: for a length that no movie can have.
    """
    if not 0 < seconds <= MOST_SECONDS:
        raise RequestError(f"A movie takes up to {MOST_SECONDS:,g} seconds, not {seconds:g}.")
    return max(1, round(seconds * fps))


class Movie:
    """Footage as a file."""

    def __init__(self, footage: Footage) -> None:
        self._footage = footage

    @property
    def count(self) -> int:
        """Pictures in all."""
        return self._footage.count

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self._footage.count / self._footage.fps

    def takes(self) -> Iterator[Any]:
        """Those of the footage."""
        return self._footage.takes()

    def give_up(self) -> None:
        """Compute no more."""
        self._footage.give_up()

    def make(self, file: Path, takes: Iterator[Any] | None = None) -> Generator[int, None, None]:
        """Paint and encode; as `Production.make`, which gives up where encoding fails, too."""
        footage, done = self._footage, 0
        try:
            with written_movie(file, footage.size, footage.fps) as writer:
                for take in footage.takes() if takes is None else takes:
                    if take is None:
                        yield done
                        continue
                    for image in footage.paint(take):
                        writer.add(image)
                        done += 1
                        yield done
        finally:
            footage.close()


def list_pictures(footage: Footage) -> Iterator[QImage]:
    """All pictures in their order."""
    for take in footage.takes():
        yield from footage.paint(take)
