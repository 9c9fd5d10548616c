"""The training bar counts and announces what the user wants of the training."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.panels.status_strip import StatusStrip, describe_status
from desktop.panels.training_bar import TrainingBar
from tests.typed_numbers import TYPED

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(qtbot: QtBot) -> TrainingBar:
    panel = TrainingBar()
    qtbot.addWidget(panel)
    panel.set_scenes([("First", [("a", "Scene 1")]), ("Second", [("b", "Scene 2")])])
    panel.show_progress(37, 2000)
    return panel


def test_shows_iteration_goal_and_progress(bar: TrainingBar) -> None:
    bar.show_progress(1500, 2000)
    assert bar.iteration.text() == "1,500"
    assert bar.goal.text() == "of 2,000"
    assert bar.progress.value() == 750
    bar.show_progress(2000, 2000)
    assert (bar.goal.text(), bar.progress.value()) == ("of 2,000", 1000)


@pytest.mark.parametrize(("iteration", "iterations"), [(3287, 2000), (5, 0), (0, 0)])
def test_without_an_end_it_only_counts(bar: TrainingBar, iteration: int, iterations: int) -> None:
    bar.show_progress(iteration, iterations, is_training=True)
    assert bar.iteration.text() == f"{iteration:,}"
    assert bar.goal.text() == ""
    assert bar.progress.isHidden()


def test_the_way_to_an_iteration_is_shown(bar: TrainingBar) -> None:
    bar.show_progress(300, 500, is_training=True, share=0.25)
    assert (bar.iteration.text(), bar.goal.text()) == ("300", "of 500")
    assert bar.progress.value() == 250


def test_train_becomes_pause(bar: TrainingBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.train_requested):
        qtbot.mouseClick(bar.train, LEFT)
    bar.show_progress(38, 2000, is_training=True)
    assert bar.train.text() == "Pause"
    assert not bar.once.isEnabled()
    with qtbot.waitSignal(bar.pause_requested):
        qtbot.mouseClick(bar.train, LEFT)


def test_the_other_buttons_announce_their_intents(bar: TrainingBar, qtbot: QtBot) -> None:
    for button, signal in (
        (bar.once, bar.one_iteration_requested),
        (bar.rewind, bar.rewind_requested),
    ):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, LEFT)


def test_an_iteration_typed_is_run_to(bar: TrainingBar, qtbot: QtBot) -> None:
    qtbot.keyClicks(bar.run_to, "500")
    with qtbot.waitSignal(bar.run_to_requested) as request:
        qtbot.keyClick(bar.run_to, Qt.Key.Key_Return)
    assert request.args == [500]
    assert bar.run_to.text() == ""


@pytest.mark.parametrize(("text", "_number", "whole"), TYPED)
def test_whatever_is_typed_into_run_to_is_read_or_refused(
    bar: TrainingBar, qtbot: QtBot, text: str, _number: float | None, whole: int | None
) -> None:
    asked: list[int] = []
    bar.run_to_requested.connect(asked.append)
    bar.run_to.setText(text)  # QTest types ASCII only
    qtbot.keyClick(bar.run_to, Qt.Key.Key_Return)
    if whole is None:
        assert asked == []
        assert bar.run_to.text() == text
        assert bar.run_to.problem.endswith(".")
        qtbot.keyClick(bar.run_to, Qt.Key.Key_Escape)
        assert (bar.run_to.text(), bar.run_to.problem) == ("", "")
    else:
        assert asked == [whole]
        assert (bar.run_to.text(), bar.run_to.problem) == ("", "")


def test_run_to_ends_where_the_document_does(bar: TrainingBar, qtbot: QtBot) -> None:
    for text, is_taken in (("1,000,000,000", True), ("1,000,000,001", False), ("300 it", True)):
        bar.run_to.setText(text)
        asked: list[int] = []
        bar.run_to_requested.connect(asked.append)
        qtbot.keyClick(bar.run_to, Qt.Key.Key_Return)
        assert bool(asked) is is_taken


def test_no_button_moves_when_the_end_is_reached(bar: TrainingBar) -> None:
    bar.resize(1280, 52)
    places = []
    for iteration, more, is_training in ((1999, 0, True), (1999, 0, False), (2000, 2000, False)):
        bar.show_progress(iteration, 2000, is_training=is_training, more=more)
        QApplication.sendPostedEvents()
        places.append((bar.train.geometry(), bar.once.geometry(), bar.rewind.geometry()))
    assert places[1] == places[2]


def test_at_the_planned_end_the_button_says_how_many_more(bar: TrainingBar, qtbot: QtBot) -> None:
    bar.show_progress(2000, 2000, more=2000)
    assert bar.train.text() == "Train on +2,000"
    assert bar.train.accessibleName() == "Train on +2,000"
    with (
        qtbot.assertNotEmitted(bar.train_requested),
        qtbot.waitSignal(bar.train_on_requested) as request,
    ):
        qtbot.mouseClick(bar.train, LEFT)
    assert request.args == [2000]
    bar.show_progress(2001, 4000, is_training=True, more=2000)
    assert bar.train.text() == "Pause"
    bar.show_progress(0, 2000)
    assert bar.train.text() == "Train"


def test_scene_and_speed_limit_are_chosen(bar: TrainingBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.scene_chosen) as scene:
        bar.scene.activated.emit(bar.scene.findText("Scene 2"))
    assert scene.args == ["b"]
    with qtbot.waitSignal(bar.speed_limit_chosen) as limit:
        bar.limit.activated.emit(bar.limit.findData("10"))
    assert limit.args == [10.0]
    with qtbot.waitSignal(bar.speed_limit_chosen) as limit:
        bar.limit.activated.emit(bar.limit.findData("none"))
    assert limit.args == [None]


def test_the_status_gives_way_and_keeps_its_figures_on_hover(qtbot: QtBot) -> None:
    strip = StatusStrip()
    qtbot.addWidget(strip)
    text = describe_status(0.6914, ("accuracy", 0.515), 412.0, 7, "float32")
    assert text == "loss 0.691 · accuracy 51.5 % · 412 iterations/s · seed 7 · float32"
    strip.show_figures(text)
    assert strip.minimumSizeHint().width() < 200
    assert strip.figures.toolTip() == text


def test_a_score_of_another_iteration_is_said_to_be_one() -> None:
    text = describe_status(2.98e-3, ("accuracy", 0.202), None, 0, "float32", scored_at=1000)
    assert text == "loss 2.98 × 10⁻³ · accuracy 20.2 % at iteration 1,000 · seed 0 · float32"


def test_the_status_before_the_first_pass_names_only_the_document() -> None:
    assert describe_status(None, None, None, 7, "float64") == "seed 7 · float64"


def test_a_sentence_has_all_the_room_that_the_figures_leave(qtbot: QtBot) -> None:
    strip = StatusStrip()
    qtbot.addWidget(strip)
    strip.resize(880, 32)
    sentence = "These weights cannot be kept: the network begins anew at iteration 0."
    strip.show_figures(describe_status(4.5, ("accuracy", 0.488), None, 7, "float32"))
    strip.show_notice(sentence)
    QApplication.processEvents()
    assert QLabel.text(strip.notice.label) == sentence
    assert QLabel.text(strip.figures.label).endswith("float32")
    strip.show_figures(describe_status(4.5, ("accuracy", 0.488), 12345.0, 7, "float32"))
    QApplication.processEvents()
    QApplication.processEvents()
    assert QLabel.text(strip.figures.label).endswith("float32")
    strip.show_notice("")
    strip.show_figures(
        describe_status(4.5, ("accuracy", 0.488), None, 7, "float32")
    )  # it has paused
    strip.show_notice(sentence)
    QApplication.processEvents()
    QApplication.processEvents()
    assert QLabel.text(strip.notice.label) == sentence
