"""The running program: every object, made in order, and what a start and an end consist of."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer

from desktop.app.connections import Components, wire
from desktop.controllers.autopsy import AutopsyCommands
from desktop.controllers.cause_question import CauseCompletion
from desktop.controllers.comparison import ComparisonCommands
from desktop.controllers.display_options import DisplayCommands
from desktop.controllers.documents import FIRST_SCENE, DocumentCommands, make_first_experiment
from desktop.controllers.export import ExportCommands
from desktop.controllers.frame_loop import FrameLoop
from desktop.controllers.gallery import GalleryCommands
from desktop.controllers.lecture_recording import LectureRecording
from desktop.controllers.lower_view_question import LowerViewQuestion
from desktop.controllers.panel_updates import PanelUpdates
from desktop.controllers.remedies import RemedyCommands
from desktop.controllers.side_panel_question import SidePanelQuestion
from desktop.controllers.theory_question import TheoryQuestion
from desktop.controllers.training import TrainingCommands
from desktop.kinds.table import make_panels
from desktop.lecture.commands import LectureCommands
from desktop.lecture.scene_exports import SceneExports
from desktop.model.player import Player
from desktop.model.preferences import Preferences
from desktop.model.recovery import Recovery
from desktop.model.workspace import Workspace
from desktop.shell.actions import Actions
from desktop.shell.main_window import MainWindow
from desktop.style.theme import THEMES
from desktop.worker.controller import TrainingController
from engine.document import scenes

_RECOVERY_MS = 2_000


class Program:
    """All objects but the window, which was there before; from the first paint to the end."""

    def __init__(self, window: MainWindow, preferences: Preferences, recovery_folder: Path) -> None:
        self.recovery = Recovery(recovery_folder)
        self._has_named = False
        self._later: Path | None = None
        """What is opened when the window stands, since it may ask something."""
        workspace = Workspace(make_first_experiment())
        controller = TrainingController()
        player = Player()
        frame_loop = FrameLoop(workspace, controller, player, preferences)
        actions = Actions(workspace.undo_stack)
        kinds = make_panels()
        document_commands = DocumentCommands(workspace, preferences, self.recovery, kinds)
        window.furnish(actions, kinds, document_commands.may_close)
        document_commands.window = window
        self.components = Components(
            preferences=preferences,
            workspace=workspace,
            controller=controller,
            player=player,
            frame_loop=frame_loop,
            actions=actions,
            window=window,
            document_commands=document_commands,
            export_commands=ExportCommands(
                workspace, frame_loop, preferences, window, SceneExports()
            ),
            training_commands=TrainingCommands(
                workspace, controller, frame_loop, player, window, actions, kinds
            ),
            comparison_commands=ComparisonCommands(workspace, frame_loop, window, actions),
            autopsy_commands=AutopsyCommands(
                workspace, controller, frame_loop, player, window.autopsy_bar
            ),
            display_commands=DisplayCommands(frame_loop, player, preferences, window, actions),
            panel_updates=PanelUpdates(workspace, preferences, window),
            side_panel_questions=tuple(
                SidePanelQuestion(workspace, controller, window.docks, panel)
                for panel in window.side_panels
            ),
            lower_view_question=LowerViewQuestion(workspace, controller, frame_loop),
            theory_question=TheoryQuestion(workspace, controller, frame_loop),
            cause_completion=CauseCompletion(controller, frame_loop),
            remedy_commands=RemedyCommands(workspace, controller, frame_loop, window),
            lecture_commands=LectureCommands(workspace, controller, preferences, window),
            lecture_recording=LectureRecording(workspace, controller, frame_loop, window.lecture),
            gallery_commands=GalleryCommands(workspace, preferences, document_commands, window),
            recovery_timer=QTimer(interval=_RECOVERY_MS),
        )
        wire(self.components)

    def show(self, opened: Path | str | None = None) -> None:
        """Show what there is, then let the worker import torch; open a named file or scene."""
        components = self.components
        self._has_named = opened is not None
        components.panel_updates.show_recent_files()
        components.window.apply_theme(THEMES[components.preferences.theme])
        components.player.set_reduced_motion(components.preferences.reduces_motion)
        components.display_commands.show_choices()
        components.display_commands.fit_type()
        if isinstance(opened, Path):
            is_later = components.document_commands.may_ask_about(opened)
            self._later = opened if is_later else None
            if is_later or not components.document_commands.open_file(opened):
                components.document_commands.open_scene(FIRST_SCENE)
        else:
            components.document_commands.open_scene(opened or FIRST_SCENE)
        components.window.docks.restore(components.preferences.layout)
        components.training_commands.announce_selection()
        components.frame_loop.start()
        components.window.painted.connect(self._begin, Qt.ConnectionType.SingleShotConnection)
        components.window.show()

    def _begin(self) -> None:
        components = self.components
        components.controller.start()
        chapters = _list_chapters()
        components.window.menus.show_scenes(chapters)
        components.lecture_commands.offer_screens()
        components.window.training_bar.set_scenes(chapters)
        components.panel_updates.show_scene()
        components.window.theatre.setFocus()
        components.recovery_timer.start()
        components.document_commands.offer_lost_work()
        if self._later is not None:
            components.document_commands.open_file(self._later)
        components.gallery_commands.begin(has_named=self._has_named)

    def close(self) -> None:
        """Stop the worker, keep the layout, and unsaved work where nobody has closed the window.

        A display that dies ends the program without having asked anyone.
        """
        components = self.components
        components.recovery_timer.stop()
        components.lecture_commands.close()
        components.gallery_commands.end()
        components.document_commands.keep_unsaved()
        components.frame_loop.stop()
        components.lower_view_question.asker.stop()
        components.theory_question.asker.stop()
        components.cause_completion.asker.stop()
        components.remedy_commands.close()
        for question in components.side_panel_questions:
            question.asker.stop()
        components.controller.close()
        components.window.keep_place(components.preferences)
        self.recovery.close()


def _list_chapters() -> list[tuple[str, list[tuple[str, str]]]]:
    """The chapters with (name, title) of their scenes, the numbered ones with their numbers."""
    return [
        (chapter, [(name, _label(name)) for name in listed])
        for chapter, listed in scenes.chapters()
    ]


def _label(name: str) -> str:
    number, title = name.partition("-")[0], scenes.titles()[name]
    return f"{number} · {title}" if number.isdigit() else title
