"""What a verdict on a pass through time rests on."""

from __future__ import annotations

import numpy as np

from engine.kinds.recurrent.records import TimeTrace
from engine.records.evidence import Carried, Evidence, Stretch, divide_by_end, list_dead
from engine.records.record import F64

MOVING_SHARE = 0.99

_CLOSING = {"lstm": {"input": 0.0, "output": 0.0}, "gru": {"update": 1.0}}
"""Forced gates through which nothing of the loss reaches any weight of the cell."""


def gather_evidence(trace: TimeTrace) -> Evidence:
    """The evidence of a pass through time.

    What is carried is the largest over the recurrent layers, and over the paths h and c, of
    the gradient at the first time step (after the last cut) over that at the loss's time step.
    """
    end = trace.loss_time
    cuts = [cut for cut in trace.truncation_cuts if cut < end]
    every = cuts[0] if cuts else 0
    start = cuts[-1] + 1 if cuts else 1
    top = trace.g_hT[-1]
    return Evidence(
        noun="time step",
        gradients=top[:end],
        source=trace.g_out,
        loss=trace.loss,
        first_last_ratio=divide_by_end(float(top[0]), float(top[end - 1]), trace.g_out),
        carried=_find_carrier(trace, start, end),
        update_ratios=trace.update_ratio,
        motion=trace.motion,
        dead_layers=list_dead(trace.dead),
        stoppage=find_stoppage(trace),
        stretch=Stretch(start, end, trace.time_steps, every),
        moving=count_moving(trace.shares_W_hh[-1]) if trace.readout == "last" else None,
    )


def _find_carrier(trace: TimeTrace, start: int, end: int) -> Carried:
    """The path on which the most arrives; of equals the top layer, and its hidden state."""
    best: Carried | None = None
    paths: tuple[tuple[str, F64], ...] = (("h", trace.g_hT), ("c", trace.g_cT))
    for layer in range(len(trace.layer_names), 0, -1):
        for path, norms in paths:
            if not norms.size:
                continue
            first, last = float(norms[layer - 1, start - 1]), float(norms[layer - 1, end - 1])
            ratio = divide_by_end(first, last, 0.0)
            if ratio is not None and (best is None or ratio > (best.ratio or 0.0)):
                best = Carried(path, layer, ratio)
    if best is not None:
        return best
    return Carried("h", len(trace.layer_names), 0.0 if trace.g_out > 0.0 else None)


def count_moving(shares: F64) -> tuple[int, int] | None:
    """How many of the last time steps hold 99 % of the sum of all shares, and of how many."""
    from_end = np.cumsum(shares[::-1])
    whole = float(from_end[-1])
    if not np.isfinite(whole):
        return None
    count = int(np.searchsorted(from_end, MOVING_SHARE * whole)) + 1 if whole > 0.0 else 0
    return count, len(shares)


def find_stoppage(trace: TimeTrace) -> str:
    """Why all W_ih and W_hh receive a gradient of exactly 0, as a clause; else empty."""
    if trace.g_Whh.any() or trace.g_Wih.any():
        return ""
    if trace.g_out == 0.0:
        return "the loss gives no gradient"
    closing = _CLOSING.get(trace.cell, {})
    for name, forced in zip(trace.gate_names, trace.forced_gates, strict=True):
        if forced is not None and closing.get(name) == forced:
            return f"the {name} gate is forced to {forced:g}, which lets nothing through"
    return "the gradient has become too small for a number: exactly 0"
