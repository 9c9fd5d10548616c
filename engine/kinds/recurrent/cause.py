"""Why a gradient vanishes or explodes through time: this kind's rows of the table.

T = log10 of what is carried, along the path that carries most, over the time steps that are
judged. Its shares are the why factors along that path: what goes through slopes and gates
counts as activation, what goes through W_hh as weights, and what the layer above brings as skip.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from engine.kinds.recurrent.evidence import find_stoppage, gather_evidence
from engine.kinds.recurrent.records import TimeTrace
from engine.records.cause import (
    CauseGrounds,
    CauseRow,
    GateOpening,
    Shares,
    add_logs,
    ground_cause,
)
from engine.records.evidence import Carried, Stretch
from engine.records.record import F64

_LARGE = 2.0
"""Decades of T from which on a row of this table is looked for."""
_SHUT_MEAN = 0.3
_SHUT_DECADES = -1.5
_CRITICAL = {"tanh": 1.0, "linear": 1.0, "relu": math.sqrt(2.0)}
_KEEPING = {"lstm": "forget", "gru": "update"}
"""The gate by which the state before is multiplied."""
_ACTIVATION = ("activation", "gates", "forget gate", "update gate")
_WEIGHTS = ("weights", "gates and candidate", "through h")
_SKIP = ("layer above",)


def ground_time(trace: TimeTrace) -> CauseGrounds:
    """What the cause of a pass through time rests on."""
    found = gather_evidence(trace)
    assert found.stretch is not None
    grounds, stretch, carried = ground_cause(found), found.stretch, found.carried
    gate = _measure_gate(trace, stretch, carried)
    dead = trace.dead[np.isfinite(trace.dead)]
    evidence = replace(
        grounds.evidence,
        shares=add_up_shares(trace, stretch, carried),
        weight_scale=_measure_weight_scale(trace),
        dead=float(dead.max()) if dead.size else None,
        forget_direct=_measure_direct_path(trace, stretch, carried),
    )
    total = evidence.T
    return replace(
        grounds,
        evidence=evidence,
        is_finite=grounds.is_finite and bool(np.isfinite(trace.g_hT).all()),
        places=stretch.end - stretch.start + 1,
        structure=_find_structure(trace, stretch, carried.ratio),
        row=None
        if total is None or abs(total) <= _LARGE
        else _find_row(trace, total, evidence.shares, evidence.forget_direct, gate),
        gate=gate,
        activation=trace.activation,
    )


def add_up_shares(trace: TimeTrace, stretch: Stretch, carried: Carried) -> Shares:
    """How many decades of T each part accounts for; a cell has no normalisation."""
    names, factors = (
        (trace.factor_names_c, trace.factors_c)
        if carried.path == "c"
        else (trace.factor_names_h, trace.factors_h)
    )
    own = factors[carried.layer - 1, stretch.start : stretch.end]

    def add(parts: tuple[str, ...]) -> float | None:
        logs = [add_logs(own[:, names.index(part)]) for part in parts if part in names]
        return None if None in logs else sum((log for log in logs if log is not None), 0.0)

    return Shares(activation=add(_ACTIVATION), weights=add(_WEIGHTS), skip=add(_SKIP))


def _measure_weight_scale(trace: TimeTrace) -> float | None:
    """Median over layers of ||W_hh||_F / sqrt(H), divided by the critical one; not with gates."""
    if trace.gate_names:
        return None
    scale = float(np.median(trace.weight_norm)) / math.sqrt(trace.hidden)
    scale /= _CRITICAL[trace.activation]
    return scale if math.isfinite(scale) else None


def _means_of_gate(trace: TimeTrace, stretch: Stretch, carried: Carried) -> F64 | None:
    """Those of the keeping gate over the time steps that the gradient crosses, its layer's."""
    name = _KEEPING.get(trace.cell)
    if name is None or stretch.start == stretch.end:
        return None
    column = trace.gate_names.index(name)
    return trace.gate_means[carried.layer - 1, stretch.start : stretch.end, column]


def _measure_gate(trace: TimeTrace, stretch: Stretch, carried: Carried) -> GateOpening | None:
    means = _means_of_gate(trace, stretch, carried)
    if means is None or not bool(np.isfinite(means).all()):
        return None
    return GateOpening(_KEEPING[trace.cell], float(means.mean()))


def _measure_direct_path(trace: TimeTrace, stretch: Stretch, carried: Carried) -> float | None:
    """log10 of the product of the gate's means; None where one of them is 0."""
    means = _means_of_gate(trace, stretch, carried)
    return None if means is None else add_logs(means)


def _find_structure(trace: TimeTrace, stretch: Stretch, ratio: float | None) -> str:
    """What of the document keeps the gradient away from the first time step; else empty."""
    forced = dict(zip(trace.gate_names, trace.forced_gates, strict=True))
    if stretch.start > 1:
        every = "time step" if stretch.cut_every == 1 else f"{stretch.cut_every:,} time steps"
        return f"truncation cuts the gradient every {every}"
    stopped = find_stoppage(trace)
    if "is forced to" in stopped:
        return stopped
    has_vanished = not ratio or math.log10(ratio) < -_LARGE
    if not has_vanished:
        return ""
    keeping = _KEEPING.get(trace.cell, "")
    value = forced.get(keeping)
    if value is not None and value < 1.0:
        if value == 0.0:
            return f"the {keeping} gate is forced to 0, which keeps nothing of the state before"
        return (
            f"the {keeping} gate is forced to {value:g}, which multiplies every time step's state"
        )
    if trace.cuts_hidden_to_gates:
        return "the way from the hidden state back through the gates is cut"
    return ""


def _find_row(
    trace: TimeTrace,
    total: float,
    shares: Shares,
    direct: float | None,
    gate: GateOpening | None,
) -> CauseRow | None:
    if total > 0.0:
        return CauseRow("recurrent_weights_too_large", shares.weights)
    if not trace.gate_names:
        slopes, weights = shares.activation, shares.weights
        if slopes is not None and weights is not None and slopes < weights:
            return CauseRow("saturated", slopes)
        return CauseRow("recurrent_weights_too_small", weights)
    if direct is None or gate is None or not (direct < total / 2.0 or direct < _SHUT_DECADES):
        return None
    is_shut = gate.mean < _SHUT_MEAN
    return CauseRow("forget_gate_shut" if is_shut else "forget_gate_half_shut", direct)
