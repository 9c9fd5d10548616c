"""Documents: saved, opened, dropped, refused, left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from desktop.model.document_files import write_document
from desktop.worker import run_in_training
from engine import documents
from engine.document import scenes
from engine.document.experiment import Experiment
from engine.document.files import to_text
from engine.documents import read, with_values
from engine.kinds.feedforward.spec import Feedforward
from engine.tasks.csv import Csv
from engine.tasks.series import Series
from engine.tasks.text import Text
from engine.training.run import Run
from tests.desktop.person import SMALL, Person, answer, answer_message


def test_it_saves_and_opens(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "again.gtheatre"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    person.press(Qt.Key.Key_K)
    assert person.components.window.isWindowModified()
    person.components.actions["save_as"].trigger()
    assert not person.components.window.isWindowModified()
    assert "again.gtheatre" in person.components.window.windowTitle()
    saved = read(file)
    assert saved == person.experiment
    person.press(Qt.Key.Key_K)
    person.press(Qt.Key.Key_S, control=True)
    assert read(file) == SMALL
    monkeypatch.setattr(
        QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "small.gtheatre"), "")
    )
    person.press(Qt.Key.Key_O, control=True)
    assert person.components.workspace.file == tmp_path / "small.gtheatre"
    recent = [action.text() for action in person.components.window.menus.recent.actions()]
    assert recent[:2] == ["small.gtheatre", "again.gtheatre"]


def test_what_was_read_otherwise_than_written_is_said(person: Person, tmp_path: Path) -> None:
    plain = json.loads(to_text(SMALL))
    plain["training"] |= {"optimiser": "adam", "momentum": 0.9}
    file = tmp_path / "old.gtheatre"
    file.write_text(json.dumps(plain))
    person.components.document_commands.open_file(file)
    assert person.experiment.training.momentum == 0.0
    shown = person.components.window.status_strip.notice.text()
    assert shown == "Momentum 0.9 is read as 0: with adam it does nothing."
    person.components.document_commands.open_scene("1-sigmoid-depth-2")
    assert not person.components.window.status_strip.notice.text()


def test_one_undo_brings_optimiser_and_momentum_back(person: Person) -> None:
    training = replace(SMALL.training, momentum=0.9)
    before = replace(SMALL, training=training)
    person.components.workspace.edit(before, "Change momentum")
    box = person.components.window.builder.training.optimiser
    box.setCurrentIndex(box.findData("adam"))
    box.activated.emit(box.currentIndex())
    assert (person.experiment.training.optimiser, person.experiment.training.momentum) == (
        "adam",
        0.0,
    )
    person.press(Qt.Key.Key_Z, control=True)
    assert person.experiment == before


@pytest.mark.parametrize("content", ["", "{", '{"format": "gradient-theatre/9"}', "[1, 2]"])
def test_a_bad_document_leaves_the_open_work_untouched(
    person: Person, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "bad.gtheatre"
    file.write_text(content)
    person.components.training_commands.run_to(3)
    person.wait_idle_at(3)
    texts: list[str] = []
    answer_message(QMessageBox.StandardButton.Ok, texts)
    person.components.document_commands.open_file(file)
    assert len(texts) == 1
    assert "\n" not in texts[0]
    assert person.experiment == SMALL
    assert person.iteration == 3


def test_a_place_that_cannot_be_written_keeps_the_work(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    place = str(blocker / "a.gtheatre")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (place, ""))
    person.press(Qt.Key.Key_K)
    texts: list[str] = []
    answer_message(QMessageBox.StandardButton.Ok, texts)
    person.components.actions["save_as"].trigger()
    assert "cannot be saved" in texts[0]
    assert person.components.workspace.is_modified


def test_a_file_that_nobody_was_asked_about_is_not_replaced(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.gtheatre"
    other.write_bytes(b"old")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(other.with_suffix("")), ""))
    texts: list[str] = []
    answer_message(QMessageBox.StandardButton.Ok, texts)
    person.components.actions["save_as"].trigger()
    assert "exists already" in texts[0]
    assert other.read_bytes() == b"old"


def test_closing_with_changes_asks(person: Person) -> None:
    person.press(Qt.Key.Key_K)
    texts: list[str] = []
    answer_message(QMessageBox.StandardButton.Cancel, texts)
    assert not person.components.window.close()
    assert person.components.window.isVisible()
    answer_message(QMessageBox.StandardButton.Discard, texts)
    assert person.components.window.close()
    assert len(texts) == 2


@pytest.mark.parametrize(
    ("key", "closes"), [(Qt.Key.Key_S, True), (Qt.Key.Key_D, True), (Qt.Key.Key_C, False)]
)
def test_every_answer_has_its_key(
    person: Person, tmp_path: Path, key: Qt.Key, closes: bool
) -> None:
    person.press(Qt.Key.Key_K)
    edited = person.experiment

    def press(box: QWidget) -> None:
        person.wait_for(box.isActiveWindow)
        person.qtbot.keyClick(box, key, Qt.KeyboardModifier.AltModifier)

    answer(QMessageBox, press)
    assert person.components.window.close() == closes
    was_saved = read(tmp_path / "small.gtheatre") == edited
    assert was_saved == (key == Qt.Key.Key_S)


def test_an_edited_scene_is_left_without_a_question_and_undo_returns_to_it(
    person: Person,
) -> None:
    window, box = person.components.window, person.components.window.training_bar.scene
    person.components.document_commands.open_scene("10-explosion")
    title, name = window.windowTitle(), box.currentData()
    person.press(Qt.Key.Key_K)
    edited = person.experiment
    person.components.document_commands.open_scene("6-autocomplete-lstm")
    assert person.experiment == documents.load_scene("6-autocomplete-lstm")
    person.press(Qt.Key.Key_Z, control=True)
    assert person.experiment == edited
    assert (window.windowTitle(), box.currentData()) == (title, name)
    assert window.isWindowModified()
    person.wait_for(lambda: person.trace is not None and len(person.trace.skip_ends) > 0)
    person.press(Qt.Key.Key_Z, control=True)
    assert person.experiment == documents.load_scene("10-explosion")
    assert not window.isWindowModified()
    person.press(Qt.Key.Key_K)
    assert window.close()


def test_an_own_network_is_asked_about_before_a_scene_opens(person: Person) -> None:
    person.components.actions["new"].trigger()
    person.press(Qt.Key.Key_K)
    own = person.experiment
    box = person.components.window.training_bar.scene
    texts: list[str] = []
    answer_message(QMessageBox.StandardButton.Cancel, texts)
    person.components.document_commands.open_scene("10-explosion")
    assert person.experiment == own
    assert box.currentIndex() == -1
    answer_message(QMessageBox.StandardButton.Discard, texts)
    person.components.document_commands.open_scene("10-explosion")
    assert len(texts) == 2
    assert box.currentData() == "10-explosion"
    person.press(Qt.Key.Key_Z, control=True)
    assert person.experiment == own


def test_a_document_is_built_and_shown_once(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[Experiment] = []
    shown: list[Experiment] = []
    make_run, builder = run_in_training.Run, person.components.window.builder
    show_builder = builder.show_experiment

    def count_run(experiment: Experiment, *arguments: Any) -> Run:
        built.append(experiment)
        return make_run(experiment, *arguments)

    def count_show(experiment: Experiment, folder: Path | None) -> None:
        shown.append(experiment)
        show_builder(experiment, folder)

    monkeypatch.setattr(run_in_training, "Run", count_run)
    monkeypatch.setattr(builder, "show_experiment", count_show)
    file = tmp_path / "other.gtheatre"
    write_document(file, with_values(SMALL, [("title", "Other"), ("seed", 3)]))
    for open_one in (
        lambda: person.components.document_commands.open_file(file),
        lambda: person.components.document_commands.open_scene("10-explosion"),
        person.components.actions["new"].trigger,
        lambda: person.components.document_commands.open_file(tmp_path / "small.gtheatre"),
    ):
        open_one()
        person.wait_idle_at(0)
        person.click(person.components.window.training_bar.once)
        person.wait_idle_at(1)
        assert (built, shown) == ([person.experiment], [person.experiment])
        built.clear()
        shown.clear()


def drop(person: Person, file: Path) -> None:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(file))])
    person.components.window.dropEvent(
        QDropEvent(
            QPointF(10, 10),
            Qt.DropAction.CopyAction,
            content,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "houses.csv"
    rows = [f"{n % 5},{n % 7},{3 * (n % 5) + n % 7}" for n in range(60)]
    file.write_text("\n".join(["rooms;age;price", *rows]).replace(",", ";"))
    return file


def test_a_dropped_table_becomes_a_document_that_learns_it(person: Person, table: Path) -> None:
    drop(person, table)
    task = person.experiment.task
    assert isinstance(task, Csv)
    assert (task.path, task.target) == (str(table), "price")
    assert person.experiment.title == "houses"
    assert person.network == SMALL.network
    assert person.components.workspace.file is None
    assert not person.components.workspace.is_modified
    assert "price" in person.components.window.status_strip.notice.text()
    person.wait_for(lambda: person.trace is not None and person.trace.widths[0] == 2)


def test_a_table_is_opened_from_the_menu_by_a_network_of_sequences_too(
    person: Person, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.components.document_commands.open_scene("6-autocomplete-lstm")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(table), ""))
    person.press(Qt.Key.Key_O, control=True)
    assert isinstance(person.experiment.task, Csv)
    assert isinstance(person.network, Feedforward)
    assert "rebuilt" in person.components.window.status_strip.notice.text()


def test_a_text_and_a_single_column_become_sequences(person: Person, tmp_path: Path) -> None:
    text, series = tmp_path / "poem.txt", tmp_path / "sun.csv"
    text.write_text("the quick brown fox jumps over the lazy dog\n" * 30)
    series.write_text("spots\n" + "\n".join(str(n % 11) for n in range(80)))
    person.components.document_commands.open_file(text)
    assert person.experiment.task == Text(path=str(text))
    person.components.document_commands.open_file(series)
    assert person.experiment.task == Series(source="csv", path=str(series), column="spots")


@pytest.mark.parametrize(("button", "task"), [("Table", Csv), ("Te&xt", Text), ("Cancel", None)])
def test_what_may_be_either_is_asked_about(
    person: Person, tmp_path: Path, button: str, task: type | None
) -> None:
    file = tmp_path / "either.txt"
    file.write_text("a,b\n" + "1,2\n3,4\n" * 20)

    def reply(box: QWidget) -> None:
        assert isinstance(box, QMessageBox)
        named = {found.text().replace("&", ""): found for found in box.buttons()}
        named[button.replace("&", "")].click()

    answer(QMessageBox, reply)
    person.components.document_commands.open_file(file)
    assert person.experiment == SMALL if task is None else isinstance(person.experiment.task, task)


def test_a_table_without_columns_leaves_the_open_work(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("," * 3)
    texts: list[str] = []
    answer_message(QMessageBox.StandardButton.Ok, texts)
    person.components.document_commands.open_file(file)
    assert "bad.csv" in texts[0]
    assert person.experiment == SMALL


def test_an_edited_own_document_is_asked_about_before_a_table_opens(
    person: Person, table: Path
) -> None:
    person.press(Qt.Key.Key_K)
    edited = person.experiment
    texts: list[str] = []
    answer_message(QMessageBox.StandardButton.Cancel, texts)
    drop(person, table)
    assert person.experiment == edited
    assert len(texts) == 1


def test_a_dropped_document_is_opened(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "dropped.gtheatre"
    write_document(file, with_values(SMALL, [("title", "Dropped")]))
    drop(person, file)
    assert person.experiment.title == "Dropped"


def test_the_tool_bar_names_the_scene_that_a_file_holds(person: Person, tmp_path: Path) -> None:
    box = person.components.window.training_bar.scene
    assert box.currentIndex() == -1
    file = tmp_path / "copy.gtheatre"
    write_document(file, documents.load_scene("10-explosion"))
    person.components.document_commands.open_file(file)
    assert box.currentData() == "10-explosion"
    unmarked = box.grab().toImage()
    person.press(Qt.Key.Key_K)
    assert box.currentData() == "10-explosion"
    assert box.grab().toImage() != unmarked, "an edited scene is marked"
    person.press(Qt.Key.Key_Z, control=True)
    assert box.grab().toImage() == unmarked
    person.components.actions["new"].trigger()
    assert box.currentIndex() == -1


def test_why_nothing_was_measured_stands_in_the_place_of_the_verdict(
    person: Person, tmp_path: Path
) -> None:
    task = {"name": "csv", "path": "missing.csv", "target": "y"}
    file = tmp_path / "table.gtheatre"
    layers = ({"units": 3, "activation": "tanh", "repeat": 7},)
    write_document(file, with_values(SMALL, [("task", task), ("network.layers", layers)]))
    player = person.components.player
    assert player.playhead.depth != 7
    person.components.document_commands.open_file(file)
    waiting = person.components.window.verdict.waiting
    assert waiting.text().startswith("Measuring")
    person.wait_for(lambda: "missing.csv" in waiting.text())
    assert waiting.isVisible()
    person.wait_for(lambda: player.playhead.depth == 7)
    person.components.document_commands.open_scene("10-explosion")
    person.wait_for(lambda: not waiting.isVisible())


def test_a_scene_is_opened_from_the_menu(person: Person) -> None:
    chapters = [action.menu() for action in person.components.window.menus.scenes.actions()]
    assert [menu.title() for menu in chapters] == [title for title, _ in scenes.chapters()]
    entries = [action for menu in chapters for action in menu.actions()]
    assert len(entries) == len(scenes.names())
    assert max(len(menu.actions()) for menu in chapters) < 20
    action = next(action for action in entries if action.objectName() == "scene_10-explosion")
    action.trigger()
    assert person.components.workspace.file is None
    assert person.experiment.title in action.text()
    assert person.components.window.training_bar.scene.currentText() == action.text()


def test_the_scene_box_lists_the_chapters_and_opens_no_heading(person: Person) -> None:
    box = person.components.window.training_bar.scene
    titles = [title for title, _ in scenes.chapters()]
    headings = [row for row in range(box.count()) if box.itemData(row) is None]
    assert [box.itemText(row) for row in headings] == titles
    listed = [box.itemData(row) for row in range(box.count()) if row not in headings]
    assert listed == [name for _, names in scenes.chapters() for name in names]
    row = box.findData("2-relu-he-depth-10")  # the way down leads over no heading to the next one
    box.setCurrentIndex(headings[1] - 1)
    person.qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.currentIndex() == headings[1] + 1
    assert person.experiment.title == scenes.titles()[box.currentData()]
    box.activated.emit(row)
    assert person.experiment.title == scenes.titles()["2-relu-he-depth-10"]
