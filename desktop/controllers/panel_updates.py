"""Passes what is known on to the panels that say it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop.display.frame import DisplayFrame
from desktop.model.preferences import Preferences
from desktop.model.speed import Status
from desktop.model.workspace import Workspace
from desktop.panels.status_strip import describe_status
from desktop.shell.main_window import MainWindow
from engine import documents
from engine.document.experiment import Experiment
from engine.records.frames import HeldOut


class PanelUpdates(QObject):
    """Shows state in panels; decides nothing."""

    def __init__(
        self,
        workspace: Workspace,
        preferences: Preferences,
        window: MainWindow,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._preferences = preferences
        self._window = window
        self._scenes: dict[int, str] = {}
        """The last scene that each document was, by the document's number."""
        self._hovered = ""
        self._has_news = False

    @Slot(object)
    def show_experiment(self, experiment: Experiment) -> None:
        """In the builder and on the switches."""
        self._window.builder.show_experiment(experiment, self._workspace.folder)
        self._window.switch_strip.show_experiment(experiment)
        self._window.verdict.wait_for()

    @Slot()
    def show_document(self) -> None:
        """In the title bar; the builder's relative paths start at its folder."""
        experiment = self._workspace.experiment
        self._window.show_document(experiment.title, self._workspace.file)
        self.show_experiment(experiment)

    @Slot(str)
    def show_failure(self, sentence: str) -> None:
        """In the verdict's place, where there is none: why nothing was measured."""
        self._window.verdict.wait_for(sentence)

    @Slot()
    def show_scene(self) -> None:
        """In the tool bar: the scene that the document is, or was until it was edited."""
        found = documents.find_scene(self._workspace.document)
        number = self._workspace.document_number
        if found is not None:
            self._scenes[number] = found
        self._window.training_bar.show_scene(self._scenes.get(number), is_changed=found is None)

    @Slot()
    def show_recent_files(self) -> None:
        """In the menu."""
        self._window.menus.show_recent_files(self._preferences.recent_files)

    @Slot(object)
    def show_playhead(self, display: DisplayFrame) -> None:
        """In the playback bar; while training runs, with the other words."""
        if not display.playhead.is_live:
            self._say_pass(display)

    def _say_pass(self, display: DisplayFrame) -> None:
        longer = max(display.lanes, key=lambda lane: lane.playhead.depth)
        said = display.edited
        bar, noun = self._window.playback_bar, said.kind.noun
        bar.show_playhead(longer.playhead, said.caption, noun)

    @Slot(object)
    def show_details(self, display: DisplayFrame) -> None:
        """The verdict and the selected layer of the edited lane, and which pass it is."""
        self._say_pass(display)
        shown = display.edited
        self._window.verdict.show_picture(shown.verdict)
        self._window.verdict.show_cause(shown.cause)
        self._window.inspector.show_frame(shown)

    @Slot(object)
    def show_status(self, status: Status) -> None:
        """In the tool bar and at the foot."""
        experiment = self._workspace.experiment
        training = experiment.training
        self._window.training_bar.show_progress(
            status.iteration,
            training.iterations if status.goal is None else status.goal,
            is_training=status.is_training,
            share=status.progress,
            more=status.more,
        )
        score = status.score
        other = None
        if score.lane is not None and score.other_loss is not None:
            other = ("baseline" if score.lane == "variant" else "variant", score.other_loss)
        text = describe_status(
            score.loss,
            _score(score.held_out),
            status.iterations_per_second,
            experiment.seed,
            training.dtype,
            score.scored_at,
            other,
        )
        self._window.status_strip.show_figures(text)

    @Slot(str, bool)
    def show_hovered(self, text: str, has_moved: bool) -> None:
        """What lies under the mouse; a notice that is newer stays until the mouse moves."""
        self._hovered = text
        self._has_news = self._has_news and not has_moved
        self._say_line()

    @Slot(str)
    def show_notice(self, sentence: str) -> None:
        """What just happened; where that is over, what lies under the mouse."""
        self._has_news = bool(sentence)
        self._say_line()

    def _say_line(self) -> None:
        notice = self._workspace.notice
        is_notice = self._has_news or not self._hovered
        self._window.status_strip.show_notice(notice if is_notice else self._hovered)


def _score(held_out: HeldOut | None) -> tuple[str, float] | None:
    if held_out is None:
        return None
    if held_out.accuracy is not None:
        return ("accuracy", held_out.accuracy)
    return None if held_out.r2 is None else ("R²", held_out.r2)
