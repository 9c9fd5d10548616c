"""Next-value prediction on a real series, standardised; or on a column of the user's table."""

from __future__ import annotations

import csv
import math
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import TaskError
from engine.task_parts import Series
from engine.tasks.dataset import Dataset
from engine.tasks.files import read_text
from engine.tasks.windows import cut_windows

_BUNDLED = {
    "sunspots": ("sunspots.csv", "SUNACTIVITY"),
    "co2": ("co2_monthly.csv", "co2_ppm"),
}
_MAX_VALUES = 1_000_000


def load_series(task: Series, readout: str, folder: Path | None) -> Dataset:
    """Windows of `length` values and the value after each (or after every time step).

    The first four fifths of the series are trained on, the rest is held out; mean and
    standard deviation are those of the training part.

    Raises:
        TaskError: for an unusable file or column, gaps, or a series that is too short.
    """
    if task.source == "csv":
        assert task.path is not None
        assert task.column is not None
        name, column, text = task.path, task.column, read_text(task.path, folder)
    else:
        name, column = _BUNDLED[task.source]
        text = (files("resources") / "data" / name).read_text(encoding="utf-8")
    values = read_column(text, column, Path(name).name)
    if len(values) < task.length + 2:
        raise TaskError(
            f"The series has {len(values):,} values, but a length of {task.length:,} needs at "
            f"least {task.length + 2:,}: choose a shorter length."
        )
    train, held_out = cut_windows(len(values), task.length)
    seen = values[: int(train[-1]) + task.length + 1]
    scale = float(seen.std())
    if not scale > 0.0:
        raise TaskError(f"The column '{column}' never changes: there is nothing to predict.")
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
    )


def read_column(text: str, column: str, name: str) -> NDArray[np.float64]:
    """The numbers of one column of a table with a header, in the order of its rows.

    Raises:
        TaskError: for a missing column, an empty cell, a text, or no rows.
    """
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    rows = csv.reader(text.splitlines(), delimiter=delimiter)
    header = [cell.strip() for cell in next(rows, [])]
    if column not in header:
        known = ", ".join(header[:8]) or "none"
        raise TaskError(f"{name} has no column '{column}'; its columns are: {known}.")
    at = header.index(column)
    values: list[float] = []
    for number, row in enumerate(rows, start=2):
        if not row:
            continue
        cell = row[at].strip() if at < len(row) else ""
        values.append(_read_number(cell, column, number))
        if len(values) > _MAX_VALUES:
            raise TaskError(f"{name} has more than {_MAX_VALUES:,} rows.")
    if not values:
        raise TaskError(f"{name} has a header, but no rows.")
    return np.array(values)


def _read_number(cell: str, column: str, line: int) -> float:
    if cell == "" or cell.lower() in ("nan", "na", "null", "?"):
        raise TaskError(
            f"The column '{column}' has a gap in line {line:,}: a series needs a value in every "
            "row, so fill the gap or remove the row."
        )
    try:
        value = float(cell)
    except ValueError as error:
        raise TaskError(
            f"The column '{column}' has the text '{cell[:40]}' in line {line:,}, not a number."
        ) from error
    if not math.isfinite(value):
        raise TaskError(f"The column '{column}' has no finite number in line {line:,}.")
    return value
