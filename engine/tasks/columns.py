"""The columns of a table, typed: numbers, or words and their codes; missing values as NaN.

A column is one of numbers when at least half of its values are, whatever their marks and
signs; its format is found from all of them. A table has one decimal mark: what one column
proves decides for another that could be read in two ways.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import TaskError
from engine.tasks.number_format import (
    Evidence,
    Mark,
    Reading,
    collect_evidence,
    take_apart,
    to_number,
)
from engine.tasks.table_layout import shorten
from engine.tasks.tables import Table, is_gap

F64 = NDArray[np.float64]

_MOST_LEVELS = 50
_ROWS_PER_LEVEL = 5
_PREVIEW = 1_000
_DOLLARS = frozenset({"$", "US$", "USD", "A$", "AUD", "C$", "CAD", "£", "GBP"})
_PERCENT = ("%", "‰")
_NAME = re.compile(r"(?=\w*\d)(?=\w*[^\W\d])\w+")
"""Letters and digits, as in "136A"."""
_DATE = re.compile(
    r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}([T ].*)?|\d{4}-\d{2}|\d{4}[QM]\d{1,2}|\d{4}-?[QW]\d{1,2}"
    r"|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}|\d{1,2}[ -][A-Za-z]{3,9}\.?[ -]\d{2,4}|\d{1,2}:\d{2}(:.*)?"
)


class MarkUnclearError(TaskError):
    """Numbers that a decimal point and a decimal comma read differently."""


@dataclass(slots=True, eq=False)
class Column:
    """One column, as numbers or as words."""

    name: str
    is_numeric: bool
    values: F64
    """(rows) numbers, or codes of words; NaN where there is no value."""
    words: tuple[str, ...] = ()
    holds_dates: bool = False
    holds_classes: bool = False
    """Numbers that name classes, of which there is no mean."""

    @property
    def gaps(self) -> NDArray[np.bool_]:
        """(rows) where there is no value."""
        return np.isnan(self.values)

    def take(self, rows: NDArray[np.bool_]) -> Column:
        """The column of some rows only, without words that are in none of them."""
        values = self.values[rows]
        if self.is_numeric:
            return Column(self.name, True, values)
        kept, codes = np.unique(values, return_inverse=True)
        words = tuple(self.words[int(code)] for code in kept)
        return Column(self.name, False, codes.astype(np.float64), words, self.holds_dates)

    def fill(self) -> int:
        """Put in the mean, or the most frequent word, where there is no value; how often."""
        gaps = self.gaps
        count = int(gaps.sum())
        if count:
            present = self.values[~gaps]
            if self.holds_classes:
                kinds, counts = np.unique(present, return_counts=True)
                filling = float(kinds[counts.argmax()])
            elif self.is_numeric:
                largest = float(np.abs(present).max()) or 1.0
                filling = float((present / largest).mean()) * largest
            else:
                filling = float(np.bincount(present.astype(np.int64)).argmax())
            self.values = np.where(gaps, filling, self.values)
        return count


@dataclass(slots=True, eq=False)
class Columns:
    """What was read, and what is to be said of it."""

    columns: list[Column]
    decimal: Mark | None
    """The table's decimal mark; None where its columns have different ones."""
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Draft:
    """A column of texts before the marks of its numbers are settled."""

    name: str
    index: int
    codes: NDArray[np.int64]
    texts: list[str]
    readings: list[Reading | None]
    evidence: Evidence


