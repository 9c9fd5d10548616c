"""A verdict: what is found in one backward pass, as a code and values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.records.evidence import Carried, Stretch
from engine.records.frames import NonFinite
from engine.records.record import WeightMotion

VerdictKind = Literal[
    "nan", "dead", "frozen", "vanishing", "exploding", "weak", "strong", "healthy"
]
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
    part: str
    """What has weights of its own, and is meant by `most_moved_layer`."""
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
