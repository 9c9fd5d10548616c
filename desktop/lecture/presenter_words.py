"""What the lecturer's screen says of a beat, apart from the sentence that the hall reads."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from desktop.lecture.moment import Moment
from engine.document.lecture import Claim, Range
from engine.document.quantities import fill, list_braced
from engine.document.script import Cue
from engine.records.beat import Value

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLAIN = range(-4, 7)
"""Powers of ten that are written out."""
_NOTHING, _NOT_YET = "–", "…"

KINDS = {
    "show": "Show",
    "play": "Play the pass",
    "train": "Train",
    "predict": "Predict",
    "reveal": "Reveal",
    "compare": "Compare",
    "question": "Question",
}
"""Of beats, as a lecturer reads them."""


@dataclass(frozen=True, slots=True)
class Number:
    """A quantity that the beat names."""

    name: str
    value: str
    """In full precision."""
    claimed: str
    """What the lecture claims of it; empty where it claims nothing."""


def tell_in_full(value: Value) -> str:
    """Every digit that was measured: "1.8270339426 × 10⁻⁸"."""
    if value is None:
        return _NOTHING
    if isinstance(value, str):
        return value
    digits, _, power = f"{Decimal(repr(float(value))):E}".partition("E")
    if int(power) in _PLAIN:
        told = f"{value:,.0f}" if float(value).is_integer() else repr(float(value))
        return told.replace("-", "−")
    return f"{digits} × 10{str(int(power)).translate(_SUPERSCRIPT)}".replace("-", "−")


def list_numbers(moment: Moment) -> tuple[Number, ...]:
    """What the beat's sentence and claims name, as measured so far."""
    record = moment.record
    if record is None:
        return ()
    claims: dict[str, list[str]] = {}
    for claim in moment.beat.claims:
        claims.setdefault(claim.quantity, []).append(_tell_claim(claim))
    return tuple(
        Number(
            name,
            tell_in_full(record.values[name]) if name in record.values else told,
            "; ".join(claims.get(name, ())),
        )
        for name, told in record.told.items()
    )


def _tell_claim(claim: Claim) -> str:
    """As in "at least 0.79", "2 to 5 times as before"."""
    said = [_tell_range(claim.at_least, claim.at_most, claim.is_)]
    for ratio, to in ((claim.times_before, "before"), (claim.times_baseline, "the baseline")):
        if isinstance(ratio, Range):
            said.append(f"{_tell_range(ratio.at_least, ratio.at_most, ratio.is_)} × {to}")
    words = ", ".join(each for each in said if each)
    return f"{words} at the start" if claim.at == "start" else words


def _tell_range(least: float | None, most: float | None, exactly: float | str | None) -> str:
    if exactly is not None:
        return tell_in_full(exactly)
    if least is not None and most is not None:
        return f"{tell_in_full(least)} to {tell_in_full(most)}"
    if least is not None:
        return f"at least {tell_in_full(least)}"
    return "" if most is None else f"at most {tell_in_full(most)}"


def title_of(cue: Cue) -> str:
    """One line for a list: its number, its kind, its sentence."""
    aside = " (optional)" if cue.beat.optional else ""
    return f"{cue.index + 1} · {KINDS[cue.beat.kind]}{aside} · {plain_sentence(cue)}"


def plain_sentence(cue: Cue) -> str:
    """Before anything is measured."""
    sentence = cue.beat.sentence
    return fill(sentence, dict.fromkeys(list_braced(sentence), _NOT_YET)) or "no sentence"


def will_show_what_is_hidden(moment: Moment) -> bool:
    """Whether the next press shows the very pass that is hidden now."""
    following, cue = moment.following, moment.cue
    if following is None or following.beat.has_hidden_pass:
        return False
    is_same = following.lanes() == cue.lanes()
    return is_same and not following.beat.fresh and following.beat.until is None
