"""Documents on disk: read whole, written atomically, and unsaved work kept for after a crash."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QIODevice, QLockFile, QSaveFile

from engine.document import parse, to_text
from engine.errors import DocumentError
from engine.experiment import Experiment

SUFFIX = ".gtheatre"
_MOST_BYTES = 16 * 1024 * 1024


def read_document(file: Path) -> Experiment:
    """The experiment in a file.

    Raises:
        DocumentError: one sentence, for a file that cannot be read or is no document.
    """
    try:
        if file.is_dir():
            raise DocumentError(f"“{file.name}” is a folder, not a document.")
        with file.open("rb") as stream:
            text = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise DocumentError(
            f"“{file.name}” cannot be read: {(error.strerror or str(error)).lower()}."
        ) from error
    return parse(text)


def write_document(file: Path, experiment: Experiment) -> None:
    """Write a document whole or not at all: the old file stays until the new one is complete.

    Raises:
        DocumentError: one sentence, where the folder is read-only, the disk full, and so on.
    """
    content = to_text(experiment).encode()
    saver = QSaveFile(str(file))
    is_written = (
        saver.open(QIODevice.OpenModeFlag.WriteOnly)
        and saver.write(content) == len(content)
        and saver.flush()
    )
    if not is_written:
        reason = saver.errorString()
        saver.cancelWriting()
        raise _unsaved(file, reason)
    if not saver.commit():
        raise _unsaved(file, saver.errorString())


def _unsaved(file: Path, reason: str) -> DocumentError:
    reason = reason.strip().rstrip(".") or "the disk refused it"
    return DocumentError(
        f"“{file.name}” could not be saved in {file.parent}: {reason[:1].lower()}{reason[1:]}."
    )


def with_suffix(file: Path) -> Path:
    """The file with the ending of a document, unless it has it."""
    return file if file.suffix.lower() == SUFFIX else file.with_name(file.name + SUFFIX)


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
        except (OSError, DocumentError):
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
                lost.append((file.stat().st_mtime, read_document(file)))
            file.unlink(missing_ok=True)
            lock.unlock()
        return max(lost, key=lambda found: found[0])[1] if lost else None


def _lock_of(file: Path) -> Path:
    return file.with_suffix(".lock")
