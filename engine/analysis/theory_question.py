"""What theories ask of a run beside a recorded pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import is_lack_of_memory
from engine.kinds.question import Question, Questioned
from engine.kinds.table import kind_of
from engine.records.theory import WeightSizes

if TYPE_CHECKING:
    from engine.training.run import Run


@dataclass(frozen=True, slots=True)
class WeightSizesQuestion(Question):
    """How large are the weights, as far as theories need it beside a recorded pass?"""

    def answer(self, run: Questioned) -> WeightSizes | None:
        """None where the run was waited for meanwhile: it can be asked again."""
        from engine.training.curvature import GivenUp
        from engine.training.run import Run

        assert isinstance(run, Run)
        try:
            return measure_weight_sizes(run)
        except GivenUp:
            return None


def measure_weight_sizes(run: Run) -> WeightSizes:
    """The weights of the pass that the next update would follow.

    Without the curvature where the batch holds fewer examples than there are to train on, and
    where there is no memory for another network beside the run's.
    """
    from engine.training.curvature import measure_largest_eigenvalue

    samples = len(run.dataset.train_x)
    lambda_max = None
    if run.experiment.task.batch_size >= samples:
        try:
            lambda_max = measure_largest_eigenvalue(run)
        except (MemoryError, RuntimeError) as error:
            if not is_lack_of_memory(error):
                raise
    return WeightSizes(
        iteration=run.iteration,
        samples=samples,
        own=kind_of(run.experiment.network).measure_weights(run.network),
        lambda_max=lambda_max,
    )
