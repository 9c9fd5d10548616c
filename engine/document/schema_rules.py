"""Rules of JSON Schema that bind one entry of the document to another."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def when(condition: Schema, *consequences: Schema) -> Schema:
    """If the one holds, all the others must."""
    return {"if": condition, "then": {"allOf": list(consequences)}}


def property_of(name: str, schema: Schema) -> Schema:
    """What must hold for an entry, if it is there."""
    return {"properties": {name: schema}}


def has(name: str, *values: str) -> Schema:
    """The entry is there and is one of these."""
    return {**property_of(name, {"enum": list(values)}), "required": [name]}


def needs(name: str, kind: str) -> Schema:
    """The entry is there and of this JSON type."""
    return {**property_of(name, {"type": kind}), "required": [name]}
