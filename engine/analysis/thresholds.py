"""What a verdict rests on, and the thresholds that make its kind.

They are heuristics of this program. The kinds are tested in the order of `VerdictKind`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.analysis.stoppages import find_stoppage, find_stoppage_in_time
from engine.kinds.recurrent.records import TimeTrace
from engine.records.frames import LayerTrace
from engine.records.record import F64, WeightMotion

VerdictKind = Literal[
    "nan", "dead", "frozen", "vanishing", "exploding", "weak", "strong", "healthy"
]
PathName = Literal["layers", "h", "c"]

DEAD_SHARE = 0.99
VANISHING_RATIO = 1e-3
EXPLODING_RATIO = 1e3
EXPLODING_UPDATE = 1.0
WEAK_RATIO = 1e-1
STRONG_RATIO = 30.0
STRONG_UPDATE = 0.05
SMALL_UPDATE = 1e-4
TINY_GRADIENT = 1e-6
OSCILLATING_SHARE = 0.5
OSCILLATING_ITERATIONS = 20
MOVING_SHARE = 0.99


@dataclass(frozen=True, slots=True)
class Carried:
    """What reaches the beginning, along the path on which the most of it does."""

    path: PathName
    """Through the layers; through time along the hidden state h, or along the cell state c."""
    layer: int
    """1 through the layers; through time the recurrent layer, 1 the lowest."""
    ratio: float | None
    """G_1 / G_L; g_hT or g_cT at the beginning over the same at its end. None: 0 / 0."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time steps over which a pass through time is judged."""

    start: int
    """1, or the first after the last cut."""
    end: int
    """Where the loss enters."""
    time_steps: int
    """T."""
    cut_every: int = 0
    """k, where truncation cuts the pass at every k-th time step; else 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What a verdict rests on, along the layers or along the time steps."""

    along: Literal["layers", "time"]
    gradients: F64
    """RMS gradients of layers 1 ... L, or g_hT of the top layer at the time steps 1 ... T."""
    source: float
    """The gradient at the output; what the loss gives."""
    loss: float
    first_last_ratio: float | None
    """G_1 / G_L, or g_hT[1] / g_hT[T] of the top layer; None for 0 / 0."""
    carried: Carried
    update_ratios: F64
    """(layers) NaN where the weights are all zero; of W_hh where it is about time."""
    motion: WeightMotion | None = None
    """None where no update follows."""
    dead_layers: tuple[int, ...] = ()
    """Layers of which at least 99 % of the units have no slope for any sample."""
    stoppage: str = ""
    """Why the weights receive exactly nothing, where they do."""
    stretch: Stretch | None = None
    """None along the layers."""
    moving: tuple[int, int] | None = None
    """How many time steps before the loss give 99 % of what moves W_hh, and of how many; None
    where every time step has a loss of its own."""

    @property
    def is_update_judged(self) -> bool:
        """Whether there is an update at all: not at a learning rate of 0."""
        return self.motion is None or self.motion.learning_rate > 0.0

    @property
    def is_frozen(self) -> bool:
        """Whether the update changes no entry, though there is one."""
        return self.motion is not None and self.is_update_judged and self.motion.changed == 0

    @property
    def first_update(self) -> float | None:
        """Update : weight of the first layer; None where its weights are all zero."""
        first = float(self.update_ratios[0])
        return None if np.isnan(first) else first

    @property
    def largest_update(self) -> float:
        """Update : weight where it is largest."""
        return float(np.nanmax(self.update_ratios, initial=0.0))


def gather_through_layers(trace: LayerTrace) -> Evidence:
    """The evidence of a pass through layers."""
    gradients = trace.g_a_rms[1:]
    ratio = _divide(float(gradients[0]), float(gradients[-1]), trace.g_out)
    return Evidence(
        along="layers",
        gradients=gradients,
        source=trace.g_out,
        loss=trace.loss,
        first_last_ratio=ratio,
        carried=Carried("layers", 1, ratio),
        update_ratios=trace.update_ratio,
        motion=trace.motion,
        dead_layers=_list_dead(trace.dead),
        stoppage=find_stoppage(trace),
    )


def gather_through_time(trace: TimeTrace) -> Evidence:
    """The evidence of a pass through time.

    What is carried is the largest over the recurrent layers, and over the paths h and c, of
    the gradient at the first time step (after the last cut) over that at the loss's time step.
    """
    end = trace.loss_time
    cuts = [cut for cut in trace.truncation_cuts if cut < end]
    every = trace.truncation_cuts[0] if trace.truncation_cuts else 0
    start = cuts[-1] + 1 if cuts else 1
    top = trace.g_hT[-1]
    return Evidence(
        along="time",
        gradients=top[:end],
        source=trace.g_out,
        loss=trace.loss,
        first_last_ratio=_divide(float(top[0]), float(top[end - 1]), trace.g_out),
        carried=_find_carrier(trace, start, end),
        update_ratios=trace.update_ratio,
        motion=trace.motion,
        dead_layers=_list_dead(trace.dead),
        stoppage=find_stoppage_in_time(trace),
        stretch=Stretch(start, end, trace.time_steps, every),
        moving=_count_moving(trace.shares_W_hh[-1]) if trace.readout == "last" else None,
    )


def _find_carrier(trace: TimeTrace, start: int, end: int) -> Carried:
    """The path on which the most arrives; of equals the top layer, and its hidden state."""
    best: Carried | None = None
    paths: tuple[tuple[PathName, F64], ...] = (("h", trace.g_hT), ("c", trace.g_cT))
    for layer in range(len(trace.layer_names), 0, -1):
        for path, norms in paths:
            if not norms.size:
                continue
            first, last = float(norms[layer - 1, start - 1]), float(norms[layer - 1, end - 1])
            ratio = _divide(first, last, 0.0)
            if ratio is not None and (best is None or ratio > (best.ratio or 0.0)):
                best = Carried(path, layer, ratio)
    if best is not None:
        return best
    return Carried("h", len(trace.layer_names), 0.0 if trace.g_out > 0.0 else None)


def _divide(first: float, last: float, source: float) -> float | None:
    """First : last; the output's gradient stands in where the last one is zero."""
    whole = last or source
    return first / whole if whole > 0.0 else None


def _list_dead(shares: F64) -> tuple[int, ...]:
    return tuple(int(index) + 1 for index in np.flatnonzero(shares >= DEAD_SHARE))


def _count_moving(shares: F64) -> tuple[int, int] | None:
    """How many of the last time steps hold 99 % of the sum of all shares, and of how many."""
    from_end = np.cumsum(shares[::-1])
    whole = float(from_end[-1])
    if not np.isfinite(whole):
        return None
    count = int(np.searchsorted(from_end, MOVING_SHARE * whole)) + 1 if whole > 0.0 else 0
    return count, len(shares)


def classify(carried: float, largest_update: float) -> VerdictKind:
    """The kind for finite numbers of a network that is neither dead nor frozen.

    Args:
        carried: the ratio of `Carried`.
        largest_update: update : weight where it is largest. A small one makes no kind: Adam's
            updates move even where the gradient has vanished.
    """
    if carried < VANISHING_RATIO:
        return "vanishing"
    if carried > EXPLODING_RATIO or largest_update > EXPLODING_UPDATE:
        return "exploding"
    if carried < WEAK_RATIO:
        return "weak"
    if carried > STRONG_RATIO or largest_update > STRONG_UPDATE:
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
