"""Shares from 0 to 1 as they are listed: gates, and the answers that are predicted."""

from __future__ import annotations

import math
from dataclasses import dataclass

from desktop.display.scales import format_number


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A bar from 0 to 1 with its name and its value in words."""

    name: str
    share: float
    text: str
    tooltip: str
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class ShareGroup:
    """Bars that belong together."""

    title: str
    rows: tuple[ShareRow, ...]


def list_answers(title: str, answers: tuple[tuple[str, float], ...], most: int = 5) -> ShareGroup:
    """The most probable answers, best first."""
    return ShareGroup(
        title,
        tuple(
            ShareRow(
                name, share, format_share(share), f"“{name}”: probability {share!r}", rank == 0
            )
            for rank, (name, share) in enumerate(answers[:most])
        ),
    )


def format_share(share: float) -> str:
    """A probability as it is said: "26 %", "0.4 %"."""
    if not math.isfinite(share):
        return "NaN"
    percent = 100.0 * share
    return (
        f"{percent:.0f} %" if percent >= 1.0 or percent == 0 else f"{format_number(percent, 1)} %"
    )
