"""New, open, save, recover: what happens to documents, and the dialogs that ask about it."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from desktop.atomic import with_ending
from desktop.documents import SUFFIX, Recovery, write_document
from desktop.preferences import Preferences
from desktop.workspace import Workspace
from engine import document, scenes
from engine.errors import GradientTheatreError, WritingError
from engine.experiment import Experiment

_FILTER = f"Gradient Theatre documents (*{SUFFIX});;All files (*)"
FIRST_SCENE = "1-sigmoid-depth-10"


class Filing(QObject):
    """Moves documents between the workspace and the disk; asks before work is lost."""

    recent_files_changed = Signal()
    opening_cancelled = Signal()
    """The open document stays."""

    def __init__(
        self,
        workspace: Workspace,
        preferences: Preferences,
        recovery: Recovery,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._preferences = preferences
        self._recovery = recovery
        self.window: QWidget | None = None
        """Over which dialogs appear."""

    @Slot()
    def begin_new(self) -> None:
        """Open the first scene's network as an untitled document."""
        if self.may_discard():
            self._workspace.open(replace(make_first_experiment(), title=""), None)

    @Slot()
    def choose_and_open(self) -> None:
        """Let the user choose a document."""
        if not self.may_discard():
            return
        name, _ = QFileDialog.getOpenFileName(
            self.window, "Open", str(self._preferences.last_folder), _FILTER
        )
        if name:
            self._read(Path(name))

    @Slot(object)
    def open_file(self, file: Path) -> None:
        """Open a document, a recent or a dropped one."""
        if self.may_discard():
            self._read(file)

    @Slot(str)
    def open_scene(self, name: str) -> None:
        """Open a built-in scene as an untitled document."""
        if not self.may_discard():
            self.opening_cancelled.emit()
            return
        try:
            experiment = scenes.load(name)
        except GradientTheatreError as error:
            self.complain(str(error))
            return
        self._workspace.open(experiment, None)

    @Slot()
    def save(self) -> bool:
        """Save where the document lies; ask where that is the first time."""
        file = self._workspace.file
        return self.save_as() if file is None else self._write(file)

    @Slot()
    def save_as(self) -> bool:
        """Ask for a file and save there."""
        file = self._workspace.file
        title = self._workspace.experiment.title
        stem = "".join(c if c.isalnum() or c in " -_" else "" for c in title).strip()
        start = file or self._preferences.last_folder / f"{stem or 'Untitled'}{SUFFIX}"
        name, _ = QFileDialog.getSaveFileName(self.window, "Save", str(start), _FILTER)
        try:
            return bool(name) and self._write(with_ending(Path(name), SUFFIX))
        except WritingError as error:
            self.complain(str(error))
            return False

    def may_discard(self) -> bool:
        """Whether the open document may go: saved, unchanged, or not wanted."""
        if not self._workspace.is_modified:
            return True
        box = QMessageBox(
            QMessageBox.Icon.NoIcon,
            "Unsaved changes",
            "Save the changes to this document?",
            QMessageBox.StandardButton.Save
            | QMessageBox.StandardButton.Discard
            | QMessageBox.StandardButton.Cancel,
            self.window,
        )
        box.setObjectName("unsaved_dialog")
        box.setInformativeText("They are lost if you discard them.")
        box.setDefaultButton(QMessageBox.StandardButton.Save)
        answer = box.exec()
        box.deleteLater()
        if answer == QMessageBox.StandardButton.Save:
            return self.save()
        return answer == QMessageBox.StandardButton.Discard

    @Slot()
    def keep_unsaved(self) -> None:
        """Keep a copy of unsaved work for after a crash."""
        if self._workspace.is_modified:
            self._recovery.keep(self._workspace.experiment)
        else:
            self._recovery.discard()

    def offer_lost_work(self) -> None:
        """After a crash, open what was not saved, if it is wanted."""
        lost = self._recovery.take_lost()
        if lost is None:
            return
        box = QMessageBox(
            QMessageBox.Icon.NoIcon,
            "Unsaved work",
            "The program ended without saving “" + (lost.title or "Untitled") + "”. Open it again?",
            QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
            self.window,
        )
        box.setObjectName("recovery_dialog")
        is_wanted = box.exec() == QMessageBox.StandardButton.Yes
        box.deleteLater()
        if is_wanted:
            self._workspace.open(lost, None, is_recovered=True)

    @Slot()
    def clear_recent_files(self) -> None:
        """Forget the recent documents."""
        self._preferences.clear_recent_files()
        self.recent_files_changed.emit()

    @Slot(str)
    def complain(self, sentence: str) -> None:
        """Show one sentence in a dialog; the open work is untouched."""
        box = QMessageBox(
            QMessageBox.Icon.NoIcon,
            "Gradient Theatre",
            sentence,
            QMessageBox.StandardButton.Ok,
            self.window,
        )
        box.setObjectName("error_dialog")
        box.exec()
        box.deleteLater()

    def _read(self, file: Path) -> None:
        notices: list[str] = []
        try:
            experiment = document.read(file, notices.append)
        except GradientTheatreError as error:
            self._preferences.forget_recent_file(file)
            self.recent_files_changed.emit()
            self.complain(str(error))
            return
        self._workspace.open(experiment, file)
        self._workspace.notify(" ".join(notices))
        self._remember(file)

    def _write(self, file: Path) -> bool:
        try:
            write_document(file, self._workspace.experiment)
        except GradientTheatreError as error:
            self.complain(str(error))
            return False
        self._workspace.note_saved(file)
        self._remember(file)
        return True

    def _remember(self, file: Path) -> None:
        self._preferences.add_recent_file(file)
        self._preferences.last_folder = file.absolute().parent
        self.recent_files_changed.emit()


def make_first_experiment() -> Experiment:
    """What a first start shows: ten sigmoid layers whose gradient vanishes."""
    return scenes.load(FIRST_SCENE)
