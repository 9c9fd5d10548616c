"""The playback bar shows where the pass stands; its buttons run as the picture does."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from desktop.display.options import Playhead
from desktop.panels.playback_bar import PlaybackBar, describe_place

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(qtbot: QtBot) -> PlaybackBar:
    panel = PlaybackBar()
    qtbot.addWidget(panel)
    panel.resize(1200, 56)
    panel.show_playhead(Playhead(7.0, 12), "Backward pass of iteration 37")
    return panel


def test_shows_the_layer_and_the_caption(bar: PlaybackBar) -> None:
    assert bar.place.text() == "layer 4 of 10"
    assert bar.caption.text() == "Backward pass of iteration 37"
    assert bar.play.toolTip() == "Play the backward pass"
    bar.show_playhead(Playhead(7.0, 12, is_playing=True))
    assert bar.play.toolTip() == "Pause"


@pytest.mark.parametrize(
    ("playhead", "text"),
    [
        (Playhead(0.0, 12), "loss"),
        (Playhead(1.0, 12), "layer 10 of 10"),
        (Playhead(11.0, 12), "input"),
        (Playhead(0.0, 12, phase="forward"), "forward"),
        (Playhead(11.0, 12, phase="decay"), "weight decay"),
        (Playhead.at_end_of(10, is_live=True), "live"),
    ],
)
def test_names_the_place(playhead: Playhead, text: str) -> None:
    assert describe_place(playhead) == text


def test_the_buttons_announce_their_intents(bar: PlaybackBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.stage_requested) as stage:
        qtbot.mouseClick(bar.back, LEFT)
    assert stage.args == [1]
    with qtbot.waitSignal(bar.stage_requested) as stage:
        qtbot.mouseClick(bar.forth, LEFT)
    assert stage.args == [-1]
    for button, signal in (
        (bar.play, bar.play_or_pause_requested),
        (bar.to_input, bar.input_requested),
        (bar.to_loss, bar.loss_requested),
    ):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, LEFT)
    with qtbot.waitSignal(bar.slow_mode_changed) as slow:
        qtbot.mouseClick(bar.slow, LEFT)
    assert slow.args == [True]
    with qtbot.waitSignal(bar.speed_chosen) as speed:
        bar.speed.activated.emit(bar.speed.findData("0.25"))
    assert speed.args == [0.25]


@pytest.mark.parametrize(("key", "stage"), [(Qt.Key.Key_Left, 1), (Qt.Key.Key_Right, -1)])
def test_the_arrow_keys_run_as_the_picture_does(
    bar: PlaybackBar, qtbot: QtBot, key: Qt.Key, stage: int
) -> None:
    with qtbot.waitSignal(bar.stage_requested) as request:
        qtbot.keyClick(bar.scrubber, key)
    assert request.args == [stage]


@pytest.mark.parametrize("stage", range(12))
def test_the_scrubber_reaches_every_stage(bar: PlaybackBar, qtbot: QtBot, stage: int) -> None:
    x = round(bar.scrubber.x_of(stage))
    with qtbot.waitSignal(bar.position_requested) as request:
        qtbot.mouseClick(bar.scrubber, LEFT, pos=QPoint(x, 16))
    assert request.args == [float(stage)]


def test_there_is_nothing_to_scrub_while_training(bar: PlaybackBar, qtbot: QtBot) -> None:
    bar.show_playhead(Playhead.at_end_of(10, is_live=True))
    with qtbot.assertNotEmitted(bar.position_requested):
        qtbot.mouseClick(bar.scrubber, LEFT, pos=QPoint(50, 16))
    assert not bar.play.isEnabled()
    bar.show_playhead(Playhead.at_end_of(10))
    assert bar.play.isEnabled()


def test_a_pass_through_time_names_its_time_step() -> None:
    assert describe_place(Playhead(7.0, 12), "time step") == "time step 4 of 10"
