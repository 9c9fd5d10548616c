"""The user's tables and texts as the engine's own reader finds them, for the builder."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from engine.tasks.csv import Csv
from engine.tasks.series import Series
from engine.tasks.surveys import Survey, survey_table, survey_text
from engine.tasks.text import Text

TABLES = "Tables (*.csv *.tsv *.txt *.xlsx);;All (*)"


def read_header(path: Path) -> Survey:
    """The column names of a table, or why it cannot be read."""
    # A target that is no column ends the survey behind the header.
    return survey(Csv(path=str(path), target="\n"), None)


def survey(task: Csv | Series | Text, folder: Path | None) -> Survey:
    """How a task's file is read; read again only where task or file changed."""
    path = (folder or Path()) / (task.path or "")
    try:
        stamp = path.stat()
        changed = (stamp.st_mtime_ns, stamp.st_size)
    except (OSError, ValueError):
        changed = (0, 0)
    plain = msgspec.structs.replace(task, batch_size=1)
    if isinstance(plain, Csv | Series):
        # What becomes of missing values changes nothing in how they are counted.
        plain = msgspec.structs.replace(plain, missing="refuse")
    return _survey(plain, folder, changed)


@lru_cache(maxsize=16)
def _survey(task: Csv | Series | Text, folder: Path | None, _changed: tuple[int, int]) -> Survey:
    return survey_text(task, folder) if isinstance(task, Text) else survey_table(task, folder)
