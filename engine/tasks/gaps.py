"""Missing values of a table: refused, their rows left out, or filled, as the document says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.errors import TaskError
from engine.parts import MissingPolicy
from engine.records.dataset import TableReport
from engine.tasks.columns import Column
from engine.tasks.encodings import is_plain
from engine.tasks.tables import Table


class GapsError(TaskError):
    """A table with missing values, of which the document does not say what becomes of them."""


def settle_gaps(
    table: Table, columns: list[Column], missing: MissingPolicy, report: TableReport
) -> tuple[list[Column], TableReport]:
    """The columns without missing values, and what was done, said in the report.

    Raises:
        GapsError: for a missing value that is to be refused.
        TaskError: where no row is complete.
    """
    notes = list(report.notes)
    if report.encoding is not None and not is_plain(report.encoding):
        notes.append(f"read with the encoding {report.encoding}")
    gaps = np.any([column.gaps for column in columns], axis=0)
    count = int(gaps.sum())
    if not count:
        return columns, replace(report, notes=tuple(notes))
    counted = f"{count:,} row{' has' if count == 1 else 's have'}"
    if missing == "refuse":
        row = int(np.flatnonzero(gaps)[0])
        first = next(column for column in columns if column.gaps[row])
        raise GapsError(
            f"The column '{first.name}' has no value in line {table.line_of(row):,} ({counted} a "
            'missing value): set `missing` to "drop" to leave out those rows or to "fill" to put '
            "in the mean or the most frequent word, or leave the column out."
        )
    if missing == "drop":
        if gaps.all():
            raise TaskError(
                f"Every row of {table.name} has a missing value, so that none is left: fill them, "
                "or leave out the columns that have most."
            )
        notes.append(f"{count:,} row{'' if count == 1 else 's'} with a missing value left out")
        columns = [column.take(~gaps) for column in columns]
        used = report.rows - count
        return columns, replace(report, used=used, dropped=count, notes=tuple(notes))
    filled = sum(column.fill() for column in columns)
    notes.append(
        f"{filled:,} missing value{'' if filled == 1 else 's'} filled with the mean or the most "
        "frequent word of the column"
    )
    return columns, replace(report, filled=filled, notes=tuple(notes))
