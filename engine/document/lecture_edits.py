"""Edits of a lecture: its beats stay what they were when the document around them changes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from msgspec import UNSET, structs

from engine.document.experiment import Experiment, keeps_weights
from engine.document.lanes import list_changes
from engine.document.language import Language
from engine.document.lecture import Beat, BeatKind, Claim, Lecture, LowerName, Until
from engine.document.script import Accumulated, Cue, read_script, take
from engine.errors import DocumentError

_OF_THE_DOCUMENT = ("seed", "title", "training.iterations")
"""What no beat sets by itself: a lecture is played for other seeds too."""


def list_own_changes(old: Experiment, new: Experiment) -> dict[str, Any]:
    """What a beat has to change in one experiment to come to another one."""
    changes = list_changes(old, new)
    return {path: value for path, value in changes.items() if path not in _OF_THE_DOCUMENT}


def carry_over(lecture: Lecture, origin: Experiment, document: Experiment) -> Lecture:
    """The beats after an edit of the experiment that they begin with.

    The first one undoes the edit, so that all show what they showed before.

    Args:
        lecture: its beats follow from `origin`.
        origin: the document, without a lecture, as it was.
        document: the same as it is.
    """
    first, *others = lecture.beats
    undone = list_own_changes(document, origin)
    variant = first.variant
    if variant is UNSET and document.variant != origin.variant:
        variant = origin.variant
    if not undone and variant is first.variant:
        return lecture
    kept = {path: value for path, value in undone.items() if not _is_set(path, first)}
    first = structs.replace(first, changes={**kept, **first.changes}, variant=variant)
    return structs.replace(lecture, beats=(first, *others))


def _is_set(path: str, beat: Beat) -> bool:
    """Whether the beat itself sets a value, or what it is a part of."""
    return any(path == set_ or path.startswith(f"{set_}.") for set_ in beat.changes)


@dataclass(frozen=True, slots=True)
class Station:
    """A beat with what it stands on, wherever it stands among the others."""

    beat: Beat
    baseline: Experiment
    variant: Experiment | None
    opens: bool
    """Whether the second lane begins here."""
    words: str | None = None
    watch: int | None = None


def read_stations(document: Experiment, language: Language) -> tuple[Station, ...]:
    """The beats of a document, none where it has no lecture.

    Raises:
        DocumentError: as `read_script`.
    """
    return tuple(map(_stand, read_script(document, language)))


def _stand(cue: Cue) -> Station:
    return Station(cue.beat, cue.baseline, cue.variant, cue.opens, cue.words, cue.watch)


def write_lecture(
    document: Experiment, stations: Sequence[Station], language: Language
) -> Lecture | None:
    """The lecture in which these beats stand in this order, each on what it stood on.

    A beat keeps its own changes where they still lead there, and else says what it has to
    change. Words that were typed in stay until others are, so no beat can do without them.

    Args:
        document: the base, and the lecture whose title card, seeds and so on are kept.
        stations: the beats; none gives no lecture.
        language: the tasks and networks there are.

    Raises:
        DocumentError: for an order in which a guess is never resolved, or the like.
    """
    if not stations:
        return None
    base = structs.replace(document, variant=None, lecture=None)
    opened = None if document.variant is None else tuple(document.variant.items())
    standing = kept = Accumulated(variant=opened)
    was_optional = False
    beats = []
    for index, station in enumerate(stations):
        optional = station.beat.optional
        if optional and not was_optional:
            kept = standing
        elif was_optional and not optional:
            standing = kept
        was_optional = optional
        standing, beat = _place(index, station, base, standing, language)
        beats.append(beat)
    if document.lecture is None:
        lecture = Lecture(beats=tuple(beats))
    else:
        lecture = structs.replace(document.lecture, beats=tuple(beats))
    read_script(structs.replace(document, lecture=lecture), language)
    return lecture


def _place(
    index: int, station: Station, base: Experiment, standing: Accumulated, language: Language
) -> tuple[Accumulated, Beat]:
    """The beat of a station behind what has accumulated there, and what it makes of that."""
    beat = station.beat
    try:
        after, cue = take(index, beat, base, standing, language)
    except DocumentError:
        pass  # such as a variant to promote, which is not there any more
    else:
        if _stand(cue) == station:
            return after, beat
    promotes = beat.promote and standing.variant is not None
    alone = UNSET if promotes or standing.variant is None else None
    plain = structs.replace(
        beat, promote=promotes, changes={}, variant=alone, words=None, watch=None
    )
    _, bare = take(index, plain, base, standing, language)
    changes = list_changes(bare.baseline, station.baseline)
    words, watch = _find_words(station, bare)
    plain = structs.replace(plain, changes=changes, words=words, watch=watch)
    if station.variant is not None:
        going_on = structs.replace(plain, variant=UNSET)
        if not station.opens and not promotes:
            try:
                after, cue = take(index, going_on, base, standing, language)
            except DocumentError:
                pass  # the lane that is open cannot follow
            else:
                if cue.variant == station.variant:
                    return after, going_on
        plain = structs.replace(plain, variant=list_changes(station.baseline, station.variant))
    after, _ = take(index, plain, base, standing, language)
    return after, plain


def _find_words(station: Station, cue: Cue) -> tuple[str | None, int | None]:
    if station.words is None or (station.words, station.watch) == (cue.words, cue.watch):
        return None, None
    return station.words, station.watch


def list_iterations(cues: Sequence[Cue]) -> tuple[int, ...]:
    """At which iteration the baseline stands at the end of each beat.

    Where a beat waits for an accuracy, it is the last one at which it can end.
    """
    ends: list[int] = []
    for cue in cues:
        before = cue.index - 1 if cue.returns_to is None else cue.returns_to
        start = 0
        if before >= 0 and not cue.beat.fresh:
            old = cues[before]
            stood = old.variant if cue.promotes else old.baseline
            if stood is not None and keeps_weights(stood, cue.baseline):
                start = ends[before]
        until = cue.beat.until
        ends.append(start if until is None else max(start, until.iterations))
    return tuple(ends)


def record_station(
    cues: Sequence[Cue],
    after: int,
    baseline: Experiment,
    variant: Experiment | None,
    iteration: int,
    select: int | None,
    lower: str | None,
) -> Station:
    """What is on the desk, as the beat that follows another one.

    Args:
        cues: of the lecture as it is.
        after: the beat, from 0, behind which it will stand; -1: in front of all.
        baseline: the lane, or the first of two.
        variant: the second lane.
        iteration: of the baseline.
        select: the layer or time step that is selected.
        lower: the view at the lower left; one that a beat cannot name is left out.
    """
    while after >= 0 and cues[after].beat.optional:
        after -= 1  # a branch leaves nothing behind
    before = cues[after] if after >= 0 else None
    start = 0
    promotes = opens = False
    if before is not None:
        promotes = variant is None and before.variant is not None and before.variant == baseline
        promotes &= before.baseline != baseline
        stood = before.variant if promotes else before.baseline
        if stood is not None and keeps_weights(stood, baseline):
            start = list_iterations(cues)[after]
    if variant is not None:
        opens = before is None or before.variant != variant
    is_fresh = iteration < start
    is_trained = iteration > (0 if is_fresh else start)
    beat = Beat(
        kind="train" if is_trained else "compare" if opens else "show",
        fresh=is_fresh,
        promote=promotes,
        select=select,
        lower=next((name for name in get_args(LowerName) if name == lower), None),
        until=Until(iterations=iteration) if is_trained else None,
    )
    return Station(beat, baseline, variant, opens)


def insert(stations: Iterable[Station], index: int, station: Station) -> tuple[Station, ...]:
    """The beats with another one at a place, from 0."""
    listed = list(stations)
    listed.insert(index, station)
    return tuple(listed)


def move(stations: Iterable[Station], index: int, to: int) -> tuple[Station, ...]:
    """The beats with one of them at another place, both from 0."""
    listed = list(stations)
    listed.insert(to, listed.pop(index))
    return tuple(listed)


def duplicate(stations: Sequence[Station], index: int) -> tuple[Station, ...]:
    """The beats with one of them twice in a row."""
    station = stations[index]
    beat = structs.replace(station.beat, id="", promote=False)
    return insert(stations, index + 1, replace(station, beat=beat))


def delete(stations: Iterable[Station], index: int) -> tuple[Station, ...]:
    """The beats without one of them."""
    listed = list(stations)
    del listed[index]
    return tuple(listed)


MarginUnit = Literal["percent", "decades"]
_DIGITS = 3
_SMALLEST, _LARGEST = 1e-300, 1e300
_OVER_POWERS = (
    "first_last_ratio",
    "g",
    "relative",
    "update_ratio",
    "update_ratio.max",
    "gradient_norm",
)


def suggest_margin(stem: str) -> tuple[float, MarginUnit]:
    """A margin that suits a quantity: decades for what spans powers of ten."""
    return (1.0, "decades") if stem in _OVER_POWERS else (10.0, "percent")


def claim_within(
    quantity: str, value: float | str | None, margin: float, unit: MarginUnit
) -> Claim:
    """A claim that what was measured holds, give or take.

    Args:
        quantity: its name.
        value: as measured; a word is claimed as it is.
        margin: at least 0, per cent of the value, or powers of ten.
        unit: of the margin.

    Raises:
        ValueError: one sentence, where nothing was measured.
    """
    if isinstance(value, str):
        return Claim(quantity=quantity, is_=value)
    if value is None or not math.isfinite(value):
        raise ValueError(f"There is no value of {quantity} now, so nothing can be claimed.")
    if unit == "decades":
        factor = 10.0 ** min(margin, 300.0)
        ends = sorted((value / factor, value * factor))
    else:
        room = abs(value) * margin / 100.0
        ends = [value - room, value + room]
    low, high = (max(-_LARGEST, min(_LARGEST, end)) for end in ends)
    return Claim(
        quantity=quantity,
        at_least=_round_outward(low, math.floor),
        at_most=_round_outward(high, math.ceil),
    )


def _round_outward(value: float, whole: Callable[[float], int]) -> float:
    """To so few digits that a person can read them, never into the margin."""
    if abs(value) < _SMALLEST:
        return float(whole(value)) * _SMALLEST
    power = math.floor(math.log10(abs(value))) - _DIGITS + 1
    return float(f"{whole(value / 10.0**power)}e{power}")


def turn_to_kind(beat: Beat, kind: BeatKind, iterations: int) -> Beat:
    """The beat as one of another kind, with what that kind needs and without what it lacks.

    Args:
        beat: as it is.
        kind: that it becomes.
        iterations: up to which it trains, where it has to.
    """
    until = beat.until
    if kind == "train" and until is None:
        until = Until(iterations=iterations)
    ask = beat.ask if kind in ("predict", "question") else None
    if kind == "predict" and ask is None:
        ask = "curve"
    choices, answer = (beat.choices, beat.answer) if ask == "choice" else ((), None)
    return structs.replace(beat, kind=kind, until=until, ask=ask, choices=choices, answer=answer)


def ask_for(beat: Beat, ask: Literal["curve", "choice"] | None) -> Beat:
    """The beat that asks for another guess, with two choices to begin with."""
    choices, answer = (beat.choices, beat.answer) if ask == "choice" else ((), None)
    if ask == "choice" and len(choices) < 2:
        choices, answer = ("Yes", "No"), 0
    return structs.replace(beat, ask=ask, choices=choices, answer=answer)


def offer_choices(beat: Beat, choices: Sequence[str]) -> Beat:
    """The beat with other choices; the right one keeps its place where there is such a place."""
    answer = min(beat.answer or 0, max(0, len(choices) - 1))
    return structs.replace(beat, choices=tuple(choices), answer=answer)


def train_until(beat: Beat, iterations: int | None, accuracy: float | None) -> Beat:
    """The beat that trains so far; not at all without `iterations`."""
    if iterations is None:
        return structs.replace(beat, until=None)
    return structs.replace(beat, until=Until(iterations=iterations, accuracy=accuracy))
