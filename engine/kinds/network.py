"""What every network can do, whatever its layers or cells are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.document.experiment import Experiment
from engine.numerics.parameters import Parameters
from engine.records.record import F32, WeightMotion
from engine.records.trace import Trace

PassPhase = Literal["forward", "backward"]
Place = tuple[slice, ...]
"""Rows, or rows and time steps, of an output."""

_FEW_NUMBERS = 2**21
_MOST_ROWS = 4_096


def count_rows_at_once(numbers_per_row: int, batch: int) -> int:
    """How many rows may be predicted together: few numbers, or a quarter of a batch.

    Args:
        numbers_per_row: that a prediction works on, of each row.
        batch: B, of a pass in training.
    """
    return min(_MOST_ROWS, max(1, batch // 4, _FEW_NUMBERS // numbers_per_row))


@dataclass(frozen=True, slots=True, eq=False)
class UpdateRecord:
    """What became of the gradient of one pass, per parameter in the order of `parameters`.

    All norms are Frobenius norms in float64.
    """

    iteration: int
    loss: float
    gradient: NDArray[np.float64]
    """(P,) raw."""
    clipped: NDArray[np.float64]
    """(P,) after clipping."""
    decayed: NDArray[np.float64]
    """(P,) what the optimiser receives: clipped, and L2 decay added."""
    update: NDArray[np.float64]
    """(P,) of the update itself."""
    weight: NDArray[np.float64]
    """(P,) of the value before the update."""
    gradient_norm: float
    """Of all active parameters together, before clipping."""
    clip_factor: float
    clipped_share: float
    motion: WeightMotion | None = None
    """None where no update follows, or where it was not asked for."""

    def ratio(self, index: int) -> float:
        """Update : weight of one parameter; NaN where its weights are all zero."""
        return float(self.ratios()[index])

    def ratios(self) -> NDArray[np.float64]:
        """(P,) update : weight of every parameter; NaN where its weights are all zero."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.weight > 0.0, self.update / self.weight, np.nan)


class Network(ABC):
    """Parameters, a forward pass, and the backward pass written out for it.

    `forward` and `backward` work in buffers that the next pass overwrites; what is
    to be kept leaves as frozen records.
    """

    parameters: Parameters
    statistics: Tensor
    """Running statistics in one flat vector: state that is not learned, empty without any."""

    @property
    @abstractmethod
    def watched_weights(self) -> tuple[str, ...]:
        """The parameters that a frozen network does not move: W_1, or all W_ih and W_hh."""

    def weights_of(self, place: int) -> str:
        """The parameter that is meant by the weights of a layer, from 1: its main matrix."""
        return self.watched_weights[place - 1]

    @abstractmethod
    def configure(self, experiment: Experiment) -> None:
        """Take over settings that keep the weights; effective from the next pass."""

    @abstractmethod
    def forward(self, x: Tensor) -> Tensor:
        """The output of a recorded pass, in training mode: (B, k) or (B, T, k)."""

    @abstractmethod
    def backward(self, output_gradient: Tensor) -> None:
        """From the gradient of the mean loss at the output to all parameters and activations."""

    @abstractmethod
    def accept_batch(self) -> None:
        """Let the running statistics follow the last pass (called with the update)."""

    @abstractmethod
    def predict(self, x: Tensor) -> Tensor:
        """The output for any number of rows, with running statistics, nothing recorded."""

    @abstractmethod
    def predict_in_parts(self, x: Tensor) -> Iterator[tuple[Place, Tensor]]:
        """What `predict` gives, part by part: its place in the whole, and the output there.

        A part takes less memory than a pass in training, or hardly any.
        """

    @abstractmethod
    def is_finite(self, phase: PassPhase) -> bool:
        """Whether every activation (forward) or every gradient (backward) is a finite number."""

    @abstractmethod
    def nonfinite_layer(self, phase: PassPhase) -> int | None:
        """The first layer, in the direction of the pass, with a number that is not finite.

        None: it is in the output layer.
        """

    def measure_gradient(self) -> NDArray[np.float64]:
        """(P,) norms of the gradient of each parameter, raw: as the last pass left it."""
        return self.parameters.norms(self.parameters.gradient)

    def measure_weights(self) -> NDArray[np.float64]:
        """(P,) norms of each parameter, as it was in the last pass."""
        return self.parameters.norms(self.parameters.value)

    @abstractmethod
    def row(self) -> tuple[F32, float]:
        """The last pass in one row, and the number that it is drawn relative to.

        (L+1) RMS gradients of the activations and G_L; recurrent: (T) norms g_hT and g_hT[T].
        """

    @abstractmethod
    def trace(self, update: UpdateRecord, with_units: bool, detail: object | None) -> Trace:
        """The last pass with everything recorded; called before the next one begins.

        Args:
            update: what became of its gradient.
            with_units: whether what is drawn of single units is wanted too.
            detail: what `detail` gave of the same pass.
        """

    def start_from(self, place: int | None) -> None:
        """Where every place has a loss of its own, let passes start from this one's alone.

        Args:
            place: from 1; None is the last one.
        """
        del place

    @property
    def loss_place(self) -> int | None:
        """Where passes start from; None where there is but one place for it."""
        return None

    @abstractmethod
    def detail(self, place: int) -> object | None:
        """A closer look at one place of the last pass, for the inspector; before clipping."""
