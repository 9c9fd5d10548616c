"""Copies of unsaved work, kept for after a crash, and what crashed programs have left.

A copy is a document that can be opened like any other, and beside it a small file of the
same name, which says where the work belongs and when it was copied. All copies of one
program begin with that program's name, and it holds the lock of that name as long as it
runs: a lock that is free has lost its program.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import msgspec
from PySide6.QtCore import QLockFile

from desktop.model.document_files import SUFFIX, write_document
from desktop.model.safe_write import write_whole
from engine import documents
from engine.document.experiment import Experiment
from engine.errors import DocumentError, WritingError

UNREADABLE = "unreadable"
"""The folder beside the copies for those that cannot be opened."""

_ORIGIN_SUFFIX = ".json"


class _Origin(msgspec.Struct, frozen=True):
    """What a copy says about itself."""

    kept_at: Annotated[datetime, msgspec.Meta(tz=True)]
    file: str | None = None
    """Where the document lies, if it was ever saved; its relative paths start at that folder."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Unsaved work of a program that has ended without being asked to."""

    experiment: Experiment
    file: Path | None
    """Where the document lies; None for one that was never saved."""
    kept_at: datetime
    place: Path
    """The copy itself."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Everything that was left."""

    copies: tuple[Copy, ...]
    """The newest first."""
    problems: tuple[str, ...]
    """One sentence for each copy that cannot be opened: why, and where it lies now."""


class Recovery:
    """Keeps a copy of each unsaved document, and finds those that others have left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._name = uuid4().hex
        self._lock = self._make_lock(self._name)
        self._kept: dict[int, tuple[Experiment, Path | None]] = {}
        self._recovered: set[int] = set()
        self._locks_of_others: dict[str, QLockFile] = {}

    def keep(
        self, number: int, experiment: Experiment, file: Path | None, *, is_recovered: bool = False
    ) -> None:
        """Keep a copy of a document, in the place of its last one.

        Args:
            number: tells the documents of this program apart.
            experiment: what it holds.
            file: where it lies, if it was ever saved.
            is_recovered: whether it was never saved since a crash.

        Raises:
            WritingError: one sentence, where the folder or the disk refuses it.
        """
        if self._kept.get(number) == (experiment, file):
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise WritingError(f"“{self.folder}” cannot be made: {reason}.") from error
        if not (self._lock.isLocked() or self._lock.tryLock(0)):
            raise WritingError(f"the folder “{self.folder}” cannot be written.")
        place = self._place_of(number)
        origin = _Origin(datetime.now(tz=UTC), None if file is None else str(file.absolute()))
        write_whole(place.with_suffix(_ORIGIN_SUFFIX), msgspec.json.encode(origin))
        write_document(place, experiment)
        self._kept[number] = (experiment, file)
        if is_recovered:
            self._recovered.add(number)

    def discard(self, number: int) -> None:
        """Remove the copy of a document that is saved, or not wanted."""
        self._recovered.discard(number)
        if self._kept.pop(number, None) is not None:
            with suppress(OSError):  # offered once more, which is better than lost
                _remove(self._place_of(number))

    def discard_answered(self, number: int) -> None:
        """Remove all copies at an end that the user has confirmed.

        Recovered work that was left by undo stays: nobody was asked about it.

        Args:
            number: of the document that was open, and asked about.
        """
        for kept in tuple(self._kept):
            if kept == number or kept not in self._recovered:
                self.discard(kept)

    def find_lost(self) -> Lost:
        """The copies of all programs that run no more; `release` when they are dealt with.

        What cannot be opened is moved aside. Until the release no other program is offered
        the same copies.
        """
        copies: list[Copy] = []
        problems: list[str] = []
        for place in sorted(self.folder.glob(f"*{SUFFIX}")):
            if not self._is_abandoned(place.stem.partition("-")[0]):
                continue
            try:
                experiment = documents.read(place)
            except DocumentError as error:
                problems.append(_move_aside(place, str(error)))
                continue
            origin = _read_origin(place)
            file = None if origin.file is None else Path(origin.file)
            copies.append(Copy(experiment, file, origin.kept_at, place))
        copies.sort(key=lambda copy: copy.kept_at, reverse=True)
        return Lost(tuple(copies), tuple(problems))

    def delete(self, copy: Copy) -> None:
        """Remove a copy that was left, after the user has said so.

        Raises:
            WritingError: one sentence, where it cannot be removed.
        """
        try:
            _remove(copy.place)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise WritingError(f"“{copy.place}” cannot be removed: {reason}.") from error

    def close(self) -> None:
        """Leave what still lies in the folder to the next program."""
        self.release()
        self._lock.unlock()

    def release(self) -> None:
        """Leave the copies of others that still lie there to the next program."""
        for lock in self._locks_of_others.values():
            lock.unlock()
        self._locks_of_others.clear()

    def _is_abandoned(self, name: str) -> bool:
        if name == self._name:
            return False
        if name in self._locks_of_others:
            return True
        lock = self._make_lock(name)
        if lock.tryLock(0):
            self._locks_of_others[name] = lock
            return True
        # In a folder that takes no lock, nobody else holds one either.
        return lock.error() != QLockFile.LockError.LockFailedError

    def _place_of(self, number: int) -> Path:
        return self.folder / f"{self._name}-{number}{SUFFIX}"

    def _make_lock(self, name: str) -> QLockFile:
        lock = QLockFile(str(self.folder / f"{name}.lock"))
        lock.setStaleLockTime(0)
        return lock


def _read_origin(place: Path) -> _Origin:
    try:
        return msgspec.json.decode(place.with_suffix(_ORIGIN_SUFFIX).read_bytes(), type=_Origin)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return _Origin(datetime.fromtimestamp(place.stat().st_mtime, tz=UTC))


def _remove(place: Path) -> None:
    place.unlink(missing_ok=True)
    place.with_suffix(_ORIGIN_SUFFIX).unlink(missing_ok=True)


def _move_aside(place: Path, reason: str) -> str:
    """Move a copy that cannot be opened, and what it says about itself; the sentence about it."""
    folder = place.parent / UNREADABLE
    goal = folder / place.name
    taken = 1
    while goal.exists():
        taken += 1
        goal = folder / f"{place.stem} {taken}{place.suffix}"
    try:
        folder.mkdir(exist_ok=True)
        place.rename(goal)
    except OSError:
        return f"{reason} It stays in “{place.parent}”."
    with suppress(OSError):
        origin = place.with_suffix(_ORIGIN_SUFFIX)
        origin.rename(goal.with_suffix(_ORIGIN_SUFFIX))
    return f"{reason} It was moved to “{goal}”."
