"""The JSON object of measure: its shape, its honesty about NaN, and its determinism."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.document import from_builtins
from engine.errors import TooLargeError
from engine.experiment import Experiment
from engine.limits import available_bytes, estimate_bytes
from engine.losses import measure_accuracy
from engine.measure import measure
from tests.engine.recompute import recompute


def make(**changes: Any) -> Experiment:
    document: dict[str, Any] = {
        "format": "gradient-theatre/1",
        "seed": 3,
        "task": {"name": "insurance", "batch_size": 32},
        "network": {
            "kind": "feedforward",
            "layers": [{"units": 5, "activation": "relu", "repeat": 3}],
        },
        "training": {"iterations": 20, "learning_rate": 0.05},
    }
    return from_builtins(document | changes)


def test_the_object_is_as_the_document_of_commands_says() -> None:
    result = measure(make())
    json.dumps(result, allow_nan=False)
    for part, iteration in (("initial", 0), ("final", 20)):
        described = result[part]
        assert described["iteration"] == iteration
        assert set(described) == {
            "iteration",
            "loss",
            "accuracy",
            "majority",
            "layers",
            "first_last_ratio",
            "verdict",
        }
        assert len(described["layers"]) == 3
        assert set(described["layers"][0]) == {
            "name",
            "g_a_rms",
            "g_z",
            "g_W",
            "update_ratio",
            "saturated",
            "dead",
        }
        first, last = described["layers"][0]["g_a_rms"], described["layers"][-1]["g_a_rms"]
        assert described["first_last_ratio"] == pytest.approx(first / last)
        assert described["layers"][0]["saturated"] is None
        assert set(described["verdict"]) == {"kind", "sentence"}
    assert result["first_nonfinite"] is None


def test_no_updates_give_the_same_pass_twice_and_progress_is_told() -> None:
    seen: list[tuple[int, int]] = []
    result = measure(make(), iterations=0)
    assert result["initial"] == result["final"]
    measure(make(), iterations=4, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_the_same_document_gives_the_same_numbers_and_another_seed_others() -> None:
    assert measure(make()) == measure(make())
    assert measure(make())["final"] != measure(make(seed=4))["final"]


def test_a_regression_has_r2(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    rows = "".join(f"{a},{b},{2 * a - b}\n" for a, b in rng.normal(size=(200, 2)))
    (tmp_path / "t.csv").write_text("a,b,y\n" + rows)
    task = {"name": "csv", "path": "t.csv", "target": "y"}
    final = measure(make(task=task), tmp_path, iterations=400)["final"]
    assert final["r2"] > 0.8
    assert final["accuracy"] is None
    assert final["majority"] is None


@pytest.mark.parametrize("learning_rate", [1e6, 1e5])
def test_after_a_nan_the_last_good_state_is_measured_and_dumped(
    learning_rate: float, tmp_path: Path
) -> None:
    network = {
        "kind": "feedforward",
        "layers": [{"units": 8, "activation": "relu", "repeat": 6}],
        "initialisation": {"scheme": "he_normal"},
    }
    training = {"iterations": 200, "learning_rate": learning_rate, "dtype": "float64"}
    wild = make(network=network, training=training)
    result = measure(wild, dump=tmp_path / "wild")
    halted = result["first_nonfinite"]
    assert halted is not None
    assert halted["phase"] in ("forward", "loss", "backward", "update")
    final = result["final"]
    assert final["iteration"] in (halted["iteration"], halted["iteration"] - 1)
    assert final["verdict"]["kind"] == "nan"
    assert final["loss"] is not None
    assert None not in [layer["g_z"] for layer in final["layers"]]
    claims, answers = recompute(tmp_path / "wild")
    for key in ("loss", "g_a", "g_z", "g_W"):
        np.testing.assert_allclose(claims[key], answers[key], rtol=1e-6)


def test_a_network_that_cannot_fit_is_refused_before_anything_is_allocated() -> None:
    layers = [{"units": 4_096, "repeat": 2_000}]
    giant = make(network={"kind": "feedforward", "layers": layers})
    assert estimate_bytes(giant, 3, 1) > 500e9
    assert available_bytes() > 0
    with pytest.raises(TooLargeError, match=r"needs about .* of memory and only .* can be used"):
        measure(giant)


def test_the_estimate_covers_what_a_run_really_holds() -> None:
    wide = make(network={"kind": "feedforward", "layers": [{"units": 300, "repeat": 4}]})
    weights = 3 * 300 + 3 * 300 * 300
    assert 7 * 4 * weights <= estimate_bytes(wide, 3, 1) <= 60 * 4 * weights


def test_outputs_that_are_not_finite_have_no_accuracy() -> None:
    logits = torch.tensor([[0.3], [float("nan")]])
    assert measure_accuracy("bce", logits, torch.tensor([1.0, 0.0])) is None
    assert measure_accuracy("bce", torch.tensor([[0.3], [-2.0]]), torch.tensor([1.0, 0.0])) == 1.0
