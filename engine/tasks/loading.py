"""From the task of a document to its examples, and from an iteration to its batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.document.experiment import Experiment
from engine.errors import TaskError
from engine.tasks.dataset import BATCH_STREAM, Dataset
from engine.tasks.digits import load_digits
from engine.tasks.insurance import load_insurance
from engine.tasks.sentences import load_autocomplete, load_chatbot
from engine.tasks.sequences import load_adding, load_recall, load_sequential_digits
from engine.tasks.series import load_series
from engine.tasks.specs import (
    Adding,
    Autocomplete,
    Chatbot,
    Csv,
    Digits,
    Insurance,
    Recall,
    SequentialDigits,
    Series,
    Spirals,
    Text,
    task_name,
)
from engine.tasks.spirals import load_spirals
from engine.tasks.table import load_csv
from engine.tasks.text import load_text

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
        case Csv() as task:
            return load_csv(task, experiment.seed, folder)
        case _:
            return _load_sequences(experiment, folder)


def _load_sequences(experiment: Experiment, folder: Path | None) -> Dataset:
    match experiment.task:
        case Adding() as task:
            return load_adding(task, experiment.seed)
        case Recall() as task:
            return load_recall(task, experiment.seed)
        case SequentialDigits() as task:
            return load_sequential_digits(task, experiment.seed)
        case Series() as task:
            return load_series(task, readout_of(experiment), folder)
        case Autocomplete() as task:
            return load_autocomplete(task, experiment.seed)
        case Chatbot() as task:
            return load_chatbot(task, experiment.seed)
        case Text() as task:
            return load_text(task, readout_of(experiment), folder)
        case task:
            raise TaskError(f"The task '{task_name(task)}' cannot be loaded.")


def readout_of(experiment: Experiment) -> str:
    """Where a sequence network answers: last, mean or all; "last" for a feed-forward one."""
    return getattr(experiment.network, "readout", "last")


def batch_indices(seed: int, iteration: int, batch_size: int, samples: int) -> NDArray[np.int64]:
    """(batch_size,) row numbers of the batch of one iteration, drawn with replacement.

    A pure function of its arguments, so that any iteration can be replayed exactly.
    """
    rng = np.random.default_rng([seed, BATCH_STREAM, iteration])
    return rng.integers(0, samples, batch_size)
