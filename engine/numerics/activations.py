"""The activation functions: phi, its derivative, and their formulas as text.

`u` is the argument (the pre-activation, after any normalisation), `h` = phi(u);
both functions write into a given tensor of the same shape.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.parts import ActivationName

_SELU_SCALE = 1.0507009873554804934193349852946
_SELU_ALPHA = 1.6732632423543772848170429916717
"""Source: Klambauer et al. 2017 (self-normalising networks)."""
_GELU_CUBIC = 0.044715
"""Source: Hendrycks and Gimpel 2016, the tanh form."""

Value = Callable[[Tensor, float, Tensor], object]
Derivative = Callable[[Tensor, Tensor, float, Tensor], object]


@dataclass(frozen=True, slots=True)
class Activation:
    """One function with its derivative."""

    formula: str
    derivative_formula: str
    write_value: Value
    """(u, leaky_slope, out): phi(u)."""
    write_derivative: Derivative
    """(u, h, leaky_slope, out): phi'(u), where h = phi(u) is known."""
    saturation_threshold: float = math.nan
    """0.05 max|phi'| where saturation has a meaning, else NaN."""


def _write_tanh_derivative(_u: Tensor, h: Tensor, _slope: float, out: Tensor) -> None:
    numbers, squares = h.numpy(), out.numpy()  # thrice as quick as torch with a number
    np.multiply(numbers, numbers, out=squares)
    np.subtract(1.0, squares, out=squares)


def _write_leaky_relu(u: Tensor, slope: float, out: Tensor) -> None:
    torch.where(u > 0.0, u, u * slope, out=out)


def _write_leaky_relu_derivative(u: Tensor, _h: Tensor, slope: float, out: Tensor) -> None:
    out.fill_(slope).masked_fill_(u > 0.0, 1.0)


def _normal_cdf(u: Tensor) -> Tensor:
    return torch.erf(u * math.sqrt(0.5)).add_(1.0).mul_(0.5)


def _write_gelu(u: Tensor, _slope: float, out: Tensor) -> None:
    torch.mul(u, _normal_cdf(u), out=out)


def _write_gelu_derivative(u: Tensor, _h: Tensor, _slope: float, out: Tensor) -> None:
    density = (u * u).mul_(-0.5).exp_().div_(math.sqrt(2.0 * math.pi))
    torch.mul(u, density, out=out).add_(_normal_cdf(u))


def _gelu_gate(u: Tensor) -> Tensor:
    inner = u * u * u * _GELU_CUBIC + u
    return inner.mul_(math.sqrt(2.0 / math.pi)).tanh_()


def _write_gelu_tanh(u: Tensor, _slope: float, out: Tensor) -> None:
    torch.mul(u, _gelu_gate(u).add_(1.0).mul_(0.5), out=out)


def _write_gelu_tanh_derivative(u: Tensor, _h: Tensor, _slope: float, out: Tensor) -> None:
    gate = _gelu_gate(u)
    inner = (u * u).mul_(3.0 * _GELU_CUBIC).add_(1.0).mul_(math.sqrt(2.0 / math.pi))
    torch.mul(u, inner, out=out).mul_(1.0 - gate * gate).add_(gate).add_(1.0).mul_(0.5)


def _write_elu(u: Tensor, _slope: float, out: Tensor) -> None:
    torch.where(u > 0.0, u, torch.expm1(u), out=out)


def _write_elu_derivative(u: Tensor, _h: Tensor, _slope: float, out: Tensor) -> None:
    torch.clamp(u, max=0.0, out=out).exp_()


def _write_selu(u: Tensor, _slope: float, out: Tensor) -> None:
    torch.where(u > 0.0, u, torch.expm1(u).mul_(_SELU_ALPHA), out=out).mul_(_SELU_SCALE)


def _write_selu_derivative(u: Tensor, _h: Tensor, _slope: float, out: Tensor) -> None:
    torch.exp(u, out=out).mul_(_SELU_ALPHA).masked_fill_(u > 0.0, 1.0).mul_(_SELU_SCALE)


