"""Edits of an experiment: values at paths, and refusals in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import DocumentError

_NAMES = {
    "batch_size": "The batch size",
    "seed": "The seed",
    "iterations": "The number of iterations",
    "learning_rate": "The learning rate",
    "momentum": "The momentum",
    "weight_decay": "The weight decay",
    "threshold": "The threshold",
    "gain": "The gain",
    "std": "The standard deviation",
    "bound": "The bound",
    "bias": "The bias",
    "length": "The length",
    "fillers": "The number of filler words",
}
"""Of what all kinds of networks share."""


def explain_refusal(error: DocumentError, names: Mapping[str, str]) -> str:
    """The refusal of an edit as a sentence about the input, not about a file.

    Args:
        error: why it is refused, and where in the document.
        names: what the inputs of the network's kind are called, by the value's name.
    """
    if not error.path:
        return str(error)
    return error.tell_reason({**_NAMES, **names}.get(error.path[-1], "it"))
