"""The keys of a lecture: every remote's, in every window, and none of them lost or stolen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QSlider, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.lecture.keys import LISTED, read_key
from desktop.lecture.lecture import LectureProgram
from desktop.model.preferences import Preferences
from engine import documents

PATIENCE_MS = 60_000
NONE = Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def make_document(**lecture: Any) -> dict[str, Any]:
    return {
        "format": "gradient-theatre/1",
        "seed": 7,
        "title": "Four layers",
        "task": {"name": "insurance"},
        "network": {
            "kind": "feedforward",
            "layers": [{"units": 8, "activation": "sigmoid", "repeat": 4}],
        },
        "lecture": {
            "beats": [{"kind": "show", "sentence": f"Beat {i}."} for i in range(3)],
            **lecture,
        },
    }


RECURRENT: dict[str, Any] = {
    "format": "gradient-theatre/1",
    "task": {"name": "adding", "length": 12},
    "network": {"kind": "recurrent", "cell": "lstm", "hidden": 8},
    "lecture": {"switches": ["gate"], "beats": [{"kind": "show", "sentence": "A cell."}]},
}


class Hall:
    """A lecture that is on, and its keyboard."""

    def __init__(self, qtbot: QtBot, document: dict[str, Any]) -> None:
        self.qtbot = qtbot
        self.program = LectureProgram(documents.parse(json.dumps(document)), None, Preferences())
        self.program.begin(QApplication.primaryScreen())

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.keyClick(self.program.hall, key, modifiers)

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def stands_at(self, index: int) -> bool:
        session = self.program.session
        record = session.moment.record
        return session.index == index and record is not None and record.is_complete

    def is_measured(self) -> bool:
        return self.program.frame_loop.display.trace is not None


@pytest.fixture
def open_hall(qtbot: QtBot) -> Iterator[Callable[..., Hall]]:
    opened: list[Hall] = []

    def make(document: dict[str, Any]) -> Hall:
        opened.append(Hall(qtbot, document))
        return opened[-1]

    yield make
    for hall in opened:
        hall.program.end()


@pytest.mark.parametrize(
    ("remote", "forwards", "backwards"),
    [
        ("Logitech R400", Qt.Key.Key_PageDown, Qt.Key.Key_PageUp),
        ("Logitech R500", Qt.Key.Key_PageDown, Qt.Key.Key_PageUp),
        ("Logitech Spotlight", Qt.Key.Key_Right, Qt.Key.Key_Left),
        ("Kensington", Qt.Key.Key_PageDown, Qt.Key.Key_PageUp),
        ("presenter app", Qt.Key.Key_Space, Qt.Key.Key_Left),
        ("keyboard", Qt.Key.Key_N, Qt.Key.Key_P),
    ],
)
def test_a_remote_leads_forwards_and_backwards_and_blackens_the_screen(
    open_hall: Callable[..., Hall], remote: str, forwards: Qt.Key, backwards: Qt.Key
) -> None:
    del remote
    hall = open_hall(make_document())
    hall.wait(lambda: hall.stands_at(0))
    hall.press(Qt.Key.Key_F5)
    hall.press(forwards)
    hall.wait(lambda: hall.stands_at(1))
    hall.press(backwards)
    hall.wait(lambda: hall.stands_at(0))
    for black in (Qt.Key.Key_Period, Qt.Key.Key_B):
        hall.press(black)
        assert hall.program.hall.cover.isVisible()
        hall.press(black)
        assert not hall.program.hall.cover.isVisible()
    assert hall.stands_at(0)


def test_a_key_that_is_held_down_counts_once(open_hall: Callable[..., Hall]) -> None:
    hall = open_hall(make_document())
    hall.wait(lambda: hall.stands_at(0))
    for is_repeated in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_PageDown, NONE, "", autorep=is_repeated)
        QApplication.sendEvent(hall.program.hall, event)
    hall.wait(lambda: hall.stands_at(1))
    assert hall.program.session.index == 1


@pytest.mark.parametrize("make_widget", [QSlider, QSpinBox, QLineEdit])
def test_a_widget_with_the_focus_never_takes_a_clickers_keys(
    open_hall: Callable[..., Hall], qtbot: QtBot, make_widget: type[QWidget]
) -> None:
    window = QWidget()
    widget = make_widget(window)
    qtbot.addWidget(window)
    window.show()
    hall = open_hall(make_document())
    hall.wait(lambda: hall.stands_at(0))
    qtbot.keyClick(widget, Qt.Key.Key_PageDown)
    hall.wait(lambda: hall.stands_at(1))
    qtbot.keyClick(widget, Qt.Key.Key_PageUp)
    hall.wait(lambda: hall.stands_at(0))
    qtbot.keyClick(widget, Qt.Key.Key_Period)
    assert hall.program.hall.cover.isVisible()
    qtbot.keyClick(widget, Qt.Key.Key_N)  # its own: the window is not the lecture's
    assert hall.program.hall.cover.isVisible()


def test_they_are_the_widgets_own_once_the_lecture_is_over(
    open_hall: Callable[..., Hall], qtbot: QtBot
) -> None:
    slider = QSlider()
    slider.setValue(50)
    qtbot.addWidget(slider)
    slider.show()
    hall = open_hall(make_document())
    hall.wait(lambda: hall.stands_at(0))
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    assert slider.value() == 50
    hall.press(Qt.Key.Key_Escape)
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    assert slider.value() == 60


def test_numbers_and_letters_throw_switches_and_undo_takes_them_back(
    open_hall: Callable[..., Hall],
) -> None:
    hall = open_hall(make_document(switches=["activation", "skips"]))
    hall.wait(lambda: hall.stands_at(0) and hall.is_measured())
    workspace = hall.program.workspace
    begun = workspace.experiment

    def find_skips() -> int:
        network: Any = workspace.experiment.network
        return int(network.skip.every)

    buttons = hall.program.hall.switches.buttons
    assert [key for key, button in buttons.items() if button.isVisible()] == [1, 3]
    assert all(min(b.width(), b.height()) >= 44 for b in buttons.values() if b.isVisible())
    hall.press(Qt.Key.Key_K)
    assert find_skips() > 0
    hall.press(Qt.Key.Key_Z, CONTROL)
    assert workspace.experiment == begun
    hall.press(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert find_skips() > 0
    hall.press(Qt.Key.Key_3)
    assert find_skips() == 0
    hall.press(Qt.Key.Key_6)  # acts without being shown
    assert workspace.experiment.training.weight_decay > 0
    hall.qtbot.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert workspace.experiment.network != begun.network
    hall.press(Qt.Key.Key_PageDown)
    hall.wait(lambda: hall.stands_at(1))
    assert workspace.experiment == begun


def test_the_gate_is_learned_then_open_then_closed(open_hall: Callable[..., Hall]) -> None:
    hall = open_hall(RECURRENT)
    hall.wait(lambda: hall.stands_at(0) and hall.is_measured())

    def find_gate() -> Any:
        network: Any = hall.program.workspace.experiment.network
        return network.gates.forget

    found = [find_gate()]
    for _ in range(3):
        hall.press(Qt.Key.Key_G)
        found.append(find_gate())
    assert found == [None, 1.0, 0.0, None]


def test_the_letters_change_what_is_seen(open_hall: Callable[..., Hall]) -> None:
    hall = open_hall(make_document())
    hall.wait(lambda: hall.stands_at(0) and hall.is_measured())
    program, loop = hall.program, hall.program.frame_loop
    hall.press(Qt.Key.Key_L)
    assert not loop.display.flow.axis.is_log
    hall.press(Qt.Key.Key_L)
    hall.press(Qt.Key.Key_A)
    assert not loop.options.is_relative
    assert not program.hall.theme.is_dark
    hall.press(Qt.Key.Key_D)
    assert program.hall.theme.is_dark
    hall.press(Qt.Key.Key_C)
    assert program.workspace.is_comparing
    hall.press(Qt.Key.Key_C)
    assert not program.workspace.is_comparing
    speed = program.player.speed
    hall.press(Qt.Key.Key_Up)
    assert program.player.speed > speed
    hall.press(Qt.Key.Key_Down)
    assert program.player.speed == speed
    hall.press(Qt.Key.Key_R)
    assert program.player.is_playing
    hall.press(Qt.Key.Key_PageDown)
    assert not program.player.is_playing
    assert program.session.index == 0
    hall.press(Qt.Key.Key_S)
    assert program.player.playhead.position < program.player.playhead.last
    hall.press(Qt.Key.Key_F11)
    assert not program.hall.isFullScreen()
    hall.press(Qt.Key.Key_F11)
    assert program.hall.isFullScreen()
    hall.press(Qt.Key.Key_End)
    hall.wait(lambda: hall.stands_at(2))
    hall.press(Qt.Key.Key_Home)
    hall.wait(lambda: hall.stands_at(0))


def test_t_trains_and_pauses(open_hall: Callable[..., Hall]) -> None:
    hall = open_hall(make_document())
    hall.wait(lambda: hall.stands_at(0) and hall.is_measured())
    hall.press(Qt.Key.Key_T)
    hall.wait(lambda: hall.program.frame_loop.iteration > 3)
    hall.press(Qt.Key.Key_T)
    hall.wait(lambda: not hall.program.controller.is_training)


def test_all_keys_lie_over_the_picture_until_the_next_one(open_hall: Callable[..., Hall]) -> None:
    hall = open_hall(make_document())
    hall.wait(lambda: hall.stands_at(0))
    hall.press(Qt.Key.Key_Question, SHIFT)
    assert hall.program.hall.keys.isVisible()
    hall.press(Qt.Key.Key_PageDown)
    assert not hall.program.hall.keys.isVisible()
    assert hall.program.session.index == 0
    listed = " ".join(key for key, _ in LISTED)
    for key in ("PageDown", "PageUp", "F5", "Esc", "B", "Home", "End", "K", "G", "C", "H", "F11"):
        assert key in listed


@pytest.mark.parametrize(
    ("key", "wanted"),
    [(Qt.Key.Key_O, "open"), (Qt.Key.Key_S, "save"), (Qt.Key.Key_E, "export")],
)
def test_what_needs_a_dialog_leaves_the_lecture_first(
    open_hall: Callable[..., Hall], key: Qt.Key, wanted: str
) -> None:
    hall = open_hall(make_document())
    hall.wait(lambda: hall.stands_at(0))
    with hall.qtbot.waitSignal(hall.program.wanted) as asked:
        hall.press(key, CONTROL)
    assert asked.args == [wanted]
    assert not hall.program.hall.isVisible()


def test_the_students_question_comes_before_the_first_beat(
    open_hall: Callable[..., Hall],
) -> None:
    hall = open_hall(make_document(question="Why does it forget?", chapter="One"))
    title = hall.program.hall.title
    assert title.isVisible()
    assert title.question == "Why does it forget?"
    hall.press(Qt.Key.Key_K)  # there is no network yet
    hall.press(Qt.Key.Key_PageDown)
    hall.wait(lambda: hall.stands_at(0))
    assert not title.isVisible()
    hall.press(Qt.Key.Key_PageUp)
    assert title.isVisible()


def test_keys_of_a_keypad_count_and_keys_with_alt_do_not() -> None:
    keypad = Qt.KeyboardModifier.KeypadModifier
    assert read_key(Qt.Key.Key_PageDown, keypad) == ("next", 0)
    assert read_key(Qt.Key.Key_3, keypad) == ("number", 3)
    assert read_key(Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier) == ("", 0)
    assert read_key(Qt.Key.Key_7, NONE) == ("", 0)
