"""The composition root: shows the window at once, makes the program behind it, and runs it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Qt, Slot
from PySide6.QtWidgets import QApplication

from desktop.model.preferences import Preferences
from desktop.shell.main_window import MainWindow
from desktop.style.theme import THEMES, apply_theme

if TYPE_CHECKING:
    from desktop.app.program import Program


class Start(QObject):
    """An empty window on the screen, and the program as soon as that is painted."""

    def __init__(
        self, preferences: Preferences, recovery_folder: Path, opened: Path | str | None = None
    ) -> None:
        super().__init__()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._preferences = preferences
        self._recovery_folder = recovery_folder
        self._opened = opened
        self.program: Program | None = None
        theme = THEMES[preferences.theme]
        self.window = MainWindow(theme)
        self.window.restore_place(preferences)
        apply_theme(application, theme, self.window.height())

    def show(self) -> None:
        """Show the window; the rest follows by itself."""
        self.window.painted.connect(self._furnish, Qt.ConnectionType.SingleShotConnection)
        self.window.show()

    def close(self) -> None:
        """End the program."""
        if self.program is not None:
            self.program.close()

    @Slot()
    def _furnish(self) -> None:
        from desktop.app.program import Program  # with panels, views and numbers: the slow part

        self.program = Program(self.window, self._preferences, self._recovery_folder)
        self.program.show(self._opened)


def run(experiment: str | None = None) -> int:
    """Run the program until its window is closed; returns the exit status.

    Args:
        experiment: a document's file or a scene's name, to open it.

    Raises:
        DocumentError: if the file cannot be opened.
        RequestError: if there is neither.
    """
    opened = None if experiment is None else find(experiment)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    application.setApplicationName("gradient-theatre")
    state = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
    start = Start(Preferences(), Path(state) / "recovery", opened)
    start.show()
    status = application.exec()
    start.close()
    return status


def find(experiment: str) -> Path | str:
    """The file, or the scene's name: found to be readable before there is a window."""
    from engine import documents

    file = Path(experiment)
    if experiment and file.exists():
        if documents.look_into(file) == "document":
            documents.read(file)
        return file
    documents.load_scene(experiment)
    return experiment
