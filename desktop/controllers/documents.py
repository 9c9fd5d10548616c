"""New, open, save, recover: what happens to documents, and the dialogs that ask about it."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from desktop.model.document_files import SUFFIX, write_document
from desktop.model.preferences import Preferences
from desktop.model.recovery import Copy, Recovery
from desktop.model.safe_write import with_ending
from desktop.model.workspace import Workspace
from desktop.panels.builder.change_task import edit_task
from desktop.panels.builder.table_header import read_header
from desktop.panels.kind import PanelKinds
from desktop.panels.recovery_dialog import RecoveryDialog
from engine import documents
from engine.document.experiment import Experiment
from engine.document.recognition import TABLE_ENDINGS, Content
from engine.errors import GradientTheatreError, TaskError, WritingError

_DOCUMENTS = f"Gradient Theatre documents (*{SUFFIX})"
_ENDINGS = " ".join(f"*{ending}" for ending in (SUFFIX, *TABLE_ENDINGS, ".txt"))
_OPENABLE = f"Documents, tables and texts ({_ENDINGS})"
_ANYTHING = "All files (*)"
_LONGEST_TITLE = 100
FIRST_SCENE = "1-sigmoid-depth-10"


class DocumentCommands(QObject):
    """Moves documents between the workspace and the disk; asks before work is lost.

    Scenes are demonstrations: nobody is asked about an edited one, and undo returns to it.
    """

    recent_files_changed = Signal()
    opening_cancelled = Signal()
    """The open document stays."""

    def __init__(
        self,
        workspace: Workspace,
        preferences: Preferences,
        recovery: Recovery,
        kinds: PanelKinds,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._preferences = preferences
        self._recovery = recovery
        self._kinds = kinds
        self._has_closed = False
        self._has_said_what_fails = False
        self.window: QWidget | None = None
        """Over which dialogs appear."""

    @Slot()
    def begin_new(self) -> None:
        """Open the first scene's network as an untitled document."""
        self._open(replace(make_first_experiment(), title=""), None)

    @Slot()
    def choose_and_open(self) -> None:
        """Let the user choose a document, or a file to learn."""
        name, _ = QFileDialog.getOpenFileName(
            self.window,
            "Open",
            str(self._preferences.last_folder),
            f"{_OPENABLE};;{_DOCUMENTS};;{_ANYTHING}",
        )
        if name:
            self.open_file(Path(name))

    @Slot(object)
    def open_file(self, file: Path) -> bool:
        """Open a document, or a table or text as a new one that learns it.

        Returns:
            Whether it is open now.
        """
        try:
            content = documents.look_into(file)
            if content == "document":
                notices: list[str] = []
                is_open = self._open(documents.read(file, notices.append), file)
                if is_open:
                    self._workspace.notify(" ".join(notices))
            else:
                is_open = self._learn(file, content)
        except GradientTheatreError as error:
            self._preferences.forget_recent_file(file)
            self.recent_files_changed.emit()
            self.complain(str(error))
            return False
        if is_open:
            self._remember(file)
        return is_open

    def may_ask_about(self, file: Path) -> bool:
        """Whether opening a file may take an answer, since it is no document."""
        try:
            return documents.look_into(file) != "document"
        except GradientTheatreError:
            return True

    @Slot(str)
    def open_scene(self, name: str) -> bool:
        """Open a built-in scene; whether it is open now."""
        try:
            experiment = documents.load_scene(name)
        except GradientTheatreError as error:
            self.complain(str(error))
            return False
        is_open = self._open(experiment, None, is_own=False)
        if not is_open:
            self.opening_cancelled.emit()
        return is_open

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
        name, _ = QFileDialog.getSaveFileName(
            self.window, "Save", str(start), f"{_DOCUMENTS};;{_ANYTHING}"
        )
        try:
            return bool(name) and self._write(with_ending(Path(name), SUFFIX))
        except WritingError as error:
            self.complain(str(error))
            return False

    def may_close(self) -> bool:
        """Whether the program may end; its copies of unsaved work are then forgotten."""
        if not self._may_leave():
            return False
        self._has_closed = True
        self._recovery.discard_answered(self._workspace.document_number)
        return True

    @Slot()
    def keep_unsaved(self) -> None:
        """Keep a copy of unsaved work for after a crash."""
        workspace = self._workspace
        if self._has_closed:
            return
        if not workspace.is_modified:
            self._recovery.discard(workspace.document_number)
            return
        self._keep()

    def _keep(self) -> bool:
        workspace = self._workspace
        try:
            self._recovery.keep(
                workspace.document_number,
                workspace.document,
                workspace.file,
                is_recovered=workspace.is_recovered,
            )
        except WritingError as error:
            if not self._has_said_what_fails:
                self._has_said_what_fails = True
                workspace.notify(f"Save often: no copy of unsaved work can be kept, since {error}")
            return False
        return True

    @Slot()
    def offer_lost_work(self) -> None:
        """List what ended programs have left; it stays until it is opened or discarded."""
        lost = self._recovery.find_lost()
        if lost.copies:
            dialog = RecoveryDialog(lost.copies, lost.problems, self.window)
            dialog.open_requested.connect(self._recover)
            dialog.discard_requested.connect(self._forget)
            dialog.exec()
            dialog.deleteLater()
        elif lost.problems:
            more = f" So it is with {len(lost.problems) - 1:,} more." if lost.problems[1:] else ""
            self.complain(lost.problems[0] + more)
        self._recovery.release()

    @Slot(object)
    def _recover(self, copy: Copy) -> None:
        # The old copy goes only when there is one of our own.
        if self._open(copy.experiment, copy.file, is_recovered=True) and self._keep():
            self._forget(copy)

    @Slot(object)
    def _forget(self, copy: Copy) -> None:
        try:
            self._recovery.delete(copy)
        except WritingError as error:
            self.complain(str(error))

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

    def _open(
        self,
        experiment: Experiment,
        file: Path | None,
        *,
        is_own: bool = True,
        is_recovered: bool = False,
    ) -> bool:
        """Take another document, if the open one may go."""
        if not self._may_leave():
            return False
        if self._workspace.is_own:
            self._recovery.discard(self._workspace.document_number)
        else:
            self.keep_unsaved()  # nobody was asked about it
        self._workspace.open(experiment, file, is_own=is_own, is_recovered=is_recovered)
        return True

    def _may_leave(self) -> bool:
        """Whether the open document may go: a scene, saved, unchanged, or not wanted."""
        if not (self._workspace.is_own and self._workspace.is_modified):
            return True
        box = QMessageBox(
            QMessageBox.Icon.NoIcon,
            "Unsaved changes",
            "Save the changes to this document?",
            QMessageBox.StandardButton.NoButton,
            self.window,
        )
        box.setObjectName("unsaved_dialog")
        box.setInformativeText("They are lost if you discard them.")
        # Qt's own words of these buttons have no mnemonics on every system.
        for standard, words in (
            (QMessageBox.StandardButton.Save, "&Save"),
            (QMessageBox.StandardButton.Discard, "&Discard"),
            (QMessageBox.StandardButton.Cancel, "&Cancel"),
        ):
            box.addButton(standard).setText(words)
        box.setDefaultButton(QMessageBox.StandardButton.Save)
        answer = box.exec()
        box.deleteLater()
        if answer == QMessageBox.StandardButton.Save:
            return self.save()
        return answer == QMessageBox.StandardButton.Discard

    def _learn(self, file: Path, content: Content) -> bool:
        """Begin a new document that learns a table or a text with the present network.

        Raises:
            TaskError: one sentence, for a table without columns.
        """
        if content == "table or text":
            content = self._ask_what_it_is(file)
        if content == "document":
            return False
        path = str(file.absolute())
        if content == "text":
            task, said = {"name": "text", "path": path}, "the next word"
        else:
            found = read_header(file)
            names = found.names
            if not names:
                raise TaskError(
                    found.problem
                    or f"“{file.name}” needs a first line with the names of its columns."
                )
            said = f"“{names[-1]}”"
            if len(names) == 1:
                task = {"name": "series", "source": "csv", "path": path, "column": names[0]}
            else:
                task = {"name": "csv", "path": path, "target": names[-1]}
        now = self._workspace.experiment
        try:
            edit = edit_task(self._kinds, now, task)
        except msgspec.ValidationError as error:  # a name of a thousand characters
            raise TaskError(str(documents.object_to(str(error), task))) from error
        title = ("title", file.stem[:_LONGEST_TITLE])
        if not self._open(documents.with_values(now, [title, *edit.changes.items()]), None):
            return False
        sentence = f"Learns to predict {said} of “{file.name}”. {edit.note}"
        self._workspace.notify(sentence.strip())
        return True

    def _ask_what_it_is(self, file: Path) -> Content:
        """Ask whether a file is a table or a text; "document" if it is not to be opened."""
        box = QMessageBox(
            QMessageBox.Icon.NoIcon,
            "Open",
            f"Learn “{file.name}” as a table or as a text?",
            QMessageBox.StandardButton.NoButton,
            self.window,
        )
        box.setObjectName("content_dialog")
        box.setInformativeText(
            "Of a table one column is predicted from the others, of a text the next word."
        )
        table = box.addButton("&Table", QMessageBox.ButtonRole.AcceptRole)
        text = box.addButton("Te&xt", QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel).setText("&Cancel")
        box.setDefaultButton(table)
        box.exec()
        chosen = box.clickedButton()
        box.deleteLater()
        if chosen is table:
            return "table"
        return "text" if chosen is text else "document"

    def _write(self, file: Path) -> bool:
        try:
            write_document(file, self._workspace.document)
        except GradientTheatreError as error:
            self.complain(str(error))
            return False
        self._workspace.note_saved(file)
        self._recovery.discard(self._workspace.document_number)
        self._remember(file)
        return True

    def _remember(self, file: Path) -> None:
        self._preferences.add_recent_file(file)
        self._preferences.last_folder = file.absolute().parent
        self.recent_files_changed.emit()


def make_first_experiment() -> Experiment:
    """What a first start shows: ten sigmoid layers whose gradient vanishes."""
    return documents.load_scene(FIRST_SCENE)
