"""The whole program with recurrent networks, driven by clicks and keys as a person would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.kinds.recurrent.display.frame import unrolled_of
from desktop.kinds.recurrent.view.unrolled import Unrolled
from desktop.model.document_files import write_document
from desktop.model.preferences import Preferences
from desktop.views.network_chart import NetworkChart
from engine.document.experiment import Experiment
from engine.kinds.recurrent.spec import Recurrent
from engine.tasks.autocomplete import Autocomplete
from engine.tasks.recall import Recall
from tests.desktop.person import SMALL, Person, sit_down

SENTENCES = Experiment(
    format="gradient-theatre/1",
    task=Autocomplete(fillers=3, batch_size=8),
    network=Recurrent(cell="lstm", hidden=6, embedding=4, forget_bias=3.0),
)

RECALL = Experiment(
    format="gradient-theatre/1",
    task=Recall(length=8, batch_size=8),
    network=Recurrent(cell="gru", hidden=6, layers=2, readout="all"),
)


@pytest.fixture
def lecturer(qtbot: QtBot, tmp_path: Path, preferences: Preferences) -> Iterator[Person]:
    """Someone in front of a window of 1600 × 900 with an LSTM that reads sentences."""
    with sit_down(qtbot, tmp_path, preferences, SENTENCES, (1600, 900)) as person:
        person.components.window.docks.reset()
        yield person


def answers(person: Person) -> str:
    return person.components.window.side_panels[0].answers.accessibleName()


def shown_words(person: Person) -> list[str]:
    return [word.text for word in person.components.window.side_panels[0].swap.words]


def test_a_typed_sentence_is_measured_and_follows_the_training(lecturer: Person) -> None:
    panel = lecturer.components.window.side_panels[0]
    lecturer.wait_for(lambda: len(shown_words(lecturer)) == 19)
    assert lecturer.components.window.docks.side[0].dock.isVisible()
    lecturer.qtbot.keyClicks(panel.edit, "today due to my current job ")
    lecturer.wait_for(lambda: " ".join(shown_words(lecturer)) == "today due to my current job")
    assert [word.text for word in panel.gradient.words] == shown_words(lecturer)
    before = answers(lecturer)
    assert before.startswith("The network answers")
    lecturer.press(Qt.Key.Key_I)
    lecturer.wait_for(lambda: answers(lecturer) != before)
    assert shown_words(lecturer)[-1] == "job"


def test_an_unknown_word_gets_one_sentence(lecturer: Person) -> None:
    panel = lecturer.components.window.side_panels[0]
    lecturer.wait_for(lambda: len(shown_words(lecturer)) == 19)
    lecturer.qtbot.keyClicks(panel.edit, "today crocodile ")
    assert "does not know “crocodile”" in panel.problem.text()
    assert panel.problem.isVisible()


def test_a_gate_that_is_toggled_is_weighed_at_once(lecturer: Person) -> None:
    panel = lecturer.components.window.side_panels[0]
    lecturer.wait_for(lambda: len(shown_words(lecturer)) == 19)
    before = [word.strength for word in panel.gradient.words]
    lecturer.press(Qt.Key.Key_G)
    lecturer.wait_for(lambda: [word.strength for word in panel.gradient.words] != before)


def test_a_task_without_words_says_so(lecturer: Person, tmp_path: Path) -> None:
    window = lecturer.components.window
    lecturer.wait_for(lambda: len(shown_words(lecturer)) == 19)
    other = tmp_path / "layers.gtheatre"
    write_document(other, SMALL)
    lecturer.components.document_commands.open_file(other)
    assert window.docks.side[0].dock.isHidden()
    assert not window.docks.side[0].rail.isVisible()
    window.docks.side[0].dock.toggleViewAction().trigger()
    assert "no words" in window.side_panels[0].hint.text()
    assert window.side_panels[0].edit.isHidden()


def test_the_folded_panel_leaves_a_rail(lecturer: Person) -> None:
    window = lecturer.components.window
    cross = window.docks.side[0].title.findChild(QWidget, "influence_title_close")
    assert cross is not None
    lecturer.click(cross)
    lecturer.wait_for(window.docks.side[0].rail.isVisible)
    lecturer.click(window.docks.side[0].rail)
    assert window.docks.side[0].dock.isVisible()
    assert not window.docks.side[0].rail.isVisible()


@pytest.fixture
def reader(qtbot: QtBot, tmp_path: Path, preferences: Preferences) -> Iterator[Person]:
    """Someone in front of a GRU that has a loss at each of its time steps."""
    with sit_down(qtbot, tmp_path, preferences, RECALL, (1600, 900)) as person:
        person.components.window.docks.reset()
        yield person


def loss_time(person: Person) -> int:
    unrolled = unrolled_of(person.components.frame_loop.display)
    assert unrolled is not None
    return unrolled.loss_time


def point_at(person: Person, kind: str, value: int | str) -> QPoint:
    """A point of the theatre where a click means this."""
    theatre = person.components.window.theatre
    for y in range(0, theatre.height(), 3):
        for x in range(0, theatre.width(), 3):
            target = theatre.find_target(QPointF(x, y))
            if target is not None and target.kind == kind and value in (target.value, target.name):
                return QPoint(x, y)
    raise AssertionError(f"nothing there means {kind} {value}")


def click_at(person: Person, kind: str, value: int | str) -> None:
    view = person.components.window.theatre.viewport()
    person.qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=point_at(person, kind, value))


def test_the_pass_starts_from_the_loss_that_is_clicked_until_esc(reader: Person) -> None:
    last = loss_time(reader)
    click_at(reader, "loss", 5)
    reader.wait_for(lambda: loss_time(reader) == 5)
    reader.press(Qt.Key.Key_I)
    reader.wait_idle_at(1)
    assert loss_time(reader) == 5
    reader.press(Qt.Key.Key_Escape)
    reader.wait_for(lambda: loss_time(reader) == last)


def test_a_double_click_on_a_time_step_starts_the_pass_there(reader: Person) -> None:
    view = reader.components.window.theatre.viewport()
    at = point_at(reader, "layer", 4)
    reader.qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    reader.qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
    reader.wait_for(lambda: loss_time(reader) == 4)


def test_the_lower_left_view_is_chosen_by_click_key_and_menu(
    reader: Person, preferences: Preferences
) -> None:
    actions, frame_loop = reader.components.actions, reader.components.frame_loop
    click_at(reader, "lower", "units")
    reader.wait_for(lambda: frame_loop.display.lower.view == "units")
    reader.press(Qt.Key.Key_V)
    reader.wait_for(lambda: frame_loop.display.lower.view == "gates")
    next(a for a in actions.lower_views.actions() if a.data() == "spectrum").trigger()
    reader.wait_for(lambda: frame_loop.display.lower.flow is not None)
    spectrum = unrolled_of(frame_loop.display).spectrum
    assert spectrum is not None
    assert spectrum.to == loss_time(reader)
    assert preferences.lower_view == "spectrum"


def test_the_lower_row_is_folded_and_brought_back(reader: Person, preferences: Preferences) -> None:
    theatre = reader.components.window.theatre
    before = theatre.charts["flow"].outer.height()
    reader.press(Qt.Key.Key_H)
    reader.wait_for(lambda: not theatre.charts["curves_0"].isVisible())
    assert theatre.charts["flow"].outer.height() > before
    assert preferences.folds_lower_row
    click_at(reader, "fold", 0)
    reader.wait_for(theatre.charts["curves_0"].isVisible)
    assert theatre.charts["flow"].outer.height() == before


def test_menus_offer_what_the_network_has(reader: Person, tmp_path: Path) -> None:
    actions = reader.components.actions
    offered = {a.data() for a in actions.quantities["recurrent"].actions() if a.isEnabled()}
    assert "gates" in offered
    assert "cell" not in offered
    assert not actions["skips"].isEnabled()
    assert not any(action.isEnabled() for action in actions.quantities["feedforward"].actions())
    other = tmp_path / "layers.gtheatre"
    write_document(other, SMALL)
    reader.components.document_commands.open_file(other)
    assert all(action.isEnabled() for action in actions.quantities["feedforward"].actions())
    assert not any(action.isEnabled() for action in actions.quantities["recurrent"].actions())
    assert [a.data() for a in actions.lower_views.actions() if a.isEnabled()] == [
        "history",
        "clipping",
    ]


def test_the_state_row_that_is_clicked_is_the_layer_that_is_inspected(reader: Person) -> None:
    theatre, inspector = reader.components.window.theatre, reader.components.window.inspector
    titles: list[str] = []
    inspector.title_changed.connect(titles.append)
    chart = theatre.charts["diagram"]
    assert isinstance(chart, NetworkChart)
    drawing = chart.drawing
    assert isinstance(drawing, Unrolled)
    for layer, row in ((1, 1), (2, 0)):
        rows = drawing.rows()
        assert rows is not None
        at = QPoint(round(theatre.column_x(6)), round(rows.ys[row]))
        reader.qtbot.mouseClick(theatre.viewport(), Qt.MouseButton.LeftButton, pos=at)
        wanted = f"layer {layer} of 2"
        reader.wait_for(lambda wanted=wanted: bool(titles) and wanted in titles[-1])  # type: ignore[misc]
