"""A verdict in words: its name, and what is so in one or two sentences."""

from __future__ import annotations

from typing import assert_never

from engine.analysis.thresholds import (
    EXPLODING_RATIO,
    EXPLODING_UPDATE,
    SMALL_UPDATE,
    STRONG_RATIO,
    TINY_GRADIENT,
)
from engine.records.evidence import Stretch
from engine.records.frames import NonFinite
from engine.records.verdict import Verdict, VerdictKind
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


def name_verdict(verdict: Verdict) -> str:
    """What is written largest: "Vanishing"."""
    return "No gradient" if verdict.ground == "no_gradient" else WORDS[verdict.kind]


def tell_verdict(verdict: Verdict) -> str:
    """What is so, and in which numbers; a second sentence where the loss oscillates."""
    sentence = f"{_tell_ground(verdict)}."
    if verdict.is_oscillating:
        sentence += " The loss is oscillating by more than half of its mean."
    return sentence


def _tell_ground(verdict: Verdict) -> str:
    match verdict.ground:
        case "halt":
            assert verdict.halted is not None
            return _tell_halt(verdict.halted, verdict.part)
        case "nonfinite_loss":
            return "The loss is not a finite number, so no gradient can be trusted"
        case "nonfinite_gradient":
            where = f"{verdict.noun} {verdict.nonfinite_place}"
            return f"The gradient is no longer a finite number from {where} on towards the input"
        case "dead_layers":
            return _tell_dead(verdict)
        case "no_gradient":
            told = "The loss gives no gradient: its derivative at the output is exactly 0"
            return told if verdict.is_update_judged else f"{told}{_LEARNING_RATE_IS_0}"
        case "standstill":
            return f"{_tell_carried(verdict)}. {_tell_standstill(verdict)}"
        case "strength":
            return _tell_strength(verdict)
        case _:
            assert_never(verdict.ground)


def tell_where(halted: NonFinite, part: str) -> str:
    """Phase and layer of the first number that was not finite: "in the update of layer 3"."""
    where = _WHERE[halted.phase]
    if halted.layer is not None:
        return f"{where} of {part} {halted.layer}"
    return where if halted.phase == "loss" else f"{where} of the output layer"


def _tell_halt(halted: NonFinite, part: str) -> str:
    where = tell_where(halted, part)
    told = f"The first number that is not finite appeared {where} at iteration"
    if halted.iteration == 0 and halted.phase in _OF_THE_PASS:
        return f"{told} 0, before any update"
    return f"{told} {halted.iteration:,}; the last good state is kept"


def _tell_dead(verdict: Verdict) -> str:
    first, *others = verdict.dead_layers
    which = f"{verdict.part} {first}"
    if others:
        which = f"{verdict.part} {first}, and of {len(others):,} more,"
    told = (
        f"At least 99 % of the units of {which} do not respond to any sample of the batch, "
        "so hardly any gradient passes through them"
    )
    if verdict.carried.ratio and not verdict.stoppage:
        # Around them, as on skip connections, or through the few that do respond.
        carried = _tell_carried(verdict)
        told += f"; still, {carried[0].lower()}{carried[1:]}"
    if not verdict.is_update_judged:
        told += _LEARNING_RATE_IS_0
    return told


def _tell_standstill(verdict: Verdict) -> str:
    """That no entry changes, and why."""
    assert verdict.motion is not None
    kept = f"None of {_name_weights(verdict)} changes"
    if verdict.stoppage:
        return f"{kept}: {verdict.stoppage}"
    size = verdict.largest_update if verdict.stretch is not None else verdict.first_update
    if not size:
        return f"{kept}: what remains of the gradient makes an update of exactly 0"
    dtype = verdict.motion.dtype
    return f"{kept}: an update of {spell(size)} of their size is too small for {dtype}"


def _name_weights(verdict: Verdict) -> str:
    """Such as "its 256 weights": all that `Verdict.motion` counts."""
    motion = verdict.motion
    count = "" if motion is None else f"{motion.entries:,} "
    return f"its {count}weights" if verdict.stretch is None else f"the {count}weights W_ih, W_hh"


def _tell_strength(verdict: Verdict) -> str:
    kind = verdict.kind
    told, ratio = _tell_carried(verdict), verdict.carried.ratio or 0.0
    if kind == "vanishing" and verdict.stretch is not None and verdict.is_update_judged:
        return f"{told}; {_tell_moving(verdict.moving)}"
    largest, moved = verdict.largest_update, f"{verdict.part} {verdict.most_moved_layer}"
    if kind == "exploding" and ratio <= EXPLODING_RATIO:
        times = spell(largest / EXPLODING_UPDATE)
        return f"{told}, and an update of {moved} is {times} times as large as its weights"
    if kind == "strong" and ratio <= STRONG_RATIO:
        size = spell(largest)
        return f"{told}, but one update changes {moved} by {size} of its weights' size"
    change = _tell_change(verdict)
    if kind == "vanishing" and verdict.stoppage:
        return f"{told}: {verdict.stoppage}{change}"
    last = verdict.last_gradient
    if 0.0 < last < TINY_GRADIENT:
        return f"{told}, all of it tiny: the last one is {spell(last)}{change}"
    return f"{told}{change}"


def _tell_change(verdict: Verdict) -> str:
    """What the update does to the weights, as a clause; a small one is said, never judged."""
    motion, size = verdict.motion, verdict.first_update
    its = "its" if verdict.stretch is None else "the recurrent"
    if not verdict.is_update_judged:
        return _LEARNING_RATE_IS_0
    if motion is None:
        return ""
    if size is None:
        return f", and {its} weights are all 0 now"
    if size == 0.0:
        # Of W_hh, where the state before is 0: the weights of the input move all the same.
        return f", and an update changes {motion.changed:,} of {_name_weights(verdict)}"
    if motion.changed < motion.entries and size < SMALL_UPDATE:
        return (
            f", and an update changes {motion.changed:,} of {_name_weights(verdict)}, by only "
            f"{spell(size)} of their size"
        )
    only = "only " if size < SMALL_UPDATE else ""
    share = f"{spell(size)} of" if size < _ABOUT_ONE else f"{spell(size)} times"
    return f", and an update changes {its} weights by {only}{share} their size"


def _tell_carried(verdict: Verdict) -> str:
    """What reaches the beginning, and along which path."""
    share = _share(verdict.carried.ratio or 0.0)
    stretch = verdict.stretch
    if stretch is None:
        noun = verdict.noun
        return f"{noun.capitalize()} 1 receives {share} the last {noun}'s gradient"
    path = "cell state" if verdict.carried.path == "c" else "hidden state"
    if verdict.layer_count > 1:
        path += f" of layer {verdict.carried.layer}"
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
