"""The user's own table as a task: inputs scaled, target encoded, rows split.

Number columns are standardised with mean and standard deviation of the training
part; a column of words becomes one input of 0 and 1 per word. A column that is the
same in every row is kept and tells nothing: its number becomes an input of 0, its
word an input of 1. Four fifths of the rows, drawn by the seed, are trained on; the
others are held out. Where the document names no input columns, a column that cannot
serve is left out, and that is said.

With `mode` null the target decides: words are classes; so are two different whole
numbers, or up to ten where each occurs at least five times on average; any other
numbers are a regression. A regression's target is standardised like an input.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.document.specs import Answers, Reads, TaskSpec
from engine.errors import TaskError
from engine.parts import DecimalMark, MissingPolicy, Name, PathText
from engine.records.dataset import DATA_STREAM, Dataset, LossName, TableReport
from engine.tasks.columns import Column, Columns, read_columns
from engine.tasks.gaps import settle_gaps
from engine.tasks.table_layout import shorten
from engine.tasks.tables import Table, open_table

MAX_CATEGORIES = 50
"""Different words of an input column."""
MAX_CLASSES = 100
MAX_INPUTS = 2_000
MAX_NUMBERS = 100_000_000
MIN_ROWS = 4

_MOST_INFERRED_CLASSES = 10
_ROWS_PER_INFERRED_CLASS = 5
_ROUNDING = 1e-13
"""Of the largest value: what sums and products of doubles leave behind."""

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


class Csv(TaskSpec, frozen=True, kw_only=True, tag_field="name", tag="csv"):
    """The user's own table. `encoding` and `decimal` null: found."""

    reads: ClassVar[Reads] = "vectors"

    path: PathText
    target: Name
    columns: Annotated[tuple[Name, ...], Meta(min_length=1)] | None = None
    mode: Literal["classification", "regression"] | None = None
    encoding: Name | None = None
    decimal: DecimalMark | None = None
    missing: MissingPolicy = "refuse"
    sheet: Name | None = None

    def expects(self) -> Answers | None:
        named: dict[str | None, Answers] = {"classification": "classes", "regression": "numbers"}
        return named.get(self.mode)

    def load(self, seed: int, readout: str, folder: Path | None) -> Dataset:
        del readout
        return load_csv(self, seed, folder)


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """The columns of a task before missing values are dealt with."""

    table: Table
    columns: list[Column]
    """The inputs, and at the end the target."""
    read: Columns
    notes: list[str]

    @property
    def rows_with_gaps(self) -> NDArray[np.bool_]:
        """(rows) whether a value is missing in the row."""
        found: NDArray[np.bool_] = np.any([column.gaps for column in self.columns], axis=0)
        return found


def select_columns(task: Csv, folder: Path | None, opened: Table | None = None) -> Selection:
    """Read the target and the inputs of a task, without those that cannot serve.

    Args:
        task: of the document.
        folder: where a relative path starts.
        opened: the task's table where it is open already.

    Raises:
        TaskError: one sentence, for a file or a column that cannot be used.
    """
    table = opened or open_table(task.path, folder, task.encoding, task.sheet)
    target, inputs = _choose(table, task)
    as_words = target if task.mode == "classification" else None
    read = read_columns(table, (*inputs, target), as_words, task.decimal)
    *columns, answers = read.columns
    notes = list(read.notes)
    if answers.gaps.all():
        raise TaskError(
            f"The target '{target}' has no value in any row: choose another target column."
        )
    kept = columns
    if task.columns is None:
        reasons = {column.name: _why_left_out(column) for column in columns}
        kept = [column for column in columns if not reasons[column.name]]
        left_out = [f"left out: {name}, {reason}" for name, reason in reasons.items() if reason]
        if not kept:
            shown = "; ".join(left_out[:4])
            raise TaskError(
                f"{table.name} has no column besides the target '{target}' that can serve as an "
                f"input ({shown}): choose another target, or another table."
            )
        notes = [*left_out, *notes]
        gone = {column.name for column in columns} - {column.name for column in kept}
        notes = [note for note in notes if note.partition(": ")[0] not in gone]
    else:
        for column in columns:
            _check_input(column)
    return Selection(table, [*kept, answers], read, notes)


def load_csv(task: Csv, seed: int, folder: Path | None) -> Dataset:
    """The table of a document.

    Raises:
        TaskError: one sentence, for a file or a column that cannot be used.
    """
    selection = select_columns(task, folder)
    table = selection.table
    report = TableReport(
        rows=table.rows,
        used=table.rows,
        encoding=table.encoding,
        decimal=selection.read.decimal,
        notes=tuple(selection.notes),
    )
    asked = selection.columns[-1]
    if asked.is_numeric:
        asked.holds_classes = _is_classification(task, asked.take(~asked.gaps))
    columns, report = settle_gaps(table, selection.columns, task.missing, report)
    target = columns.pop()
    rows = report.used
    if rows < MIN_ROWS:
        raise TaskError(
            f"{table.name} has {rows} row{'' if rows == 1 else 's'} to use: "
            f"at least {MIN_ROWS} are needed."
        )
    order = np.random.default_rng([seed, DATA_STREAM]).permutation(rows)
    held_out_count = max(1, rows // 5)
    train, held_out = order[:-held_out_count], order[-held_out_count:]
    x, names = _encode_inputs(columns, train)
    classes: tuple[str, ...] = ()
    loss: LossName = "mse"
    answers: NDArray[np.float32] | NDArray[np.int64]
    if _is_classification(task, target):
        classes, codes = _encode_classes(target)
        loss = "bce" if len(classes) == 2 else "ce"
        answers = codes.astype(np.float32) if loss == "bce" else codes
    else:
        if is_constant(target.values):
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
        table=report,
    )


