"""Inputs that show without announcing, and announce what the user did, once."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QSlider, QWidget
from pytestqt.qtbot import QtBot

from desktop.style.theme import DARK, LIGHT, apply_theme
from desktop.widgets.eliding import ElidingLabel
from desktop.widgets.fields import ChoiceBox, NumberField
from desktop.widgets.layer_list import LayerCard, LayerList
from desktop.widgets.palette import IconButton
from desktop.widgets.sections import DockTitle, Rail, Section
from desktop.widgets.sliders import LogSlider
from desktop.widgets.switches import SegmentedChoice, ToggleRow

LEFT = Qt.MouseButton.LeftButton


def make_number(qtbot: QtBot, value: float, *, is_integer: bool = False) -> NumberField:
    field = NumberField("field", "Field", "A field", is_integer=is_integer)
    qtbot.addWidget(field)
    field.show_value(value)
    return field


@pytest.mark.parametrize(
    ("typed", "value"), [("1e-3", 0.001), ("−2", -2.0), ("1 000", 1000.0), (" .5 ", 0.5)]
)
def test_a_number_may_be_written_in_many_ways(qtbot: QtBot, typed: str, value: float) -> None:
    field = make_number(qtbot, 7)
    field.setText(typed)  # QTest types ASCII only
    with qtbot.waitSignal(field.value_committed) as commit:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert commit.args == [value]


@pytest.mark.parametrize(
    ("value", "key", "after", "is_integer"),
    [
        (0.1, Qt.Key.Key_Up, 0.2, False),
        (0.1, Qt.Key.Key_Down, 0.09, False),
        (9.0, Qt.Key.Key_Up, 10.0, False),
        (64, Qt.Key.Key_Up, 65, True),
    ],
)
def test_arrows_change_the_leading_digit(
    qtbot: QtBot, value: float, key: Qt.Key, after: float, is_integer: bool
) -> None:
    field = make_number(qtbot, value, is_integer=is_integer)
    with qtbot.waitSignal(field.value_committed) as commit:
        qtbot.keyClick(field, key)
    assert commit.args[0] == pytest.approx(after)


def test_an_unchanged_number_is_not_announced(qtbot: QtBot) -> None:
    field = make_number(qtbot, 0.1)
    with qtbot.assertNotEmitted(field.value_committed):
        qtbot.keyClick(field, Qt.Key.Key_Return)


def test_escape_brings_the_old_number_back(qtbot: QtBot) -> None:
    field = make_number(qtbot, 0.1)
    qtbot.keyClicks(field, "99")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "0.1"


@pytest.mark.parametrize("typed", ["inf", "nan"])
def test_a_number_that_is_not_finite_is_refused(qtbot: QtBot, typed: str) -> None:
    field = make_number(qtbot, 0.1)
    field.selectAll()
    qtbot.keyClicks(field, typed)
    with qtbot.assertNotEmitted(field.value_committed):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.problem == f"“{typed}” is not a number."
    assert (field.text(), field.value) == (typed, 0.1)


def test_a_refused_text_stays_with_its_sentence_until_it_is_mended(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(320, 200)
    field = NumberField("field", "Field", "A field", bounds=(0, 9), parent=host)
    field.setGeometry(20, 20, 80, 30)
    field.show_value(3)
    host.show()
    with qtbot.assertNotEmitted(field.value_committed):
        field.selectAll()
        qtbot.keyClicks(field, "1,000")
        qtbot.keyClick(field, Qt.Key.Key_Return)
    sentence = host.findChild(QLabel, "field_problem")
    assert sentence is not None
    assert sentence.isVisible()
    assert "1.000 or as 1000" in sentence.text()
    assert sentence.geometry().top() >= field.geometry().bottom()
    assert (field.text(), field.value) == ("1,000", 3)
    field.move(20, 60)
    assert sentence.geometry().top() >= field.geometry().bottom()
    field.move(20, 165)
    assert sentence.geometry().bottom() <= field.geometry().top()
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert not sentence.isVisible()
    field.selectAll()
    qtbot.keyClicks(field, "100")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.problem == "It must be a number from 0 to 9, not 100."
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not sentence.isVisible()
    assert (field.text(), field.problem) == ("3", "")
    field.selectAll()
    qtbot.keyClicks(field, "4,5")
    with qtbot.waitSignal(field.value_committed) as commit:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert commit.args == [4.5]
    assert field.text() == "4.5"


def test_an_arrow_stops_at_the_bounds(qtbot: QtBot) -> None:
    field = NumberField("field", "Field", "A field", is_integer=True, bounds=(0, 9))
    qtbot.addWidget(field)
    field.show_value(9)
    with qtbot.assertNotEmitted(field.value_committed):
        qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value == 9
    assert "from 0 to 9" in field.problem


def test_the_word_of_an_empty_field_may_be_typed(qtbot: QtBot) -> None:
    field = NumberField("field", "Field", "A field", is_integer=True, empty_text="off")
    qtbot.addWidget(field)
    field.show_value(5)
    field.selectAll()
    qtbot.keyClicks(field, "Off")
    with qtbot.waitSignal(field.value_committed) as commit:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert commit.args == [None]
    assert (field.text(), field.placeholderText()) == ("", "off")


def test_the_log_slider_moves_by_decades_and_shows_any_number(qtbot: QtBot) -> None:
    slider = LogSlider("rate", "Rate", "A rate", (-6, 1))
    qtbot.addWidget(slider)
    with qtbot.assertNotEmitted(slider.value_committed):
        slider.show_value(0.1)
        slider.show_value(0.0)
        slider.show_value(0.1)
    handle = slider.findChild(QSlider)
    with qtbot.waitSignal(slider.value_committed) as commit:
        qtbot.keyClick(handle, Qt.Key.Key_PageUp)
    assert commit.args == [1.0]


def test_the_wheel_scrolls_the_panel_and_changes_nothing(qtbot: QtBot) -> None:
    slider = LogSlider("rate", "Rate", "A rate", (-6, 1))
    box = ChoiceBox("box", "Box", "A box", [("a", "A"), ("b", "B")])
    for widget in (slider, box):
        qtbot.addWidget(widget)
        widget.show()
    slider.show_value(0.1)
    box.show_key("a")
    handle = slider.findChild(QSlider)
    for widget in (handle, box):
        QApplication.sendEvent(widget, turn_wheel())
    assert box.currentData() == "a"
    assert handle.value() == -20


def turn_wheel() -> QWheelEvent:
    return QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )


def test_one_of_a_few_is_one_click(qtbot: QtBot) -> None:
    choice = SegmentedChoice("choice", "Choice", [("a", "A", "The a"), ("b", "B", "The b")])
    qtbot.addWidget(choice)
    choice.show_key("a")
    buttons = choice.findChildren(type(choice.children()[2]))
    with qtbot.waitSignal(choice.chosen) as chosen:
        qtbot.mouseClick(buttons[1], LEFT)
    assert chosen.args == ["b"]
    assert [button.isChecked() for button in buttons] == [False, True]


def test_a_click_on_the_label_flips_the_switch(qtbot: QtBot) -> None:
    row = ToggleRow("Skips", "skips", "Skip connections")
    qtbot.addWidget(row)
    row.resize(200, 28)
    with qtbot.assertNotEmitted(row.flipped):
        row.show_state(True)
    with qtbot.waitSignal(row.flipped) as flip:
        qtbot.mouseClick(row.findChild(QLabel), LEFT)
    assert flip.args == [False]


def test_the_list_announces_a_new_order_and_leaves_it_to_others(qtbot: QtBot) -> None:
    rows = LayerList()
    qtbot.addWidget(rows)
    rows.show_cards([LayerCard(f"Dense {n}", "tanh", "", "") for n in (4, 8, 16)])
    rows.select_rows([1, 2])
    with qtbot.waitSignal(rows.order_changed) as order:
        qtbot.keyClick(rows, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert order.args == [[1, 2, 0]]
    with qtbot.assertNotEmitted(rows.order_changed):
        qtbot.keyClick(rows, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)


def test_a_section_folds(qtbot: QtBot) -> None:
    section = Section("Training", "training_section")
    qtbot.addWidget(section)
    section.show()
    qtbot.mouseClick(section.header, LEFT)
    assert not section.body.isVisible()
    qtbot.mouseClick(section.header, LEFT)
    assert section.body.isVisible()


def test_dock_title_and_rail_announce_a_click(qtbot: QtBot) -> None:
    title, rail = DockTitle("Inspector", "title"), Rail("Inspector", "rail")
    for widget, signal in ((title, title.close_requested), (rail, rail.unfold_requested)):
        qtbot.addWidget(widget)
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(widget.findChild(IconButton), LEFT)


def test_an_icon_follows_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    apply_theme(qapp, DARK)
    button = IconButton("play", "play", "Play")
    qtbot.addWidget(button)
    button.show()
    dark = button.grab().toImage()
    apply_theme(qapp, LIGHT)
    light = button.icon().pixmap(18, 18).toImage()
    colours = {light.pixelColor(x, y).name() for x in range(18) for y in range(18)}
    assert LIGHT.text.lower() in colours
    assert button.grab().toImage() != dark


def test_a_label_without_room_ends_in_an_ellipsis_and_knows_its_whole_text(qtbot: QtBot) -> None:
    whole = "Backward pass of iteration 1,234, from the loss to the input"
    label = ElidingLabel(whole)
    qtbot.addWidget(label)
    label.show()
    for wraps, width, height, is_cut in (
        (False, 120, 20, True),
        (False, 900, 20, False),
        (True, 240, 60, False),
        (True, 120, 40, True),
    ):
        label.setWordWrap(wraps)
        label.resize(width, height)
        shown = QLabel.text(label)
        assert shown.endswith("…") == is_cut
        assert label.text() == whole
        assert shown.rstrip("…").replace("\n", "")[:8] == whole[:8]


def test_a_label_without_room_never_shows_a_part_of_a_number(qtbot: QtBot) -> None:
    whole = "Layer 5 · gradient 5.961559 × 10⁻⁶ · 1,234 iterations, 10⁻⁸ left"
    number = re.compile(r"[\d.,]*\d[⁻⁰-⁹]*(?: × 10[⁻⁰-⁹]*)?")
    numbers = number.findall(whole)
    assert numbers == ["5", "5.961559 × 10⁻⁶", "1,234", "10⁻⁸"]
    label = ElidingLabel(whole)
    qtbot.addWidget(label)
    label.show()
    for width in range(20, label.sizeHint().width() + 2):
        label.resize(width, 20)
        shown = QLabel.text(label).removesuffix("…")
        assert whole.startswith(shown)
        assert "×" not in shown[-3:]
        found = number.findall(shown)
        assert found == numbers[: len(found)]


def test_a_line_never_ends_within_a_number_or_before_its_unit(qtbot: QtBot) -> None:
    label = ElidingLabel("The state carries 6.4 × 10⁻¹³ of it; 99 % of what moves comes from here.")
    qtbot.addWidget(label)
    label.setWordWrap(True)
    label.show()
    for width in range(110, 500, 3):
        label.resize(width, 200)
        lines = QLabel.text(label).split("\n")
        assert " ".join(line.strip() for line in lines) == label.text()
        assert not any(line.lstrip().startswith(("%", "×", "10⁻")) for line in lines)
