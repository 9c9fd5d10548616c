"""Reading the user's text files: UTF-8 checked, size bounded."""

from __future__ import annotations

from pathlib import Path

from engine.errors import TaskError

MAX_BYTES = 64 * 1024 * 1024


def read_text(path: str, folder: Path | None, max_bytes: int = MAX_BYTES) -> str:
    """The text of a file; a relative path starts at `folder`.

    Raises:
        TaskError: for a file that is missing, unreadable, too large, or not UTF-8.
    """
    place = (folder or Path()) / path
    name = place.name
    try:
        if place.stat().st_size > max_bytes:
            raise TaskError(
                f"{name} has {place.stat().st_size / 2**20:,.0f} MB: "
                f"at most {max_bytes // 2**20} MB can be read."
            )
        content = place.read_bytes()
    except FileNotFoundError as error:
        raise TaskError(f"The file {path} does not exist.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no usable path"
        raise TaskError(f"The file {path} cannot be read: {reason}.") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TaskError(
            f"{name} is not a UTF-8 text (byte {error.start + 1:,} does not fit): "
            "save it again with the encoding UTF-8."
        ) from error
