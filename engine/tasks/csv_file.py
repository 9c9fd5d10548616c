"""Reading the user's own table: typed columns, block by block, with bounded memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from engine.errors import TaskError
from engine.tasks.files import explain_failure

MAX_ROWS = 1_000_000
MAX_CELLS = 40_000_000
MAX_WORDS = 1_000
"""Different words of one column that are counted before it is refused."""

_BLOCK_ROWS = 20_000
_GAPS = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-"})
_DELIMITERS = ",;\t|"

Row = list[str]


@dataclass(slots=True, eq=False)
class Column:
    """One column as numbers, or as words and their codes."""

    name: str
    is_numeric: bool
    blocks: list[NDArray[np.float64]] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)

    @property
    def values(self) -> NDArray[np.float64]:
        """(rows) numbers, or the codes of words in the order of `codes`."""
        return np.concatenate(self.blocks)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell stands, for sentences."""

    column: str
    first_line: int
    """The block's first line; line 1 is the header."""
    has_decimal_comma: bool


def read_columns(
    path: Path, shown_path: str, wanted: Sequence[str] | None, target: str, target_is_words: bool
) -> dict[str, Column]:
    """The wanted columns and the target, each numeric or of words.

    A column is numeric when at least half of its first 20,000 cells are numbers.

    Args:
        path: the file.
        shown_path: how sentences name it.
        wanted: names of columns, none of them perhaps, or None for all.
        target: name of one more column.
        target_is_words: read the target as words even if they look like numbers.

    Raises:
        TaskError: one sentence, for anything in the file that cannot be used.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read(file, path.name, wanted, target, target_is_words)
    except UnicodeDecodeError as error:
        raise TaskError(
            f"{path.name} is not a UTF-8 text: save it again as CSV with the encoding UTF-8."
        ) from error
    except csv.Error as error:
        raise TaskError(f"{path.name} cannot be read as a table: {error}.") from error
    except (OSError, ValueError) as error:
        raise TaskError(explain_failure(error, shown_path, path)) from error


def _read(
    file: IO[str], name: str, wanted: Sequence[str] | None, target: str, target_is_words: bool
) -> dict[str, Column]:
    first_line = file.readline()
    if not first_line.strip():
        while first_line and not first_line.strip():
            first_line = file.readline()
        if not first_line:
            raise TaskError(f"{name} is empty: it needs a header and rows.")
    delimiter = max(
        _DELIMITERS, key=lambda sign: len(next(csv.reader([first_line], delimiter=sign)))
    )
    header = _read_header(first_line, delimiter, name)
    chosen = _choose(header, wanted, target, name)
    columns: dict[str, Column] = {}
    count = 0
    for rows in _blocks(csv.reader(file, delimiter=delimiter)):
        _check_shape(rows, header, count, name)
        turned = list(zip(*rows, strict=True))
        for column_name, index in chosen.items():
            cells = [cell.strip() for cell in turned[index]]
            place = Place(column_name, count + 2, delimiter != ",")
            column = columns.get(column_name)
            if column is None:
                is_words = column_name == target and target_is_words
                column = Column(column_name, not is_words and _looks_numeric(cells, place))
                columns[column_name] = column
            _refuse_gaps(cells, place)
            column.blocks.append(
                _read_numbers(cells, place) if column.is_numeric else _read_words(cells, column)
            )
        count += len(rows)
        if count > MAX_ROWS:
            raise TaskError(f"{name} has more than {MAX_ROWS:,} rows: use a part of it.")
        if count * len(chosen) > MAX_CELLS:
            raise TaskError(
                f"{name} has more than {MAX_CELLS:,} cells in {len(chosen):,} columns: "
                "choose fewer columns or rows."
            )
    if not count:
        raise TaskError(f"{name} has a header, but no rows.")
    return columns


def _read_header(line: str, delimiter: str, name: str) -> list[str]:
    cells = next(csv.reader([line], delimiter=delimiter))
    header = [cell.strip() or f"column {number}" for number, cell in enumerate(cells, start=1)]
    seen: set[str] = set()
    for column in header:
        if column in seen:
            raise TaskError(f"{name} has two columns named '{column}': rename one of them.")
        seen.add(column)
    return header


def _choose(
    header: list[str], wanted: Sequence[str] | None, target: str, name: str
) -> dict[str, int]:
    inputs = [column for column in header if column != target] if wanted is None else wanted
    for column in (target, *inputs):
        if column not in header:
            known = ", ".join(f"'{known}'" for known in header[:8])
            more = ", …" if len(header) > 8 else ""
            raise TaskError(f"{name} has no column '{column}'; its columns are {known}{more}.")
    for column in inputs:
        if inputs.count(column) > 1:
            raise TaskError(f"The column '{column}' is chosen twice: take one of them away.")
    if target in inputs:
        raise TaskError(f"The target '{target}' cannot be one of the input columns as well.")
    if not inputs and wanted is None:
        raise TaskError(f"{name} has no column besides the target '{target}'.")
    return {column: header.index(column) for column in (*inputs, target)}


def _blocks(reader: Iterator[Row]) -> Iterator[list[Row]]:
    while block := list(islice(reader, _BLOCK_ROWS)):
        rows = [row for row in block if row]
        if rows:
            yield rows


def _check_shape(rows: list[Row], header: list[str], before: int, name: str) -> None:
    width = len(header)
    if {len(row) for row in rows} == {width}:
        return
    for number, row in enumerate(rows, start=before + 2):
        if len(row) != width:
            raise TaskError(
                f"Line {number:,} of {name} has {len(row):,} cell{'' if len(row) == 1 else 's'}, "
                f"but the header has {width:,}."
            )


def _to_number(cell: str, place: Place) -> float:
    return float(cell.replace(",", ".") if place.has_decimal_comma else cell)


def _is_number(cell: str, place: Place) -> bool:
    try:
        _to_number(cell, place)
    except ValueError:
        return False
    return True


def _looks_numeric(cells: list[str], place: Place) -> bool:
    present = [cell for cell in cells if cell.lower() not in _GAPS]
    return 2 * sum(_is_number(cell, place) for cell in present) >= max(1, len(present))


def _refuse_gaps(cells: list[str], place: Place) -> None:
    gaps = {cell for cell in set(cells) if cell.lower() in _GAPS}
    if gaps:
        line = next(n for n, cell in enumerate(cells) if cell in gaps) + place.first_line
        raise TaskError(
            f"The column '{place.column}' has no value in line {line:,}: fill it, remove the line, "
            "or leave the column out."
        )


def _read_numbers(cells: list[str], place: Place) -> NDArray[np.float64]:
    try:
        if place.has_decimal_comma:
            values = np.array([_to_number(cell, place) for cell in cells])
        else:
            values = np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        row = next(n for n, cell in enumerate(cells) if not _is_number(cell, place))
        raise TaskError(
            f"The column '{place.column}' has the text '{cells[row][:40]}' in line "
            f"{row + place.first_line:,}, where a number was expected."
        ) from None
    if not np.isfinite(values).all():
        row = int(np.flatnonzero(~np.isfinite(values))[0])
        raise TaskError(
            f"The column '{place.column}' has '{cells[row][:40]}' in line "
            f"{row + place.first_line:,}, which is not a finite number."
        )
    return values


def _read_words(cells: list[str], column: Column) -> NDArray[np.float64]:
    codes = column.codes
    for word in sorted(set(cells)):
        codes.setdefault(word, len(codes))
    if len(codes) > MAX_WORDS:
        raise TaskError(
            f"The column '{column.name}' has more than {MAX_WORDS:,} different words, which is "
            "too many: leave it out, or choose another target."
        )
    return np.fromiter(map(codes.__getitem__, cells), np.float64, len(cells))
