"""The worker: a QObject in a thread of its own that lets a `Trainer` work until told to stop.

torch is imported here, in the worker's thread, after the window was painted.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop.worker.mailbox import Mailboxes
from desktop.worker.requests import Ask, Inbox
from engine.errors import LACK_OF_MEMORY, GradientTheatreError, is_lack_of_memory
from engine.records.beat import BeatRecord
from engine.records.film import Film
from engine.records.frames import TrainingFrame

if TYPE_CHECKING:
    from desktop.worker.trainer import Trainer

_logger = logging.getLogger(__name__)


class Worker(QObject):
    """Serves the inbox; its signals carry rare facts only."""

    ready = Signal()
    training_began = Signal()
    training_ended = Signal()
    failed = Signal(str)
    traces_recorded = Signal(int, object)
    film_recorded = Signal(object)
    beat_played = Signal(int, object)
    answered = Signal(object, object)
    """An `Ask`, and what was measured or a `Refusal`."""

    def __init__(self, inbox: Inbox, mailboxes: Mailboxes) -> None:
        super().__init__()
        self._inbox = inbox
        self._mailboxes = mailboxes
        self._trainer: Trainer | None = None

    @Slot()
    def begin(self) -> None:
        """Import the engine, which takes a second, and serve what was asked meanwhile."""
        if self._inbox.stop.is_set():
            return
        try:
            self._trainer = _make_trainer(self._inbox, self._mailboxes, self)
        except Exception as error:
            _logger.exception("the engine cannot be loaded")
            self.failed.emit(f"The engine cannot be loaded: {_one_line(error)}.")
            return
        self.ready.emit()
        self.serve()

    @Slot()
    def serve(self) -> None:
        """Work until there is nothing left to do, or until told to stop."""
        trainer = self._trainer
        while trainer is not None and not self._inbox.stop.is_set():
            try:
                if not trainer.work():
                    return
            except GradientTheatreError as error:
                trainer.give_up()
                self.failed.emit(str(error))
            except Exception as error:
                _logger.exception("a request failed")
                trainer.give_up()
                sentence = f"The training was interrupted: {_one_line(error)}."
                self.failed.emit(LACK_OF_MEMORY if is_lack_of_memory(error) else sentence)

    def announce_training(self) -> None:
        """Training has begun."""
        self.training_began.emit()

    def announce_idle(self) -> None:
        """Training has ended."""
        self.training_ended.emit()

    def announce_traces(self, number: int, frames: Mapping[int, TrainingFrame]) -> None:
        """The passes that were asked for."""
        self.traces_recorded.emit(number, frames)

    def announce_film(self, film: Film) -> None:
        """The passes before a halt."""
        self.film_recorded.emit(film)

    def announce_beat(self, number: int, record: BeatRecord) -> None:
        """What the beat that was asked for says now."""
        self.beat_played.emit(number, record)

    def announce_answer(self, asked: Ask, answer: object) -> None:
        """What was asked for, or why there is none."""
        self.answered.emit(asked, answer)


def _make_trainer(inbox: Inbox, mailboxes: Mailboxes, worker: Worker) -> Trainer:
    # Here, not above: both import torch, and the first paint must not wait for it.
    from desktop.worker.trainer import Trainer
    from engine.training.run import use_one_thread

    use_one_thread()
    return Trainer(inbox, mailboxes, worker)


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text.rstrip(".")[:300]
