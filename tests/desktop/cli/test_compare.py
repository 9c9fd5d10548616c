"""The command `compare`: two lanes side by side, each as `measure` alone gives it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from desktop.cli.main import main

DEEP = {
    "format": "gradient-theatre/1",
    "seed": 3,
    "task": {"name": "insurance"},
    "network": {
        "kind": "feedforward",
        "layers": [{"units": 16, "activation": "sigmoid", "repeat": 6}],
    },
    "training": {"iterations": 4},
}
EXPLOSIVE = ["network.initialisation.scheme=normal", "network.initialisation.std=1e6"]


def _write(folder: Path, **more: Any) -> str:
    file = folder / "deep.gtheatre"
    file.write_text(json.dumps({**DEEP, **more}))
    return str(file)


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(arguments) == 0
    printed = capsys.readouterr()
    result: dict[str, Any] = json.loads(printed.out)
    return result


def test_each_lane_is_what_measure_alone_gives(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _write(tmp_path, variant={"network.skip.every": 1, "network.skip.scale": "1/L"})
    compared = _run(capsys, "compare", file)
    changes = ["--set", "network.skip.every=1", "--set", 'network.skip.scale="1/L"']
    assert list(compared) == ["baseline", "variant", "differences"]
    assert compared["baseline"] == _run(capsys, "measure", file)
    assert compared["variant"] == _run(capsys, "measure", file, *changes)
    assert compared["differences"] == [
        {"path": "network.skip.every", "baseline": 0, "variant": 1},
        {"path": "network.skip.scale", "baseline": 1.0, "variant": "1/L"},
    ]


def test_set_acts_on_both_lanes_and_with_on_the_variant_after_the_documents_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _write(tmp_path, variant={"network.layers.0.repeat": 2, "training.learning_rate": 0.5})
    compared = _run(
        capsys,
        "compare",
        file,
        *("--set", "network.layers.0.units=8", "--set", "training.learning_rate=0.2"),
        *("--with", "network.layers.0.repeat=3", "--iterations", "0"),
    )
    assert [len(compared[lane]["final"]["layers"]) for lane in ("baseline", "variant")] == [6, 3]
    names = {layer["name"] for layer in compared["baseline"]["final"]["layers"]}
    assert names == {"Dense 8 sigmoid"}
    assert compared["differences"] == [
        {"path": "network.layers.0.repeat", "baseline": 6, "variant": 3},
        {"path": "training.learning_rate", "baseline": 0.2, "variant": 0.5},
    ]


def test_a_lane_that_ends_at_a_nan_stays_and_the_other_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [part for change in EXPLOSIVE for part in ("--with", change)]
    relu = ("--set", "network.layers.0.activation=relu", "--iterations", "6")
    compared = _run(capsys, "compare", _write(tmp_path), *relu, *arguments)
    assert compared["baseline"]["first_nonfinite"] is None
    assert compared["baseline"]["final"]["iteration"] == 6
    assert compared["variant"]["first_nonfinite"] is not None
    assert compared["variant"]["final"]["iteration"] < 6


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), ("nothing to compare", "--with")),
        (("--with", "seed=4"), ("`seed` cannot differ", "--set")),
        (("--with", "network.kind=recurrent"), ("`network.kind` cannot differ",)),
        (("--with", "training={}"), ("training",)),
        (("--with", 'variant={"network.skip.every": 1}'), ("`variant` belongs to the document",)),
        (("--with", "lecture=null"), ("`lecture` belongs to the document",)),
        (("--with", "network.skip.every=-1"), ("network.skip.every",)),
        (("--with", 'training={"iterations": 9}'), ("`training.iterations` cannot differ",)),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    words: tuple[str, ...],
) -> None:
    status = main(["compare", _write(tmp_path), *arguments])
    printed = capsys.readouterr()
    if arguments == ("--with", "training={}"):  # the defaults: other iterations than the file's
        words = ("`training.iterations` cannot differ",)
    assert (status, printed.out) == (2, "")
    assert len(printed.err.splitlines()) == 1
    for word in words:
        assert word in printed.err


def test_measure_ignores_the_variant(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alone = _run(capsys, "measure", _write(tmp_path))
    with_variant = _write(tmp_path, variant={"network.layers.0.activation": "relu"})
    assert _run(capsys, "measure", with_variant) == alone
