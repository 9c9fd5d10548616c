"""The whole program, driven by clicks and keys as a person would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.app import Start
from desktop.documents import write_document
from desktop.panels.export_dialog import ExportDialog
from desktop.panels.key_overlay import KeyOverlay
from desktop.preferences import Preferences
from desktop.program import Program
from desktop.wiring import Parts
from engine.document import read, with_values
from engine.experiment import Experiment, Feedforward
from engine.frames import LayerTrace
from tests.synthetic import make_experiment

PATIENCE_MS = 30_000
SMALL = make_experiment(depth=4, units=8)


class Person:
    """Someone at the desk, who sees what the window shows."""

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        self.program = program
        self.qtbot = qtbot

    @property
    def parts(self) -> Parts:
        return self.program.parts

    @property
    def experiment(self) -> Experiment:
        return self.parts.workspace.experiment

    @property
    def network(self) -> Feedforward:
        assert isinstance(self.experiment.network, Feedforward)
        return self.experiment.network

    @property
    def iteration(self) -> int:
        return self.parts.presenter.iteration

    @property
    def trace(self) -> LayerTrace | None:
        trace = self.parts.presenter.display.trace
        assert trace is None or isinstance(trace, LayerTrace)
        return trace

    def wait_for(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so, timeout=PATIENCE_MS)

    def click(self, widget: QWidget) -> None:
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def press(self, key: Qt.Key, control: bool = False) -> None:
        modifier = Qt.KeyboardModifier.ControlModifier
        if not control:
            modifier = Qt.KeyboardModifier.NoModifier
        self.parts.window.activateWindow()
        self.qtbot.keyClick(self.parts.window, key, modifier)

    def wait_idle_at(self, iteration: int) -> None:
        self.wait_for(lambda: self.iteration == iteration and not self.parts.controller.is_training)


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    preferences = Preferences(settings)
    preferences.reduces_motion = True
    preferences.last_folder = tmp_path
    return preferences


@pytest.fixture
def person(qtbot: QtBot, tmp_path: Path, preferences: Preferences) -> Iterator[Person]:
    file = tmp_path / "small.gtheatre"
    write_document(file, SMALL)
    start = Start(preferences, tmp_path / "recovery", file)
    start.show()
    qtbot.waitUntil(lambda: start.program is not None, timeout=PATIENCE_MS)
    program = start.program
    assert program is not None
    start.window.resize(1440, 900)
    person = Person(program, qtbot)
    person.wait_for(lambda: person.trace is not None)
    person.parts.window.activateWindow()
    person.parts.window.theatre.setFocus()
    yield person
    person.parts.workspace.undo_stack.setClean()
    program.close()
    program.parts.window.deleteLater()


def answer(kind: type[QWidget], reply: Callable[[QWidget], None]) -> None:
    """Answer the next dialog of a kind when it opens."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, kind):
            reply(dialog)
        else:
            QTimer.singleShot(10, look)

    QTimer.singleShot(0, look)


def answer_message(button: QMessageBox.StandardButton, texts: list[str]) -> None:
    """Press a button of the next message box, and keep what it said."""

    def reply(box: QWidget) -> None:
        assert isinstance(box, QMessageBox)
        texts.append(box.text())
        box.button(button).click()

    answer(QMessageBox, reply)


def test_it_trains_pauses_advances_and_rewinds(person: Person) -> None:
    bar = person.parts.window.training_bar
    person.click(bar.train)
    person.wait_for(lambda: person.iteration > 20)
    person.wait_for(lambda: bar.train.text() == "Pause")
    person.click(bar.train)
    person.wait_for(lambda: not person.parts.controller.is_training)
    person.wait_for(lambda: bar.train.text() == "Train")
    here = person.iteration
    person.click(bar.once)
    person.wait_idle_at(here + 1)
    person.click(bar.rewind)
    person.wait_idle_at(0)
    person.wait_for(lambda: bar.iteration.text() == "0")


def test_keys_train_and_pause(person: Person) -> None:
    person.press(Qt.Key.Key_T)
    person.wait_for(lambda: person.iteration > 5)
    person.press(Qt.Key.Key_T)
    person.wait_for(lambda: not person.parts.controller.is_training)
    here = person.iteration
    person.press(Qt.Key.Key_I)
    person.wait_idle_at(here + 1)


