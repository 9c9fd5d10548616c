"""Theories and the ⓘ of every view, as someone at the desk meets them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from desktop.export.pictures import render_image
from desktop.export.sheets import make_sheet
from desktop.model.preferences import Preferences
from desktop.panels.reading import ReadingCard
from desktop.style.theme import PAPER
from desktop.views.gradient_bars.chart import GradientBars
from engine.documents import from_builtins
from tests.desktop.person import Person, sit_down

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
"""Of menus, offscreen."""

WIDE = from_builtins(
    {
        "format": "gradient-theatre/1",
        "task": {"name": "insurance"},
        "network": {
            "kind": "feedforward",
            "layers": [{"units": 32, "activation": "relu", "repeat": 6}],
            "initialisation": {"scheme": "he_normal"},
        },
    }
)
RNN = from_builtins(
    {
        "format": "gradient-theatre/1",
        "task": {"name": "adding", "length": 12},
        "network": {"kind": "recurrent", "cell": "rnn", "hidden": 8},
    }
)


@pytest.fixture
def wide(qtbot: QtBot, tmp_path: Path, preferences: Preferences) -> Iterator[Person]:
    with sit_down(qtbot, tmp_path, preferences, WIDE) as person:
        yield person


def open_theories(person: Person) -> QMenu:
    """Open the menu of theories, as a look into it does."""
    menu = person.components.window.menus.theory
    menu.popup(QPoint(0, 0))
    person.wait_for(menu.isVisible)
    return menu


def choose(person: Person, name: str) -> None:
    menu = open_theories(person)
    action = person.components.actions.theories[name]
    person.qtbot.mouseClick(
        menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center()
    )
    menu.close()


def drawn(person: Person) -> list[str]:
    return [line.name for line in person.components.frame_loop.display.flow.theories]


def said(card: ReadingCard) -> str:
    return "\n".join(label.text() for label in card.findChildren(QLabel))


def test_a_theory_is_drawn_when_it_is_ticked_and_kept_for_the_next_start(wide: Person) -> None:
    assert drawn(wide) == []
    choose(wide, "mean_field")
    wide.wait_for(lambda: drawn(wide) == ["Mean field"])
    assert wide.components.preferences.theories == {"mean_field"}
    chart = wide.components.window.theatre.charts["flow"]
    assert isinstance(chart, GradientBars)
    wide.wait_for(lambda: "Mean field" in [entry.name for entry, _ in chart.legend()])
    choose(wide, "mean_field")
    wide.wait_for(lambda: drawn(wide) == [])
    assert wide.components.preferences.theories == frozenset()


def test_a_theory_that_does_not_hold_cannot_be_ticked_and_says_why(wide: Person) -> None:
    menu = open_theories(wide)
    theories = wide.components.actions.theories
    assert theories["relu"].isEnabled()
    assert not theories["residual"].isEnabled()
    assert "no skip connections" in theories["residual"].toolTip()
    assert menu.toolTipsVisible()
    menu.close()


def test_an_update_hides_it_and_rewinding_brings_it_back(wide: Person) -> None:
    choose(wide, "relu")
    wide.wait_for(lambda: len(drawn(wide)) == 1)
    wide.press(Qt.Key.Key_I)
    wide.wait_idle_at(1)
    wide.wait_for(lambda: drawn(wide) == [])
    wide.click(wide.components.window.readings.buttons["flow"])
    card = wide.components.window.readings.card
    assert "ReLU: hidden" in said(card)
    assert "one update has been made" in said(card)
    wide.qtbot.keyClick(card, Qt.Key.Key_Escape)
    wide.components.actions["rewind"].trigger()
    wide.wait_idle_at(0)
    wide.wait_for(lambda: len(drawn(wide)) == 1)


def test_the_weights_of_a_recurrent_network_are_measured_once_they_are_needed(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    with sit_down(qtbot, tmp_path, preferences, RNN) as person:
        assert person.components.frame_loop.options.weight_sizes is None
        choose(person, "recurrent")
        person.wait_for(lambda: len(drawn(person)) == 2)
        person.press(Qt.Key.Key_I)
        person.wait_idle_at(1)
        person.wait_for(lambda: len(drawn(person)) == 2)  # measured anew, at the pass that is shown
        sizes = person.components.frame_loop.options.weight_sizes
        assert sizes is not None
        assert sizes.iteration == 1


def test_the_menu_of_the_bars_has_the_theories_too(wide: Person) -> None:
    theatre = wide.components.window.theatre
    middle = theatre.charts["flow"].area.center().toPoint()
    wide.qtbot.mouseClick(theatre.viewport(), Qt.MouseButton.RightButton, pos=middle)
    menu = theatre.findChild(QMenu, "chart_menu")
    assert menu is not None
    inside = [action.menu() for action in menu.actions()]
    assert wide.components.window.menus.theory in inside
    menu.close()


@pytest.mark.parametrize("name", ["diagram", "flow", "lower", "curves_0", "curves_1", "inspector"])
def test_every_view_has_a_button_that_says_how_to_read_it(person: Person, name: str) -> None:
    readings = person.components.window.readings
    button = readings.buttons[name]
    if name == "inspector":
        person.components.window.docks.inspector.show()
    person.wait_for(button.isVisible)
    assert button.toolTip()
    assert button.accessibleName()
    person.click(button)
    assert readings.card.isVisible()
    assert len(said(readings.card)) > 80
    person.qtbot.keyClick(readings.card, Qt.Key.Key_Escape)
    assert not readings.card.isVisible()


def test_a_button_is_reached_and_pressed_by_the_keyboard(person: Person) -> None:
    window = person.components.window
    window.theatre.setFocus()
    for _ in range(8):
        person.type_key(Qt.Key.Key_Tab)
        if QApplication.focusWidget() is window.readings.buttons["flow"]:
            break
    assert QApplication.focusWidget() is window.readings.buttons["flow"]
    person.type_key(Qt.Key.Key_Space)
    assert window.readings.card.isVisible()
    person.type_key(Qt.Key.Key_Escape)
    assert not window.readings.card.isVisible()
    assert QApplication.focusWidget() is window.readings.buttons["flow"]


def test_a_click_elsewhere_closes_the_card(person: Person) -> None:
    window = person.components.window
    person.click(window.readings.buttons["flow"])
    assert window.readings.card.isVisible()
    below = window.theatre.charts["flow"].area.bottomRight().toPoint()
    person.qtbot.mouseClick(window.theatre.viewport(), Qt.MouseButton.LeftButton, pos=below)
    assert not window.readings.card.isVisible()


def test_the_buttons_stand_left_of_the_titles_and_over_nothing_else(person: Person) -> None:
    window = person.components.window
    charts, buttons = window.theatre.charts, window.readings.buttons
    for name, chart in charts.items():
        button = buttons[name].geometry()
        assert button.right() <= chart.area.left()
        assert button.top() >= chart.outer.top() - 8
        assert button.bottom() <= chart.area.top()
    others = [QRectF(each.geometry()) for name, each in buttons.items() if name in charts]
    assert not any(a.intersects(b) for a in others for b in others if a is not b)


def test_folding_the_lower_row_takes_its_button_away(person: Person) -> None:
    buttons = person.components.window.readings.buttons
    person.press(Qt.Key.Key_H)
    person.wait_for(lambda: not buttons["lower"].isVisible())
    assert not buttons["curves_0"].isVisible()
    assert buttons["flow"].isVisible()
    person.press(Qt.Key.Key_H)
    person.wait_for(buttons["lower"].isVisible)


def test_theories_go_with_an_exported_picture(wide: Person) -> None:
    def paint() -> QImage:
        display = wide.components.frame_loop.display
        sheet = make_sheet(PAPER, "flow", width_mm=85, dpi=96)
        return render_image(display, "flow", sheet, PAPER)

    plain = paint()
    choose(wide, "mean_field")
    wide.wait_for(lambda: len(drawn(wide)) == 1)
    QApplication.processEvents()
    assert paint() != plain
