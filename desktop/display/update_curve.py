"""Update : weight over the iterations, of the passes that were recorded in full."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from desktop.display.history_and_curves import round_up_iterations
from desktop.display.inspector import RULE_OF_THUMB, DrawnCurve, Guide, HistogramPicture
from desktop.display.scales import (
    Tick,
    format_count,
    format_power,
    pick_whole_ticks,
    take_log10,
)
from engine.training.history import UpdateRows

F64 = NDArray[np.float64]

_ROOM = 0.16
"""Share of the iterations that is left free before the first one, for the numbers at the ends."""
TITLE = "Over the iterations"
_READING = (
    "‖ΔW‖ / ‖W‖ on a log scale, in the order of the iterations. Only passes that were recorded in "
    "full have it: a point each, joined where one iteration follows the other. Where a long "
    "training was thinned a stroke reaches from the least to the largest. The level line is 10⁻³."
)


def plot_updates(rows: UpdateRows, matrix: int, last: int) -> HistogramPicture | None:
    """The ratio of one matrix; None before there is any.

    Args:
        rows: what was recorded.
        matrix: which one.
        last: the last iteration that the history knows.
    """
    if not rows.first.size or matrix >= rows.low.shape[1]:
        return None
    low, high = take_log10(rows.low[:, matrix]), take_log10(rows.high[:, matrix])
    low = np.where(np.isnan(low), high, low)
    middle = (rows.first + rows.last) / 2.0
    drawn = np.isfinite(high)
    ends = np.concatenate((low[drawn], high[drawn], [math.log10(RULE_OF_THUMB)]))
    foot, top = math.floor(float(ends.min()) - 0.2), math.ceil(float(ends.max()) + 0.2)
    span = float(top - foot)
    right = float(round_up_iterations(max(last, int(rows.last[-1]))))

    def place(logs: F64) -> F64:
        return (logs - foot) / span

    x = middle[drawn]
    curve = DrawnCurve(
        "update : weight",
        _join(rows, drawn, middle, place(low), place(high)),
        np.stack([np.concatenate((x, x)), place(np.concatenate((low[drawn], high[drawn])))]),
        format_power(foot),
        format_power(top),
    )
    ticks = tuple(Tick(float(n), format_count(n)) for n in pick_whole_ticks(0, int(right), 4))
    return HistogramPicture(
        TITLE,
        "log scale",
        -_ROOM * right,
        right,
        np.zeros(1),
        np.zeros(0),
        ticks,
        (curve,),
        guide=Guide((math.log10(RULE_OF_THUMB) - foot) / span, "10⁻³"),
        is_count=True,
        words=_describe(rows, matrix, last),
        reading=_READING,
    )


def _join(rows: UpdateRows, drawn: NDArray[np.bool_], middle: F64, low: F64, high: F64) -> F64:
    """A stroke for every stretch, and a line to the next one where no iteration lies between."""
    count = len(middle)
    line = np.full((2, 3 * count), np.nan)
    line[0] = np.repeat(middle, 3)
    line[1, 0::3], line[1, 1::3] = np.where(drawn, low, np.nan), np.where(drawn, high, np.nan)
    is_next = np.append(rows.first[1:] == rows.last[:-1] + 1, False)
    is_whole = rows.recorded == rows.last - rows.first + 1
    joined = np.flatnonzero(is_next & is_whole & np.append(is_whole[1:], False))
    line[1, 3 * joined + 2] = line[1, 3 * joined + 1]
    return line


def _describe(rows: UpdateRows, matrix: int, last: int) -> str:
    recorded, total = int(rows.recorded.sum()), max(last, int(rows.last[-1])) + 1
    parts = [f"Recorded in {format_count(recorded)} of {format_count(total)} iterations"]
    zeros = int((rows.high[:, matrix] == 0.0).sum())
    wild = int(np.isinf(rows.high[:, matrix]).sum())
    missing = int(np.isnan(rows.high[:, matrix]).sum())
    one = "iteration" if recorded == len(rows.first) else "stretch"
    for count, what in (
        (zeros, "exactly 0"),
        (wild, "infinite"),
        (missing, "without a number (weights of 0, or no update)"),
    ):
        if count:
            parts.append(f"{what} in {format_count(count)} {one}{_plural(one, count)}")
    return f"{', '.join(parts)}."


def _plural(noun: str, count: int) -> str:
    if count == 1:
        return ""
    return "es" if noun.endswith("h") else "s"
