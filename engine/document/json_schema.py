"""The JSON Schema of the document, with the rules that bind one entry to another.

Only one rule cannot be said in the language of schemas: that the layers, each as
often as its `repeat` says, are at most 2,000.
"""

from __future__ import annotations

from inspect import cleandoc
from typing import Any, get_args

import msgspec

from engine.document.experiment import Experiment
from engine.kinds.specs import GATES_OF_CELL, Gates
from engine.tasks.specs import READOUTS_OF_TASK, FeedforwardTask

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def describe_document() -> Schema:
    """What a document may hold, for editors and validators."""
    schema: Schema = {"$schema": _DIALECT, **msgspec.json.schema(Experiment)}
    parts: Schema = schema["$defs"]
    for part in parts.values():
        part["description"] = cleandoc(part["description"])
    parts["Experiment"]["allOf"] = list(_bind_task_to_network())
    for name in ("Initialisation", "RecurrentInitialisation"):
        parts[name]["allOf"] = [
            _when(_has("scheme", "normal"), _needs("std", "number")),
            _when(_has("scheme", "uniform"), _needs("bound", "number")),
        ]
    parts["Series"]["allOf"] = [
        _when(_has("source", "csv"), _needs("path", "string"), _needs("column", "string"))
    ]
    parts["Recurrent"]["allOf"] = [
        _when(_has("cell", cell), _property("gates", _forbid(own)))
        for cell, own in GATES_OF_CELL.items()
    ]
    return schema


def _bind_task_to_network() -> list[Schema]:
    flat = [str(task.__struct_config__.tag) for task in get_args(FeedforwardTask)]
    rules = [
        _when(
            _property("task", _has("name", *flat)),
            _property("network", _has("kind", "feedforward")),
        )
    ]
    for task, readouts in READOUTS_OF_TASK.items():
        readout = _property("readout", {"enum": list(readouts)})
        if "last" not in readouts:  # which is what is meant where nothing is said
            readout = {**readout, "required": ["readout"]}
        rules.append(
            _when(
                _property("task", _has("name", str(task.__struct_config__.tag))),
                _property("network", _has("kind", "recurrent")),
                _property("network", readout),
            )
        )
    return rules


def _when(condition: Schema, *consequences: Schema) -> Schema:
    return {"if": condition, "then": {"allOf": list(consequences)}}


def _property(name: str, schema: Schema) -> Schema:
    return {"properties": {name: schema}}


def _has(name: str, *values: str) -> Schema:
    return {**_property(name, {"enum": list(values)}), "required": [name]}


def _needs(name: str, kind: str) -> Schema:
    return {**_property(name, {"type": kind}), "required": [name]}


def _forbid(own: tuple[str, ...]) -> Schema:
    others = [gate for gate in Gates.__struct_fields__ if gate not in own]
    return {"properties": {gate: {"type": "null"} for gate in others}}
