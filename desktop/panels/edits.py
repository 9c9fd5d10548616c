"""Edits of an experiment: values at paths, and refusals in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.errors import DocumentError

Changes = Mapping[str, object]
"""Dotted path, indices from 0 -> the new JSON value there."""

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
}
_BOUND = re.compile(r"expected `\w+` (>=|<=|>|<) ([-\d.e]+)")
_BOUND_WORDS = {">=": "at least", "<=": "at most", ">": "greater than", "<": "less than"}
_PREFIX = re.compile(r"The document cannot be used, at ([^:]+): (.*)", re.DOTALL)


def explain_refusal(error: DocumentError) -> str:
    """The refusal of an edit as a sentence about the input, not about a file."""
    found = _PREFIX.match(str(error))
    if not found:
        return str(error)
    path, reason = found.groups()
    name = _NAMES.get(path.rpartition(".")[2])
    bound = _BOUND.search(reason)
    if name and bound:
        sign, limit = bound.groups()
        number = f"{float(limit):,.0f}" if float(limit).is_integer() else limit
        return f"{name} must be {_BOUND_WORDS[sign]} {number}."
    if name and "expected `int`" in reason:
        return f"{name} must be a whole number."
    return f"{reason[:1].upper()}{reason[1:]}"
