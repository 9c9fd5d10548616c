"""What theory predicts, held against a measured pass: the rows of all kinds, and one of no kind.

A theory is drawn only where it holds; everywhere else it says in one sentence why it does not.
The formulas are those of `engine.numerics.mean_field` and of the folders of the kinds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from engine.document.experiment import Experiment
from engine.kinds.table import KINDS, find_kind
from engine.records.theory import Theory, TheoryRow, WeightSizes
from engine.records.trace import Trace
from engine.wording import spell

LEARNING_RATE = TheoryRow(
    "learning_rate",
    "Learning rate",
    "2/λ_max, λ_max the largest eigenvalue of the loss’s Hessian: above it the loss rises first; "
    "it need not diverge. Local: of the weights as they are now",
    "LeCun et al. 1998; Lewkowycz et al. 2020 (catapults)",
    needs_weights=True,
)


def list_rows() -> tuple[TheoryRow, ...]:
    """Every theory, in the order of `measure --theory`."""
    return (*(row for kind in KINDS for row in kind.theories), LEARNING_RATE)


def theorise(
    row: TheoryRow, experiment: Experiment, trace: Trace, sizes: WeightSizes | None = None
) -> Theory:
    """A theory held against a pass.

    Args:
        row: one of `list_rows`.
        experiment: the document.
        trace: the pass.
        sizes: what was measured of the weights of the same pass; None where nothing was.
    """
    if row is LEARNING_RATE:
        return _limit_learning_rate(experiment, trace, sizes)
    kind = find_kind(trace.kind)
    if row not in kind.theories:
        noun = trace.axis.noun
        return row.refuse(f"It is about networks with {row.about}, and this one has {noun}s.")
    return kind.theorise(row, experiment, trace, sizes)


def _limit_learning_rate(experiment: Experiment, trace: Trace, sizes: WeightSizes | None) -> Theory:
    """The learning rate above which an update along the steepest curvature raises the loss."""
    if reason := refuse_learning_rate(experiment, trace):
        return LEARNING_RATE.refuse(reason)
    if sizes is None or sizes.iteration != trace.iteration:
        return LEARNING_RATE.refuse("The curvature of the loss is not measured yet.", is_open=True)
    batch = trace.batch_size
    if batch < sizes.samples:
        return LEARNING_RATE.refuse(
            f"It holds for the full batch: with batches of {batch:,} of {sizes.samples:,} examples "
            "every update goes down another loss."
        )
    if sizes.lambda_max is None or not 0.0 < sizes.lambda_max < np.inf:
        return LEARNING_RATE.refuse("The curvature of the loss could not be measured here.")
    limit, rate = 2.0 / sizes.lambda_max, experiment.training.learning_rate
    return LEARNING_RATE.predict(
        np.array([limit]),
        reason=f"Here 2/λ_max is {spell(limit)}, and the learning rate is {spell(rate)}.",
        label=f"local: rises first above {spell(limit)}",
    )


def refuse_learning_rate(experiment: Experiment, trace: Trace) -> str:
    """Why an update is no plain gradient descent, as far as the document and a pass tell."""
    training = experiment.training
    if training.optimiser not in ("sgd", "nesterov") or training.momentum:
        return "It is about plain gradient descent: SGD without momentum."
    if training.weight_decay:
        return "It is about the loss alone, and weight decay adds a curvature of its own."
    if trace.clip_factor < 1.0 or trace.clipped_share > 0.0:
        return "It is about updates that are not clipped."
    return ""


def describe(theories: Iterable[Theory]) -> list[dict[str, Any]]:
    """For JSON: every theory with its band, null where it has nothing to say."""
    return [
        {
            "name": theory.row.name,
            "valid": theory.is_valid,
            "reason": theory.reason,
            "line": _list(theory.line),
            "low": _list(theory.low),
            "high": _list(theory.high),
            "formula": theory.row.formula,
            "source": theory.row.source,
        }
        for theory in theories
    ]


def _list(values: Any) -> list[float | None] | None:
    if values is None:
        return None
    return [float(value) if np.isfinite(value) else None for value in values]
