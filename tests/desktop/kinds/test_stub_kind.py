"""A new kind of network is a folder and one line in each table: the screen needs no more.

"blocks" is known to the tests alone (`tests.blocks`); here it is opened, trained, drawn,
inspected, edited, undone and exported in the real window, and by the commands.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.cli.main import main
from desktop.display.inspection import inspect
from desktop.display.phases import describe_phase
from desktop.export.dialog import ExportDialog
from desktop.kinds import table as screen_table
from desktop.model.document_files import write_document
from desktop.model.preferences import Preferences
from desktop.views.network_chart import NetworkChart
from engine import documents
from engine.document.experiment import Experiment
from engine.document.lanes import join
from engine.kinds import table as engine_table
from tests.blocks.kind import BLOCKS, Blocks, BlocksKind, blocks_of, own_of
from tests.blocks.panels import BlockSection, WeakestPanel
from tests.blocks.screen import BlocksScreen
from tests.blocks.views import Boxes, Norms
from tests.desktop.person import SMALL, Person, answer, sit_down

DOCUMENT = """{
  "format": "gradient-theatre/1",
  "title": "Five blocks",
  "task": {"name": "spirals", "batch_size": 16},
  "network": {"kind": "blocks", "width": 6, "gain": 0.25},
  "training": {"iterations": 20}
}"""


@pytest.fixture
def experiment(monkeypatch: pytest.MonkeyPatch) -> Experiment:
    """Of the kind that stands in the two tables, and nowhere else."""
    monkeypatch.setattr(engine_table, "KINDS", (*engine_table.KINDS, BlocksKind()))
    monkeypatch.setattr(screen_table, "KINDS", (*screen_table.KINDS, BlocksScreen()))
    return documents.parse(DOCUMENT)


@pytest.fixture
def person(
    experiment: Experiment, qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> Iterator[Person]:
    with sit_down(qtbot, tmp_path, preferences, experiment) as person:
        yield person


def centre_of(person: Person, block: int, height: float) -> QPointF:
    """A point of a block's box, from its top (0) to its bottom (1)."""
    theatre = person.components.window.theatre
    chart = theatre.charts["diagram"]
    assert isinstance(chart, NetworkChart)
    assert isinstance(chart.drawing, Boxes)
    box = chart.drawing.box_of(block)
    return QPointF(box.center().x(), box.top() + height * box.height())


def click(person: Person, block: int, height: float) -> None:
    theatre = person.components.window.theatre
    point = centre_of(person, block, height).toPoint()
    person.qtbot.mouseClick(theatre.viewport(), Qt.MouseButton.LeftButton, pos=point)


def test_it_is_seen_as_soon_as_it_is_opened(person: Person) -> None:
    display, window = person.components.frame_loop.display, person.components.window
    assert display.trace is not None
    assert display.trace.kind == "blocks"
    assert display.flow.has_measure
    assert display.flow.values[1:].tolist() == display.trace.strength.values.tolist()
    assert display.verdict is not None
    assert display.verdict.word == "Vanishing"
    assert display.footer.startswith("five blocks of 6 · spirals")
    assert window.windowTitle().startswith("small.gtheatre")
    builder = window.builder
    shown = {
        name
        for name in ("block_section", "layers_section", "cell_section", "task_section")
        if builder.findChild(type(builder.task).__mro__[1], name).isVisible()
    }
    assert shown == {"block_section", "task_section"}
    assert builder.task.preset.itemText(0) == "Wide blocks"


def test_its_bars_and_boxes_are_painted(person: Person) -> None:
    theatre = person.components.window.theatre
    image = theatre.grab().toImage()
    flow = theatre.charts["flow"]
    ground = image.pixelColor(round(theatre.column_x(1)), round(flow.area.top()) + 2)
    base = round(flow.area.bottom()) - 2
    painted = [image.pixelColor(round(theatre.column_x(b)), base) for b in range(1, BLOCKS + 1)]
    assert sum(colour != ground for colour in painted) >= BLOCKS - 1
    boxes = {
        image.pixelColor(*centre_of(person, block, 0.2).toPoint().toTuple()).name()
        for block in range(1, BLOCKS + 1)
    }
    assert len(boxes) > 2  # each in the colour of its own gradient


def test_it_is_trained(person: Person) -> None:
    before = person.components.frame_loop.display.trace
    person.press(Qt.Key.Key_I)
    person.wait_idle_at(1)
    person.wait_for(lambda: person.components.frame_loop.display.iteration == 1)
    trace = person.components.frame_loop.display.trace
    assert before is not None
    assert trace is not None
    assert trace.strength.values.tolist() != before.strength.values.tolist()
    person.press(Qt.Key.Key_T)
    person.wait_idle_at(20)
    display = person.components.frame_loop.display
    assert display.history.stretches.rows_low.shape[1] == BLOCKS
    assert display.history.subtitle == "block × iteration"
    person.components.training_commands.watch(3)
    person.wait_for(lambda: person.components.frame_loop.display.iteration == 3)


