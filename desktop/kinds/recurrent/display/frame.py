"""What is drawn of a pass through time: frozen records beside those of `picture`.

A time step t = 1 ... T stands where a layer stands in a feed-forward picture, the state
before the first one at 0, the loss at T + 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.display.frame import DisplayFrame
from engine.kinds.recurrent.records import StateSpectrum, TimeTrace

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class StateRow:
    """One state of one recurrent layer along the time steps."""

    name: str
    """"cell state"."""
    layer: int
    """1 ... K, the lowest first."""
    is_cell: bool
    strengths: F64
    """(T) log10 relative to g_hT of the top layer where the loss enters."""
    kinds: I8
    """(T) `ValueKind`; -1 after the loss, where the pass never is."""
    gate_name: str
    """The gate whose valve stands between the time steps of this state row; empty without one."""
    gates: F64
    """(T) how open it is between t - 1 and t; (0) without one."""
    before_gates: F64 | None
    """(T) how open it was before the last toggle."""
    is_forced: bool


@dataclass(frozen=True, slots=True, eq=False)
class Crossing:
    """The gates on the way into a cell state and out of it, where there is room for them."""

    layer: int
    into: F64
    """(T) the input gate."""
    out_of: F64
    """(T) the output gate."""


@dataclass(frozen=True, slots=True, eq=False)
class UnrolledPicture:
    """The network unrolled over its time steps, the top layer first."""

    trace: TimeTrace | None
    """None before the first pass."""
    title: str
    subtitle: str
    state_rows: tuple[StateRow, ...]
    selected_row: int
    """The recurrent layer that is inspected, from 1."""
    crossings: tuple[Crossing, ...]
    words: tuple[str, ...]
    """(T)"""
    deciding: frozenset[int]
    """Time steps whose words are drawn in the text colour; all where nothing is known."""
    cuts: tuple[int, ...]
    """Nothing is carried back from t + 1 to these time steps t."""
    loss_time: int
    has_every_loss: bool
    """Whether the loss enters at every time step, so that a pass can start from any one."""
    answer: str
    """What the network would answer to the sequence drawn: "loan"."""
    answer_share: str
    """Its probability: "26 %"."""
    spectrum: StateSpectrum | None = None
    """The numbers behind the spectrum, where it was measured."""


def unrolled_of(display: DisplayFrame) -> UnrolledPicture | None:
    """The unrolled network of a frame of this kind; None for every other."""
    own = display.own
    return own if isinstance(own, UnrolledPicture) else None


def shown_trace_of(display: DisplayFrame) -> TimeTrace | None:
    """The pass through time that a frame shows; None before the first, and for other kinds."""
    unrolled = unrolled_of(display)
    return None if unrolled is None else unrolled.trace
