"""How a text is laid out as a table: comments above it, delimiter, header.

What the file itself says in a `sep=` line holds; else the delimiter is the sign that splits
every line into as many cells as the header.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from engine.errors import TaskError
from engine.tasks.number_format import take_apart

MAX_COLUMNS = 20_000

DELIMITERS = ",;\t|"
_BLANKS = r"\s+"
_NO_DELIMITER = "\x1f"
SAMPLE = 200_000
_SAMPLE_ROWS = 200
_SEPARATOR_LINE = re.compile(r"\"?sep=(\\t|.)\"?", re.IGNORECASE)

Row = list[str]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """How a text is laid out as a table."""

    delimiter: str
    names: tuple[str, ...]
    first_line: int
    """Line of the file in which the body begins, counted from 1."""


def shorten(cell: str) -> str:
    """A cell in a sentence: in one line, and not too long."""
    return " ".join(cell.split())[:60]


def refuse_table(name: str, reason: object) -> TaskError:
    """What is raised where a file cannot be read as a table."""
    return TaskError(f"{name} cannot be read as a table: {reason}.")


def find_layout(content: bytes, name: str, delimiter: str | None) -> tuple[Layout, int]:
    """The layout, and where in the content the body begins."""
    place, line, comment = 0, 1, ""
    while place < len(content):
        end = content.find(b"\n", place)
        end = len(content) if end < 0 else end
        start = content[place : min(end, place + 10_000)].decode(errors="replace")
        separator = _SEPARATOR_LINE.fullmatch(start.strip(" "))
        if separator is not None:
            delimiter = "\t" if separator[1] == r"\t" else separator[1]
        elif start.startswith("#"):
            comment = start.lstrip("#").strip()
        elif start.strip():
            break
        place, line = end + 1, line + 1
    if place >= len(content):
        raise TaskError(f"{name} is empty: it needs a header and rows.")
    head = content[place : place + SAMPLE]
    if len(head) == SAMPLE and b"\n" in head:
        head = head[: head.rindex(b"\n") + 1]
    sample = head.decode(errors="ignore")
    try:
        delimiter = delimiter or _find_delimiter(sample, name)
        rows = _sample_rows(sample, delimiter)
        above: Row = next(make_reader(io.StringIO(comment), delimiter), [])
        if _is_header(above, rows):
            return Layout(delimiter, _name_columns(above, rows, name), line), place
        reader = make_reader(io.StringIO(sample, newline=""), delimiter)
        header = next(reader)
    except csv.Error as error:
        raise refuse_table(name, error) from error
    end = _skip_lines(content, place, reader.line_num)
    if end == len(content) and content.count(b'"', place) % 2:
        raise refuse_table(name, f"a quotation mark in line {line:,} is never closed")
    layout = Layout(delimiter, _name_columns(header, rows[1:], name), line + reader.line_num)
    return layout, end


def _skip_lines(content: bytes, place: int, lines: int) -> int:
    """The place in a content after so many lines more."""
    for _ in range(lines):
        end = content.find(b"\n", place)
        place = len(content) if end < 0 else end + 1
    return place


def _is_header(comment: Row, rows: list[Row]) -> bool:
    """Whether the names stand in the comment right above the numbers."""
    if len(comment) < 2 or not rows or len(rows[0]) != len(comment):
        return False
    return not any(map(_is_number, comment)) and any(map(_is_number, rows[0]))


def _is_number(cell: str) -> bool:
    return take_apart(cell.strip()) is not None


def make_reader(lines: Iterable[str], delimiter: str) -> Any:
    if delimiter == _BLANKS:
        stripped = (line.strip().replace("\t", " ") for line in lines)
        return csv.reader(stripped, delimiter=" ", skipinitialspace=True)
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True)


def _sample_rows(sample: str, delimiter: str) -> list[Row]:
    reader = make_reader(io.StringIO(sample, newline=""), delimiter)
    rows = (row for row in reader if any(cell.strip() for cell in row))
    return [row for row in islice(rows, _SAMPLE_ROWS) if not row[0].startswith("#")]


def _find_delimiter(sample: str, name: str) -> str:
    """The sign that splits every line into as many cells as the header, two at least."""
    best: tuple[tuple[float, float, int], str] | None = None
    failure: csv.Error | None = None
    for delimiter in (*DELIMITERS, _BLANKS):
        if delimiter == _BLANKS and best is not None and best[0][0] >= 0.5:
            break
        try:
            rows = _sample_rows(sample, delimiter)
        except csv.Error as error:
            failure = error
            continue
        if not rows or len(rows[0]) < 2:
            continue
        width, others = len(rows[0]), rows[1:]
        even = max(sum(len(row) == width + more for row in others) for more in (0, 1))
        share = even / len(others) if others else 1.0
        if delimiter == _BLANKS and (share < 1.0 or not others):
            continue
        cells = [cell for row in others for cell in row[:50]]
        numbers = sum(map(_is_number, cells)) / len(cells) if cells else 0.0
        score = (round(share, 1), round(numbers, 2), width)
        if best is None or score > best[0]:
            best = score, delimiter
    if best is None and failure is not None:
        raise refuse_table(name, failure) from failure
    return best[1] if best is not None else _NO_DELIMITER


def _name_columns(header: Row, rows: list[Row], name: str) -> tuple[str, ...]:
    cells = list(header)
    if rows and all(len(row) == len(header) + 1 for row in rows):
        # Either every line ends with a delimiter, or the first column has row names.
        cells = [*cells, ""] if not any(row[-1].strip() for row in rows) else ["", *cells]
    if len(cells) > MAX_COLUMNS:
        raise TaskError(f"{name} has {len(cells):,} columns: at most {MAX_COLUMNS:,} can be read.")
    plain = (re.sub(r"\s*\n\s*", " ", cell.strip()) for cell in cells)
    names = [cell or f"column {number}" for number, cell in enumerate(plain, start=1)]
    seen: set[str] = set()
    for column in names:
        if column in seen:
            raise TaskError(
                f"{name} has two columns named '{shorten(column)}': rename one of them."
            )
        seen.add(column)
    return tuple(names)
