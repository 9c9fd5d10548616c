"""Wide random networks at initialisation: what becomes of variances, and of a gradient.

A pre-activation of a wide layer with random weights is normal, z = sqrt(q) x with x from N(0, 1).
One layer multiplies the mean square of a gradient, towards the input, by chi(q) = sigma_w² E φ′(z)²
and makes of q the next q = sigma_w² E φ(z)² + sigma_b², sigma_w² the variance of a weight times
the number of its inputs. sigma_w and sigma_b are standard deviations, never variances.
Sources: Poole et al. 2016; Schoenholz et al. 2017; Hanin and Nica 2018 (fluctuations).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.numerics.activation_curves import evaluate_activation, evaluate_slope
from engine.parts import ActivationName

F64 = NDArray[np.float64]

_POINTS = 2_001
_REACH = 10.0
"""Standard deviations: a plain trapezoid over them is right to six digits for smooth φ, where
Gauss-Hermite nodes are badly wrong for large q."""
_WITH_JUMPS: tuple[ActivationName, ...] = ("selu", "hardtanh")
_NUDGE = 1e-9
"""Slopes that jump at a point of the grid, as at 0, are averaged over both sides of it."""
_X = np.linspace(-_REACH, _REACH, _POINTS)
_WEIGHT = np.exp(-0.5 * _X**2) / math.sqrt(2.0 * math.pi) * (_X[1] - _X[0])
_FIXED_POINT_ROUNDS = 10_000
_STILL = 1e-12

BATCH_NORM_RELU_FACTOR = math.sqrt(math.pi / (math.pi - 1.0))
"""Of a gradient's norm, for each layer of batch normalisation and ReLU towards the input: 1.211.
Source: Yang et al. 2019."""


@dataclass(frozen=True, slots=True)
class Averages:
    """What one activation does to normal pre-activations."""

    value: float
    """E φ²."""
    slope: float
    """E φ′²."""
    fourth: float
    """E φ′⁴."""
    value_kurtosis: float
    """E φ⁴ / (E φ²)²: at least 1, and 3 for a linear layer."""

    @property
    def kurtosis(self) -> float:
        """Kappa = E φ′⁴ / (E φ′²)²: 2 for ReLU, 1 for a linear layer; NaN where φ′ is 0."""
        return self.fourth / self.slope**2 if self.slope > 0.0 else math.nan


def average(activation: ActivationName, q: float, leaky_slope: float = 0.01) -> Averages:
    """The averages over z from N(0, q); closed forms for ReLU and leaky ReLU.

    All NaN where q is no finite number, but for the slopes of those two, which need no q.
    """
    if activation in ("relu", "leaky_relu"):
        below = leaky_slope if activation == "leaky_relu" else 0.0
        square = 0.5 * (1.0 + below**2)
        fourth = 0.5 * (1.0 + below**4)
        return Averages(square * q, square, fourth, 3.0 * fourth / square**2)
    if not 0.0 <= q < math.inf:
        return Averages(math.nan, math.nan, math.nan, math.nan)
    z = math.sqrt(q) * _X
    value = evaluate_activation(activation, z, leaky_slope)
    largest = float(np.abs(value).max()) or 1.0
    squares = (value / largest) ** 2
    mean = float(_WEIGHT @ squares)
    nudges = (-_NUDGE, _NUDGE) if activation in _WITH_JUMPS else (0.0,)
    sides = [evaluate_slope(activation, z + nudge, leaky_slope) for nudge in nudges]
    return Averages(
        value=mean * largest * largest,
        slope=float(np.mean([_WEIGHT @ side**2 for side in sides])),
        fourth=float(np.mean([_WEIGHT @ side**4 for side in sides])),
        value_kurtosis=float(_WEIGHT @ squares**2) / mean**2 if mean > 0.0 else math.nan,
    )


def find_fixed_point(
    activation: ActivationName, sigma_w: float, sigma_b: float, leaky_slope: float = 0.01
) -> float:
    """q* of the recursion from q = 1; infinite or 0 where it runs away or dies out."""
    q = 1.0
    for _ in range(_FIXED_POINT_ROUNDS):
        new = sigma_w**2 * average(activation, q, leaky_slope).value + sigma_b**2
        if not abs(new - q) > _STILL * q:
            return new
        q = new
    return q


def factor_per_layer(
    activation: ActivationName, sigma_w: float, sigma_b: float = 0.0, leaky_slope: float = 0.01
) -> float:
    """F = sqrt(chi(q*)): of a gradient's norm for each layer, deep inside a network."""
    if activation in ("relu", "leaky_relu"):
        q = 1.0  # their slopes do not depend on it
    else:
        q = find_fixed_point(activation, sigma_w, sigma_b, leaky_slope)
    return sigma_w * math.sqrt(average(activation, q, leaky_slope).slope)


def find_critical_sigma_w(sigma_b: float) -> float:
    """For tanh, the sigma_w at which chi(q*) = 1: less vanishes, more explodes.

    Every q > 0 is the fixed point of one critical pair: sigma_w² = 1 / E φ′², sigma_b² =
    q - sigma_w² E φ²; sigma_b grows with q, which is looked for by halving.

    Args:
        sigma_b: standard deviation of the biases, from 0 to 1.
    """
    if sigma_b == 0.0:
        return 1.0
    low, high = 0.0, 10.0
    for _ in range(100):
        q = 0.5 * (low + high)
        own = average("tanh", q)
        is_beyond = q - own.value / own.slope > sigma_b**2
        low, high = (low, q) if is_beyond else (q, high)
    return 1.0 / math.sqrt(average("tanh", 0.5 * (low + high)).slope)


def find_band(kurtoses: ArrayLike, widths: ArrayLike) -> tuple[F64, F64]:
    """Shift m and standard deviation, in decades, of a gradient after random layers.

    Each entry is that after its own layer and all later ones.

    The log of a product of random matrices is nearly normal: sd = sqrt(Σ (3 kappa - 1) / n) /
    (2 ln 10), and its mean lies m = Σ (3 kappa - 1) / (4 n ln 10) under the log of the mean.
    Source: Hanin and Nica 2018.
    """
    own = (3.0 * np.asarray(kurtoses, np.float64) - 1.0) / np.asarray(widths, np.float64)
    spread = np.cumsum(own[::-1])[::-1]
    return spread / (4.0 * math.log(10.0)), np.sqrt(spread) / (2.0 * math.log(10.0))


def carry_correlation(cosine: float) -> float:
    """κ₁: the cosine of two inputs' activations after a wide ReLU layer, from that before it.

    Source: Cho and Saul 2009 (arc-cosine kernels).
    """
    cosine = min(max(cosine, -1.0), 1.0)
    angle = math.acos(cosine)
    return (math.sin(angle) + (math.pi - angle) * cosine) / math.pi


def share_slopes(cosine: float) -> float:
    """κ₀: how equal the slopes of two inputs are in a wide ReLU layer: 1, or ½ for orthogonal ones.

    Source: Cho and Saul 2009 (arc-cosine kernels).
    """
    return 1.0 - math.acos(min(max(cosine, -1.0), 1.0)) / math.pi


def correlate_gradients(cosine: float, layers: int) -> float:
    """The correlation of two inputs' gradients after so many wide ReLU layers with He's weights.

    ∏ κ₀(c_l) over the cosines c_l of their activations. 2⁻ᴸ is a simplification of it: it takes
    every layer's inputs for orthogonal. Source: Balduzzi et al. 2017 (shattered gradients).
    """
    product = 1.0
    for _ in range(layers):
        product *= share_slopes(cosine)
        cosine = carry_correlation(cosine)
    return product
