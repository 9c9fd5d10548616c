"""From the task of a document to its examples, and from an iteration to its batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import TaskError
from engine.experiment import Digits, Experiment, Insurance, Spirals, task_name
from engine.tasks.dataset import BATCH_STREAM, Dataset
from engine.tasks.digits import load_digits
from engine.tasks.insurance import load_insurance
from engine.tasks.spirals import load_spirals

__all__ = ["Dataset", "batch_indices", "load"]


def load(experiment: Experiment, folder: Path | None) -> Dataset:
    """The examples of an experiment's task; the same seed gives the same examples.

    Args:
        experiment: whose `task` and `seed` determine everything.
        folder: where a relative path in the document starts; None: the current folder.

    Raises:
        TaskError: one sentence, for a file that cannot be used.
    """
    match experiment.task:
        case Insurance():
            return load_insurance(experiment.seed)
        case Spirals():
            return load_spirals(experiment.seed)
        case Digits():
            return load_digits(experiment.seed)
        case task:
            raise TaskError(f"The task '{task_name(task)}' cannot be loaded.")


def batch_indices(seed: int, iteration: int, batch_size: int, samples: int) -> NDArray[np.int64]:
    """(batch_size,) row numbers of the batch of one iteration, drawn with replacement.

    A pure function of its arguments, so that any iteration can be replayed exactly.
    """
    rng = np.random.default_rng([seed, BATCH_STREAM, iteration])
    return rng.integers(0, samples, batch_size)
