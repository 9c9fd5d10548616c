"""The verdict on one backward pass: what its gradient is doing now, in one sentence.

A verdict is a statement about the gradient now, never a forecast of learning; what makes its
kind stands in `engine.analysis.thresholds`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.analysis.thresholds import (
    EXPLODING_RATIO,
    EXPLODING_UPDATE,
    SMALL_UPDATE,
    STRONG_RATIO,
    TINY_GRADIENT,
    VerdictKind,
    classify,
    is_oscillating,
)
from engine.kinds.table import find_kind
from engine.records.evidence import Carried, Evidence, Stretch
from engine.records.frames import NonFinite
from engine.records.trace import Trace
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

_WHERE = {
    "forward": "in the forward pass",
    "loss": "in the loss",
    "backward": "in the backward pass",
    "clip": "while the gradient was clipped",
    "decay": "when the weight decay was added",
    "update": "in the update",
}
_OF_THE_PASS = ("forward", "loss", "backward")
_LEARNING_RATE_IS_0 = "; the learning rate is 0, so its update is not judged"
_ABOUT_ONE = 1.05
"""Spelled with two digits, a ratio below that is at most 1.0."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a backward pass."""

    kind: VerdictKind
    word: str
    sentence: str
    first_last_ratio: float | None
    """G_1 / G_L, or g_hT[1] / g_hT[T] of the top layer; None where it does not exist."""
    carried: Carried
    """What reaches the beginning, which makes the kind."""
    first_update: float | None
    """Update : weight of the first layer."""
    moved: tuple[int, int] | None
    """How many entries of W_1 (of all W_ih and W_hh) the update changes, and of how many; None
    where no update follows."""
    cut_every: int = 0
    """k, where truncation cuts the pass at every k-th time step; else 0."""
    is_oscillating: bool = False


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
    is_finite = bool(np.isfinite(evidence.gradients).all() and np.isfinite(evidence.loss))
    if halted is not None:
        return _compose(evidence, "nan", _tell_halt(halted))
    if not is_finite:
        return _compose(evidence, "nan", _tell_nonfinite(evidence))
    carried = evidence.carried.ratio
    kind: VerdictKind
    if evidence.dead_layers:
        kind, sentence = "dead", _tell_dead(evidence)
    elif carried is None:
        # Nothing starts, so nothing arrives; momentum or decay may still move the weights.
        sentence = "The loss gives no gradient: its derivative at the output is exactly 0"
        sentence += "." if evidence.is_update_judged else f"{_LEARNING_RATE_IS_0}."
        kind = "frozen" if evidence.is_frozen else "vanishing"
        return _compose(evidence, kind, sentence, word="No gradient")
    elif evidence.is_frozen:
        kind, sentence = "frozen", f"{_tell_carried(evidence)}. {_tell_standstill(evidence)}."
    else:
        kind = classify(carried, evidence.largest_update)
        sentence = f"{_tell_ratio(kind, evidence)}."
    swings = is_oscillating(recent_losses)
    if swings:
        sentence += " The loss is oscillating by more than half of its mean."
    return _compose(evidence, kind, sentence, swings=swings)


def _compose(
    evidence: Evidence,
    kind: VerdictKind,
    sentence: str,
    *,
    word: str | None = None,
    swings: bool = False,
) -> Verdict:
    motion = evidence.motion
    return Verdict(
        kind=kind,
        word=word or WORDS[kind],
        sentence=sentence,
        first_last_ratio=evidence.first_last_ratio,
        carried=evidence.carried,
        first_update=evidence.first_update,
        moved=None if motion is None else (motion.changed, motion.entries),
        cut_every=0 if evidence.stretch is None else evidence.stretch.cut_every,
        is_oscillating=swings,
    )


def _tell_halt(halted: NonFinite) -> str:
    where = _WHERE[halted.phase]
    layer = "" if halted.layer is None else f" of layer {halted.layer}"
    if halted.layer is None and halted.phase != "loss":
        layer = " of the output layer"
    told = f"The first number that is not finite appeared {where}{layer} at iteration"
    if halted.iteration == 0 and halted.phase in _OF_THE_PASS:
        return f"{told} 0, before any update."
    return f"{told} {halted.iteration:,}; the last good state is kept."


def _tell_nonfinite(evidence: Evidence) -> str:
    if not np.isfinite(evidence.loss):
        return "The loss is not a finite number, so no gradient can be trusted."
    place = int(np.flatnonzero(~np.isfinite(evidence.gradients))[-1]) + 1
    where = f"{evidence.noun} {place}"
    return f"The gradient is no longer a finite number from {where} on towards the input."


