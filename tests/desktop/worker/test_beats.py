"""Beats of a lecture in the worker: what the hall sees is what `lecture --check` measures."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.model.run_view import RunView
from desktop.worker.controller import TrainingController
from engine import documents
from engine.document.experiment import Experiment
from engine.lecture.check import check_lecture
from engine.records.beat import BeatRecord

PATIENCE_MS = 60_000
BASELINE, VARIANT = 3, 4
RUNS = {"baseline": BASELINE, "variant": VARIANT}
SAID = "{loss} {g.1} {accuracy}"
BEATS: list[dict[str, Any]] = [
    {"kind": "show", "sentence": SAID},
    {"kind": "train", "sentence": SAID, "until": {"iterations": 12}},
    {
        "kind": "train",
        "optional": True,
        "sentence": SAID,
        "changes": {"training.learning_rate": 3.0},
        "until": {"iterations": 20},
    },
    {
        "kind": "compare",
        "sentence": "{variant.loss} {loss}",
        "variant": {"network.layers.0.activation": "relu"},
    },
    {"kind": "train", "sentence": "{variant.loss} {loss}", "until": {"iterations": 30}},
    {"kind": "show", "sentence": SAID, "promote": True},
    {
        "kind": "train",
        "sentence": SAID,
        "fresh": True,
        "until": {"accuracy": 0.7, "iterations": 200},
    },
]


def make_lecture(beats: list[dict[str, Any]]) -> Experiment:
    document = {
        "format": "gradient-theatre/1",
        "seed": 7,
        "task": {"name": "insurance"},
        "network": {
            "kind": "feedforward",
            "layers": [{"units": 8, "activation": "tanh", "repeat": 3}],
        },
        "lecture": {"beats": beats},
    }
    return documents.parse(json.dumps(document))


class Hall:
    """A controller that plays beats, and what the window knows of the lanes."""

    def __init__(self, qtbot: QtBot, lecture: Experiment) -> None:
        self.controller = TrainingController()
        self.controller.beat_played.connect(self._note)
        self.controller.failed.connect(self._fail)
        self.lecture = lecture
        self.qtbot = qtbot
        self.heard: list[BeatRecord] = []
        self.views = {BASELINE: RunView(), VARIANT: RunView()}
        self.failures: list[str] = []
        self.controller.start()

    def _note(self, record: BeatRecord) -> None:
        self.heard.append(record)

    def _fail(self, sentence: str) -> None:
        self.failures.append(sentence)

    def fetch(self) -> None:
        for number, delivery in self.controller.empty_mailboxes():
            if delivery is None:
                continue
            view = self.views[number]
            if delivery.kept_rows is not None:
                view.forget_from(delivery.kept_rows)
            view.add_rows(delivery.rows)
            if delivery.newest is not None:
                view.take_newest(delivery.newest, delivery.experiment)

    def play(self, index: int, *, is_at_end: bool = False) -> BeatRecord:
        """Play a beat to its end."""
        self.heard.clear()
        self.controller.perform(self.lecture, None, index, RUNS, is_at_end=is_at_end)

        def is_done() -> bool:
            self.fetch()
            return bool(self.failures or (self.heard and self.heard[-1].is_complete))

        self.qtbot.waitUntil(is_done, timeout=PATIENCE_MS)
        assert not self.failures
        self.fetch()
        return self.heard[-1]


@pytest.fixture
def hall(qtbot: QtBot) -> Any:
    hall = Hall(qtbot, make_lecture(BEATS))
    yield hall
    hall.controller.close()


@pytest.fixture(scope="module")
def checked() -> list[dict[str, Any]]:
    beats: list[dict[str, Any]] = check_lecture(make_lecture(BEATS))["seeds"]["7"]["beats"]
    return beats


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5, 6], [4, 2, 1, 6, 0, 5, 3]])
def test_every_beat_says_what_the_check_measures_in_whatever_order(
    hall: Hall, checked: list[dict[str, Any]], order: list[int]
) -> None:
    for index in order:
        record = hall.play(index)
        assert (record.index, record.iteration) == (index, checked[index]["iteration"])
        assert record.sentence == checked[index]["sentence"]
        assert hall.views[BASELINE].iteration == record.iteration


def test_a_training_beat_tells_its_numbers_only_when_it_is_done(hall: Hall) -> None:
    hall.play(1)
    assert [record.is_complete for record in hall.heard] == [False, True]
    assert hall.heard[0].sentence == "… … …"
    assert len(hall.views[BASELINE].history.recent_losses) == 13


def test_standing_at_an_end_brings_its_curve_back(
    hall: Hall, checked: list[dict[str, Any]]
) -> None:
    hall.play(6)
    record = hall.play(1, is_at_end=True)
    assert record.sentence == checked[1]["sentence"]
    assert len(hall.views[BASELINE].history.recent_losses) == 13
    assert hall.views[BASELINE].newest is not None


def test_what_no_beat_says_is_forgotten_with_the_next_one(
    hall: Hall, checked: list[dict[str, Any]]
) -> None:
    hall.play(1)
    edited = documents.with_values(
        documents.read_script(hall.lecture)[1].baseline, [("training.learning_rate", 2.0)]
    )
    hall.controller.show({BASELINE: edited}, None)
    hall.controller.train(25)
    hall.qtbot.waitUntil(
        lambda: hall.fetch() or hall.views[BASELINE].iteration == 25,  # type: ignore[func-returns-value]
        timeout=PATIENCE_MS,
    )
    assert hall.play(3).sentence == checked[3]["sentence"]
