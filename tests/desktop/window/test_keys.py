"""Where the keys go: to the picture after every button, into a field only when it was clicked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
)

from desktop.kinds.feedforward.panel.layers import LayersSection
from desktop.widgets.fields import NumberField
from engine.documents import with_values
from tests.desktop.person import SMALL, Person

NAMED_KEYS = "rstkgcdlaghvRSTK0123456"
"""Letters and digits of the table of keys."""
OPENING = ("open", "choose", "export", "close")
"""Parts of the names of buttons that open a dialog or a menu."""


def has_focus(widget: QWidget) -> bool:
    return QApplication.focusWidget() is widget


def fields_of(person: Person) -> list[QLineEdit]:
    return [
        field for field in person.components.window.findChildren(QLineEdit) if field.isVisible()
    ]


def texts_of(person: Person) -> list[str]:
    return [field.text() for field in fields_of(person)]


def find_buttons(place: QWidget) -> list[QAbstractButton]:
    return [
        button
        for button in place.findChildren(QAbstractButton)
        if button.isVisible()
        and not any(word in button.objectName() for word in OPENING)
        and not (isinstance(button, QToolButton) and button.menu())
        and not button.findChildren(QMenu)
    ]


def test_rewind_leaves_the_keys_to_the_picture(person: Person) -> None:
    bar, theatre = person.components.window.training_bar, person.components.window.theatre
    person.click(bar.once)
    person.wait_idle_at(1)
    person.click(bar.rewind)
    person.wait_idle_at(0)
    person.wait_for(bar.rewind.isEnabled)
    assert has_focus(theatre)
    person.type_key(Qt.Key.Key_K)
    assert person.network.skip.every == 1
    person.type_key(Qt.Key.Key_T)
    person.wait_for(lambda: person.iteration > 3)
    assert bar.run_to.text() == ""
    person.type_key(Qt.Key.Key_T)
    person.wait_for(lambda: not person.components.controller.is_training)


def test_a_button_pressed_by_key_and_disabled_by_it_hops_into_no_field(person: Person) -> None:
    bar, theatre = person.components.window.training_bar, person.components.window.theatre
    for button in (bar.once, bar.rewind):
        button.setFocus(Qt.FocusReason.TabFocusReason)
        assert has_focus(button)
        bar.show_progress(0, 2000, is_training=True)
        assert has_focus(theatre)
        bar.show_progress(0, 2000)


def test_what_is_hidden_under_the_focus_hops_into_no_field(person: Person) -> None:
    builder, theatre = person.components.window.builder, person.components.window.theatre
    builder.findChild(LayersSection).list.setFocus()
    assert has_focus(builder.findChild(LayersSection).list)
    builder.findChild(LayersSection).hide()
    assert has_focus(theatre)


def test_a_panel_that_goes_with_its_document_leaves_the_keys_to_the_picture(
    person: Person,
) -> None:
    window, document_commands = person.components.window, person.components.document_commands
    document_commands.open_scene("6-autocomplete-lstm")
    window.docks.side[0].dock.show()
    window.docks.side[0].dock.raise_()
    field = window.side_panels[0].findChild(QLineEdit)
    assert field is not None
    person.wait_for(field.isVisible)
    person.click(field)
    person.wait_for(lambda: has_focus(field))
    dialog = QDialog(window)
    dialog.open()
    person.wait_for(dialog.isActiveWindow)
    document_commands.open_scene("1-sigmoid-depth-10")
    person.wait_for(lambda: not field.isVisible())
    dialog.close()
    window.activateWindow()
    person.wait_for(window.isActiveWindow)
    person.wait_for(lambda: has_focus(window.theatre))


@pytest.mark.parametrize("place", ["training_bar", "playback_bar", "switch_strip", "builder"])
def test_after_any_button_every_named_key_is_the_pictures(person: Person, place: str) -> None:
    window = person.components.window
    owner = getattr(window, place)
    buttons = find_buttons(owner)
    log = person.components.actions["log"]
    assert len(buttons) >= {"training_bar": 3, "switch_strip": 2}.get(place, 5)
    for button in buttons:
        if not button.isVisible():
            continue
        fields_of(person)[0].setFocus(Qt.FocusReason.MouseFocusReason)
        person.click(button)
        person.wait_for(lambda: has_focus(window.theatre))
        was_log = log.isChecked()
        person.type_key(Qt.Key.Key_L)
        assert log.isChecked() is not was_log
        assert not any("l" in text for text in texts_of(person))
        if person.components.controller.is_training:
            person.components.controller.pause()
            person.wait_for(lambda: not person.components.controller.is_training)


def test_named_keys_reach_no_field_after_rewind_one_iteration_and_skips(person: Person) -> None:
    window = person.components.window
    bar = window.training_bar
    for button in (bar.once, bar.rewind, window.builder.gradient_flow.clipping.switch):
        person.click(button)
        person.wait_for(lambda: not person.components.controller.is_training)
        for key in NAMED_KEYS:
            assert has_focus(window.theatre)
            person.qtbot.keyClicks(QApplication.focusWidget(), key)
        person.components.controller.pause()
        person.wait_for(lambda: not person.components.controller.is_training)
        assert not any(character.isalpha() for text in texts_of(person) for character in text)


@pytest.mark.parametrize("name", ["layer_units", "layer_repeat", "iterations", "seed"])
def test_enter_takes_a_number_and_gives_the_keys_back(person: Person, name: str) -> None:
    window = person.components.window
    field = window.builder.findChild(NumberField, name)
    assert field is not None
    person.click(field)
    assert has_focus(field)
    field.selectAll()
    person.qtbot.keyClicks(field, "6")
    person.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert has_focus(window.theatre)
    assert field.value == 6
    person.type_key(Qt.Key.Key_K)
    assert field.text() == "6"
    assert person.network.skip.every == 1


def test_a_number_that_is_refused_keeps_the_keys_until_esc(person: Person) -> None:
    window = person.components.window
    field = window.training_bar.run_to
    person.click(field)
    person.qtbot.keyClicks(field, "3000000000")
    person.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert has_focus(field)
    assert field.problem == "It must be a whole number from 0 to 1,000,000,000, not 3,000,000,000."
    assert person.iteration == 0
    assert not person.components.controller.is_training
    marked = person.components.workspace.selected_layer
    person.type_key(Qt.Key.Key_Escape)
    assert has_focus(window.theatre)
    assert (field.text(), field.problem) == ("", "")
    assert person.components.workspace.selected_layer == marked


def test_a_click_on_a_button_takes_the_number_that_was_being_typed(person: Person) -> None:
    window = person.components.window
    person.click(window.builder.findChild(LayersSection).units)
    window.builder.findChild(LayersSection).units.selectAll()
    person.qtbot.keyClicks(window.builder.findChild(LayersSection).units, "5")
    person.click(window.training_bar.once)
    person.wait_for(lambda: person.iteration == 1)
    assert person.network.layers[0].units == 5


def test_a_click_on_bare_ground_gives_the_keys_back(person: Person) -> None:
    window = person.components.window
    person.click(window.builder.findChild(LayersSection).units)
    person.qtbot.mouseClick(window.verdict, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert has_focus(window.theatre)


def test_a_choice_by_mouse_leaves_the_keys_to_the_picture(person: Person) -> None:
    window = person.components.window
    person.click(window.builder.findChild(LayersSection).units)
    boxes = [box for box in window.findChildren(QComboBox) if box.isVisible()]
    assert len(boxes) >= 4
    for box in boxes:
        assert not box.focusPolicy() & Qt.FocusPolicy.ClickFocus


def test_a_row_that_is_clicked_takes_no_letters(person: Person) -> None:
    rows = person.components.window.builder.findChild(LayersSection).list
    person.components.workspace.edit(with_values(SMALL, [("training.iterations", 9)]), "Iterations")
    centre = rows.visualItemRect(rows.item(0)).center()
    person.qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=centre)
    person.type_key(Qt.Key.Key_K)
    assert person.network.skip.every == 1
