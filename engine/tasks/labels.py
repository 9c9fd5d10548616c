"""What stands under each time step of a sequence, and which time steps decide."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.records.dataset import Dataset

MARKER = "marked"
"""Name of the input that marks the time steps which decide."""


def label_time_steps(dataset: Dataset, example: NDArray[Any]) -> tuple[str, ...]:
    """(T) the word, or the value, of one example; many inputs at once: the time step's number.

    Args:
        dataset: for its vocabulary and input names.
        example: (T) tokens or (T, I) numbers.
    """
    if dataset.is_tokens:
        return tuple(dataset.vocabulary[int(token)] for token in example)
    if example.shape[1] == 1 or dataset.input_names[-1] == MARKER:
        return tuple(f"{value:.2f}".replace("-", "−") for value in example[:, 0])
    return tuple(str(t + 1) for t in range(len(example)))


def deciding_time_steps(dataset: Dataset, example: NDArray[Any]) -> tuple[int, ...]:
    """Time steps (from 1) on which the right answer depends; empty where all may."""
    if dataset.input_names[-1] == MARKER:
        return tuple(int(t) + 1 for t in np.flatnonzero(example[:, -1] > 0.5))
    return dataset.deciding
