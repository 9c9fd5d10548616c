"""Why factors of every cell with every gate learned, shut or open, and where there are none."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch

from engine.kinds.recurrent.spec import GATES_OF_CELL
from tests.engine.recurrent_cases import make_dataset, make_experiment, run_pass

TIME_STEPS = 6
FORCED = [
    (cell, dict(zip(GATES_OF_CELL[cell], values, strict=True)))
    for cell in ("rnn", "lstm", "gru")
    for values in product((None, 0.0, 1.0), repeat=len(GATES_OF_CELL[cell]))
]


def measure(cell, gates, readout="last", **network):
    experiment = make_experiment(cell=cell, gates=gates, readout=readout, **network)
    dataset = make_dataset(time_steps=TIME_STEPS, readout=readout)
    done, _ = run_pass(experiment, dataset)
    return done.measure_last_pass()[1:]


def expect_products(factors, norms):
    """The rows' products are the ratios of neighbours; says for which rows there are factors."""
    with np.errstate(all="ignore"):
        ratios = norms[:, :-1] / norms[:, 1:]
    products = factors[:, 1:].prod(axis=2)
    has_factors = np.isfinite(products)
    np.testing.assert_allclose(products[has_factors], ratios[has_factors], rtol=1e-9)
    assert np.isnan(factors[:, 1:][~has_factors]).all()
    return has_factors, np.isfinite(ratios)


@pytest.mark.parametrize("readout", ["last", "mean", "all"])
@pytest.mark.parametrize("cuts", [False, True])
@pytest.mark.parametrize(("cell", "gates"), FORCED)
def test_factors_multiply_to_the_ratio_or_are_absent(cell, gates, cuts, readout):
    norms, factors = measure(cell, gates, readout, cut_h_to_gates=cuts)
    has_factors, has_ratio = expect_products(factors.along_h, norms.g_h)
    # One layer: there is a product wherever something arrives.
    np.testing.assert_array_equal(has_factors, has_ratio)
    if cell == "lstm":
        has_factors, has_ratio = expect_products(factors.along_c, norms.g_c)
        comes_through_h = (norms.g_c_carry[:, :-1] == 0.0) & (norms.g_c[:, :-1] > 0.0)
        np.testing.assert_array_equal(has_factors, has_ratio & ~comes_through_h)
        assert gates["forget"] == 0.0 or not comes_through_h.any()


@pytest.mark.parametrize(("cell", "gates"), FORCED)
@pytest.mark.parametrize("cuts", [False, True])
def test_factors_of_lower_layers_too(cell, gates, cuts):
    norms, factors = measure(cell, gates, layers=3, cut_h_to_gates=cuts)
    has_factors, has_ratio = expect_products(factors.along_h, norms.g_h)
    assert factors.along_h.shape == (3, TIME_STEPS, 3)
    np.testing.assert_array_equal(has_factors[-1], has_ratio[-1])
    lost = (has_ratio & ~has_factors)[:-1]
    is_shut = cuts or 0.0 in gates.values() or gates.get("update") == 1.0
    assert is_shut or not lost.any()
    if cell == "lstm":
        expect_products(factors.along_c, norms.g_c)


def test_a_gru_that_keeps_nothing_tells_gates_and_weights():
    _, shut = measure("gru", {"update": 0.0})
    assert shut.names_h == ("gates", "weights", "layer above")
    _, ajar = measure("gru", {"update": 0.5})
    assert ajar.names_h == ("update gate", "gates and candidate", "layer above")
    np.testing.assert_allclose(ajar.along_h[0, 1:, 0], 0.5)


def test_a_row_that_stops_the_gradient_is_zero_and_ones():
    """With the way from h cut, a GRU that keeps nothing hands on nothing."""
    _, factors = measure("gru", {"update": 0.0}, cut_h_to_gates=True)
    last = factors.along_h[0, -1]
    assert last[0] > 0.0
    assert last[1:].tolist() == [0.0, 1.0]


def test_what_drowns_in_rounding_counts_as_nothing():
    """A lower layer whose own weights are nearly 0 is fed by the layer above alone."""
    experiment = make_experiment(cell="rnn", layers=2, dtype="float32")
    dataset = make_dataset(time_steps=TIME_STEPS)
    done, _ = run_pass(experiment, dataset)
    gradient = done.output_gradient
    done.parameters["weight_hh_l0"].value.mul_(1e-9)
    done.forward(torch.from_numpy(dataset.train_x.copy()))
    done.backward(gradient)
    factors = done.measure_last_pass()[2].along_h
    assert np.isnan(factors[0, 1:-1]).all()
    assert np.isfinite(factors[1, 1:]).all()
