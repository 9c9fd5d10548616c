"""What an activation's slopes at 0 say of its layers: the critical weights, and the noise.

a = phi'(0-) and b = phi'(0+); of small arguments half lie on either side.
"""

from __future__ import annotations

import math

import numpy as np

from engine.numerics.activation_curves import evaluate_slope
from engine.parts import ActivationName

_BESIDE_0 = np.array([-1e-9, 1e-9])


def find_critical_scale(activation: ActivationName, leaky_slope: float) -> float:
    """The sigma_w at which a gradient keeps its size: 1 / sqrt((a^2 + b^2) / 2)."""
    slopes = evaluate_slope(activation, _BESIDE_0, leaky_slope)
    return 1.0 / math.sqrt(float(np.mean(slopes**2)))


def find_spread(activation: ActivationName, leaky_slope: float) -> float:
    """3 kappa - 1, kappa = E phi'^4 / (E phi'^2)^2: 5 for ReLU, 2 for a linear layer.

    Over n it is the variance of the log of the squared gradient's factor of a layer of width n.
    Source: Hanin & Nica 2018 (log-normality).
    """
    squares = evaluate_slope(activation, _BESIDE_0, leaky_slope) ** 2
    return 3.0 * float(np.mean(squares**2)) / float(np.mean(squares)) ** 2 - 1.0
