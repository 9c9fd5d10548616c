"""One experiment under way in the worker's thread: what each request does to it.

Knows the engine, and nothing of Qt. `work` does one small thing at a time (one
request or one iteration), so that whoever calls it can stop in between.
"""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import Protocol

from msgspec import structs

from desktop.worker.mailbox import Mailbox, Progress
from desktop.worker.requests import (
    Ask,
    GoBack,
    Inbox,
    Inspect,
    Request,
    Show,
    StartFrom,
    Train,
    TrainOnce,
    Watch,
)
from engine.document.experiment import Experiment, keeps_weights
from engine.errors import LACK_OF_MEMORY, GradientTheatreError, RequestError, is_lack_of_memory
from engine.kinds.question import Question, Refusal
from engine.records.frames import TrainingFrame
from engine.tasks import loading
from engine.training.run import ROW_ONLY, Record, Run
from engine.training.timeline import Timeline

"""What was asked for, or one sentence that says why there is none."""

_SCORED_SHARE = 0.03
"""Of the training time goes into scores on held-out data."""


class Announcer(Protocol):
    """Where the rare facts go."""

    def announce_training(self) -> None:
        """Training has begun."""

    def announce_idle(self) -> None:
        """Training, or a long request, has ended."""

    def announce_trace(self, number: int, frame: TrainingFrame) -> None:
        """The pass that was asked for under this number."""

    def announce_answer(self, asked: Ask, answer: object) -> None:
        """What was asked for, or why there is none."""


