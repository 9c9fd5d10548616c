"""The recurrent network: forward, backward through time, and all that is recorded of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.document.experiment import Experiment
from engine.kinds.network import Network, PassPhase, Place, UpdateRecord
from engine.kinds.recurrent.detail import compose_detail
from engine.kinds.recurrent.parameters import draw_parameters, list_shapes
from engine.kinds.recurrent.records import TimeDetail
from engine.kinds.recurrent.spec import Recurrent
from engine.kinds.recurrent.stack import Stack, plan_prediction
from engine.kinds.recurrent.statistics import PathFactors, StatePass, measure_factors, measure_pass
from engine.kinds.recurrent.trace import compose_trace
from engine.numerics.losses import evaluate_loss
from engine.numerics.parameters import Parameters
from engine.records.dataset import Dataset
from engine.records.record import F32
from engine.records.trace import Trace


class RecurrentNetwork(Network):
    """RNN, LSTM or GRU layers with a linear read-out."""

    def __init__(self, experiment: Experiment, dataset: Dataset) -> None:
        assert isinstance(experiment.network, Recurrent)
        self.spec = experiment.network
        self.dataset = dataset
        self.time_steps = int(dataset.train_x.shape[1])
        self.loss_time = self.time_steps
        """The time step from which the pass of g_hT starts."""
        shapes = list_shapes(self.spec, dataset.inputs, dataset.outputs, dataset.is_tokens)
        dtype = torch.float64 if experiment.training.dtype == "float64" else torch.float32
        self.parameters = Parameters(shapes, dtype)
        self.statistics = self.parameters.value.new_zeros(0)
        draw_parameters(self.parameters, experiment)
        self.stack = Stack(self.parameters, self.spec, self.time_steps, experiment.task.batch_size)
        self._predictor: Stack | None = None
        self._at_one_time: tuple[StatePass, PathFactors] | None = None
        self.output = self.parameters.value.new_zeros(0)
        self.output_gradient = self.output
        self._x: Tensor = self.output

    @property
    def watched_weights(self) -> tuple[str, ...]:
        layers = range(self.spec.layers)
        return tuple(f"weight_{kind}_l{k}" for k in layers for kind in ("ih", "hh"))

    def weights_of(self, place: int) -> str:
        return f"weight_hh_l{place - 1}"

    def configure(self, experiment: Experiment) -> None:
        assert isinstance(experiment.network, Recurrent)
        self.spec = experiment.network
        self.stack.configure(self.spec)
        if self._predictor is not None:
            self._predictor.configure(self.spec)

    def start_from(self, place: int | None) -> None:
        """Let the pass of g_hT start from another time step, where every one has a loss."""
        self.loss_time = self.time_steps
        if place is not None and self.spec.readout != "last":
            self.loss_time = min(max(place, 1), self.time_steps)

    @property
    def loss_place(self) -> int:
        return self.loss_time

    def forward(self, x: Tensor) -> Tensor:
        # What the last pass left goes first: there need not be room for two.
        self.output = self.output_gradient = self.parameters.value.new_zeros(0)
        if x.shape[0] != self.stack.batch:
            self.stack = Stack(self.parameters, self.spec, self.time_steps, 1)
            self.stack = Stack(self.parameters, self.spec, self.time_steps, x.shape[0])
        self._x = x
        self.output = self.stack.forward(x)
        return self.output

    def backward(self, output_gradient: Tensor) -> None:
        stack = self.stack
        self.output_gradient = output_gradient
        self._at_one_time = None
        if self.spec.readout != "last":
            # First, since the buffers are to hold the pass of the whole loss in the end.
            stack.enter_loss(output_gradient, self.loss_time)
            stack.backward()
            norms = measure_pass(stack.cells)
            self._at_one_time = norms, measure_factors(stack.cells, norms)
        stack.enter_loss(output_gradient)
        stack.backward(with_weights=True)
        stack.compute_readout_gradient(output_gradient)

    def accept_batch(self) -> None:
        """Nothing follows the batch here: recurrent networks have no running statistics."""

    def predict(self, x: Tensor) -> Tensor:
        shape = (len(x), x.shape[1]) if self.spec.readout == "all" else (len(x),)
        output = self.parameters.value.new_empty(*shape, self.dataset.outputs)
        for place, part in self.predict_in_parts(x):
            output[place] = part
        return output

    def predict_in_parts(self, x: Tensor) -> Iterator[tuple[Place, Tensor]]:
        """A read-out at every time step leaves its parts as the sequences are read."""
        count, length = plan_prediction(self.spec, self.dataset, x.shape[1], self.stack.batch)
        for start in range(0, len(x), count):
            part = slice(start, min(start + count, len(x)))
            for times, output in self._read_rows(
                x[part], length, is_usual=part.stop - start == count
            ):
                yield (part, *times), output

    def _read_rows(
        self, rows: Tensor, length: int, *, is_usual: bool
    ) -> Iterator[tuple[tuple[slice, ...], Tensor]]:
        """Reads the sequences in parts, so that memory does not grow with their length."""
        predictor = self._predictor
        if predictor is None or (predictor.batch, predictor.time_steps) != (len(rows), length):
            # Buffers made in inference mode could not be written to outside of it.
            with torch.inference_mode(False):
                predictor = Stack(self.parameters, self.spec, length, len(rows), False)
            if self._predictor is None or is_usual:
                self._predictor = predictor
        total = states = self.output
        for start in range(0, rows.shape[1], length):
            times = slice(start, min(start + length, rows.shape[1]))
            states = predictor.read(rows[:, times], goes_on=start > 0)
            if self.spec.readout == "all":
                yield (times,), predictor.apply_readout(states)
            elif self.spec.readout == "mean":
                total = total + states.sum(0) if start else states.sum(0)
        if self.spec.readout != "all":
            seen = states[-1] if self.spec.readout == "last" else total / rows.shape[1]
            yield (), predictor.apply_readout(seen)

    def is_finite(self, phase: PassPhase) -> bool:
        whole = self.output if phase == "forward" else self.parameters.gradient
        return _is_finite(whole) and all(map(_is_finite, self._states(phase)))

    def nonfinite_layer(self, phase: PassPhase) -> int | None:
        layers = list(range(1, self.spec.layers + 1))
        found = dict(zip(layers, self._states(phase), strict=True))
        if phase == "backward":
            layers.reverse()
        return next((layer for layer in layers if not _is_finite(found[layer])), None)

    def _states(self, phase: PassPhase) -> Iterator[Tensor]:
        for cell in self.stack.cells:
            yield cell.h if phase == "forward" else cell.state_gradient

    def row(self) -> tuple[F32, float]:
        if self._at_one_time is not None:
            g_hT = self._at_one_time[0].g_h[-1]
        else:
            g_hT = self.stack.cells[-1].norms_h
        with np.errstate(over="ignore", under="ignore"):
            return g_hT.astype(np.float32), float(g_hT[self.loss_time - 1])

    def measure_last_pass(self) -> tuple[StatePass, StatePass, PathFactors]:
        """Norms for the loss as it is; for the loss at `loss_time` alone; and its factors."""
        whole = measure_pass(self.stack.cells)
        if self._at_one_time is not None:
            return whole, *self._at_one_time
        return whole, whole, measure_factors(self.stack.cells, whole)

    def trace(self, update: UpdateRecord, with_units: bool, detail: object | None) -> Trace:
        del with_units  # they are always kept
        assert detail is None or isinstance(detail, TimeDetail)
        return compose_trace(self, update, self._x).share(detail)

    def pass_again(self, y: NDArray[Any]) -> None:
        """Repeat the last pass: clipping and decay work on the gradient in place.

        Args:
            y: its targets.
        """
        output = self.forward(self._x)
        self.backward(evaluate_loss(self.dataset.loss, output, torch.from_numpy(y))[1])

    def detail(self, place: int) -> TimeDetail | None:
        """Of the time step with this number, 1 ... T."""
        return compose_detail(self.stack.cells, place) if 1 <= place <= self.time_steps else None


def _is_finite(tensor: Tensor) -> bool:
    low, high = torch.aminmax(tensor)
    return bool(torch.isfinite(low) and torch.isfinite(high))
