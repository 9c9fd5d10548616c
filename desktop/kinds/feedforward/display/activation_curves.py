"""The activations as curves to be drawn: in numpy, since the engine's own need torch."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]


def evaluate_activation(name: str, x: F64, slope: float) -> F64:
    """φ(x); the slope is the leaky ReLU's."""
    if name == "leaky_relu":
        return np.where(x > 0, x, slope * x)
    return _CURVES[name](x)


def _sigmoid(x: F64) -> F64:
    return 1.0 / (1.0 + np.exp(-np.clip(x, -500, 500)))


def _erf(x: F64) -> F64:
    return np.array([math.erf(value) for value in x])


def _gelu_tanh(x: F64) -> F64:
    inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
    return np.asarray(0.5 * x * (1 + np.tanh(inner)))


def _elu(x: F64) -> F64:
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def _selu(x: F64) -> F64:
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    return np.where(x > 0, scale * x, scale * alpha * np.expm1(np.minimum(x, 0)))


_CURVES: dict[str, Callable[[F64], F64]] = {
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    "gelu": lambda x: 0.5 * x * (1 + _erf(x / math.sqrt(2))),
    "gelu_tanh": _gelu_tanh,
    "elu": _elu,
    "selu": _selu,
    "silu": lambda x: x * _sigmoid(x),
    "softplus": lambda x: np.logaddexp(0, x),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "hardtanh": lambda x: np.clip(x, -1, 1),
    "sin": np.sin,
    "linear": lambda x: x,
}
