"""Disks that refuse: a full one, a read-only folder, a folder that is not there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_CLOSED_TO_ALL = {"linux": "/sys", "darwin": "/System", "win32": "A:/"}
"""Where not even the administrator makes a file."""


@contextmanager
def full_disk(room: int = 0) -> Iterator[None]:
    """Lets no file grow beyond `room` bytes: the system refuses the rest, as a full disk does."""
    resource = pytest.importorskip("resource", reason="limits are a matter of POSIX")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """A folder in which no file can be made: this one, or the system's for an administrator."""
    folder.chmod(0o555)
    try:
        yield Path(_CLOSED_TO_ALL[sys.platform]) if os.access(folder, os.W_OK) else folder
    finally:
        folder.chmod(0o755)
