"""Next-value prediction on a real series, standardised; or on a column of the user's table."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import TaskError
from engine.task_parts import Series
from engine.tasks.csv_file import read_columns
from engine.tasks.dataset import Dataset
from engine.tasks.windows import cut_windows

_BUNDLED = {
    "sunspots": ("sunspots.csv", "SUNACTIVITY"),
    "co2": ("co2_monthly.csv", "co2_ppm"),
}


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
        column = task.column
        values = _read_series((folder or Path()) / task.path, task.path, column)
    else:
        name, column = _BUNDLED[task.source]
        with as_file(files("resources") / "data" / name) as file:
            values = _read_series(file, name, column)
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


def _read_series(path: Path, shown_path: str, name: str) -> NDArray[np.float64]:
    column = read_columns(path, shown_path, (), name, False)[name]
    if not column.is_numeric:
        word = next(iter(column.codes))
        raise TaskError(
            f"The column '{name}' has texts such as '{word[:40]}': a series needs numbers."
        )
    return column.values
