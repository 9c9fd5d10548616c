"""Dumps of many random documents, held to what plain autograd says about them."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest

from engine.analysis.measure import measure
from engine.documents import from_builtins
from engine.errors import RequestError
from engine.kinds.feedforward.spec import NORMALISATIONS
from engine.parts import ACTIVATIONS
from tests.engine.recompute import recompute

CASES = 120


def random_document(number: int) -> dict[str, Any]:
    """A document in which everything that a dump describes is drawn at random."""
    rng = np.random.default_rng([number, 99])

    def pick(*values: Any) -> Any:
        return values[int(rng.integers(len(values)))]

    is_mixed = rng.random() < 0.5
    one = {"activation": pick(*ACTIVATIONS), "normalisation": pick(*NORMALISATIONS)}
    units = int(rng.integers(3, 12))
    layers = []
    for _ in range(int(rng.integers(1, 7))):
        own = {"activation": pick(*ACTIVATIONS), "normalisation": pick(*NORMALISATIONS)}
        layer = {**(own if is_mixed else one), "units": units, "repeat": int(rng.integers(1, 3))}
        if rng.random() < 0.3:
            layer["leaky_slope"] = float(rng.uniform(-0.3, 0.5))
        if rng.random() < 0.3:
            units = int(rng.integers(3, 12))
        layers.append(layer)
    scheme = pick("torch_default", "he_normal", "xavier_uniform", "orthogonal", "lecun_normal")
    return {
        "format": "gradient-theatre/1",
        "seed": number,
        "task": {
            "name": pick("insurance", "digits", "spirals", "csv"),
            "batch_size": pick(8, 16, 64),
        },
        "network": {
            "kind": "feedforward",
            "layers": layers,
            "initialisation": {"scheme": scheme, "bias": pick(None, 0.1)},
            "skip": {
                "every": pick(0, 1, 1, 2, 3),
                "scale": pick(1.0, 0.5, "1/L", "1/sqrt(L)", -0.7),
                "order": ("post", "pre", "add_then_act")[number % 3],
                "off": [2] if rng.random() < 0.2 else [],
            },
        },
        "training": {
            "iterations": pick(0, 3, 20),
            "learning_rate": 0.05,
            "optimiser": pick("sgd", "adam"),
            "clip": {"kind": pick("none", "norm")},
            "weight_decay": pick(0.0, 0.01),
            "dtype": pick("float64", "float32"),
        },
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("tables")
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(60, 3))
    lines = [f"{a},{b},{a * b + c}" for a, b, c in rows]
    (place / "table.csv").write_text("a,b,y\n" + "\n".join(lines) + "\n")
    return place


@pytest.mark.parametrize("number", range(CASES))
def test_every_claim_agrees_with_autograd(number: int, folder: Path, tmp_path: Path) -> None:
    document = random_document(number)
    if document["task"]["name"] == "csv":
        document["task"] |= {"path": "table.csv", "target": "y"}
    name = tmp_path / "dump"
    result = measure(from_builtins(document), folder, dump=name)
    claims, answers = recompute(name)
    assert set(claims) == set(answers)
    tolerance = 1e-6 if document["training"]["dtype"] == "float64" else 2e-3
    for key, claim in claims.items():
        assert claim.dtype == np.float64
        assert claim.shape == answers[key].shape, key
        off = np.abs(claim - answers[key])
        assert (off <= tolerance * np.abs(answers[key]) + 1e-30).all(), (key, claim, answers[key])
    assert result["final"]["loss"] == pytest.approx(float(claims["loss"]), rel=1e-12)
    layers = result["final"]["layers"]
    assert [layer["g_z"] for layer in layers] == claims["g_z"].tolist()


def test_the_description_names_what_section_6_asks_for(tmp_path: Path) -> None:
    document = random_document(1)
    document["task"] = {"name": "insurance", "batch_size": 8}
    document["network"]["layers"] = [
        {"units": 4, "activation": "leaky_relu", "leaky_slope": 0.1},
        {"units": 5, "activation": "leaky_relu", "leaky_slope": 0.2, "normalisation": "batch"},
        {"units": 5, "activation": "tanh"},
    ]
    document["network"]["skip"] = {"every": 1, "scale": "1/L", "order": "post", "off": [3]}
    document["training"]["dtype"] = "float64"
    measure(from_builtins(document), dump=tmp_path / "n", iterations=0)
    spec = json.loads((tmp_path / "n.json").read_text())
    assert spec["arrays"] == "n.npz"
    assert spec["activation"] == ["leaky_relu", "leaky_relu", "tanh"]
    assert spec["leaky_slope"] == [0.1, 0.2, 0.01]
    assert spec["norm"] == ["none", "batch", "none"]
    assert spec["skip_from"] == [None, 1, None]
    assert spec["skip_alpha"] == [1.0, pytest.approx(1 / 3), 1.0]
    assert (spec["bn_eval"], spec["norm_eps"]) == (False, 1e-5)
    with np.load(tmp_path / "n.npz") as arrays:
        assert arrays["W.skip.2"].shape == (5, 4)
        assert "b.2" not in arrays.files
        assert arrays["claim/g_b"][1] == 0.0
        assert arrays["x"].shape == (8, 3)


def test_a_folder_that_is_missing_is_said_before_any_training(tmp_path: Path) -> None:
    document = random_document(1) | {"task": {"name": "insurance"}}
    with pytest.raises(RequestError, match="does not exist"):
        measure(from_builtins(document), dump=tmp_path / "no" / "dump")


def test_a_folder_in_the_place_of_a_file_is_said_before_any_training(tmp_path: Path) -> None:
    document = random_document(1) | {"task": {"name": "insurance"}}
    (tmp_path / "dump.json").mkdir()
    with pytest.raises(RequestError, match=r"dump\.json is a folder"):
        measure(from_builtins(document), dump=tmp_path / "dump")
    assert list(tmp_path.iterdir()) == [tmp_path / "dump.json"]


def test_a_dump_that_fails_keeps_the_older_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = random_document(1) | {"task": {"name": "insurance"}}
    measure(from_builtins(document), dump=tmp_path / "dump", iterations=0)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}

    def fill_disk(stream: IO[bytes], **_: object) -> None:
        stream.write(b"a part")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(np, "savez", fill_disk)
    with pytest.raises(RequestError, match="no space left on device; choose another place"):
        measure(from_builtins(document), dump=tmp_path / "dump", iterations=1)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before
