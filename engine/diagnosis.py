"""The verdict on one backward pass: what its gradient is doing now, in one sentence.

A verdict is a statement about the gradient now, never a forecast of learning; what makes its
kind stands in `engine.evidence`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.evidence import (
    EXPLODING_UPDATE,
    STRONG_RATIO,
    TINY_GRADIENT,
    WEAK_RATIO,
    Evidence,
    VerdictKind,
    classify,
    classify_time,
    is_oscillating,
)
from engine.frames import LayerTrace, NonFinite
from engine.records import F64, ValueKind
from engine.time_records import TimeTrace
from engine.wording import spell

WORDS: dict[VerdictKind, str] = {
    "nan": "NaN/Inf",
    "dead": "Dead",
    "frozen": "Frozen",
    "vanishing": "Vanishing",
    "exploding": "Exploding",
    "weak": "Weak",
    "strong": "Strong",
    "healthy": "Healthy",
}

DEAD_SHARE = 0.99
MOVING_SHARE = 0.99

_WHERE = {
    "forward": "in the forward pass",
    "loss": "in the loss",
    "backward": "in the backward pass",
    "clip": "while the gradient was clipped",
    "decay": "when the weight decay was added",
    "update": "in the update",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a backward pass."""

    kind: VerdictKind
    word: str
    sentence: str
    first_last_ratio: float | None
    """G_1 / G_L, or g_hT[1] / g_hT[T]; None where it does not exist."""
    first_update: float | None
    """Update : weight of the first layer."""
    is_oscillating: bool = False


def diagnose(
    trace: LayerTrace | TimeTrace,
    recent_losses: Sequence[float] = (),
    halted: NonFinite | None = None,
) -> Verdict:
    """The verdict on a recorded pass, through layers or through time.

    Args:
        trace: the pass.
        recent_losses: of the last iterations, oldest first.
        halted: the first number that was not finite, if training stopped at one.
    """
    if isinstance(trace, TimeTrace):
        return diagnose_time(trace, recent_losses, halted)
    dead = trace.dead >= DEAD_SHARE
    if not dead.any():
        dead = trace.kinds[1:] == ValueKind.DEAD_ZERO
    evidence = Evidence(
        along="layers",
        gradients=trace.g_a_rms[1:],
        source=trace.g_out,
        loss=trace.loss,
        update_ratios=trace.update_ratio,
        dead_layers=tuple(int(index) + 1 for index in np.flatnonzero(dead)),
    )
    return judge(evidence, recent_losses, halted)


def diagnose_time(
    trace: TimeTrace, recent_losses: Sequence[float] = (), halted: NonFinite | None = None
) -> Verdict:
    """The verdict on a pass through time: g_hT of the top layer; arguments as in `diagnose`.

    Here a small g_hT[1] : g_hT[T] alone makes a vanishing gradient. The size of the update
    cannot contradict it: all time steps share W_hh, its gradient is the sum of their terms, and
    the last ones, next to the loss, keep it large however little arrives at the first. The
    other kinds are those of layers, with the largest update of W_hh.
    """
    end, time_steps = trace.loss_time, trace.time_steps
    evidence = Evidence(
        along="time",
        gradients=trace.g_hT[-1, :end],
        source=trace.g_out,
        loss=trace.loss,
        update_ratios=trace.update_ratio,
        last="the last time step" if end == time_steps else f"time step {end:,}",
        moving=_count_moving(trace.shares_W_hh[-1]) if trace.readout == "last" else None,
    )
    return judge(evidence, recent_losses, halted)


def _count_moving(shares: F64) -> tuple[int, int] | None:
    """How many of the last time steps hold 99 % of the sum of all shares, and of how many."""
    from_end = np.cumsum(shares[::-1])
    whole = float(from_end[-1])
    if not np.isfinite(whole):
        return None
    count = int(np.searchsorted(from_end, MOVING_SHARE * whole)) + 1 if whole > 0.0 else 0
    return count, len(shares)


