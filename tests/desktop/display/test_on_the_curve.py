"""Measured entries stand on the drawn curves, whatever they are."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.display.inspector import describe_singular_values, plot_singular_values
from desktop.display.on_the_curve import Entries, count_entries, plot_forced, plot_on_curve
from engine.numerics.activation_curves import evaluate_activation, evaluate_slope
from engine.parts import ACTIVATIONS, ActivationName


def enter(name: ActivationName, z: np.ndarray, total: int | None = None) -> Entries:
    with np.errstate(all="ignore"):
        values, slopes = evaluate_activation(name, z, 0.2), evaluate_slope(name, z, 0.2)
    return Entries(z, values, slopes, len(z) if total is None else total, *count_entries(z))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_points_are_the_entries_and_lie_on_their_line(name: ActivationName) -> None:
    z = np.random.default_rng(0).normal(0.0, 3.0, 200)
    entries = enter(name, z)
    picture = plot_on_curve("z", "φ", name, 0.2, entries)
    for curve, measured in zip(picture.curves, (entries.values, entries.slopes), strict=True):
        np.testing.assert_array_equal(curve.points[0], z)
        on_line = np.interp(z, *curve.line)
        np.testing.assert_allclose(curve.points[1], on_line, atol=1e-12)
        # Heights are one scale of the values: their differences stand in one ratio.
        span = np.ptp(measured)
        if span > 0:
            scale = np.ptp(curve.points[1]) / span
            heights = curve.points[1] - curve.points[1][0]
            np.testing.assert_allclose(heights, scale * (measured - measured[0]), atol=1e-9)
        assert curve.line[1].min() >= -1e-12
        assert curve.line[1].max() <= 1 + 1e-12
    assert picture.curves[1].is_dashed


def test_a_saturated_layer_says_how_many_have_hardly_a_slope() -> None:
    z = np.concatenate((np.full(30, 200.0), np.full(10, 0.1)))
    picture = plot_on_curve("z", "σ", "sigmoid", 0.0, enter("sigmoid", z, 4_000))
    assert (
        picture.words
        == "40 of 4,000 entries drawn; 75 % where the slope is below 5 % of its largest."
    )
    line = picture.curves[0].line
    bend = (line[0] > -1.0) & (line[0] < 8.0)
    assert bend.sum() > 100, "the bend is drawn finely though the axis is wide"


def test_dead_units_let_nothing_through() -> None:
    words = plot_on_curve("z", "ReLU", "relu", 0.0, enter("relu", np.linspace(-9, -1, 50))).words
    assert words == "50 entries drawn: the slope is 0 at every one, nothing comes through."


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize(
    "z",
    [
        np.array([np.nan, np.inf, -np.inf]),
        np.array([1e30, -1e30, np.nan, 0.0]),
        np.array([3.0e38]),
        np.array([0.0]),
        np.full(5, -1e-300),
    ],
    ids=["none finite", "wide", "one", "zero", "tiny"],
)
def test_any_numbers_can_be_drawn(name: ActivationName, z: np.ndarray) -> None:
    picture = plot_on_curve("z", "φ", name, 0.2, enter(name, z))
    for curve in picture.curves:
        assert np.isfinite(curve.points[0]).all()
    assert picture.high > picture.low
    wild = int((~np.isfinite(z)).sum())
    if wild == len(z):
        assert picture.words == "None of the entries is a finite number."
    elif wild:
        assert f"{wild} not finite and left out" in picture.words


def test_a_forced_gate_has_no_curve() -> None:
    picture = plot_forced("z", 0.5, enter("sigmoid", np.linspace(-1, 1, 9)))
    assert not picture.curves
    assert picture.words.startswith("Forced to 0.50")


def test_singular_values_in_words() -> None:
    words = describe_singular_values(np.array([2.0, 1.0, 0.5]))
    assert words == "σ₁ 2.0, mean 1.2, condition number 4.0 (σ₁ over the smallest, 0.50)."
    assert "condition number ∞" in describe_singular_values(np.array([1.0, 1e-18]))
    assert describe_singular_values(np.zeros(3)) == "All are 0: nothing comes through."
    assert describe_singular_values(np.array([0.3])).startswith(
        "σ₁ 0.30, mean 0.30, condition number 1.0"
    )
    assert plot_singular_values("W", np.zeros(0), "Too large.").words == "Too large."
