"""From an experiment to its examples, and from an iteration to its batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.document.experiment import Experiment
from engine.records.dataset import BATCH_STREAM, Dataset


def load(experiment: Experiment, folder: Path | None) -> Dataset:
    """The examples of an experiment's task; the same seed gives the same examples.

    Args:
        experiment: whose `task` and `seed` determine everything.
        folder: where a relative path in the document starts; None: the current folder.

    Raises:
        TaskError: one sentence, for a file that cannot be used.
    """
    return experiment.task.load(experiment.seed, experiment.network.readout_name(), folder)


def batch_indices(seed: int, iteration: int, batch_size: int, samples: int) -> NDArray[np.int64]:
    """(batch_size,) row numbers of the batch of one iteration, drawn with replacement.

    A pure function of its arguments, so that any iteration can be replayed exactly.
    """
    rng = np.random.default_rng([seed, BATCH_STREAM, iteration])
    return rng.integers(0, samples, batch_size)
