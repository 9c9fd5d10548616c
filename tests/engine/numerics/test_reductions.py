"""Norms that neither underflow nor overflow, and exact counts."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.kinds.feedforward.statistics import Derivatives
from engine.numerics.parameters import Parameters, Shape, combine_norms
from engine.numerics.reductions import (
    Reductions,
    count_half_octaves,
    is_all_finite,
    shares_of_dead_units,
)
from engine.numerics.row_sums import RowSums
from engine.records.record import HALF_OCTAVES


@pytest.mark.parametrize("size", [1e-24, 1e-19, 1e-38, 1e19, 1e37, 1.0])
@pytest.mark.parametrize("shape", [(3, 64, 64), (20, 7, 13), (1, 1, 1), (2, 64, 128)])
def test_norms_hold_where_float32_squares_do_not(size: float, shape: tuple[int, ...]) -> None:
    rows = torch.full(shape, size, dtype=torch.float32)
    exact = float(rows.view(-1)[0].double()) * math.sqrt(shape[1] * shape[2])
    np.testing.assert_allclose(Reductions().norms(rows), exact, rtol=1e-6)
    columns = Reductions().column_norms(rows, np.arange(min(3, shape[2])))
    np.testing.assert_allclose(columns, exact / math.sqrt(shape[2]), rtol=1e-6)


@pytest.mark.parametrize("size", [1e-200, 1e-300, 1e160, 1e300, 1.0])
def test_norms_hold_where_float64_squares_do_not(size: float) -> None:
    rows = torch.full((3, 5, 7), size, dtype=torch.float64)
    rows[1] = 0.0
    kept = rows.clone()
    exact = size * math.sqrt(35)
    np.testing.assert_allclose(Reductions().norms(rows), [exact, 0.0, exact], rtol=1e-12)
    columns = Reductions().column_norms(rows, np.array([0, 6]))
    np.testing.assert_allclose(columns[2], size * math.sqrt(5), rtol=1e-12)
    assert torch.equal(rows, kept)


def test_rows_of_several_stacks_each_have_the_norm_and_moments_of_their_own_numbers() -> None:
    rng = np.random.default_rng(1)
    one, other, narrow = (
        torch.from_numpy(rng.normal(size=size) * 10.0**scale).float()
        for size, scale in (((40, 64, 96), 0), ((3, 64, 96), -22), ((2, 64, 7), 3))
    )
    sums = RowSums([[one, narrow], [other]], Reductions())
    exact = [
        np.concatenate([np.linalg.norm(k.double().numpy().reshape(len(k), -1), axis=1) for k in q])
        for q in ([one, narrow], [other])
    ]
    for _ in range(2):
        for norms, expected in zip(sums.norms(), exact, strict=True):
            np.testing.assert_allclose(norms, expected, rtol=1e-6)
        narrow *= 0.5
        exact[0][40:] *= 0.5
    (means, deviations), (small, _) = sums.moments()
    np.testing.assert_allclose(means[:40], one.double().mean((1, 2)), atol=1e-6)
    np.testing.assert_allclose(
        deviations[40:], narrow.double().std((1, 2), correction=0), rtol=1e-6
    )
    np.testing.assert_allclose(small, other.double().mean((1, 2)), rtol=1e-5)


def test_norms_of_infinite_and_missing_numbers_say_so() -> None:
    rows = torch.ones(3, 4, 4)
    rows[0, 0, 0], rows[1, 0, 0] = math.inf, math.nan
    norms = Reductions().norms(rows)
    assert np.isinf(norms[0])
    assert np.isnan(norms[1])
    assert norms[2] == 4.0


def test_moments_are_those_of_numpy_even_for_nearly_equal_numbers() -> None:
    rng = np.random.default_rng(0)
    for offset, spread in ((0.0, 1.0), (100.0, 1e-3), (1e-30, 1e-31), (5.0, 0.0)):
        numbers = (offset + spread * rng.normal(size=(5, 64, 32))).astype(np.float32)
        rows = RowSums([[torch.from_numpy(numbers)]], Reductions())
        [(means, deviations)] = rows.moments()
        flat = numbers.astype(np.float64).reshape(5, -1)
        np.testing.assert_allclose(means, flat.mean(1), rtol=1e-5, atol=1e-5 * spread)
        np.testing.assert_allclose(deviations, flat.std(1), rtol=1e-5, atol=1e-40)


def test_half_octaves_have_exact_edges_and_lose_nothing() -> None:
    special = torch.tensor([[0.0, -0.0, 1.0, -1.0, 1.4999, 1.5, 2.0, math.inf, math.nan, 1e-45]])
    counts = count_half_octaves(special)[0]
    assert counts.sum() == 10
    assert counts[0] == 3
    one = 127 * 2
    assert list(counts[one : one + 3]) == [3, 1, 1]
    assert counts[HALF_OCTAVES - 2 :].sum() == 2
    numbers = torch.randn(40, 64, 64)
    by_layer = count_half_octaves(numbers)
    assert by_layer.sum(1).tolist() == [4096] * 40
    np.testing.assert_array_equal(by_layer[37], count_half_octaves(numbers[37:38])[0])


def test_saturated_and_dead_are_counted() -> None:
    derivatives = torch.ones(2, 4, 5)
    derivatives[1, :, 2] = 0.0
    derivatives[0, 0, 0] = 0.0
    derivatives[0, :, 1] = torch.tensor([-1.0, 0.0, 0.0, -1.0])
    assert shares_of_dead_units(derivatives).tolist() == [0.0, 0.2]
    seen = Derivatives.of(slice(0, 2), derivatives.abs(), np.array([0.5, np.nan]))
    shares, dead = seen.measure(np.empty(40, np.bool_))
    assert dead.tolist() == [0.0, 0.2]
    assert shares[0] == 3 / 20
    assert np.isnan(shares[1])


def test_finiteness_is_not_fooled_by_a_sum_that_overflows() -> None:
    assert is_all_finite(torch.full((4,), 3e38))
    assert not is_all_finite(torch.tensor([1.0, math.inf, -math.inf]))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_parameters_know_the_norm_of_each(dtype: torch.dtype) -> None:
    shapes = [Shape(f"W.{n}", (5, 7), n) for n in (1, 2, 3)] + [Shape("b.1", (3,), 1)]
    parameters = Parameters(shapes, dtype)
    for parameter, size in zip(parameters, (1.0, 1e-30, 1e25, 0.0), strict=True):
        parameter.gradient.fill_(size)
    root = math.sqrt(35)
    norms = parameters.norms(parameters.gradient)
    np.testing.assert_allclose(norms, [root, 1e-30 * root, 1e25 * root, 0.0], rtol=1e-6)
    parameters.activate({"W.1", "W.2"})
    np.testing.assert_allclose(
        parameters.norms(parameters.gradient), [root, 1e-30 * root, 0.0, 0.0], rtol=1e-6
    )
    assert parameters.active_count == 70
    assert not parameters["W.3"].gradient.any()
    assert combine_norms(np.array([3e200, 4e200])) == pytest.approx(5e200)
