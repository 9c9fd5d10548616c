"""The JSON Schema of the document, with the rules that bind one entry to another.

Only one rule cannot be said in the language of schemas: that the layers, each as
often as its `repeat` says, are at most 2,000.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from typing import Any

import msgspec
from msgspec import inspect

from engine.document.language import Language
from engine.document.schema_rules import Schema, has, property_of, when
from engine.document.specs import NetworkSpec, TaskSpec
from engine.parts import Part

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def describe_document(language: Language) -> Schema:
    """What a document may hold, for editors and validators.

    Args:
        language: the tasks and networks there are.
    """
    whole = language.document_type()
    schema: Schema = {"$schema": _DIALECT, **msgspec.json.schema(whole)}
    described: Schema = schema["$defs"]
    for part in described.values():
        part["description"] = cleandoc(part["description"])
    for part_class in _list_parts(inspect.type_info(whole)):
        if part_class.schema_rules:
            described[part_class.__name__]["allOf"] = list(part_class.schema_rules)
    described["Experiment"]["allOf"] = list(_bind_tasks_to_networks(language))
    return schema


def _list_parts(kind: Any, seen: set[type[Part]] | None = None) -> set[type[Part]]:
    """Every part that stands somewhere in a type."""
    seen = set() if seen is None else seen
    match kind:
        case inspect.StructType(cls=part) if part not in seen:
            assert issubclass(part, Part)
            seen.add(part)
            for field in kind.fields:
                _list_parts(field.type, seen)
        case inspect.UnionType(types=types):
            for one in types:
                _list_parts(one, seen)
        case inspect.VarTupleType(item_type=item):
            _list_parts(item, seen)
    return seen


def _bind_tasks_to_networks(language: Language) -> Iterator[Schema]:
    vectors = [_tag(task) for task in language.tasks if task.reads == "vectors"]
    yield when(property_of("task", has("name", *vectors)), _kinds_that_read("vectors", language))
    for task in language.tasks:
        if task.reads == "vectors":
            continue
        readout = property_of("readout", {"enum": list(task.readouts)})
        if "last" not in task.readouts:  # which is what is meant where nothing is said
            readout = {**readout, "required": ["readout"]}
        yield when(
            property_of("task", has("name", _tag(task))),
            _kinds_that_read("sequences", language),
            property_of("network", readout),
        )


def _kinds_that_read(what: str, language: Language) -> Schema:
    kinds = [_tag(network) for network in language.networks if network.reads == what]
    return property_of("network", has("kind", *kinds))


def _tag(spec: type[TaskSpec | NetworkSpec]) -> str:
    return str(spec.__struct_config__.tag)
