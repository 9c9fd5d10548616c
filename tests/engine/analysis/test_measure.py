"""The JSON object of measure: its shape, its honesty about NaN, and its determinism."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.analysis.measure import measure
from engine.document.experiment import Experiment
from engine.documents import from_builtins
from engine.errors import TooLargeError
from engine.numerics.losses import measure_accuracy
from engine.tasks.loading import load
from engine.training.memory import estimate_bytes
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
            "cause",
            "gradient_norm",
            "clip",
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
        verdict = described["verdict"]
        assert set(verdict) == {"kind", "sentence", "moved", "carried", "cut_every"}
        ratio = described["first_last_ratio"]
        assert verdict["carried"] == {"path": "layers", "layer": 1, "ratio": ratio}
        assert verdict["cut_every"] == 0
        assert verdict["moved"] == [15, 15]
        cause = described["cause"]
        assert set(cause) == {"kind", "certain", "sentence", "evidence"}
        assert set(cause["evidence"]) == {
            "T",
            "shares",
            "weight_scale",
            "saturated",
            "dead",
            "forget_direct",
            "spectral_radius",
            "lambda_max",
            "noise",
        }
        shares = cause["evidence"]["shares"]
        assert set(shares) == {"activation", "normalisation", "weights", "skip"}
        assert sum(shares.values()) == pytest.approx(np.log10(first / last), abs=1e-6)
        assert cause["evidence"]["T"] == pytest.approx(np.log10(first / last))
        clip = {"factor": 1.0, "share": 0.0, "engaged": 0, "of": iteration}
        assert described["clip"] == clip
    assert result["first_nonfinite"] is None


def test_a_recurrent_network_has_one_entry_a_layer_and_the_top_layers_time() -> None:
    network = {"kind": "recurrent", "cell": "lstm", "hidden": 6, "layers": 2, "truncation": 4}
    task = {"name": "adding", "length": 9, "batch_size": 8}
    training = {"iterations": 3, "dtype": "float64", "clip": {"kind": "norm", "threshold": 1e-3}}
    experiment = make(task=task, network=network, training=training)
    result = measure(experiment)
    json.dumps(result, allow_nan=False)
    for part in ("initial", "final"):
        described = result[part]
        assert [set(layer) for layer in described["layers"]] == [
            {"name", "g_Whh", "g_Wih", "update_ratio"}
        ] * 2
        time = described["time"]
        assert {name: len(values) for name, values in time.items()} == dict.fromkeys(
            ("g_h", "g_hT", "g_c", "cell_direct"), 9
        )
        assert described["first_last_ratio"] == time["g_hT"][0] / time["g_hT"][-1] == 0.0
        verdict = described["verdict"]
        assert verdict["cut_every"] == 4
        changed, entries = verdict["moved"]
        assert 0 < changed <= entries == 4 * 6 * (2 + 6 + 6 + 6)
        assert verdict["carried"]["ratio"] == 1.0  # 9 is the first time step after the cut at 8
        assert described["accuracy"] is described["majority"] is None
        assert described["r2"] is not None
    final = result["final"]
    assert final["clip"]["factor"] == pytest.approx(1e-3 / (final["gradient_norm"] + 1e-6))
    assert (final["clip"]["engaged"], final["clip"]["of"]) == (3, 3)
    layers = final["layers"]
    squares = sum(layer[name] ** 2 for layer in layers for name in ("g_Whh", "g_Wih"))
    assert final["gradient_norm"] > squares**0.5 > 0.0


def test_clipping_is_counted_over_the_last_fifty_iterations() -> None:
    training = {"iterations": 60, "learning_rate": 0.05}
    norms = [measure(make(training=training), iterations=n)["final"] for n in range(60)]
    median = sorted(one["gradient_norm"] for one in norms)[30]
    # A clip that never engages changes nothing; one at a norm that occurs engages above it.
    loose = make(training=training | {"clip": {"kind": "norm", "threshold": 1e6}})
    assert measure(loose)["final"]["clip"] == {
        "factor": 1.0,
        "share": 0.0,
        "engaged": 0,
        "of": 50,
    }
    tight = make(training=training | {"clip": {"kind": "norm", "threshold": median}})
    expected = [
        measure(tight, iterations=n)["final"]["clip"]["factor"] < 1.0 for n in range(10, 60)
    ]
    assert 0 < sum(expected) < 50
    assert measure(tight)["final"]["clip"]["engaged"] == sum(expected)
    cut = make(training=training | {"clip": {"kind": "value", "threshold": 1e-4}})
    clip = measure(cut, iterations=7)["final"]["clip"]
    assert clip["factor"] == 1.0
    assert 0.5 < clip["share"] <= 1.0
    assert (clip["engaged"], clip["of"]) == (7, 7)


def test_the_growth_before_a_nan_is_that_of_the_gradient_norms() -> None:
    """A decay of 3 / learning rate doubles all weights, and so the gradients of two layers."""
    network = {"kind": "feedforward", "layers": [{"units": 3, "activation": "linear"}]}
    training = {
        "iterations": 900,
        "learning_rate": 1e-5,
        "weight_decay": 3e5,
        "dtype": "float64",
    }
    wild = make(network=network, training=training, task={"name": "insurance", "batch_size": 512})
    found = measure(wild)["first_nonfinite"]
    assert set(found) == {"iteration", "layer", "phase", "growth", "led_by"}
    assert 400 < found["iteration"] < 900
    assert found["growth"] == pytest.approx(2.0, rel=0.05)
    assert found["led_by"] == 1
    last = found["iteration"] if found["phase"] == "update" else found["iteration"] - 1
    first, end = (measure(wild, iterations=n)["final"]["gradient_norm"] for n in (last - 9, last))
    assert found["growth"] == pytest.approx((end / first) ** (1 / 9), rel=1e-9)


def test_no_growth_is_told_where_there_are_not_two_norms() -> None:
    network = {
        "kind": "feedforward",
        "layers": [{"units": 8, "activation": "linear", "repeat": 40}],
        "initialisation": {"scheme": "normal", "std": 1e4},
    }
    result = measure(make(network=network))
    found = result["first_nonfinite"]
    assert (found["iteration"], found["growth"], found["led_by"]) == (0, None, None)
    verdict = result["final"]["verdict"]
    assert verdict["kind"] == "nan"
    assert verdict["moved"] is None
    assert set(verdict["carried"]) == {"path", "layer", "ratio"}


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
    assert estimate_bytes(giant, load(giant, None)) > 500e9
    with pytest.raises(TooLargeError, match=r"needs about .* of memory and only .* can be used"):
        measure(giant)


def test_outputs_that_are_not_finite_have_no_accuracy() -> None:
    logits = torch.tensor([[0.3], [float("nan")]])
    assert measure_accuracy("bce", logits, torch.tensor([1.0, 0.0])) is None
    assert measure_accuracy("bce", torch.tensor([[0.3], [-2.0]]), torch.tensor([1.0, 0.0])) == 1.0
