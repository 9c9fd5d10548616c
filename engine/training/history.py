"""What every iteration left behind: loss, accuracy and the row of layer gradients.

Kept compactly and thinned beyond 20,000 iterations so that the extremes of every
scalar and every layer survive. A second, coarser copy is always ready to draw.
"""

from __future__ import annotations

from collections import deque
from copy import deepcopy
from dataclasses import dataclass, fields

import numpy as np

from engine.records.frames import NonFinite, TrainingFrame
from engine.records.record import F32, F64
from engine.training.thinned_rows import CHUNK, I64, Envelopes

SCALARS = (
    "loss",
    "accuracy",
    "reference",
    "held_out_loss",
    "held_out_accuracy",
    "held_out_r2",
    "gradient_norm",
    "clip_threshold",
    "clip_factor",
    "clipped_share",
)
"""Columns of `Stretches.scalars_low`; NaN where a value does not exist or was not measured."""

EXACT_ROWS = 20_000
DRAWN_ROWS = 2_000
UPDATE_ROWS = 1_000
"""Passes whose update : weight is kept one by one; a screen fetches at most ten in a second."""
RECENT_LOSSES = 20
RECENT_UPDATES = 50
"""Of so many it is known how often clipping did something."""
_MAX_BYTES = 160_000_000
_PENDING_ROWS = 250


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """Neighbouring iterations with the extremes of what was measured in them.

    `low` and `high` are the same numbers where each stretch is one iteration.
    """

    first: I64
    """(n) first iteration of each stretch, ascending."""
    last: I64
    """(n) last iteration of each stretch."""
    scalars_low: F64
    scalars_high: F64
    """(n, len(SCALARS))"""
    rows_low: F32
    rows_high: F32
    """(n, L+1) RMS gradients, index 0 the input; recurrent: (n, T) norms g_hT."""

    def low(self, name: str) -> F64:
        """(n) smallest value of a scalar in each stretch."""
        column: F64 = self.scalars_low[:, SCALARS.index(name)]
        return column

    def high(self, name: str) -> F64:
        """(n) largest value of a scalar in each stretch."""
        column: F64 = self.scalars_high[:, SCALARS.index(name)]
        return column


@dataclass(frozen=True, slots=True, eq=False)
class UpdateRows:
    """Update : weight in the iterations whose pass was recorded in full; the others are gaps.

    `low` and `high` are the same numbers where each stretch is one iteration.
    """

    first: I64
    """(n) first recorded iteration of each stretch, ascending."""
    last: I64
    """(n) last one."""
    recorded: I64
    """(n) how many iterations of the stretch were recorded."""
    low: F64
    high: F64
    """(n, matrices) as `Updates.ratio`, NaN where the weights are all zero or no update follows."""


_NONE = np.empty(0, np.int64)
NO_UPDATES = UpdateRows(_NONE, _NONE, _NONE, np.empty((0, 0)), np.empty((0, 0)))


@dataclass(frozen=True, slots=True, eq=False)
class Halt:
    """An iteration at which training could not go on, with the row that was measured there."""

    cause: NonFinite
    loss: float
    row: F32
    gradient_norm: float