def _write_silu_derivative(u: Tensor, _h: Tensor, _slope: float, out: Tensor) -> None:
    gate = torch.sigmoid(u)
    torch.sub(1.0, gate, out=out).mul_(u).add_(1.0).mul_(gate)


def _write_softplus(u: Tensor, _slope: float, out: Tensor) -> None:
    torch.clamp(u, min=0.0, out=out).add_(torch.log1p(u.abs().neg_().exp_()))


def _write_hardtanh_derivative(u: Tensor, _h: Tensor, _slope: float, out: Tensor) -> None:
    out.fill_(1.0).masked_fill_(u.abs() >= 1.0, 0.0)


ACTIVATIONS: dict[ActivationName, Activation] = {
    "sigmoid": Activation(
        "1 / (1 + exp(−u))",
        "φ (1 − φ)",
        lambda u, _slope, out: torch.sigmoid(u, out=out),
        lambda _u, h, _slope, out: torch.addcmul(h, h, h, value=-1.0, out=out),
        0.05 * 0.25,
    ),
    "tanh": Activation(
        "tanh u",
        "1 − φ²",
        lambda u, _slope, out: torch.tanh(u, out=out),
        _write_tanh_derivative,
        0.05,
    ),
    "relu": Activation(
        "max(0, u)",
        "1 where u > 0, else 0",
        lambda u, _slope, out: torch.clamp(u, min=0.0, out=out),
        lambda _u, h, _slope, out: torch.sign(h, out=out),
    ),
    "leaky_relu": Activation(
        "u where u > 0, else slope · u",
        "1 where u > 0, else slope",
        _write_leaky_relu,
        _write_leaky_relu_derivative,
    ),
    "gelu": Activation(
        "u · ½ (1 + erf(u / √2))",
        "½ (1 + erf(u / √2)) + u · exp(−u²/2) / √(2π)",
        _write_gelu,
        _write_gelu_derivative,
    ),
    "gelu_tanh": Activation(
        "½ u (1 + t), t = tanh(√(2/π) (u + 0.044715 u³))",
        "½ (1 + t) + ½ u (1 − t²) √(2/π) (1 + 0.134145 u²)",
        _write_gelu_tanh,
        _write_gelu_tanh_derivative,
    ),
    "elu": Activation(
        "u where u > 0, else exp(u) − 1",
        "1 where u > 0, else exp(u)",
        _write_elu,
        _write_elu_derivative,
    ),
    "selu": Activation(
        "1.0507 u where u > 0, else 1.7581 (exp(u) − 1)",
        "1.0507 where u > 0, else 1.7581 exp(u)",
        _write_selu,
        _write_selu_derivative,
    ),
    "silu": Activation(
        "u σ(u)",
        "σ(u) (1 + u (1 − σ(u)))",
        lambda u, _slope, out: torch.sigmoid(u, out=out).mul_(u),
        _write_silu_derivative,
    ),
    "softplus": Activation(
        "ln(1 + exp(u))",
        "σ(u)",
        _write_softplus,
        lambda u, _h, _slope, out: torch.sigmoid(u, out=out),
    ),
    "softsign": Activation(
        "u / (1 + |u|)",
        "1 / (1 + |u|)²",
        lambda u, _slope, out: torch.div(u, u.abs().add_(1.0), out=out),
        lambda u, _h, _slope, out: torch.abs(u, out=out).add_(1.0).pow_(-2.0),
        0.05,
    ),
    "hardtanh": Activation(
        "u between −1 and 1, cut there",
        "1 where |u| < 1, else 0",
        lambda u, _slope, out: torch.clamp(u, -1.0, 1.0, out=out),
        _write_hardtanh_derivative,
        0.05,
    ),
    "sin": Activation(
        "sin u",
        "cos u",
        lambda u, _slope, out: torch.sin(u, out=out),
        lambda u, _h, _slope, out: torch.cos(u, out=out),
    ),
    "linear": Activation(
        "u",
        "1",
        lambda u, _slope, out: out.copy_(u),
        lambda _u, _h, _slope, out: out.fill_(1.0),
    ),
}
