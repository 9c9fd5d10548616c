"""Why a gradient vanishes or explodes through layers: this kind's rows of the table.

T = log10 G_1 / G_L is the sum of the shares: logs of the why factors of the layers l = 2 ... L,
by which each hands on to the layer before it what it receives. alpha multiplies the branch as
its weights do and counts with them, and so does sqrt(n_l / n_(l-1)), which turns the ratio of
two norms into one of RMS gradients.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np

from engine.kinds.feedforward.evidence import find_stoppage, gather_evidence
from engine.kinds.feedforward.records import FACTORS, LayerTrace
from engine.kinds.feedforward.slopes import find_critical_scale, find_spread
from engine.records.cause import (
    CauseEvidence,
    CauseGrounds,
    CauseKind,
    CauseRow,
    Shares,
    add_logs,
    ground_cause,
)
from engine.records.record import ValueKind

_LARGE = 2.0
"""Decades of T from which on a row of this table is looked for."""
_SATURATED_SHARE = 0.3
_BOUNDED_WEIGHTS = 0.35
"""Factor of the weights per layer above which a sigmoid's slope, at most 1/4, is the cause."""
_SMALL_SCALE = 0.85
_BOUNDED = ("sigmoid", "tanh", "softsign", "hardtanh")
_WEIGHTS = ("weights", "scale", "width")


def ground_layers(trace: LayerTrace) -> CauseGrounds:
    """What the cause of a pass through layers rests on."""
    grounds = ground_cause(gather_evidence(trace))
    evidence = replace(
        grounds.evidence,
        shares=add_up_shares(trace),
        weight_scale=measure_weight_scale(trace),
        saturated=_median_saturated(trace),
        dead=float(trace.dead.max()),
        noise=estimate_noise(trace),
    )
    return replace(
        grounds,
        evidence=evidence,
        is_finite=grounds.is_finite and bool(np.isfinite(trace.a_mean).all()),
        structure=_find_structure(trace),
        overflow="unscaled_skips" if _has_unscaled_skips(trace) else "weights_too_large",
        row=_find_row(trace, evidence),
        is_learning_rate_judged=True,
        activation=_most_frequent(trace),
    )


def add_up_shares(trace: LayerTrace) -> Shares:
    """How many decades of T each part accounts for."""
    logs = {name: add_logs(trace.factors[1 : trace.depth, i]) for i, name in enumerate(FACTORS)}
    weights = [logs[name] for name in _WEIGHTS]
    return Shares(
        activation=logs["activation"],
        normalisation=logs["normalisation"],
        weights=None if None in weights else sum(log for log in weights if log is not None),
        skip=logs["skip"],
    )


def measure_weight_scale(trace: LayerTrace) -> float | None:
    """Median over layers of ||W_l||_F / sqrt(n_l), divided by the activation's critical one."""
    kinds = list(zip(trace.activations, trace.leaky_slopes, strict=True))
    critical = {kind: find_critical_scale(*kind) for kind in set(kinds)}
    widths = np.array(trace.widths[1:], dtype=np.float64)
    scales = trace.weight_norm / np.sqrt(widths) / np.array([critical[kind] for kind in kinds])
    scale = float(np.median(scales))
    return scale if math.isfinite(scale) else None


def estimate_noise(trace: LayerTrace) -> float:
    """Two standard deviations of T from seed to seed, in decades.

    One is sqrt(sum over layers of (3 kappa - 1) / n) / (2 ln 10), for ReLU
    sqrt(5 L / n) / (2 ln 10).
    """
    kinds = list(zip(trace.activations, trace.leaky_slopes, strict=True))
    spread = {kind: find_spread(*kind) for kind in set(kinds)}
    variance = sum(
        spread[kind] / width for kind, width in zip(kinds, trace.widths[1:], strict=True)
    )
    return math.sqrt(variance) / math.log(10.0)


def _median_saturated(trace: LayerTrace) -> float | None:
    shares = trace.saturated[np.isfinite(trace.saturated)]
    return float(np.median(shares)) if shares.size else None


def _most_frequent(trace: LayerTrace) -> str:
    """The activation of most layers; of equals, that of the lowest."""
    return Counter(_counted(trace.activations)).most_common(1)[0][0]


def _counted(names: tuple[str, ...]) -> tuple[str, ...]:
    return names[1:] if len(names) > 1 else names


def _find_structure(trace: LayerTrace) -> str:
    """A zero that the document makes, whatever the weights are; empty without one."""
    if trace.branch_scale == 0.0 and len(trace.skip_ends):
        return "its branches are scaled by 0, so no layer beside a skip connection receives any"
    if not bool((trace.kinds[1:] == ValueKind.STRUCTURAL_ZERO).any()):
        return ""
    lost = int(np.flatnonzero(trace.kinds[1:] == ValueKind.STRUCTURAL_ZERO)[-1]) + 1
    if lost < trace.depth and trace.weight_norm[lost] == 0.0:
        return f"the weights of layer {lost + 1} are all 0"
    stopped = find_stoppage(trace)
    if stopped:
        return stopped
    # Around it, on a skip connection, a gradient still reaches the first layer.
    return f"nothing leads from layer {lost + 1} to layer {lost}"


def _has_unscaled_skips(trace: LayerTrace) -> bool:
    """Whether branches are added at a scale under which they add up with depth."""
    return len(trace.skip_ends) > 0 and trace.branch_scale**2 * len(trace.skip_ends) > 1.0


def _find_row(trace: LayerTrace, evidence: CauseEvidence) -> CauseRow | None:
    total, shares = evidence.T, evidence.shares
    if total is None or abs(total) <= _LARGE:
        return None
    kind = _explain_loss(trace, evidence) if total < 0.0 else _explain_growth(trace, evidence)
    if kind is None:
        return None
    named = {
        "saturated": shares.activation,
        "bounded_derivative": shares.activation,
        "unscaled_skips": shares.skip,
        "batch_norm_growth": shares.normalisation,
    }
    return CauseRow(kind, named.get(kind, _weigh_weights(shares, is_loss=total < 0.0)))


def _weigh_weights(shares: Shares, *, is_loss: bool) -> float | None:
    """Decades of the weights, less what a normalisation gives back of them."""
    joined = _join_weights(shares)
    if shares.weights is None or joined is None:
        return None
    return max(shares.weights, joined) if is_loss else min(shares.weights, joined)


def _join_weights(shares: Shares) -> float | None:
    """Decades of the weights, with what a normalisation gives back of them or takes too."""
    if shares.weights is None or shares.normalisation is None:
        return None
    return shares.weights + shares.normalisation


def _explain_loss(trace: LayerTrace, evidence: CauseEvidence) -> CauseKind | None:
    activation = _most_frequent(trace)
    is_sigmoid = activation == "sigmoid"
    if activation in _BOUNDED and (evidence.saturated or 0.0) > _SATURATED_SHARE:
        return "saturated"
    weights = _join_weights(evidence.shares)
    links = max(1, trace.depth - 1)
    if is_sigmoid and weights is not None and 10 ** (weights / links) > _BOUNDED_WEIGHTS:
        return "bounded_derivative"
    scale = evidence.weight_scale
    if is_sigmoid or (scale is not None and scale < _SMALL_SCALE):
        return "weights_too_small"
    return None


def _explain_growth(trace: LayerTrace, evidence: CauseEvidence) -> CauseKind:
    assert evidence.T is not None
    if (evidence.shares.skip or 0.0) > evidence.T / 2.0:
        return "unscaled_skips"
    if "batch" in trace.normalisations[1:]:
        return "batch_norm_growth"
    return "weights_too_large"
