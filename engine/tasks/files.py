"""Reading the user's files, their size bounded."""

from __future__ import annotations

from pathlib import Path

from engine.errors import TaskError

MAX_BYTES = 64 * 1024 * 1024
_LONGEST_SHOWN = 200


def read_bytes(path: str, folder: Path | None, max_bytes: int = MAX_BYTES) -> bytes:
    """The content of a file; a relative path starts at `folder`.

    Raises:
        TaskError: for a file that is missing, unreadable or too large.
    """
    place = (folder or Path()) / path
    name = place.name
    try:
        if place.stat().st_size > max_bytes:
            raise TaskError(
                f"{name} has {place.stat().st_size / 2**20:,.0f} MB: "
                f"at most {max_bytes // 2**20} MB can be read."
            )
        return place.read_bytes()
    except (OSError, ValueError) as error:
        raise TaskError(explain_failure(error, path, place)) from error


def explain_failure(error: OSError | ValueError, path: str, place: Path) -> str:
    """Why a file cannot be opened, and where it was looked for.

    Args:
        error: what the system said.
        path: as the document has it.
        place: the same from the document's folder on.
    """
    shown = "".join(sign if sign.isprintable() else "?" for sign in path[:_LONGEST_SHOWN])
    if isinstance(error, FileNotFoundError):
        found = "" if Path(path).is_absolute() else f" in the folder {place.absolute().parent}"
        return f"The file {shown} does not exist{found}: correct the path in the task."
    # Windows says of a folder that it may not be opened.
    if isinstance(error, IsADirectoryError) or (
        isinstance(error, PermissionError) and place.is_dir()
    ):
        return f"{shown} is a folder: the task needs a file."
    reason = getattr(error, "strerror", None) or "it is no usable path"
    return f"The file {shown} cannot be read: {reason.lower()}."