def test_it_runs_to_an_iteration_and_back(person: Person) -> None:
    field = person.parts.window.training_bar.run_to
    for iteration in (30, 10):
        field.setFocus()
        person.qtbot.keyClicks(field, str(iteration))
        person.qtbot.keyClick(field, Qt.Key.Key_Return)
        person.wait_idle_at(iteration)
    assert person.parts.presenter.display.history.stretches.last.max() == 10


def test_keys_belong_to_a_text_field_that_has_the_focus(person: Person) -> None:
    field = person.parts.window.training_bar.run_to
    field.setFocus()
    person.qtbot.keyClicks(field, "10")
    assert person.network.skip.every == 0
    assert person.network.layers == SMALL.network.layers  # type: ignore[union-attr]


def test_a_switch_shows_its_effect_beside_the_old_values(person: Person) -> None:
    before = person.trace
    person.press(Qt.Key.Key_K)
    person.wait_for(lambda: person.trace is not None and len(person.trace.skip_ends) > 0)
    assert person.network.skip.every == 1
    flow = person.parts.presenter.display.flow
    assert flow.before_places is not None
    marks = person.parts.workspace.before
    assert marks is not None
    assert marks.trace is before
    person.press(Qt.Key.Key_Escape)
    person.wait_for(lambda: person.parts.presenter.display.flow.before_places is None)
    person.press(Qt.Key.Key_Z, control=True)
    person.wait_for(lambda: person.trace is not None and len(person.trace.skip_ends) == 0)
    assert person.experiment == SMALL


def test_a_switch_works_while_training(person: Person) -> None:
    person.press(Qt.Key.Key_T)
    person.wait_for(lambda: person.iteration > 5)
    person.press(Qt.Key.Key_K)
    person.wait_for(lambda: person.trace is not None and len(person.trace.skip_ends) > 0)
    assert person.parts.controller.is_training
    person.press(Qt.Key.Key_T)
    person.wait_for(lambda: not person.parts.controller.is_training)


def test_number_keys_throw_the_switches_of_the_strip(person: Person) -> None:
    person.press(Qt.Key.Key_1)
    person.wait_for(lambda: person.experiment != SMALL)
    person.press(Qt.Key.Key_1)
    assert person.experiment == SMALL


def test_one_click_on_an_arc_switches_it(person: Person) -> None:
    person.parts.window.theatre.skip_toggled.emit(3)
    assert person.network.skip.every == 1
    assert set(person.network.skip.off) == {2, 4}
    person.parts.window.theatre.skip_toggled.emit(2)
    assert set(person.network.skip.off) == {4}


def test_a_width_begins_anew_and_says_so(person: Person) -> None:
    person.click(person.parts.window.training_bar.once)
    person.wait_idle_at(1)
    wider = with_values(SMALL, [("network.layers.0.units", 12)])
    person.parts.window.builder.experiment_edited.emit(wider, "Units")
    person.wait_for(lambda: person.trace is not None and person.trace.widths[1] == 12)
    person.wait_idle_at(0)
    assert "iteration 0" in person.parts.window.status_strip.notice.text()


def test_a_pass_plays_stage_by_stage(person: Person) -> None:
    window = person.parts.window
    person.click(window.playback_bar.to_loss)
    assert person.parts.player.playhead.stage() == 0
    for stage in (1, 2, 3):
        person.press(Qt.Key.Key_S)
        assert person.parts.player.playhead.stage() == stage
    person.press(Qt.Key.Key_R)
    assert person.parts.player.is_playing
    person.wait_for(lambda: not person.parts.player.is_playing)
    assert person.parts.player.playhead.at_end()


def test_an_earlier_iteration_can_be_watched(person: Person) -> None:
    person.parts.commands.run_to(25)
    person.wait_idle_at(25)
    person.parts.window.theatre.iteration_selected.emit(7)
    person.wait_for(lambda: person.parts.presenter.watched_iteration == 7)
    assert person.parts.presenter.display.iteration == 7
    person.click(person.parts.window.training_bar.once)
    person.wait_idle_at(26)
    assert person.parts.presenter.watched_iteration is None