def test_a_block_is_selected_and_inspected(person: Person) -> None:
    click(person, 4, 0.2)
    assert person.components.workspace.selected_layer == 4

    def has_detail() -> bool:
        trace = person.components.frame_loop.display.trace
        return trace is not None and own_of(trace).strongest_unit is not None

    person.wait_for(has_detail)
    picture = inspect(person.components.frame_loop.display)
    assert picture.title == "Block 4"
    assert [fact.name for fact in picture.facts] == ["Gradient", "Strongest unit"]
    assert person.components.window.docks.inspector_title is not None


def test_its_commands_act_and_are_undone(person: Person) -> None:
    actions = person.components.actions
    assert actions["gain"].isEnabled()
    assert not actions["skips"].isEnabled()
    assert not actions["gate"].isEnabled()
    old = person.components.frame_loop.display.flow.values[1]
    person.press(Qt.Key.Key_B)
    assert blocks_of(person.experiment).gain == 0.5
    person.wait_for(lambda: person.components.frame_loop.display.flow.values[1] > 2 * old)
    assert person.components.frame_loop.display.flow.before_places is not None
    click(person, 2, 0.8)
    assert blocks_of(person.experiment).gain == 1.0
    assert actions.undo.text() == "Undo Double the gain"
    actions.undo.trigger()
    actions.undo.trigger()
    assert blocks_of(person.experiment).gain == 0.25
    person.wait_for(lambda: person.components.frame_loop.display.flow.values[1] == old)


def test_its_inputs_in_the_builder_and_its_switches(person: Person) -> None:
    window = person.components.window
    field = window.builder.findChild(BlockSection).width_field
    person.click(field)
    field.selectAll()
    person.qtbot.keyClicks(field, "0")
    person.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.problem
    field.selectAll()
    person.qtbot.keyClicks(field, "9")
    person.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert blocks_of(person.experiment).width == 9
    window.switch_strip.press(1)
    assert person.experiment.training.clip.kind == "norm"
    window.switch_strip.press(2)
    assert person.components.workspace.notice == "No blocks."
    window.builder.task.preset.setCurrentIndex(0)
    window.builder.task.preset.activated.emit(0)
    assert person.experiment.network == Blocks(width=12)
    person.wait_for(lambda: person.components.frame_loop.display.experiment == person.experiment)


def test_another_task_keeps_it_or_takes_a_network_that_can_read_it(person: Person) -> None:
    task = person.components.window.builder.task.task
    for name, kind in (("digits", "blocks"), ("adding", "recurrent"), ("spirals", "feedforward")):
        index = task.findData(name)
        task.setCurrentIndex(index)
        task.activated.emit(index)
        assert person.experiment.network.kind == kind
    person.wait_for(lambda: person.components.frame_loop.display.experiment == person.experiment)
    person.components.workspace.undo_stack.setIndex(0)
    assert person.experiment.network.kind == "blocks"
    person.wait_for(lambda: person.components.frame_loop.display.experiment == person.experiment)


def test_its_panel_asks_the_run_and_folds_away_with_other_networks(
    person: Person, tmp_path: Path
) -> None:
    docks = person.components.window.docks
    (own,) = [side for side in docks.side if isinstance(side.panel, WeakestPanel)]
    (words,) = [side for side in docks.side if side is not own]
    assert own.dock.toggleViewAction().text() == "Weakest block"
    assert own.rail.isVisible()  # the window was narrow at first
    assert not words.rail.isVisible()
    assert not words.dock.isVisible()
    own.rail.unfold_requested.emit()
    assert own.dock.isVisible()
    assert not own.rail.isVisible()
    panel = own.panel
    assert isinstance(panel, WeakestPanel)
    person.wait_for(lambda: panel.said.text().startswith("("))
    first = panel.said.text()
    person.press(Qt.Key.Key_I)
    person.wait_idle_at(1)
    person.wait_for(lambda: panel.said.text() != first)
    own.dock.close()
    assert own.rail.isVisible()
    other = tmp_path / "layers.gtheatre"
    write_document(other, SMALL)
    person.components.document_commands.open_file(other)
    person.wait_for(
        lambda: person.components.frame_loop.display.experiment.network == SMALL.network
    )
    assert panel.said.text() == "This network has no blocks."
    assert not own.dock.isVisible()
    assert not own.rail.isVisible()


