"""A cause: why a gradient vanishes or explodes, as a code and the evidence for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.records.evidence import Evidence
from engine.records.record import F64

CauseKind = Literal[
    "none",
    "no_loss_gradient",
    "structural",
    "weights_too_large",
    "unscaled_skips",
    "dead_units",
    "underflow",
    "within_noise",
    "learning_rate",
    "saturated",
    "bounded_derivative",
    "weights_too_small",
    "batch_norm_growth",
    "forget_gate_shut",
    "forget_gate_half_shut",
    "recurrent_weights_too_small",
    "recurrent_weights_too_large",
    "unclear",
]
"""`none`: healthy. `structural`: a cut, a truncation, a gate that the document forces.
`within_noise`: a narrow network's gradient may be off by as much without any cause."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How many decades of T each part of a layer or cell accounts for; None: not measured."""

    activation: float | None = None
    normalisation: float | None = None
    weights: float | None = None
    skip: float | None = None


@dataclass(frozen=True, slots=True)
class CauseEvidence:
    """What was measured of a pass to name its cause; None where it was not, or means nothing."""

    T: float | None = None
    """Decades from the loss end to the beginning: log10 of G_1 / G_L, or of what is carried."""
    shares: Shares = Shares()
    """Summed log10 of the why factors over l = 2 ... L."""
    weight_scale: float | None = None
    """Median of ||W_l||_F / sqrt(n), divided by the critical one of the activation."""
    saturated: float | None = None
    """Median over the layers of the share of saturated entries."""
    dead: float | None = None
    """The largest share of dead units in a layer."""
    forget_direct: float | None = None
    """log10 of the product of the mean forget gates: the direct path."""
    spectral_radius: float | None = None
    """Of W_hh, the largest over recurrent layers and over the blocks of a gated cell."""
    lambda_max: float | None = None
    """Largest eigenvalue of the loss's Hessian, where no earlier row of the table matched."""
    noise: float | None = None
    """Decades by which T varies from seed to seed at this width: two standard deviations."""


@dataclass(frozen=True, slots=True)
class SlowEvidence:
    """What takes too long to be measured with every pass."""

    iteration: int
    """Updates made before the pass that it belongs to."""
    spectral_radius: float | None = None
    """Of W_hh, the largest over recurrent layers and over the blocks of a gated cell."""
    lambda_max: float | None = None
    """None where it was not asked for, or is no finite number."""


@dataclass(frozen=True, slots=True)
class GateOpening:
    """How far the gate stands open that keeps a cell's state."""

    name: str
    """As the document calls it: "forget"."""
    mean: float
    """Over the time steps of the stretch, units and samples."""


@dataclass(frozen=True, slots=True)
class CauseRow:
    """The row of a kind's own table that matches."""

    kind: CauseKind
    share: float | None = None
    """Of the decades of T, how many the cause accounts for; None: it names no share."""


@dataclass(frozen=True, slots=True)
class CauseGrounds:
    """What a kind of network knows of the cause of a pass; the order of the rows is shared."""

    evidence: CauseEvidence
    carried: float | None
    """What reaches the beginning, as a ratio; None for 0 / 0."""
    source: float
    """The gradient at the output: what the loss gives."""
    is_finite: bool
    noun: str = "layer"
    """What a place is called."""
    places: int = 0
    """How many there are between the beginning and the loss end, both included."""
    structure: str = ""
    """What in the document itself keeps the gradient away, as a clause; else empty."""
    overflow: CauseKind = "weights_too_large"
    """What lets the forward pass leave the finite numbers, where it does."""
    dead_layer: int | None = None
    """The first of which nearly all units are dead."""
    row: CauseRow | None = None
    """The first of the kind's own rows that matches."""
    is_learning_rate_judged: bool = False
    """Whether the learning rate is compared with the curvature of the loss."""
    gate: GateOpening | None = None
    activation: str = ""
    """The activation of most places, by its name in the document; empty without one."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a pass is as it is; two of equal values are equal."""

    kind: CauseKind
    is_certain: bool
    evidence: CauseEvidence
    noun: str = "layer"
    places: int = 0
    """As in `CauseGrounds`, and so are the next ones."""
    structure: str = ""
    dead_layer: int | None = None
    gate: GateOpening | None = None
    activation: str = ""
    learning_rate: float | None = None
    """Of the update that follows, where the cause rests on it."""
    is_open: bool = False
    """Whether the largest eigenvalue could still name the cause, and was not measured."""


def ground_cause(evidence: Evidence) -> CauseGrounds:
    """The grounds that all kinds of network share; a kind adds its own."""
    ratio = evidence.carried.ratio
    is_finite = bool(np.isfinite(evidence.gradients).all()) and math.isfinite(evidence.loss)
    return CauseGrounds(
        evidence=CauseEvidence(T=math.log10(ratio) if ratio and math.isfinite(ratio) else None),
        carried=ratio,
        source=evidence.source,
        is_finite=is_finite,
        noun=evidence.noun,
        places=len(evidence.gradients),
        dead_layer=evidence.dead_layers[0] if evidence.dead_layers else None,
    )


def add_logs(factors: F64) -> float | None:
    """The sum of log10 of factors; None where one of them is 0 or not finite."""
    if not bool((np.isfinite(factors) & (factors > 0.0)).all()):
        return None
    return float(np.log10(factors).sum())
