"""Next-value prediction on a real series, standardised; or on a column of the user's table."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from engine.document.schema_rules import has, needs, when
from engine.document.specs import Answers, Reads, TaskSpec
from engine.errors import TaskError
from engine.parts import DecimalMark, Length, MissingPolicy, Name, PathText, ReadoutName
from engine.records.dataset import Dataset, TableReport
from engine.tasks.columns import read_columns
from engine.tasks.csv import is_constant
from engine.tasks.gaps import settle_gaps
from engine.tasks.table_layout import shorten
from engine.tasks.tables import open_table
from engine.tasks.windows import cut_windows

_BUNDLED = {
    "sunspots": ("sunspots.csv", "SUNACTIVITY"),
    "co2": ("co2_monthly.csv", "co2_ppm"),
}


class Series(TaskSpec, frozen=True, kw_only=True, tag_field="name", tag="series"):
    """Next-value prediction on a real, standardised series."""

    reads: ClassVar[Reads] = "sequences"
    schema_rules: ClassVar[tuple[dict[str, Any], ...]] = (
        when(has("source", "csv"), needs("path", "string"), needs("column", "string")),
    )
    readouts: ClassVar[tuple[ReadoutName, ...]] = ("last", "all")

    source: Literal["sunspots", "co2", "csv"] = "sunspots"
    path: PathText | None = None
    column: Name | None = None
    length: Length = 30
    encoding: Name | None = None
    decimal: DecimalMark | None = None
    missing: MissingPolicy = "refuse"

    def __post_init__(self) -> None:
        if self.source == "csv" and (self.path is None or self.column is None):
            raise ValueError("a series from a CSV file needs its `path` and its `column`")

    @property
    def time_steps(self) -> int:
        return self.length

    def expects(self) -> Answers | None:
        return "numbers"

    def load(self, seed: int, readout: str, folder: Path | None) -> Dataset:
        del seed
        return load_series(self, readout, folder)


def load_series(task: Series, readout: str, folder: Path | None) -> Dataset:
    """Windows of `length` values and the value after each (or after every time step).

    The first four fifths of the series are trained on, the rest is held out; mean and
    standard deviation are those of the training part.

    Raises:
        TaskError: for an unusable file or column, gaps, or a series that is too short.
    """
    report: TableReport | None
    if task.source == "csv":
        assert task.column is not None
        column = task.column
        values, report = _read_series(task, folder)
    else:
        name, column = _BUNDLED[task.source]
        with as_file(files("resources") / "data" / name) as file:
            bundled = Series(source="csv", path=str(file), column=column)
            values, report = _read_series(bundled, None)[0], None
    if len(values) < task.length + 2:
        raise TaskError(
            f"The series has {len(values):,} values, but a length of {task.length:,} needs at "
            f"least {task.length + 2:,}: choose a shorter length."
        )
    train, held_out = cut_windows(len(values), task.length)
    seen = values[: int(train[-1]) + task.length + 1]
    if is_constant(seen):
        part = "never changes" if is_constant(values) else "does not change before its last fifth"
        raise TaskError(f"The column '{column}' {part}: there is nothing to predict.")
    # A power of two changes no digit, and keeps the squares of very large numbers finite.
    _, exponent = np.frexp(np.abs(values).max())
    values, seen = np.ldexp(values, -exponent), np.ldexp(seen, -exponent)
    scale = float(seen.std())
    standardised = ((values - seen.mean()) / scale).astype(np.float32)

    def windows(starts: NDArray[np.int64], shift: int) -> NDArray[np.float32]:
        index = starts[:, None] + np.arange(task.length)[None, :] + shift
        return np.asarray(standardised[index][:, :, None])

    def targets(starts: NDArray[np.int64]) -> NDArray[np.float32]:
        following = windows(starts, 1)
        return following if readout == "all" else following[:, -1]

    return Dataset(
        train_x=windows(train, 0),
        train_y=targets(train),
        held_out_x=windows(held_out, 0),
        held_out_y=targets(held_out),
        loss="mse",
        inputs=1,
        outputs=1,
        input_names=(column,),
        table=report,
    )


def _read_series(task: Series, folder: Path | None) -> tuple[NDArray[np.float64], TableReport]:
    assert task.path is not None
    assert task.column is not None
    table = open_table(task.path, folder, task.encoding)
    name = table.name_of(task.column)
    read = read_columns(table, (name,), None, task.decimal)
    (column,) = read.columns
    if column.gaps.all():
        raise TaskError(f"The column '{name}' has no value in any row: choose another column.")
    if not column.is_numeric:
        kind = "dates" if column.holds_dates else "texts"
        raise TaskError(
            f"The column '{name}' has {kind} such as '{shorten(column.words[0])}': a series needs "
            "numbers, so choose another column."
        )
    report = TableReport(
        rows=table.rows,
        used=table.rows,
        encoding=table.encoding,
        decimal=read.decimal,
        notes=tuple(read.notes),
    )
    (column,), report = settle_gaps(table, [column], task.missing, report)
    return column.values, report
