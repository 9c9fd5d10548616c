"""A run: the weights of an experiment on their way through the iterations."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np
import torch
from torch import Tensor

from engine.document.experiment import Experiment, keeps_weights
from engine.errors import is_lack_of_memory
from engine.kinds.network import Network, PassPhase, UpdateRecord
from engine.kinds.table import kind_of
from engine.numerics.losses import Score, evaluate_loss, measure_accuracy
from engine.records.dataset import Dataset
from engine.records.frames import HeldOut, NonFinite, TrainingFrame
from engine.records.trace import Trace, UpdateNorms
from engine.tasks.loading import batch_indices
from engine.training.memory import explain_refused_memory, refuse_too_large
from engine.training.snapshot import Snapshot
from engine.training.update import Updater


@dataclass(frozen=True, slots=True)
class Record:
    """What a frame is to carry beside the scalars and the row, which it always has."""

    has_trace: bool = True
    has_units: bool = True
    """With the trace: what is drawn of single units, and the links of shallow networks."""
    detail_layer: int | None = None
    """With the trace: the layer (recurrent: time step) to look at closely."""
    has_score: bool = False
    """Loss and accuracy on held-out data, before the update."""


ROW_ONLY = Record(has_trace=False)
FULL = Record()


def build(experiment: Experiment, dataset: Dataset) -> Network:
    """The network of an experiment, its weights drawn from the seed.

    Raises:
        TooLargeError: where it could not fit into memory.
    """
    refuse_too_large(experiment, dataset)
    return kind_of(experiment.network).build(experiment, dataset)


@dataclass(slots=True, eq=False)
class _Pass:
    """One forward and backward pass, and the first thing that went wrong."""

    loss: float
    accuracy: float | None
    gradient_norms: np.ndarray[tuple[int], np.dtype[np.float64]]
    detail: object | None
    failure: NonFinite | None
    update: UpdateRecord | None = None
    """What becomes of the gradient; None where no update can follow."""


class Examples:
    """The data as tensors in an experiment's dtype; never written to, so that runs may share it."""

    def __init__(self, dataset: Dataset, dtype: torch.dtype) -> None:
        self.dtype = dtype
        self.train = _as_tensors(dataset.train_x, dataset.train_y, dataset, dtype)
        self.held_out = _as_tensors(dataset.held_out_x, dataset.held_out_y, dataset, dtype)


_P = ParamSpec("_P")
_T = TypeVar("_T")


def _explains_lack_of_memory(
    method: Callable[Concatenate[Run, _P], _T],
) -> Callable[Concatenate[Run, _P], _T]:
    """Answer a refusal of memory in the sentence that would have refused the experiment."""

    @wraps(method)
    def call(run: Run, /, *arguments: _P.args, **named: _P.kwargs) -> _T:
        try:
            return method(run, *arguments, **named)
        except (MemoryError, RuntimeError) as error:
            if is_lack_of_memory(error):
                raise explain_refused_memory(run.experiment, run.dataset) from error
            raise

    return call


