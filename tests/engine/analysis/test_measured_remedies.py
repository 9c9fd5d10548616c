"""The remedies in the JSON object of measure: its keys, and that its numbers are those of --set."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.analysis.measure import measure
from engine.documents import from_builtins, load_scene, with_values


def of_json(value: Any) -> Any:
    return json.loads(json.dumps(value, allow_nan=False))


SCENES = ("1-sigmoid-depth-10", "10-explosion", "12-dead-relu", "6-autocomplete-rnn")


@pytest.mark.parametrize("scene", SCENES)
def test_every_remedy_has_the_numbers_of_the_document_with_its_changes(scene: str) -> None:
    experiment = load_scene(scene)
    result = of_json(measure(experiment, iterations=0, with_remedies=True))
    cause = result["initial"]["cause"]["kind"]
    before = result["initial"]["verdict"]["carried"]["ratio"]
    assert len(result["remedies"]) >= 4
    for remedy in result["remedies"]:
        assert set(remedy) == {
            "name",
            "for",
            "changes",
            "is_popular",
            "before",
            "after",
            "verdict",
            "helps",
        }
        assert remedy["for"] == cause
        assert remedy["before"] == before
        changed = with_values(experiment, remedy["changes"].items())
        verdict = measure(changed, iterations=0)["initial"]["verdict"]
        assert remedy["verdict"] == verdict
        assert remedy["after"] == verdict["carried"]["ratio"]
    chips = [remedy for remedy in result["remedies"] if not remedy["is_popular"]]
    assert 1 <= len(chips) <= 4
    assert any(remedy["helps"] for remedy in chips)


def test_training_before_changes_nothing_of_it() -> None:
    experiment = load_scene("1-sigmoid-depth-5")
    trained = measure(experiment, iterations=20, with_remedies=True)["remedies"]
    assert trained
    assert trained == measure(experiment, iterations=0, with_remedies=True)["remedies"]


def test_a_trial_has_the_numbers_of_the_trained_document() -> None:
    experiment = load_scene("10-explosion")
    result = of_json(measure(experiment, iterations=0, with_remedies=True, trial_iterations=20))
    ends = set()
    for remedy in result["remedies"]:
        changed = with_values(experiment, remedy["changes"].items())
        final = of_json(measure(changed, iterations=20)["final"])
        assert remedy["tried"] == {
            "iterations": final["iteration"],
            "carried": final["verdict"]["carried"]["ratio"],
            "loss": final["loss"],
            "accuracy": final["accuracy"],
        }
        ends.add(remedy["tried"]["iterations"])
    assert 20 in ends
    assert min(ends) < 20, "L2 alone ends at a NaN"


def test_a_network_that_is_well_has_none() -> None:
    result = measure(load_scene("3-tanh-xavier-depth-10"), iterations=0, with_remedies=True)
    assert result["initial"]["cause"]["kind"] == "none"
    assert result["remedies"] == []
    assert "remedies" not in measure(load_scene("3-tanh-xavier-depth-10"), iterations=0)


def test_a_network_that_is_nan_from_the_start_has_null_before() -> None:
    wild = from_builtins(
        {
            "format": "gradient-theatre/1",
            "task": {"name": "insurance"},
            "network": {
                "kind": "feedforward",
                "layers": [{"units": 64, "activation": "linear", "repeat": 40}],
                "initialisation": {"scheme": "normal", "std": 1e4},
            },
        }
    )
    remedies = of_json(measure(wild, iterations=2, with_remedies=True))["remedies"]
    assert remedies
    assert all(remedy["before"] is None for remedy in remedies)
    fitting = next(remedy for remedy in remedies if remedy["name"] == "Xavier")
    assert fitting["helps"]
    assert fitting["verdict"]["kind"] != "nan"
