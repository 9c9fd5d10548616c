"""A cause: why a gradient vanishes or explodes, as a code and the evidence for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
    """Of W_hh."""
    lambda_max: float | None = None
    """Largest eigenvalue of the loss's Hessian, where no earlier row of the table matched."""
    noise: float | None = None
    """Decades by which T varies from seed to seed at this width: two standard deviations."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a pass is as it is; two of equal values are equal."""

    kind: CauseKind
    is_certain: bool
    evidence: CauseEvidence