def _tell_dead(evidence: Evidence) -> str:
    first, *others = evidence.dead_layers
    which = f"layer {first}"
    if others:
        which = f"layer {first}, and of {len(others):,} more,"
    told = (
        f"At least 99 % of the units of {which} do not respond to any sample of the batch, "
        "so hardly any gradient passes through them"
    )
    if evidence.carried.ratio and not evidence.stoppage:
        # Around them, as on skip connections, or through the few that do respond.
        carried = _tell_carried(evidence)
        told += f"; still, {carried[0].lower()}{carried[1:]}"
    if not evidence.is_update_judged:
        told += _LEARNING_RATE_IS_0
    return f"{told}."


def _tell_standstill(evidence: Evidence) -> str:
    """That no entry changes, and why."""
    assert evidence.motion is not None
    kept = f"None of {_name_weights(evidence)} changes"
    if evidence.stoppage:
        return f"{kept}: {evidence.stoppage}"
    size = evidence.largest_update if evidence.stretch is not None else evidence.first_update
    if not size:
        return f"{kept}: what remains of the gradient makes an update of exactly 0"
    dtype = evidence.motion.dtype
    return f"{kept}: an update of {spell(size)} of their size is too small for {dtype}"


def _name_weights(evidence: Evidence) -> str:
    """Such as "its 256 weights": all that `Evidence.motion` counts."""
    motion = evidence.motion
    count = "" if motion is None else f"{motion.entries:,} "
    return f"its {count}weights" if evidence.stretch is None else f"the {count}weights W_ih, W_hh"


def _tell_ratio(kind: VerdictKind, evidence: Evidence) -> str:
    told, ratio = _tell_carried(evidence), evidence.carried.ratio or 0.0
    if kind == "vanishing" and evidence.stretch is not None and evidence.is_update_judged:
        return f"{told}; {_tell_moving(evidence.moving)}"
    if kind == "exploding" and ratio <= EXPLODING_RATIO:
        layer = int(np.nanargmax(evidence.update_ratios)) + 1
        times = spell(evidence.largest_update / EXPLODING_UPDATE)
        return f"{told}, and an update of layer {layer} is {times} times as large as its weights"
    if kind == "strong" and ratio <= STRONG_RATIO:
        layer = int(np.nanargmax(evidence.update_ratios)) + 1
        largest = spell(evidence.largest_update)
        return f"{told}, but one update changes layer {layer} by {largest} of its weights' size"
    change = _tell_change(evidence)
    if kind == "vanishing" and evidence.stoppage:
        return f"{told}: {evidence.stoppage}{change}"
    last = float(evidence.gradients[-1])
    if 0.0 < last < TINY_GRADIENT:
        return f"{told}, all of it tiny: the last one is {spell(last)}{change}"
    return f"{told}{change}"


def _tell_change(evidence: Evidence) -> str:
    """What the update does to the weights, as a clause; a small one is said, never judged."""
    motion, size = evidence.motion, evidence.first_update
    its = "its" if evidence.stretch is None else "the recurrent"
    if not evidence.is_update_judged:
        return _LEARNING_RATE_IS_0
    if motion is None:
        return ""
    if size is None:
        return f", and {its} weights are all 0 now"
    if size == 0.0:
        # Of W_hh, where the state before is 0: the weights of the input move all the same.
        return f", and an update changes {motion.changed:,} of {_name_weights(evidence)}"
    if motion.changed < motion.entries and size < SMALL_UPDATE:
        return (
            f", and an update changes {motion.changed:,} of {_name_weights(evidence)}, by only "
            f"{spell(size)} of their size"
        )
    only = "only " if size < SMALL_UPDATE else ""
    share = f"{spell(size)} of" if size < _ABOUT_ONE else f"{spell(size)} times"
    return f", and an update changes {its} weights by {only}{share} their size"


def _tell_carried(evidence: Evidence) -> str:
    """What reaches the beginning, and along which path."""
    share = _share(evidence.carried.ratio or 0.0)
    stretch = evidence.stretch
    if stretch is None:
        noun = evidence.noun
        return f"{noun.capitalize()} 1 receives {share} the last {noun}'s gradient"
    path = "cell state" if evidence.carried.path == "c" else "hidden state"
    if len(evidence.update_ratios) > 1:
        path += f" of layer {evidence.carried.layer}"
    return _tell_stretch(stretch, path, share)


def _tell_stretch(stretch: Stretch, path: str, share: str) -> str:
    start, end = stretch.start, stretch.end
    gradient = "the gradient" if end == stretch.time_steps else f"time step {end:,}'s gradient"
    if start > 1:
        every = "time step" if stretch.cut_every == 1 else f"{stretch.cut_every:,} time steps"
        cut = f"The gradient is cut every {every}; after the cut at {start - 1:,}"
        if start == end:
            return f"{cut} only time step {end:,} is left, where the loss enters"
        return f"{cut} the {path} carries {share} {gradient} to time step {start:,}"
    if start == end:
        return "The loss enters at the first time step, so nothing has to be carried through time"
    return f"The {path} carries {share} {gradient} to the first time step"


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
    return f"{spell(ratio)} of" if ratio < _ABOUT_ONE else f"{spell(ratio)} times"