def test_its_own_lower_view_asks_the_run_and_is_drawn(person: Person) -> None:
    actions, frame_loop = person.components.actions, person.components.frame_loop
    offered = [action.data() for action in actions.lower_views.actions() if action.isEnabled()]
    assert offered == ["history", "norms", "clipping"]
    person.press(Qt.Key.Key_V)
    person.wait_for(lambda: frame_loop.display.lower.note.count(",") == BLOCKS - 1)
    theatre = person.components.window.theatre
    person.wait_for(lambda: isinstance(theatre.charts["lower"], Norms))
    first = frame_loop.display.lower.note
    window = person.components.window.builder.findChild(BlockSection).width_field
    person.click(window)
    window.selectAll()
    person.qtbot.keyClicks(window, "9")
    person.qtbot.keyClick(window, Qt.Key.Key_Return)
    person.wait_for(lambda: frame_loop.display.lower.note not in (first, ""))


def test_the_numbers_of_its_bars_are_copied(person: Person) -> None:
    person.components.export_commands.copy_numbers("flow")
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0] == "block\tgradient"
    assert [line.split("\t")[0] for line in lines[1:]] == ["1", "2", "3", "4", "5"]


def test_pictures_and_tables_are_exported_from_the_window(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ending in ("svg", "csv"):
        file = tmp_path / f"picture.{ending}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, file=file: (str(file), ""))

        def export(dialog: QWidget, ending: str = ending) -> None:
            assert isinstance(dialog, ExportDialog)
            box = dialog.format_choice
            box.setCurrentIndex(box.findData(ending))
            box.activated.emit(box.currentIndex())
            person.click(dialog.export)

        answer(ExportDialog, export)
        person.components.actions["export"].trigger()
    assert "Gradient of each block" in (tmp_path / "picture.svg").read_text()
    assert (tmp_path / "picture.csv").read_text().splitlines()[2] == "block,gradient"


def test_the_pass_is_played_and_the_update_is_told_in_its_words(person: Person) -> None:
    player, frame_loop = person.components.player, person.components.frame_loop
    player.go_to_loss()
    for block in range(BLOCKS, 0, -1):
        player.go_forward()
        person.wait_for(lambda block=block: frame_loop.display.selected_layer == block)
    trace = frame_loop.display.trace
    assert trace is not None
    playhead = replace(frame_loop.display.playhead, phase="update")
    assert describe_phase(person.experiment, trace, playhead).startswith(
        "SGD moves the weights of block 1 by "
    )


@pytest.mark.parametrize("view", ["theatre", "diagram", "flow", "history", "curves", "norms"])
@pytest.mark.usefixtures("qapp")
def test_pictures_and_tables_are_written_by_the_command(
    experiment: Experiment, tmp_path: Path, view: str
) -> None:
    document = tmp_path / "blocks.gtheatre"
    write_document(document, experiment)
    for ending in ("svg", "csv", "png"):
        out = tmp_path / f"{view}.{ending}"
        arguments = [str(document), "--view", view, "--out", str(out), "--iterations", "3"]
        assert main(["render", *arguments]) == 0
        assert out.stat().st_size > 0
    svg = (tmp_path / f"{view}.svg").read_text()
    assert "five blocks of 6" in svg
    if view == "norms":
        assert re.search(r"(\d\.\d{3}, ){4}\d\.\d{3}", svg)
    rows = (tmp_path / f"{view}.csv").read_text().splitlines()
    heading = next(csv.reader(row for row in rows if not row.startswith("#")))
    if view in ("theatre", "diagram", "flow"):
        assert heading == ["block", "gradient"]
        assert len(rows) == 2 + 1 + BLOCKS
    if view == "history":
        assert heading[-BLOCKS:] == [f"g_block.{b}" for b in range(1, BLOCKS + 1)]


@pytest.mark.parametrize("view", ["theatre", "flow", "norms", "history"])
def test_two_lanes_of_it_are_drawn_with_words_for_what_nobody_named(
    experiment: Experiment, tmp_path: Path, view: str
) -> None:
    document, out = tmp_path / "blocks.gtheatre", tmp_path / "lanes.svg"
    changed = documents.with_values(experiment, [("network.gain", 0.5)])
    write_document(document, join(experiment, changed))
    options = ["--view", view, "--out", str(out), "--iterations", "3"]
    assert main(["render", str(document), *options]) == 0
    svg = out.read_text()
    assert "Baseline: gain 0.25" in svg
    assert "Variant: gain 0.5" in svg


def test_the_commands_measure_it_and_describe_it(
    experiment: Experiment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "blocks.gtheatre"
    write_document(document, experiment)
    assert main(["measure", str(document), "--iterations", "2"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert len(said["final"]["layers"]) == BLOCKS
    assert main(["measure", str(document), "--set", "network.width=0"]) != 0
    assert "network.width" in capsys.readouterr().err
    assert main(["schema"]) == 0
    assert '"blocks"' in capsys.readouterr().out
