"""Which screen is the hall's, and which one is left for the lecturer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

ScreenT = TypeVar("ScreenT")


def find_hall(desk: ScreenT, screens: Sequence[ScreenT]) -> ScreenT:
    """Another screen than the one where the desk stands; with one there is no other."""
    return next((screen for screen in screens if screen is not desk), desk)


def find_presenter(hall: ScreenT, desk: ScreenT, screens: Sequence[ScreenT]) -> ScreenT | None:
    """Where the lecturer's screen goes: that of the desk, if the hall has not taken it.

    Args:
        hall: taken by the hall.
        desk: where the program's window stands.
        screens: all of them.

    Returns:
        None where the hall has the only one.
    """
    if desk is not hall:
        return desk
    return next((screen for screen in screens if screen is not hall), None)
