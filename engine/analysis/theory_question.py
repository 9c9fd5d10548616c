"""What theories ask of a run beside a recorded pass."""

from __future__ import annotations

from dataclasses import dataclass

from engine.kinds.question import Question, Questioned
from engine.kinds.table import kind_of
from engine.records.theory import WeightSizes


@dataclass(frozen=True, slots=True)
class WeightSizesQuestion(Question):
    """How large are the weights, as far as theories need it beside a recorded pass?"""

    def answer(self, run: Questioned) -> WeightSizes:
        from engine.training.curvature import measure_largest_eigenvalue
        from engine.training.run import Run

        assert isinstance(run, Run)
        samples = len(run.dataset.train_x)
        is_whole = run.experiment.task.batch_size >= samples
        return WeightSizes(
            iteration=run.iteration,
            samples=samples,
            own=kind_of(run.experiment.network).measure_weights(run.network),
            lambda_max=measure_largest_eigenvalue(run) if is_whole else None,
        )
