"""Rows of numbers over the iterations, thinned beyond a bound so that extremes survive.

Up to `capacity` rows are kept exactly. Beyond, neighbours are merged into
stretches of which the smallest and the largest value of every column stay; the
two together take no more memory than the exact rows did, so a history of a
million iterations is as small as one of 20,000. NaN means "not measured" and
gives way to any number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

CHUNK = 1_000
"""Rows allocated at a time; a multiple of 4, so that merged chunks never straddle."""

I64 = NDArray[np.int64]
Values = NDArray[Any]


class _Table:
    """Low and high values (stretches, columns) in chunks; one array while rows are exact."""

    def __init__(self, columns: int, dtype: DTypeLike) -> None:
        self.columns = columns
        self.dtype = np.dtype(dtype)
        self.low: list[Values] = []
        self.high: list[Values] = self.low

    @property
    def nbytes(self) -> int:
        both = self.low if self.high is self.low else [*self.low, *self.high]
        return sum(chunk.nbytes for chunk in both)

    def _sides(self) -> Iterator[tuple[list[Values], Any]]:
        yield self.low, np.fmin
        if self.high is not self.low:
            yield self.high, np.fmax

    def put(self, index: int, values: Values, width: int) -> None:
        """Write rows, merged `width` by `width`, as new stretches within one chunk."""
        chunk, offset = divmod(index, CHUNK)
        starts = np.arange(0, len(values), width)
        for side, extreme in self._sides():
            if chunk == len(side):
                side.append(np.empty((CHUNK, self.columns), self.dtype))
            merged = values if width == 1 else extreme.reduceat(values, starts, axis=0)
            side[chunk][offset : offset + len(starts)] = merged

    def merge(self, index: int, values: Values) -> None:
        """Merge rows into the stretch at `index`."""
        chunk, offset = divmod(index, CHUNK)
        for side, extreme in self._sides():
            row = side[chunk][offset]
            extreme(row, extreme.reduce(values, axis=0), out=row)

    def thin(self, count: int, group: int) -> None:
        """Merge every `group` neighbours of the first `count` stretches into one."""
        pairs = list(zip(self.low, self.high, strict=True))
        self.low, self.high = [], []
        for number in range(len(pairs)):
            low, high = pairs[number]
            # Freed one by one: the whole table never exists twice.
            pairs[number] = (low[:0], high[:0])
            filled = min(CHUNK, count - number * CHUNK)
            starts = np.arange(0, max(filled, 0), group)
            if not len(starts):
                break
            chunk, offset = divmod(number * CHUNK // group, CHUNK)
            for side, source, extreme in ((self.low, low, np.fmin), (self.high, high, np.fmax)):
                if chunk == len(side):
                    side.append(np.empty((CHUNK, self.columns), self.dtype))
                merged = extreme.reduceat(source[:filled], starts, axis=0)
                side[chunk][offset : offset + len(starts)] = merged

    def read(self, start: int, stop: int) -> tuple[Values, Values]:
        """Low and high values of the stretches from `start` up to `stop`, locked."""
        low = self._gather(self.low, start, stop)
        return low, low if self.high is self.low else self._gather(self.high, start, stop)

    def _gather(self, side: list[Values], start: int, stop: int) -> Values:
        first, last = start // CHUNK, -(-stop // CHUNK)
        parts = [
            side[n][max(start - n * CHUNK, 0) : min(stop - n * CHUNK, CHUNK)]
            for n in range(first, last)
        ]
        empty = np.empty((0, self.columns), self.dtype)
        gathered = parts[0].view() if len(parts) == 1 else np.concatenate([empty, *parts])
        gathered.setflags(write=False)
        return gathered


class Envelopes:
    """Stretches of iterations with the extremes of scalars and rows, at most `capacity`.

    Args:
        scalars: number of float64 columns.
        columns: number of float32 columns.
        capacity: exact rows before the first thinning; half as many stretches after it.
    """

    def __init__(self, scalars: int, columns: int, capacity: int) -> None:
        self.capacity = capacity
        self.width = 1
        """Rows merged into each complete stretch."""
        self.count = 0
        self.scalars = _Table(scalars, np.float64)
        self.rows = _Table(columns, np.float32)
        self._bounds = np.zeros((capacity, 3), np.int64)
        """First iteration, last iteration and number of rows of each stretch."""

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self.scalars.nbytes + self.rows.nbytes + self._bounds.nbytes

    def extend(self, iterations: I64, scalars: Values, rows: Values) -> None:
        """Add rows of ascending iterations."""
        done, total = 0, len(iterations)
        while done < total:
            newest = self.count - 1
            gap = self.width - int(self._bounds[newest, 2]) if self.count else 0
            if gap > 0:
                part = slice(done, min(done + gap, total))
                self.scalars.merge(newest, scalars[part])
                self.rows.merge(newest, rows[part])
                self._bounds[newest, 1] = iterations[part][-1]
                self._bounds[newest, 2] += part.stop - part.start
            elif self.count == self._limit():
                self._thin()
                continue
            else:
                room = min(self._limit() - self.count, CHUNK - self.count % CHUNK)
                part = slice(done, min(done + room * self.width, total))
                self._add(iterations[part], scalars[part], rows[part])
            done = part.stop

    def truncate(self, iteration: int) -> None:
        """Forget `iteration` and everything after it.

        A stretch that reaches across it goes as a whole: its extremes may belong
        to what is forgotten.
        """
        self.count = int(np.searchsorted(self._bounds[: self.count, 1], iteration))

    def bounds(self, start: int = 0, stop: int | None = None) -> I64:
        """(stretches, 3): first and last iteration and number of rows."""
        return self._bounds[start : self.count if stop is None else stop].copy()

    def find(self, first: int, last: int) -> tuple[int, int]:
        """The range of stretches that touch the iterations from `first` to `last`."""
        bounds = self._bounds[: self.count]
        start = int(np.searchsorted(bounds[:, 1], first))
        return start, max(start, int(np.searchsorted(bounds[:, 0], last, side="right")))

    def _limit(self) -> int:
        return self.capacity if self.width == 1 else self.capacity // 2

    def _add(self, iterations: I64, scalars: Values, rows: Values) -> None:
        starts = np.arange(0, len(iterations), self.width)
        ends = np.minimum(starts + self.width, len(iterations))
        self.scalars.put(self.count, scalars, self.width)
        self.rows.put(self.count, rows, self.width)
        added = self._bounds[self.count : self.count + len(starts)]
        added[:, 0] = iterations[starts]
        added[:, 1] = iterations[ends - 1]
        added[:, 2] = ends - starts
        self.count += len(starts)

    def _thin(self) -> None:
        # The first time by four: two values a stretch then take half the room again.
        group = 4 if self.width == 1 else 2
        self.scalars.thin(self.count, group)
        self.rows.thin(self.count, group)
        starts = np.arange(0, self.count, group)
        ends = np.minimum(starts + group, self.count) - 1
        bounds = self._bounds[: self.count]
        counts = np.add.reduceat(bounds[:, 2], starts)
        self._bounds[: len(starts)] = np.stack((bounds[starts, 0], bounds[ends, 1], counts), axis=1)
        self.count = len(starts)
        self.width *= group
