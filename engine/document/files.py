"""Reading and writing the document as JSON; edits by path."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from engine.document.experiment import FORMAT, OPTIMISERS, WITH_MOMENTUM, Experiment
from engine.document.language import Language
from engine.document.recognition import SAMPLE_BYTES, Content, explain_content, recognise
from engine.document.refusals import name_wanted, object_to
from engine.document.typed_numbers import NumberError, read_number, units_of
from engine.errors import DocumentError

_FAMILY, _, _VERSION = FORMAT.partition("/")
_FOREIGN = "The file is not a Gradient Theatre document"
_MAX_BYTES = 16 * 1024 * 1024
_MOST_DIGITS = 1_000
_WITHOUT_MOMENTUM = tuple(name for name in OPTIMISERS if name not in WITH_MOMENTUM)
_WHOLE = 2.0**53
"""From here on not every whole number has a float of its own."""


Notify = Callable[[str], None]
"""Takes a sentence about what was read otherwise than it was written."""


def keep_quiet(_sentence: str) -> None:
    """Tells nobody."""


def read(file: Path, language: Language, notify: Notify = keep_quiet) -> Experiment:
    """The experiment in a file; arguments as in `parse`.

    Raises:
        DocumentError: one sentence, for a file that cannot be read or is no document.
    """
    text = _read_bytes(file, _MAX_BYTES + 1)
    content = recognise(file.name, text)
    if content != "document":
        raise DocumentError((), explain_content(file.name, content), opening="")
    return parse(text, language, f"“{file.name}”", notify)


def look_into(file: Path) -> Content:
    """What a file seems to hold: a document, or what a task can read.

    Raises:
        DocumentError: one sentence, for a file that cannot be read.
    """
    return recognise(file.name, _read_bytes(file, SAMPLE_BYTES + 1))


def _read_bytes(file: Path, most: int) -> bytes:
    try:
        if file.is_dir():
            what = f"“{file.name or file}” is a folder, not a document"
            raise DocumentError((), what, opening="")
        with file.open("rb") as stream:
            return stream.read(most)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        opening = f"“{file.name}” cannot be read"
        raise DocumentError((), reason.lower(), opening=opening) from error


def parse(
    text: bytes | str,
    language: Language,
    name: str = "The file",
    notify: Notify = keep_quiet,
) -> Experiment:
    """An experiment from the JSON text of a document.

    Args:
        text: characters, or UTF-8 with or without a byte order mark.
        language: the tasks and networks there are.
        name: what a sentence calls the file.
        notify: told what has no meaning and is left out.

    Raises:
        DocumentError: one sentence with the path, for text that is damaged, foreign,
            of a newer version, or has an unknown key or a value out of bounds.
    """
    if len(text) > _MAX_BYTES:
        what = f"{name} is too large to be a Gradient Theatre document"
        raise DocumentError((), what, opening="")
    try:
        value = _decode(text)
    except ValueError as error:
        opening = f"{name} is not a readable JSON document"
        raise DocumentError((), str(error), opening=opening) from error
    return from_builtins(value, language, notify)


def _decode(text: bytes | str) -> Any:
    """The JSON value of a text; ValueError with what is wrong in it and how to mend it."""
    try:
        characters = text if isinstance(text, str) else text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            "it is damaged, or a text in another encoding, which must be saved again as UTF-8"
        ) from error
    if not characters.strip():
        raise ValueError("it is empty, so open a copy that has its content")
    try:
        value = json.loads(
            characters,
            object_pairs_hook=_join_pairs,
            parse_int=_read_integer,
            parse_float=_read_float,
            parse_constant=_read_float,
        )
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        if error.pos >= len(characters.rstrip()) or error.msg.startswith("Unterminated string"):
            raise ValueError(
                "it breaks off before its end, so open a copy that is complete"
            ) from error
        place = f"line {error.lineno:,}, column {error.colno:,}"
        raise ValueError(f"mend it at {place} ({error.msg.lower()})") from error
    except UnicodeEncodeError as error:
        raise ValueError("it has an escaped character of which one half is missing") from error
    except RecursionError as error:
        raise ValueError("its lists or objects are nested too deeply") from error
    return value


def _join_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    joined = dict(pairs)
    if len(joined) < len(pairs):
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise ValueError(f"the entry `{twice[:60]}` stands twice in one object, so remove one")
    return joined


def _read_integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number of {len(digits):,} digits is too large, so write another one")
    return int(digits)


def _read_float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{digits[:20]} is not a finite number, so write another value")
    return value


def from_builtins(value: Any, language: Language, notify: Notify = keep_quiet) -> Experiment:
    """An experiment from plain dicts and lists, checked against every bound.

    Raises:
        DocumentError: as `parse`.
    """
    return _convert(_without_idle_momentum(value, notify), language)


def _without_idle_momentum(value: Any, notify: Notify) -> Any:
    """The same with a momentum of 0 for an optimiser on which none acts."""
    training = value.get("training") if isinstance(value, dict) else None
    if not isinstance(training, dict) or training.get("optimiser") not in _WITHOUT_MOMENTUM:
        return value
    momentum = training.get("momentum")
    if not isinstance(momentum, float) or not 0.0 < momentum < 1.0:
        return value
    notify(f"Momentum {momentum:g} is read as 0: with {training['optimiser']} it does nothing.")
    return {**value, "training": {**training, "momentum": 0.0}}


def _convert(value: Any, language: Language) -> Experiment:
    if not isinstance(value, dict) or not isinstance(value.get("format"), str):
        raise DocumentError((), f'its `format` must be "{FORMAT}"', opening=_FOREIGN)
    _check_format(value["format"])
    try:
        return language.convert(_with_whole_numbers(value))
    except RecursionError as error:
        raise DocumentError((), "its lists or objects are nested too deeply") from error
    except (msgspec.ValidationError, OverflowError) as error:
        raise object_to(str(error), value, language) from error


def _with_whole_numbers(value: Any) -> Any:
    """A copy with 16 for 16.0: JSON has one kind of number, and so does its schema."""
    if isinstance(value, dict):
        return {key: _with_whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_whole_numbers(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return int(value)
    return value


def _check_format(name: str) -> None:
    family, _, version = name.partition("/")
    if family != _FAMILY:
        raise DocumentError((), f'its format is "{name[:60]}"', opening=_FOREIGN)
    number = re.fullmatch(r"([0-9]{1,9})(?:\.[0-9]{1,9})*", version)
    if number is not None and int(number[1]) > int(_VERSION):
        opening = (
            f"The document was made by a newer Gradient Theatre (format {version}, this "
            f"program reads {_VERSION})"
        )
        raise DocumentError((), "please update the program to open it", opening=opening)
    if name != FORMAT:
        opening = f'The document\'s format "{name[:60]}" is unknown'
        raise DocumentError((), f'it must be "{FORMAT}"', opening=opening)


def to_text(experiment: Experiment) -> str:
    """The document's JSON text, indented, every value written out, ending in a newline."""
    return json.dumps(msgspec.to_builtins(experiment), indent=2, ensure_ascii=False) + "\n"


