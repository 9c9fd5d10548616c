"""The values of a document: converted from JSON, set by path, and those that a variant changes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn

import msgspec

from engine.document.experiment import FORMAT, Experiment
from engine.document.lanes import DOCUMENT_PATHS, SHARED_PATHS, baseline_of, find_shared_difference
from engine.document.language import Language
from engine.document.refusals import name_wanted, object_to
from engine.document.typed_numbers import NumberError, read_number, units_of
from engine.errors import DocumentError

_FAMILY, _, _VERSION = FORMAT.partition("/")
_FOREIGN = "The file is not a Gradient Theatre document"
_WHOLE = 2.0**53
"""From here on not every whole number has a float of its own."""


def convert(value: Any, language: Language) -> Experiment:
    """An experiment from plain dicts and lists, and its variant checked with it.

    Raises:
        DocumentError: one sentence, with the path of what is not allowed.
    """
    if not isinstance(value, dict) or not isinstance(value.get("format"), str):
        raise DocumentError((), f'its `format` must be "{FORMAT}"', opening=_FOREIGN)
    _check_format(value["format"])
    try:
        experiment = language.convert(_with_whole_numbers(value))
    except RecursionError as error:
        raise DocumentError((), "its lists or objects are nested too deeply") from error
    except (msgspec.ValidationError, OverflowError) as error:
        raise object_to(str(error), value, language) from error
    variant_of(experiment, language)
    return experiment


def variant_of(experiment: Experiment, language: Language) -> Experiment | None:
    """The network of the second lane: the experiment with the changes of its `variant`.

    None where there is one lane only.

    Raises:
        DocumentError: one sentence, with the path, for a change that is not allowed.
    """
    if experiment.variant is None:
        return None
    baseline = baseline_of(experiment)
    for path in experiment.variant:
        if path in SHARED_PATHS or path.partition(".")[0] in DOCUMENT_PATHS:
            raise DocumentError(("variant",), f"`{path[:60]}` cannot differ, so remove it")
    try:
        variant = with_values(baseline, experiment.variant.items(), language)
    except DocumentError as error:
        where = ("variant", *error.path)
        raise DocumentError(where, error.reason, is_about_value=error.is_about_value) from error
    if differing := find_shared_difference(baseline, variant):
        raise DocumentError(("variant",), f"`{differing}` cannot differ, so leave it as it is")
    return variant


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


def _with_whole_numbers(value: Any) -> Any:
    """A copy with 16 for 16.0: JSON has one kind of number, and so does its schema."""
    if isinstance(value, dict):
        return {key: _with_whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_whole_numbers(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return int(value)
    return value


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
    return convert(plain, language)


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
    if not (key.isascii() and key.isdigit()):  # int() takes a sign, blanks and other digits too
        raise ValueError(key)
    return int(key)
