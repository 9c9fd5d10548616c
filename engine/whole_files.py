"""Files that the engine writes: each appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO


def write_whole(file: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write beside an older file, which stays until the disk has all of the new one.

    Args:
        file: where the new file is to stand.
        write: writes all of it.

    Raises:
        OSError: where it cannot be written; nothing of it is left then.
    """
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except BaseException:
        if part.is_file():
            part.unlink()
        raise
