"""The window's side of the worker: asks, never waits, and keeps count of what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from desktop.worker.garbage import Collector
from desktop.worker.mailbox import Letter, Mailboxes, Progress
from desktop.worker.requests import (
    Ask,
    GoBack,
    Inbox,
    Inspect,
    Perform,
    RecordFilm,
    Request,
    Show,
    StartFrom,
    Train,
    TrainOnce,
    Watch,
)
from desktop.worker.thread import Worker
from engine.document.experiment import Experiment, keeps_weights
from engine.document.lanes import Lane
from engine.kinds.question import Question
from engine.records.beat import BeatRecord
from engine.records.frames import TrainingFrame


class TrainingController(QObject):
    """Owns the worker and its thread; everything here runs in the window's thread."""

    ready = Signal()
    training_changed = Signal(bool)
    """Whether the worker is training or on its way to an iteration."""
    failed = Signal(str)
    """One sentence; the worker is idle again and the experiment untouched."""
    traces_recorded = Signal(object)
    """The `TrainingFrame` of the iteration last watched, by the run's number."""

    film_recorded = Signal(object)
    """The `Film` of the last passes before a halt."""
    beat_played = Signal(object)
    """The `BeatRecord` of the beat last asked for, at its start and at its end."""
    answered = Signal(object, object)
    """A `Question`, and what was measured, or a `Refusal`."""

    _wake_requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._inbox = Inbox()
        self._mailboxes = Mailboxes()
        self._thread = QThread()
        self._thread.setObjectName("worker")
        self._worker = Worker(self._inbox, self._mailboxes)
        self._worker.moveToThread(self._thread)
        self._collector = Collector(self)
        self._watch_number = 0
        self._beat_number = 0
        self._question_number = 0
        self._latest_questions: dict[type[Question], int] = {}
        self.is_training = False
        self.goal: int | None = None
        """The iteration last asked for; None trains until paused."""
        self.extension = 0
        """Up to where training was let go on beyond the document's end; 0: not at all."""
        self._shown: dict[int, Experiment] = {}
        queued = Qt.ConnectionType.QueuedConnection
        self._thread.started.connect(self._worker.begin)
        self._wake_requested.connect(self._worker.serve, queued)
        self._worker.ready.connect(self._collector.spare_what_stays, queued)
        self._worker.ready.connect(self.ready, queued)
        self._worker.training_began.connect(self._note_training, queued)
        self._worker.training_ended.connect(self._note_idle, queued)
        self._worker.failed.connect(self.failed, queued)
        self._worker.traces_recorded.connect(self._pass_traces_on, queued)
        self._worker.film_recorded.connect(self.film_recorded, queued)
        self._worker.beat_played.connect(self._pass_beat_on, queued)
        self._worker.answered.connect(self._pass_answer_on, queued)

    def start(self) -> None:
        """Start the thread; torch is imported in it."""
        if not self._thread.isRunning():
            self._collector.begin()
            self._thread.start()

    def close(self) -> None:
        """Stop whatever runs and wait for the thread's end."""
        self._inbox.stop.set()
        self._inbox.attention.set()
        self._thread.quit()
        self._thread.wait()
        self._collector.end()
        self.blockSignals(True)  # what the worker said last is still queued; nobody is left

    def show(
        self,
        experiments: Mapping[int, Experiment],
        folder: Path | None,
        begins_anew: bool = False,
        edited: int | None = None,
    ) -> None:
        """Take these experiments; keep weights and iteration wherever they allow that.

        Args:
            experiments: one or two, by the numbers of their runs; other runs end.
            folder: where relative paths start.
            begins_anew: whether all weights are drawn anew.
            edited: the run to which questions go, and of which details are recorded; None: the
                first.
        """
        keeps = [
            number in self._shown and keeps_weights(self._shown[number], experiment)
            for number, experiment in experiments.items()
        ]
        if begins_anew or not any(keeps):
            self.extension = 0
        if begins_anew or not all(keeps):
            self.goal = None
        self._shown = dict(experiments)
        edited = next(iter(experiments)) if edited is None else edited
        self._ask(Show(self._shown, folder, begins_anew, edited))

    def perform(
        self,
        document: Experiment,
        folder: Path | None,
        index: int,
        runs: Mapping[Lane, int],
        *,
        is_at_end: bool = False,
    ) -> None:
        """Play a beat of a lecture; whatever ran before ends.

        Args:
            document: with the lecture.
            folder: where relative paths start.
            index: of the beat, from 0.
            runs: the numbers of the runs that the lanes are.
            is_at_end: stand where the beat ends, instead of playing it.
        """
        self._beat_number += 1
        self._shown = {}
        self._inbox.pause.clear()
        self._inbox.hurry.clear()
        self._ask(Perform(self._beat_number, document, folder, index, dict(runs), is_at_end))

    def hurry(self) -> None:
        """Let the training of a beat come to its end as fast as it can, unseen."""
        self._inbox.hurry.set()
        self._wake_requested.emit()

    def train(self, until: int | None) -> None:
        """Train, or go, to this iteration; None trains until paused."""
        self.goal = until
        if until is not None and until < self.extension:
            self.extension = 0
        self._inbox.pause.clear()
        self._ask(Train(until))

    def train_on(self, until: int) -> None:
        """Train beyond the document's end, to this iteration; a pause on the way keeps it."""
        self.extension = until
        self.train(until)

    def pause(self) -> None:
        """End training, or a long way to an iteration, after the current iteration."""
        self._inbox.pause.set()
        self._inbox.attention.set()

    def train_once(self) -> None:
        """Make one update."""
        self._inbox.pause.clear()
        self._ask(TrainOnce())

    def go_back(self, iteration: int) -> None:
        """Return to an earlier iteration; 0 is the initial network."""
        self.goal = iteration
        self.extension = 0
        self._inbox.pause.clear()
        self._ask(GoBack(iteration))

    def watch(self, iteration: int) -> None:
        """Ask for the pass of an earlier iteration; only the last one asked for is announced."""
        self._watch_number += 1
        self._ask(Watch(self._watch_number, iteration))

    def record_film(self) -> None:
        """Ask for the last passes before the halt; a pause, or another request, ends it."""
        self._inbox.pause.clear()
        self._ask(RecordFilm())

    def stop_watching(self) -> None:
        """Drop a pass that was asked for and has not arrived."""
        self._watch_number += 1

    def inspect(self, layer: int | None) -> None:
        """Record this layer's details from now on."""
        self._ask(Inspect(layer))

    def ask(self, question: Question) -> None:
        """Ask something that is measured on demand; an older question like it is dropped."""
        self._question_number += 1
        self._latest_questions[type(question)] = self._question_number
        self._ask(Ask(self._question_number, question))

    def start_from(self, place: int | None) -> None:
        """Let passes start from the loss at one place alone, from now on; None is the last."""
        self._ask(StartFrom(place))

    def limit_speed(self, iterations_per_second: float | None) -> None:
        """Train no faster than this; None lifts the limit."""
        self._inbox.iterations_per_second = iterations_per_second

    def empty_mailboxes(self) -> list[Letter]:
        """What the worker has left since the last call, in order."""
        return self._mailboxes.empty()

    @property
    def progress(self) -> Progress | None:
        """How far the way to an iteration has come."""
        return self._mailboxes.progress

    def _ask(self, request: Request) -> None:
        self._inbox.put(request)
        self._wake_requested.emit()

    @Slot()
    def _note_training(self) -> None:
        self._set_training(True)

    @Slot()
    def _note_idle(self) -> None:
        self._set_training(False)

    def _set_training(self, is_training: bool) -> None:
        if is_training != self.is_training:
            self.is_training = is_training
            self.training_changed.emit(is_training)

    @Slot(int, object)
    def _pass_traces_on(self, number: int, frames: Mapping[int, TrainingFrame]) -> None:
        if number == self._watch_number:
            self.traces_recorded.emit(frames)

    @Slot(int, object)
    def _pass_beat_on(self, number: int, record: BeatRecord) -> None:
        if number == self._beat_number:
            self.beat_played.emit(record)

    @Slot(object, object)
    def _pass_answer_on(self, asked: Ask, answer: object) -> None:
        if asked.number == self._latest_questions.get(type(asked.question)):
            self.answered.emit(asked.question, answer)