class History:
    """The rows of all iterations of one run, in the order in which they were trained.

    Not thread-safe: the thread that draws drains frames into it. A frame of an
    iteration that is already there replaces it and everything after it, as after
    a rewind. Arrays handed out are locked and valid until the next `append`.
    """

    def __init__(self) -> None:
        self.halts: list[Halt] = []
        """Kept exactly: there is one per attempt, however long the history is."""
        self.last_iteration = -1
        """-1 while the history is empty."""
        self._all: Envelopes | None = None
        self._drawn: Envelopes | None = None
        self._pending: list[tuple[int, tuple[float, ...], F32]] = []
        self._recent: deque[tuple[int, float]] = deque(maxlen=RECENT_LOSSES)
        self._clipped: deque[tuple[int, bool]] = deque(maxlen=RECENT_UPDATES)
        self._updates: Envelopes | None = None

    def append(self, frame: TrainingFrame) -> None:
        """Add the scalars and the row of a frame; of its trace only update : weight is kept."""
        if frame.iteration <= self.last_iteration:
            self._forget(frame.iteration)
        if frame.halted is not None:
            self.halts.append(Halt(frame.halted, frame.loss, frame.row, frame.gradient_norm))
        self._pending.append((frame.iteration, _scalars(frame), frame.row))
        self._recent.append((frame.iteration, frame.loss))
        if frame.is_applied:
            self._clipped.append((frame.iteration, frame.is_clipped))
        self.last_iteration = frame.iteration
        if frame.trace is not None:
            self._forget_updates(frame.iteration)
            self._keep_updates(frame.iteration, frame.trace.updates.ratio)
        if len(self._pending) >= _PENDING_ROWS:
            self._flush()

    def truncate(self, iteration: int) -> None:
        """Forget `iteration` and all after it, as when training starts anew from there."""
        self._forget(iteration)
        self._forget_updates(iteration)

    def _forget(self, iteration: int) -> None:
        self._flush()
        self.halts = [halt for halt in self.halts if halt.cause.iteration < iteration]
        while self._recent and self._recent[-1][0] >= iteration:
            self._recent.pop()
        while self._clipped and self._clipped[-1][0] >= iteration:
            self._clipped.pop()
        for envelopes in (self._all, self._drawn):
            if envelopes is not None:
                envelopes.truncate(iteration)
        # Without a trace the same pass came again: what was recorded of it in full is still true.
        self._forget_updates(iteration + 1)
        self.last_iteration = -1
        if self._all is not None and self._all.count:
            self.last_iteration = int(self._all.bounds(self._all.count - 1)[0, 1])
        self._recall_clipping()

    def copy(self) -> History:
        """The same rows, to go on from in another way."""
        return deepcopy(self)

    @property
    def is_empty(self) -> bool:
        """Whether there is no row."""
        return self.last_iteration < 0

    @property
    def nbytes(self) -> int:
        """Bytes of all kept numbers."""
        self._flush()
        every = (self._all, self._drawn, self._updates)
        return sum(envelopes.nbytes for envelopes in every if envelopes is not None)

    def overview(self) -> Stretches:
        """The whole history in at most 2,000 stretches, ready to draw without any work."""
        self._flush()
        return _read(self._drawn, 0, None if self._drawn is None else self._drawn.count)

    def up_to(self, last: int, exactly_from: int) -> Stretches:
        """The iterations up to `last`: coarse as in `overview`, from one on as they are kept."""
        drawn, kept = self.overview(), self.between(exactly_from, last)
        count = int(np.searchsorted(drawn.last, exactly_from))
        if len(kept.first):  # where even those were merged, a stretch may reach further back
            count = min(count, int(np.searchsorted(drawn.last, kept.first[0])))
        names = (field.name for field in fields(Stretches))
        parts = ((getattr(drawn, name)[:count], getattr(kept, name)) for name in names)
        return Stretches(*(np.concatenate(part) for part in parts))

    def between(self, first: int, last: int) -> Stretches:
        """The iterations from `first` to `last` as finely as they are kept."""
        self._flush()
        if self._all is None:
            return _read(None, 0, 0)
        return _read(self._all, *self._all.find(first, last))

    def updates(self) -> UpdateRows:
        """Update : weight of every matrix, of the passes that were recorded in full."""
        kept = self._updates
        if kept is None:
            return NO_UPDATES
        first, last, recorded = kept.bounds().T
        return UpdateRows(first, last, recorded, *kept.scalars.read(0, kept.count))

    def _forget_updates(self, iteration: int) -> None:
        if self._updates is not None:
            self._updates.truncate(iteration)

    def _keep_updates(self, iteration: int, ratio: F64) -> None:
        if self._updates is None:
            self._updates = Envelopes(len(ratio), 0, UPDATE_ROWS)
        nothing = np.empty((1, 0), np.float32)
        self._updates.extend(np.array([iteration], np.int64), ratio[None], nothing)

    @property
    def recent_losses(self) -> tuple[float, ...]:
        """The losses of the last 20 iterations, oldest first, however long the history is."""
        return tuple(loss for _, loss in self._recent)

    @property
    def recent_clipping(self) -> tuple[int, int]:
        """In how many of the last 50 updates clipping did something, and of how many."""
        return sum(is_clipped for _, is_clipped in self._clipped), len(self._clipped)

    def _recall_clipping(self) -> None:
        """After going back, the updates before come from the rows, as far as they are exact."""
        last = self.last_iteration
        rows = self.between(last - RECENT_UPDATES + 1, last)
        first = self._clipped[0][0] if self._clipped else last + 1
        factors, shares = rows.low("clip_factor"), rows.high("clipped_share")
        for index in range(len(rows.first) - 1, -1, -1):
            if rows.first[index] != rows.last[index] or len(self._clipped) == RECENT_UPDATES:
                return
            if rows.first[index] < first:
                is_clipped = bool(factors[index] < 1.0 or shares[index] > 0.0)
                self._clipped.appendleft((int(rows.first[index]), is_clipped))

    def _flush(self) -> None:
        if not self._pending:
            return
        iterations = np.array([row[0] for row in self._pending], np.int64)
        scalars = np.array([row[1] for row in self._pending])
        rows = np.array([row[2] for row in self._pending], np.float32)
        self._pending.clear()
        if self._all is None or self._drawn is None:
            # A very wide row (5,000 time steps) is thinned earlier: memory has a bound.
            fitting = _MAX_BYTES // (4 * rows.shape[1]) // CHUNK * CHUNK
            exact = max(DRAWN_ROWS, min(EXACT_ROWS, fitting))
            self._all = Envelopes(len(SCALARS), rows.shape[1], exact)
            self._drawn = Envelopes(len(SCALARS), rows.shape[1], DRAWN_ROWS)
        self._all.extend(iterations, scalars, rows)
        self._drawn.extend(iterations, scalars, rows)


def _scalars(frame: TrainingFrame) -> tuple[float, ...]:
    held_out = frame.held_out
    values = (
        frame.loss,
        frame.accuracy,
        frame.reference,
        None if held_out is None else held_out.loss,
        None if held_out is None else held_out.accuracy,
        None if held_out is None else held_out.r2,
        frame.gradient_norm,
        frame.clip_threshold,
        frame.clip_factor,
        frame.clipped_share,
    )
    return tuple(np.nan if value is None else value for value in values)


def _read(envelopes: Envelopes | None, start: int, stop: int | None) -> Stretches:
    if envelopes is None or stop is None:
        none = np.empty(0, np.int64)
        scalars, rows = np.empty((0, len(SCALARS))), np.empty((0, 0), np.float32)
        return Stretches(none, none, scalars, scalars, rows, rows)
    bounds = envelopes.bounds(start, stop)
    return Stretches(
        bounds[:, 0],
        bounds[:, 1],
        *envelopes.scalars.read(start, stop),
        *envelopes.rows.read(start, stop),
    )
