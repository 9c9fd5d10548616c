"""The one reader of the user's tables: text with any usual delimiter, or an Excel workbook.

pandas splits and converts; what is decided here is the format: encoding, a `sep=` line,
comments and blank lines, delimiter, header, and what counts as a missing value. Lines are
the file's own, line breaks within quotation marks and blank lines counted.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import TaskError
from engine.tasks.encodings import decode_to_utf8
from engine.tasks.files import read_bytes
from engine.tasks.table_layout import (
    DELIMITERS,
    SAMPLE,
    Layout,
    Row,
    find_layout,
    make_reader,
    refuse_table,
    shorten,
)
from engine.tasks.workbooks import is_workbook, read_workbook

if TYPE_CHECKING:
    import pandas as pd

MAX_BYTES = 512 * 2**20
MAX_ROWS = 1_000_000
MAX_CELLS = 40_000_000

_GAPS = frozenset({"", "na", "n/a", "nan", "null", "?", "-", "--", ".", "<na>", "#n/a"})
"""What stands for a missing value, in small or capital letters."""
_NUMBER_GAPS = frozenset({"none", "nil", "missing", "unknown", "…", "..", "–", "—", "*"})
"""What does so among numbers, and may be a value among words."""
_SPELT_GAPS = sorted(
    {spelt for gap in _GAPS for spelt in (gap, gap.upper(), gap.capitalize())}
    | {"NaN", "-nan", "-NaN", "None"}
)
_NEVER_CLOSED = "EOF inside string"
"""What pandas says of a quotation mark."""
_MOST_READ_WHOLE = 100
"""Columns of a table that is read whole, whatever is wanted."""


class Table:
    """An opened table: its columns by name, and the lines that its rows stand in."""

    def __init__(
        self, content: bytes, encoding: str | None, name: str, *, is_workbook: bool
    ) -> None:
        self.name = name
        self.encoding = encoding
        self.is_workbook = is_workbook
        """Its numbers are numbers, and no marks of a country."""
        if b"\r" in content:
            content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        # Old programs of DOS end a text with this sign.
        content = content.removesuffix(b"\x1a")
        if b"\0" in content:
            raise TaskError(f"{name} is no table: choose a CSV file.")
        self.layout, start = find_layout(content, name, "," if is_workbook else None)
        self._content, self._start = content, start
        self._is_checked = False
        self._rows: int | None = None
        if b"#" in content:
            self._replace_body(_blank_comments(self._body, self.layout))
        if not self._is_simple():
            self._replace_body(_blank_empty_rows(self._body, self.layout))
            self._check_shape()
        elif re.compile(rb"\S").search(self._content, self._start) is None:
            raise self._explain_no_rows()

    @property
    def _body(self) -> bytes:
        """What comes after the header; a copy, if it is large."""
        return self._content[self._start :] if self._start else self._content

    def _replace_body(self, body: bytes) -> None:
        self._content, self._start = body, 0

    @property
    def rows(self) -> int:
        """How many rows there are, once they were read or counted."""
        if self._rows is None:
            self._check_shape()
        assert self._rows is not None
        return self._rows

    @property
    def names(self) -> tuple[str, ...]:
        """The header."""
        return self.layout.names

    def find(self, column: str) -> int | None:
        """Where a column stands, from 0; line breaks in its name may be written as blanks."""
        if column in self.names:
            return self.names.index(column)
        plain = [" ".join(name.split()) for name in self.names]
        wanted = " ".join(column.split())
        return plain.index(wanted) if plain.count(wanted) == 1 else None

    def name_of(self, column: str) -> str:
        """A column's name as the header has it.

        Raises:
            TaskError: where there is none.
        """
        index = self.find(column)
        if index is None:
            known = ", ".join(f"'{shorten(known)}'" for known in self.names[:8])
            more = ", …" if len(self.names) > 8 else ""
            raise TaskError(
                f"{self.name} has no column '{shorten(column)}'; its columns are {known}{more}."
            )
        return self.names[index]

    def read(self, columns: Iterable[int], *, as_text: bool = False, keeps: str = "") -> Any:
        """A pandas frame of the columns by number; missing values are NaN.

        Args:
            columns: which, from 0.
            as_text: leave numbers as they are written.
            keeps: a sign that is no missing value here.
        """
        import pandas as pd

        wanted = sorted(set(columns))
        is_checked = self._is_checked
        width = len(self.names)
        most = self._rows if self._rows is not None else self._content.count(b"\n") + 1
        if most * len(wanted) > MAX_CELLS:
            raise TaskError(
                f"{self.name} has more than {MAX_CELLS:,} cells in {len(wanted):,} columns: "
                "choose fewer columns or rows."
            )
        body = io.BytesIO(self._content)
        body.seek(self._start)
        try:
            frame: pd.DataFrame = pd.read_csv(
                body,
                sep=self.layout.delimiter,
                header=None,
                names=list(range(width)),
                usecols=wanted if is_checked else None,
                index_col=False,
                dtype=str if as_text else None,
                na_values=[gap for gap in _SPELT_GAPS if not keeps or gap != keeps],
                keep_default_na=False,
                skipinitialspace=True,
                low_memory=False,
                encoding="utf-8",
            )
        except (
            pd.errors.ParserError,
            pd.errors.EmptyDataError,
            ValueError,
            OverflowError,
        ) as error:
            if not is_checked:
                self._check_shape()
            raise self._explain(str(error)) from error
        if not is_checked:
            # pandas refuses rows that are too long, so that none is short if the sum is right.
            cuts = self._content.count(self.layout.delimiter.encode(), self._start)
            is_even = cuts == (width - 1) * len(frame)
            has_empty_rows = width > 1 and all(frame[index].hasnans for index in frame)
            if not is_even or (has_empty_rows and bool(frame.isna().all(axis=1).any())):
                self._replace_body(_blank_empty_rows(self._body, self.layout))
                self._check_shape()
                return self.read(wanted, as_text=as_text, keeps=keeps)
            if len(frame) > MAX_ROWS:
                raise self._make_too_long_error()
            self._is_checked, self._rows = True, len(frame)
        elif len(frame) != self._rows:
            # A quotation mark within a cell, as in 5" or 27", was taken for an opening one.
            self._check_to_the_letter()
            self._rows = len(frame)
        return frame

    def line_of(self, row: int) -> int:
        """The line of the file in which a row begins."""
        return int(self._lines[row]) + self.layout.first_line

    @cached_property
    def _lines(self) -> NDArray[np.int64]:
        """(rows) the line of the body in which each begins, from 0."""
        lines: list[int] = []
        before = 0
        for row, after in self._records():
            if row:
                lines.append(before)
            before = after
        return np.array(lines, np.int64)

    def _records(self) -> Iterable[tuple[Row, int]]:
        """Each record, empty for a blank line, and the number of lines read after it."""
        reader = make_reader(io.StringIO(self._body.decode(), newline=""), self.layout.delimiter)
        try:
            for row in reader:
                yield (
                    [] if all(not cell.strip() for cell in row) and len(row) < 2 else row,
                    (reader.line_num),
                )
        except csv.Error as error:
            raise refuse_table(self.name, error) from error

    def _is_simple(self) -> bool:
        """Whether every delimiter and line end is one, so that reading can check the shape."""
        delimiter = self.layout.delimiter
        width = len(self.names)
        if delimiter not in DELIMITERS or width > _MOST_READ_WHOLE:
            return False
        if self._content.find(b'"', self._start) >= 0:
            return False
        first = self._content[self._start : self._start + SAMPLE].lstrip(b"\n").partition(b"\n")[0]
        is_even = first.count(delimiter.encode()) == width - 1
        return is_even and self._content.count(b"\n", self._start) <= MAX_ROWS

    def _make_too_long_error(self) -> TaskError:
        return TaskError(f"{self.name} has more than {MAX_ROWS:,} rows: use a part of it.")

    def _check_shape(self) -> None:
        """Count the rows; refuse one with too few or too many cells."""
        width = len(self.names)
        if self.layout.delimiter in DELIMITERS:
            counts = _count_cells(self._body, self.layout.delimiter)
        else:
            counts = np.array([len(row) for row, _ in self._records() if row], np.int64)
        self._is_checked = True
        if len(counts) > MAX_ROWS:
            raise self._make_too_long_error()
        if not len(counts):
            raise self._explain_no_rows()
        self._rows = len(counts)
        if (counts != width).any():
            # Quotation marks within a cell are counted wrongly there.
            self._check_to_the_letter()

    def _check_to_the_letter(self) -> None:
        """Like `_check_shape`, record by record."""
        width = len(self.names)
        rows = before = 0
        for row, after in self._records():
            if row and len(row) != width:
                line = before + self.layout.first_line
                raise TaskError(
                    f"Line {line:,} of {self.name} has {len(row):,} "
                    f"cell{'' if len(row) == 1 else 's'}, but the header has {width:,}: "
                    "mend the line, or remove it."
                )
            rows += bool(row)
            before = after
        self._rows = rows

    def _explain_no_rows(self) -> TaskError:
        if self._body.count(b'"') % 2:
            return self._explain(_NEVER_CLOSED)
        return TaskError(f"{self.name} has a header, but no rows.")

    def _explain(self, reason: str) -> TaskError:
        if _NEVER_CLOSED not in reason:
            return refuse_table(self.name, "save it again as CSV")
        try:
            # The record that was never closed is the last one.
            place = f" in line {self.line_of(-1):,}"
        except TaskError:
            place = ""
        return refuse_table(self.name, f"a quotation mark{place} is never closed")


def open_table(
    path: str, folder: Path | None, encoding: str | None = None, sheet: str | None = None
) -> Table:
    """The table in a file, laid out but not yet read.

    Args:
        path: as the document has it; a relative one starts at `folder`.
        folder: of the document.
        encoding: of the file; None: to be found.
        sheet: of a workbook; None: the first.

    Raises:
        TaskError: one sentence, for a file that is no table.
    """
    content = read_bytes(path, folder, MAX_BYTES)
    name = Path(path).name
    if is_workbook(content, name):
        text = read_workbook(content, name, sheet, MAX_ROWS)
        return Table(text.encode(), None, name, is_workbook=True)
    if sheet is not None:
        raise TaskError(f"{name} is no workbook and has no sheets: leave `sheet` out.")
    plain, found = decode_to_utf8(content, encoding, name)
    return Table(plain, found, name, is_workbook=False)


def _blank_comments(body: bytes, layout: Layout) -> bytes:
    """The body with lines that are comments left blank, so that lines keep their numbers."""
    if not body.startswith(b"#") and (b"#" not in body or b"\n#" not in body):
        return body
    width = len(layout.names)
    delimiter = layout.delimiter.encode()
    is_quoted = b'"' in body

    def replace(found: re.Match[bytes]) -> bytes:
        line = found.group()
        is_row = width > 1 and line.count(delimiter) == width - 1 and not line.startswith(b"# ")
        inside = is_quoted and body.count(b'"', 0, found.start()) % 2
        return line if is_row or inside else b""

    return re.sub(rb"(?m)^#[^\n]*", replace, body)


def _blank_empty_rows(body: bytes, layout: Layout) -> bytes:
    """The body with rows that consist of delimiters and blanks left blank."""
    if layout.delimiter not in DELIMITERS:
        return body
    cell = b" *"
    cells = re.escape(layout.delimiter.encode()).join([cell] * len(layout.names))
    return re.sub(rb"(?m)^" + cells + rb"$", b"", body)


def _count_cells(body: bytes, delimiter: str) -> NDArray[np.int64]:
    """(rows) cells of each record that is not blank, quotation marks heeded."""
    signs = np.frombuffer(body, np.uint8)
    places = np.flatnonzero((signs == 10) | (signs == ord(delimiter)))
    if b'"' in body:
        inside = np.cumsum(signs == 34, dtype=np.int32) & 1
        places = places[inside[places] == 0]
    if len(signs) and signs[-1] != 10:
        places = np.append(places, len(signs))
    is_end = np.ones(len(places), bool)
    closed = places < len(signs)
    is_end[closed] = signs[places[closed]] == 10
    ends = np.flatnonzero(is_end)
    counts = np.diff(ends, prepend=-1)
    stops = places[ends]
    is_blank = np.diff(stops, prepend=-1) == 1
    if (counts > 1).any():
        for index in np.flatnonzero((counts == 1) & ~is_blank):
            begin = int(stops[index - 1]) + 1 if index else 0
            is_blank[index] = not body[begin : int(stops[index])].strip()
    return np.asarray(counts[~is_blank], np.int64)


def is_gap(cell: str, *, among_numbers: bool) -> bool:
    """Whether a cell stands for a missing value."""
    plain = cell.strip().lower()
    return plain in _GAPS or (among_numbers and plain in _NUMBER_GAPS)
