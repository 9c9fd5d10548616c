"""The passes before a halt as a film over iterations: play, pause, scrub."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.records.film import Film
from engine.records.frames import TrainingFrame

FRAMES_PER_SECOND = 8.0


class FilmPlayer(QObject):
    """Says which frame is to be shown; whoever listens shows it."""

    frame_reached = Signal(object, bool)
    """A `TrainingFrame`, and whether it is the last one: the halt itself."""
    state_changed = Signal()
    """It plays or rests, or has another film, or none."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._film: Film | None = None
        self._index = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._show_next)
        self.set_speed(1.0)

    @property
    def film(self) -> Film | None:
        """What is played."""
        return self._film

    @property
    def is_playing(self) -> bool:
        """Whether it goes on by itself."""
        return self._timer.isActive()

    @property
    def frame(self) -> TrainingFrame | None:
        """The one that was reached last."""
        return None if self._film is None else self._film.frames[self._index]

    def load(self, film: Film | None) -> None:
        """Take a film, or take the one there is away."""
        self._timer.stop()
        self._film, self._index = film, 0
        self.state_changed.emit()

    @Slot(float)
    def set_speed(self, speed: float) -> None:
        """So many times as fast as usual."""
        self._timer.setInterval(round(1000 / (FRAMES_PER_SECOND * speed)))

    def replay(self) -> None:
        """Play from the first frame on."""
        if self._film is not None:
            self._index = 0
            self._timer.start()
            self._show()

    def play_or_pause(self) -> None:
        """Pause, go on, or begin again from the first frame at the end."""
        if self._film is None:
            return
        if self.is_playing:
            self.pause()
        elif self._index == len(self._film.frames) - 1:
            self.replay()
        else:
            self._timer.start()
            self.state_changed.emit()

    def pause(self) -> None:
        """Rest on the frame that is shown."""
        if self.is_playing:
            self._timer.stop()
            self.state_changed.emit()

    def scrub(self, iteration: int) -> None:
        """Rest on the frame of an iteration."""
        film = self._film
        if film is not None:
            self._timer.stop()
            self._index = min(max(iteration, film.first), film.last) - film.first
            self._show()

    @Slot()
    def _show_next(self) -> None:
        self._index += 1
        self._show()

    def _show(self) -> None:
        assert self._film is not None
        is_last = self._index == len(self._film.frames) - 1
        if is_last:
            self._timer.stop()
        self.frame_reached.emit(self._film.frames[self._index], is_last)
        self.state_changed.emit()
