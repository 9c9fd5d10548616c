"""Documents: saved, opened, dropped, refused, recovered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QMessageBox

from desktop.documents import write_document
from engine import scenes
from engine.document import read, to_text, with_values
from tests.desktop.person import SMALL, Person, answer_message


def test_it_saves_and_opens(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "again.gtheatre"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    person.press(Qt.Key.Key_K)
    assert person.parts.window.isWindowModified()
    person.parts.actions["save_as"].trigger()
    assert not person.parts.window.isWindowModified()
    assert "again.gtheatre" in person.parts.window.windowTitle()
    saved = read(file)
    assert saved == person.experiment
    person.press(Qt.Key.Key_K)
    person.press(Qt.Key.Key_S, control=True)
    assert read(file) == SMALL
    monkeypatch.setattr(
        QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "small.gtheatre"), "")
    )
    person.press(Qt.Key.Key_O, control=True)
    assert person.parts.workspace.file == tmp_path / "small.gtheatre"
    recent = [action.text() for action in person.parts.window.menus.recent.actions()]
    assert recent[:2] == ["small.gtheatre", "again.gtheatre"]


def test_what_was_read_otherwise_than_written_is_said(person: Person, tmp_path: Path) -> None:
    plain = json.loads(to_text(SMALL))
    plain["training"] |= {"optimiser": "adam", "momentum": 0.9}
    file = tmp_path / "old.gtheatre"
    file.write_text(json.dumps(plain))
    person.parts.filing.open_file(file)
    assert person.experiment.training.momentum == 0.0
    shown = person.parts.window.status_strip.notice.text()
    assert shown == "Momentum 0.9 is read as 0: with adam it does nothing."
    person.parts.filing.open_scene("1-sigmoid-depth-2")
    assert not person.parts.window.status_strip.notice.text()


def test_one_undo_brings_optimiser_and_momentum_back(person: Person) -> None:
    training = replace(SMALL.training, momentum=0.9)
    before = replace(SMALL, training=training)
    person.parts.workspace.edit(before, "Change momentum")
    box = person.parts.window.builder.training.optimiser
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
    person.parts.commands.run_to(3)
    person.wait_idle_at(3)
    texts: list[str] = []
    answer_message(QMessageBox.StandardButton.Ok, texts)
    person.parts.filing.open_file(file)
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
    person.parts.actions["save_as"].trigger()
    assert "cannot be saved" in texts[0]
    assert person.parts.workspace.is_modified


def test_a_file_that_nobody_was_asked_about_is_not_replaced(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.gtheatre"
    other.write_bytes(b"old")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(other.with_suffix("")), ""))
    texts: list[str] = []
    answer_message(QMessageBox.StandardButton.Ok, texts)
    person.parts.actions["save_as"].trigger()
    assert "exists already" in texts[0]
    assert other.read_bytes() == b"old"


def test_closing_with_changes_asks(person: Person) -> None:
    person.press(Qt.Key.Key_K)
    texts: list[str] = []
    answer_message(QMessageBox.StandardButton.Cancel, texts)
    assert not person.parts.window.close()
    assert person.parts.window.isVisible()
    answer_message(QMessageBox.StandardButton.Discard, texts)
    assert person.parts.window.close()
    assert len(texts) == 2


def test_a_dropped_document_is_opened(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "dropped.gtheatre"
    write_document(file, with_values(SMALL, [("title", "Dropped")]))
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(file))])
    person.parts.window.dropEvent(
        QDropEvent(
            QPointF(10, 10),
            Qt.DropAction.CopyAction,
            content,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    assert person.experiment.title == "Dropped"


def test_the_tool_bar_names_the_scene_that_a_file_holds(person: Person, tmp_path: Path) -> None:
    box = person.parts.window.training_bar.scene
    assert box.currentIndex() == -1
    file = tmp_path / "copy.gtheatre"
    write_document(file, scenes.load("10-explosion"))
    person.parts.filing.open_file(file)
    assert box.currentData() == "10-explosion"
    unmarked = box.grab().toImage()
    person.press(Qt.Key.Key_K)
    assert box.currentData() == "10-explosion"
    assert box.grab().toImage() != unmarked, "an edited scene is marked"
    person.press(Qt.Key.Key_Z, control=True)
    assert box.grab().toImage() == unmarked
    person.parts.actions["new"].trigger()
    assert box.currentIndex() == -1


def test_why_nothing_was_measured_stands_in_the_place_of_the_verdict(
    person: Person, tmp_path: Path
) -> None:
    task = {"name": "csv", "path": "missing.csv", "target": "y"}
    file = tmp_path / "table.gtheatre"
    write_document(file, with_values(SMALL, [("task", task)]))
    person.parts.filing.open_file(file)
    waiting = person.parts.window.verdict.waiting
    assert waiting.text().startswith("Measuring")
    person.wait_for(lambda: "missing.csv" in waiting.text())
    assert waiting.isVisible()
    person.parts.filing.open_scene("10-explosion")
    person.wait_for(lambda: not waiting.isVisible())


def test_a_scene_is_opened_from_the_menu(person: Person) -> None:
    chapters = [action.menu() for action in person.parts.window.menus.scenes.actions()]
    assert [menu.title() for menu in chapters] == [title for title, _ in scenes.chapters()]
    entries = [action for menu in chapters for action in menu.actions()]
    assert len(entries) == len(scenes.names())
    assert max(len(menu.actions()) for menu in chapters) < 20
    action = next(action for action in entries if action.objectName() == "scene_10-explosion")
    action.trigger()
    assert person.parts.workspace.file is None
    assert person.experiment.title in action.text()
    assert person.parts.window.training_bar.scene.currentText() == action.text()


def test_the_scene_box_lists_the_chapters_and_opens_no_heading(person: Person) -> None:
    box = person.parts.window.training_bar.scene
    titles = [title for title, _ in scenes.chapters()]
    headings = [row for row in range(box.count()) if box.itemData(row) is None]
    assert [box.itemText(row) for row in headings] == titles
    listed = [box.itemData(row) for row in range(box.count()) if row not in headings]
    assert listed == [name for _, names in scenes.chapters() for name in names]
    row = box.findData("2-relu-he-depth-10")  # the way down leads over no heading to the next one
    box.setCurrentIndex(headings[1] - 1)
    person.qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.currentIndex() == headings[1] + 1
    assert person.experiment.title == scenes.title(box.currentData())
    box.activated.emit(row)
    assert person.experiment.title == scenes.title("2-relu-he-depth-10")


def test_unsaved_work_of_a_crash_is_offered(person: Person) -> None:
    person.press(Qt.Key.Key_K)
    person.parts.filing.keep_unsaved()
    folder = person.program.recovery.folder
    assert len(list(folder.glob("*.gtheatre"))) == 1
    person.press(Qt.Key.Key_Z, control=True)
    person.parts.filing.keep_unsaved()
    assert list(folder.glob("*.gtheatre")) == []