def judge(
    evidence: Evidence, recent_losses: Sequence[float] = (), halted: NonFinite | None = None
) -> Verdict:
    """The verdict on any evidence; the arguments are those of `diagnose`."""
    is_finite = bool(np.isfinite(evidence.gradients).all() and np.isfinite(evidence.loss))
    if halted is not None or not is_finite:
        sentence = _tell_nonfinite(evidence) if halted is None else _tell_halt(halted)
        return _verdict("nan", sentence, evidence.ratio if is_finite else None)
    ratio, update = evidence.ratio, evidence.first_update
    if evidence.dead_layers:
        return _verdict("dead", _tell_dead(evidence), ratio, update)
    if ratio is None:
        sentence = "The loss gives no gradient: its derivative at the output is exactly 0."
        return _verdict("dead", sentence, None, update, word="No gradient")
    if evidence.along == "time":
        kind = classify_time(ratio, evidence.update_ratios)
    else:
        kind = classify(ratio, update, evidence.largest_update)
    sentence = _tell_ratio(kind, ratio, update, evidence)
    # Below that, batches of a low loss differ by as much without any instability.
    swings = kind == "exploding" and is_oscillating(recent_losses)
    if swings:
        sentence = f"{sentence[:-1]}; the loss is oscillating by more than half of its mean."
    return _verdict(kind, sentence, ratio, update, swings=swings)


def _verdict(
    kind: VerdictKind,
    sentence: str,
    ratio: float | None = None,
    update: float | None = None,
    *,
    word: str | None = None,
    swings: bool = False,
) -> Verdict:
    return Verdict(kind, word or WORDS[kind], sentence, ratio, update, swings)


def _tell_halt(halted: NonFinite) -> str:
    where = _WHERE[halted.phase]
    layer = "" if halted.layer is None else f" of layer {halted.layer}"
    if halted.layer is None and halted.phase != "loss":
        layer = " of the output layer"
    return (
        f"The first number that is not finite appeared {where}{layer} at iteration "
        f"{halted.iteration:,}; the last good state is kept."
    )


def _tell_nonfinite(evidence: Evidence) -> str:
    if not np.isfinite(evidence.loss):
        return "The loss is not a finite number, so no gradient can be trusted."
    place = int(np.flatnonzero(~np.isfinite(evidence.gradients))[-1]) + 1
    where = f"layer {place}" if evidence.along == "layers" else f"time step {place}"
    return f"The gradient is no longer a finite number from {where} on towards the input."


def _tell_dead(evidence: Evidence) -> str:
    first, *others = evidence.dead_layers
    which = f"layer {first}"
    if others:
        which = f"layer {first}, and of {len(others):,} more,"
    return (
        f"At least 99 % of the units of {which} do not respond to any sample of the batch, "
        "so hardly any gradient passes through."
    )


def _tell_ratio(kind: VerdictKind, ratio: float, update: float | None, evidence: Evidence) -> str:
    first = "Layer 1" if evidence.along == "layers" else "Time step 1"
    told = f"{first} receives {_share(ratio)} {evidence.last}'s gradient"
    change = "" if update is None else f"{spell(update)} of their size"
    weights = "its weights" if evidence.along == "layers" else "the recurrent weights"
    if kind == "frozen":
        lost = spell(update or 0.0)
        return (
            f"{told}. {weights.capitalize()} stay as they are: float32 loses an update of {lost}."
        )
    if kind == "vanishing" and evidence.along == "time":
        return f"{told}; {_tell_moving(evidence.moving)}."
    if kind == "vanishing":
        return f"{told}, and an update changes {weights} by only {change}."
    if kind == "exploding" and evidence.largest_update > EXPLODING_UPDATE:
        layer = int(np.nanargmax(evidence.update_ratios)) + 1
        largest = spell(evidence.largest_update)
        return f"{told}, and an update of layer {layer} is {largest} times as large as its weights."
    if kind == "weak" and ratio >= WEAK_RATIO:
        size = spell(float(evidence.gradients[-1]))
        return f"{told}, but at a gradient of {size} an update changes {weights} by only {change}."
    if kind == "strong" and ratio <= STRONG_RATIO:
        layer = int(np.nanargmax(evidence.update_ratios)) + 1
        largest = spell(evidence.largest_update)
        return f"{told}, but one update changes layer {layer} by {largest} of its weights' size."
    if 0.0 < evidence.gradients[-1] < TINY_GRADIENT:
        size = spell(float(evidence.gradients[-1]))
        end = f", and an update changes {weights} by {change}" if change else ""
        return f"{told}, all of it tiny: the last one is {size}{end}."
    return f"{told}, and an update changes {weights} by {change}." if change else f"{told}."


def _tell_moving(moving: tuple[int, int] | None) -> str:
    if moving is None:
        return "the recurrent weights are moved by the time steps close to a loss"
    last, whole = moving
    if last == 0:
        return "no time step moves the recurrent weights"
    which = "the last time step" if last == 1 else f"the last {last:,} of {whole:,} time steps"
    return f"99 % of what moves the recurrent weights comes from {which}"


def _share(ratio: float) -> str:
    if ratio == 0.0:
        return "nothing of"
    return f"{spell(ratio)} of" if ratio < 1.0 else f"{spell(ratio)} times"
