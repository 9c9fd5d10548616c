"""Where training has halted at a number that is not finite: its film, and how to begin again."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop.controllers.frame_loop import FrameLoop
from desktop.display.autopsy import resolve_autopsy
from desktop.model.film import FilmPlayer
from desktop.model.player import Player
from desktop.model.workspace import Workspace
from desktop.panels.autopsy_bar import AutopsyBar
from desktop.worker.controller import TrainingController
from desktop.worker.requests import FILM_PASSES
from engine.document.experiment import Training, is_same_pass
from engine.records.film import Film
from engine.records.frames import Autopsy, TrainingFrame


class AutopsyCommands(QObject):
    """Shows the bar, has the film recorded when it is first wanted, and restarts training."""

    def __init__(
        self,
        workspace: Workspace,
        controller: TrainingController,
        frame_loop: FrameLoop,
        player: Player,
        bar: AutopsyBar,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._controller = controller
        self._frame_loop = frame_loop
        self._player = player
        self._bar = bar
        self.film = FilmPlayer(self)
        self._examined: Autopsy | None = None
        self._has_trained = False
        self._is_recording = False
        self._wanted: int | None = None
        """The iteration on which the film is to rest once it is recorded; None: it plays."""

    @property
    def _autopsy(self) -> Autopsy | None:
        return self._frame_loop.run.autopsy

    @Slot()
    def show_state(self) -> None:
        """Show what led to the halt, and whether something was changed since."""
        autopsy = self._autopsy
        if autopsy != self._examined:
            self._examine(autopsy)
        if autopsy is None:
            self._bar.show_picture(None)
            return
        run, experiment = self._frame_loop.run, self._workspace.experiment
        verdict, halted_with = run.verdict, run.halted_with
        is_same = halted_with is not None and is_same_pass(halted_with, experiment)
        part = "layer" if verdict is None else verdict.part
        self._bar.show_picture(resolve_autopsy(autopsy, part, FILM_PASSES, is_changed=not is_same))
        if self._frame_loop.options.film is None and self.film.is_playing:
            self.film.pause()  # another pass is looked at

    def _examine(self, autopsy: Autopsy | None) -> None:
        """Take another halt; one that training has just met is played at once."""
        self._examined = autopsy
        self.film.load(None)
        moves = not self._frame_loop.options.reduce_motion
        if autopsy is not None and self._has_trained and moves:
            self._has_trained = False
            self._record(None)

    @Slot(bool)
    def note_training(self, is_training: bool) -> None:
        """Remember whether a halt was met by training, and not by undoing an edit."""
        if is_training and not self._is_recording:
            self._has_trained = True
        if not is_training:
            self._is_recording = False
            self.show_state()

    # The film

    @Slot()
    def replay(self) -> None:
        """Play the film from its first iteration; the backward pass, where there is no halt."""
        if self._autopsy is None or self._autopsy.halted.iteration == 0:
            self._player.replay()
        elif self.film.film is None:
            self._record(None)
        else:
            self.film.replay()

    @Slot()
    def play_or_pause(self) -> None:
        """Play, or pause."""
        if self.film.film is None:
            self._record(None)
        else:
            self.film.play_or_pause()

    @Slot(int)
    def scrub(self, iteration: int) -> None:
        """Rest on an iteration of the film."""
        if self.film.film is None:
            self._record(iteration)
        else:
            self.film.scrub(iteration)

    def _record(self, rests_on: int | None) -> None:
        self._wanted = rests_on
        autopsy = self._autopsy
        if autopsy is not None and autopsy.halted.iteration > 0 and not self._is_recording:
            self._is_recording = True
            self._controller.record_film()

    @Slot(object)
    def take_film(self, film: Film) -> None:
        """Play what was recorded, or rest where it was asked to."""
        autopsy = self._autopsy
        if autopsy is None or film.last != autopsy.halted.iteration:
            return
        self.film.load(film)
        if self._wanted is None:
            self.film.replay()
        else:
            self.film.scrub(self._wanted)

    @Slot(object, bool)
    def show_frame(self, frame: TrainingFrame, is_last: bool) -> None:
        """Draw a frame of the film; the last one is the pass that is shown without it."""
        film = self.film.film
        if film is None:
            return
        self._player.go_to_input()
        if is_last:
            self._frame_loop.show_newest()
        else:
            self._frame_loop.show_film(frame, (film.first, film.last))

    @Slot()
    def show_film(self) -> None:
        """Show on the bar where the film stands."""
        frame = self.film.frame
        iteration = None if frame is None else frame.iteration
        self._bar.show_film(iteration, is_playing=self.film.is_playing)

    # Beginning again

    @Slot()
    def go_on(self) -> None:
        """Train on from the last good state, with the settings on screen."""
        autopsy = self._autopsy
        if autopsy is not None and autopsy.last_good is not None:
            self._train_from(autopsy.last_good)

    @Slot()
    def start_again(self) -> None:
        """Train again from the initial weights of the same seed."""
        if self._autopsy is not None:
            self._train_from(0)

    def _train_from(self, iteration: int) -> None:
        planned = self._workspace.experiment.training.iterations or Training().iterations
        end = self._frame_loop.planned_end
        self.film.pause()
        self._workspace.notify("")
        self._frame_loop.show_newest()
        self._controller.go_back(iteration)
        if end > iteration:
            self._controller.train(end)
        else:
            self._controller.train_on(iteration + planned)
