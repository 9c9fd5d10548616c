"""The lecturer's screen, in a real window beside the hall's."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.lecture.moment import Moment
from desktop.lecture.presenter import PresenterWindow
from desktop.lecture.presenter_words import list_numbers, tell_in_full
from desktop.lecture.screens import find_hall, find_presenter
from desktop.views.gradient_bars.chart import GradientBars
from engine import documents
from engine.records.beat import BeatRecord
from tests.desktop.lecture.test_lecture import DOCUMENT, PATIENCE_MS, Lecturer

ROOT = Path(__file__).resolve().parents[3]


class Presenter(Lecturer):
    """Sits at the second window."""

    @property
    def window(self) -> PresenterWindow:
        window = self.program.presenter
        assert window is not None
        return window

    def go(self, index: int) -> None:
        self.program.session.go(index)
        self.wait_for_beat(index)

    def click_beat(self, index: int, x: int) -> None:
        beats = self.window.beats
        box = beats.visualItemRect(beats.item(index))
        at = QPoint(x, box.center().y())
        self.qtbot.mouseClick(beats.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def read(self, name: str) -> str:
        label = self.window.findChild(QLabel, name)
        assert isinstance(label, QLabel)
        return label.text()


@pytest.fixture
def lecturer(qtbot: QtBot) -> Iterator[Presenter]:
    lecturer = Presenter(qtbot)
    lecturer.press(Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    yield lecturer
    lecturer.program.end()


def test_with_one_screen_it_stays_away_until_it_is_asked_for(qtbot: QtBot) -> None:
    lecturer = Presenter(qtbot)
    assert lecturer.program.presenter is None
    lecturer.press(Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert lecturer.window.isVisible()
    qtbot.keyClick(lecturer.window, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert lecturer.program.presenter is None
    assert lecturer.program.hall.isVisible()
    lecturer.program.end()


def test_it_says_this_beat_and_the_next_and_the_keys_of_the_hall_work_in_it(
    lecturer: Presenter,
) -> None:
    window = lecturer.window
    assert window.place.text() == "Beat 1 of 7 · Show"
    assert lecturer.read("presenter_sentence") == "Four layers."
    assert lecturer.read("presenter_following") == "… right."
    lecturer.qtbot.keyClick(window, Qt.Key.Key_PageDown)
    lecturer.wait_for_beat(1)
    assert window.place.text() == "Beat 2 of 7 · Train"
    assert lecturer.read("presenter_sentence") == lecturer.sentence
    assert window.trained.text() == "Iteration 30 of 30"


def test_numbers_are_told_in_full_and_choices_with_the_right_one(lecturer: Presenter) -> None:
    lecturer.go(2)
    assert lecturer.window.choices.text().splitlines()[-1] == "3   Little (right)"
    lecturer.qtbot.keyClick(lecturer.window, Qt.Key.Key_1)
    assert lecturer.window.choices.text().splitlines()[0] == "1   All (chosen)"
    lecturer.go(3)
    record = lecturer.program.session.moment.record
    assert record is not None
    value = record.values["first_last_ratio"]
    shown = [label.text() for label in lecturer.window.numbers.findChildren(QLabel)]
    assert shown[:2] == ["first_last_ratio", tell_in_full(value)]


def test_the_lecturer_alone_sees_what_follows_from_a_hidden_pass(lecturer: Presenter) -> None:
    lecturer.go(0)
    hidden = lecturer.window.hidden
    lecturer.qtbot.waitUntil(lambda: not hidden.isHidden(), timeout=PATIENCE_MS)
    assert hidden.text.startswith("Hidden from the hall")  # the next beat trains
    assert lecturer.program.hall.verdict.picture is None
    verdict = lecturer.program.frame_loop.run.verdict
    assert verdict is not None
    lecturer.go(3)
    lecturer.qtbot.waitUntil(hidden.isHidden, timeout=PATIENCE_MS)
    picture = lecturer.program.frame_loop.display.verdict
    assert picture is not None


def test_a_click_jumps_and_a_tick_takes_an_optional_beat_in(lecturer: Presenter) -> None:
    session = lecturer.program.session
    lecturer.click_beat(4, 120)
    lecturer.wait_for_beat(4)
    following = session.moment.following
    assert following is not None
    assert following.index == 6
    lecturer.click_beat(5, 16)
    assert session.taken == {5}
    assert session.index == 4
    following = session.moment.following
    assert following is not None
    assert following.index == 5
    lecturer.click_beat(5, 16)
    assert session.taken == frozenset()
    lecturer.click_beat(5, 120)
    lecturer.wait_for_beat(5)
    assert lecturer.window.beats.item(5).checkState() == Qt.CheckState.Checked


@pytest.mark.parametrize(("written", "index"), [("7", 6), ("skips", 4)])
def test_a_beat_is_reached_by_its_number_or_its_words(
    lecturer: Presenter, written: str, index: int
) -> None:
    field = lecturer.window.go_to
    field.setFocus()
    lecturer.qtbot.keyClicks(field, written)
    assert lecturer.program.session.index == 0
    lecturer.qtbot.keyClick(field, Qt.Key.Key_Return)
    lecturer.wait_for_beat(index)
    assert not field.hasFocus()


def test_the_clock_can_be_held_and_set_back(lecturer: Presenter) -> None:
    clock, window = lecturer.program.clock, lecturer.window
    lecturer.qtbot.waitUntil(lambda: clock.elapsed > 0.0)
    lecturer.qtbot.mouseClick(window.hold, Qt.MouseButton.LeftButton)
    assert not clock.is_running
    assert window.hold.text() == "Go on"
    lecturer.qtbot.mouseClick(window.reset, Qt.MouseButton.LeftButton)
    assert clock.elapsed == 0.0
    assert window.time_left.text() == "0:00"


def test_its_small_theatre_shows_what_the_hall_sees_in_the_desks_colours(
    lecturer: Presenter,
) -> None:
    lecturer.go(3)
    theatre = lecturer.window.theatre
    chart = theatre.charts["flow"]
    assert isinstance(chart, GradientBars)

    def shows_it() -> bool:
        drawn, picture = lecturer.program.frame_loop.display.flow, chart.picture
        return picture is not None and list(picture.places) == list(drawn.places)

    assert np.isfinite(lecturer.program.frame_loop.display.flow.places).all()
    lecturer.qtbot.waitUntil(shows_it, timeout=PATIENCE_MS)
    assert not theatre.theme.is_projected


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1.8793493100946462e-08, "1.8793493100946462 × 10⁻⁸"),
        (0.8125, "0.8125"),
        (-1.5e300, "−1.5 × 10³⁰⁰"),
        (2_000.0, "2,000"),
        (0.0, "0"),
        ("vanishing", "vanishing"),
        (None, "–"),
    ],
)
def test_every_measured_digit_is_told(value: float | str | None, told: str) -> None:
    assert tell_in_full(value) == told


def test_claims_are_told_beside_what_is_measured() -> None:
    claims = [
        {"quantity": "accuracy", "at_least": 0.6, "at_most": 1},
        {"quantity": "loss", "at_most": 2e-9, "at": "start"},
        {"quantity": "loss", "times_before": {"at_least": 3}},
        {"quantity": "verdict", "is": "vanishing"},
    ]
    beats = [{"kind": "show"}, {"kind": "show", "claims": claims}]
    document = documents.parse(json.dumps({**DOCUMENT, "lecture": {"beats": beats}}))
    cue = documents.read_script(document)[1]
    told = {"accuracy": "70 %", "loss": "0.50", "verdict": "vanishing"}
    values = {"accuracy": 0.7, "loss": 0.5, "verdict": "vanishing"}
    record = BeatRecord(1, 0, "", told, values, is_complete=True)
    numbers = list_numbers(Moment(cue, 2, None, record))
    assert [(number.name, number.value, number.claimed) for number in numbers] == [
        ("accuracy", "0.7", "0.6 to 1"),
        ("loss", "0.5", "at most 2 × 10⁻⁹ at the start; at least 3 × before"),
        ("verdict", "vanishing", "vanishing"),
    ]


def test_the_hall_takes_the_other_screen_and_the_presenter_the_desks() -> None:
    assert find_hall("laptop", ["laptop"]) == "laptop"
    assert find_presenter("laptop", "laptop", ["laptop"]) is None
    assert find_hall("laptop", ["beamer", "laptop"]) == "beamer"
    assert find_presenter("beamer", "laptop", ["beamer", "laptop"]) == "laptop"
    assert find_presenter("laptop", "laptop", ["beamer", "laptop"]) == "beamer"


_TWO_SCREENS = """if True:
    import json, sys, time
    from pathlib import Path
    from PySide6.QtCore import QSettings
    from PySide6.QtTest import QTest
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication
    from desktop.app.app import Start
    from desktop.model.preferences import Preferences

    folder = Path(sys.argv[1])
    application = QApplication([])
    screens = {screen.name(): screen for screen in application.screens()}
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    start = Start(Preferences(settings), folder, "02-a-product")
    start.window.setGeometry(screens["laptop"].geometry().adjusted(20, 20, -20, -20))
    start.show()

    def wait(is_so):
        end = time.monotonic() + 60
        while not is_so():
            assert time.monotonic() < end
            application.processEvents()

    wait(lambda: start.program is not None)
    commands = start.program.components.lecture_commands
    start.program.components.actions["lecture"].trigger()
    wait(lambda: commands.program is not None and commands.program.session.index == 0)
    hall, presenter = commands.program.hall, commands.program.presenter
    where = {"hall": hall.screen().name(), "presenter": presenter.screen().name()}
    where["sizes"] = [hall.width(), presenter.width()]
    presenter.activateWindow()
    wait(presenter.isActiveWindow)
    QTest.keyClick(presenter, Qt.Key.Key_Escape)
    wait(lambda: commands.program is None)
    application.processEvents()
    where["left"] = [w.objectName() for w in application.topLevelWidgets() if w.isVisible()]
    print(json.dumps(where))
    start.close()
"""


def test_with_two_screens_each_window_fills_its_own(tmp_path: Path) -> None:
    screens = [
        {"name": "laptop", "x": 0, "y": 0, "width": 1280, "height": 720},
        {"name": "beamer", "x": 1280, "y": 0, "width": 1920, "height": 1080},
    ]
    for screen in screens:
        screen |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    configuration = tmp_path / "screens.json"
    configuration.write_text(json.dumps({"screens": screens}))
    done = subprocess.run(
        [sys.executable, "-c", _TWO_SCREENS, str(tmp_path)],
        cwd=ROOT,
        env={
            "QT_QPA_PLATFORM": f"offscreen:configfile={configuration}",
            "HOME": str(tmp_path),
            "OMP_NUM_THREADS": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == {
        "hall": "beamer",
        "presenter": "laptop",
        "sizes": [1920, 1280],
        "left": ["main_window"],
    }