def read_columns(
    table: Table, wanted: Sequence[str], as_words: str | None, decimal: Mark | None
) -> Columns:
    """The wanted columns, in that order.

    Args:
        table: the file.
        wanted: names of columns, all of them there.
        as_words: a column that is read as words even if they look like numbers.
        decimal: the document's decimal mark; None: to be found.

    Raises:
        TaskError: one sentence, for a cell that cannot be used.
        MarkUnclearError: for numbers that can be read in two ways.
    """
    indices = [index for name in wanted if (index := table.find(name)) is not None]
    frame = table.read(indices)
    if table.is_workbook and decimal is None:
        decimal = "."
    columns: dict[int, Column] = {}
    unsettled: list[tuple[str, int]] = []
    proofs: set[Mark] = set()
    for name, index in zip(wanted, indices, strict=True):
        kind = frame[index].dtype.kind
        if name == as_words or kind not in "iuf":
            unsettled.append((name, index))
            continue
        values = frame[index].to_numpy(dtype=np.float64)
        is_clear = kind == "f" and (table.is_workbook or _is_clearly_decimal(values))
        may_be_misread = kind == "f" and _may_be_misread(values, is_clear, decimal)
        if may_be_misread and not table.is_workbook:
            unsettled.append((name, index))
            continue
        if is_clear:
            proofs.add(".")
        _refuse_infinite(table, name, values)
        columns[index] = Column(name, True, values)
    notes: list[str] = []
    drafts = _draft(table, frame, unsettled)
    proofs.update(*(draft.evidence.decimals for draft in drafts if draft.name != as_words))
    found: Mark | None = decimal or (next(iter(proofs)) if len(proofs) == 1 else None)
    for draft in drafts:
        if draft.name == as_words:
            columns[draft.index] = _to_words(draft)
            continue
        mark = found or _own_mark(table, draft)
        columns[draft.index] = _settle(table, draft, mark, notes)
    if found is None and not proofs:
        found = "."
    return Columns([columns[index] for index in indices], found, notes)


def _may_be_misread(values: F64, is_clear: bool, decimal: Mark | None) -> bool:
    """Whether pandas, which takes a point for the decimal mark, may have been wrong."""
    if np.isnan(values).all() or decimal == ".":
        return False
    return decimal == "," or not is_clear


def _is_clearly_decimal(values: F64) -> bool:
    """Whether what pandas read with decimal points cannot have been groups of thousands."""
    if len(values) > _PREVIEW and _is_clearly_decimal(values[:_PREVIEW]):
        return True
    size = np.abs(values[np.isfinite(values)])
    if not len(size):
        return False
    with np.errstate(over="ignore"):
        scaled = size * 1000.0
    has_more_digits = np.abs(scaled - np.round(scaled)) > 1e-7 * np.maximum(scaled, 1.0)
    is_broken = size != np.round(size)
    return bool((has_more_digits | (is_broken & ((size >= 1000.0) | (size < 1.0)))).any())


def _draft(table: Table, frame: Any, unsettled: list[tuple[str, int]]) -> list[_Draft]:
    import pandas as pd

    converted = [index for _, index in unsettled if frame[index].dtype.kind in "iufb"]
    texts = table.read(converted, as_text=True) if converted else None
    drafts = []
    for name, index in unsettled:
        cells = frame[index] if texts is None or index not in converted else texts[index]
        codes, uniques = pd.factorize(cells)
        if "+" in uniques:
            # Beside a plus, a minus is a sign that was noted down, and no missing value.
            cells = table.read([index], as_text=True, keeps="-")[index]
            codes, uniques = pd.factorize(cells)
        words, codes = _tidy([str(cell) for cell in uniques], np.asarray(codes, np.int64))
        readings = [take_apart(word) for word in words]
        known = [reading for reading in readings if reading is not None]
        drafts.append(_Draft(name, index, codes, words, readings, collect_evidence(known)))
    return drafts


def _tidy(uniques: list[str], codes: NDArray[np.int64]) -> tuple[list[str], NDArray[np.int64]]:
    """The same texts without blanks around them; code −1 for a missing value."""
    keeps_minus = "+" in uniques
    numbers: dict[str, int] = {}
    new = np.empty(len(uniques) + 1, np.int64)
    new[-1] = -1
    for index, cell in enumerate(uniques):
        word = cell.strip()
        if is_gap(word, among_numbers=False) and not (keeps_minus and word == "-"):
            new[index] = -1
        else:
            new[index] = numbers.setdefault(word, len(numbers))
    return list(numbers), new[codes]


