"""What the cause of a pass asks of a run beside the pass itself, and the cause with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.analysis.cause import find_cause
from engine.errors import is_lack_of_memory
from engine.kinds.question import Question, Questioned
from engine.kinds.table import kind_of
from engine.records.cause import Cause, SlowEvidence
from engine.records.trace import Trace

if TYPE_CHECKING:
    from engine.training.run import Run


@dataclass(frozen=True, slots=True)
class CauseQuestion(Question):
    """What of the cause takes too long to be measured with every pass?"""

    wants_curvature: bool
    """Whether the largest eigenvalue of the Hessian is still to name it."""

    def answer(self, run: Questioned) -> SlowEvidence | None:
        """None where the run was waited for meanwhile: it can be asked again."""
        from engine.training.curvature import GivenUp
        from engine.training.run import Run

        assert isinstance(run, Run)
        try:
            return measure_slowly(run, wants_curvature=self.wants_curvature)
        except GivenUp:
            return None


def measure_slowly(run: Run, *, wants_curvature: bool) -> SlowEvidence:
    """The slow evidence of the pass that the next update would follow.

    Without the curvature where there is no memory for another network beside the run's.
    """
    from engine.training.curvature import measure_largest_eigenvalue

    lambda_max = None
    if wants_curvature:
        try:
            lambda_max = measure_largest_eigenvalue(run)
        except (MemoryError, RuntimeError) as error:
            if not is_lack_of_memory(error):
                raise
    return SlowEvidence(
        iteration=run.iteration,
        spectral_radius=kind_of(run.experiment.network).measure_spectral_radius(run.network),
        lambda_max=lambda_max,
    )


def settle_cause(run: Run, trace: Trace) -> Cause:
    """The cause of the pass that a run has just recorded, with all that can be measured for it."""
    training = run.experiment.training
    cause = find_cause(trace, training)
    return find_cause(trace, training, measure_slowly(run, wants_curvature=cause.is_open))
