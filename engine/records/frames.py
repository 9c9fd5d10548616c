"""Frozen records that cross the thread border; their arrays are copied and locked."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.records.record import F32, Frozen, Phase
from engine.records.trace import Trace


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Scores on data that was not trained on."""

    loss: float
    accuracy: float | None
    """Share of right answers; None for regression, and where an output is not finite."""
    r2: float | None
    """Coefficient of determination; None for classification."""
    majority: float | None
    """Share of the most frequent class: what guessing reaches; None for regression."""


@dataclass(frozen=True, slots=True)
class NonFinite:
    """The first number that was not finite."""

    iteration: int
    """Updates made before the pass in which it appeared."""
    layer: int | None
    """1 ... L; None for the output layer and the loss."""
    phase: Phase


@dataclass(frozen=True, slots=True)
class Autopsy:
    """What the last iterations before a halt have in common."""

    halted: NonFinite
    growth: float | None
    """Geometric mean of the factor per iteration by which the norm of the whole gradient, before
    clipping, grew; None where there are not two finite norms."""
    span: int
    """Over so many iterations, at most 10."""
    norms: tuple[float, float] | None
    """The first of these norms, and the last one."""
    led_by: int | None
    """The layer, from 1, whose own gradient grew most over the same iterations."""

    @property
    def last_good(self) -> int | None:
        """The iteration of the last state whose pass is finite; None: not even the first is.

        Where only the update failed, that is the state in which training stands; else the one
        before it.
        """
        is_of_the_pass = self.halted.phase in ("forward", "loss", "backward")
        last = self.halted.iteration - is_of_the_pass
        return last if last >= 0 else None


@dataclass(frozen=True, slots=True, eq=False)
class TrainingFrame(Frozen):
    """The state after one recorded pass: scalars and the row of every iteration, a trace if asked.

    `iteration` is the number of updates made before the pass; the scalars belong to
    the batch of that pass.
    """

    iteration: int
    loss: float
    accuracy: float | None
    """On the batch; None for regression."""
    reference: float
    """What row values are drawn relative to: RMS gradient at layer L, or g_hT[T]."""
    row: F32
    """(L+1) `g_a_rms`, index 0 the input; recurrent: (T) g_hT of the top layer."""
    held_out: HeldOut | None = None
    """Only in the iterations in which it was evaluated."""
    trace: Trace | None = None
    halted: NonFinite | None = None
    """Set when training cannot go on; the last good state is kept."""
    gradient_norm: float = math.nan
    """Of all active parameters together, before clipping."""
    clip_threshold: float = math.nan
    """Of the clipping in force: of that norm, or of each entry; NaN where clipping is off."""
    clip_factor: float = 1.0
    """By which clipping by norm multiplied the gradient; 1 where it did nothing."""
    clipped_share: float = 0.0
    """Share of the entries that clipping by value cut; 0 where it did nothing."""
    autopsy: Autopsy | None = None
    """Of a pass at which training has halted."""
    is_applied: bool = False
    """Whether the update that follows the pass was made; not so of a pass that is only measured."""

    @property
    def is_clipped(self) -> bool:
        """Whether clipping did something."""
        return self.clip_factor < 1.0 or self.clipped_share > 0.0