def _own_mark(table: Table, draft: _Draft) -> Mark:
    """The decimal mark that a column's own cells prove, the more frequent of two.

    Whoever separates cells by commas, or writes dollars, writes "1,000" for a thousand.
    """
    evidence = draft.evidence
    if not evidence.decimals and evidence.unclear is not None:
        units = {reading.unit for reading in draft.readings if reading is not None}
        if evidence.unclear == "," and (table.layout.delimiter == "," or units & _DOLLARS):
            return "."
        as_decimal = next(
            reading
            for reading in draft.readings
            if reading is not None and reading.digits == evidence.example
        )
        marks: tuple[Mark, Mark] = (".", ",")
        small, large = sorted((abs(to_number(as_decimal, mark) or 0.0), mark) for mark in marks)
        raise MarkUnclearError(
            f"The column '{draft.name}' has {evidence.example}, which can be read as "
            f'{small[0]:g} or as {large[0]:,.0f}: set `decimal` to "{small[1]}" for '
            f'{small[0]:g}, or to "{large[1]}" for {large[0]:,.0f}.'
        )
    if len(evidence.decimals) == 1:
        return next(iter(evidence.decimals))
    either: tuple[Mark, Mark] = (".", ",")
    return max(either, key=lambda mark: (_share(draft, mark), mark in evidence.decimals))


def _share(draft: _Draft, mark: Mark) -> float:
    """Share of the present cells that are numbers with this decimal mark."""
    return _share_of(draft, _convert(draft, mark))


def _convert(draft: _Draft, mark: Mark) -> list[float | None]:
    """The number of each text; None for one that is no number."""
    return [None if reading is None else to_number(reading, mark) for reading in draft.readings]


def _share_of(draft: _Draft, numbers: list[float | None]) -> float:
    counts = _count(draft)
    counts[_list_gaps(draft)] = 0
    is_number = np.array([number is not None for number in numbers], bool)
    return float(counts[is_number].sum() / max(1, counts.sum()))


def _count(draft: _Draft) -> NDArray[np.int64]:
    """How often each text occurs."""
    return np.bincount(draft.codes[draft.codes >= 0], minlength=len(draft.texts))


def _list_gaps(draft: _Draft) -> list[int]:
    """Codes of the texts that stand for a missing value in a column of numbers."""
    return [
        code
        for code, reading in enumerate(draft.readings)
        if reading is None and is_gap(draft.texts[code], among_numbers=True)
    ]


def _are_words(draft: _Draft, strays: list[int]) -> bool:
    """Whether a column with some texts among its numbers has names or levels.

    They are names if the texts have digits too ("136A"), levels if there are few and each is
    frequent, or several kinds of text are.
    """
    counts = _count(draft)
    rows, different = int(counts.sum()), len(draft.texts)
    if different > _MOST_LEVELS and all(map(_NAME.fullmatch, (draft.texts[x] for x in strays))):
        return True
    if len(strays) > 2 and int(counts[strays].sum()) >= 0.1 * rows:
        return True
    is_repeated = int(counts[strays].min()) > 1 and rows >= _ROWS_PER_LEVEL * different
    return different <= _MOST_LEVELS and (is_repeated or rows >= 2 * _ROWS_PER_LEVEL * different)


