"""The command `render` for a lecture: beats, hand-out, slides and movie."""

from __future__ import annotations

import json
from pathlib import Path

import av
import pytest
from PySide6.QtGui import QImage

from desktop.cli.main import main
from tests.desktop.lecture.test_take_home import LECTURE

pytestmark = pytest.mark.usefixtures("qapp")

SMALL = ("--size", "640x480")
QUICK = (*SMALL, "--fps", "2", "--seconds", "4")


@pytest.fixture
def lecture(tmp_path: Path) -> str:
    document = {
        "format": "gradient-theatre/1",
        "seed": 7,
        "task": {"name": "insurance"},
        "network": {"kind": "feedforward", "layers": [{"units": 4, "repeat": 3}]},
        "lecture": LECTURE,
    }
    file = tmp_path / "lecture.gtheatre"
    file.write_text(json.dumps(document))
    return str(file)


def count_pictures(file: Path) -> int:
    with av.open(str(file)) as container:
        return int(container.streams.video[0].frames)


def test_a_view_of_a_beat_is_drawn_as_the_beat_ends(lecture: str, tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    for beat, iteration in (("1", 12), ("3", 0)):
        asked = ("render", lecture, "--view", "flow", "--beat", beat, "--out", str(table))
        assert main(asked) == 0
        assert f"iteration {iteration} " in table.read_text(encoding="utf-8")
    picture = tmp_path / "a.png"
    assert (
        main(("render", lecture, "--view", "flow", "--beat", "5", *SMALL, "--out", str(picture)))
        == 0
    )
    assert QImage(str(picture)).width() == 640


@pytest.mark.parametrize(
    "options",
    [
        ("--view", "theatre", "--movie", "scene"),
        ("--view", "lecture"),
        ("--view", "theatre", "--movie", "scene", "--beat", "3"),
        ("--view", "theatre", "--movie", "training", "--beat", "1"),
        ("--view", "flow", "--beat", "3"),
    ],
)
def test_a_scene_or_a_beat_becomes_a_movie(
    lecture: str, tmp_path: Path, options: tuple[str, ...]
) -> None:
    out = tmp_path / "a.mp4"
    assert main(("render", lecture, *options, *QUICK, "--out", str(out))) == 0
    assert count_pictures(out) == 8


def test_a_hand_out_and_slides_are_rendered(lecture: str, tmp_path: Path) -> None:
    assert main(("render", lecture, "--view", "lecture", "--out", str(tmp_path / "a.pdf"))) == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    slides = ("render", lecture, "--view", "lecture", *SMALL, "--out", str(tmp_path / "a.png"))
    assert main(slides) == 0
    assert len(list(tmp_path.glob("a-*.png"))) == 6
    assert main((*slides, "--beat", "2")) == 0
    assert QImage(str(tmp_path / "a.png")) == QImage(str(tmp_path / "a-03.png"))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--view", "theatre", "--beat", "9", "--out", "a.png"), "no beat 9"),
        (("--view", "theatre", "--beat", "0", "--out", "a.mp4"), "hides its pass"),
        (
            ("--view", "theatre", "--beat", "0", "--movie", "training", "--out", "a.mp4"),
            "not train",
        ),
        (("--view", "flow", "--movie", "scene", "--out", "a.mp4"), "its view is the theatre"),
        (("--view", "lecture", "--movie", "pass", "--out", "a.mp4"), "shows a view"),
        (("--view", "lecture", "--out", "a.svg"), "hand-out"),
        (("--view", "lecture", "--size", "85mm", "--out", "a.png"), "in pixels"),
        (("--view", "theatre", "--beat", "1", "--lane", "variant", "--out", "a.png"), "no variant"),
    ],
)
def test_what_a_lecture_has_not_is_refused_in_a_sentence(
    lecture: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    reason: str,
) -> None:
    out = str(tmp_path / options[-1])
    assert main(("render", lecture, *options[:-1], out)) == 2
    said = capsys.readouterr().err
    assert reason in said
    assert len(said.splitlines()) == 1
    assert not Path(out).exists()
