"""The person at the desk, and what no test of the screen may leave behind."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from weakref import WeakSet

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QThread
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop.model.preferences import Preferences
from tests.desktop.person import Person, sit_down


@pytest.fixture(autouse=True)
def leave_no_window() -> Iterator[None]:
    """Fails where a test leaves a top-level widget that was not there before."""
    before = {id(widget) for widget in QApplication.topLevelWidgets()}
    yield
    if _new_windows(before):
        gc.collect()  # a cycle of Python objects may hold it
    left = _new_windows(before)
    assert not left, f"left behind: {', '.join(map(repr, left))}"


def _new_windows(before: set[int]) -> list[QWidget]:
    if QApplication.instance() is None:
        return []
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return [widget for widget in QApplication.topLevelWidgets() if id(widget) not in before]


@pytest.fixture(autouse=True)
def leave_no_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails where a test leaves a running QThread: dropping it would abort the process."""
    started: WeakSet[QThread] = WeakSet()
    threads_used: list[str] = []
    start = QThread.start

    def start_and_remember(thread: QThread, *arguments: QThread.Priority) -> None:
        started.add(thread)
        threads_used.append(thread.objectName())
        start(thread, *arguments)

    monkeypatch.setattr(QThread, "start", start_and_remember)
    yield
    running = [thread for thread in started if isValid(thread) and thread.isRunning()]
    for thread in running:
        thread.quit()
        thread.wait(5_000)
    assert not running, "a QThread was still running at the end of the test"
    if threads_used:
        # Here, and not in the worker of a later test, whose thread may destroy no widget.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    """Settings of their own, without motion."""
    preferences = Preferences(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    preferences.reduces_motion = True
    preferences.last_folder = tmp_path
    return preferences


@pytest.fixture
def person(qtbot: QtBot, tmp_path: Path, preferences: Preferences) -> Iterator[Person]:
    """Someone in front of the window with a small feed-forward network."""
    with sit_down(qtbot, tmp_path, preferences) as person:
        yield person
