"""Where the windows of a long sequence start: early ones to train on, late ones held out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_MAX_NUMBERS = 8_000_000
_HELD_OUT = 1_000


def cut_windows(size: int, length: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Starts of windows of `length` values that have a value after them, `size` in all.

    A fifth of them, the last ones, is held out. Where there are too many they are thinned
    evenly. `size` must be at least `length` + 2.
    """
    count = size - length
    train = max(1, int(0.8 * count))
    most = max(256, _MAX_NUMBERS // length)
    return _spread(0, train, most), _spread(train, count, min(most, _HELD_OUT))


def _spread(start: int, stop: int, most: int) -> NDArray[np.int64]:
    if stop - start <= most:
        return np.arange(start, stop)
    return np.linspace(start, stop - 1, most).astype(np.int64)
