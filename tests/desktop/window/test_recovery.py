"""Unsaved work in the window: copied, offered after a crash, and lost only by an answer."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from desktop.controllers.documents import make_first_experiment
from desktop.model.preferences import Preferences
from desktop.model.recovery import UNREADABLE, Recovery
from desktop.panels.recovery_dialog import RecoveryDialog
from desktop.setup.system_libraries import X11_LIBRARIES
from engine.document.experiment import Experiment
from engine.documents import with_values
from tests.desktop.person import PATIENCE_MS, SMALL, Person, answer, answer_message, sit_down

FIRST = with_values(SMALL, [("title", "First"), ("network.skip.every", 1)])
SECOND = with_values(SMALL, [("title", "Second"), ("seed", 5)])


def found(folder: Path) -> list[Experiment]:
    """What a program that starts now would be offered."""
    recovery = Recovery(folder)
    copies = recovery.find_lost().copies
    recovery.release()
    return [copy.experiment for copy in copies]


def leave(folder: Path, *left: tuple[Experiment, Path | None]) -> None:
    """Copies as a program leaves them that has ended without being asked to."""
    recovery = Recovery(folder)
    for number, (experiment, file) in enumerate(left):
        recovery.keep(number, experiment, file)
    recovery.close()


@contextmanager
def start_after_crash(
    qtbot: QtBot, folder: Path, preferences: Preferences, *replies: str
) -> Iterator[tuple[Person, list[list[str]]]]:
    """A start with lost work, whose list is answered with buttons (or "Escape"), one by one."""
    seen: list[list[str]] = []

    def reply(dialog: QWidget) -> None:
        listed = dialog.findChild(QTreeWidget, "recovery_list")
        assert listed is not None
        for name in replies:
            rows = [listed.topLevelItem(row) for row in range(listed.topLevelItemCount())]
            seen.append([f"{row.text(0)} | {row.text(1)}" for row in rows if row is not None])
            if name == "Escape":
                qtbot.keyClick(dialog, Qt.Key.Key_Escape)
                return
            button = dialog.findChild(QPushButton, name)
            assert button is not None
            button.click()

    answer(RecoveryDialog, reply)
    with sit_down(qtbot, folder, preferences) as person:
        person.wait_for(lambda: len(seen) == len(replies))
        yield person, seen


def test_edits_are_copied_and_copies_go_with_them(person: Person) -> None:
    folder = person.program.recovery.folder
    person.press(Qt.Key.Key_K)
    person.components.document_commands.keep_unsaved()
    assert len(list(folder.glob("*.gtheatre"))) == 1
    person.press(Qt.Key.Key_Z, control=True)
    person.components.document_commands.keep_unsaved()
    assert list(folder.glob("*.gtheatre")) == []


def test_an_end_that_nobody_asked_for_keeps_the_last_edit(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    with sit_down(qtbot, tmp_path, preferences) as person:
        person.press(Qt.Key.Key_K)
        edited = person.experiment
        assert edited != SMALL
    (copy,) = Recovery(tmp_path / "recovery").find_lost().copies
    assert copy.experiment == edited
    assert copy.file == tmp_path / "small.gtheatre"


@pytest.mark.parametrize("button", ["Save", "Discard"])
def test_an_answer_at_the_end_takes_the_copy_away(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences, button: str
) -> None:
    with sit_down(qtbot, tmp_path, preferences) as person:
        person.press(Qt.Key.Key_K)
        person.components.document_commands.keep_unsaved()
        answer_message(QMessageBox.StandardButton[button], [])
        assert person.components.window.close()
    assert found(tmp_path / "recovery") == []


def test_a_cancelled_end_keeps_the_copy(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    with sit_down(qtbot, tmp_path, preferences) as person:
        person.press(Qt.Key.Key_K)
        person.components.document_commands.keep_unsaved()
        answer_message(QMessageBox.StandardButton.Cancel, [])
        assert not person.components.window.close()
        assert len(list(person.program.recovery.folder.glob("*.gtheatre"))) == 1


def test_an_edited_scene_that_was_left_is_offered_after_a_crash_but_not_after_an_end(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    with sit_down(qtbot, tmp_path, preferences) as person:
        person.components.document_commands.open_scene("10-explosion")
        person.press(Qt.Key.Key_K)
        edited = person.experiment
        person.components.document_commands.open_scene("6-autocomplete-lstm")
    assert found(tmp_path / "recovery") == [edited]
    with start_after_crash(qtbot, tmp_path, preferences, "recovery_discard") as (person, _):
        person.components.document_commands.open_scene("10-explosion")
        person.press(Qt.Key.Key_K)
        person.components.document_commands.keep_unsaved()
        assert person.components.window.close()
    assert found(tmp_path / "recovery") == []


def test_escape_keeps_all_that_was_left(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    folder = tmp_path / "recovery"
    leave(folder, (FIRST, tmp_path / "first.gtheatre"), (SECOND, None))
    with start_after_crash(qtbot, tmp_path, preferences, "Escape") as (person, seen):
        assert seen == [["Second | never saved", f"First | {tmp_path / 'first.gtheatre'}"]]
        assert person.experiment == SMALL
        assert person.components.window.close()
    assert found(folder) == [SECOND, FIRST]


def test_one_is_discarded_and_one_is_opened_with_its_file_and_folder(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    folder, home = tmp_path / "recovery", tmp_path / "home"
    home.mkdir()
    rows = "\n".join(f"{n % 5},{n % 3}" for n in range(40))
    (home / "table.csv").write_text(f"x,y\n{rows}\n")
    task = {"name": "csv", "path": "table.csv", "target": "y"}
    tabled = with_values(SMALL, [("task", task), ("title", "Tabled")])
    leave(folder, (tabled, home / "tabled.gtheatre"), (SECOND, None))
    replies = ("recovery_discard", "recovery_open")
    with start_after_crash(qtbot, tmp_path, preferences, *replies) as (person, _):
        person.wait_for(lambda: person.experiment == tabled)
        assert person.components.workspace.file == home / "tabled.gtheatre"
        assert person.components.window.isWindowModified()
        person.wait_for(lambda: person.trace is not None and person.trace.widths[0] == 1)
        assert len(list(folder.glob("*.gtheatre"))) == 1, "its copy stays until it is saved"
        person.press(Qt.Key.Key_S, control=True)
        assert list(folder.glob("*.gtheatre")) == []
        assert not person.components.window.isWindowModified()
    assert found(folder) == []


def test_titles_and_times_are_whole_in_the_list(qtbot: QtBot, tmp_path: Path) -> None:
    title = "Weights too large: ReLU from N(0, 0.5²) explodes"
    long = with_values(SMALL, [("title", title)])
    leave(tmp_path, (SMALL, None), (long, tmp_path / ("x" * 90)))
    dialog = RecoveryDialog(Recovery(tmp_path).find_lost().copies, ())
    qtbot.addWidget(dialog)
    dialog.show()
    for column in (0, 2):
        assert dialog.list.columnWidth(column) >= dialog.list.sizeHintForColumn(column)
    for row in range(2):
        item = dialog.list.topLevelItem(row)
        assert item is not None
        needed = dialog.list.fontMetrics().horizontalAdvance(item.text(0))
        assert dialog.list.columnWidth(0) > needed + 10
    assert dialog.list.header().length() <= dialog.list.viewport().width()


def test_what_cannot_be_opened_is_said_and_kept(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    folder = tmp_path / "recovery"
    folder.mkdir()
    (folder / "newer.gtheatre").write_text('{"format": "gradient-theatre/2"}')
    texts: list[str] = []
    answer_message(QMessageBox.StandardButton.Ok, texts)
    with sit_down(qtbot, tmp_path, preferences) as person:
        person.wait_for(lambda: len(texts) == 1)
        assert "newer" in texts[0]
        assert (folder / UNREADABLE / "newer.gtheatre").is_file()


def test_a_folder_that_cannot_be_written_is_said_once(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    (tmp_path / "recovery").write_text("not a folder")
    with sit_down(qtbot, tmp_path, preferences) as person:
        notice = person.components.window.status_strip.notice
        person.press(Qt.Key.Key_K)
        person.components.document_commands.keep_unsaved()
        assert "Save often" in notice.text()
        person.press(Qt.Key.Key_K)
        person.press(Qt.Key.Key_1)
        person.components.document_commands.keep_unsaved()
        assert "Save often" not in notice.text()
        answer_message(QMessageBox.StandardButton.Discard, [])
        assert person.components.window.close()


_PROGRAM_WHOSE_DISPLAY_DIES = """
import os, signal, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop.app import app

