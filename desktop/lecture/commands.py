"""Begins a lecture from the desk, and returns to it."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication, QScreen

from desktop.lecture.lecture import LectureProgram
from desktop.lecture.screens import find_hall
from desktop.model.preferences import Preferences
from desktop.model.workspace import Workspace
from desktop.shell.main_window import MainWindow
from desktop.worker.controller import TrainingController
from engine.document.experiment import Experiment
from engine.document.lecture import Beat, Lecture


class LectureCommands(QObject):
    """F5 at the desk: the open document's lecture, full screen; Escape comes back."""

    left = Signal(int)
    """The beat, from 0, at which a lecture ended."""
    wanted = Signal(str)
    """A command for which a lecture was left: "open", "save" or "export"."""

    def __init__(
        self,
        workspace: Workspace,
        controller: TrainingController,
        preferences: Preferences,
        window: MainWindow,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._controller = controller
        self._preferences = preferences
        self._window = window
        self.program: LectureProgram | None = None
        self._left_at: dict[int, int] = {}

    @Slot()
    def begin(self) -> None:
        """Play the document's beats, from where they were left; one that goes on is not begun."""
        if self.program is not None:
            return
        self._controller.pause()
        number = self._workspace.document_number
        document = give_a_beat(self._workspace.document)
        program = LectureProgram(document, self._workspace.folder, self._preferences)
        program.ended.connect(self._note_end)
        program.wanted.connect(self.wanted)
        self.program = program
        desk = self._window.screen()
        hall = self._find_chosen() or find_hall(desk, QGuiApplication.screens())
        assert document.lecture is not None
        last = len(document.lecture.beats) - 1  # some may have been deleted since
        program.begin(hall, min(self._left_at.get(number, 0), last), desk)

    @Slot()
    def begin_with_presenter(self) -> None:
        """The same, with the lecturer's screen, wherever the hall is."""
        self.begin()
        if self.program is not None and self.program.presenter is None:
            self.program.open_or_close_presenter()

    @Slot(int)
    def begin_at(self, index: int) -> None:
        """Play the document's beats from this one on."""
        self._left_at[self._workspace.document_number] = index
        self.begin()

    def _find_chosen(self) -> QScreen | None:
        """The screen that was chosen, while it is there."""
        name = self._preferences.lecture_screen
        screens = QGuiApplication.screens()
        return next((screen for screen in screens if name and screen.name() == name), None)

    @Slot(str)
    def choose_screen(self, name: str) -> None:
        """Open lectures on this screen; on another one than the desk's for no name."""
        self._preferences.lecture_screen = name
        self.offer_screens()

    @Slot()
    def offer_screens(self) -> None:
        """Those that there are now."""
        screens = []
        for screen in QGuiApplication.screens():
            size = screen.size() * screen.devicePixelRatio()
            screens.append((screen.name(), f"{screen.name()}, {size.width()} × {size.height()}"))
        self._window.menus.show_screens(screens, self._preferences.lecture_screen)

    @Slot(int)
    def _note_end(self, index: int) -> None:
        """The desk is as it was."""
        program, self.program = self.program, None
        self._left_at[self._workspace.document_number] = index
        if program is not None:
            program.deleteLater()
        self._window.activateWindow()
        self.left.emit(index)

    def close(self) -> None:
        """The program ends."""
        if self.program is not None:
            self.program.end()


def give_a_beat(document: Experiment) -> Experiment:
    """The same document; one without a lecture has one beat, with its title."""
    if document.lecture is not None:
        return document
    beat = Beat(kind="show", sentence=document.title.replace("{", "{{"))
    return msgspec.structs.replace(document, lecture=Lecture(beats=(beat,)))
