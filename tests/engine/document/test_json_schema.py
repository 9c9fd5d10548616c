"""The schema accepts what the program reads and refuses what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.document import scenes
from engine.documents import describe_document, from_builtins
from engine.errors import DocumentError
from tests.engine.json_schema import Validator

SCHEMA = Validator(describe_document())
FEEDFORWARD = {"kind": "feedforward", "layers": [{"units": 4}]}


def make(task: dict[str, Any], network: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"format": "gradient-theatre/1", "task": task, "network": network, **rest}


def dense(**changes: Any) -> dict[str, Any]:
    return make({"name": "insurance"}, FEEDFORWARD | changes)


def recurrent(task: str | dict[str, Any] = "adding", **changes: Any) -> dict[str, Any]:
    named = {"name": task} if isinstance(task, str) else task
    return make(named, {"kind": "recurrent", "cell": "lstm"} | changes)


@pytest.mark.parametrize("name", scenes.names())
def test_every_scene_is_accepted(name: str) -> None:
    assert SCHEMA.accepts(json.loads(scenes.read_text(name)))


@pytest.mark.parametrize(
    ("document", "is_accepted"),
    [
        (dense(), True),
        (dense(layers=[{"units": 4.0}]), True),
        (dense(skip={"every": 2, "scale": "1/L", "off": [4]}), True),
        (make({"name": "csv", "path": "a.csv", "target": "y", "columns": None}, FEEDFORWARD), True),
        (make({"name": "csv", "path": "a", "target": "y", "missing": "drop"}, FEEDFORWARD), True),
        (make({"name": "csv", "path": "a", "target": "y", "sheet": "s"}, FEEDFORWARD), True),
        (make({"name": "csv", "path": "a", "target": "y", "decimal": ","}, FEEDFORWARD), True),
        (make({"name": "csv", "path": "a", "target": "y", "decimal": ";"}, FEEDFORWARD), False),
        (make({"name": "csv", "path": "a", "target": "y", "missing": "mean"}, FEEDFORWARD), False),
        (recurrent({"name": "text", "path": "a.txt", "encoding": "cp1252"}), True),
        (recurrent({"name": "series", "missing": "fill", "decimal": None}), True),
        (recurrent({"name": "series", "sheet": "s"}), False),
        (recurrent(), True),
        (recurrent("recall", readout="all"), True),
        (recurrent("text") | {"task": {"name": "text", "path": "a.txt"}}, True),
        (recurrent(gates={"forget": 1, "update": None}), True),
        (recurrent(cell="gru", gates={"update": 0.5}), True),
        (recurrent({"name": "series", "source": "csv", "path": "s.csv", "column": "v"}), True),
        ([], False),
        (dense() | {"format": "gradient-theatre/2"}, False),
        (dense() | {"colour": 1}, False),
        (dense(layers=[]), False),
        (dense(layers=[{"units": 5_000}]), False),
        (dense(layers=[{"units": True}]), False),
        (dense(layers=[{"units": 4, "normalization": "batch"}]), False),
        (dense(skip={"scale": "1/2"}), False),
        (dense(initialisation={"scheme": "normal"}), False),
        (dense(initialisation={"scheme": "normal", "std": None}), False),
        (dense(layers=[{"units": 4, "initialisation": {"scheme": "uniform"}}]), False),
        (dense() | {"training": {"momentum": 1}}, False),
        (dense() | {"training": {"clip": {"threshold": 0}}}, False),
        (make({"name": "adding"}, FEEDFORWARD), False),
        (recurrent("insurance"), False),
        (recurrent("adding", readout="all"), False),
        (recurrent("recall"), False),
        (recurrent("series", readout="mean"), False),
        (recurrent({"name": "series", "source": "csv", "path": "s.csv"}), False),
        (recurrent(gates={"update": 1}), False),
        (recurrent(cell="gru", gates={"forget": 1}), False),
        (recurrent(cell="rnn", gates={"input": 0}), False),
        (recurrent(recurrent_initialisation={"scheme": "normal"}), False),
    ],
)
def test_schema_and_reader_agree(document: Any, is_accepted: bool) -> None:
    assert SCHEMA.accepts(document) == is_accepted
    if is_accepted:
        from_builtins(document)
    else:
        with pytest.raises(DocumentError):
            from_builtins(document)
