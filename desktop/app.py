"""The composition root: makes every object of the program, in order, and runs it."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QTimer
from PySide6.QtWidgets import QApplication

from desktop.actions import Actions
from desktop.commands import Commands
from desktop.documents import Recovery, read_document
from desktop.exporting import Exporting
from desktop.filing import FIRST_SCENE, Filing, make_first_experiment
from desktop.playback import Player
from desktop.preferences import Preferences
from desktop.presenter import Presenter
from desktop.saying import Saying
from desktop.theme import THEMES, apply_theme
from desktop.training.controller import TrainingController
from desktop.window import MainWindow
from desktop.wiring import Parts, wire
from desktop.workspace import Workspace
from engine import scenes
from engine.experiment import Feedforward

_RECOVERY_MS = 2_000


class Program:
    """The running program: its objects, from the first paint to the end of the worker."""

    def __init__(self, preferences: Preferences, recovery_folder: Path) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply_theme(application, THEMES[preferences.theme])
        self.recovery = Recovery(recovery_folder)
        workspace = Workspace(make_first_experiment())
        controller = TrainingController()
        player = Player()
        presenter = Presenter(workspace, controller, player, preferences)
        actions = Actions(workspace.undo_stack)
        filing = Filing(workspace, preferences, self.recovery)
        window = MainWindow(THEMES[preferences.theme], actions, filing.may_discard)
        filing.window = window
        self.parts = Parts(
            preferences=preferences,
            workspace=workspace,
            controller=controller,
            player=player,
            presenter=presenter,
            actions=actions,
            window=window,
            filing=filing,
            exporting=Exporting(workspace, presenter, preferences, window),
            commands=Commands(
                workspace, controller, presenter, player, preferences, window, actions
            ),
            saying=Saying(workspace, preferences, window),
            recovery_timer=QTimer(interval=_RECOVERY_MS),
        )
        wire(self.parts)

    def show(self, file: Path | None = None) -> None:
        """Show the window, then let the worker import torch; open a document if one is named."""
        parts = self.parts
        parts.saying.show_recent_files()
        parts.window.apply_theme(THEMES[parts.preferences.theme])
        parts.player.set_reduced_motion(parts.preferences.reduces_motion)
        parts.commands.show_choices()
        parts.saying.show_document()
        parts.window.restore_layout(parts.preferences)
        parts.commands.announce_selection()
        parts.presenter.start()
        if file is None:
            parts.commands.show_document()
        else:
            parts.filing.open_file(file)
        parts.window.painted.connect(self._begin, Qt.ConnectionType.SingleShotConnection)
        parts.window.show()

    def _begin(self) -> None:
        parts = self.parts
        parts.controller.start()
        parts.window.show_scenes(_list_scenes())
        if parts.workspace.file is None:
            parts.window.training_bar.show_scene(FIRST_SCENE)
        parts.window.theatre.setFocus()
        parts.recovery_timer.start()
        parts.filing.offer_lost_work()

    def close(self) -> None:
        """Keep the layout, stop the worker, forget the copy of unsaved work."""
        parts = self.parts
        parts.recovery_timer.stop()
        parts.presenter.stop()
        parts.controller.close()
        parts.window.keep_layout(parts.preferences)
        self.recovery.discard()


def run(file: Path | None = None) -> int:
    """Run the program until its window is closed; returns the exit status.

    Args:
        file: a document to open.

    Raises:
        DocumentError: if it cannot be opened.
    """
    if file is not None:
        read_document(file)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    application.setApplicationName("gradient-theatre")
    state = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
    program = Program(Preferences(), Path(state) / "recovery")
    program.show(file)
    status = application.exec()
    program.close()
    return status


def _list_scenes() -> list[tuple[str, str]]:
    """(name, title) of the scenes that the theatre can draw, with their numbers."""
    drawn = [name for name in scenes.names() if isinstance(scenes.load(name).network, Feedforward)]
    return [(name, f"{name.partition('-')[0]} · {scenes.title(name)}") for name in drawn]
