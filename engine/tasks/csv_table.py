"""The user's own table as a task: inputs scaled, target encoded, rows split.

Number columns are standardised with mean and standard deviation of the training
part; a column of words becomes one input of 0 and 1 per word. A column that is the
same in every row is kept and tells nothing: its number becomes an input of 0, its
word an input of 1. Four fifths of the rows, drawn by the seed, are trained on; the
others are held out.

With `mode` null the target decides: words are classes; so are two different whole
numbers, or up to ten where each occurs at least five times on average; any other
numbers are a regression. A regression's target is standardised like an input.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import TaskError
from engine.task_parts import Csv
from engine.tasks.csv_file import Column, read_columns
from engine.tasks.dataset import DATA_STREAM, Dataset, LossName

MAX_CATEGORIES = 50
"""Different words of an input column."""
MAX_CLASSES = 100
MAX_INPUTS = 2_000
MAX_NUMBERS = 100_000_000
MIN_ROWS = 4

_MOST_INFERRED_CLASSES = 10
_ROWS_PER_INFERRED_CLASS = 5

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


def load_csv(task: Csv, seed: int, folder: Path | None) -> Dataset:
    """The table of a document.

    Raises:
        TaskError: one sentence, for a file or a column that cannot be used.
    """
    path = (folder or Path()) / task.path
    columns = read_columns(
        path, task.path, task.columns, task.target, task.mode == "classification"
    )
    target = columns.pop(task.target)
    rows = len(target.values)
    if rows < MIN_ROWS:
        raise TaskError(f"{path.name} has {rows} rows: at least {MIN_ROWS} are needed.")
    order = np.random.default_rng([seed, DATA_STREAM]).permutation(rows)
    held_out_count = max(1, rows // 5)
    train, held_out = order[:-held_out_count], order[-held_out_count:]
    x, names = _encode_inputs(list(columns.values()), train)
    classes: tuple[str, ...] = ()
    loss: LossName = "mse"
    answers: NDArray[np.float32] | NDArray[np.int64]
    if _is_classification(task, target):
        classes, codes = _encode_classes(target)
        loss = "bce" if len(classes) == 2 else "ce"
        answers = codes.astype(np.float32) if loss == "bce" else codes
    else:
        if target.values.min() == target.values.max():
            raise TaskError(
                f"The target '{target.name}' has the same value in every row: "
                "there is nothing to predict."
            )
        answers = _standardise(target, train)[:, None]
    return Dataset(
        train_x=x[train],
        train_y=answers[train],
        held_out_x=x[held_out],
        held_out_y=answers[held_out],
        loss=loss,
        inputs=x.shape[1],
        outputs=len(classes) if loss == "ce" else 1,
        input_names=names,
        class_names=classes,
    )


def _is_classification(task: Csv, target: Column) -> bool:
    if task.mode == "classification":
        return True
    if task.mode == "regression":
        if not target.is_numeric:
            word = next(iter(target.codes))
            raise TaskError(
                f"The target '{target.name}' has texts such as '{word[:40]}': "
                "a regression needs numbers."
            )
        return False
    if not target.is_numeric:
        return True
    values = np.unique(target.values[: 10 * MAX_CLASSES * _ROWS_PER_INFERRED_CLASS])
    if len(values) > _MOST_INFERRED_CLASSES:
        return False
    values = np.unique(target.values)
    is_whole = bool((values == np.round(values)).all())
    is_repeated = _ROWS_PER_INFERRED_CLASS * len(values) <= len(target.values)
    return is_whole and len(values) <= _MOST_INFERRED_CLASSES and (len(values) == 2 or is_repeated)


def _encode_classes(target: Column) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Names of the classes in alphabetical or numerical order, and each row's class."""
    values, indices = np.unique(target.values, return_inverse=True)
    if target.is_numeric:
        names = [f"{value:g}" for value in values]
    else:
        words = sorted(target.codes, key=_number_or_word)
        place = np.empty(len(words), np.int64)
        place[[target.codes[word] for word in words]] = np.arange(len(words))
        names, indices = words, place[target.values.astype(np.int64)]
    if len(names) < 2:
        raise TaskError(
            f"The target '{target.name}' has only one class, '{names[0][:40]}': "
            "there is nothing to tell apart."
        )
    if len(names) > MAX_CLASSES:
        raise TaskError(
            f"The target '{target.name}' has {len(names):,} classes, more than {MAX_CLASSES}: "
            "use regression if it is a quantity, or choose another target."
        )
    return tuple(names), np.asarray(indices, np.int64)


def _number_or_word(word: str) -> tuple[int, float, str]:
    try:
        return (0, float(word), word)
    except ValueError:
        return (1, 0.0, word)


def _encode_inputs(columns: list[Column], train: NDArray[np.int64]) -> tuple[F32, tuple[str, ...]]:
    for column in columns:
        _check_input(column)
    widths = [1 if column.is_numeric else len(column.codes) for column in columns]
    rows = len(columns[0].values)
    if sum(widths) > MAX_INPUTS or sum(widths) * rows > MAX_NUMBERS:
        raise TaskError(
            f"The columns become {sum(widths):,} inputs for {rows:,} rows, which is too much: "
            "choose fewer columns."
        )
    x = np.zeros((rows, sum(widths)), np.float32)
    names: list[str] = []
    for column in columns:
        first = len(names)
        if column.is_numeric:
            x[:, first] = _standardise(column, train)
            names.append(column.name)
            continue
        words = sorted(column.codes)
        place = np.empty(len(words), np.int64)
        place[[column.codes[word] for word in words]] = np.arange(len(words))
        x[np.arange(rows), first + place[column.values.astype(np.int64)]] = 1.0
        names.extend(f"{column.name} = {word}" for word in words)
    return x, tuple(names)


def _check_input(column: Column) -> None:
    if not column.is_numeric and len(column.codes) > MAX_CATEGORIES:
        raise TaskError(
            f"The column '{column.name}' has {len(column.codes):,} different words, more than "
            f"{MAX_CATEGORIES}: leave it out."
        )


def _standardise(column: Column, train: NDArray[np.int64]) -> F32:
    values = column.values
    # Scaled first, so that the squares of very large numbers do not overflow.
    values = values / (float(np.abs(values).max()) or 1.0)
    trained = values[train]
    if trained.min() == trained.max():
        # Its mean and deviation are rounding errors, and their quotient anything.
        return np.asarray(values - trained[0], np.float32)
    return np.asarray((values - trained.mean()) / trained.std(), np.float32)