def with_values(
    experiment: Experiment, values: Iterable[tuple[str, object]], language: Language
) -> Experiment:
    """A copy in which the values at dotted paths are others, checked together like a document.

    Args:
        experiment: what to start from.
        values: pairs of a path (names and indices from 0, such as "network.layers.0.units")
            and any JSON value, applied in order; a value is copied, so that a later path
            leads into the copy.
        language: the tasks and networks there are.

    Raises:
        DocumentError: for an unknown path or a value that is not allowed there.
    """
    plain = msgspec.json.decode(msgspec.json.encode(experiment))
    for path, value in values:
        _put(plain, path, value)
    return _convert(plain, language)


def read_assignments(
    experiment: Experiment, texts: Iterable[tuple[str, str]], language: Language
) -> list[tuple[str, object]]:
    """The values that a person typed for dotted paths, as `with_values` takes them.

    A value is JSON, and a bare word a string. Where the document wants a number, it may be
    written in every way that `engine.document.typed_numbers` reads; where it wants a text,
    whatever was typed is one.

    Raises:
        DocumentError: for a path that does not exist, or a number that could be meant in two ways.
    """
    plain = msgspec.json.decode(msgspec.json.encode(experiment))
    values = []
    for path, text in texts:
        wanted = name_wanted(path.split("."), plain, language)
        try:
            value = _read_typed(text, wanted, path.rpartition(".")[2])
        except NumberError as error:
            raise DocumentError(path.split("."), str(error).removesuffix(".")) from error
        values.append((path, value))
        _put(plain, path, value)
    return values


def _read_typed(text: str, wanted: frozenset[str], name: str) -> object:
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        value = text
    is_marked = text.lstrip().startswith(('"', "[", "{"))
    if is_marked or (value is None and "null" in wanted):
        return value
    if "text" in wanted:
        return text
    if not wanted & {"integer", "number"} or text in wanted:
        return value
    if not any(character.isdigit() for character in text) or ("/" in text and "1/L" in wanted):
        return value  # a word, which the document refuses, naming what may stand there
    is_integer = "number" not in wanted
    return read_number(text, is_integer=is_integer, units=units_of(name))


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _put(plain: Any, path: str, value: object) -> None:
    *parents, last = path.split(".")
    place: Any = plain
    try:
        own = _with_whole_numbers(value)
    except RecursionError as error:
        what = f"the value for '{path}' is nested too deeply"
        raise DocumentError(path.split("."), what, opening="") from error
    try:
        for key in parents:
            place = place[_read_index(key)] if isinstance(place, list) else place[key]
        if isinstance(place, list):
            place[_read_index(last)] = own
        elif last:
            place[last] = own  # an unknown name is refused later, with its path
        else:
            raise KeyError(last)
    except (KeyError, IndexError, ValueError, TypeError) as error:
        what = f"the document has no value at '{path}'"
        raise DocumentError(path.split("."), what, opening="") from error


def _read_index(key: str) -> int:
    index = int(key)
    if index < 0:
        raise IndexError(key)
    return index
