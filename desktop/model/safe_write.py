"""Files that appear whole or not at all, whatever the disk does meanwhile."""

from __future__ import annotations

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
