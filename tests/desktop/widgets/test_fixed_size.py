"""Labels that change many times a second leave everything around them where it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.fixed_size import Still


class Layouts(QObject):
    """Counts how often a widget is laid out anew."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return super().eventFilter(watched, event)


@pytest.fixture
def box(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    QVBoxLayout(made)
    return made


def settle(box: QWidget, *, wraps: bool = False) -> tuple[Still, Layouts]:
    label = QLabel("iteration 1,234")
    label.setWordWrap(wraps)
    still = Still(label)
    layout = box.layout()
    assert isinstance(layout, QVBoxLayout)
    layout.addWidget(still)
    layout.addStretch(1)
    box.resize(160, 300)
    box.show()
    QApplication.processEvents()
    return still, Layouts(box)


def say(still: Still, text: str) -> None:
    still.setText(text)
    QApplication.processEvents()
    QApplication.processEvents()  # the wish, and what it leads to


def test_a_text_that_fits_moves_nothing(box: QWidget) -> None:
    still, layouts = settle(box)
    say(still, "iteration 1")
    assert still.text() == "iteration 1"
    assert layouts.count == 0


def test_a_longer_text_gets_its_room(box: QWidget) -> None:
    still, layouts = settle(box)
    say(still, "iteration 1,234, and a good deal more than that was")
    assert layouts.count > 0
    assert still.label.width() >= still.label.sizeHint().width()


def test_a_sentence_of_more_lines_gets_its_room(box: QWidget) -> None:
    still, layouts = settle(box, wraps=True)
    say(still, "It hands on a thousandth of what it receives. " * 4)
    assert layouts.count > 0
    assert still.label.height() >= still.label.heightForWidth(still.label.width())
