"""What a figure is held to."""

from __future__ import annotations

Goal = tuple[str, float]
"""A sense, "<=", ">=" or "share >=", and a bound."""

_LARGEST_SHARE = 1.05
"""A part is no larger than the whole: where it seems to be, the machine was not quiet."""


def judge(value: float, goal: Goal) -> dict[str, object]:
    """The goal in words, and whether a value meets it; a share above 1 meets none."""
    sense, bound = goal
    if sense == "share >=":
        is_met = bound <= value <= _LARGEST_SHARE
    else:
        is_met = value <= bound if sense == "<=" else value >= bound
    return {"goal": f"{sense} {bound}", "is_met": is_met}
