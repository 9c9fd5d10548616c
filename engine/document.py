"""Reading and writing the document as JSON; edits by path; its schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import DocumentError
from engine.experiment import FORMAT, Experiment
from engine.objections import object_to

_FAMILY, _, _VERSION = FORMAT.partition("/")
_MAX_BYTES = 16 * 1024 * 1024


def read(file: Path) -> Experiment:
    """The experiment in a file.

    Raises:
        DocumentError: one sentence, for a file that cannot be read or is no document.
    """
    try:
        if file.is_dir():
            raise DocumentError(f"“{file.name}” is a folder, not a document.")
        with file.open("rb") as stream:
            text = stream.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(f"“{file.name}” cannot be read: {reason.lower()}.") from error
    return parse(text)


def parse(text: bytes | str) -> Experiment:
    """An experiment from the JSON text of a document.

    Raises:
        DocumentError: one sentence with the path, for text that is damaged, foreign,
            of a newer version, or has an unknown key or a value out of bounds.
    """
    if len(text) > _MAX_BYTES:
        raise DocumentError("The file is too large to be a Gradient Theatre document.")
    try:
        value = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        reason = str(error).removeprefix("JSON is malformed: ")
        raise DocumentError(f"The file is not a readable JSON document: {reason}.") from error
    return from_builtins(value)


def from_builtins(value: Any) -> Experiment:
    """An experiment from plain dicts and lists, checked against every bound.

    Raises:
        DocumentError: as `parse`.
    """
    if not isinstance(value, dict) or not isinstance(value.get("format"), str):
        raise DocumentError(
            f'The file is not a Gradient Theatre document: its `format` must be "{FORMAT}".'
        )
    _check_format(value["format"])
    try:
        return msgspec.convert(value, Experiment)
    except (msgspec.ValidationError, RecursionError, OverflowError) as error:
        raise DocumentError(object_to(str(error), value)) from error


def _check_format(name: str) -> None:
    family, _, version = name.partition("/")
    if family != _FAMILY:
        raise DocumentError(
            f'The file is not a Gradient Theatre document: its format is "{name[:60]}".'
        )
    if re.fullmatch(r"[0-9]{1,9}", version) and int(version) > int(_VERSION):
        raise DocumentError(
            f"The document was made by a newer Gradient Theatre (format {version}, this "
            f"program reads {_VERSION}): please update the program to open it."
        )
    if name != FORMAT:
        raise DocumentError(
            f'The document\'s format "{name[:60]}" is unknown: it must be "{FORMAT}".'
        )


def to_text(experiment: Experiment) -> str:
    """The document's JSON text, indented, every value written out, ending in a newline."""
    return json.dumps(msgspec.to_builtins(experiment), indent=2, ensure_ascii=False) + "\n"


def with_values(experiment: Experiment, values: Iterable[tuple[str, object]]) -> Experiment:
    """A copy in which the values at dotted paths are others, checked together like a document.

    Args:
        experiment: what to start from.
        values: pairs of a path (names and indices from 0, such as "network.layers.0.units")
            and any JSON value, applied in order.

    Raises:
        DocumentError: for an unknown path or a value that is not allowed there.
    """
    plain = msgspec.json.decode(msgspec.json.encode(experiment))
    for path, value in values:
        *parents, last = path.split(".")
        place: Any = plain
        try:
            for key in parents:
                place = place[int(key)] if isinstance(place, list) else place[key]
            if isinstance(place, list):
                place[int(last)] = value
            elif last:
                place[last] = value  # an unknown name is refused below, with its path
            else:
                raise KeyError(last)
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise DocumentError(f"The document has no value at '{path}'.") from error
    return from_builtins(plain)


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    return msgspec.json.schema(Experiment)
