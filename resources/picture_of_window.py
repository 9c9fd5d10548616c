"""Grabs the program's window on its way along the three paths of the README's tour.

Run by `resources/make_pictures.py`, without a display. Each path uses only what the screen offers.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app.app import Start
from desktop.app.connections import Components
from desktop.lecture.lecture import LectureProgram
from desktop.model.preferences import Preferences
from engine import documents

SIZE = (1280, 800)
PATIENCE_S = 120.0


class Walk:
    """One start of the program, and what is done in it."""

    def __init__(self, scene: str, folder: Path) -> None:
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.preferences = Preferences(settings)
        self.preferences.theme = "light"
        self.start = Start(self.preferences, folder / "recovery", scene)
        self.start.window.resize(*SIZE)
        self.start.show()
        self.wait(lambda: self.start.program is not None)
        self.wait(lambda: self.parts.frame_loop.run.newest is not None)
        self.start.window.resize(*SIZE)
        self.rest()

    @property
    def parts(self) -> Components:
        """All objects of the program."""
        program = self.start.program
        assert program is not None
        return program.components

    def wait(self, is_so: Callable[[], bool]) -> None:
        """Let the program work until something is so."""
        end = time.monotonic() + PATIENCE_S
        while not is_so():
            if time.monotonic() > end:
                raise TimeoutError("the program did not come to where its picture is taken")
            QApplication.processEvents()
            time.sleep(0.005)

    def rest(self, seconds: float = 1.5) -> None:
        """Let what was asked on the way be answered and drawn."""
        end = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() > end)

    def measure_remedies(self) -> None:
        """Wait until every chip says its effect."""
        panel = self.start.window.remedies
        self.wait(
            lambda: (
                bool(panel.helpful)
                and all(panel.effect_of(remedy) is not None for remedy in panel.helpful)
            )
        )
        self.rest()

    def press_chip(self, name: str, modifier: Qt.KeyboardModifier) -> None:
        """Click the remedy of that name."""
        panel = self.start.window.remedies
        index = [remedy.name for remedy in panel.helpful].index(name)
        QTest.mouseClick(panel.chips[index], Qt.MouseButton.LeftButton, modifier)
        self.rest()

    def train(self) -> None:
        """Press T and wait for the end of the training."""
        QTest.keyClick(self.start.window.theatre, Qt.Key.Key_T)
        self.wait(lambda: self.parts.controller.is_training)
        self.wait(lambda: not self.parts.controller.is_training)
        self.rest()

    def grab(self, file: Path) -> None:
        """The window as it is seen."""
        self.start.window.grab().save(str(file))

    def end(self) -> None:
        """Close the program."""
        self.start.close()


def walk_from_sigmoid(walk: Walk, folder: Path) -> None:
    """The chips with their effects, then two lanes after a shift-click, trained."""
    walk.measure_remedies()
    walk.grab(folder / "why.png")
    walk.press_chip("ReLU + He", Qt.KeyboardModifier.ShiftModifier)
    walk.train()
    walk.grab(folder / "compare.png")


def walk_from_rnn(walk: Walk, folder: Path) -> None:
    """An RNN that forgets, and the chip that makes it an LSTM, trained."""
    walk.measure_remedies()
    walk.press_chip("LSTM, forget bias 4", Qt.KeyboardModifier.NoModifier)
    walk.train()
    walk.grab(folder / "recalled.png")


def walk_from_nan(walk: Walk, folder: Path) -> None:
    """A training that ends at a NaN, and what the window says of it."""
    walk.train()
    walk.measure_remedies()
    walk.grab(folder / "autopsy.png")


def show_lecture(folder: Path, application: QApplication) -> None:
    """A beat in the hall."""
    with tempfile.TemporaryDirectory() as settings:
        file = QSettings(str(Path(settings) / "s.ini"), QSettings.Format.IniFormat)
        scene = documents.load_scene("08-a-road")
        program = LectureProgram(scene, None, Preferences(file))
        program.begin(application.primaryScreen(), 4)
        program.hall.setWindowState(Qt.WindowState.WindowNoState)
        program.hall.setGeometry(0, 0, *SIZE)
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            application.processEvents()
            time.sleep(0.005)
            record = program.session.index >= 0 and program.session.moment.record
            if record and record.is_complete and not program.player.is_playing:
                break
        pause = time.monotonic() + 1.5
        while time.monotonic() < pause:
            application.processEvents()
        program.hall.grab().save(str(folder / "lecture.png"))
        program.end()
        application.processEvents()


PATHS = {
    "1-sigmoid-depth-10": walk_from_sigmoid,
    "6-autocomplete-rnn": walk_from_rnn,
    "10-explosion": walk_from_nan,
}


def main(folder: Path) -> None:
    """Write all pictures into a folder."""
    application = QApplication(sys.argv[:1])
    for scene, path in PATHS.items():
        with tempfile.TemporaryDirectory() as settings:
            walk = Walk(scene, Path(settings))
            path(walk, folder)
            walk.end()
    show_lecture(folder, application)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
