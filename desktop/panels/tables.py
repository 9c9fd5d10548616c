"""The first line of a table, for choosing its columns."""

from __future__ import annotations

import csv
from pathlib import Path


def read_header(path: Path) -> tuple[str, ...]:
    """The column names in the first line of a table; empty where it cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
            sample = file.readline(1_000_000)
    except OSError:
        return ()
    delimiter = max(",;\t", key=sample.count)
    row = next(csv.reader([sample], delimiter=delimiter), [])
    return tuple(name.strip() for name in row if name.strip())
