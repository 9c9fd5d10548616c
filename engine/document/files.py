"""Reading and writing the document as JSON."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from engine.document.experiment import OPTIMISERS, WITH_MOMENTUM, Experiment
from engine.document.language import Language
from engine.document.recognition import SAMPLE_BYTES, Content, explain_content, recognise
from engine.document.script import read_script
from engine.document.values import convert
from engine.errors import DocumentError

_MAX_BYTES = 16 * 1024 * 1024
_MOST_DIGITS = 1_000
_WITHOUT_MOMENTUM = tuple(name for name in OPTIMISERS if name not in WITH_MOMENTUM)

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
    experiment = convert(_without_idle_momentum(value, notify), language)
    read_script(experiment, language)
    return experiment


def _without_idle_momentum(value: Any, notify: Notify) -> Any:
    """The same with a momentum of 0 for an optimiser on which none acts, in both lanes."""
    training = value.get("training") if isinstance(value, dict) else None
    if isinstance(training, dict):
        lane = (training.get("optimiser"), training.get("momentum"))
        if _is_idle(*lane):
            notify(_tell_idle(*lane))
            value = {**value, "training": {**training, "momentum": 0.0}}
    else:
        training = {}
    variant = value.get("variant") if isinstance(value, dict) else None
    if isinstance(variant, dict):
        lane = (
            variant.get("training.optimiser", training.get("optimiser")),
            variant.get("training.momentum", training.get("momentum")),
        )
        if _is_idle(*lane):
            notify(_tell_idle(*lane))
            value = {**value, "variant": {**variant, "training.momentum": 0.0}}
    return value


def _is_idle(optimiser: object, momentum: object) -> bool:
    is_given = isinstance(momentum, float) and 0.0 < momentum < 1.0
    return is_given and optimiser in _WITHOUT_MOMENTUM


def _tell_idle(optimiser: object, momentum: object) -> str:
    return f"Momentum {momentum:g} is read as 0: with {optimiser} it does nothing."


def to_text(experiment: Experiment) -> str:
    """The document's JSON text, indented, every value written out, ending in a newline.

    What only a comparison or a lecture has, stands there only with one.
    """
    plain = msgspec.to_builtins(experiment)
    for name in ("variant", "lecture"):
        if plain[name] is None:
            del plain[name]
    return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"
