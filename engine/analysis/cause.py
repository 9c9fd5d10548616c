"""The cause of what a backward pass shows: the table's rows, tested in one order.

Shared are the rows in which nothing depends on the kind of network; the rows of its own, with
their shares, stand in the folder of the kind, which says the first one that matches. The words
of a cause stand in `engine.analysis.cause_words`.
"""

from __future__ import annotations

from dataclasses import replace

from engine.document.experiment import Training
from engine.kinds.table import find_kind
from engine.records.cause import (
    Cause,
    CauseEvidence,
    CauseGrounds,
    CauseKind,
    CauseRow,
    SlowEvidence,
)
from engine.records.trace import Trace

CALM_DECADES = 2.0
"""Up to so many decades, up or down, a pass needs no cause."""
CERTAIN_SHARE = 2.0 / 3.0
"""A cause is certain from this share of T on, where its row names one."""

_ALWAYS_CERTAIN: tuple[CauseKind, ...] = (
    "no_loss_gradient",
    "structural",
    "dead_units",
    "underflow",
)
"""Seen, not weighed: a zero, and where it comes from."""
_DESCENDING = ("sgd", "nesterov")
"""The bound 2 / lambda_max is one of plain gradient descent."""


def find_cause(trace: Trace, training: Training, slow: SlowEvidence | None = None) -> Cause:
    """Why the gradient of a recorded pass is as it is.

    Args:
        trace: the pass.
        training: with which optimiser and learning rate the update would follow.
        slow: what was measured apart, of the same pass; None: not yet.
    """
    return name_cause(find_kind(trace.kind).ground_cause(trace), training, slow)


def name_cause(
    grounds: CauseGrounds, training: Training, slow: SlowEvidence | None = None
) -> Cause:
    """The first row that matches; the arguments are those of `find_cause`."""
    evidence = grounds.evidence
    if slow is not None:
        evidence = replace(evidence, spectral_radius=slow.spectral_radius)
    row = _find_early(grounds) or _find_by_size(grounds)
    if row is not None:
        return _compose(row, grounds, evidence)
    if grounds.is_learning_rate_judged:
        lambda_max = None if slow is None else slow.lambda_max
        evidence = replace(evidence, lambda_max=lambda_max)
        if _is_too_fast(training, lambda_max):
            found = _compose(CauseRow("learning_rate"), grounds, evidence)
            return replace(found, learning_rate=training.learning_rate)
    is_calm = abs(evidence.T or 0.0) <= CALM_DECADES
    last = _compose(CauseRow("none" if is_calm else "unclear"), grounds, evidence)
    return replace(last, is_open=grounds.is_learning_rate_judged and slow is None)


def _find_early(grounds: CauseGrounds) -> CauseRow | None:
    """The rows that are seen, before any size is weighed."""
    if grounds.source == 0.0:
        return CauseRow("no_loss_gradient")
    if grounds.structure:
        return CauseRow("structural")
    if not grounds.is_finite:
        return CauseRow(grounds.overflow)
    if grounds.dead_layer is not None:
        return CauseRow("dead_units")
    if not grounds.carried:
        return CauseRow("underflow")
    return None


def _find_by_size(grounds: CauseGrounds) -> CauseRow | None:
    """Within the noise of a narrow network no other row is looked at."""
    total, noise = grounds.evidence.T, grounds.evidence.noise
    assert total is not None
    if noise is not None and abs(total) <= noise:
        return CauseRow("within_noise") if abs(total) > CALM_DECADES else None
    return grounds.row


def _is_too_fast(training: Training, lambda_max: float | None) -> bool:
    if lambda_max is None or training.optimiser not in _DESCENDING:
        return False
    return training.learning_rate * lambda_max / 2.0 > 1.0


def _compose(row: CauseRow, grounds: CauseGrounds, evidence: CauseEvidence) -> Cause:
    return Cause(
        kind=row.kind,
        is_certain=row.kind in _ALWAYS_CERTAIN or _is_most(row.share, evidence.T),
        evidence=evidence,
        noun=grounds.noun,
        places=grounds.places,
        structure=grounds.structure,
        dead_layer=grounds.dead_layer,
        gate=grounds.gate,
        activation=grounds.activation,
    )


def _is_most(share: float | None, total: float | None) -> bool:
    return share is not None and bool(total) and share / (total or 1.0) >= CERTAIN_SHARE
