"""Files that appear whole or not at all, whatever the disk does meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from PySide6.QtCore import QIODevice, QSaveFile

from engine.errors import WritingError


def with_ending(file: Path, ending: str) -> Path:
    """The file with this ending, added where the user left it out.

    Raises:
        WritingError: if there is a file of the longer name, since nobody has asked about it.
    """
    if file.suffix.lower() == ending:
        return file
    longer = file.with_name(file.name + ending)
    if longer.exists():
        raise WritingError(
            f"“{longer.name}” exists already: choose it by its full name to replace it."
        )
    return longer


def check_place(file: Path) -> None:
    """Refuse, before any work is put into it, a file that could not be written afterwards.

    Raises:
        WritingError: one sentence, for a missing folder or a name that something else has.
    """
    if not file.parent.is_dir():
        raise WritingError(f"“{file.name}” cannot be saved: there is no folder “{file.parent}”.")
    if file.exists() and not file.is_file():
        what = "a folder" if file.is_dir() else "a device"
        raise WritingError(f"“{file.name}” cannot be saved: {what} has that name.")


def write_whole(file: Path, content: bytes) -> None:
    """Write a file beside the old one, which it replaces when the disk has all of it.

    Raises:
        WritingError: one sentence, where the folder is read-only, the disk full, and so on.
    """
    check_place(file)
    saver = QSaveFile(str(file))
    is_open = saver.open(QIODevice.OpenModeFlag.WriteOnly)
    if is_open and _write_all(saver, content) and saver.commit():
        return
    reason = saver.errorString().strip().rstrip(".")
    saver.cancelWriting()
    raise WritingError(
        f"“{file.name}” cannot be saved in “{file.absolute().parent}”: "
        f"{reason[:1].lower()}{reason[1:]}; choose another place."
    )


@contextmanager
def place_whole(file: Path) -> Iterator[Path]:
    """A file for somebody who writes by its name: it takes its place when the block has ended.

    Where the block fails, nothing of it is left, and an older file stays.

    Raises:
        WritingError: one sentence, where the folder is read-only, and so on.
    """
    check_place(file)
    file = file.resolve()  # of a link, the file that it leads to
    part = file.with_name(f".{file.stem[:64]}.{os.getpid()}.part{file.suffix}")
    try:
        with told_of(file):
            part.open("wb").close()
        yield part
        with told_of(file):
            with part.open("rb+") as written:
                os.fsync(written.fileno())
            part.replace(file)
    finally:
        with suppress(OSError):
            part.unlink()


@contextmanager
def told_of(file: Path) -> Iterator[None]:
    """What the disk refuses, as one sentence about the file that the user has named.

    Raises:
        WritingError: that sentence.
    """
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).rstrip(".")
        raise WritingError(
            f"“{file.name}” cannot be saved in “{file.parent}”: "
            f"{reason[:1].lower()}{reason[1:]}; choose another place."
        ) from error


def _write_all(saver: QSaveFile, content: bytes) -> bool:
    """Whether the disk took everything: a nearly full one takes a part without complaint."""
    rest = content
    while rest:
        written = saver.write(rest)
        if written <= 0:
            break
        rest = rest[written:]
    if not rest and saver.flush():
        return True
    saver.flush()  # a disk that took a part says only now why it refuses the rest
    return False
