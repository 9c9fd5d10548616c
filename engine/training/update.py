"""From a raw gradient to new weights: clip, decay, update, each phase looked at for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.document.experiment import Training
from engine.kinds.network import UpdateRecord
from engine.numerics.optimisers import (
    ClipResult,
    Optimiser,
    OptimiserState,
    clip_gradient,
    decay_gradient,
)
from engine.numerics.parameters import Parameters
from engine.records.record import Phase, WeightMotion

_CALM = 1e15
"""Gradients and updates below this, over any number of iterations, cannot overflow float32."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A number that is not finite came out of one of these phases."""

    phase: Phase
    layer: int | None


class Updater:
    """The phases after the backward pass, on the parameters of one network."""

    def __init__(self, parameters: Parameters, training: Training) -> None:
        self._parameters = parameters
        self._optimiser = Optimiser(parameters, training)
        self._update = torch.zeros_like(parameters.value)
        self._is_at_risk = False

    def configure(self, training: Training) -> None:
        """Take over new settings, from the next update."""
        self._optimiser.training = training

    def save(self) -> OptimiserState:
        """A copy of the optimiser's state."""
        return self._optimiser.save()

    def restore(self, state: OptimiserState) -> None:
        """Go back to an earlier state."""
        self._optimiser.restore(state)

    def prepare(
        self,
        iteration: int,
        loss: float,
        raw: NDArray[np.float64],
        total: float,
        weights: NDArray[np.float64] | None,
    ) -> UpdateRecord:
        """Clip, decay and compute the update; the parameters are left as they are.

        Args:
            iteration: updates made before.
            loss: of the pass.
            raw: (P,) norms of the gradient.
            total: norm of the whole gradient.
            weights: (P,) norms of the parameters; None where the norms of no other phase
                are wanted, and those of the raw gradient stand in for them.
        """
        is_recorded = weights is not None
        parameters, training = self._parameters, self._optimiser.training
        clip = clip_gradient(parameters, training, total)
        clipped = raw * clip.factor
        if clip.share > 0.0 and is_recorded:
            clipped = parameters.norms(parameters.gradient)
        is_decayed = decay_gradient(parameters, training)
        decayed = clipped
        if is_decayed and is_recorded:
            decayed = parameters.norms(parameters.gradient)
        self._optimiser.compute_update(self._update)
        update = raw
        if is_recorded:
            update = (
                decayed * training.learning_rate
                if self._optimiser.is_plain
                else parameters.norms(self._update)
            )
        weight = raw if weights is None else weights
        return _record(iteration, loss, raw, clipped, decayed, update, weight, total, clip)

    def count_changes(self, names: Sequence[str]) -> WeightMotion:
        """What `apply` would change in some parameters, by doing it to copies of them.

        Args:
            names: of active parameters.
        """
        parameters, training = self._parameters, self._optimiser.training
        changed = entries = 0
        for name in names:
            # With the zeros that pad them, so that the same instructions run as in `apply`.
            before = parameters.rows([name], parameters.value)
            if self._optimiser.is_plain:
                gradient = parameters.rows([name], parameters.gradient)
                after = before.sub(gradient, alpha=training.learning_rate)
            else:
                after = before.sub(parameters.rows([name], self._update))
            changed += int(torch.count_nonzero(after != before))
            entries += parameters[name].value.numel()
        return WeightMotion(changed, entries, training.learning_rate, training.dtype)

    def must_be_watched(self, gradient_norm: float) -> bool:
        """Whether the next update could overflow, so that a copy is to be kept until it is seen.

        Once weights may have grown large they are watched for good.
        """
        training = self._optimiser.training
        reach = max(training.learning_rate, 1.0) * gradient_norm
        growth = max(training.learning_rate, 1.0) * training.weight_decay
        if not reach < _CALM or growth >= 1.0:
            self._is_at_risk = True
        return self._is_at_risk

    def watch_if_large(self) -> None:
        """Watch from now on where the state, perhaps of another run, has grown large already."""
        vectors = (self._parameters.value, *self._optimiser.remembered)
        if not all(float(vector.abs().max()) < _CALM for vector in vectors):
            self._is_at_risk = True

    def apply(self) -> None:
        """Subtract the update from the active parameters."""
        parameters, rate = self._parameters, self._optimiser.training.learning_rate
        for span in parameters.spans:
            value = parameters.value[span]
            if self._optimiser.is_plain:
                value.sub_(parameters.gradient[span], alpha=rate)
            else:
                value.sub_(self._update[span])

    def find_failure(self) -> Failure | None:
        """The first phase, and layer, in which the last update left the finite numbers."""
        parameters = self._parameters
        for phase, vector in (
            ("decay", parameters.gradient),
            ("update", self._update),
            ("update", parameters.value),
            *(("update", vector) for vector in self._optimiser.remembered),
        ):
            for parameter, norm in zip(parameters, parameters.norms(vector), strict=True):
                if parameter.is_active and not np.isfinite(norm):
                    return Failure("decay" if phase == "decay" else "update", parameter.layer)
        return None


def _record(
    iteration: int,
    loss: float,
    raw: NDArray[np.float64],
    clipped: NDArray[np.float64],
    decayed: NDArray[np.float64],
    update: NDArray[np.float64],
    weight: NDArray[np.float64],
    total: float,
    clip: ClipResult,
) -> UpdateRecord:
    return UpdateRecord(
        iteration=iteration,
        loss=loss,
        gradient=raw,
        clipped=clipped,
        decayed=decayed,
        update=update,
        weight=weight,
        gradient_norm=total,
        clip_factor=clip.factor,
        clipped_share=clip.share,
    )
