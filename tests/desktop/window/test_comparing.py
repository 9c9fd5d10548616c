"""Comparing in the real window: keys, clicks, training, swapping, saving, and back again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.display.frame import DisplayFrame
from desktop.export.dialog import ExportDialog
from desktop.kinds.feedforward.view.diagram import Diagram
from desktop.model.preferences import Preferences
from desktop.shell.actions import OF_TWO_LANES
from desktop.views.network_chart import NetworkChart
from engine import documents
from engine.document.experiment import Experiment
from engine.documents import with_values
from tests.desktop.person import SMALL, Person, answer, sit_down

WITH_SKIPS = with_values(SMALL, [("network.skip.every", 1)])


def lanes(person: Person) -> tuple[Experiment, Experiment | None]:
    found = person.components.workspace.lanes
    return found.baseline.experiment, None if found.variant is None else found.variant.experiment


def display(person: Person) -> DisplayFrame:
    return person.components.frame_loop.display


def wait_for_lanes(person: Person, *iterations: int) -> None:
    def stands() -> bool:
        shown = display(person).lanes
        return (
            [lane.iteration for lane in shown] == list(iterations)
            and [lane.experiment for lane in shown] == [e for e in lanes(person) if e is not None]
            and all(lane.trace is not None for lane in shown)
            and not person.components.controller.is_training
        )

    person.wait_for(stands)


def open_lanes(person: Person) -> None:
    person.press(Qt.Key.Key_C)
    wait_for_lanes(person, *2 * [person.iteration])


def click_lane(person: Person, row: int) -> None:
    theatre = person.components.window.theatre
    person.wait_for(lambda: theatre.composition.has_lanes)
    title = theatre.composition.rooms.lanes[row].title
    point = QPointF(title.left() + 40, title.center().y()).toPoint()
    viewport: QWidget = theatre.viewport()
    person.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=point)


def trigger(person: Person, name: str) -> None:
    action = person.components.actions[name]
    assert action.isEnabled()
    action.trigger()


def test_c_opens_two_lanes_and_a_switch_goes_to_the_variant(person: Person) -> None:
    components = person.components
    assert not any(components.actions[name].isEnabled() for name in OF_TWO_LANES)
    open_lanes(person)
    assert lanes(person) == (SMALL, SMALL)
    assert components.window.training_bar.compare.isChecked()
    assert all(components.actions[name].isEnabled() for name in OF_TWO_LANES)
    person.press(Qt.Key.Key_3)
    wait_for_lanes(person, 0, 0)
    baseline, variant = lanes(person)
    assert baseline == SMALL
    assert variant is not None
    assert variant.network != SMALL.network
    shown = display(person)
    assert shown.edited is shown.variant
    assert shown.edited.flow.before_places is not None
    assert shown.flow.before_places is None, "nothing has changed in the baseline"
    assert "Before" in components.window.verdict.before.text()


def test_the_button_opens_and_leaves(person: Person) -> None:
    button = person.components.window.training_bar.compare
    person.click(button)
    wait_for_lanes(person, 0, 0)
    person.click(button)
    person.wait_for(lambda: display(person).variant is None)
    assert not button.isChecked()
    assert lanes(person) == (SMALL, None)
    person.press(Qt.Key.Key_Z, control=True)
    wait_for_lanes(person, 0, 0)
    assert button.isChecked()


def test_training_advances_both_and_a_click_chooses_the_lane_that_panels_show(
    person: Person,
) -> None:
    open_lanes(person)
    person.press(Qt.Key.Key_3)
    wait_for_lanes(person, 0, 0)
    person.components.window.training_bar.run_to_requested.emit(25)
    wait_for_lanes(person, 25, 25)
    window = person.components.window
    skips = window.builder.findChild(QWidget, "skips")
    assert skips is not None
    figures = window.status_strip.figures.text()
    assert "(baseline " in figures
    click_lane(person, 0)
    assert person.components.workspace.lanes.edited == "baseline"
    assert person.experiment == SMALL
    person.wait_for(lambda: display(person).edited is display(person))
    person.wait_for(lambda: "(variant " in window.status_strip.figures.text())
    assert window.verdict.sentence.text() == display(person).verdict.sentence
    person.press(Qt.Key.Key_C, shift=True)
    person.wait_for(lambda: person.components.workspace.lanes.edited == "variant")
    shown = display(person).variant
    assert shown is not None
    person.wait_for(lambda: window.verdict.sentence.text() == shown.verdict.sentence)


def test_every_command_and_all_of_it_undone(person: Person) -> None:
    open_lanes(person)
    person.press(Qt.Key.Key_3)
    wait_for_lanes(person, 0, 0)
    _, changed = lanes(person)
    person.components.window.training_bar.run_to_requested.emit(10)
    wait_for_lanes(person, 10, 10)
    losses = [lane.trace.loss for lane in display(person).lanes if lane.trace is not None]
    trigger(person, "swap_lanes")
    wait_for_lanes(person, 10, 10)
    assert lanes(person) == (changed, SMALL)
    swapped = [lane.trace.loss for lane in display(person).lanes if lane.trace is not None]
    assert swapped == losses[::-1], "weights and all"
    trigger(person, "copy_to_variant")
    wait_for_lanes(person, 10, 10)
    assert lanes(person) == (changed, changed)
    copied = [lane.trace.loss for lane in display(person).lanes if lane.trace is not None]
    assert copied == [losses[1], losses[1]]
    person.press(Qt.Key.Key_Z, control=True)
    wait_for_lanes(person, 10, 10)
    assert lanes(person) == (changed, SMALL)
    trigger(person, "promote_variant")
    wait_for_lanes(person, 10)
    assert lanes(person) == (SMALL, None)
    undo = person.components.workspace.undo_stack
    while undo.canUndo():
        person.press(Qt.Key.Key_Z, control=True)
    wait_for_lanes(person, 10)
    assert lanes(person) == (SMALL, None)
    assert not person.components.workspace.is_modified
    while undo.canRedo():
        undo.redo()
    wait_for_lanes(person, 10)


def test_two_lanes_are_saved_and_opened_again(person: Person, tmp_path: Path) -> None:
    open_lanes(person)
    person.press(Qt.Key.Key_3)
    wait_for_lanes(person, 0, 0)
    before = lanes(person)
    person.press(Qt.Key.Key_S, control=True)
    file = tmp_path / "small.gtheatre"
    saved = documents.read(file)
    assert saved.variant is not None
    assert documents.variant_of(saved) == before[1]
    assert not person.components.workspace.is_modified
    person.components.document_commands.open_scene("1-sigmoid-depth-2")
    person.wait_for(lambda: display(person).variant is None)
    assert person.components.document_commands.open_file(file)
    wait_for_lanes(person, 0, 0)
    assert lanes(person) == before
    assert person.components.workspace.lanes.edited == "variant"


def test_lanes_of_another_depth_are_played_in_step(person: Person) -> None:
    open_lanes(person)
    deeper = with_values(SMALL, [("network.layers.0.repeat", 7)])
    person.components.window.builder.experiment_edited.emit(deeper, "Depth")
    wait_for_lanes(person, 0, 0)
    player = person.components.player
    assert player.playhead.depth == 7
    player.scrub(2.0)
    person.wait_for(lambda: all(lane.playhead.position == 2.0 for lane in display(person).lanes))
    assert [lane.playhead.layer_at() for lane in display(person).lanes] == [3, 6]
    place = person.components.window.playback_bar.place
    person.wait_for(lambda: place.text() == "layer 6 of 7")
    person.components.workspace.select(7)
    person.components.comparison_commands.choose("baseline")
    assert person.components.workspace.selected_layer == 4, "the same place of the picture"


def test_a_variant_opened_later_is_trained_to_where_the_baseline_stands(person: Person) -> None:
    person.components.window.training_bar.run_to_requested.emit(60)
    person.wait_idle_at(60)
    open_lanes(person)
    wider = with_values(SMALL, [("network.layers.0.units", 12)])
    person.components.window.builder.experiment_edited.emit(wider, "Units")
    wait_for_lanes(person, 60, 60)
    assert "trained to where" in person.components.window.status_strip.notice.text()
    variant = display(person).variant
    assert variant is not None
    assert variant.history.stretches.last.max() == 60


def test_an_earlier_iteration_is_watched_in_both(person: Person) -> None:
    open_lanes(person)
    person.press(Qt.Key.Key_3)
    person.components.window.training_bar.run_to_requested.emit(12)
    wait_for_lanes(person, 12, 12)
    person.components.window.theatre.iteration_selected.emit(5)
    person.wait_for(lambda: [lane.iteration for lane in display(person).lanes] == [5, 5])
    person.press(Qt.Key.Key_Escape)
    person.wait_for(lambda: [lane.iteration for lane in display(person).lanes] == [12, 12])


def test_a_lane_that_halts_stays_while_the_other_goes_on(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    exploding = with_values(
        SMALL,
        [
            ("network.layers.0.activation", "relu"),
            ("network.layers.0.repeat", 10),
            ("training.learning_rate", 1e6),
        ],
    )
    document = with_values(SMALL, [])
    with sit_down(qtbot, tmp_path, preferences, document) as person:
        person.components.workspace.open_variant(exploding, "Explode")
        wait_for_lanes(person, 0, 0)
        person.components.window.training_bar.run_to_requested.emit(40)
        person.wait_for(
            lambda: display(person).iteration == 40 and not person.components.controller.is_training
        )
        variant = display(person).variant
        assert variant is not None
        assert variant.iteration < 40
        assert variant.verdict is not None
        assert variant.verdict.kind == "nan"
        assert person.iteration == 40


def test_the_key_overlay_names_the_keys(person: Person) -> None:
    listed = {key for command in person.components.actions.commands for key in command.keys}
    assert {"C", "Shift+C"} <= listed


def test_unsaved_lanes_are_kept_for_after_a_crash(person: Person) -> None:
    open_lanes(person)
    person.press(Qt.Key.Key_3)
    wait_for_lanes(person, 0, 0)
    person.components.document_commands.keep_unsaved()
    folder = person.program.recovery.folder
    copies = [documents.read(file) for file in folder.glob("*.gtheatre")]
    assert [documents.variant_of(copy) for copy in copies] == [lanes(person)[1]]


@pytest.mark.parametrize("name", ["6-autocomplete-lstm"])
def test_recurrent_networks_are_compared_too(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences, name: str
) -> None:
    scene = documents.load_scene(name)
    with sit_down(qtbot, tmp_path, preferences, scene) as person:
        open_lanes(person)
        person.press(Qt.Key.Key_1)
        wait_for_lanes(person, 0, 0)
        person.press(Qt.Key.Key_I)
        wait_for_lanes(person, 1, 1)
        person.press(Qt.Key.Key_V)
        person.wait_for(lambda: display(person).edited.lower.view != "history")


def test_both_lanes_are_copied_and_one_alone_is_exported(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_lanes(person)
    person.press(Qt.Key.Key_3)
    wait_for_lanes(person, 0, 0)
    person.components.window.theatre.numbers_requested.emit("flow")
    heading, *rows = (line.split("\t") for line in QApplication.clipboard().text().splitlines())
    column = heading.index("g_a_rms")
    for lane in display(person).lanes:
        assert lane.lane is not None
        copied = [float(row[column]) for row in rows if row[0] == lane.lane.name]
        assert copied == lane.flow.values.tolist()
    file = tmp_path / "variant.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))

    def export(dialog: QWidget) -> None:
        assert isinstance(dialog, ExportDialog)
        for box, key in (
            (dialog.lane_choice, "variant"),
            (dialog.view_choice, "flow"),
            (dialog.format_choice, "csv"),
        ):
            box.setCurrentIndex(box.findData(key))
            box.activated.emit(box.currentIndex())
        person.click(dialog.export)

    answer(ExportDialog, export)
    person.components.actions["export"].trigger()
    lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    assert lines[0].split(",") == heading[1:]
    assert [line.split(",") for line in lines[1:]] == [
        row[1:] for row in rows if row[0] == "variant"
    ]


def test_an_arc_of_the_other_lane_is_toggled_there(person: Person) -> None:
    open_lanes(person)
    click_lane(person, 0)
    person.wait_for(lambda: person.components.workspace.lanes.edited == "baseline")
    theatre = person.components.window.theatre
    chart = theatre.charts["variant_diagram"]
    assert isinstance(chart, NetworkChart)
    assert isinstance(chart.drawing, Diagram)
    columns, place = chart.drawing.columns(), chart.drawing.place
    assert columns is not None
    assert place is not None
    _, top = chart.drawing.arc_heights(columns, place)
    arc = display(person).lanes[1].diagram.arcs[0]
    middle = 0.5 * (place.stations.at(arc.source) + place.stations.at(arc.end))
    target = theatre.find_target(QPointF(middle, top + 1))
    assert target is not None
    assert target.kind == "edit"
    person.qtbot.mouseClick(
        theatre.viewport(), Qt.MouseButton.LeftButton, pos=QPointF(middle, top + 1).toPoint()
    )
    wait_for_lanes(person, 0, 0)
    baseline, variant = lanes(person)
    assert baseline == SMALL
    assert variant is not None
    assert variant.network != SMALL.network
