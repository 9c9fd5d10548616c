"""What a verdict rests on: gathered from a trace by its kind, judged for all kinds alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.records.record import F64, WeightMotion

DEAD_SHARE = 0.99


@dataclass(frozen=True, slots=True)
class Carried:
    """What reaches the beginning, along the path on which the most of it does."""

    path: str
    """"layers"; through time the hidden state "h", or the cell state "c"."""
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
    """k, where truncation cuts the pass at every k-th time step; 0 where none of its cuts lies
    between the first time step and the loss, as with k >= T."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What a verdict rests on, along the places of a pass."""

    noun: str
    """What a place is called: "layer"."""
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
    part: str = "layer"
    """What has weights of its own, and is meant by the places of `update_ratios`."""

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


def divide_by_end(first: float, last: float, source: float) -> float | None:
    """First : last; the output's gradient stands in where the last one is zero."""
    whole = last or source
    return first / whole if whole > 0.0 else None


def list_dead(shares: F64) -> tuple[int, ...]:
    """Layers, from 1, of which nearly all units have no slope for any sample."""
    return tuple(int(index) + 1 for index in np.flatnonzero(shares >= DEAD_SHARE))
