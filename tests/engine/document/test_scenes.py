"""Every scene loads, trains and shows its figures (more of them in FIGURES.md)."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace

from engine import documents
from engine.analysis.measure import measure
from engine.document import scenes
from engine.document.experiment import Experiment
from engine.document.files import to_text
from engine.documents import parse
from engine.errors import RequestError
from engine.kinds.feedforward.spec import Feedforward

CHANCE = 0.512
"""The majority among the held-out customers of seed 7."""

FEEDFORWARD = tuple(
    name
    for name in scenes.experiments()
    if isinstance(documents.load_scene(name).network, Feedforward)
)


@cache
def result(name: str, iterations: int | None = None) -> dict[str, Any]:
    return measure(documents.load_scene(name), iterations=iterations)


def test_scenes_are_listed_by_number_and_every_title_is_a_sentence_of_its_own() -> None:
    names = scenes.experiments()
    numbers = [int(name.split("-")[0]) for name in names]
    assert numbers == sorted(numbers)
    assert {1, 2, 3, 8, 10, 11, 12, 13} <= set(numbers)
    assert names.index("1-sigmoid-depth-5") < names.index("1-sigmoid-depth-10")
    titles = [scenes.titles()[name] for name in scenes.names()]
    assert len(set(titles)) == len(titles)


def test_the_lecture_has_twenty_scenes_in_four_chapters_each_with_a_last_word() -> None:
    names = scenes.lectures()
    assert [int(name.split("-")[0]) for name in names] == list(range(1, 21))
    assert [chapter for chapter, _ in scenes.chapters()[:4]] == [
        "Why it vanishes",
        "What mends it",
        "Through time",
        "What is said and not so",
    ]
    for chapter, listed in scenes.chapters()[:4]:
        for name in listed:
            lecture = documents.load_scene(name).lecture
            assert lecture is not None
            assert lecture.chapter == chapter
            assert lecture.question.endswith("?")
            assert lecture.take_home
            assert lecture.minutes > 0
            assert any(beat.role == "take_home" for beat in lecture.beats)


def test_every_scene_stands_in_one_chapter() -> None:
    listed = [name for _, chapter in scenes.chapters() for name in chapter]
    assert sorted(listed) == sorted(scenes.names())
    for _, chapter in scenes.chapters():
        assert list(chapter) == [name for name in scenes.names() if name in chapter]


def test_names_and_chapters_need_nothing_that_must_be_installed() -> None:
    code = (
        "import sys; from engine.document import scenes;"
        "assert scenes.names() and scenes.chapters();"
        "print([name for name in ('msgspec', 'numpy', 'torch', 'PySide6') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("name", scenes.names())
def test_a_scene_survives_saving(name: str) -> None:
    scene = documents.load_scene(name)
    assert parse(to_text(scene)) == scene


def test_an_unknown_scene_is_said() -> None:
    with pytest.raises(RequestError, match="nor a scene named “nowhere”"):
        documents.load_scene("nowhere")


INITIAL = {
    "1-sigmoid-depth-2": (0.05, 0.4),
    "1-sigmoid-depth-5": (1e-4, 3e-3),
    "1-sigmoid-depth-10": (2e-9, 1e-7),
    "2-relu-default-depth-10": (1e-5, 3e-3),
    "2-relu-he-depth-10": (0.3, 2.0),
    "3-sigmoid-default-depth-10": (2e-9, 1e-7),
    "3-sigmoid-xavier-depth-10": (2e-7, 1e-5),
    "3-tanh-default-depth-10": (1e-3, 2e-2),
    "3-tanh-xavier-depth-10": (0.3, 1.5),
    "8-plain-depth-50": (1e-22, 1e-18),
    "8-plain-depth-100": (1e-44, 1e-36),
    "8-skips-depth-50": (0.8, 1.25),
    "8-skips-depth-100": (0.8, 1.25),
    "8-skips-unscaled-depth-50": (3e2, 1e5),
    "10-explosion": (1e2, 1e3),
    "10-he": (0.3, 3.0),
    "10-too-small": (1e-14, 1e-12),
    "11-clipping-myth": (2e-9, 1e-7),
    "12-dead-relu": (0.0, 0.0),
    "13-sigmoid-batch-norm": (1.0, 30.0),
    "13-sigmoid-layer-norm": (1e-5, 5e-4),
    "13-relu-batch-norm-depth-30": (1e2, 3e3),
    "13-relu-batch-norm-depth-60": (3e4, 2e6),
}


@pytest.mark.parametrize("name", INITIAL)
def test_the_untrained_gradient_reaches_the_first_layer_as_told(name: str) -> None:
    low, high = INITIAL[name]
    assert low <= result(name, 0)["initial"]["first_last_ratio"] <= high


@pytest.mark.parametrize(
    ("name", "iterations"),
    [
        ("1-sigmoid-depth-5", 300),
        ("1-sigmoid-depth-10", 300),
        ("2-relu-default-depth-10", 300),
        ("3-sigmoid-xavier-depth-10", 300),
        ("8-plain-depth-50", 100),
        ("10-too-small", 100),
        ("12-dead-relu", 300),
        ("13-sigmoid-layer-norm", 300),
    ],
)
def test_where_the_gradient_is_lost_accuracy_stays_at_chance(name: str, iterations: int) -> None:
    final = result(name, iterations)["final"]
    assert final["majority"] == pytest.approx(CHANCE, abs=0.001)
    assert min(final["accuracy"], 1.0 - final["accuracy"]) == pytest.approx(1 - CHANCE, abs=0.01)
    assert final["verdict"]["kind"] in ("dead", "frozen", "vanishing")


@pytest.mark.parametrize(
    ("name", "iterations", "least"),
    [
        ("1-sigmoid-depth-2", 1_200, 0.79),
        ("2-relu-he-depth-10", 600, 0.78),
        ("3-tanh-xavier-depth-10", 400, 0.78),
        ("8-skips-depth-50", 400, 0.79),
        ("10-explosion-clipped", 800, 0.72),
        ("10-explosion-small-learning-rate", 2_000, 0.70),
        ("10-he", 400, 0.78),
        ("12-leaky-relu", 1_000, 0.78),
        ("13-sigmoid-batch-norm", 400, 0.78),
    ],
)
def test_where_it_arrives_the_network_learns(name: str, iterations: int, least: float) -> None:
    final = result(name, iterations)["final"]
    assert least <= final["accuracy"] <= 0.85
    assert result(name, iterations)["first_nonfinite"] is None


@pytest.mark.parametrize(
    ("name", "latest"),
    [("8-skips-unscaled-depth-50", 3), ("10-explosion", 4), ("10-explosion-weight-decay", 4)],
)
def test_an_explosion_ends_in_nan_within_a_few_updates(name: str, latest: int) -> None:
    measured = result(name)
    assert measured["first_nonfinite"]["iteration"] <= latest
    assert measured["final"]["verdict"]["kind"] == "nan"
    assert measured["final"]["loss"] is not None
    assert all(layer["g_z"] is not None for layer in measured["final"]["layers"])


def test_clipping_leaves_a_vanished_gradient_as_it_is() -> None:
    plain, clipped = result("1-sigmoid-depth-10", 300), result("11-clipping-myth", 300)
    assert plain["initial"]["layers"] == clipped["initial"]["layers"]
    assert plain["final"]["accuracy"] == clipped["final"]["accuracy"]
    assert plain["initial"]["layers"][0]["update_ratio"] < 1e-9


def test_the_dead_layer_is_named_and_nothing_passes_it() -> None:
    initial = result("12-dead-relu", 300)["initial"]
    assert initial["layers"][1]["dead"] == 1.0
    assert initial["layers"][0]["g_W"] == 0.0
    assert "layer 2" in initial["verdict"]["sentence"]


@pytest.mark.parametrize("name", FEEDFORWARD)
def test_a_scene_is_the_same_on_every_run(name: str) -> None:
    once, twice = (measure(shorten(documents.load_scene(name))) for _ in range(2))
    assert once == twice


def shorten(scene: Experiment) -> Experiment:
    return replace(scene, training=replace(scene.training, iterations=3))
