"""What is under way in the worker's thread, one run or two: what each request does to them.

Knows the engine, and nothing of Qt. `work` does one small thing at a time (one
request or one iteration), so that whoever calls it can stop in between.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Protocol

from msgspec import structs

from desktop.worker.mailbox import Mailboxes, Progress
from desktop.worker.requests import (
    FILM_PASSES,
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
from desktop.worker.run_in_training import SCORED_SHARE, RunInTraining
from engine.analysis.lane_run import LaneRun, is_as_accurate
from engine.document.experiment import Experiment
from engine.document.lanes import Lane
from engine.errors import LACK_OF_MEMORY, GradientTheatreError, RequestError, is_lack_of_memory
from engine.kinds.question import Question, Refusal
from engine.lecture.performance import LOOKED_AT_EVERY, Performance
from engine.records.beat import BeatRecord
from engine.records.dataset import Dataset
from engine.records.film import Film
from engine.records.frames import TrainingFrame
from engine.tasks import loading
from engine.training.run import ROW_ONLY, Record


class Announcer(Protocol):
    """Where the rare facts go."""

    def announce_training(self) -> None:
        """Training has begun."""

    def announce_idle(self) -> None:
        """Training, or a long request, has ended."""

    def announce_traces(self, number: int, frames: Mapping[int, TrainingFrame]) -> None:
        """The pass of each run that was asked for under this number."""

    def announce_film(self, film: Film) -> None:
        """The passes before the halt."""

    def announce_beat(self, number: int, record: BeatRecord) -> None:
        """What the beat that was asked for under this number says now."""

    def announce_answer(self, asked: Ask, answer: object) -> None:
        """What was asked for, or why there is none."""


class Trainer:
    """Has one run or two, serves what is asked of them, and trains them in turn in between.

    Two runs stand at the same iteration: whichever lags behind is advanced first. Only one
    that has halted at a number that is not finite stays, while the other goes on.
    """

    def __init__(self, inbox: Inbox, mailboxes: Mailboxes, announcer: Announcer) -> None:
        self._inbox = inbox
        self._mailboxes = mailboxes
        self._announcer = announcer
        self._runs: dict[int, RunInTraining] = {}
        self._edited = 0
        self._folder: Path | None = None
        self._detail_layer: int | None = None
        self._loss_place: int | None = None
        self._is_training = False
        self._is_on_the_way = False
        self._first = 0
        self._until: int | None = None
        self._due = 0.0
        self._lecture: Experiment | None = None
        self._performance: Performance | None = None
        self._performed: Perform | None = None  # a beat whose training is not done
        self._rehearsal: tuple[int, Iterator[None]] | None = None  # of a later beat

    def work(self) -> bool:
        """Do the next thing; False when there is nothing left to do."""
        request = self._inbox.take()
        if request is not None:
            self._serve(request)
            return True
        if not self._is_training:
            return self._rehearse()
        if self._inbox.pause.is_set():
            self._stop_here()
        elif (known := self._find_known_end()) is not None:
            self._leap(known)
        elif (late := self._find_late()) is not None:
            self._advance([late])
        elif self._has_arrived():
            # First the pass that is stood before, so that whoever hears of the end sees it too.
            self._measure(self._runs.values())
            self._end_training()
            if self._performed is not None:
                self._complete(self._performed)
        elif not self._is_early():
            self._advance(self._list_movable())
        return True

    def give_up(self) -> None:
        """Be idle after an error; the experiments stay as they are."""
        self._mailboxes.progress = None
        self._end_training()

    def _serve(self, request: Request) -> None:
        match request:
            case Perform():
                self._perform(request)
            case Show():
                self._performed = None
                self._show(request)
            case Train(until):
                self._train(until)
            case TrainOnce():
                self._performed = None
                self._train_once()
            case GoBack(iteration):
                self._performed = None
                self._go_back(iteration)
            case Watch() | RecordFilm():
                self._look_back(request)
            case Ask():
                self._announcer.announce_answer(request, self._answer(request.question))
            case Inspect() | StartFrom():
                self._look(request)

    def _perform(self, request: Perform) -> None:
        """Stand at a beat, and let its training begin."""
        self._end_training()
        self._performed = None
        performance = self._open_lecture(request)
        try:
            play = performance.end if request.is_at_end else performance.begin
            beat = play(request.index, self._report_progress).beat
        finally:
            self._mailboxes.progress = None
        record = performance.record(
            request.index, is_complete=request.is_at_end or beat.until is None
        )
        self._adopt(request, performance.hand_over())
        self._announcer.announce_beat(request.number, record)
        if request.is_at_end:
            self._plan_rehearsal(request.index)
            return
        self._performed = request
        if beat.until is None:
            performance.keep_end(request.index)
            self._performed = None
            self._plan_rehearsal(request.index)
        else:
            self._rehearsal = None
            self._inbox.pause.clear()
            self._begin_training(beat.until.iterations, is_on_the_way=True)

    def _open_lecture(self, request: Perform) -> Performance:
        if self._performance is None or self._lecture != request.document:
            self._rehearsal = None
            self._lecture = request.document
            self._performance = Performance(
                request.document,
                request.folder,
                keeps_rows=True,
                should_stop=self._inbox.stop.is_set,
            )
        return self._performance

    def _adopt(self, request: Perform, lanes: Mapping[Lane, LaneRun]) -> None:
        """The lanes of a beat are what is trained and measured from now on."""
        self._folder, self._edited = request.folder, request.runs["baseline"]
        for number in self._runs.keys() - {request.runs[lane] for lane in lanes}:
            self._mailboxes.end(number)
        self._runs = {}
        with self._mailboxes.together():
            for name, lane in lanes.items():
                number = request.runs[name]
                run = RunInTraining(number, lane.experiment, self._mailboxes.of(number))
                run.adopt(lane)
                self._runs[number] = run
                self._start_passes(run)
            self._measure(self._runs.values())

    def _complete(self, request: Perform) -> None:
        """The training of a beat is done: what it says is known."""
        self._performed = None
        assert self._performance is not None
        self._performance.keep_end(request.index)
        record = self._performance.record(request.index, is_complete=True)
        self._announcer.announce_beat(request.number, record)
        self._plan_rehearsal(request.index)

    def _find_known_end(self) -> Perform | None:
        """The beat whose training is hurried, where its end is known from before."""
        request, performance = self._performed, self._performance
        if request is None or performance is None or not self._inbox.hurry.is_set():
            return None
        return request if performance.knows_end(request.index) else None

    def _leap(self, request: Perform) -> None:
        """Stand at the end of a beat without the rest of its training."""
        assert self._performance is not None
        self._performance.end(request.index)
        self._adopt(request, self._performance.hand_over())
        self._end_training()
        self._performed = None
        record = self._performance.record(request.index, is_complete=True)
        self._announcer.announce_beat(request.number, record)
        self._plan_rehearsal(request.index)

    def _plan_rehearsal(self, index: int) -> None:
        """Train a later beat ahead from now on, whenever nothing else is to be done."""
        assert self._performance is not None
        beat = self._performance.find_untrained(index)
        if beat is None:
            self._rehearsal = None
        elif self._rehearsal is None or self._rehearsal[0] != beat:
            self._rehearsal = (beat, self._performance.rehearse(beat))

    def _rehearse(self) -> bool:
        """One iteration of a later beat; False where there is none to be trained ahead."""
        if self._rehearsal is None or self._performed is not None:
            return False
        try:
            next(self._rehearsal[1])
        except StopIteration:
            self._rehearsal = None
        except (GradientTheatreError, MemoryError, RuntimeError):
            self._rehearsal = None  # it is told when the beat is played
        return self._rehearsal is not None

    def _report_progress(self, done: int, total: int) -> None:
        self._mailboxes.progress = Progress(done, total)

    def _look(self, request: Inspect | StartFrom) -> None:
        """Record other things from the next pass on, which is now unless training runs."""
        if isinstance(request, Inspect):
            self._detail_layer = request.layer
            looked_at = self._list_built({self._edited})
        else:
            self._loss_place = request.place
            looked_at = self._list_built(self._runs)
            for run in looked_at:
                self._start_passes(run)
        if not self._is_training:
            self._measure(looked_at)

    def _look_back(self, request: Watch | RecordFilm) -> None:
        """Record earlier passes anew."""
        if self._is_training:
            self._stop_here()
        if isinstance(request, Watch):
            frames = self._watch(request.iteration)
            self._announcer.announce_traces(request.number, frames)
        else:
            self._record_film()

    def _watch(self, iteration: int) -> dict[int, TrainingFrame]:
        frames = {}
        for run in self._ready():
            assert run.timeline is not None
            detail, stop = self._detail_of(run), self._inbox.stop.is_set
            frames[run.number] = run.timeline.trace_at(iteration, detail, stop)
        return frames

    def _answer(self, question: Question) -> object:
        """Leaves no mark on the training, which goes on."""
        try:
            self._ready()
            return question.answer_among(self._runs, self._edited)
        except GradientTheatreError as error:
            return Refusal(str(error))
        except (MemoryError, RuntimeError) as error:
            if is_lack_of_memory(error):
                return Refusal(LACK_OF_MEMORY)
            raise

    def _start_passes(self, run: RunInTraining) -> None:
        """Where every place has a loss, from that of the one that was asked for."""
        run.run.network.start_from(self._loss_place)

    def _detail_of(self, run: RunInTraining) -> int | None:
        """Only the run that is edited is looked at closely."""
        return self._detail_layer if run.number == self._edited else None

    def _show(self, request: Show) -> None:
        begins_anew = request.begins_anew or request.folder != self._folder
        was_edited, self._edited = self._edited, request.edited
        self._folder = request.folder
        for number in self._runs.keys() - request.experiments.keys():
            del self._runs[number]
            self._mailboxes.end(number)
        to_build, to_measure = [], []
        for number, experiment in request.experiments.items():
            run = self._runs.get(number)
            if run is None:
                run = RunInTraining(number, experiment, self._mailboxes.of(number))
                self._runs[number] = run
            if begins_anew or not run.can_become(experiment):
                # The old network goes before the new one comes: there need not be room for both.
                run.experiment, run.timeline = experiment, None
                to_build.append(run)
                continue
            is_now_edited = number == self._edited != was_edited
            if run.change(experiment) or (is_now_edited and self._detail_layer is not None):
                to_measure.append(run)
        if to_build and self._is_training:
            to_measure = [run for run in self._runs.values() if run not in to_build]
            self._end_training()
        self._measure(to_measure)
        self._build(to_build)
        if not self._is_training:
            self._catch_up()

    def _build(self, runs: Sequence[RunInTraining]) -> None:
        """Those that can be built; the error of one that cannot follows afterwards."""
        for index, run in enumerate(runs):
            try:
                self._build_one(run)
            except Exception:
                run.fail()
                self._build(runs[index + 1 :])
                raise

    def _build_one(self, run: RunInTraining) -> None:
        origin = self._find_origin(run)
        branching = None
        if origin is None:
            run.build(self._load(run.experiment))
        else:
            branching = run.branch_off(origin)
        run.run.must_hurry = self._inbox.is_anyone_waiting
        self._start_passes(run)
        frame = run.measure(self._detail_of(run))
        self._mailboxes.seal()  # a copy is one of the rows as they are now
        run.put(frame, forgets_from=0, branching=branching)
        self._mailboxes.seal()
        self._score({run: frame})

    def _find_origin(self, run: RunInTraining) -> RunInTraining | None:
        """The other run, if it has been trained and its weights suit this one too."""
        for other in self._list_built(self._runs):
            if other is not run and other.iteration > 0 and other.can_become(run.experiment):
                return other
        return None

    def _load(self, experiment: Experiment) -> Dataset:
        """The examples, which two runs share."""
        wanted = _name_data(experiment)
        for other in self._list_built(self._runs):
            if _name_data(other.experiment) == wanted:
                return other.run.dataset
        return loading.load(experiment, self._folder)

    def _list_built(self, numbers: Container[int]) -> list[RunInTraining]:
        return [
            run for run in self._runs.values() if run.number in numbers and run.timeline is not None
        ]

    def _ready(self) -> list[RunInTraining]:
        """All runs; built now where one is not, because the last attempt failed."""
        if not self._runs:
            raise RequestError("There is no experiment to train yet.")
        self._build([run for run in self._runs.values() if run.timeline is None])
        return list(self._runs.values())

    def _list_movable(self) -> list[RunInTraining]:
        return [run for run in self._list_built(self._runs) if not run.is_halted]

    def _find_late(self) -> RunInTraining | None:
        """The run that lags behind the other one, and can go on."""
        furthest = self._find_furthest()
        return next((run for run in self._list_movable() if run.iteration < furthest), None)

    def _find_furthest(self) -> int:
        return max((run.iteration for run in self._runs.values()), default=0)

    def _train(self, until: int | None) -> None:
        self._ready()
        if until is not None and until < self._find_furthest():
            self._go_back(until)
        else:
            planned = self._runs[self._edited].experiment.training.iterations
            self._begin_training(until, is_on_the_way=until not in (None, planned))

    def _begin_training(self, until: int | None, *, is_on_the_way: bool) -> None:
        for run in self._runs.values():
            run.scored_share = SCORED_SHARE / len(self._runs)
        self._is_training = True
        self._is_on_the_way = is_on_the_way
        self._first = self._find_hindmost()
        self._until = until
        self._due = perf_counter()
        self._announcer.announce_training()

    def _find_hindmost(self) -> int:
        return min((run.iteration for run in self._list_movable()), default=0)

    def _catch_up(self) -> None:
        """Let a run that lags behind come to where the other one stands."""
        if self._find_late() is not None:
            self._inbox.pause.clear()  # whatever it ended, it was not this
            self._begin_training(self._find_furthest(), is_on_the_way=True)

    def _end_training(self) -> None:
        was_training = self._is_training
        self._is_training = self._is_on_the_way = False
        self._mailboxes.progress = None
        if was_training:
            self._announcer.announce_idle()

    def _has_arrived(self) -> bool:
        until = self._until
        runs = self._ready()
        if self._performed is not None and self._is_as_accurate_as_asked(self._performed):
            return True
        return all(run.is_halted or (until is not None and run.iteration >= until) for run in runs)

    def _is_as_accurate_as_asked(self, request: Perform) -> bool:
        assert self._performance is not None
        until = self._performance.cues[request.index].beat.until
        lane = self._performance.lanes["baseline"]
        accuracy = None if until is None else until.accuracy
        return is_as_accurate(lane, accuracy, LOOKED_AT_EVERY)

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

    def _advance(self, runs: Iterable[RunInTraining]) -> None:
        """One iteration of each; what the window sees of them is of the same one."""
        runs = list(runs)
        is_unseen = self._performed is not None and self._inbox.hurry.is_set()
        is_trace_wanted = not is_unseen and all(run.is_trace_wanted for run in runs)
        made: dict[RunInTraining, TrainingFrame] = {}
        try:
            for run in runs:
                detail = self._detail_of(run)
                made[run] = run.advance(
                    Record(detail_layer=detail) if is_trace_wanted else ROW_ONLY
                )
        finally:
            with self._mailboxes.together():
                for run, frame in made.items():
                    run.put(frame, updates=0 if frame.halted else 1)
        if self._is_on_the_way and self._until is not None:
            done = self._find_hindmost() - self._first
            self._mailboxes.progress = Progress(done, self._until - self._first)
        if self._list_movable():
            # While another run goes on, this is the last that is seen of one that has halted.
            self._measure(run for run in runs if run.is_halted)

    def _train_once(self) -> None:
        self._end_training()
        runs = self._ready()
        if self._find_late() is not None:
            self._level()
        self._advance(self._list_movable() or runs)
        self._measure(runs)

    def _go_back(self, iteration: int) -> None:
        self._end_training()
        runs = [run for run in self._ready() if run.iteration >= iteration]
        self._announcer.announce_training()
        try:
            self._return_to(iteration, runs, self._inbox.must_interrupt)
            if self._find_late() is not None:  # interrupted, they may have come unequally far
                self._level()
        finally:
            self._mailboxes.progress = None
            self._announcer.announce_idle()
        self._catch_up()

    def _return_to(
        self, iteration: int, runs: Sequence[RunInTraining], should_stop: Callable[[], bool]
    ) -> None:
        """As exactly as each run's timeline can."""
        reached = {}
        for index, run in enumerate(runs):
            assert run.timeline is not None

            def report(done: int, total: int, index: int = index) -> None:
                self._mailboxes.progress = Progress(index * total + done, len(runs) * total)

            reached[run.number] = run.timeline.go_to(iteration, should_stop, report)
        self._measure(runs, reached)

    def _record_film(self) -> None:
        """Of the run that is edited."""
        self._ready()
        timeline = self._runs[self._edited].timeline
        assert timeline is not None
        self._announcer.announce_training()
        try:
            film = timeline.record_film(FILM_PASSES, self._inbox.must_drop_film, self._report)
        finally:
            self._mailboxes.progress = None
            self._announcer.announce_idle()
        if film is not None:
            self._announcer.announce_film(film)

    def _report(self, done: int, total: int) -> None:
        self._mailboxes.progress = Progress(done, total)

    def _level(self) -> None:
        """Let whichever run is ahead go back to where the other one stands."""
        hindmost = self._find_hindmost()
        ahead = [run for run in self._list_built(self._runs) if run.iteration > hindmost]
        self._return_to(hindmost, ahead, self._inbox.stop.is_set)

    def _stop_here(self) -> None:
        """Be idle at an iteration at which both runs stand."""
        if self._find_late() is not None:
            self._level()
        self._measure(self._runs.values())
        self._end_training()
        # Far back only some iterations can be returned to: the rest of the way is short.
        self._catch_up()

    def _measure(
        self, runs: Iterable[RunInTraining], reached: Mapping[int, int] | None = None
    ) -> None:
        """Record the passes that the next updates would take, with everything.

        Args:
            runs: which.
            reached: the iterations, by the runs' numbers, that they have gone back to.
        """
        reached = {} if reached is None else reached
        frames = {run: run.measure(self._detail_of(run)) for run in runs}
        with self._mailboxes.together():
            for run, frame in frames.items():
                run.put(frame, forgets_from=reached.get(run.number))
        self._score(frames)

    def _score(self, frames: Mapping[RunInTraining, TrainingFrame]) -> None:
        """Afterwards, because it may take longer than a toggle should."""
        for run, frame in frames.items():
            if frame.halted is None and not self._inbox.attention.is_set():
                run.put(run.score(frame))


def _name_data(experiment: Experiment) -> object:
    """Equal where two experiments have the same examples."""
    task = structs.replace(experiment.task, batch_size=1)
    return experiment.seed, task, experiment.network.readout_name()
