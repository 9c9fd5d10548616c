"""The command `lecture --check`: its exit status says whether all claims hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from desktop.cli.main import main


def _write(folder: Path, *claims: dict[str, Any], **more: Any) -> str:
    document = {
        "format": "gradient-theatre/1",
        "task": {"name": "insurance"},
        "network": {"kind": "feedforward", "layers": [{"units": 4}]},
        "lecture": {"seeds": [1, 2], "beats": [{"kind": "show", "claims": list(claims), **more}]},
    }
    file = folder / "lecture.gtheatre"
    file.write_text(json.dumps(document))
    return str(file)


def test_the_status_tells_held_from_not_held(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _write(tmp_path, {"quantity": "majority", "at_least": 0.4}, sentence="{majority}")
    assert main(["lecture", file, "--check"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert list(result) == ["held", "seeds"]
    assert list(result["seeds"]) == ["1", "2"]
    beat = result["seeds"]["1"]["beats"][0]
    assert list(beat) == ["index", "id", "kind", "iteration", "sentence", "seconds", "claims"]
    assert beat["sentence"].endswith(" %")
    file = _write(tmp_path, {"quantity": "majority", "at_least": 0.9})
    assert main(["lecture", file, "--check", "--seed", "3"]) == 1
    result = json.loads(capsys.readouterr().out)
    assert (result["held"], list(result["seeds"])) == (False, ["3"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["1-sigmoid-depth-10", "--check"], "no `lecture`"),
        (["1-sigmoid-depth-10"], "--check"),
        (["no-such-file", "--check"], "neither a file nor a scene"),
    ],
)
def test_what_cannot_be_checked_is_refused_in_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["lecture", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err
    assert len(printed.err.splitlines()) == 1


def test_a_wrong_quantity_is_refused_with_its_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _write(tmp_path, {"quantity": "g.2", "at_least": 0})
    assert main(["lecture", file, "--check"]) == 2
    assert "lecture.beats.0.claims.0.quantity" in capsys.readouterr().err


def test_measure_gives_quantities_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("first_last_ratio", "g.1", "factor.weights", "verdict", "halted.update")
    arguments = [part for name in names for part in ("--quantity", name)]
    assert main(["measure", _write(tmp_path), "--iterations", "3", *arguments]) == 0
    result = json.loads(capsys.readouterr().out)
    for described in (result["initial"], result["final"]):
        asked = described["quantities"]
        assert list(asked) == list(names)
        assert asked["first_last_ratio"] == described["first_last_ratio"]
        assert asked["g.1"] == described["layers"][0]["g_a_rms"]
        assert asked["verdict"] == described["verdict"]["kind"]
        assert asked["halted.update"] is None
        assert asked["factor.weights"] is None  # of one layer there is no factor
    assert main(["measure", _write(tmp_path), "--quantity", "g.2"]) == 2
    assert capsys.readouterr().err == "`g.2` lies beyond the last place, which is 1.\n"
