"""The spectrum of state Jacobian products against their definition."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import RequestError
from engine.kinds.recurrent.jacobians import compute_state_jacobian
from engine.kinds.recurrent.spectrum import measure_state_spectrum
from tests.engine.recurrent_cases import make_dataset, make_experiment, run_pass


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_every_number_is_that_of_the_product(cell):
    network, _ = run_pass(make_experiment(cell=cell, layers=2), make_dataset(time_steps=40))
    found = measure_state_spectrum(network, 1)
    assert found.times.tolist() == list(range(1, 41))
    assert found.state == ("h, c" if cell == "lstm" else "h")
    state = "hc" if cell == "lstm" else "h"
    for t in (1, 17, 40):
        product = compute_state_jacobian(network.stack.cells[-1], 1, t, 40, state)
        values = np.linalg.svd(product, compute_uv=False)
        radius = np.abs(np.linalg.eigvals(product)).max()
        assert found.largest[t - 1] == pytest.approx(values[0], rel=1e-9)
        assert found.median[t - 1] == pytest.approx(np.median(values), rel=1e-6)
        assert found.radius[t - 1] == pytest.approx(radius, rel=1e-6)
    assert found.largest[-1] == found.smallest[-1] == found.radius[-1] == 1.0


def test_norm_and_radius_are_bounds_and_differ():
    network, _ = run_pass(make_experiment(cell="rnn"), make_dataset(time_steps=30))
    found = measure_state_spectrum(network)
    assert (found.radius <= found.largest * (1 + 1e-9)).all()
    assert found.time_step_radius < found.time_step_norm


def test_a_spectrum_ends_at_the_loss():
    network, _ = run_pass(make_experiment(cell="gru", readout="all"), make_dataset(readout="all"))
    network.start_from(4)
    found = measure_state_spectrum(network)
    assert found.to == 4
    assert found.times.tolist() == [1, 2, 3, 4]


def test_of_two_hundred_time_steps_some_are_measured():
    network, _ = run_pass(make_experiment(cell="lstm", hidden=64), make_dataset(time_steps=200))
    found = measure_state_spectrum(network)
    assert 8 <= len(found.times) <= 64


def test_a_state_that_is_too_large_is_refused_in_a_sentence():
    network, _ = run_pass(make_experiment(cell="lstm", hidden=257), make_dataset(time_steps=2))
    with pytest.raises(RequestError, match="not 514"):
        measure_state_spectrum(network)
