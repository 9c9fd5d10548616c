"""State Jacobians against autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.kinds.recurrent.dump import collect_dump
from engine.kinds.recurrent.jacobians import (
    compute_state_jacobian,
    compute_step_jacobians,
    measure_spectral_norms,
    measure_spectral_radii,
)
from tests.engine.recurrent_cases import make_dataset, make_experiment, run_pass
from tests.engine.recurrent_reference import Unrolled


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("layer", [0, 1])
def test_singular_values_agree_with_autograd(cell, cut, layer):
    experiment = make_experiment(cell=cell, layers=2, cut_h_to_gates=cut)
    dataset = make_dataset()
    network, loss = run_pass(experiment, dataset)
    dump = collect_dump(network, experiment, dataset.train_x, dataset.train_y, loss)
    reference = Unrolled({**dump[0], "loss": "ce"}, dump[1])
    for state in ("h", "hc") if cell == "lstm" else ("h",):
        for start, to in ((1, 7), (3, 4), (5, 5)):
            wanted = {"layer": layer, "sample": 2, "from": start, "to": to, "state": state}
            matrix = compute_state_jacobian(network.stack.cells[layer], 2, start, to, state)
            np.testing.assert_allclose(
                np.linalg.svd(matrix, compute_uv=False),
                reference.compute_jacobian_values(wanted),
                rtol=1e-9,
                atol=1e-13,
            )


def test_the_cell_state_jacobian_carries_the_gradient_of_the_cell():
    """dL/dc_t = (d c_T / d c_t)^T dL/dc_T, where the loss reaches c_T alone."""
    network, _ = run_pass(
        make_experiment(cell="lstm", gates={"output": 0.5}), make_dataset(time_steps=9)
    )
    cell = network.stack.cells[0]
    cell.state_gradient.zero_()
    jacobian = compute_state_jacobian(cell, 0, 2, 9, "c")
    h = compute_state_jacobian(cell, 0, 2, 9, "hc")
    through = 0.5 * (1.0 - torch.tanh(cell.c[2, :, 0]) ** 2).numpy()
    np.testing.assert_allclose(jacobian, h[6:, 6:] + h[6:, :6] * through)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_products_are_the_chain(cell):
    network, _ = run_pass(make_experiment(cell=cell), make_dataset())
    layer = network.stack.cells[0]
    steps = compute_step_jacobians(layer, 1)
    product = np.eye(steps.shape[1])
    for t in range(7, 0, -1):
        expected = compute_state_jacobian(layer, 1, t, 7, "hc")
        np.testing.assert_allclose(product, expected, rtol=1e-10, atol=1e-14)
        product = product @ steps[t - 1]


def test_spectra_of_known_matrices():
    rotation = np.array([[0.0, -2.0], [2.0, 0.0]])
    shear = np.array([[0.5, 10.0], [0.0, 0.5]])
    broken = np.full((2, 2), np.nan)
    matrices = np.stack([rotation, shear, broken])
    np.testing.assert_allclose(measure_spectral_radii(matrices), [2.0, 0.5, np.nan])
    norms = measure_spectral_norms(matrices)
    np.testing.assert_allclose(norms[:2], [2.0, np.linalg.norm(shear, 2)])
    assert np.isnan(norms[2])
