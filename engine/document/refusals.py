"""Why a document cannot be used, in a sentence that a teacher understands."""

from __future__ import annotations

import json
import re
import sys
from difflib import get_close_matches
from typing import Any

from msgspec import inspect

from engine.document.language import Language
from engine.errors import DocumentError

_LONGEST_SHOWN = 60
_LONGEST_INTEGER = 1e15


def object_to(message: str, value: Any, language: Language) -> DocumentError:
    """The refusal for a message of msgspec about a document.

    Args:
        message: such as "Expected `int` <= 4096 - at `$.network.layers[0].units`".
        value: the whole document as plain dicts and lists.
        language: the tasks and networks there are.
    """
    reason, _, path = message.partition(" - at `")
    keys = re.findall(r"[^.\[\]]+", path.rstrip("`").removeprefix("$").removeprefix("key"))
    is_about_value = reason.startswith(("Expected", "Invalid", "Number out of range"))
    found = _follow(keys, value, language) if is_about_value else None
    if found is not None and (wanted := _describe(found[0])):
        told = f"must be {wanted}, not {_show(found[1])}"
        return DocumentError(keys, told, is_about_value=True)
    return DocumentError(keys, _explain(reason, keys, value, language))


def name_wanted(keys: list[str], value: Any, language: Language) -> frozenset[str]:
    """What may stand at a path: "integer", "number", "text", "null", the words of a choice.

    Args:
        keys: the names and indices on the way there; the last need not be there yet.
        value: the whole document as plain dicts and lists.
        language: the tasks and networks there are.
    """
    found = _follow(keys[:-1], value, language)
    if found is None:
        return frozenset()
    kind, parent = found
    last = keys[-1]
    wanted = _field_type(kind, last, parent) if isinstance(parent, dict) else _item_type(kind)
    names: set[str] = set()
    for alternative in _alternatives(wanted):
        match alternative:
            case inspect.IntType():
                names.add("integer")
            case inspect.FloatType():
                names.add("number")
            case inspect.StrType():
                names.add("text")
            case inspect.NoneType():
                names.add("null")
            case inspect.LiteralType():
                names.update(map(str, alternative.values))
    return frozenset(names)


def _explain(reason: str, keys: list[str], value: Any, language: Language) -> str:
    if field := re.fullmatch(r"Object contains unknown field `(.*)`", reason, re.DOTALL):
        advice = _advise(field[1], keys, value, language)
        return f"the entry `{field[1][:_LONGEST_SHOWN]}` is unknown{advice}"
    if field := re.fullmatch(r"Object missing required field `(.*)`", reason):
        return f"the entry `{field[1]}` is missing"
    return reason[:1].lower() + reason[1:]


def _advise(unknown: str, keys: list[str], value: Any, language: Language) -> str:
    """The entry that was meant, or all that may stand there."""
    found = _follow(keys, value, language)
    struct = found and _find_struct(*found)
    if not struct:
        return ""
    known = [field.encode_name for field in struct.fields]
    known = [struct.tag_field, *known] if struct.tag_field else known
    meant = get_close_matches(unknown.lower(), known, 1)
    return f" (did you mean `{meant[0]}`?)" if meant else f" (known here: {', '.join(known)})"


def _find_struct(kind: inspect.Type, value: Any) -> inspect.StructType | None:
    """The object that a value claims to be, by its tag where there are several."""
    structs = [a for a in _alternatives(kind) if isinstance(a, inspect.StructType)]
    if len(structs) == 1:
        return structs[0]
    tagged = (s for s in structs if value.get(str(s.tag_field)) == s.tag)
    return next(tagged, None)


def _follow(keys: list[str], value: Any, language: Language) -> tuple[inspect.Type, Any] | None:
    """What the document's type asks for at a path, and what stands there."""
    kind: inspect.Type = inspect.type_info(language.document_type())
    for key in keys:
        if isinstance(value, list) and key.isdigit() and int(key) < len(value):
            kind, value = _item_type(kind), value[int(key)]
        elif isinstance(value, dict) and key in value:
            kind, value = _field_type(kind, key, value), value[key]
        else:
            return None
    return kind, value


def _alternatives(kind: inspect.Type) -> list[inspect.Type]:
    kind = kind.type if isinstance(kind, inspect.Metadata) else kind
    return list(kind.types) if isinstance(kind, inspect.UnionType) else [kind]


def _item_type(kind: inspect.Type) -> inspect.Type:
    for alternative in _alternatives(kind):
        if isinstance(alternative, inspect.VarTupleType):
            return alternative.item_type
    return inspect.AnyType()


def _field_type(kind: inspect.Type, key: str, value: dict[str, Any]) -> inspect.Type:
    structs = [a for a in _alternatives(kind) if isinstance(a, inspect.StructType)]
    tags = tuple(struct.tag for struct in structs if struct.tag_field == key)
    if tags:
        return inspect.LiteralType(tags)
    struct = _find_struct(kind, value)
    fields = {field.encode_name: field.type for field in struct.fields} if struct else {}
    return fields.get(key, inspect.AnyType())


def _describe(kind: inspect.Type) -> str:
    parts = dict.fromkeys(map(_describe_one, _alternatives(kind)))
    return " or ".join(part for part in parts if part)


def _describe_one(kind: inspect.Type) -> str:
    match kind:
        case inspect.IntType():
            return f"a whole number{_describe_bounds(kind)}"
        case inspect.FloatType():
            return f"a number{_describe_bounds(kind)}"
        case inspect.BoolType():
            return "true or false"
        case inspect.StrType():
            least = f"{kind.min_length:,} to" if kind.min_length else "at most"
            return (
                f"a text of {least} {kind.max_length:,} characters" if kind.max_length else "a text"
            )
        case inspect.LiteralType():
            names = ", ".join(f'"{name}"' for name in kind.values)
            return names if len(kind.values) == 1 else f"one of {names}"
        case inspect.VarTupleType():
            if kind.max_length:
                return f"a list of {kind.min_length or 0:,} to {kind.max_length:,} entries"
            return "a list with at least one entry" if kind.min_length else "a list"
        case inspect.StructType() | inspect.DictType():
            return "an object"
        case inspect.NoneType():
            return "null"
    return ""


def _describe_bounds(kind: inspect.IntType | inspect.FloatType) -> str:
    low = kind.ge if kind.ge is not None else kind.gt
    high = kind.le if kind.le is not None else kind.lt
    if low is None or high is None:
        return ""
    start = f"from {low:,.10g} to" if kind.ge is not None else f"above {low:,.10g} and"
    end = "below " if kind.le is None else "" if kind.ge is not None else "at most "
    return f" {start} {end}{high:,.10g}"


def _show(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) < _LONGEST_INTEGER:
            return f"{value:,}".replace("-", "\N{MINUS SIGN}")
        return f"{value:.3g}" if abs(value) < sys.float_info.max else "a far larger one"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"a list of {len(value):,}" if value else "an empty list"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
