"""Beats stay what they were, whatever becomes of the document around them."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from engine import documents
from engine.document import scenes
from engine.document.lecture_edits import carry_over, list_own_changes

EDITS: list[list[tuple[str, Any]]] = [
    [],
    [("training.learning_rate", 0.7)],
    [("training.dtype", "float64"), ("task.batch_size", 7)],
    [("training.optimiser", "adam"), ("training.weight_decay", 0.01)],
]
OF_LAYERS: list[list[tuple[str, Any]]] = [
    [("network.layers.0.repeat", 3)],
    [("network.layers", [{"units": 5}, {"units": 6, "activation": "relu"}])],
    [("network.skip", {"every": 2, "scale": "1/L"}), ("network.layers.0.activation", "gelu")],
    [("network.initialisation", {"scheme": "normal", "std": 0.3})],
]


@pytest.mark.parametrize("name", scenes.lectures())
def test_the_beats_of_every_scene_survive_edits_of_its_experiment(name: str) -> None:
    scene = documents.load_scene(name)
    lecture, origin = scene.lecture, structs.replace(scene, lecture=None)
    assert lecture is not None
    before = documents.read_script(scene)
    edits = EDITS + (OF_LAYERS if scene.network.kind == "feedforward" else [])
    for edit in edits:
        edited = documents.with_values(origin, edit)
        document = structs.replace(edited, lecture=carry_over(lecture, origin, edited))
        after = documents.read_script(document)
        assert [cue.baseline for cue in after] == [cue.baseline for cue in before]
        assert [cue.variant for cue in after] == [cue.variant for cue in before]


def test_the_seed_is_the_documents_so_that_other_seeds_can_be_played() -> None:
    scene = documents.load_scene("01-deeper-and-worse")
    lecture, origin = scene.lecture, structs.replace(scene, lecture=None)
    assert lecture is not None
    edited = documents.with_values(origin, [("seed", 99), ("title", "Mine")])
    assert carry_over(lecture, origin, edited) is lecture
    assert list_own_changes(origin, edited) == {}


def test_a_variant_opened_at_the_desk_is_closed_where_the_lecture_begins() -> None:
    scene = documents.load_scene("01-deeper-and-worse")
    lecture, origin = scene.lecture, structs.replace(scene, lecture=None)
    assert lecture is not None
    compared = structs.replace(origin, variant={"network.skip.every": 1})
    document = structs.replace(compared, lecture=carry_over(lecture, origin, compared))
    assert documents.read_script(document)[0].variant is None
