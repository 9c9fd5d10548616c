"""The why factors: by what each part of a layer multiplies the gradient that passes it.

Norms are taken at the points the gradient passes on its way from a_l to a_{l-1};
a factor is the ratio of two neighbours, so that the product of a row is exactly the
ratio of its ends. The order of the points follows the order of the block:

- post: received, alpha, phi', normalisation, W^T
- add_then_act: received, phi', alpha, normalisation, W^T
- pre: received, alpha, W^T, phi', normalisation

and then, for all, the sum with what skip connections bring, and sqrt(n_l / n_{l-1}).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kinds.feedforward.banks import Bank
from engine.kinds.feedforward.buffers import PassBuffers, Plan
from engine.kinds.feedforward.records import FACTORS
from engine.kinds.feedforward.trace_layout import TraceLayout
from engine.numerics.reductions import Reductions

F64 = NDArray[np.float64]

_ORDERS = {
    "post": ("scale", "activation", "normalisation", "weights"),
    "add_then_act": ("activation", "scale", "normalisation", "weights"),
    "pre": ("scale", "weights", "activation", "normalisation"),
}


@dataclass(frozen=True, slots=True, eq=False)
class FactorTable:
    """The factors and the two ways by which a gradient arrives."""

    table: F64
    """(L+1, 6) as `LayerTrace.factors`."""
    branch: F64
    """(L+1) norms of what arrives at a_l through the layer above it."""
    skip: F64
    """(L+1) norms of what arrives through skip connections that start there."""


def list_factors(
    layout: TraceLayout,
    buffers: PassBuffers,
    g_a: F64,
    g_z: F64,
    g_head: float,
    outputs: int,
    reductions: Reductions,
) -> FactorTable:
    """Divide the norms at neighbouring points.

    Args:
        layout: of the settings of the pass.
        buffers: its memory.
        g_a: (L+1) norms of dL/da_l.
        g_z: (L) norms of dL/dz_l.
        g_head: norm of dL/d(output).
        outputs: the number of outputs.
        reductions: takes the norms.
    """
    plan = layout.plan
    depth = plan.depth
    branch = _replaced(g_a, buffers.branch, 0, reductions)
    received, handed = g_a[1:], branch[:-1]
    order = plan.network.skip.order
    if order == "pre":
        weighted = buffers.weighted.norms(reductions)
        activated = _replaced(handed, buffers.activated, 1, reductions)
        points = [received, g_z, weighted, activated, handed]
    else:
        alpha = layout.alpha
        activated = _replaced(g_z, buffers.activated, 1, reductions)
        if order == "post":
            points = [received, alpha * received, activated, g_z, handed]
        else:
            points = [received, activated, alpha * activated, g_z, handed]
    table = np.ones((depth + 1, len(FACTORS)))
    with np.errstate(divide="ignore", invalid="ignore"):
        for part, before, after in zip(_ORDERS[order], points[:-1], points[1:], strict=True):
            table[:depth, FACTORS.index(part)] = after / before
        table[:depth, FACTORS.index("skip")] = g_a[:-1] / handed
        table[depth, FACTORS.index("weights")] = g_a[depth] / g_head if g_head else np.nan
    _settle_missing_parts(table[:depth], layout)
    widths = np.append(layout.widths, outputs)
    table[:, FACTORS.index("width")] = np.sqrt(widths[1:] / widths[:-1])
    return FactorTable(table, branch, _measure_skips(plan, buffers, g_a, activated, reductions))


def _replaced(norms: F64, bank: Bank, first: int, reductions: Reductions) -> F64:
    """A copy in which the layers that have a buffer of their own take its norm."""
    norms = norms.copy()
    if bank.layers:
        norms[np.array(bank.layers, dtype=np.int64) - first] = bank.norms(reductions)
    return norms


def _settle_missing_parts(table: F64, layout: TraceLayout) -> None:
    """Exactly 1 where a layer has no such part, even if nothing arrives there."""
    for part, exists in (
        ("scale", layout.has_skip),
        ("normalisation", layout.is_normed),
        ("skip", layout.is_source),
    ):
        table[~exists, FACTORS.index(part)] = 1.0


def _measure_skips(
    plan: Plan, buffers: PassBuffers, g_a: F64, activated: F64, reductions: Reductions
) -> F64:
    skip = np.zeros(plan.depth + 1)
    is_activated = plan.network.skip.order == "add_then_act"
    for source, end in plan.ends().items():
        skip[source] = activated[end - 1] if is_activated else g_a[end]
    return _replaced(skip, buffers.skip, 0, reductions)
