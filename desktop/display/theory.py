"""Theories laid over the measured bars, where they hold; why not, where they do not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from desktop.display.bar_values import fit_axis
from desktop.display.kind import DisplayKind
from desktop.display.options import DisplayOptions
from desktop.display.pictures import CurvesPicture, FlowPicture, TheoryLine, TheoryNote
from desktop.display.scales import Axis
from engine.analysis.theory import LEARNING_RATE, list_rows, theorise
from engine.document.experiment import Experiment
from engine.document.specs import NetworkSpec
from engine.kinds.table import find_kind
from engine.records.theory import Theory, TheoryRow, WeightSizes
from engine.records.trace import Trace

F64 = NDArray[np.float64]

_MOST_DECADES = 3.0
"""By which a theory may stretch the axis beyond the bars: they are what is looked at."""
_OTHER_QUANTITY = "It is about another quantity: choose “{}”."
_BEFORE_FIRST_PASS = "Nothing is measured yet."


@dataclass(frozen=True, slots=True)
class TheoryChoice:
    """An entry of the menu of theories."""

    name: str
    is_offered: bool
    tip: str
    """Formula and source, or why it is not offered."""


_hold_at_start = lru_cache(maxsize=16)(theorise)
"""As many as there are rows, for two lanes: the first pass stays on screen for many frames."""


def lay_theories(
    kind: DisplayKind,
    experiment: Experiment,
    trace: Trace | None,
    flow: FlowPicture,
    options: DisplayOptions,
) -> tuple[FlowPicture, tuple[TheoryNote, ...]]:
    """The bars with the theories that are switched on, and what is to be told of each of them.

    Args:
        kind: of the network.
        experiment: the document.
        trace: the pass; None before the first one.
        flow: its bars.
        options: what the viewer chose.
    """
    rows = [row for row in list_rows() if row.name in options.theories]
    if not rows:
        return flow, ()
    lines: list[TheoryLine] = []
    notes: list[TheoryNote] = []
    for row in rows:
        theory = _look_at(row, kind, experiment, trace, options, flow.quantity)
        if theory.is_valid and trace is not None and row is not LEARNING_RATE:
            lines += _place(theory, trace, flow)
        told = (row.name, row.title, row.formula, row.source)
        notes.append(TheoryNote(*told, theory.is_valid, theory.reason))
    if not lines:
        return flow, tuple(notes)
    return replace(flow, theories=tuple(lines), axis=_stretch(flow, lines)), tuple(notes)


def list_choices(
    kind: DisplayKind,
    experiment: Experiment,
    trace: Trace | None,
    options: DisplayOptions,
    quantity: str,
) -> tuple[TheoryChoice, ...]:
    """What the menu offers: one that is on can always be switched off again.

    Args:
        kind: of the network.
        experiment: the document.
        trace: the pass; None before the first one.
        options: what the viewer chose.
        quantity: what the bars show.
    """
    choices = []
    for row in list_rows():
        theory = _look_at(row, kind, experiment, trace, options, quantity)
        # The weights are measured only for what is switched on.
        may_hold = theory.is_valid or theory.is_open
        is_offered = may_hold or row.name in options.theories
        told = f"{row.formula} ({row.source})" if may_hold else theory.reason
        choices.append(TheoryChoice(row.name, is_offered, told))
    return tuple(choices)


def tell_learning_rate(
    experiment: Experiment,
    trace: Trace | None,
    curves: CurvesPicture,
    options: DisplayOptions,
) -> CurvesPicture:
    """The learning rate above which the loss rises first, beside the curve of the loss."""
    if trace is None or LEARNING_RATE.name not in options.theories or not curves.charts:
        return curves
    theory = _hold(LEARNING_RATE, experiment, trace, options.weight_sizes)
    if not theory.is_valid:
        return curves
    loss, *others = curves.charts
    return replace(curves, charts=(replace(loss, subtitle=theory.label), *others))


def needs_weights(names: Collection[str], network: NetworkSpec) -> bool:
    """Whether one of these theories needs more of such a network than a recorded pass holds."""
    rows = (*find_kind(network.kind).theories, LEARNING_RATE)
    return any(row.needs_weights and row.name in names for row in rows)


def _hold(
    row: TheoryRow, experiment: Experiment, trace: Trace, sizes: WeightSizes | None
) -> Theory:
    """Later passes come and go, and what holds for them is quickly found."""
    find = _hold_at_start if trace.iteration == 0 else theorise
    return find(row, experiment, trace, sizes)


def _look_at(
    row: TheoryRow,
    kind: DisplayKind,
    experiment: Experiment,
    trace: Trace | None,
    options: DisplayOptions,
    quantity: str,
) -> Theory:
    if trace is None:
        return row.refuse(_BEFORE_FIRST_PASS)
    theory = _hold(row, experiment, trace, options.weight_sizes)
    usual = next(iter(kind.quantities))
    if theory.is_valid and quantity != usual and row is not LEARNING_RATE:
        return row.refuse(_OTHER_QUANTITY.format(kind.quantities[usual].replace("&", "")))
    return theory


def _place(theory: Theory, trace: Trace, flow: FlowPicture) -> list[TheoryLine]:
    """On the axis of the bars; nothing where the pass begins with no gradient to compare with."""
    end = trace.strength.reference
    if not (np.isfinite(end) and end > 0.0):
        return []
    shift = 0.0 if flow.axis.key.startswith("relative") else float(np.log10(end))
    line, low, high = (
        None if logs is None else _put(logs + shift, is_log=flow.axis.is_log)
        for logs in (theory.line, theory.low, theory.high)
    )
    lines = []
    if line is not None:
        lines.append(TheoryLine(theory.label, line, low, high if low is not None else None))
    if high is not None and low is None:
        lines.append(TheoryLine(theory.bound_label, high, is_bound=True))
    return lines


def _put(logs: F64, *, is_log: bool) -> F64:
    """(L+1), with nothing at the input."""
    with np.errstate(over="ignore", under="ignore"):
        places = logs if is_log else 10.0**logs
    return np.append(np.nan, np.where(np.isfinite(places), places, np.nan))


def _stretch(flow: FlowPicture, lines: list[TheoryLine]) -> Axis:
    """The axis of the bars, grown for what is laid over them."""
    axis = flow.axis
    edges = [each for line in lines for each in (line.places, line.low, line.high)]
    drawn = np.concatenate([each for each in edges if each is not None])
    span = _MOST_DECADES if axis.is_log else axis.high - axis.low
    drawn = np.clip(drawn, axis.low - span, axis.high + span)
    return fit_axis(drawn, axis.key, axis.is_log, axis)
