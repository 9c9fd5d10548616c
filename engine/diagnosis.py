"""The verdict on one backward pass: what its gradient is doing now, in one sentence.

Thresholds are heuristics of this program, tried on 68 configurations. A verdict is
a statement about the gradient now, never a forecast of learning. The kinds are
tested in the order of `VerdictKind`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.frames import F64, LayerTrace, NonFinite, TimeTrace, ValueKind
from engine.wording import spell

VerdictKind = Literal[
    "nan", "dead", "frozen", "vanishing", "exploding", "weak", "strong", "healthy"
]
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
VANISHING_RATIO = 1e-3
VANISHING_UPDATE = 1e-5
FROZEN_UPDATE = 2.0**-24
EXPLODING_RATIO = 1e3
EXPLODING_UPDATE = 1.0
WEAK_RATIO = 1e-1
WEAK_UPDATE = 1e-4
STRONG_RATIO = 30.0
STRONG_UPDATE = 0.05
TINY_GRADIENT = 1e-6
OSCILLATING_SHARE = 0.5
OSCILLATING_ITERATIONS = 20

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


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What a verdict rests on, along the layers or along the time steps."""

    along: Literal["layers", "time"]
    gradients: F64
    """RMS gradients of layers 1 ... L, or g_hT of the time steps 1 ... T."""
    source: float
    """The gradient at the output, in the same unit; what the loss gives."""
    loss: float
    update_ratios: F64
    """(layers) NaN where the weights are all zero."""
    dead_layers: tuple[int, ...] = ()
    """Layers of which at least 99 % of the units have no slope for any sample."""

    @property
    def ratio(self) -> float | None:
        """First : last; the output's gradient stands in where the last one is zero."""
        last = float(self.gradients[-1]) or self.source
        return float(self.gradients[0]) / last if last > 0.0 else None

    @property
    def first_update(self) -> float | None:
        """Update : weight of the first layer; None where its weights are all zero."""
        first = float(self.update_ratios[0])
        if np.isnan(first):
            return 0.0 if self.gradients[0] == 0.0 else None
        return first

    @property
    def largest_update(self) -> float:
        """Update : weight where it is largest."""
        return float(np.nanmax(self.update_ratios, initial=0.0))


def diagnose(
    trace: LayerTrace, recent_losses: Sequence[float] = (), halted: NonFinite | None = None
) -> Verdict:
    """The verdict on a recorded pass of a feed-forward network.

    Args:
        trace: the pass.
        recent_losses: of the last iterations, oldest first.
        halted: the first number that was not finite, if training stopped at one.
    """
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
    """The verdict on a pass through time: g_hT of the top layer; arguments as in `diagnose`."""
    evidence = Evidence(
        along="time",
        gradients=trace.g_hT[-1, : trace.loss_time],
        source=trace.g_out,
        loss=trace.loss,
        update_ratios=trace.update_ratio,
    )
    return judge(evidence, recent_losses, halted)


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
    kind = classify(ratio, update, evidence.largest_update)
    sentence = _tell_ratio(kind, ratio, update, evidence)
    # Below that, batches of a low loss differ by as much without any instability.
    swings = kind == "exploding" and is_oscillating(recent_losses)
    if swings:
        sentence = f"{sentence[:-1]}; the loss is oscillating by more than half of its mean."
    return _verdict(kind, sentence, ratio, update, swings=swings)


def classify(ratio: float, first_update: float | None, largest_update: float) -> VerdictKind:
    """The kind for finite numbers of a network that is not dead."""
    update = np.inf if first_update is None else first_update
    if ratio < VANISHING_RATIO and update < VANISHING_UPDATE:
        return "frozen" if update < FROZEN_UPDATE else "vanishing"
    if ratio > EXPLODING_RATIO or largest_update > EXPLODING_UPDATE:
        return "exploding"
    if ratio < WEAK_RATIO or update < WEAK_UPDATE:
        return "weak"
    if ratio > STRONG_RATIO or largest_update > STRONG_UPDATE:
        return "strong"
    return "healthy"


def is_oscillating(losses: Sequence[float]) -> bool:
    """Whether the last 20 losses both rose and fell by more than half of their mean."""
    recent = np.asarray(losses[-OSCILLATING_ITERATIONS:], dtype=np.float64)
    if len(recent) < OSCILLATING_ITERATIONS or not np.isfinite(recent).all():
        return False
    threshold = OSCILLATING_SHARE * abs(float(recent.mean()))
    rise = float((recent - np.minimum.accumulate(recent)).max())
    fall = float((np.maximum.accumulate(recent) - recent).max())
    return min(rise, fall) > threshold


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
    if evidence.along == "layers":
        first, last = "layer 1", "the last layer's gradient"
    else:
        first, last = "time step 1", "the last time step's gradient"
    told = f"{first[:1].upper()}{first[1:]} receives {_share(ratio)} {last}"
    change = "" if update is None else f"{spell(update)} of their size"
    weights = "its weights" if evidence.along == "layers" else "the recurrent weights"
    if kind == "frozen":
        return f"{told}; an update of {change} is too small to move {weights} in float32."
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


def _share(ratio: float) -> str:
    if ratio == 0.0:
        return "nothing of"
    return f"{spell(ratio)} of" if ratio < 1.0 else f"{spell(ratio)} times"