def test_a_click_on_a_bar_selects_its_layer_everywhere(person: Person) -> None:
    window = person.parts.window
    theatre = window.theatre
    window.inspector_dock.show()
    diagram = theatre.stage.drawings["diagram"].place
    flow = theatre.stage.drawings["flow"].place
    assert diagram is not None
    assert flow is not None
    spot = QPoint(int(theatre.column_x(3)), int(flow.room.bottom() - 40))
    person.qtbot.mouseClick(theatre.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert person.parts.workspace.selected_layer == 3
    person.wait_for(lambda: "3" in window.inspector_title._title.text())  # noqa: SLF001


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
    assert "could not be saved" in texts[0]
    assert person.parts.workspace.is_modified


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


def test_a_picture_and_a_table_are_exported(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ending in ("png", "svg", "pdf", "csv"):
        file = tmp_path / f"picture.{ending}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, file=file: (str(file), ""))

        def export(dialog: QWidget, ending: str = ending) -> None:
            assert isinstance(dialog, ExportDialog)
            box = dialog.format_choice
            box.setCurrentIndex(box.findData(ending))
            person.click(dialog.export)

        answer(ExportDialog, export)
        person.parts.actions["export"].trigger()
        assert file.stat().st_size > 500


def test_the_theatre_is_copied(person: Person) -> None:
    QApplication.clipboard().clear()
    person.parts.actions["copy_picture"].trigger()
    assert QApplication.clipboard().image().width() == 1920


def test_keys_change_what_is_seen(person: Person, preferences: Preferences) -> None:
    person.press(Qt.Key.Key_A)
    assert not person.parts.presenter.options.is_relative
    person.press(Qt.Key.Key_L)
    assert not person.parts.presenter.options.is_log
    person.press(Qt.Key.Key_D)
    assert preferences.theme == "light"
    person.press(Qt.Key.Key_D)
    assert preferences.theme == "dark"


def test_a_question_mark_shows_all_keys(person: Person) -> None:
    person.qtbot.keyClick(person.parts.window, Qt.Key.Key_F1)
    overlay = person.parts.window.findChild(KeyOverlay)
    assert overlay is not None
    assert overlay.isVisible()
    person.qtbot.keyClick(overlay, Qt.Key.Key_Escape)
    person.wait_for(lambda: person.parts.window.findChild(KeyOverlay) is None)


def test_a_scene_is_opened_from_the_menu(person: Person) -> None:
    actions = person.parts.window.menus.scenes.actions()
    action = next(action for action in actions if action.objectName() == "scene_10-explosion")
    action.trigger()
    assert person.parts.workspace.file is None
    assert person.experiment.title in action.text()
    assert person.parts.window.training_bar.scene.currentText() == action.text()


def test_a_recurrent_scene_is_trained_and_played(person: Person) -> None:
    person.parts.filing.open_scene("16-adding-rnn")
    presenter = person.parts.presenter
    person.wait_for(lambda: presenter.display.experiment is person.experiment)
    person.wait_for(lambda: presenter.display.verdict is not None)
    person.click(person.parts.window.training_bar.once)
    person.wait_idle_at(1)
    person.press(Qt.Key.Key_R)
    person.wait_for(lambda: not person.parts.player.is_playing)
    assert person.parts.player.playhead.at_end()


def test_folded_and_closed_docks_come_back(person: Person) -> None:
    window = person.parts.window
    window.inspector_dock.close()
    person.wait_for(window.rail.isVisible)
    person.click(window.rail)
    assert window.inspector_dock.isVisible()
    assert not window.rail.isVisible()


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_the_theatre_has_most_of_the_width(person: Person, size: tuple[int, int]) -> None:
    window = person.parts.window
    window.resize(*size)
    window.reset_layout()
    person.wait_for(lambda: window.theatre.width() > 0)
    QApplication.processEvents()
    assert (window.width(), window.height()) == size
    assert window.theatre.width() >= 0.6 * window.width()


def test_unsaved_work_of_a_crash_is_offered(person: Person) -> None:
    person.press(Qt.Key.Key_K)
    person.parts.filing.keep_unsaved()
    folder = person.program.recovery.folder
    assert len(list(folder.glob("*.gtheatre"))) == 1
    person.press(Qt.Key.Key_Z, control=True)
    person.parts.filing.keep_unsaved()
    assert list(folder.glob("*.gtheatre")) == []
