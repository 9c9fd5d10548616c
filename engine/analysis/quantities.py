"""What is measured, by name: one evaluator for sentences, for claims and for `measure`.

Of a lane, after so many updates, on the batch that the next update would take:

- `first_last_ratio`, `loss`, `verdict`, `cause`, `gradient_norm`, `clip.factor` (by which
  clipping by norm multiplies this pass's gradient), `clip.engaged` (in how many of the last 50
  iterations clipping did something): as in `measure`.
- `accuracy`, `majority`, `r2`: on held-out data.
- `g.N`, `relative.N`: the gradient at layer or time step N (g_hT[N]), and relative to the end.
- `factor`: first_last_ratio^(1/(L - 1)), per layer or time step.
- `update_ratio.N`, `update_ratio.max`: update : weight.
- `changed.N`: entries of W_N (W_hh of the recurrent layer N) that differ from their first value.
- `halted.update`: the update, the first one is 1, that led to a number that is not finite.
- of a typed sentence: `answer`, `top.gradient` (the word that the gradient reaches most), and of
  the word that is watched `rank.gradient`, `rank.swap` (1 the first) and `swap`, by how much the
  answer's probability drops without it.

What one kind of network alone has, its own folder measures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from torch import Tensor

from engine.analysis.cause_question import settle_cause
from engine.document.quantities import OF_WORDS, QuantityName
from engine.kinds.network import UpdateRecord
from engine.kinds.table import find_kind
from engine.records.beat import Value
from engine.records.frames import HeldOut, NonFinite, TrainingFrame
from engine.records.trace import Trace
from engine.records.verdict import Verdict
from engine.training.run import Run

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_COUNTS = frozenset({"changed", "zero_layers", "moving", "halted.update", "clip.engaged"})
_RANKS = frozenset({"rank.gradient", "rank.swap"})
_SHARES = frozenset({"accuracy", "majority", "r2", "saturated", "dead", "swap"})
_NOTHING = "–"
_SMALL_SHARE = 0.005


@dataclass
class Measured:
    """A lane as it stands, of which anything can be asked."""

    run: Run
    frame: TrainingFrame
    """The pass that the next update would follow."""
    verdict: Verdict
    score: HeldOut
    updates: Sequence[UpdateRecord]
    """Of the last iterations, at most 50."""
    first: Tensor
    """All parameters as they were at iteration 0."""
    halted: NonFinite | None
    words: str | None = None
    watch: int | None = None

    @property
    def trace(self) -> Trace:
        """That pass, recorded."""
        assert self.frame.trace is not None
        return self.frame.trace

    def look_up(self, name: QuantityName) -> Value:
        """The value of a quantity that there is, whatever lane the name says."""
        value = self._measure(name.stem, name.place)
        if isinstance(value, float | int) and not math.isfinite(value):
            return None
        return value

    @cached_property
    def influence(self) -> Any:
        """Which word of the typed sentence matters."""
        assert self.words is not None
        question = find_kind(self.trace.kind).ask_about_words(self.words)
        assert question is not None
        return question.answer(self.run)

    def _measure(self, stem: str, place: int | None) -> Value:
        if stem in _OF_A_LANE:
            return _OF_A_LANE[stem](self)
        if stem in _AT_A_PLACE:
            assert place is not None
            return _AT_A_PLACE[stem](self, place)
        if stem in OF_WORDS:
            return self._measure_words(stem)
        kind = find_kind(self.trace.kind)
        return kind.measure_quantity(self.trace, self.run.network, stem, place)

    def _measure_words(self, stem: str) -> Value:
        influence = self.influence
        if stem == "answer":
            return str(influence.predicted[0][0])
        if stem == "top.gradient":
            return str(influence.words[int(np.argmax(influence.gradient))])
        assert self.watch is not None
        if stem == "swap":
            return float(influence.swap[self.watch - 1])
        values = influence.gradient if stem == "rank.gradient" else influence.swap
        return 1 + int(np.count_nonzero(values > values[self.watch - 1]))


def _measure_factor(lane: Measured) -> Value:
    ratio, places = lane.verdict.first_last_ratio, lane.trace.places
    if ratio is None or places < 2:
        return None
    return float(ratio ** (1.0 / (places - 1)))


def _find_largest_update(lane: Measured) -> Value:
    known = lane.trace.updates.ratio[~np.isnan(lane.trace.updates.ratio)]
    return float(known.max()) if known.size else None


def _look_at(lane: Measured, place: int) -> float:
    trace = lane.trace
    return float(trace.strength.values[place if trace.axis.has_input else place - 1])


def _compare_with_end(lane: Measured, place: int) -> Value:
    reference = lane.trace.strength.reference
    return _look_at(lane, place) / reference if reference else None


def _count_changed(lane: Measured, place: int) -> int:
    network = lane.run.network
    name = network.weights_of(place)
    now, then = network.parameters[name].value, network.parameters.split(lane.first)[name]
    return int((now != then).sum())


_OF_A_LANE: Mapping[str, Callable[[Measured], Value]] = {
    "first_last_ratio": lambda lane: lane.verdict.first_last_ratio,
    "loss": lambda lane: lane.trace.loss,
    "accuracy": lambda lane: lane.score.accuracy,
    "majority": lambda lane: lane.score.majority,
    "r2": lambda lane: lane.score.r2,
    "verdict": lambda lane: lane.verdict.kind,
    "cause": lambda lane: settle_cause(lane.run, lane.trace).kind,
    "gradient_norm": lambda lane: lane.trace.gradient_norm,
    "factor": _measure_factor,
    "update_ratio.max": _find_largest_update,
    "halted.update": lambda lane: None if lane.halted is None else lane.halted.iteration + 1,
    "clip.factor": lambda lane: lane.trace.clip_factor,
    "clip.engaged": lambda lane: count_engaged(lane.updates),
}
_AT_A_PLACE: Mapping[str, Callable[[Measured, int], Value]] = {
    "g": _look_at,
    "relative": _compare_with_end,
    "update_ratio": lambda lane, place: float(lane.trace.updates.ratio[place - 1]),
    "changed": _count_changed,
}


def count_engaged(updates: Sequence[UpdateRecord]) -> int:
    """In how many of these iterations clipping did something."""
    return sum(one.clip_factor < 1.0 or one.clipped_share > 0.0 for one in updates)


def tell(name: QuantityName, value: Value) -> str:
    """A value as a sentence says it.

    Counts are whole; shares percent without decimals; all else has 2 figures, plain from .001 to
    9,999, powers beyond; "0" only for exactly 0, "–" where there is no value.
    """
    if value is None:
        return _NOTHING
    if isinstance(value, str):
        return value
    if name.stem in _COUNTS | _RANKS:
        return f"{value:,.0f}"
    if name.stem in _SHARES:
        return _tell_share(value)
    return _tell_number(value)


def _tell_share(value: float) -> str:
    if value == 0.0:
        return "0 %"
    if abs(value) <= _SMALL_SHARE:
        return "< 1 %" if value > 0.0 else "> −1 %"
    return f"{100.0 * value:,.0f} %".replace("-", "−")


def _tell_number(value: float) -> str:
    if value == 0.0:
        return "0"
    sign = "−" if value < 0.0 else ""
    mantissa, _, exponent = f"{abs(value):.1e}".partition("e")
    power = int(exponent)
    if -3 <= power <= 3:
        rounded = float(f"{abs(value):.1e}")
        return f"{sign}{rounded:,.{max(0, 1 - power)}f}"
    return f"{sign}{mantissa} × 10{str(power).translate(_SUPERSCRIPT)}"
