"""Plays a lecture's beats without a window, for movies, slides and hand-outs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.worker.headless import Progress, Rehearsal
from engine.analysis.cause import find_cause
from engine.analysis.lane_run import LaneRun, train_in_turn
from engine.analysis.verdict import diagnose
from engine.document.experiment import Experiment
from engine.document.lanes import Lane
from engine.document.script import Cue
from engine.errors import GradientTheatreError
from engine.kinds.question import Question
from engine.lecture.performance import LOOKED_AT_EVERY, Performance
from engine.records.beat import BeatRecord
from engine.training.history import History
from engine.training.run import Record, use_one_thread

_EVALUATIONS = 50
"""Scores on held-out data, of the training of a beat."""


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """The lanes at a moment of a beat; drawn before the next one is taken."""

    cue: Cue
    record: BeatRecord
    lanes: Mapping[Lane, Rehearsal]


def rehearse_beats(
    document: Experiment,
    folder: Path | None,
    glances: Iterable[tuple[int, int]],
    question_of: Callable[[Cue], Question | None],
    *,
    progress: Progress | None = None,
) -> Iterator[Glance]:
    """The beats that are asked for, each as it begins, while it trains, and as it ends.

    Args:
        document: with a lecture.
        folder: where relative paths of its tasks start.
        glances: beats, ascending, each with how often one looks at it while it trains; one that
            does not train is looked at once.
        question_of: what is measured besides at every glance.
        progress: told how many iterations are done on the way, and of how many.

    Raises:
        GradientTheatreError: for data that cannot be used, or a network too large.
    """
    use_one_thread()
    performance = Performance(document, folder, keeps_rows=True)
    for index, count in glances:
        yield from _rehearse_beat(performance, index, count, question_of, progress)


def _rehearse_beat(
    performance: Performance,
    index: int,
    count: int,
    question_of: Callable[[Cue], Question | None],
    progress: Progress | None,
) -> Iterator[Glance]:
    cue = performance.cues[index]
    question, until = question_of(cue), cue.beat.until
    if until is None:
        performance.begin(index, progress)
        lanes = {name: _Look(lane, question) for name, lane in performance.lanes.items()}
        record = performance.record(index, is_complete=True)
        yield Glance(cue, record, {name: look.take() for name, look in lanes.items()})
        performance.keep_end(index)
        return
    end = until.iterations
    if until.accuracy is not None:  # when it is reached is known when it has been
        performance.end(index, progress)
        end = performance.lanes["baseline"].iteration
    performance.begin(index, progress)
    lanes = {name: _Look(lane, question) for name, lane in performance.lanes.items()}
    begin = performance.lanes["baseline"].iteration
    record = performance.record(index, is_complete=False)
    yield Glance(cue, record, {name: look.take() for name, look in lanes.items()})
    every = max(1, (end - begin) // _EVALUATIONS)
    trained = tuple(performance.lanes.values())
    for number in range(1, count + 1):
        goal = begin + round(number * max(0, end - begin) / count)
        for done in train_in_turn(
            trained,
            goal,
            None,
            LOOKED_AT_EVERY,
            lambda at: Record(has_trace=False, has_score=at % every == 0),
        ):
            if progress is not None:
                progress(done, end)
        if number == count:
            performance.keep_end(index)
            record = performance.record(index, is_complete=True)
        yield Glance(cue, record, {name: look.take() for name, look in lanes.items()})


class _Look:
    """One lane of a beat, and the history of it that is drawn."""

    def __init__(self, lane: LaneRun, question: Question | None) -> None:
        self._lane, self._question = lane, question
        self._history = History()
        self._known = 0

    def take(self) -> Rehearsal:
        """As it stands."""
        lane, history = self._lane, self._history
        for row in lane.rows[self._known :]:
            history.append(row)
        self._known = len(lane.rows)
        frame = lane.run.measure()
        halted = lane.halted or frame.halted
        if halted is None:
            history.append(frame)
        else:
            frame = replace(frame, halted=halted)
        verdict = cause = None
        if frame.trace is not None:
            cause = find_cause(frame.trace, lane.experiment.training)
            verdict = diagnose(frame.trace, history.recent_losses, halted)
        answer = None
        if self._question is not None:
            try:
                answer = self._question.answer(lane.run)
            except GradientTheatreError:
                answer = None  # the view says that there is nothing
        return Rehearsal(frame, history, verdict, cause, lane.run.dataset.majority, answer)
