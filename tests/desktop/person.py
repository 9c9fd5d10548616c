"""A person at the desk: the whole program, driven by clicks and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.app.app import Start
from desktop.app.connections import Components
from desktop.app.program import Program
from desktop.model.document_files import write_document
from desktop.model.preferences import Preferences
from engine.document.experiment import Experiment
from engine.kinds.feedforward.records import LayerTrace, layer_trace_of
from engine.kinds.feedforward.spec import Feedforward
from tests.synthetic import make_experiment

PATIENCE_MS = 30_000
SMALL = make_experiment(depth=4, units=8)


class Person:
    """Someone at the desk, who sees what the window shows."""

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        self.program = program
        self.qtbot = qtbot

    @property
    def components(self) -> Components:
        return self.program.components

    @property
    def experiment(self) -> Experiment:
        return self.components.workspace.experiment

    @property
    def network(self) -> Feedforward:
        assert isinstance(self.experiment.network, Feedforward)
        return self.experiment.network

    @property
    def iteration(self) -> int:
        return self.components.frame_loop.iteration

    @property
    def trace(self) -> LayerTrace | None:
        trace = self.components.frame_loop.display.trace
        return None if trace is None else layer_trace_of(trace)

    def wait_for(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so, timeout=PATIENCE_MS)

    def click(self, widget: QWidget) -> None:
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def press(self, key: Qt.Key, control: bool = False, shift: bool = False) -> None:
        modifier = Qt.KeyboardModifier.NoModifier
        if control:
            modifier |= Qt.KeyboardModifier.ControlModifier
        if shift:
            modifier |= Qt.KeyboardModifier.ShiftModifier
        self.components.window.activateWindow()
        self.wait_for(
            self.components.window.isActiveWindow
        )  # keys of a dialog's time would be lost
        self.qtbot.keyClick(self.components.window, key, modifier)

    def type_key(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press a key where the keyboard is: in the widget that has the focus."""
        self.components.window.activateWindow()
        self.wait_for(lambda: QApplication.focusWidget() is not None)
        self.qtbot.keyClick(QApplication.focusWidget(), key, modifier)

    def wait_idle_at(self, iteration: int) -> None:
        self.wait_for(
            lambda: self.iteration == iteration and not self.components.controller.is_training
        )


@contextmanager
def sit_down(
    qtbot: QtBot,
    folder: Path,
    preferences: Preferences,
    experiment: Experiment = SMALL,
    size: tuple[int, int] = (1440, 900),
) -> Iterator[Person]:
    """Opens an experiment in the window, and waits until its first pass is seen."""
    file = folder / "small.gtheatre"
    write_document(file, experiment)
    start = Start(preferences, folder / "recovery", file)
    start.show()
    qtbot.waitUntil(lambda: start.program is not None, timeout=PATIENCE_MS)
    program = start.program
    assert program is not None
    start.window.resize(*size)
    person = Person(program, qtbot)
    person.wait_for(lambda: person.components.frame_loop.display.verdict is not None)
    person.components.window.activateWindow()
    person.components.window.theatre.setFocus()
    yield person
    program.close()
    program.components.window.deleteLater()


def answer(kind: type[QWidget], reply: Callable[[QWidget], None]) -> None:
    """Answer the next dialog of a kind when it opens."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, kind):
            reply(dialog)
        else:
            QTimer.singleShot(10, look)

    QTimer.singleShot(0, look)


def answer_message(button: QMessageBox.StandardButton, texts: list[str]) -> None:
    """Press a button of the next message box, and keep what it said."""

    def reply(box: QWidget) -> None:
        assert isinstance(box, QMessageBox)
        texts.append(box.text())
        box.button(button).click()

    answer(QMessageBox, reply)
