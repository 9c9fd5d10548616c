"""Qt's bindings must give back the references they take: some releases do not, and abort."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot


class Speaker(QObject):
    """Has something to say, and a place to hear it."""

    said = Signal(object)

    def hear(self, _word: object) -> None:
        return None


def test_none_and_true_keep_their_references(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    speaker = Speaker()
    speaker.said.connect(speaker.hear)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for number in range(1_000):
        label.setText(str(number))
        label.setEnabled(True)
        speaker.said.emit(None)
        speaker.said.emit(True)
    after = sys.getrefcount(None), sys.getrefcount(True)
    for old, new in zip(before, after, strict=True):
        assert abs(new - old) < 100
