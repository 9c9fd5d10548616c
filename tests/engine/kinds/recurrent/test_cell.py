"""What is exactly true of the cells."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.kinds.recurrent.jacobians import compute_state_jacobian
from tests.engine.recurrent_cases import make_dataset, make_experiment, run_pass


def test_an_open_forget_gate_carries_the_cell_gradient_unchanged():
    """With f = 1 and the way from h to the gates cut, d c_T / d c_t along c is exactly 1."""
    experiment = make_experiment(cell="lstm", cut_h_to_gates=True, gates={"forget": 1.0})
    network, _ = run_pass(experiment, make_dataset(time_steps=50))
    cell = network.stack.cells[0]
    last = cell.cell_gradient[50]
    for t in range(1, 51):
        assert torch.equal(cell.cell_gradient[t], last)
    jacobian = compute_state_jacobian(cell, 0, 1, 50, "c")
    np.testing.assert_array_equal(jacobian, np.eye(6))
    assert (cell.measure_direct_path(50) == np.sqrt(30.0)).all()


def test_a_closed_forget_gate_with_the_cut_leaves_nothing():
    experiment = make_experiment(cell="lstm", cut_h_to_gates=True, gates={"forget": 0.0})
    network, _ = run_pass(experiment, make_dataset(time_steps=20))
    cell = network.stack.cells[0]
    assert bool((cell.cell_gradient[1:20] == 0.0).all())


def test_a_linear_rnn_multiplies_by_its_matrix():
    """The state gradient of a linear RNN is (W^T)^(T - t) times that at T."""
    experiment = make_experiment(cell="rnn", activation="linear", hidden=8)
    network, _ = run_pass(experiment, make_dataset(time_steps=12))
    cell = network.stack.cells[0]
    w = cell.weights.w_hh
    for t in range(1, 13):
        power = torch.linalg.matrix_power(w, 12 - t)
        expected = power.T @ cell.state_gradient[12]
        torch.testing.assert_close(cell.state_gradient[t], expected, rtol=1e-11, atol=1e-15)
        jacobian = compute_state_jacobian(cell, 0, t, 12)
        np.testing.assert_allclose(jacobian, power.numpy(), rtol=1e-11, atol=1e-14)


def test_a_gru_with_open_update_gate_keeps_its_state():
    experiment = make_experiment(cell="gru", gates={"update": 1.0})
    network, _ = run_pass(experiment, make_dataset(time_steps=30))
    cell = network.stack.cells[0]
    cell.h[0].fill_(0.37)
    cell.forward(cell.input)
    assert bool((cell.h == 0.37).all())
    assert torch.equal(cell.state_gradient[1], cell.state_gradient[30])


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_shares_of_the_weight_gradient_are_norms_of_terms_that_add_up(cell):
    network, _ = run_pass(make_experiment(cell=cell), make_dataset(time_steps=40))
    layer = network.stack.cells[0]
    terms = layer.hidden_delta @ layer.h[:-1].transpose(1, 2)
    np.testing.assert_allclose(layer.shares, terms.flatten(1).norm(dim=1), rtol=1e-10)
    total = network.parameters["weight_hh_l0"].gradient
    torch.testing.assert_close(terms.sum(0), total, rtol=1e-10, atol=1e-14)


def test_tiny_gradients_keep_their_shares_in_float32():
    """Lifting by a power of two changes no digit that float32 has."""
    experiment = make_experiment(
        cell="rnn",
        dtype="float32",
        hidden=8,
        recurrent_initialisation={"scheme": "normal", "std": 0.02},
    )
    network, _ = run_pass(experiment, make_dataset(time_steps=30))
    layer = network.stack.cells[0]
    delta, h = layer.hidden_delta.double(), layer.h[:-1].double()
    terms = (delta @ h.transpose(1, 2)).flatten(1).norm(dim=1).numpy()
    assert terms.min() < 1e-25
    is_normal = terms > 1e-36
    np.testing.assert_allclose(layer.shares[is_normal], terms[is_normal], rtol=1e-5)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("layers", [1, 2])
def test_why_factors_multiply_to_the_ratio_of_gradients(cell, layers):
    network, _ = run_pass(
        make_experiment(cell=cell, layers=layers, readout="all"),
        make_dataset(time_steps=25, readout="all"),
    )
    _, norms, factors = network.measure_last_pass()
    ratios = norms.g_h[:, :-1] / norms.g_h[:, 1:]
    np.testing.assert_allclose(factors.along_h[:, 1:].prod(axis=2), ratios, rtol=1e-9)
    if cell == "lstm":
        ratios = norms.g_c[:, :-1] / norms.g_c[:, 1:]
        np.testing.assert_allclose(factors.along_c[:, 1:].prod(axis=2), ratios, rtol=1e-9)


def test_sigmoids_far_out_do_not_warn_and_saturate():
    experiment = make_experiment(
        cell="lstm", dtype="float32", initialisation={"scheme": "normal", "std": 500.0}
    )
    network, _ = run_pass(experiment, make_dataset())
    gates = network.stack.cells[0].gates[:, :18]
    assert float(gates.min()) == 0.0
    assert float(gates.max()) == 1.0
    assert bool(torch.isfinite(network.output).all())
