"""Does it learn? So many iterations of training, and where the network stands then.

A gradient that arrives is no promise of learning, so a remedy is tried: here, or in a process of
its own, which `serve` is.
"""

from __future__ import annotations

import math
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from engine import documents
from engine.analysis.verdict import diagnose
from engine.document.experiment import Experiment
from engine.errors import LACK_OF_MEMORY, GradientTheatreError, is_lack_of_memory
from engine.records.remedy import Trial

if TYPE_CHECKING:
    from engine.records.dataset import Dataset

_REPORT_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Order:
    """What a process is to train."""

    number: int
    document: str
    """The experiment's JSON text."""
    folder: Path | None
    """Where its relative paths start."""
    iterations: int


@dataclass(frozen=True, slots=True)
class Report:
    """How far an order has come: a trial or a problem is its end."""

    number: int
    done: int = 0
    trial: Trial | None = None
    problem: str = ""
    """Why there is no trial, in a sentence."""


def run_trial(
    experiment: Experiment,
    dataset: Dataset,
    iterations: int,
    progress: Callable[[int], None] = lambda _done: None,
) -> Trial:
    """Train from the weights that the seed gives, and measure.

    Where a number is no longer finite it ends, at the last state whose pass is finite: as
    `engine.analysis.measure` does, of whose `final` it has the numbers.

    Args:
        experiment: what to train.
        dataset: its examples.
        iterations: updates to make.
        progress: told how many are made.

    Raises:
        TooLargeError: for a network that would not fit into memory.
    """
    from engine.training.run import ROW_ONLY, Run
    from engine.training.timeline import Timeline

    run = Run(experiment, dataset)
    timeline = Timeline(run)
    losses: list[float] = []
    while run.iteration < iterations and run.halted is None:
        losses.append(timeline.advance(ROW_ONLY).loss)
        progress(run.iteration)
    halted = run.halted
    frame = run.measure()
    halted = halted or frame.halted
    if frame.halted is not None and run.iteration > 0:
        timeline.go_to(run.iteration - 1)
        frame = run.measure()
    score = run.score()
    verdict = None if frame.trace is None else diagnose(frame.trace, losses, halted)
    ratio = None if verdict is None else verdict.carried.ratio
    return Trial(
        iterations=run.iteration,
        carried=_finite(ratio),
        loss=_finite(frame.loss),
        accuracy=_finite(score.accuracy),
        r2=_finite(score.r2),
        verdict=verdict,
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def serve(connection: Connection) -> None:
    """A process: carry out one `Order` after the other, telling of each in `Report`s.

    It ends when nobody is left at the other end. Data are loaded once for orders that have the
    same.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it
    from engine.training.run import use_one_thread

    use_one_thread()
    loaded: tuple[object, Dataset] | None = None
    while True:
        try:
            order = connection.recv()
        except (EOFError, OSError):
            return
        try:
            experiment = documents.parse(order.document)
            loaded = _load(experiment, order.folder, loaded)
            report = Report(
                order.number,
                order.iterations,
                run_trial(experiment, loaded[1], order.iterations, _Progress(order, connection)),
            )
        except BrokenPipeError:
            return
        except Exception as error:  # noqa: BLE001 -- whatever it is, the window tells it
            report = Report(order.number, problem=_explain(error))
        try:
            connection.send(report)
        except OSError:
            return


def _load(
    experiment: Experiment, folder: Path | None, loaded: tuple[object, Dataset] | None
) -> tuple[object, Dataset]:
    from engine.tasks.loading import load

    key = (experiment.task, experiment.seed, experiment.network.readout_name(), folder)
    return loaded if loaded is not None and loaded[0] == key else (key, load(experiment, folder))


class _Progress:
    """Tells how many iterations are made, a few times a second."""

    def __init__(self, order: Order, connection: Connection) -> None:
        self._order = order
        self._connection = connection
        self._next = 0.0

    def __call__(self, done: int) -> None:
        now = monotonic()
        if now >= self._next:
            self._next = now + _REPORT_EVERY_S
            self._connection.send(Report(self._order.number, done))


def _explain(error: Exception) -> str:
    if isinstance(error, GradientTheatreError):
        return str(error)
    if is_lack_of_memory(error):
        return LACK_OF_MEMORY
    text = " ".join(str(error).split()) or type(error).__name__
    return f"The trial was interrupted: {text.rstrip('.')[:300]}."
