"""The first seconds: what stands on the screen before anything is measured."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import Start
from desktop.preferences import Preferences
from tests.desktop.person import PATIENCE_MS


class FirstPaint(QObject):
    """Remembers how wide the docks were when the theatre was painted for the first time."""

    def __init__(self, start: Start) -> None:
        super().__init__()
        self._start = start
        self.widths: tuple[int, int] | None = None
        QApplication.instance().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        program = self._start.program
        if self.widths is None and program is not None and event.type() == QEvent.Type.Paint:
            window = program.parts.window
            if watched is window.theatre.viewport():
                self.widths = window.docks.builder.width(), window.theatre.width()
        return False


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_the_docks_are_right_at_the_first_paint(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences, size: tuple[int, int]
) -> None:
    for _ in ("the first time", "as they were left"):
        start = Start(preferences, tmp_path / "recovery")
        start.window.setWindowState(Qt.WindowState.WindowNoState)
        start.window.resize(*size)
        paint = FirstPaint(start)
        start.show()
        qtbot.waitUntil(lambda paint=paint: paint.widths is not None, timeout=PATIENCE_MS)
        QApplication.instance().removeEventFilter(paint)
        start.close()
        start.window.deleteLater()
        builder, theatre = paint.widths or (0, 0)
        assert 272 <= builder <= 300
        assert theatre >= 0.6 * size[0]
