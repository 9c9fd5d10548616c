"""What is measured of a pass through layers alone, by the names that a document uses."""

from __future__ import annotations

import numpy as np

from engine.kinds.feedforward.records import FACTORS, LayerTrace
from engine.numerics.reductions import take_geometric_mean

_BRANCH = ("scale", "activation", "normalisation", "weights")


def measure_quantity(trace: LayerTrace, stem: str, place: int | None) -> float | None:
    """One number of `Feedforward.list_quantities`; None where it does not exist.

    `factor.PART` is the geometric mean over the layers 2 ... L of what a part multiplies the
    gradient with; the branch has alpha, activation, normalisation and weights. `saturated` is
    the median over the layers.
    """
    if stem.startswith("factor."):
        part = stem.removeprefix("factor.")
        columns = _BRANCH if part == "branch" else (part,)
        table = trace.factors[1 : trace.depth, [FACTORS.index(column) for column in columns]]
        return take_geometric_mean(table.prod(axis=1))
    match stem:
        case "dead":
            assert place is not None
            return float(trace.dead[place - 1])
        case "saturated":
            shares = trace.saturated[~np.isnan(trace.saturated)]
            return float(np.median(shares)) if shares.size else None
        case "zero_layers":
            return int(np.count_nonzero(trace.g_a_rms[1:] == 0.0))
    return None
