"""Values and derivatives against torch's own functions and autograd."""

from __future__ import annotations

import pytest
import torch

from engine.kinds.feedforward.spec import Layer
from engine.numerics.activations import ACTIVATIONS
from engine.parts import ActivationName
from tests.engine.second_opinion import activate


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_value_and_derivative(name: ActivationName) -> None:
    u = torch.linspace(-30.0, 30.0, 2001, dtype=torch.float64).view(3, 667).requires_grad_(True)
    expected = activate(Layer(4, name, leaky_slope=0.3), u)
    (slope,) = torch.autograd.grad(expected.sum(), u)
    value, derivative = torch.empty_like(u.detach()), torch.empty_like(u.detach())
    own = ACTIVATIONS[name]
    own.write_value(u.detach(), 0.3, value)
    own.write_derivative(u.detach(), value, 0.3, derivative)
    torch.testing.assert_close(value, expected.detach(), rtol=1e-12, atol=1e-14)
    torch.testing.assert_close(derivative, slope, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_extreme_arguments_stay_finite(name: ActivationName) -> None:
    u = torch.tensor([[-1e4, -200.0, 0.0, 200.0, 1e4]])
    value, derivative = torch.empty_like(u), torch.empty_like(u)
    ACTIVATIONS[name].write_value(u, 0.01, value)
    ACTIVATIONS[name].write_derivative(u, value, 0.01, derivative)
    assert torch.isfinite(value).all()
    assert torch.isfinite(derivative).all()


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softsign", "hardtanh"])
def test_saturation_threshold_is_a_twentieth_of_the_steepest(name: ActivationName) -> None:
    u = torch.linspace(-1.0, 1.0, 4001, dtype=torch.float64)
    value, derivative = torch.empty_like(u), torch.empty_like(u)
    ACTIVATIONS[name].write_value(u, 0.01, value)
    ACTIVATIONS[name].write_derivative(u, value, 0.01, derivative)
    assert ACTIVATIONS[name].saturation_threshold == pytest.approx(0.05 * float(derivative.max()))
