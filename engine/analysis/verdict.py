"""The verdict on one backward pass: what its gradient is doing now, as a code and values.

A verdict is a statement about the gradient now, never a forecast of learning; what makes its
kind stands in `engine.analysis.thresholds`, its words in `engine.analysis.verdict_words`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import numpy as np

from engine.analysis.thresholds import classify, is_oscillating
from engine.kinds.table import find_kind
from engine.records.evidence import Evidence
from engine.records.frames import NonFinite
from engine.records.trace import Trace
from engine.records.verdict import Ground, Verdict, VerdictKind


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
        part=evidence.part,
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
