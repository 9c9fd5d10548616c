"""The README against the program: its documents open, its commands are understood."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.cli import main
from engine.document.scenes import names
from engine.documents import describe_document, load_scene, parse
from engine.tasks.catalogue import TASKS
from resources import record_figures

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return [content for named, content in found if named == language]


def commands() -> list[list[str]]:
    found = []
    for block in blocks(""):
        for line in block.splitlines():
            python, folder, *arguments = shlex.split(line, comments=True)
            assert python == "python3"
            if folder == "desktop" and arguments:
                found.append(arguments)
    return found


@pytest.mark.parametrize("document", blocks("json"))
def test_the_documents_open(document: str) -> None:
    assert parse(document).title


@pytest.mark.parametrize("arguments", commands(), ids=" ".join)
def test_the_commands_are_understood(arguments: list[str]) -> None:
    request = main.parse(arguments)
    assert not hasattr(request, "experiment") or request.experiment in names()


RELU = "--set network.layers.0.activation=relu"
RNN, LSTM = "6-autocomplete-rnn", "6-autocomplete-lstm"


def ratio(initial: dict[str, Any]) -> float:
    return float(initial["first_last_ratio"])


def deciding(initial: dict[str, Any]) -> float:
    return float(initial["time"]["g_hT"][5] / initial["time"]["g_hT"][-1])


TOUR = (
    ("About 2 × 10⁻⁸ is left for layer 1", 2e-8, "1-sigmoid-depth-10", ratio),
    (
        "by ReLU, weights and batch kept: 5 × 10⁻⁵ arrives",
        5e-5,
        f"1-sigmoid-depth-10 {RELU}",
        ratio,
    ),
    (
        "layer 1 receives 3.7 times that of the last one",
        3.7,
        f"1-sigmoid-depth-10 {RELU} --set network.initialisation.scheme=he_normal",
        ratio,
    ),
    (
        "one update would change layer 5 by 0.16 of its size",
        0.16,
        f"1-sigmoid-depth-10 {RELU} --set network.initialisation.scheme=he_normal",
        lambda initial: initial["layers"][4]["update_ratio"],
    ),
    ("the draw is another one, 0.65 arrives", 0.65, "2-relu-he-depth-10", ratio),
    (
        "even the sigmoid layers pass on 0.93 of it",
        0.93,
        "1-sigmoid-depth-10 --set network.skip.every=1",
        ratio,
    ),
    ("In an RNN 2 × 10⁻¹⁰ of the last word's gradient reaches that word", 2.4e-10, RNN, deciding),
    ("in an LSTM with open forget gates a tenth", 0.1, LSTM, deciding),
)


@pytest.mark.parametrize(("sentence", "told", "request_", "read"), TOUR)
def test_the_numbers_of_the_tour_are_measured(
    sentence: str, told: float, request_: str, read: Callable[[dict[str, Any]], float]
) -> None:
    assert sentence in " ".join(README.split())
    initial = record_figures.measure(f"{request_} --iterations 0", load_seed(request_))["initial"]
    assert read(initial) == pytest.approx(told, rel=0.07)


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        ("1-sigmoid-depth-10", "frozen"),
        (f"1-sigmoid-depth-10 {RELU} --set network.initialisation.scheme=he_normal", "strong"),
        ("2-relu-he-depth-10", "healthy"),
        ("10-explosion --iterations 20", "nan"),
    ],
)
def test_the_verdicts_of_the_tour_are_given(request_: str, kind: str) -> None:
    result = record_figures.measure(f"--iterations 0 {request_}", load_seed(request_))
    assert result["final"]["verdict"]["kind"] == kind


def test_the_scenes_of_the_tour_are_called_so() -> None:
    said = " ".join(README.split())
    labels = [f"{name.partition('-')[0]} · {load_scene(name).title}" for name in names()]
    named = re.findall(r"\*(\d+ · [^*]+)\*", said)
    assert len(named) >= 4
    for start in named:
        assert [label for label in labels if label.startswith(start)], start


def load_seed(request: str) -> int:
    return load_scene(request.split(maxsplit=1)[0]).seed


def test_every_field_and_word_of_the_document_is_named() -> None:
    said = set(re.findall(r"`\"?([\w/()]+)\"?`", README))
    said |= {word for document in blocks("json") for word in re.findall(r'"([\w/-]+)"', document)}
    known: set[str] = set()
    for part in describe_document()["$defs"].values():
        for name, field in part["properties"].items():
            known.add(name)
            known.update(word for word in field.get("enum", ()) if isinstance(word, str))
    known |= {str(task.__struct_config__.tag) for task in TASKS}
    assert known - said == set()


def test_the_pictures_are_there_and_no_other() -> None:
    shown = re.findall(r"\(resources/pictures/([\w-]+\.png)\)", README)
    assert sorted(shown) == sorted(file.name for file in (ROOT / "resources/pictures").iterdir())
