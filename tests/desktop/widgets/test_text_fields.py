"""Words that are typed: announced at rest, before a command, and when the keys go elsewhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.text_fields import LineField, TextField

Field = TextField | LineField


class Desk(QWidget):
    """A window with one field, another one beside it, and a command with a key."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.heard: list[str] = []
        self.saved: list[list[str]] = []
        self.other = QLineEdit()
        column = QVBoxLayout(self)
        column.addWidget(field)
        column.addWidget(self.other)
        field.text_committed.connect(self.heard.append)
        save = QAction("Save", self)
        save.setShortcut(QKeySequence("Ctrl+S"))
        save.triggered.connect(lambda: self.saved.append(list(self.heard)))
        self.addAction(save)


@pytest.fixture(params=["text", "line"])
def desk(request: pytest.FixtureRequest, qtbot: QtBot) -> Desk:
    """With a field of either kind that has the keys."""
    field: Field = (
        TextField("field", "Field", "What is typed", 2)
        if request.param == "text"
        else LineField("field", "Field", "What is typed")
    )
    desk = Desk(field)
    qtbot.addWidget(desk)
    desk.resize(300, 300)
    desk.show()
    desk.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.show_text("Old")
    return desk


def test_what_is_typed_is_announced_once_when_typing_rests(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(desk.field, Qt.Key.Key_End)
    qtbot.keyClicks(desk.field, " and new")
    assert desk.heard == []
    qtbot.waitUntil(lambda: bool(desk.heard))
    assert desk.heard == ["Old and new"]
    desk.field.show_text("Old and new")
    desk.other.setFocus()
    assert desk.heard == ["Old and new"], "it holds already"


def test_it_is_announced_when_the_keys_go_and_before_a_command(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(desk.field, Qt.Key.Key_End)
    qtbot.keyClicks(desk.field, "er")
    qtbot.keyClick(desk.field, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert desk.saved == [["Older"]]
    desk.field.show_text("Older")
    qtbot.keyClicks(desk.field, "!")
    qtbot.keyClick(desk.field, Qt.Key.Key_Tab)
    assert desk.heard == ["Older", "Older!"]


def test_what_is_refused_stays_until_it_is_mended_or_given_up(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(desk.field, Qt.Key.Key_End)
    qtbot.keyClicks(desk.field, " {")
    desk.field.commit()
    desk.field.object_to("A brace is not closed.")
    assert desk.field.text() == "Old {"
    assert desk.field.problem == "A brace is not closed."
    problem = desk.findChild(QWidget, "field_problem")
    assert problem is not None
    assert problem.isVisible()
    desk.field.commit()
    assert desk.heard == ["Old {"], "it was refused once already"
    qtbot.keyClicks(desk.field, "{")
    assert desk.field.problem == ""
    assert not problem.isVisible()
    qtbot.keyClick(desk.field, Qt.Key.Key_Escape)
    assert desk.field.text() == "Old"


def test_a_field_grows_with_its_text(qtbot: QtBot) -> None:
    field = TextField("field", "Field", "What is typed", 2)
    desk = Desk(field)
    qtbot.addWidget(desk)
    desk.resize(260, 400)
    desk.show()
    before = field.height()
    field.show_text("One\nTwo\nThree\nFour")
    assert field.height() == before + 2 * field.fontMetrics().lineSpacing()
    field.show_text("A sentence that does not fit into one line of so narrow a field. " * 2)
    assert field.height() > before
    field.show_text("")
    assert field.height() == before
