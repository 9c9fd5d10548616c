"""Whether the claims of a lecture hold: the JSON object of `lecture --check`.

{`held`, `seeds`: {S: {`held`, `beats`: [{`index` (from 0), `id`, `kind`, `iteration` of the
baseline at the end, `sentence` (filled), `seconds`, `claims`: [{the claim's own keys, `measured`
(null where there is no finite value, which is not held), `ratio` (of `times_before` or
`times_baseline`), `held`}]}]}}}.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from engine import documents
from engine.document.experiment import Experiment
from engine.document.lecture import Claim, Moment, Range
from engine.document.quantities import QuantityName
from engine.errors import DocumentError, RequestError, TaskError
from engine.lecture.performance import Performance, Standing
from engine.records.beat import Value

Told = Callable[[int, int, int], None]
"""A seed, how many beats are played, and of how many."""


def check_lecture(
    experiment: Experiment,
    folder: Path | None = None,
    seed: int | None = None,
    told: Told | None = None,
) -> dict[str, Any]:
    """Play every beat, optional ones too, once for each seed.

    Args:
        experiment: with a lecture.
        folder: where relative paths of its tasks start.
        seed: this one alone; None: those of the lecture, or the document's.
        told: how far it is.

    Raises:
        RequestError: for a document without a lecture.
        DocumentError: where a beat does not fit to the experiment, or a seed that is none.
        GradientTheatreError: for data that cannot be used, or a network too large.
    """
    lecture = experiment.lecture
    if lecture is None:
        raise RequestError("The document has no `lecture`, so there are no beats to check.")
    if seed is not None:
        experiment = documents.with_values(experiment, [("seed", seed)])
    seeds = (seed,) if seed is not None else lecture.seeds or (experiment.seed,)
    found = {}
    for one in dict.fromkeys(seeds):
        found[str(one)] = _play(msgspec.structs.replace(experiment, seed=one), folder, one, told)
    return {"held": all(played["held"] for played in found.values()), "seeds": found}


def _play(
    experiment: Experiment, folder: Path | None, seed: int, told: Told | None
) -> dict[str, Any]:
    performance = Performance(experiment, folder)
    asked = _list_asked_later(performance)
    ends: dict[tuple[int, str], Value] = {}
    beats: list[dict[str, Any]] = []
    for cue in performance.cues:
        began = time.perf_counter()
        performance.begin(cue.index)
        claims = cue.beat.claims
        judged: dict[int, dict[str, Any]] = {}
        with _blaming_words(cue.index):
            if any(claim.at == "start" for claim in claims):
                start = performance.measure(cue.index)
                judged |= _judge_all(claims, "start", start, ends, cue.before)
            performance.finish(cue.index)
            end = performance.measure(cue.index)
            judged |= _judge_all(claims, "end", end, ends, cue.before)
            for quantity in asked[cue.index]:
                ends[cue.index, quantity] = end.look_up(QuantityName.of(quantity))
            sentence = end.fill(cue.beat.sentence)
        beats.append(
            {
                "index": cue.index,
                "id": cue.beat.id,
                "kind": cue.beat.kind,
                "iteration": performance.lanes["baseline"].iteration,
                "sentence": sentence,
                "seconds": round(time.perf_counter() - began, 3),
                "claims": [judged[number] for number in range(len(claims))],
            }
        )
        if told is not None:
            told(seed, len(beats), len(performance.cues))
    held = all(claim["held"] for beat in beats for claim in beat["claims"])
    return {"held": held, "beats": beats}


@contextmanager
def _blaming_words(index: int) -> Iterator[None]:
    """Once its data are loaded, a task refuses nothing but the words of a beat."""
    try:
        yield
    except TaskError as error:
        reason = str(error).removesuffix(".")
        where = ("lecture", "beats", str(index), "words")
        raise DocumentError(where, f"{reason[:1].lower()}{reason[1:]}") from error


def _judge_all(
    claims: Sequence[Claim],
    moment: Moment,
    standing: Standing,
    ends: Mapping[tuple[int, str], Value],
    before: int | None,
) -> dict[int, dict[str, Any]]:
    """By number, the claims about this moment of a beat."""
    return {
        number: _judge(claim, standing, ends, before)
        for number, claim in enumerate(claims)
        if claim.at == moment
    }


def _list_asked_later(performance: Performance) -> dict[int, set[str]]:
    """By beat, the quantities with which a later claim compares its own."""
    asked: dict[int, set[str]] = defaultdict(set)
    for cue in performance.cues:
        for claim in cue.beat.claims:
            if claim.times_before is not None and cue.before is not None:
                asked[cue.before].add(claim.quantity)
    return asked


def _judge(
    claim: Claim,
    standing: Standing,
    ends: Mapping[tuple[int, str], Value],
    before: int | None,
) -> dict[str, Any]:
    name = QuantityName.of(claim.quantity)
    value = standing.look_up(name)
    is_held = value is not None and _lies_within(value, claim.at_least, claim.at_most, claim.is_)
    judged: dict[str, Any] = {**msgspec.to_builtins(claim), "measured": value}
    if claim.times_before is not None:
        earlier = None if before is None else ends.get((before, claim.quantity))
        judged["ratio"] = _divide(value, earlier)
        is_held &= _has(claim.times_before, judged["ratio"])
    if claim.times_baseline is not None:
        lanes = [standing.look_up(replace(name, lane=lane)) for lane in ("variant", "baseline")]
        judged["ratio"] = _divide(*lanes)
        is_held &= _has(claim.times_baseline, judged["ratio"])
    judged["held"] = is_held
    return judged


def _has(wanted: Range, ratio: float | None) -> bool:
    return ratio is not None and _lies_within(ratio, wanted.at_least, wanted.at_most, wanted.is_)


def _lies_within(
    value: float | str, at_least: float | None, at_most: float | None, exactly: float | str | None
) -> bool:
    if exactly is not None and value != exactly:
        return False
    if isinstance(value, str):
        return at_least is None and at_most is None
    return (at_least is None or value >= at_least) and (at_most is None or value <= at_most)


def _divide(value: Value, by: Value) -> float | None:
    if not isinstance(value, float | int) or not isinstance(by, float | int) or by == 0:
        return None
    ratio = value / by
    return ratio if math.isfinite(ratio) else None
