"""What the inspector is told of one time step: each number by a route of its own."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.kinds.recurrent.lstm import LstmCell
from engine.kinds.recurrent.spec import GATES_OF_CELL
from tests.engine.recurrent_cases import make_dataset, make_experiment, run_pass

TIME_STEPS = 6
CELLS = ("rnn", "lstm", "gru")
BLOCK_GATES = {
    "rnn": (None,),
    "lstm": ("input", "forget", None, "output"),
    "gru": ("reset", "update", None),
}
GATES = [
    (cell, gates)
    for cell in CELLS
    for gates in ({}, *({name: value} for name in GATES_OF_CELL[cell] for value in (0.0, 0.7)))
]


def take_detail(t, cell="lstm", readout="last", **network):
    experiment = make_experiment(cell=cell, readout=readout, **network)
    done, _ = run_pass(experiment, make_dataset(TIME_STEPS, readout))
    return done, done.detail(t)


def apply_cell(own, t, copies, cell_state):
    """h_t and c_t by plain torch, each block reading its own copy of h_{t-1}."""
    weights, x = own.weights, own.input[t - 1]
    cell = {1: "rnn", 4: "lstm", 3: "gru"}[own.blocks]
    from_x = (weights.w_ih @ x + weights.b_ih[:, None]).chunk(own.blocks)
    from_h = [
        w @ copy + b[:, None]
        for w, copy, b in zip(
            weights.w_hh.chunk(own.blocks), copies, weights.b_hh.chunk(own.blocks), strict=True
        )
    ]
    forced = dict(zip(own.gate_names, own.settings.forced, strict=False))

    def gate(block):
        value = torch.sigmoid(from_x[block] + from_h[block])
        known = forced.get(BLOCK_GATES[cell][block])
        return value if known is None else torch.full_like(value, known)

    if cell == "rnn":
        kinds = {"tanh": torch.tanh, "relu": torch.relu, "linear": lambda z: z}
        return kinds[own.settings.activation](from_x[0] + from_h[0]), None
    if cell == "gru":
        n = torch.tanh(from_x[2] + gate(0) * from_h[2])
        return (1 - gate(1)) * n + gate(1) * own.h[t - 1], None
    c = gate(1) * cell_state + gate(0) * torch.tanh(from_x[2] + from_h[2])
    return gate(3) * torch.tanh(c), c


@pytest.mark.parametrize("readout", ["last", "all"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize(("cell", "gates"), GATES)
def test_what_each_gate_hands_on_agrees_with_autograd_gate_by_gate(cell, gates, layers, readout):
    t = 4
    done, detail = take_detail(t, cell, readout, layers=layers, gates=gates)
    for k, own in enumerate(done.stack.cells):
        copies = [own.h[t - 1].clone().requires_grad_() for _ in range(own.blocks)]
        before = own.c[t - 1].clone() if isinstance(own, LstmCell) else None
        h, c = apply_cell(own, t, copies, before)
        torch.testing.assert_close(h.detach(), own.h[t])
        total = (h * own.state_gradient[t]).sum()
        if c is not None:
            total = total + (c * own.cell_carry[t]).sum()
        gradients = torch.autograd.grad(total, copies, allow_unused=True)
        norms = [0.0 if g is None else float(g.norm()) for g in gradients]
        np.testing.assert_allclose(detail.paths[k], norms, rtol=1e-10, atol=1e-18)


@pytest.mark.parametrize(("cell", "gates"), GATES)
@pytest.mark.parametrize("activation", ["tanh", "relu", "linear"])
def test_values_lie_on_the_curve_over_the_pre_activations(cell, gates, activation):
    if cell != "rnn" and activation != "tanh":
        return
    _, detail = take_detail(3, cell, gates=gates, activation=activation)
    for block, name in enumerate(BLOCK_GATES[cell]):
        z = torch.tensor(detail.arguments[0, block], requires_grad=True)
        plain = {"tanh": torch.tanh, "relu": torch.relu, "linear": lambda z: z * 1.0}[activation]
        value = torch.sigmoid(z) if name else plain(z)
        (slope,) = torch.autograd.grad(value.sum(), z)
        if name is not None and gates.get(name) is not None:
            assert (detail.values[0, block] == gates[name]).all()
            assert (detail.slopes[0, block] == 0.0).all()
            continue
        np.testing.assert_allclose(detail.values[0, block], value.detach(), rtol=1e-9, atol=1e-15)
        np.testing.assert_allclose(detail.slopes[0, block], slope, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_from_outside_comes_what_the_read_out_gives(cell):
    done, detail = take_detail(4, cell, "all")
    gradient = done.output_gradient[:, 2] @ done.parameters["W.out"].value
    assert detail.outside[0] == pytest.approx(float(gradient.norm()), rel=1e-9)
    assert detail.handed_on[0] == pytest.approx(done.stack.cells[0].norms_h[2], rel=1e-12)
    assert take_detail(4, cell, "last")[1].outside[0] == 0.0
    assert take_detail(1, cell, "all")[1].outside[0] == 0.0, "nothing enters before the first"


@pytest.mark.parametrize("cell", CELLS)
def test_where_the_way_is_cut_nothing_is_handed_on(cell):
    _, cut = take_detail(4, cell, truncation=3)
    assert not cut.paths.any()
    assert cut.handed_on[0] == 0.0
    assert not (cut.around[0] if cell == "gru" else 0.0)
    assert cell != "lstm" or cut.handed_on_c[0] == 0.0
    _, without_h = take_detail(4, cell, cut_h_to_gates=True)
    assert not without_h.paths.any()
    if cell == "gru":
        assert without_h.handed_on[0] == pytest.approx(without_h.around[0], rel=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_singular_values_of_each_block_are_those_of_numpy(cell):
    done, detail = take_detail(2, cell, layers=2)
    for k, own in enumerate(done.stack.cells):
        for block, weight in enumerate(own.weights.w_hh.chunk(own.blocks)):
            expected = np.sqrt(np.linalg.eigvalsh((weight.T @ weight).numpy())[::-1].clip(0.0))
            np.testing.assert_allclose(detail.singular_values[k, block], expected, rtol=1e-6)
    assert detail.spectral_norm[0] == pytest.approx(detail.singular_values[0, 0, 0], rel=1e-9)


def test_norms_below_the_square_root_of_the_smallest_number_are_not_zero():
    done, _ = take_detail(4, "rnn")
    own = done.stack.cells[0]
    own.hidden_delta[3] = 1e-200
    assert 0.0 < done.detail(4).paths[0, 0] < 1e-190
