"""The cause as it is drawn beside the verdict."""

from __future__ import annotations

from desktop.display.pictures import CausePicture, SharePart
from desktop.display.scales import format_number
from engine.analysis.cause_words import tell_cause
from engine.records.cause import Cause, CauseKind

_PARTS = (
    ("A", "activation"),
    ("N", "normalisation"),
    ("W", "weights"),
    ("S", "skip"),
)
_NAMED: dict[CauseKind, str] = {
    "saturated": "activation",
    "bounded_derivative": "activation",
    "forget_gate_shut": "activation",
    "forget_gate_half_shut": "activation",
    "batch_norm_growth": "normalisation",
    "weights_too_large": "weights",
    "weights_too_small": "weights",
    "recurrent_weights_too_small": "weights",
    "recurrent_weights_too_large": "weights",
    "unscaled_skips": "skip",
}
_CALM: tuple[CauseKind, ...] = ("none", "within_noise")
_WORDS = {
    "activation": "Activation: slopes, and the gates of a cell",
    "normalisation": "Normalisation",
    "weights": "Weights, with the scale of the branches and the widths of the layers",
    "skip": "Skips: what arrives beside the branch",
}


def resolve_cause(cause: Cause) -> CausePicture:
    """The cause with its words and shares."""
    told = tell_cause(cause)
    parts = tuple(_make_part(cause, letter, name) for letter, name in _PARTS)
    return CausePicture(
        kind=cause.kind,
        sentence=f"Why: {told}",
        is_explaining=cause.kind not in _CALM,
        parts=parts,
        tooltip="\n".join((_tell_total(cause), *(_tell_part(part) for part in parts))),
    )


def _make_part(cause: Cause, letter: str, name: str) -> SharePart:
    decades: float | None = getattr(cause.evidence.shares, name)
    text = "–" if decades is None else _spell(decades)
    return SharePart(letter, name, decades, text, is_named=_NAMED.get(cause.kind) == name)


def _spell(decades: float) -> str:
    if abs(decades) < 0.05:
        return "0"
    digits = 0 if abs(decades) >= 100.0 else 1
    return f"{decades:+.{digits}f}".replace("-", "−")


def _tell_total(cause: Cause) -> str:
    total = cause.evidence.T
    if total is None:
        return "Shares in decades of the gradient, from the loss end to the beginning:"
    return (
        f"From the loss end to the beginning the gradient changes by {_spell(total)} decades "
        f"(× {format_number(10.0**total, 2)}), the sum of:"
    )


def _tell_part(part: SharePart) -> str:
    told = f"{part.letter}  {_WORDS[part.name]}"
    if part.decades is None:
        return f"{told}: not measured here"
    return f"{told}: {_spell(part.decades)} decades"
