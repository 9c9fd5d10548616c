"""The verdict as it is drawn."""

from __future__ import annotations

from desktop.display.pictures import Shape, VerdictPicture

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


def resolve_verdict(kind: str, word: str, sentence: str, before: str) -> VerdictPicture:
    """The verdict with its shape, and what the first place received before the last edit."""
    told = f"Before: {before}" if before else ""
    return VerdictPicture(kind, SHAPES[kind], word, sentence, told)