def _choose(table: Table, task: Csv) -> tuple[str, list[str]]:
    """The names of target and inputs as the header has them."""
    if task.columns is not None:
        for column in task.columns:
            if task.columns.count(column) > 1:
                raise TaskError(f"The column '{column}' is chosen twice: take one of them away.")
    target = table.name_of(task.target)
    if task.columns is None:
        inputs = [column for column in table.names if column != target]
    else:
        inputs = [table.name_of(column) for column in task.columns]
    if target in inputs:
        raise TaskError(f"The target '{target}' cannot be one of the input columns as well.")
    if not inputs:
        raise TaskError(f"{table.name} has no column besides the target '{target}'.")
    return target, inputs


def _why_left_out(column: Column) -> str:
    """Why a column cannot be an input; nothing if it can."""
    if column.gaps.all():
        return "no value in any row"
    if not column.is_numeric and len(column.words) > MAX_CATEGORIES:
        kind = "dates" if column.holds_dates else "words"
        return f"{len(column.words):,} different {kind}"
    return ""


def _is_classification(task: Csv, target: Column) -> bool:
    if task.mode == "classification":
        return True
    if task.mode == "regression":
        if not target.is_numeric:
            word = target.words[0]
            raise TaskError(
                f"The target '{target.name}' has texts such as '{shorten(word)}': "
                "a regression needs numbers."
            )
        return False
    if not target.is_numeric:
        return True
    values = np.unique(target.values[: 10 * MAX_CLASSES * _ROWS_PER_INFERRED_CLASS])
    if len(values) > _MOST_INFERRED_CLASSES:
        return False
    values = _list_values(target.values)
    is_whole = bool((values == np.round(values)).all())
    is_repeated = _ROWS_PER_INFERRED_CLASS * len(values) <= len(target.values)
    return is_whole and len(values) <= _MOST_INFERRED_CLASSES and (len(values) == 2 or is_repeated)


def _encode_classes(target: Column) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Names of the classes in alphabetical or numerical order, and each row's class."""
    if target.is_numeric:
        values = _list_values(target.values)
        indices = np.searchsorted(values, target.values)
        names = [f"{value:g}" for value in values]
    else:
        names = sorted(target.words, key=_number_or_word)
        place = {word: index for index, word in enumerate(names)}
        indices = np.array([place[word] for word in target.words])[target.values.astype(np.int64)]
    if len(names) < 2:
        raise TaskError(
            f"The target '{target.name}' has only one class, '{shorten(names[0])}': "
            "there is nothing to tell apart."
        )
    if len(names) > MAX_CLASSES:
        raise TaskError(
            f"The target '{target.name}' has {len(names):,} classes, more than {MAX_CLASSES}: "
            f"{'predict it as numbers, or ' if target.is_numeric else ''}choose another target."
        )
    return tuple(names), np.asarray(indices, np.int64)


def _list_values(values: F64) -> F64:
    """The different values in ascending order, found by hashing: sorting all takes seconds."""
    import pandas as pd

    return np.sort(pd.unique(values))


def _number_or_word(word: str) -> tuple[int, float, str]:
    try:
        return (0, float(word), word)
    except ValueError:
        return (1, 0.0, word)


def _encode_inputs(columns: list[Column], train: NDArray[np.int64]) -> tuple[F32, tuple[str, ...]]:
    widths = [1 if column.is_numeric else len(column.words) for column in columns]
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
        words = sorted(column.words)
        number = {word: index for index, word in enumerate(words)}
        place = np.array([number[word] for word in column.words])
        x[np.arange(rows), first + place[column.values.astype(np.int64)]] = 1.0
        names.extend(f"{column.name} = {word}" for word in words)
    return x, tuple(names)


def _check_input(column: Column) -> None:
    reason = _why_left_out(column)
    if reason:
        most = f", more than {MAX_CATEGORIES}" if "different" in reason else ""
        raise TaskError(f"The column '{column.name}' has {reason}{most}: leave it out.")


def is_constant(values: F64) -> bool:
    """Whether values differ by no more than the rounding of their own size."""
    low, high = float(values.min()), float(values.max())
    return high / 2 - low / 2 <= _ROUNDING * max(abs(low), abs(high))


def _standardise(column: Column, train: NDArray[np.int64]) -> F32:
    values = column.values
    # Scaled first, so that the squares of very large numbers do not overflow.
    values = values / (float(np.abs(values).max()) or 1.0)
    trained = values[train]
    if is_constant(trained):
        # Its mean and deviation are rounding errors, and their quotient anything.
        rest = values - trained[0]
        return np.asarray(np.where(np.abs(rest) <= 2 * _ROUNDING, 0.0, rest), np.float32)
    return np.asarray((values - trained.mean()) / trained.std(), np.float32)