class Run:
    """An experiment in training.

    Deterministic: the same experiment, data and changes give the same numbers, bit
    for bit on one machine. `use_one_thread` is up to the caller.
    """

    @_explains_lack_of_memory
    def __init__(
        self, experiment: Experiment, dataset: Dataset, *, examples: Examples | None = None
    ) -> None:
        """Draw the weights.

        Args:
            experiment: what to train.
            dataset: its data.
            examples: the same data, as another run has them already.
        """
        self.experiment = experiment
        self.dataset = dataset
        self.iteration = 0
        self.halted: NonFinite | None = None
        self.must_hurry: Callable[[], bool] = lambda: False
        """Whether someone waits for it: a long measurement beside it is to be given up."""
        self.update: UpdateRecord | None = None
        """What became of the gradient of the last iteration; norms beside those of the raw
        gradient stand for themselves only where the pass was recorded."""
        self.network = build(experiment, dataset)
        self._updater = Updater(self.network.parameters, experiment.training)
        dtype = self.network.parameters.value.dtype
        if examples is None or examples.dtype != dtype:
            examples = Examples(dataset, dtype)
        self.examples = examples

    def change(self, experiment: Experiment) -> None:
        """Go on with other settings and the same weights, from the next pass.

        Raises:
            ValueError: where the weights cannot be kept.
        """
        if not keeps_weights(self.experiment, experiment):
            raise ValueError("these settings need a network of their own")
        if experiment.task.batch_size > self.experiment.task.batch_size:
            refuse_too_large(experiment, self.dataset)
        if experiment.network != self.experiment.network:
            self.network.configure(experiment)
        self._updater.configure(experiment.training)
        self.experiment = experiment
        self.halted = None

    @_explains_lack_of_memory
    # Norms of what is not finite are taken on purpose, and looked at: no warning is due.
    @np.errstate(all="ignore")
    def advance(self, record: Record = FULL) -> TrainingFrame:
        """One iteration: the pass, recorded, and the update that follows it.

        At a number that is not finite nothing changes but `halted`, and the frame
        carries it too: the state stays the one before this iteration.
        """
        score = self.score() if record.has_score else None
        done = self._pass(record)
        if done.failure is not None:
            self.halted = done.failure
            return self._frame(done, self._trace_of_failure(done, record), score)
        norms = done.gradient_norms
        total = self.network.parameters.total_norm(norms)
        kept = self.snapshot() if self._updater.must_be_watched(total) else None
        weights = self.network.measure_weights() if record.has_trace else None
        update = self._updater.prepare(self.iteration, done.loss, norms, total, weights)
        self.update = done.update = update
        if record.has_trace:
            update = self._count_changes(update)
        trace = self._trace(update, done, record)
        self._updater.apply()
        if kept is not None and (failure := self._updater.find_failure()) is not None:
            self.restore(kept)
            done.failure = NonFinite(self.iteration, failure.layer, failure.phase)
            self.halted = done.failure
            return self._frame(done, trace, score)
        frame = self._frame(done, trace, score, is_applied=True)
        self.network.accept_batch()
        self.iteration += 1
        return frame

    @_explains_lack_of_memory
    @np.errstate(all="ignore")
    def measure(self, detail_layer: int | None = None) -> TrainingFrame:
        """The pass that the next update would follow, fully recorded, without that update.

        It leaves no mark: weights, running statistics, the optimiser's state and the
        iteration stay as they are.
        """
        record = Record(detail_layer=detail_layer)
        done = self._pass(record)
        if done.failure is not None:
            return self._frame(done, self._trace_of_failure(done, record), None)
        kept = self._updater.save()
        norms, weights = done.gradient_norms, self.network.measure_weights()
        total = self.network.parameters.total_norm(norms)
        update = self._updater.prepare(self.iteration, done.loss, norms, total, weights)
        done.update = update = self._count_changes(update)
        self._updater.restore(kept)
        return self._frame(done, self._trace(update, done, record), None)

    def _count_changes(self, update: UpdateRecord) -> UpdateRecord:
        """Only for a pass that is recorded, since a verdict is given on no other."""
        return replace(update, motion=self._updater.count_changes(self.network.watched_weights))

    def snapshot(self) -> Snapshot:
        """A copy of the state."""
        return Snapshot(
            self.iteration,
            self.network.parameters.value.clone(),
            self.network.statistics.clone(),
            self._updater.save(),
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Return to a snapshot exactly; the settings stay."""
        self.iteration = snapshot.iteration
        self.network.parameters.value.copy_(snapshot.value)
        self.network.statistics.copy_(snapshot.statistics)
        self._updater.restore(snapshot.optimiser)
        self._updater.watch_if_large()
        self.halted = None

    @_explains_lack_of_memory
    def score(self) -> HeldOut:
        """Loss and accuracy, or R2, on the held-out data, with running statistics.

        Part by part: it takes no more memory than training does.
        """
        x, y = self.examples.held_out
        score = Score(self.dataset.loss, y)
        with torch.inference_mode():
            for place, output in self.network.predict_in_parts(x):
                score.add(output, y[place])
        return HeldOut(score.loss, score.accuracy, score.r2, self.dataset.majority)

    def draw_batch(self) -> tuple[Tensor, Tensor]:
        """The batch, x and y, that the next update takes."""
        x, y = self.examples.train
        size = self.experiment.task.batch_size
        rows = torch.from_numpy(batch_indices(self.experiment.seed, self.iteration, size, len(x)))
        return x[rows], y[rows]

    def _pass(self, record: Record) -> _Pass:
        network = self.network
        x, y = self.draw_batch()
        output = network.forward(x)
        failure = None if network.is_finite("forward") else self._locate("forward")
        loss, gradient = evaluate_loss(self.dataset.loss, output, y)
        if failure is None and not np.isfinite(loss):
            failure = NonFinite(self.iteration, None, "loss")
        network.backward(gradient)
        norms = network.measure_gradient()
        if failure is None and not (np.isfinite(norms).all() and network.is_finite("backward")):
            failure = self._locate("backward")
        wants_detail = record.has_trace and record.detail_layer is not None
        detail = network.detail(record.detail_layer or 1) if wants_detail else None
        accuracy = measure_accuracy(self.dataset.loss, output, y)
        return _Pass(loss, accuracy, norms, detail, failure)

    def _locate(self, phase: PassPhase) -> NonFinite:
        return NonFinite(self.iteration, self.network.nonfinite_layer(phase), phase)

    def _trace_of_failure(self, done: _Pass, record: Record) -> Trace | None:
        """Norms as they are, infinite and NaN ones too; no update follows."""
        if not record.has_trace:
            return None
        unknown = np.full(len(done.gradient_norms), np.nan)
        parameters = self.network.parameters
        update = UpdateRecord(
            iteration=self.iteration,
            loss=done.loss,
            gradient=done.gradient_norms,
            clipped=done.gradient_norms,
            decayed=done.gradient_norms,
            update=unknown,
            weight=self.network.measure_weights(),
            gradient_norm=parameters.total_norm(done.gradient_norms),
            clip_factor=1.0,
            clipped_share=0.0,
        )
        return self._trace(update, done, record)

    def _trace(self, update: UpdateRecord, done: _Pass, record: Record) -> Trace | None:
        if not record.has_trace:
            return None
        trace = self.network.trace(update, record.has_units, done.detail)
        take = self.network.parameters.total_norm
        norms = UpdateNorms(
            clipped=take(update.clipped),
            decay_term=self.experiment.training.weight_decay * take(update.weight),
            update=take(update.update),
        )
        return replace(trace, norms=norms)

    def _frame(
        self,
        done: _Pass,
        trace: Trace | None,
        score: HeldOut | None,
        *,
        is_applied: bool = False,
    ) -> TrainingFrame:
        row, reference = self.network.row()
        clip, update = self.experiment.training.clip, done.update
        return TrainingFrame(
            iteration=self.iteration,
            loss=done.loss,
            accuracy=done.accuracy,
            reference=reference,
            row=row,
            held_out=score,
            trace=trace,
            halted=done.failure,
            gradient_norm=(
                self.network.parameters.total_norm(done.gradient_norms)
                if update is None
                else update.gradient_norm
            ),
            clip_threshold=math.nan if clip.kind == "none" else clip.threshold,
            clip_factor=1.0 if update is None else update.clip_factor,
            clipped_share=0.0 if update is None else update.clipped_share,
            is_applied=is_applied,
        )


def train(
    experiment: Experiment, dataset: Dataset, iterations: int | None = None, record: Record = FULL
) -> Iterator[TrainingFrame]:
    """Frames of a fresh run, for ever or for so many iterations; ends at a non-finite number."""
    run = Run(experiment, dataset)
    while run.halted is None and (iterations is None or run.iteration < iterations):
        yield run.advance(record)


def use_one_thread() -> None:
    """Has torch compute on one thread: more bring nothing here, and are slow on a busy machine."""
    torch.set_num_threads(1)


def _as_tensors(
    x: np.ndarray[tuple[int, ...], np.dtype[np.generic]],
    y: np.ndarray[tuple[int, ...], np.dtype[np.generic]],
    dataset: Dataset,
    dtype: torch.dtype,
) -> tuple[Tensor, Tensor]:
    """Copies in the experiment's dtype; tokens and classes stay whole numbers."""
    return (
        torch.tensor(x, dtype=torch.int64 if dataset.is_tokens else dtype),
        torch.tensor(y, dtype=torch.int64 if dataset.loss == "ce" else dtype),
    )
