"""Trains without a window, for pictures: the last pass with all that leads up to it."""

from __future__ import annotations

from collections.abc import Callable
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
    progress: Callable[[int, int], None] | None = None,
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
    use_one_thread()
    dataset = loading.load(experiment, folder)
    run = Run(experiment, dataset)
    history = History()
    iterations = experiment.training.iterations
    every = max(1, iterations // _EVALUATIONS)
    while run.iteration < iterations and run.halted is None:
        is_scored = run.iteration % every == 0
        history.append(run.advance(Record(has_trace=False, has_score=is_scored)))
        if progress is not None:
            progress(run.iteration, iterations)
    frame = run.measure()
    if run.halted is None:
        history.append(frame)
    verdict = cause = None
    if frame.trace is not None:
        cause = settle_cause(run, frame.trace)
        verdict = diagnose(frame.trace, history.recent_losses, run.halted)
    answer = None if question is None else question.answer(run)
    return Rehearsal(frame, history, verdict, cause, dataset.majority, answer)
