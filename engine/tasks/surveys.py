"""What the builder shows of a user's file before anything is trained."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.errors import TaskError
from engine.tasks.columns import MarkUnclearError, read_columns
from engine.tasks.csv import Csv, select_columns
from engine.tasks.encodings import EncodingUnknownError, decode, is_plain
from engine.tasks.files import read_bytes
from engine.tasks.series import Series
from engine.tasks.tables import open_table
from engine.tasks.text import Text

MAX_SURVEYED = 32 * 2**20
"""Bytes of a file that is read while someone waits for a panel."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A file as the reader found it."""

    names: tuple[str, ...] = ()
    """The header, where it could be read."""
    rows_with_gaps: int = 0
    """Rows in which a column that is used has no value."""
    notes: tuple[str, ...] = ()
    problem: str = ""
    """Why it cannot be used, in one sentence."""
    unclear: Literal["", "encoding", "decimal"] = ""
    """Which field of the task decides between several readings."""
    encodings: tuple[str, ...] = ()
    """Those to choose from where the encoding is unclear."""
    encoding: str | None = None
    """The one it was read with, where that is a finding: None for UTF-8."""

    def asks_for_mark(self) -> bool:
        """Whether someone may want to read the numbers with another decimal mark."""
        return self.unclear == "decimal" or any(_READ_AS in note for note in self.notes)

    def asks_for_encoding(self) -> bool:
        """Whether someone may want to read the letters in another encoding."""
        return self.unclear == "encoding" or self.encoding is not None


_READ_AS = " was read as "
"""Stands in the notes on marks of thousands."""


def survey_table(task: Csv | Series, folder: Path | None) -> Survey:
    """Reads a table as its task would, and says what stands in the way.

    A file of more than 32 MB is only opened for its header.
    """
    if task.path is None:
        return Survey()
    names: tuple[str, ...] = ()
    try:
        sheet = task.sheet if isinstance(task, Csv) else None
        table = open_table(task.path, folder, task.encoding, sheet)
        names = table.names
        if ((folder or Path()) / task.path).stat().st_size > MAX_SURVEYED:
            return Survey(names)
        encoding = _as_finding(table.encoding)
        notes = _note(encoding)
        if isinstance(task, Csv):
            selection = select_columns(task, folder, table)
            gaps = int(selection.rows_with_gaps.sum())
            return Survey(names, gaps, (*selection.notes, *notes), encoding=encoding)
        read = read_columns(table, (table.name_of(task.column or ""),), None, task.decimal)
        (column,) = read.columns
        gaps = int(column.gaps.sum())
        return Survey(names, gaps, (*read.notes, *notes), encoding=encoding)
    except EncodingUnknownError as error:
        return Survey(names, problem=str(error), unclear="encoding", encodings=error.encodings)
    except MarkUnclearError as error:
        return Survey(names, problem=str(error), unclear="decimal")
    except (TaskError, OSError) as error:
        return Survey(names, problem=str(error))


def survey_text(task: Text, folder: Path | None) -> Survey:
    """The encoding of a text, if anything is to be said of it."""
    try:
        content = read_bytes(task.path, folder, MAX_SURVEYED)
        _, name = decode(content, task.encoding, Path(task.path).name)
    except EncodingUnknownError as error:
        return Survey(problem=str(error), unclear="encoding", encodings=error.encodings)
    except TaskError as error:
        return Survey(problem=str(error))
    encoding = _as_finding(name)
    return Survey(notes=tuple(_note(encoding)), encoding=encoding)


def _as_finding(encoding: str | None) -> str | None:
    return None if encoding is None or is_plain(encoding) else encoding


def _note(encoding: str | None) -> list[str]:
    return [] if encoding is None else [f"read with the encoding {encoding}"]
