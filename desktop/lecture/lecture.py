"""A lecture's own program: it has a workspace, a worker and windows, and leaves the desk as it is.

Every connection of a lecture stands here, as those of the desk stand in `desktop.app.connections`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from operator import is_not
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from desktop.controllers.frame_loop import FrameLoop
from desktop.controllers.lower_view_question import LowerViewQuestion
from desktop.display.frame import DisplayFrame
from desktop.display.resolve_aside import resolve_aside
from desktop.display.verdict import resolve_verdict
from desktop.kinds.table import kind_of, make_panels
from desktop.lecture.aside import PAINTED
from desktop.lecture.clock import LectureClock
from desktop.lecture.hall import HallWindow
from desktop.lecture.hall_switches import HallSwitches
from desktop.lecture.keys import LectureKeys
from desktop.lecture.moment import Moment
from desktop.lecture.screens import find_presenter
from desktop.lecture.session import LectureSession
from desktop.model.player import Player
from desktop.model.preferences import Preferences
from desktop.model.workspace import Workspace
from desktop.style.theme import THEMES
from desktop.worker.controller import TrainingController
from engine.document.experiment import Experiment

if TYPE_CHECKING:
    from desktop.lecture.presenter import PresenterWindow

_ON_TITLE = frozenset(
    {
        *("next", "previous", "leave", "first", "last", "black", "white", "dark"),
        *("full_screen", "keys", "preview", "presenter", "open", "save", "export"),
    }
)
"""What is possible while there is no network on the screen yet."""


class LectureProgram(QObject):
    """From F5 to Escape."""

    ended = Signal(int)
    """The beat, from 0, at which it was left."""
    wanted = Signal(str)
    """A command of the desk, for which the lecture was left: "open", "save" or "export"."""

    def __init__(
        self,
        document: Experiment,
        folder: Path | None,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.workspace = Workspace(document)
        self.controller = TrainingController()
        self.player = Player()
        self.frame_loop = FrameLoop(self.workspace, self.controller, self.player, preferences)
        self.player.set_reduced_motion(preferences.reduces_motion)
        self.kinds = make_panels()
        self.session = LectureSession(
            document, folder, self.workspace, self.controller, self.player, self.frame_loop
        )
        lecture = document.lecture
        switches = HallSwitches(self.kinds, None if lecture is None else lecture.switches)
        self.hall = HallWindow(switches)
        self.keys = LectureKeys(self._is_ours, self)
        self.clock = LectureClock(0.0 if lecture is None else lecture.minutes)
        self.presenter: PresenterWindow | None = None
        """The lecturer's screen, while there is one."""
        self.lower_question = LowerViewQuestion(self.workspace, self.controller, self.frame_loop)
        self._theme = THEMES[preferences.theme]
        self._has_ended = False
        self._aside_of: tuple[object, ...] = ()
        self._meanings = self._list_meanings()
        self._wire()

    def begin(self, screen: QScreen, index: int = 0, desk: QScreen | None = None) -> None:
        """Fill a screen, and play a beat.

        Args:
            screen: the hall's.
            index: of the beat, from 0.
            desk: where the lecturer sits; the presenter screen goes there, or to any other one
                than the hall's. With one screen it stays away until it is asked for.
        """
        left = find_presenter(screen, desk or screen, QGuiApplication.screens())
        if left is not None:
            self._open_presenter()
            assert self.presenter is not None
            self.presenter.setGeometry(left.availableGeometry())
            self.presenter.showMaximized()
        self.hall.setGeometry(screen.geometry())
        self.hall.showFullScreen()
        self.hall.activateWindow()
        self.hall.setFocus()
        self.keys.begin()
        self.clock.go_on()
        self.controller.start()
        self.frame_loop.start()
        self.session.begin(index)

    @Slot()
    def end(self) -> None:
        """Close all windows and stop the worker."""
        if self._has_ended:
            return
        self._has_ended = True
        self.keys.end()
        self.frame_loop.stop()
        self.lower_question.asker.stop()
        self.controller.close()
        if self.presenter is not None:
            self.presenter.close()
        self.hall.close()
        # While Python still knows its items: what it collects first, Qt would miss.
        self.hall.deleteLater()
        self.ended.emit(max(0, self.session.index))

    def _wire(self) -> None:
        controller, frame_loop, session = self.controller, self.frame_loop, self.session
        controller.training_changed.connect(self.player.set_live)
        controller.training_changed.connect(frame_loop.note_training)
        controller.traces_recorded.connect(frame_loop.show_watched)
        controller.beat_played.connect(session.note_beat)
        controller.answered.connect(self.lower_question.show_answer)
        controller.failed.connect(self.lower_question.asker.note_answer)
        controller.failed.connect(self.hall.sentence.set_text)
        frame_loop.display_changed.connect(self.hall.show_frame)
        frame_loop.details_changed.connect(self.hall.show_details)
        frame_loop.display_changed.connect(self.show_aside)
        frame_loop.details_changed.connect(self.show_details_aside)
        frame_loop.choices_changed.connect(self.lower_question.asker.ask_soon)
        self.player.playhead_changed.connect(frame_loop.draw_soon)
        self.player.playhead_changed.connect(session.note_motion)
        self.workspace.experiment_changed.connect(session.improvise)
        self.workspace.experiment_changed.connect(frame_loop.draw_soon)
        self.workspace.document_opened.connect(frame_loop.draw_soon)
        self.workspace.selection_changed.connect(frame_loop.draw_soon)
        self.workspace.before_changed.connect(frame_loop.draw_soon)
        self.hall.theatre.playhead_dragged.connect(self.player.scrub)
        self.keys.pressed.connect(self.obey)
        self.hall.switches.experiment_edited.connect(self._edit)
        session.switch_pressed.connect(self.hall.switches.press)
        self.workspace.document_opened.connect(self.hall.switches.begin)
        self.workspace.experiment_changed.connect(self.hall.switches.show_experiment)
        self.hall.closed.connect(self.end)
        self.hall.guess_pad.drawn.connect(session.keep_curve)
        self.hall.choices.chosen.connect(session.press_number)
        session.moment_changed.connect(self.hall.show_moment)
        session.moment_changed.connect(self.show_guess)

    def _open_presenter(self) -> None:
        """The lecturer's screen, as everything stands now."""
        from desktop.lecture.presenter import PresenterWindow  # only where it is wanted

        session, frame_loop = self.session, self.frame_loop
        presenter = self.presenter = PresenterWindow(self._theme, self.clock)
        presenter.begin(session.cues)
        presenter.jump_requested.connect(session.go)
        presenter.taken.connect(session.take)
        presenter.closed.connect(self._note_presenter_closed)
        frame_loop.display_changed.connect(presenter.show_frame)
        frame_loop.details_changed.connect(self._show_hidden)
        frame_loop.status_changed.connect(presenter.show_status)
        session.moment_changed.connect(presenter.show_moment)
        session.moment_changed.connect(self._show_taken)
        if session.index >= 0:
            presenter.show_moment(session.moment)
            presenter.show_frame(frame_loop.display)
            self._show_taken()
            self._show_hidden()

    @Slot()
    def open_or_close_presenter(self) -> None:
        """The lecturer's screen as a window of its own, or none."""
        if self.presenter is not None:
            self.presenter.close()
            return
        self._open_presenter()
        assert self.presenter is not None
        self.presenter.show()
        self.presenter.raise_()
        self.presenter.activateWindow()
        self.presenter.setFocus()

    @Slot()
    def _note_presenter_closed(self) -> None:
        presenter, self.presenter = self.presenter, None
        if presenter is not None:
            self.frame_loop.details_changed.disconnect(self._show_hidden)
            self.session.moment_changed.disconnect(self._show_taken)
            presenter.deleteLater()

    @Slot(object)
    def _show_taken(self, _moment: Moment | None = None) -> None:
        if self.presenter is not None:
            self.presenter.show_taken(self.session.taken)

    @Slot(object)
    def _show_hidden(self, _display: DisplayFrame | None = None) -> None:
        """The passes as they are: the frame that is drawn says nothing of a hidden one."""
        if self.presenter is not None:
            verdicts = [run.verdict for run in self.frame_loop.runs.values()]
            self.presenter.show_hidden([resolve_verdict(v, "") for v in verdicts if v is not None])

    @Slot(object)
    def show_guess(self, moment: Moment) -> None:
        """What was guessed, or is to be, in the hall."""
        asked, curve = self.session.asked, self.session.curve
        is_open = asked is not None and asked.index == moment.cue.index
        self.hall.guess_pad.show_guess(curve or {}, is_open=is_open and curve is not None)
        if asked is None or not self.session.has_choices:
            self.hall.choices.show_moment(moment, (), None)
        else:
            self.hall.choices.show_moment(moment, asked.beat.choices, asked.beat.answer)
        self.hall.share_stage()

    @Slot(object)
    def show_aside(self, display: DisplayFrame) -> None:
        """What the beat lays beside the theatre and is no chart, where it has changed."""
        view = next((each for each in self.hall.aside.shown if each in PAINTED), None)
        if view is None:
            self._aside_of = ()
            return
        cue, answer = self.session.moment.cue, self.frame_loop.options.answer
        seen: list[object] = [view, cue, answer]
        for lane in display.lanes:
            seen += [lane.trace, lane.cause, lane.selected_layer]
        if len(seen) != len(self._aside_of) or any(map(is_not, seen, self._aside_of)):
            self._aside_of = tuple(seen)
            if view == "update":
                shown = {display.kind.name: display.kind.update_quantity}
                options = replace(self.frame_loop.options, quantities=shown, axis=None)
                display = self.frame_loop.resolve_as(options)
            blocks = resolve_aside(view, display, answer, cue.words, cue.watch)
            self.hall.aside.show_blocks(blocks)

    @Slot(object)
    def show_details_aside(self, display: DisplayFrame) -> None:
        """Ask what the view needs of this pass, hidden or not."""
        frame = self.frame_loop.run.shown
        self.lower_question.asker.note_trace(None if frame is None else frame.trace)
        self.show_aside(display)

    def _change_curves(self) -> None:
        self.hall.change_curves()
        self.hall.show_frame(self.frame_loop.display)

    @Slot(str, int)
    def obey(self, command: str, number: int) -> None:
        """Do what a key means; what lies over the picture goes away first, at any key."""
        if self.hall.uncover():
            return
        if self.session.moment.is_title and command not in _ON_TITLE:
            return
        if command == "number":
            self.session.press_number(number)
        elif command in ("black", "white"):
            self.hall.cover_with(command)
        elif command in self._meanings:
            self._meanings[command]()

    def _list_meanings(self) -> dict[str, Callable[[], object]]:
        session, player, hall = self.session, self.player, self.hall
        return {
            "next": session.press_next,
            "previous": session.press_previous,
            "leave": self.end,
            "first": session.go_to_first,
            "last": session.go_to_last,
            "faster": lambda: session.change_speed(+1),
            "slower": lambda: session.change_speed(-1),
            "replay": player.replay,
            "stage": player.go_forward,
            "train": session.train_or_pause,
            "skips": lambda: self._edit_kind("skips"),
            "gate": lambda: self._edit_kind("gate"),
            "compare": self._compare,
            "dark": hall.change_light,
            "preview": hall.preview.change,
            "log": self._change_log,
            "relative": self._change_relative,
            "refit": self.frame_loop.refit,
            "curves": self._change_curves,
            "full_screen": hall.change_full_screen,
            "keys": hall.show_keys,
            "undo": self.workspace.undo_stack.undo,
            "redo": self.workspace.undo_stack.redo,
            "open": lambda: self._leave_for("open"),
            "save": lambda: self._leave_for("save"),
            "export": lambda: self._leave_for("export"),
            "presenter": self.open_or_close_presenter,
        }

    def _is_ours(self, window: QWidget) -> bool:
        return window in (self.hall, self.presenter)

    @Slot(object, str)
    def _edit(self, experiment: Experiment, text: str) -> None:
        if not self.session.moment.is_title:
            self.workspace.edit(experiment, text)

    def _edit_kind(self, command: str) -> None:
        """What only some kinds of network have, where this one has it."""
        experiment = self.workspace.experiment
        network = experiment.network
        if command in kind_of(network).list_commands(network):
            edit = self.kinds[network.kind].edit(command, experiment, 0)
            if edit is not None:
                self._edit(edit.experiment, edit.text)

    def _compare(self) -> None:
        if self.workspace.is_comparing:
            self.workspace.leave_comparison()
        else:
            self.workspace.open_lanes()

    def _change_log(self) -> None:
        options = self.frame_loop.options
        self.frame_loop.choose(replace(options, is_log=not options.is_log))

    def _change_relative(self) -> None:
        options = self.frame_loop.options
        self.frame_loop.choose(replace(options, is_relative=not options.is_relative))

    def _leave_for(self, command: str) -> None:
        """A dialog is the desk's: the lecture goes on from this beat afterwards."""
        self.end()
        self.wanted.emit(command)
