"""What a file that is no document could be learned as."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Literal

Content = Literal["document", "table", "text", "table or text"]

DOCUMENT_ENDINGS = (".gtheatre", ".json")
TABLE_ENDINGS = (".csv", ".tsv", ".tab", ".xlsx")
_DELIMITERS = ",;\t|"
_LINES = 5
SAMPLE_BYTES = 64 * 1024
"""Bytes from the beginning of a file that are looked at."""


def recognise(name: str, content: bytes) -> Content:
    """What a file seems to hold, from its name and its beginning.

    A JSON object is a document whatever it is called, and so is what is empty or no text,
    since the document's reader says what is wrong with it. A text whose first lines have
    equally many delimiters may be a table.

    Args:
        name: of the file, with its ending.
        content: its beginning, or all of it.
    """
    ending = PurePath(name).suffix.lower()
    sample = content[:SAMPLE_BYTES].removeprefix(b"\xef\xbb\xbf").strip()
    if ending in DOCUMENT_ENDINGS or not sample or sample.startswith(b"{"):
        return "document"
    if ending in TABLE_ENDINGS:
        return "table"
    if b"\0" in sample:
        return "document"
    lines = [line for line in re.split(r"[\r\n]+", sample.decode(errors="replace")) if line]
    if len(content) > SAMPLE_BYTES:
        lines = lines[:-1] or lines  # the last one may be cut
    lines = lines[:_LINES]
    is_even = any(
        lines[0].count(sign) and len({line.count(sign) for line in lines}) == 1
        for sign in _DELIMITERS
    )
    return "table or text" if is_even and len(lines) > 1 else "text"


def explain_content(name: str, content: Content) -> str:
    """Why a table or a text is no document, and what to do with it, without a full stop."""
    tasks = {
        "table": f'{{"name": "csv", "path": "{name}", "target": "…"}}',
        "text": f'{{"name": "text", "path": "{name}"}}',
    }
    task = " or ".join(tasks[kind] for kind in ("table", "text") if kind in content)
    return (
        f"“{name}” is a {content}, not a Gradient Theatre document: open it in the window, or "
        f"write a document beside it whose task is {task}"
    )
