"""Every sentence and name on screen that is not a panel's own label."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop.display.scales import format_count, format_log10, format_number
from engine.document.experiment import Experiment
from engine.records.record import ValueKind

F64 = NDArray[np.float64]

TASK_NAMES: dict[str, str] = {
    "insurance": "insurance",
    "spirals": "spirals",
    "digits": "digits 8 × 8",
    "csv": "table",
    "sequential_digits": "sequential digits",
    "recall": "recall",
    "adding": "adding",
    "series": "series",
    "autocomplete": "autocomplete",
    "chatbot": "chatbot",
    "text": "text",
}
KIND_WORDS: dict[ValueKind, str] = {
    ValueKind.UNDERFLOW_ZERO: "exactly 0 (underflow: too small for the number format)",
    ValueKind.DEAD_ZERO: "exactly 0 (dead: every φ′ is 0)",
    ValueKind.STRUCTURAL_ZERO: "exactly 0 (not connected)",
    ValueKind.DENORMAL: "denormal: fewer digits than it should have",
    ValueKind.INFINITE: "∞",
    ValueKind.NAN: "NaN: not a number",
}
TRAINING_WORDS: dict[str, tuple[str, str]] = {
    "history": ("History", "the gradient over the iterations"),
    "clipping": (
        "Clipping",
        "the gradient’s norm before clipping, the threshold, and how often clipping engaged",
    ),
}
"""The lower views that every network has, and a hint."""


def describe_source(network: str, experiment: Experiment, iteration: int) -> str:
    """The line under an exported picture, from which it can be reproduced.

    Args:
        network: the network in a few words.
        experiment: the document.
        iteration: of the pass that is shown.
    """
    task = experiment.task.name
    training = experiment.training
    optimiser = training.optimiser.upper() if training.optimiser == "sgd" else training.optimiser
    clip = "" if training.clip.kind == "none" else f", clipped by {training.clip.kind}"
    return (
        f"{network} · {TASK_NAMES.get(task, task)} · {optimiser} "
        f"{training.learning_rate:g}{clip} · iteration {format_count(iteration)} · "
        f"seed {experiment.seed} · {training.dtype} · Gradient Theatre"
    )


def describe_share(strength: float, reference_name: str) -> str:
    """A relative gradient as a phrase: "1.8 × 10⁻⁸ of the last layer’s gradient"."""
    return f"{format_log10(strength)} of {reference_name}’s gradient"


def describe_portion(factor: float) -> str:
    """How much of something is handed on: "0.14 of" it, or "1.1 times" it."""
    return f"{format_number(factor)} {'of' if factor < 1 else 'times'}"
