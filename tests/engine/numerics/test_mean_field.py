"""Averages, fixed points and kernels: against closed forms, the literature and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.document.initialisation import SCHEMES, Initialisation
from engine.numerics.initialisers import (
    draw_bias,
    draw_weight,
    find_bias_variance,
    find_weight_variance,
    make_generator,
)
from engine.numerics.mean_field import (
    BATCH_NORM_RELU_FACTOR,
    average,
    carry_correlation,
    correlate_gradients,
    factor_per_layer,
    find_band,
    find_critical_sigma_w,
    find_fixed_point,
    share_slopes,
)
from engine.parts import ACTIVATIONS, ActivationName

DEFAULT, XAVIER, HE = 1.0 / math.sqrt(3.0), 1.0, math.sqrt(2.0)


@pytest.mark.parametrize(("sigma_w", "factor"), [(HE, 1.0), (XAVIER, 0.7071), (DEFAULT, 0.4082)])
def test_relu_factors(sigma_w: float, factor: float) -> None:
    assert factor_per_layer("relu", sigma_w) == pytest.approx(factor, abs=5e-5)


@pytest.mark.parametrize(("sigma_w", "factor"), [(DEFAULT, 0.141), (XAVIER, 0.236), (HE, 0.318)])
def test_sigmoid_factors(sigma_w: float, factor: float) -> None:
    assert factor_per_layer("sigmoid", sigma_w) == pytest.approx(factor, abs=6e-4)


def test_batch_norm_multiplies_a_norm_by_the_root_of_the_square_s_factor() -> None:
    assert pytest.approx(1.211, abs=5e-4) == BATCH_NORM_RELU_FACTOR
    assert pytest.approx(1.467, abs=5e-4) == BATCH_NORM_RELU_FACTOR**2


@pytest.mark.parametrize(("sigma_b", "sigma_w"), [(0.0, 1.0), (0.05, 1.1225), (0.3, 1.3956)])
def test_the_critical_line_of_tanh(sigma_b: float, sigma_w: float) -> None:
    found = find_critical_sigma_w(sigma_b)
    assert found == pytest.approx(sigma_w, abs=5e-5)
    if sigma_b:
        q = find_fixed_point("tanh", found, sigma_b)
        assert found**2 * average("tanh", q).slope == pytest.approx(1.0, abs=1e-6)


def test_tanh_loses_less_than_a_decade_on_its_way_to_the_fixed_point() -> None:
    """The recursion gives -.76 over 50 layers where the fixed point alone says almost nothing."""
    q, decades = 1.0, 0.0
    for _ in range(49):
        q = average("tanh", q).value
        decades += 0.5 * math.log10(average("tanh", q).slope)
    assert decades == pytest.approx(-0.76, abs=0.01)
    at_rest = 50 * math.log10(factor_per_layer("tanh", 1.0))
    assert abs(at_rest) < 0.02


def test_residual_tanh_gains_what_the_recursion_says() -> None:
    size, decades = 1.0, 0.0
    for _ in range(50):
        own = average("tanh", size)
        decades += 0.5 * math.log10(1.0 + own.slope)
        size += own.value
    assert decades == pytest.approx(1.57, abs=0.005)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("q", [0.05, 1.0, 30.0])
def test_averages_are_those_of_many_draws(name: ActivationName, q: float) -> None:
    from engine.numerics.activation_curves import evaluate_activation, evaluate_slope

    z = math.sqrt(q) * np.random.default_rng(1).standard_normal(400_000)
    value, slope = evaluate_activation(name, z, 0.1), evaluate_slope(name, z, 0.1)
    own = average(name, q, 0.1)
    assert own.value == pytest.approx(float(np.mean(value**2)), rel=0.02, abs=1e-4)
    assert own.slope == pytest.approx(float(np.mean(slope**2)), rel=0.02)
    assert own.fourth == pytest.approx(float(np.mean(slope**4)), rel=0.03)
    kurtosis = float(np.mean(value**4) / np.mean(value**2) ** 2)
    assert own.value_kurtosis == pytest.approx(kurtosis, rel=0.05)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_averages_of_pre_activations_beyond_measure_are_numbers(name: ActivationName) -> None:
    own = average(name, 1e200, 0.1)
    assert own.value >= 0.0
    assert own.value_kurtosis >= 1.0


def test_kurtosis_of_slopes() -> None:
    assert average("relu", 1.0).kurtosis == 2.0
    assert average("linear", 1.0).kurtosis == pytest.approx(1.0, abs=1e-9)
    assert average("sigmoid", 0.3).kurtosis == pytest.approx(1.0, abs=0.05)


def test_the_band_of_relu_is_the_known_one() -> None:
    """Two standard deviations are +-2 sqrt(5 L / n) / (2 ln 10): 1.2 decades at n 32, L 50."""
    shifts, sds = find_band([2.0] * 50, [32.0] * 50)
    shift, sd = float(shifts[0]), float(sds[0])
    assert float(sds[-1]) == pytest.approx(math.sqrt(5 / 32) / (2.0 * math.log(10.0)))
    assert 2.0 * sd == pytest.approx(math.sqrt(5 * 50 / 32) / math.log(10.0))
    assert 2.0 * sd == pytest.approx(1.2, abs=0.05)
    assert shift == pytest.approx(5 * 50 / 32 / (4.0 * math.log(10.0)))


def test_kernels_of_equal_and_of_orthogonal_inputs() -> None:
    assert share_slopes(1.0) == 1.0
    assert share_slopes(0.0) == pytest.approx(0.5)
    assert carry_correlation(1.0) == pytest.approx(1.0)
    assert carry_correlation(0.0) == pytest.approx(1.0 / math.pi)
    assert correlate_gradients(0.0, 1) == pytest.approx(0.5)
    assert correlate_gradients(1.0, 50) == 1.0
    assert 2.0**-24 < correlate_gradients(0.0, 24) < 0.5


@pytest.mark.parametrize("cosine", [-0.5, 0.2, 0.9])
def test_kernels_are_those_of_a_wide_random_relu_layer(cosine: float) -> None:
    draws = np.random.default_rng(0).standard_normal((2, 400_000))
    x, y = draws[0], cosine * draws[0] + math.sqrt(1.0 - cosine**2) * draws[1]
    assert share_slopes(cosine) == pytest.approx(2.0 * np.mean((x > 0) & (y > 0)), abs=5e-3)
    carried = 2.0 * np.mean(np.maximum(x, 0.0) * np.maximum(y, 0.0))
    assert carry_correlation(cosine) == pytest.approx(carried, abs=1e-2)


@pytest.mark.parametrize("scheme", [each for each in SCHEMES if each not in ("identity", "zeros")])
def test_variances_are_those_of_what_is_drawn(scheme: str) -> None:
    own = Initialisation(scheme=scheme, std=0.3, bound=0.2, gain=1.5)  # type: ignore[arg-type]
    for size in ((200, 80), (80, 200)):
        drawn = draw_weight(own, size, make_generator(1, "W"))
        variance = find_weight_variance(own, size)
        assert variance == pytest.approx(drawn.var(), rel=0.05)
    biases = draw_bias(own, 20_000, 80, make_generator(1, "b"))
    assert find_bias_variance(own, 80) == pytest.approx(biases.var(), rel=0.05)


def test_what_is_not_random_has_no_variance() -> None:
    for scheme in ("identity", "zeros"):
        assert find_weight_variance(Initialisation(scheme=scheme), (4, 4)) is None
    assert find_bias_variance(Initialisation(bias=-10.0), 8) is None
    assert find_bias_variance(Initialisation(bias=0.0), 8) == 0.0
