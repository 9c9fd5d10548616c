"""The verdict on one backward pass: what its gradient is doing now, as a code and values.

A verdict is a statement about the gradient now, never a forecast of learning; what makes its
kind stands in `engine.analysis.thresholds`, its words in `engine.analysis.verdict_words`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

import numpy as np

from engine.analysis.thresholds import VerdictKind, classify, is_oscillating
from engine.kinds.table import find_kind
from engine.records.evidence import Carried, Evidence, Stretch
from engine.records.frames import NonFinite
from engine.records.record import WeightMotion
from engine.records.trace import Trace

Ground = Literal[
    "halt",
    "nonfinite_loss",
    "nonfinite_gradient",
    "dead_layers",
    "no_gradient",
    "standstill",
    "strength",
]
"""What a kind rests on. `halt`: training stopped at a number that is not finite. `no_gradient`:
the loss gives none. `standstill`: no entry changes. `strength`: what the thresholds compare."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is found in a backward pass; two of equal values are equal."""

    kind: VerdictKind
    ground: Ground
    first_last_ratio: float | None
    """G_1 / G_L, or g_hT[1] / g_hT[T] of the top layer; None where it does not exist."""
    carried: Carried
    """What reaches the beginning, which makes the kind."""
    last_gradient: float
    """G_L, or g_hT[T] of the top layer."""
    noun: str
    """What a place is called: "layer"."""
    layer_count: int
    """Of the layers whose updates are compared: L, or those of a recurrent network."""
    first_update: float | None
    """Update : weight of the first layer; None where its weights are all zero."""
    largest_update: float
    """Update : weight where it is largest."""
    most_moved_layer: int | None
    """Where that is, from 1; None where all weights are zero."""
    motion: WeightMotion | None = None
    """What the update does to W_1 (to all W_ih and W_hh); None where no update follows."""
    stoppage: str = ""
    """Why the weights receive exactly nothing, where they do: a clause of the kind's own."""
    stretch: Stretch | None = None
    """The time steps that are judged; None along the layers."""
    moving: tuple[int, int] | None = None
    """As in `Evidence`: how many time steps move W_hh, and of how many."""
    dead_layers: tuple[int, ...] = ()
    """Layers of which nearly all units have no slope for any sample."""
    halted: NonFinite | None = None
    """The first number that was not finite, where training stopped at one."""
    nonfinite_place: int | None = None
    """The last place, from 1, whose gradient is not finite: all before it follow from it."""
    is_oscillating: bool = False

    @property
    def moved(self) -> tuple[int, int] | None:
        """How many of the entries of `motion` the update changes, and of how many."""
        return None if self.motion is None else (self.motion.changed, self.motion.entries)

    @property
    def cut_every(self) -> int:
        """k, where truncation cuts the pass at every k-th time step; else 0."""
        return 0 if self.stretch is None else self.stretch.cut_every

    @property
    def is_update_judged(self) -> bool:
        """Whether there is an update at all: not at a learning rate of 0."""
        return self.motion is None or self.motion.learning_rate > 0.0


def diagnose(
    trace: Trace,
    recent_losses: Sequence[float] = (),
    halted: NonFinite | None = None,
) -> Verdict:
    """The verdict on a recorded pass.

    Args:
        trace: the pass.
        recent_losses: of the last iterations, oldest first.
        halted: the first number that was not finite, if training stopped at one.
    """
    return judge(find_kind(trace.kind).gather_evidence(trace), recent_losses, halted)


def judge(
    evidence: Evidence, recent_losses: Sequence[float] = (), halted: NonFinite | None = None
) -> Verdict:
    """The verdict on any evidence; the arguments are those of `diagnose`."""
    ground = _find_ground(evidence, halted)
    updates, motion = evidence.update_ratios, evidence.motion
    speaks_of_training = ground in {"dead_layers", "standstill", "strength"}
    return Verdict(
        kind=_find_kind(ground, evidence),
        ground=ground,
        first_last_ratio=evidence.first_last_ratio,
        carried=evidence.carried,
        last_gradient=float(evidence.gradients[-1]),
        noun=evidence.noun,
        layer_count=len(updates),
        first_update=evidence.first_update,
        largest_update=evidence.largest_update,
        most_moved_layer=None if np.isnan(updates).all() else int(np.nanargmax(updates)) + 1,
        motion=motion,
        stoppage=evidence.stoppage,
        stretch=evidence.stretch,
        moving=evidence.moving,
        dead_layers=evidence.dead_layers,
        halted=halted,
        nonfinite_place=_find_nonfinite_place(evidence),
        is_oscillating=speaks_of_training and is_oscillating(recent_losses),
    )


def _find_ground(evidence: Evidence, halted: NonFinite | None) -> Ground:
    """The first that applies: what is no number comes before all, then what does not respond."""
    if halted is not None:
        return "halt"
    if not np.isfinite(evidence.loss):
        return "nonfinite_loss"
    if not np.isfinite(evidence.gradients).all():
        return "nonfinite_gradient"
    if evidence.dead_layers:
        return "dead_layers"
    if evidence.carried.ratio is None:
        return "no_gradient"
    return "standstill" if evidence.is_frozen else "strength"


def _find_kind(ground: Ground, evidence: Evidence) -> VerdictKind:
    match ground:
        case "halt" | "nonfinite_loss" | "nonfinite_gradient":
            return "nan"
        case "dead_layers":
            return "dead"
        case "standstill":
            return "frozen"
        case "no_gradient":
            # Nothing starts, so nothing arrives; momentum or decay may still move the weights.
            return "frozen" if evidence.is_frozen else "vanishing"
        case "strength":
            assert evidence.carried.ratio is not None
            return classify(evidence.carried.ratio, evidence.largest_update)
        case _:
            assert_never(ground)


def _find_nonfinite_place(evidence: Evidence) -> int | None:
    found = np.flatnonzero(~np.isfinite(evidence.gradients))
    return int(found[-1]) + 1 if len(found) else None
