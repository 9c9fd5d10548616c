"""Edits of an experiment: values at paths, and refusals in plain words."""

from __future__ import annotations

from engine.errors import DocumentError

_NAMES = {
    "units": "The number of units",
    "repeat": "The number of equal layers",
    "leaky_slope": "The slope",
    "batch_size": "The batch size",
    "seed": "The seed",
    "iterations": "The number of iterations",
    "learning_rate": "The learning rate",
    "momentum": "The momentum",
    "weight_decay": "The weight decay",
    "threshold": "The threshold",
    "every": "The distance that a skip connection spans",
    "scale": "The scale of the branch",
    "gain": "The gain",
    "std": "The standard deviation",
    "bound": "The bound",
    "bias": "The bias",
    "length": "The length",
    "fillers": "The number of filler words",
    "hidden": "The number of hidden units",
    "layers": "The number of layers",
    "embedding": "The size of the embedding",
    "forget_bias": "The forget bias",
    "spectral_radius": "The spectral radius",
    "truncation": "The truncation",
    "forget": "The forget gate",
    "input": "The input gate",
    "output": "The output gate",
    "update": "The update gate",
    "reset": "The reset gate",
}


def explain_refusal(error: DocumentError) -> str:
    """The refusal of an edit as a sentence about the input, not about a file."""
    if not error.path:
        return str(error)
    return error.tell_reason(_NAMES.get(error.path[-1], "it"))
