"""The curves against the functions that the passes compute, which torch confirms."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.numerics.activation_curves import evaluate_activation, evaluate_slope
from engine.numerics.activations import ACTIVATIONS
from engine.parts import ActivationName


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_curve_and_slope_are_those_of_the_pass(name: ActivationName) -> None:
    u = torch.linspace(-30.0, 30.0, 2002, dtype=torch.float64)  # no point lies on a kink
    value, derivative = torch.empty_like(u), torch.empty_like(u)
    own = ACTIVATIONS[name]
    own.write_value(u, 0.3, value)
    own.write_derivative(u, value, 0.3, derivative)
    x = u.numpy()
    np.testing.assert_allclose(
        evaluate_activation(name, x, 0.3), value.numpy(), rtol=1e-12, atol=1e-14
    )
    np.testing.assert_allclose(
        evaluate_slope(name, x, 0.3), derivative.numpy(), rtol=1e-10, atol=1e-13
    )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_extreme_arguments_stay_finite(name: ActivationName) -> None:
    x = np.array([-1e4, -200.0, 0.0, 200.0, 1e4])
    assert np.isfinite(evaluate_activation(name, x, 0.01)).all()
    assert np.isfinite(evaluate_slope(name, x, 0.01)).all()
