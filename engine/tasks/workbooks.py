"""Excel workbooks, where openpyxl is installed: one sheet as the text of a table."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from typing import Any

from engine.errors import TaskError

_MAX_UNPACKED = 1 << 30
_OLD = b"\xd0\xcf\x11\xe0"


def is_workbook(content: bytes, name: str) -> bool:
    """Whether this is an Excel file, by its first bytes or by its ending."""
    ending = name.rpartition(".")[2].lower()
    return content.startswith((b"PK\x03\x04", _OLD)) or ending in ("xlsx", "xlsm")


def read_workbook(content: bytes, name: str, sheet: str | None, max_rows: int) -> str:
    """A sheet as comma-separated text, one line for each of its rows.

    Args:
        content: the whole file.
        name: of the file, for sentences.
        sheet: which; None: the first.
        max_rows: more are refused.

    Raises:
        TaskError: for no workbook, no such sheet, or no openpyxl.
    """
    if content.startswith(_OLD):
        raise TaskError(f"{name} is a workbook of an old kind: save it as .xlsx or as CSV.")
    try:
        import openpyxl
    except ImportError as error:
        raise TaskError(
            f"{name} is a workbook, which needs openpyxl: install it with "
            "pip install 'gradient-theatre[tables]', or save the sheet as CSV."
        ) from error
    broken = TaskError(f"{name} is no workbook that can be read: save it again as .xlsx or CSV.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED:
                raise TaskError(f"{name} is too large when unpacked: save the sheet as CSV.")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except TaskError:
        raise
    # A damaged archive fails in whatever way the damage happens to lie.
    except Exception as error:
        raise broken from error
    try:
        names = [found.title for found in book.worksheets]
        if not names:
            raise TaskError(f"{name} has no sheet with cells: choose another file.")
        if sheet is not None and sheet not in names:
            known = ", ".join(f"'{known}'" for known in names[:8])
            raise TaskError(f"{name} has no sheet '{sheet[:40]}'; its sheets are {known}.")
        page = book[names[0] if sheet is None else sheet]
        return _write(page.iter_rows(values_only=True), name, max_rows)
    except TaskError:
        raise
    except Exception as error:
        raise broken from error
    finally:
        book.close()


def _write(rows: Any, name: str, max_rows: int) -> str:
    written = []
    for row in rows:
        cells = [_spell(cell) for cell in row]
        written.append(cells)
        if len(written) > max_rows + 10_000:
            raise TaskError(f"{name} has more than {max_rows:,} rows: use a part of it.")
    widths = [max((n for n, cell in enumerate(row, 1) if cell), default=0) for row in written]
    width = max(widths, default=0)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row, filled in zip(written, widths, strict=True):
        if filled:
            writer.writerow((row + [""] * width)[:width])
        else:
            out.write("\n")
    return out.getvalue()


def _spell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    # A line of the text is a row of the sheet.
    return " ".join(str(cell).split())
