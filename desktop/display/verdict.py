"""The verdict as it is drawn."""

from __future__ import annotations

from desktop.display.pictures import Shape, VerdictPicture
from engine.analysis.verdict_words import name_verdict, tell_verdict
from engine.records.verdict import Verdict

SHAPES: dict[str, Shape] = {
    "vanishing": "down",
    "frozen": "down",
    "healthy": "dot",
    "exploding": "up",
    "weak": "down_outline",
    "strong": "up_outline",
    "dead": "ring",
    "nan": "cross",
}


def resolve_verdict(verdict: Verdict, before: str) -> VerdictPicture:
    """The verdict with its shape and words, and what the first place received before an edit."""
    return VerdictPicture(
        verdict.kind,
        SHAPES[verdict.kind],
        name_verdict(verdict),
        tell_verdict(verdict),
        f"Before: {before}" if before else "",
    )
