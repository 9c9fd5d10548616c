"""What theory predicts of a gradient's way back through time, and where it holds.

Arrays have length T, index t - 1 is time step t; a line is log10 of g_hT[t] / g_hT[T] of the top
layer, T the time step of the loss, k = T - t the time steps in between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.kinds.recurrent.records import TimeTrace
from engine.kinds.recurrent.spec import Recurrent
from engine.records.record import F64
from engine.records.theory import Theory, TheoryRow, WeightSizes
from engine.wording import spell

_ABOUT = "time steps"

ROWS = (
    TheoryRow(
        "recurrent",
        "Recurrent weights",
        "guide ρ^k, ρ the spectral radius of W_hh; upper bound (γ σ_max)^k, γ the steepest slope "
        "of the activation: 1. σ_max < 1/γ is sufficient to vanish, not necessary",
        "Bengio et al. 1994; Pascanu et al. 2013",
        _ABOUT,
        needs_weights=True,
    ),
    TheoryRow(
        "lstm",
        "LSTM direct path",
        "the product of f over the time steps after t, f the mean forget gate: what the cell state "
        "alone hands back, without c → h → gates",
        "Hochreiter and Schmidhuber 1997; Gers et al. 2000",
        _ABOUT,
    ),
)


@dataclass(frozen=True, slots=True)
class RecurrentSizes:
    """Of W_hh of the top layer of a plain recurrent network."""

    spectral_radius: float
    """Largest absolute eigenvalue."""
    spectral_norm: float
    """Largest singular value."""


def theorise(
    row: TheoryRow, network: Recurrent, trace: TimeTrace, sizes: WeightSizes | None
) -> Theory:
    """One of `ROWS` held against a pass."""
    return {"recurrent": _recurrent, "lstm": _lstm}[row.name](row, network, trace, sizes)


def _recurrent(
    row: TheoryRow, network: Recurrent, trace: TimeTrace, sizes: WeightSizes | None
) -> Theory:
    if trace.cell != "rnn":
        named = "an LSTM" if trace.cell == "lstm" else "a GRU"
        return row.refuse(
            f"It is about plain recurrent cells: {named}’s gates let the gradient pass in other "
            "ways."
        )
    if reason := _refuse_mean(trace):
        return row.refuse(reason)
    if network.cut_h_to_gates:
        return row.refuse("This document cuts the way back from h to h, so nothing is carried.")
    if sizes is None:
        return row.refuse("The spectrum of W_hh is not measured yet.", is_open=True)
    if sizes.iteration != trace.iteration:
        return row.refuse(
            f"The spectrum of W_hh was measured at iteration {sizes.iteration:,}, not at that of "
            "this pass.",
            is_open=True,
        )
    own = sizes.own
    assert isinstance(own, RecurrentSizes)
    back = _count_back(trace)
    with np.errstate(divide="ignore", invalid="ignore"):
        guide = np.where(back == 0.0, 0.0, back * np.log10(own.spectral_radius))
        bound = np.where(back == 0.0, 0.0, back * np.log10(own.spectral_norm))
    guide, bound = (np.where(np.isfinite(each), each, np.nan) for each in (guide, bound))
    radius, norm = spell(own.spectral_radius), spell(own.spectral_norm)
    is_curved = network.activation != "linear"
    reason = f"The guide {radius}^k takes shape as k grows; the bound, {norm}^k, always holds."
    if is_curved:
        reason += f" Slopes of {network.activation} under 1 take the gradient below the guide."
    return row.predict(
        guide,
        high=bound,
        reason=reason,
        label=f"ρ {radius} a time step",
        bound_label=f"At most σ_max {norm} a time step",
    )


def _lstm(
    row: TheoryRow, network: Recurrent, trace: TimeTrace, sizes: WeightSizes | None
) -> Theory:
    del network, sizes
    if trace.cell != "lstm":
        named = "An RNN" if trace.cell == "rnn" else "A GRU"
        return row.refuse(f"{named} has no cell state with a direct path of its own.")
    forget = trace.gate_means[-1, :, trace.gate_names.index("forget")]
    back = _count_back(trace)
    with np.errstate(divide="ignore"):
        logs = np.where(back > 0.0, np.log10(np.append(forget[1:], 1.0)), 0.0)
    line = np.cumsum(logs[::-1])[::-1]
    line = np.where(np.isfinite(line) & np.isfinite(back), line, np.nan)
    return row.predict(line, label="Direct path")


def _count_back(trace: TimeTrace) -> F64:
    """K = T - t; NaN after the loss, and where truncation cuts the way back."""
    back = trace.loss_time - np.arange(1.0, trace.time_steps + 1.0)
    back[back < 0.0] = np.nan
    cuts = [cut for cut in trace.truncation_cuts if cut < trace.loss_time]
    if cuts:
        back[: cuts[-1]] = np.nan
    return back


def _refuse_mean(trace: TimeTrace) -> str:
    if trace.readout != "mean":
        return ""
    return (
        "With the read-out mean the loss enters at every time step, so the bars are a sum over "
        "many ways back."
    )
