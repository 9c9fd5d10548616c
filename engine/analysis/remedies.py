"""Which remedies are offered against a cause, and what they do to the gradient, measured.

The kinds say what can be changed in their networks; here is decided what of it is offered: what
changes something, what the document allows, and no more than a few. What an effect says is one
pass, and nothing of learning: for that see `engine.analysis.trial`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from engine import documents
from engine.analysis.verdict import diagnose
from engine.document.experiment import Experiment
from engine.document.lanes import baseline_of
from engine.errors import (
    DocumentError,
    GradientTheatreError,
    RequestError,
)
from engine.kinds.question import Question, Questioned
from engine.kinds.table import kind_of
from engine.records.cause import CauseKind
from engine.records.remedy import Effect, Remedy
from engine.records.verdict import Verdict

if TYPE_CHECKING:
    from engine.training.run import Run

MOST_HELPFUL = 4
"""So many that help are offered beside those that are popular."""
ARRIVING_DECADES = 1.0
NEARER_DECADES = 2.0
_MOMENT_S = 0.25


def list_remedies(experiment: Experiment, cause: CauseKind) -> tuple[Remedy, ...]:
    """What is offered against a cause: at most four that help, best first, then what is popular.

    Nothing that is in effect already, that the document refuses, or that comes to the same as
    another one.

    Args:
        experiment: the document.
        cause: what was found in a pass of it; of `none` nothing is offered.
    """
    experiment = baseline_of(experiment)  # what a comparison changes is another lane's
    seen = [experiment]
    helpful: list[Remedy] = []
    popular: list[Remedy] = []
    for remedy in kind_of(experiment.network).list_remedies(experiment, cause):
        try:
            result = apply_remedy(experiment, remedy)
        except DocumentError:
            continue
        if result in seen or (not remedy.is_popular and len(helpful) == MOST_HELPFUL):
            continue
        seen.append(result)
        (popular if remedy.is_popular else helpful).append(remedy)
    return (*helpful, *popular)


def apply_remedy(experiment: Experiment, remedy: Remedy) -> Experiment:
    """The document with a remedy.

    Raises:
        DocumentError: where it allows no such values.
    """
    return documents.with_values(experiment, remedy.changes)


def is_helpful(before: float | None, after: float | None) -> bool:
    """Whether a gradient arrives, or comes much nearer to it than it did.

    That is |log10 after| <= 1, or at least 2 decades nearer to 0 than |log10 before|; from
    exactly 0 anything is nearer, from what is not a number nothing is.
    """
    if after is None or after <= 0.0:
        return False
    distance = abs(math.log10(after))
    if distance <= ARRIVING_DECADES:
        return True
    if before is None:
        return False
    return before <= 0.0 or distance <= abs(math.log10(before)) - NEARER_DECADES


@dataclass(frozen=True, slots=True)
class RemediesQuestion(Question):
    """What would each of these remedies do to the gradient?

    The answer breaks off after a moment, so that the training, or an edit, need not wait long:
    it has as many effects as were measured, at least one, and the rest is to be asked for anew.
    """

    remedies: tuple[Remedy, ...]

    def answer(self, run: Questioned) -> tuple[Effect, ...]:
        from engine.training.run import Run

        if not isinstance(run, Run):
            raise RequestError("Only a run can be measured with other settings.")
        return measure_effects(run, self.remedies, _MOMENT_S)


def measure_effects(
    run: Run, remedies: Iterable[Remedy], seconds: float = math.inf
) -> tuple[Effect, ...]:
    """The effect of each remedy on the pass that the run would make next; it stays as it is.

    Args:
        run: as it is; see `engine.training.probe`.
        remedies: of its document.
        seconds: after which no further one is measured.
    """
    end = monotonic() + seconds
    listed = tuple(remedies)
    if not listed:
        return ()
    experiment = baseline_of(run.experiment)
    before = _finite(_judge(run, experiment).carried.ratio)
    effects: list[Effect] = []
    for remedy in listed:
        if effects and monotonic() > end:
            break
        try:
            verdict = _judge(run, apply_remedy(experiment, remedy))
        except GradientTheatreError as error:
            effects.append(Effect(remedy, before, None, None, helps=False, problem=str(error)))
            continue
        after = _finite(verdict.carried.ratio)
        effects.append(Effect(remedy, before, after, verdict, helps=is_helpful(before, after)))
    return tuple(effects)


def _judge(run: Run, experiment: Experiment) -> Verdict:
    from engine.training.probe import probe

    frame = probe(run, experiment)
    assert frame.trace is not None
    return diagnose(frame.trace, (), frame.halted)


def _finite(ratio: float | None) -> float | None:
    return ratio if ratio is not None and math.isfinite(ratio) else None
