"""The activations and their slopes over an axis, in numpy: for curves, and for averages.

The same functions as in `engine.numerics.activations`, whose passes need torch.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.parts import ActivationName

F64 = NDArray[np.float64]
Curve = Callable[[F64], F64]

_SELU_SCALE = 1.0507009873554805
_SELU_ALPHA = 1.6732632423543772
_GELU_CUBIC = 0.044715
_FARTHEST = 500.0
"""Beyond it exp would overflow, where a sigmoid is 0 or 1 to the last digit anyway."""


def evaluate_activation(name: ActivationName, x: F64, slope: float) -> F64:
    """φ(x); the slope is the leaky ReLU's."""
    if name == "leaky_relu":
        return np.where(x > 0, x, slope * x)
    return _CURVES[name][0](x)


def evaluate_slope(name: ActivationName, x: F64, slope: float) -> F64:
    """φ′(x), at a kink the slope on its left; the slope is the leaky ReLU's."""
    if name == "leaky_relu":
        return np.where(x > 0, 1.0, slope)
    return _CURVES[name][1](x)


def _sigmoid(x: F64) -> F64:
    return 1.0 / (1.0 + np.exp(-np.clip(x, -_FARTHEST, _FARTHEST)))


def _sigmoid_slope(x: F64) -> F64:
    return _sigmoid(x) * _sigmoid(-x)


def _tanh_slope(x: F64) -> F64:
    return np.asarray(1.0 - np.tanh(x) ** 2)


def _normal_cdf(x: F64) -> F64:
    erf = np.array([math.erf(value) for value in (x * math.sqrt(0.5)).ravel()])
    return np.asarray(0.5 * (1.0 + erf.reshape(x.shape)))


def _normal_density(x: F64) -> F64:
    return np.asarray(np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi))


def _gelu_tanh_gate(x: F64) -> F64:
    return np.tanh(math.sqrt(2.0 / math.pi) * (x + _GELU_CUBIC * x**3))


def _gelu_tanh_slope(x: F64) -> F64:
    gate = _gelu_tanh_gate(x)
    inner = math.sqrt(2.0 / math.pi) * (1.0 + 3.0 * _GELU_CUBIC * x * x)
    return np.asarray(0.5 * (1.0 + gate) + 0.5 * x * (1.0 - gate * gate) * inner)


def _silu_slope(x: F64) -> F64:
    gate = _sigmoid(x)
    return np.asarray(gate * (1.0 + x * (1.0 - gate)))


def _expm1(x: F64) -> F64:
    return np.expm1(np.minimum(x, 0.0))


def _exp(x: F64) -> F64:
    return np.exp(np.minimum(x, 0.0))


_CURVES: dict[ActivationName, tuple[Curve, Curve]] = {
    "sigmoid": (_sigmoid, _sigmoid_slope),
    "tanh": (np.tanh, _tanh_slope),
    "relu": (lambda x: np.maximum(x, 0.0), lambda x: np.where(x > 0, 1.0, 0.0)),
    "gelu": (
        lambda x: x * _normal_cdf(x),
        lambda x: _normal_cdf(x) + x * _normal_density(x),
    ),
    "gelu_tanh": (lambda x: 0.5 * x * (1.0 + _gelu_tanh_gate(x)), _gelu_tanh_slope),
    "elu": (lambda x: np.where(x > 0, x, _expm1(x)), _exp),
    "selu": (
        lambda x: _SELU_SCALE * np.where(x > 0, x, _SELU_ALPHA * _expm1(x)),
        lambda x: _SELU_SCALE * np.where(x > 0, 1.0, _SELU_ALPHA * _exp(x)),
    ),
    "silu": (lambda x: x * _sigmoid(x), _silu_slope),
    "softplus": (lambda x: np.logaddexp(0.0, x), _sigmoid),
    "softsign": (lambda x: x / (1.0 + np.abs(x)), lambda x: (1.0 + np.abs(x)) ** -2.0),
    "hardtanh": (
        lambda x: np.clip(x, -1.0, 1.0),
        lambda x: np.where(np.abs(x) < 1.0, 1.0, 0.0),
    ),
    "sin": (np.sin, np.cos),
    "linear": (lambda x: x.copy(), np.ones_like),
}
