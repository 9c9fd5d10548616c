"""Two lanes of one document: what may differ, what does, and how the document keeps it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine import documents
from engine.document.files import to_text
from engine.document.lanes import Difference, baseline_of, join, list_differences, share
from engine.errors import DocumentError

DOCUMENT: dict[str, Any] = {
    "format": "gradient-theatre/1",
    "seed": 7,
    "task": {"name": "insurance"},
    "network": {
        "kind": "feedforward",
        "layers": [{"units": 16, "activation": "sigmoid", "repeat": 10}],
    },
    "training": {"momentum": 0.5},
}


def _read(variant: object, notify: Any = lambda _sentence: None) -> Any:
    return documents.parse(json.dumps({**DOCUMENT, "variant": variant}), notify=notify)


def test_a_document_without_a_variant_has_one_lane() -> None:
    experiment = documents.parse(json.dumps(DOCUMENT))
    assert documents.variant_of(experiment) is None
    assert baseline_of(experiment) == experiment
    assert "variant" not in json.loads(to_text(experiment))


@pytest.mark.parametrize(
    "variant",
    [
        {},
        {"network.skip.every": 1},
        {"network.layers.0.activation": "relu", "network.initialisation.scheme": "he_normal"},
        {"network.layers": [{"units": 8}, {"units": 9}]},
        {"network.skip.off": [3, 4], "network.skip.every": 1},
        {"network.initialisation": {"scheme": "normal", "std": 0.1}},
        {"training.clip.kind": "norm", "task.batch_size": 32, "training.learning_rate": 1e-3},
        {"network.layers.0.initialisation": {"scheme": "he_normal"}},
    ],
)
def test_both_lanes_come_back_from_the_file(variant: dict[str, Any]) -> None:
    experiment = _read(variant)
    again = documents.parse(to_text(experiment))
    assert again == experiment
    lanes = baseline_of(experiment), documents.variant_of(experiment)
    assert lanes[1] is not None
    joined = join(*lanes)
    assert documents.variant_of(joined) == lanes[1]
    assert baseline_of(joined) == lanes[0]
    # The differences are single values, and none stands there that is equal in both.
    for difference in list_differences(*lanes):
        assert not isinstance(difference.baseline, dict | list)
        assert not isinstance(difference.variant, dict | list)
        assert difference.baseline != difference.variant


def test_the_differences_are_leaves() -> None:
    experiment = _read({"network.layers": [{"units": 16, "activation": "sigmoid"}, {"units": 2}]})
    variant = documents.variant_of(experiment)
    assert variant is not None
    found = list_differences(baseline_of(experiment), variant)
    assert Difference("network.layers.0.repeat", 10, 1) in found
    assert Difference("network.layers.1.units", None, 2) in found
    assert all(difference.path != "network.layers" for difference in found)


@pytest.mark.parametrize(
    ("variant", "path", "word"),
    [
        ({"seed": 3}, "variant", "`seed` cannot differ"),
        ({"training.iterations": 2000}, "variant", "`training.iterations` cannot differ"),
        ({"training": {"dtype": "float64"}}, "variant", "`training.dtype` cannot differ"),
        ({"task": {"name": "digits"}}, "variant", "`task.name` cannot differ"),
        ({"variant": {}}, "variant", "`variant` cannot differ"),
        ({"format": "gradient-theatre/1"}, "variant", "`format` cannot differ"),
        ({"network.skip.every": -1}, "variant.network.skip.every", "whole number"),
        ({"network.skip.ever": 1}, "variant.network.skip", "did you mean `every`"),
        ({"network.layers.3.units": 5}, "variant.network.layers.3.units", "no value"),
        ([1], "variant", "an object or null"),
    ],
)
def test_a_wrong_variant_is_refused_with_its_path(variant: object, path: str, word: str) -> None:
    with pytest.raises(DocumentError) as refusal:
        _read(variant)
    assert ".".join(refusal.value.path) == path
    assert word in str(refusal.value)


def test_a_momentum_is_idle_in_the_lane_whose_optimiser_has_none() -> None:
    notices: list[str] = []
    experiment = _read({"training.optimiser": "adam"}, notices.append)
    variant = documents.variant_of(experiment)
    assert variant is not None
    assert (experiment.training.momentum, variant.training.momentum) == (0.5, 0.0)
    assert notices == ["Momentum 0.5 is read as 0: with adam it does nothing."]


def test_what_both_share_follows_an_edit_of_one() -> None:
    experiment = _read({"network.skip.every": 1})
    variant = documents.variant_of(experiment)
    assert variant is not None
    edited = documents.with_values(
        variant, [("seed", 9), ("training.iterations", 5), ("training.dtype", "float64")]
    )
    baseline = share(edited, baseline_of(experiment))
    assert (baseline.seed, baseline.training.iterations) == (9, 5)
    assert baseline.training.dtype == "float64"
    assert baseline.network == experiment.network
    assert documents.variant_of(join(baseline, edited)) == edited
