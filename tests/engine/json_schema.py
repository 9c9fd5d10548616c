"""As much of a JSON Schema validator (draft 2020-12) as the document's schema asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_ANNOTATIONS = {"$schema", "$defs", "title", "description", "default", "discriminator"}
_READ_WITH_OTHERS = {"then", "additionalProperties"}


class Validator:
    """Holds a value to a schema; a keyword that it does not know is a KeyError."""

    def __init__(self, schema: Schema) -> None:
        self._parts = schema["$defs"]
        self._schema = schema
        self._checks: dict[str, Callable[[Any, Schema, Any], bool]] = {
            "$ref": self._is_part,
            "type": lambda kind, _, value: _has_type(kind, value),
            "enum": lambda allowed, _, value: value in allowed,
            "anyOf": lambda some, _, value: any(self._holds(one, value) for one in some),
            "allOf": lambda every, _, value: all(self._holds(one, value) for one in every),
            "if": self._follows,
            "required": lambda names, _, value: (
                not isinstance(value, dict) or all(name in value for name in names)
            ),
            "properties": self._has_entries,
            "items": lambda item, _, value: (
                not isinstance(value, list) or all(self._holds(item, one) for one in value)
            ),
            "minItems": lambda least, _, value: not isinstance(value, list) or len(value) >= least,
            "maxItems": lambda most, _, value: not isinstance(value, list) or len(value) <= most,
            "minLength": lambda least, _, value: not isinstance(value, str) or len(value) >= least,
            "maxLength": lambda most, _, value: not isinstance(value, str) or len(value) <= most,
            "minimum": lambda least, _, value: not _is_number(value) or value >= least,
            "maximum": lambda most, _, value: not _is_number(value) or value <= most,
            "exclusiveMinimum": lambda low, _, value: not _is_number(value) or value > low,
            "exclusiveMaximum": lambda high, _, value: not _is_number(value) or value < high,
        }

    def accepts(self, value: Any) -> bool:
        return self._holds(self._schema, value)

    def _holds(self, schema: Schema, value: Any) -> bool:
        keywords = schema.keys() - _ANNOTATIONS - _READ_WITH_OTHERS
        return all(self._checks[keyword](schema[keyword], schema, value) for keyword in keywords)

    def _is_part(self, reference: str, _: Schema, value: Any) -> bool:
        return self._holds(self._parts[reference.removeprefix("#/$defs/")], value)

    def _follows(self, condition: Schema, schema: Schema, value: Any) -> bool:
        return not self._holds(condition, value) or self._holds(schema["then"], value)

    def _has_entries(self, properties: Schema, schema: Schema, value: Any) -> bool:
        if not isinstance(value, dict):
            return True
        is_open = schema.get("additionalProperties", True)
        return (is_open or value.keys() <= properties.keys()) and all(
            self._holds(properties[key], value[key]) for key in value.keys() & properties.keys()
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _has_type(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[kind])
