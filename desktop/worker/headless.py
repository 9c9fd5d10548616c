"""Trains without a window, for pictures and movies: passes with all that leads up to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.analysis.cause_question import settle_cause
from engine.analysis.verdict import diagnose
from engine.document.experiment import Experiment
from engine.kinds.question import Question
from engine.records.cause import Cause
from engine.records.frames import TrainingFrame
from engine.records.verdict import Verdict
from engine.tasks import loading
from engine.training.history import History
from engine.training.run import Record, Run, use_one_thread

Progress = Callable[[int, int], None]

_EVALUATIONS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Rehearsal:
    """What a picture is drawn from."""

    frame: TrainingFrame
    """The pass after the last iteration, not applied."""
    history: History
    verdict: Verdict | None
    cause: Cause | None
    majority: float | None
    answer: object | None = None
    """To the question that was asked."""


def rehearse(
    experiment: Experiment,
    folder: Path | None,
    progress: Progress | None = None,
    *,
    question: Question | None = None,
) -> Rehearsal:
    """Trains for the document's number of iterations, or until a number is not finite.

    Args:
        experiment: the document.
        folder: where its relative paths start.
        progress: told how many iterations are done, and of how many.
        question: what is measured of the network in the end, too.

    Raises:
        GradientTheatreError: for data that cannot be used, or a network too large.
    """
    stops = (experiment.training.iterations,)
    return next(rehearse_passes(experiment, folder, stops, progress, question=question))


def rehearse_passes(
    experiment: Experiment,
    folder: Path | None,
    stops: Sequence[int],
    progress: Progress | None = None,
    *,
    question: Question | None = None,
) -> Iterator[Rehearsal]:
    """The passes at some iterations of one training, each as `rehearse` would give it.

    They share one history, which grows: a rehearsal is to be drawn before the next is taken.
    Only the last one has a cause.

    Args:
        experiment: the document; its number of iterations plays no part.
        folder: where its relative paths start.
        stops: the iterations, ascending; after a number that is not finite, all are the halt.
        progress: told how many iterations are done, and of how many.
        question: what is measured of the network at each of them, too.

    Raises:
        GradientTheatreError: for data that cannot be used, or a network too large.
    """
    use_one_thread()
    dataset = loading.load(experiment, folder)
    run = Run(experiment, dataset)
    history = History()
    iterations = stops[-1]
    every = max(1, iterations // _EVALUATIONS)
    for number, stop in enumerate(stops, start=1):
        while run.iteration < stop and run.halted is None:
            is_scored = run.iteration % every == 0
            history.append(run.advance(Record(has_trace=False, has_score=is_scored)))
            if progress is not None:
                progress(run.iteration, iterations)
        frame = run.measure()
        if run.halted is None:
            history.append(frame)
        verdict = cause = None
        if frame.trace is not None:
            if number == len(stops):  # it takes long, and of a movie only the end is judged by it
                cause = settle_cause(run, frame.trace)
            verdict = diagnose(frame.trace, history.recent_losses, run.halted)
        answer = None if question is None else question.answer(run)
        yield Rehearsal(frame, history, verdict, cause, dataset.majority, answer)