application = QApplication(sys.argv[:1])
timer = QTimer(interval=100)

def edit_and_die():
    widgets = application.topLevelWidgets()
    actions = {action.objectName(): action for widget in widgets for action in widget.actions()}
    if "action_skips" in actions:
        timer.stop()
        actions["action_skips"].trigger()
        os.kill(int(sys.argv[1]), signal.SIGKILL)

timer.timeout.connect(edit_and_die)
timer.start()
sys.exit(app.run())
"""


def can_open_a_window_under_xvfb() -> bool:
    try:
        for library in X11_LIBRARIES:
            ctypes.CDLL(library)
    except OSError:
        return False
    return shutil.which("Xvfb") is not None


@pytest.mark.skipif(not can_open_a_window_under_xvfb(), reason="needs a display that may die")
def test_a_display_that_dies_deletes_nothing(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(_PROGRAM_WHOSE_DISPLAY_DIES)
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1280x720x24"],
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as answered:
            display = answered.readline().strip()
        places = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("DATA", "CONFIG")}
        project = Path(__file__).parents[3]
        ended = subprocess.run(
            [sys.executable, str(script), str(server.pid)],
            env={
                **os.environ,
                **places,
                "DISPLAY": f":{display}",
                "QT_QPA_PLATFORM": "xcb",
                "PYTHONPATH": str(project),
            },
            capture_output=True,
            text=True,
            timeout=PATIENCE_MS / 1_000,
            check=False,
        )
    finally:
        server.kill()
        server.wait()
    assert ended.returncode != 0, ended.stderr
    (experiment,) = found(tmp_path / "DATA" / "gradient-theatre" / "recovery")
    assert experiment != make_first_experiment()
    assert with_values(experiment, [("network.skip.every", 0)]) == make_first_experiment()