def _settle(table: Table, draft: _Draft, mark: Mark, notes: list[str]) -> Column:
    if not draft.texts:
        return Column(draft.name, True, np.full(len(draft.codes), np.nan))
    numbers = _convert(draft, mark)
    share = _share_of(draft, numbers)
    if share < 0.5:
        _refuse_other_mark(draft, mark)
        return _to_words(draft)
    for code in _list_gaps(draft):
        numbers[code] = np.nan
    if share < 1.0:
        strays = [code for code, number in enumerate(numbers) if number is None]
        if _are_words(draft, strays):
            notes.append(
                f"{draft.name}: read as words, because of '{shorten(draft.texts[strays[0]])}'"
            )
            return _to_words(draft)
        row = int(np.flatnonzero(np.isin(draft.codes, strays))[0])
        text = draft.texts[draft.codes[row]]
        if text.lower().lstrip("+-−") in ("inf", "infinity"):
            raise _make_infinite_error(draft.name, text, table.line_of(row))
        raise TaskError(
            f"The column '{draft.name}' has the text '{shorten(text)}' in "
            f"line {table.line_of(row):,}, where a number was expected: "
            "correct it, or leave the column out."
        )
    _note_signs(draft, mark, notes)
    values = np.array([*(number for number in numbers), np.nan], np.float64)[draft.codes]
    _refuse_infinite(table, draft.name, values)
    return Column(draft.name, True, values)


def _refuse_other_mark(draft: _Draft, mark: Mark) -> None:
    """Raise where most cells are numbers, but not with the table's decimal mark.

    Read as words, they would become one input for each value.
    """
    other: Mark = "," if mark == "." else "."
    numbers = _convert(draft, other)
    if _share_of(draft, numbers) >= 0.5:
        pairs = zip(draft.readings, numbers, strict=True)
        digits = next(r.digits for r, number in pairs if r is not None and number is not None)
        raise TaskError(
            f"The column '{draft.name}' has {digits}, which is no number "
            f'with the decimal mark "{mark}": set `decimal` to "{other}", or leave the column out.'
        )


def _note_signs(draft: _Draft, mark: Mark, notes: list[str]) -> None:
    units = Counter(reading.unit for reading in draft.readings if reading is not None)
    units.pop("", None)
    if len(units) > 1:
        shown = " and ".join(list(units)[:3])
        raise TaskError(
            f"The column '{draft.name}' has values in {shown}: "
            "write all of them in one unit, or leave the column out."
        )
    bare = next((r.digits for r in draft.readings if r and not r.unit and r.digits != "0"), None)
    if bare is not None and any(unit in _PERCENT for unit in units):
        raise TaskError(
            f"The column '{draft.name}' has values with and without the sign {next(iter(units))}, "
            f"such as {bare}: write all of them alike, or leave the column out."
        )
    for unit in units:
        kind = "percent" if unit == "%" else "permille" if unit in _PERCENT else "currency"
        notes.append(f"{draft.name}: the {kind} sign {unit} was dropped")
    if draft.evidence.unclear is not None:
        example = draft.evidence.example
        reading = take_apart(example)
        value = to_number(reading, mark) if reading is not None else None
        if value is not None and (draft.evidence.unclear != mark):
            notes.append(f"{draft.name}: {example} was read as {value:.0f}")


def _to_words(draft: _Draft) -> Column:
    values = draft.codes.astype(np.float64)
    values[draft.codes < 0] = np.nan
    dates = sum(_DATE.fullmatch(word) is not None for word in draft.texts[:1000])
    holds_dates = bool(draft.texts) and dates > 0.8 * len(draft.texts[:1000])
    return Column(draft.name, False, values, tuple(draft.texts), holds_dates)


def _refuse_infinite(table: Table, name: str, values: F64) -> None:
    infinite = np.flatnonzero(np.isinf(values))
    if len(infinite):
        row = int(infinite[0])
        index = table.find(name)
        assert index is not None
        cell = str(table.read([index], as_text=True)[index].iloc[row])
        raise _make_infinite_error(name, cell, table.line_of(row))


def _make_infinite_error(name: str, cell: str, line: int) -> TaskError:
    return TaskError(
        f"The column '{name}' has '{shorten(cell)}' in line {line:,}, "
        "which is not a finite number: correct it, or leave the column out."
    )