class Trainer:
    """Has a timeline, serves what is asked of it, and trains it in between."""

    def __init__(self, inbox: Inbox, mailbox: Mailbox, announcer: Announcer) -> None:
        self._inbox = inbox
        self._mailbox = mailbox
        self._announcer = announcer
        self._shown: Show | None = None
        self._timeline: Timeline | None = None
        self._detail_layer: int | None = None
        self._loss_place: int | None = None
        self._is_training = False
        self._first = 0
        self._until: int | None = None
        self._due = 0.0
        self._score_due = 0.0

    def work(self) -> bool:
        """Do the next thing; False when there is nothing left to do."""
        request = self._inbox.take()
        if request is not None:
            self._serve(request)
            return True
        if not self._is_training:
            return False
        if self._inbox.pause.is_set() or self._has_arrived():
            # First the pass that is stood before, so that whoever hears of the end sees it too.
            self._measure()
            self._end_training()
            return True
        if self._is_early():
            return True
        self._advance()
        return True

    def give_up(self) -> None:
        """Be idle after an error; the experiment stays as it is."""
        self._mailbox.progress = None
        self._end_training()

    def _serve(self, request: Request) -> None:
        match request:
            case Show():
                self._show(request)
            case Train(until):
                self._begin_training(until)
            case TrainOnce():
                self._train_once()
            case GoBack(iteration):
                self._go_back(iteration)
            case Watch(number, iteration):
                self._end_training()
                frame = self._ready().trace_at(
                    iteration, self._detail_layer, self._inbox.stop.is_set
                )
                self._announcer.announce_trace(number, frame)
            case Ask():
                self._announcer.announce_answer(request, self._answer(request.question))
            case Inspect() | StartFrom():
                self._look(request)

    def _look(self, request: Inspect | StartFrom) -> None:
        """Record other things from the next pass on, which is now unless training runs."""
        if isinstance(request, Inspect):
            self._detail_layer = request.layer
        else:
            self._loss_place = request.place
        if self._timeline is not None:
            self._start_passes(self._timeline.run)
            if not self._is_training:
                self._measure()

    def _answer(self, question: Question) -> object:
        """Leaves no mark on the training, which goes on."""
        try:
            return question.answer(self._ready().run)
        except GradientTheatreError as error:
            return Refusal(str(error))
        except (MemoryError, RuntimeError) as error:
            if is_lack_of_memory(error):
                return Refusal(LACK_OF_MEMORY)
            raise

    def _start_passes(self, run: Run) -> None:
        """Where every place has a loss, from that of the one that was asked for."""
        run.network.start_from(self._loss_place)

    def _show(self, request: Show) -> None:
        before = self._shown
        self._shown = request
        timeline = self._timeline
        if (
            before is None
            or timeline is None
            or request.begins_anew
            or request.folder != before.folder
            or not keeps_weights(before.experiment, request.experiment)
        ):
            self._end_training()
            # The old network goes before the new one comes: there need not be room for both.
            timeline = self._timeline = None
            self._ready()
            self._measure(forgets_from=0)
            return
        timeline.change(request.experiment)
        if not _is_same_pass(before.experiment, request.experiment):
            self._measure()

    def _ready(self) -> Timeline:
        """The timeline; built now where there is none, because the last attempt failed."""
        if self._timeline is None:
            if self._shown is None:
                raise RequestError("There is no experiment to train yet.")
            experiment = self._shown.experiment
            try:
                dataset = loading.load(experiment, self._shown.folder)
                run = Run(experiment, dataset)
                run.must_hurry = self._inbox.is_anyone_waiting
                self._start_passes(run)
                self._timeline = Timeline(run)
            except Exception:
                self._mailbox.forget_from(0)
                raise
        return self._timeline

    @property
    def _experiment(self) -> Experiment:
        assert self._shown is not None
        return self._shown.experiment

    def _begin_training(self, until: int | None) -> None:
        iteration = self._ready().run.iteration
        if until is not None and until < iteration:
            self._go_back(until)
            return
        self._is_training = True
        self._first = iteration
        self._until = until
        self._due = perf_counter()
        self._announcer.announce_training()

    def _end_training(self) -> None:
        was_training = self._is_training
        self._is_training = False
        self._mailbox.progress = None
        if was_training:
            self._announcer.announce_idle()

    def _has_arrived(self) -> bool:
        run = self._ready().run
        return run.halted is not None or (self._until is not None and run.iteration >= self._until)

    def _is_early(self) -> bool:
        """Wait for the next iteration's turn under a speed limit, but never for long."""
        limit = self._inbox.iterations_per_second
        now = perf_counter()
        if limit is None or now >= self._due:
            interval = 1.0 / limit if limit is not None else 0.0
            self._due = max(self._due, now - interval) + interval
            return False
        self._inbox.attention.wait(min(self._due - now, 0.05))
        return True

    def _advance(self) -> TrainingFrame:
        timeline = self._ready()
        record = ROW_ONLY
        if self._mailbox.is_trace_wanted:
            record = Record(detail_layer=self._detail_layer)
        begin = perf_counter()
        record = replace(record, has_score=begin >= self._score_due)
        frame = timeline.advance(record)
        if record.has_score:
            self._plan_score(begin)
        self._mailbox.put(frame, self._experiment, updates=0 if frame.halted else 1)
        if self._until not in (None, self._experiment.training.iterations):
            self._mailbox.progress = Progress(
                timeline.run.iteration - self._first, self._until - self._first
            )
        return frame

    def _plan_score(self, begin: float) -> None:
        """Score again when the one begun at `begin` has paid off."""
        end = perf_counter()
        self._score_due = end + (end - begin) / _SCORED_SHARE

    def _train_once(self) -> None:
        self._end_training()
        self._advance()
        self._measure()

    def _go_back(self, iteration: int) -> None:
        self._end_training()
        timeline = self._ready()
        self._announcer.announce_training()
        try:
            reached = timeline.go_to(iteration, self._inbox.must_interrupt, self._report)
            self._measure(forgets_from=reached)
        finally:
            self._mailbox.progress = None
            self._announcer.announce_idle()

    def _report(self, done: int, total: int) -> None:
        self._mailbox.progress = Progress(done, total)

    def _measure(self, forgets_from: int | None = None) -> None:
        """Record the pass that the next update would take, with everything.

        The score follows it, because it may take longer than a toggle should.
        """
        run = self._ready().run
        frame = run.measure(self._detail_layer)
        if run.halted is not None:
            frame = replace(frame, halted=run.halted)
        self._mailbox.put(frame, self._experiment, forgets_from=forgets_from)
        if frame.halted is None and not self._inbox.attention.is_set():
            begin = perf_counter()
            self._mailbox.put(replace(frame, held_out=run.score()), self._experiment)
            self._plan_score(begin)


def _is_same_pass(old: Experiment, new: Experiment) -> bool:
    """Whether the two differ in nothing that the next pass or its update depends on."""
    training = structs.replace(new.training, iterations=old.training.iterations)
    return old == structs.replace(new, title=old.title, training=training)
