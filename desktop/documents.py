"""Documents on disk: written whole, and unsaved work kept for after a crash."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QLockFile

from desktop.atomic import write_whole
from engine.document import read, to_text
from engine.errors import DocumentError, WritingError
from engine.experiment import Experiment

SUFFIX = ".gtheatre"


def write_document(file: Path, experiment: Experiment) -> None:
    """Write a document whole or not at all: the old file stays until the new one is complete.

    Raises:
        WritingError: one sentence, where the folder is read-only, the disk full, and so on.
    """
    write_whole(file, to_text(experiment).encode())


class Recovery:
    """Keeps a copy of unsaved work, and finds the copies that a crash has left.

    Each running program holds a lock beside its copy: a copy whose lock is free has
    lost its program.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / f"{uuid4().hex}{SUFFIX}"
        self._lock = QLockFile(str(_lock_of(self._file)))
        self._lock.setStaleLockTime(0)
        self._kept: Experiment | None = None

    def keep(self, experiment: Experiment) -> None:
        """Keep a copy of this; a disk that refuses it must not disturb the work."""
        if experiment == self._kept:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if self._lock.isLocked() or self._lock.tryLock(0):
                write_document(self._file, experiment)
                self._kept = experiment
        except (OSError, WritingError):
            self._kept = None

    def discard(self) -> None:
        """The work is saved, or not wanted: remove the copy."""
        self._kept = None
        self._file.unlink(missing_ok=True)
        if self._lock.isLocked():
            self._lock.unlock()

    def take_lost(self) -> Experiment | None:
        """The newest work that a crashed program has left, removed from the folder."""
        lost: list[tuple[float, Experiment]] = []
        for file in self.folder.glob(f"*{SUFFIX}") if self.folder.is_dir() else ():
            lock = QLockFile(str(_lock_of(file)))
            lock.setStaleLockTime(0)
            if file == self._file or not lock.tryLock(0):
                continue
            with suppress(OSError, DocumentError):
                lost.append((file.stat().st_mtime, read(file)))
            file.unlink(missing_ok=True)
            lock.unlock()
        return max(lost, key=lambda found: found[0])[1] if lost else None


def _lock_of(file: Path) -> Path:
    return file.with_suffix(".lock")
