"""A lecture in real windows, driven by the keys of a clicker alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.lecture.lecture import LectureProgram
from desktop.model.preferences import Preferences
from engine import documents
from engine.lecture.check import check_lecture

PATIENCE_MS = 60_000
DOCUMENT: dict[str, Any] = {
    "format": "gradient-theatre/1",
    "seed": 7,
    "task": {"name": "insurance"},
    "network": {
        "kind": "feedforward",
        "layers": [{"units": 8, "activation": "sigmoid", "repeat": 4}],
    },
    "lecture": {
        "beats": [
            {"kind": "show", "sentence": "Four layers.", "pass": "hidden"},
            {
                "kind": "train",
                "sentence": "{accuracy} right.",
                "until": {"iterations": 30},
                "lower": "accuracy",
            },
            {
                "kind": "predict",
                "ask": "choice",
                "sentence": "How much arrives?",
                "choices": ["All", "Some", "Little"],
                "answer": 2,
                "pass": "hidden",
            },
            {"kind": "reveal", "fresh": True, "sentence": "{first_last_ratio} arrives."},
            {
                "kind": "compare",
                "sentence": "With skips {variant.first_last_ratio}.",
                "variant": {"network.skip.every": 1},
            },
            {"kind": "show", "optional": True, "sentence": "Aside."},
            {"kind": "show", "sentence": "The end.", "variant": None},
        ]
    },
}


class Lecturer:
    """Holds a clicker."""

    def __init__(self, qtbot: QtBot, document: dict[str, Any] = DOCUMENT) -> None:
        self.qtbot = qtbot
        experiment = documents.parse(json.dumps(document))
        self.program = LectureProgram(experiment, None, Preferences())
        self.program.begin(QApplication.primaryScreen())
        self.wait_for_beat(0)

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self.qtbot.keyClick(self.program.hall, key, modifier)

    def wait_for_beat(self, index: int) -> None:
        session = self.program.session

        def stands() -> bool:
            record = session.moment.record
            is_still = not self.program.player.is_playing
            return session.index == index and record is not None and record.is_complete and is_still

        self.qtbot.waitUntil(stands, timeout=PATIENCE_MS)

    @property
    def sentence(self) -> str:
        return self.program.hall.sentence.text


@pytest.fixture
def lecturer(qtbot: QtBot) -> Iterator[Lecturer]:
    lecturer = Lecturer(qtbot)
    yield lecturer
    lecturer.program.end()


def test_page_down_alone_leads_through_the_scene_and_says_what_the_check_measures(
    lecturer: Lecturer,
) -> None:
    beats = check_lecture(documents.parse(json.dumps(DOCUMENT)))["seeds"]["7"]["beats"]
    said = [lecturer.sentence]
    for index in (1, 2, 3, 4, 6):
        lecturer.press(Qt.Key.Key_PageDown)
        lecturer.wait_for_beat(index)
        said.append(lecturer.sentence)
    assert said == [beat["sentence"] for beat in beats if beat["index"] != 5]
    lecturer.press(Qt.Key.Key_PageDown)
    assert lecturer.program.session.index == 6


def test_going_back_stands_at_the_end_of_the_beat_before(lecturer: Lecturer) -> None:
    lecturer.press(Qt.Key.Key_PageDown)
    lecturer.wait_for_beat(1)
    trained = lecturer.sentence
    lecturer.press(Qt.Key.Key_PageDown)
    lecturer.wait_for_beat(2)
    lecturer.press(Qt.Key.Key_PageUp)
    lecturer.wait_for_beat(1)
    assert lecturer.sentence == trained
    assert lecturer.program.frame_loop.iteration == 30


def test_a_hidden_pass_shows_no_bar_and_no_verdict(lecturer: Lecturer) -> None:
    display = lecturer.program.frame_loop.display
    assert display.trace is None
    assert display.verdict is None
    assert lecturer.program.hall.verdict.picture is None
    lecturer.program.session.go(3)
    lecturer.wait_for_beat(3)
    assert lecturer.program.frame_loop.display.trace is not None
    lecturer.qtbot.waitUntil(lambda: lecturer.program.hall.verdict.picture is not None)


def test_the_choice_that_won_is_kept_and_the_right_one_marked_after_the_reveal(
    lecturer: Lecturer,
) -> None:
    lecturer.program.session.go(2)
    lecturer.wait_for_beat(2)
    lecturer.press(Qt.Key.Key_1)
    moment = lecturer.program.session.moment
    assert (moment.chosen, moment.is_marked) == (0, False)
    lecturer.press(Qt.Key.Key_PageDown)
    lecturer.wait_for_beat(3)
    moment = lecturer.program.session.moment
    assert (moment.chosen, moment.is_marked) == (0, True)


def test_the_right_choice_is_not_marked_while_the_pass_still_runs(lecturer: Lecturer) -> None:
    session, player = lecturer.program.session, lecturer.program.player
    session.go(3)
    lecturer.qtbot.waitUntil(
        lambda: session.moment.record is not None and player.is_playing, timeout=PATIENCE_MS
    )
    assert not session.moment.is_marked
    lecturer.press(Qt.Key.Key_PageDown)  # completes what moves
    assert (session.index, session.moment.is_marked) == (3, True)


def test_a_question_takes_its_choices_away_with_it(qtbot: QtBot) -> None:
    asked = {"kind": "question", "ask": "choice", "choices": ["Yes", "No"], "answer": 1}
    lecture = {"beats": [asked, {"kind": "show"}, {"kind": "reveal"}]}
    lecturer = Lecturer(qtbot, {**DOCUMENT, "lecture": lecture})
    session = lecturer.program.session
    assert (session.has_choices, session.moment.is_marked) == (True, False)
    lecturer.press(Qt.Key.Key_PageDown)
    assert (session.index, session.moment.is_marked) == (0, True)
    for index in (1, 2):
        lecturer.press(Qt.Key.Key_PageDown)
        lecturer.wait_for_beat(index)
        assert not session.has_choices
        assert not lecturer.program.hall.choices.isVisible()
    lecturer.program.end()


def test_the_screen_goes_black_and_any_key_brings_it_back(lecturer: Lecturer) -> None:
    lecturer.press(Qt.Key.Key_Period)
    assert lecturer.program.hall.cover.isVisible()
    lecturer.press(Qt.Key.Key_PageDown)
    assert not lecturer.program.hall.cover.isVisible()
    assert lecturer.program.session.index == 0


def test_escape_ends_it_and_says_where(lecturer: Lecturer) -> None:
    lecturer.press(Qt.Key.Key_PageDown)
    lecturer.wait_for_beat(1)
    with lecturer.qtbot.waitSignal(lecturer.program.ended) as ended:
        lecturer.press(Qt.Key.Key_Escape)
    assert ended.args == [1]
    assert not lecturer.program.hall.isVisible()


def test_a_curve_drawn_with_the_mouse_stays_until_it_is_answered(
    lecturer: Lecturer, qtbot: QtBot
) -> None:
    program = lecturer.program
    beats = [
        {"kind": "predict", "ask": "curve", "pass": "hidden", "sentence": "Draw."},
        {"kind": "play", "sentence": "Look."},
        {"kind": "reveal", "sentence": "{first_last_ratio}"},
        {"kind": "show", "sentence": "On."},
    ]
    document = documents.parse(json.dumps({**DOCUMENT, "lecture": {"beats": beats}}))
    program.end()
    QApplication.sendPostedEvents(program.hall, QEvent.Type.DeferredDelete)
    lecturer.program = program = LectureProgram(document, None, Preferences())
    program.begin(QApplication.primaryScreen())
    lecturer.wait_for_beat(0)
    pad = program.hall.guess_pad
    assert pad.isVisible()
    qtbot.waitUntil(lambda: pad.width() > 50)
    right, left = QPoint(pad.width() - 20, 10), QPoint(20, pad.height() - 10)
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=right)
    for share in range(1, 21):
        qtbot.mouseMove(pad, right + (left - right) * share / 20)
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=left)
    assert sorted(pad.guess) == [1, 2, 3, 4]
    assert pad.guess[1] < pad.guess[4]
    drawn = dict(pad.guess)
    for index in (1, 2):
        lecturer.press(Qt.Key.Key_PageDown)
        lecturer.wait_for_beat(index)
        assert pad.isVisible()
        assert pad.guess == drawn
    qtbot.waitUntil(lambda: pad.error_text.startswith("Layer 1: guessed"))
    lecturer.press(Qt.Key.Key_PageDown)
    lecturer.wait_for_beat(3)
    assert not pad.isVisible()
