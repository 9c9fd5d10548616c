"""Bars that move toward the newest pass instead of jumping."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from desktop.display.pictures import FlowPicture

SHARE = 0.35
"""Of the remaining way is gone in each tick."""
_ARRIVED = 0.004
"""Decades, or parts of a linear axis, that nobody sees."""


def ease_flow(shown: FlowPicture | None, target: FlowPicture) -> FlowPicture:
    """The bars a part of the way from where they were drawn to where they belong.

    Only places move; the numbers and words are the target's. A bar that changes
    between an axis and off it jumps, and so does everything on another axis.
    """
    if (
        shown is None
        or shown.quantity != target.quantity
        or shown.axis != target.axis
        or shown.places.shape != target.places.shape
    ):
        return target
    way = target.places - shown.places
    moves = np.isfinite(way) & (np.abs(way) > _ARRIVED)
    if not moves.any():
        return target
    return replace(target, places=np.where(moves, shown.places + SHARE * way, target.places))
