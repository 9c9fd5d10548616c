"""Compares two ways of doing the same in one process, turn by turn.

Machines are shared and noisy: a time alone says little, while two neighbours in time
have met the same noise. The median of their ratios is what is reported.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter


def measure_ratio(
    ours: Callable[[], object], other: Callable[[], object], rounds: int = 15, warm_up: int = 2
) -> float:
    """Median of time(ours) / time(other) over rounds in which both take turns.

    Args:
        ours: what is judged.
        other: what counts as 1.
        rounds: how often both are timed; every other round begins with `other`.
        warm_up: rounds that are not counted.
    """
    ratios = []
    for turn in range(-warm_up, rounds):
        if turn % 2:
            their_time = _time(other)
            our_time = _time(ours)
        else:
            our_time = _time(ours)
            their_time = _time(other)
        if turn >= 0:
            ratios.append(our_time / their_time)
    return median(ratios)


def _time(call: Callable[[], object]) -> float:
    begun = perf_counter()
    call()
    return perf_counter() - begun
