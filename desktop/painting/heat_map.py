"""From the rows of the history to the pixels of the heat map: numpy only, and only what is new."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from desktop.display.pictures import HistoryPicture
from desktop.display.scales import take_log10
from desktop.style.theme import Theme, parse_colour, strength_colour

U8 = NDArray[np.uint8]
I64 = NDArray[np.int64]

ZERO, NOT_FINITE, EMPTY = 253, 254, 255
"""Pixel values beyond the scale; 0 ... 252 run from 10⁻⁸·⁴ to 10⁶·³."""
_LEVELS = 253
_LOW, _HIGH = -8.4, 6.3


def level_of(strengths: NDArray[np.float64]) -> U8:
    """The pixel value of each finite strength (log10 of the ratio to the loss end)."""
    scaled = (strengths - _LOW) * ((_LEVELS - 1) / (_HIGH - _LOW))
    with np.errstate(invalid="ignore"):
        levels: U8 = np.clip(np.rint(scaled), 0, _LEVELS - 1).astype(np.uint8)
    return levels


@lru_cache(maxsize=8)
def colour_table(theme: Theme) -> tuple[int, ...]:
    """The 256 colours of the image, 0xAARRGGBB."""
    colours = [
        strength_colour(theme, _LOW + level * (_HIGH - _LOW) / (_LEVELS - 1))
        for level in range(_LEVELS)
    ]
    colours += [theme.raised, theme.text, theme.ground]
    table = []
    for colour in colours:
        red, green, blue = parse_colour(colour)
        table.append(0xFF000000 | red << 16 | green << 8 | blue)
    table[EMPTY] = 0
    return tuple(table)


class HeatColumns:
    """The pixel values of all stretches; keeps those that are still true."""

    def __init__(self) -> None:
        self.levels: U8 = np.zeros((0, 0), np.uint8)
        """(N, L) one row per stretch, layer 1 first."""
        self._marks: NDArray[np.float64] = np.zeros((0, 4))

    def update(self, picture: HistoryPicture) -> bool:
        """Take over what is new; returns whether anything was."""
        stretches = picture.stretches
        marks = np.column_stack(
            (
                stretches.first,
                stretches.last,
                stretches.low("reference"),
                stretches.high("reference"),
            )
        ).astype(np.float64)
        count = min(len(marks), len(self._marks))
        if self.levels.shape[1] != picture.depth:
            count = 0
        same = np.all(
            (marks[:count] == self._marks[:count])
            | (np.isnan(marks[:count]) & np.isnan(self._marks[:count])),
            axis=1,
        )
        kept = int(np.argmin(same)) if not same.all() else count
        if kept == len(marks) == len(self._marks):
            return False
        fresh = self._compute(picture, kept)
        self.levels = np.concatenate((self.levels[:kept], fresh)) if kept else fresh
        self._marks = marks
        return True

    @staticmethod
    def _compute(picture: HistoryPicture, start: int) -> U8:
        stretches = picture.stretches
        columns = slice(picture.first_column, None)
        low, high = stretches.rows_low[start:, columns], stretches.rows_high[start:, columns]
        if low.shape[1] != picture.depth:
            return np.full((len(low), picture.depth), EMPTY, np.uint8)
        references = [
            take_log10(side("reference")[start:]) for side in (stretches.low, stretches.high)
        ]
        reference = 0.5 * (references[0] + references[1])
        logs = take_log10(low)
        if low is not high:
            logs = 0.5 * (logs + take_log10(high))
        strengths = logs - reference[:, None]
        levels = level_of(strengths)
        levels[np.isnan(strengths)] = NOT_FINITE
        levels[(high == 0)] = ZERO
        levels[(low == 0) & (high > 0) & np.isfinite(high)] = 0
        return levels


def spread_columns(levels: U8, first: I64, last: I64, end: int, pixels: int, rows: int) -> U8:
    """(rows, pixels) image from iteration 0 to `end`, the last layer on top.

    Every pixel column shows the stretch it falls on; where several rows of layers share
    a pixel row, the one that differs most from the loss end shows.
    """
    image = np.full((rows, pixels), EMPTY, np.uint8)
    if not len(first) or levels.shape[1] == 0:
        return image
    places = (np.arange(pixels) + 0.5) / pixels * (end + 1)
    stretch = np.searchsorted(first, places, side="right") - 1
    is_drawn = (stretch >= 0) & (places < last[np.maximum(stretch, 0)] + 1)
    depth = levels.shape[1]
    if depth <= rows:
        layer = depth - 1 - (np.arange(rows) * depth) // rows
        columns = levels[:, layer]
    else:
        starts = (np.arange(rows) * depth) // rows
        away = np.abs(levels.astype(np.int16) - level_of(np.zeros(1))[0])
        strongest = np.maximum.reduceat(away, starts, axis=1)
        low = np.minimum.reduceat(levels, starts, axis=1)
        high = np.maximum.reduceat(levels, starts, axis=1)
        middle = int(level_of(np.zeros(1))[0])
        columns = np.where(high.astype(np.int16) - middle >= strongest, high, low)[:, ::-1]
    image[:, is_drawn] = columns[stretch[is_drawn]].T
    return image
