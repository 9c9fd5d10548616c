"""The written-out pass through time against autograd, and what the settings promise."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import TooLargeError
from engine.kinds.recurrent.dump import collect_dump
from engine.kinds.recurrent.network import RecurrentNetwork
from engine.numerics.losses import evaluate_loss
from engine.training.run import build
from tests.engine.recurrent_cases import make_dataset, make_experiment, run_pass, with_network
from tests.engine.recurrent_reference import Unrolled

GATES = {"rnn": (), "lstm": ("input", "forget", "output"), "gru": ("update", "reset")}

CASES = [
    {"cell": cell, "layers": layers, "readout": readout}
    for cell in GATES
    for layers in (1, 2, 3)
    for readout in ("last", "mean", "all")
]
CASES += [
    {"cell": cell, "gates": {gate: value}, "readout": "all", "layers": layers}
    for cell, gates in GATES.items()
    for gate in gates
    for value in (0.0, 0.35, 1.0)
    for layers in (1, 2)
]
CASES += [
    {"cell": cell, "cut_h_to_gates": True, "layers": layers, "readout": readout}
    for cell in GATES
    for layers in (1, 2)
    for readout in ("last", "all")
]
CASES += [{"cell": cell, "truncation": 3, "layers": 2, "readout": "all"} for cell in GATES]
CASES += [{"cell": "rnn", "activation": name, "layers": 2} for name in ("relu", "linear")]


def check_against_autograd(network_settings, tokens, loss, seed=0):
    """All parameter gradients to 1e-10 and every norm of every time step."""
    experiment = make_experiment(seed=seed, **network_settings)
    readout = experiment.network.readout
    dataset = make_dataset(readout=readout, tokens=tokens, loss=loss, seed=seed)
    network, value = run_pass(experiment, dataset)
    untruncated = with_network(experiment, truncation=0)
    entries, arrays = collect_dump(network, untruncated, dataset.train_x, dataset.train_y, value)
    reference = Unrolled(
        {**entries, "loss": loss}, arrays, truncation=experiment.network.truncation
    )
    expected = reference.compute_claims()
    for parameter in network.parameters:
        gradient = reference.weights[parameter.name].grad
        wanted = torch.zeros_like(parameter.value) if gradient is None else gradient
        torch.testing.assert_close(parameter.gradient, wanted, rtol=1e-10, atol=1e-12)
    claimed = {name[6:]: array for name, array in arrays.items() if name.startswith("claim/")}
    for name, array in expected.items():
        np.testing.assert_allclose(claimed[name], array, rtol=1e-10, atol=1e-14, err_msg=name)
    if not experiment.network.truncation:
        for number, wanted in enumerate(entries["jacobians"]):
            np.testing.assert_allclose(
                claimed[f"jac_sv.{number}"],
                reference.compute_jacobian_values(wanted),
                rtol=1e-8,
                atol=1e-12,
            )
    return set(claimed) - set(expected)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_agrees_with_autograd(case):
    unchecked = check_against_autograd(case, tokens=False, loss="ce")
    assert unchecked <= {"jac_sv.0", "jac_sv.1"}


@pytest.mark.parametrize("cell", GATES)
@pytest.mark.parametrize("readout", ["last", "all"])
def test_agrees_with_autograd_for_words_and_squared_errors(cell, readout):
    case = {"cell": cell, "readout": readout, "layers": 2}
    check_against_autograd(dict(case), tokens=True, loss="ce")
    check_against_autograd(dict(case), tokens=True, loss="mse")


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_agrees_with_autograd_on_random_networks(data):
    cell = data.draw(st.sampled_from(list(GATES)))
    forced = st.none() | st.floats(0.0, 1.0)
    case = {
        "cell": cell,
        "layers": data.draw(st.integers(1, 4)),
        "hidden": data.draw(st.integers(1, 9)),
        "readout": data.draw(st.sampled_from(["last", "mean", "all"])),
        "gates": {gate: data.draw(forced) for gate in GATES[cell]},
        "cut_h_to_gates": data.draw(st.booleans()),
        "truncation": data.draw(st.integers(0, 8)),
        "activation": data.draw(st.sampled_from(["tanh", "relu", "linear"])),
        "forget_bias": data.draw(st.floats(-3.0, 5.0)),
    }
    tokens = data.draw(st.booleans())
    check_against_autograd(case, tokens, data.draw(st.sampled_from(["ce", "mse"])))


@pytest.mark.parametrize("cell", GATES)
def test_gradients_are_finite_differences(cell):
    experiment = make_experiment(cell=cell, layers=2)
    dataset = make_dataset()
    network, _ = run_pass(experiment, dataset)
    x = torch.from_numpy(dataset.train_x.copy())
    y = torch.from_numpy(dataset.train_y.copy())
    rng = np.random.default_rng(3)
    for parameter in network.parameters:
        gradient = parameter.gradient.clone().view(-1)
        flat = parameter.value.view(-1)
        for index in rng.integers(0, flat.numel(), 3):
            kept, losses = float(flat[index]), []
            for shift in (1e-5, -1e-5):
                flat[index] = kept + shift
                losses.append(evaluate_loss("ce", network.forward(x), y)[0])
            flat[index] = kept
            slope = (losses[0] - losses[1]) / 2e-5
            assert slope == pytest.approx(float(gradient[index]), rel=1e-5, abs=1e-9)


def test_float32_agrees_with_float64():
    for cell in GATES:
        row = [
            run_pass(
                make_experiment(cell=cell, dtype=dtype, readout="all"),
                make_dataset(time_steps=60, readout="all"),
            )[0].row()[0]
            for dtype in ("float32", "float64")
        ]
        np.testing.assert_allclose(row[0], row[1], rtol=2e-3)


def test_gates_can_be_forced_on_a_trained_network():
    experiment = make_experiment(cell="lstm", readout="last")
    dataset = make_dataset()
    network, _ = run_pass(experiment, dataset)
    before = network.parameters.value.clone()
    network.configure(with_network(experiment, **{"gates.forget": 0.25}))
    network.forward(torch.from_numpy(dataset.train_x.copy()))
    assert bool((network.stack.cells[0].gate("forget") == 0.25).all())
    assert torch.equal(network.parameters.value, before)
    network.configure(experiment)
    network.forward(torch.from_numpy(dataset.train_x.copy()))
    fresh, _ = run_pass(experiment, dataset)
    assert torch.equal(network.output, fresh.output)


@pytest.mark.parametrize("cell", GATES)
@pytest.mark.parametrize("readout", ["last", "mean", "all"])
def test_prediction_in_parts_equals_the_recorded_pass(cell, readout):
    experiment = make_experiment(cell=cell, readout=readout, layers=2)
    dataset = make_dataset(time_steps=75, readout=readout)
    network, _ = run_pass(experiment, dataset)
    predicted = network.predict(torch.from_numpy(dataset.train_x.copy()))
    torch.testing.assert_close(predicted, network.output, rtol=1e-12, atol=1e-12)


def test_truncation_cuts_where_the_time_step_is_a_multiple():
    experiment = make_experiment(cell="lstm", truncation=3)
    network, _ = run_pass(experiment, make_dataset(time_steps=7))
    g_h = network.measure_last_pass()[0].g_h[0]
    assert (g_h[:6] == 0.0).all()
    assert g_h[6] > 0.0


def test_loss_time_moves_the_pass_of_one_loss():
    experiment = make_experiment(cell="gru", readout="all")
    dataset = make_dataset(readout="all")
    network = RecurrentNetwork(experiment, dataset)
    network.start_from(4)
    x = torch.from_numpy(dataset.train_x.copy())
    _, gradient = evaluate_loss("ce", network.forward(x), torch.from_numpy(dataset.train_y.copy()))
    network.backward(gradient)
    row, reference = network.row()
    assert (row[4:] == 0.0).all()
    assert row[3] == pytest.approx(reference)
    assert (row[:4] > 0.0).all()


def test_spectral_radius_is_measured_not_assumed():
    experiment = make_experiment(
        cell="lstm",
        hidden=20,
        recurrent_initialisation={"scheme": "normal", "std": 0.2, "spectral_radius": 0.9},
    )
    network = RecurrentNetwork(experiment, make_dataset())
    blocks = network.parameters["weight_hh_l0"].value.view(4, 20, 20)
    radii = torch.linalg.eigvals(blocks).abs().amax(1)
    torch.testing.assert_close(radii, torch.full_like(radii, 0.9), rtol=1e-9, atol=0.0)


def test_forget_bias_sets_the_gate_at_the_start():
    experiment = make_experiment(cell="lstm", forget_bias=2.0)
    parameters = RecurrentNetwork(experiment, make_dataset()).parameters
    bias = parameters["bias_ih_l0"].value.view(4, 6)
    assert (bias[1] == 2.0).all()
    assert (bias[[0, 2, 3]] == 0.0).all()
    assert (parameters["bias_hh_l0"].value == 0.0).all()


def test_a_network_too_large_for_memory_is_refused_in_a_sentence():
    experiment = make_experiment(cell="lstm", hidden=1024, layers=4, batch=512)
    with pytest.raises(TooLargeError, match=r"needs about [\d,.]+ [GT]B .*: make the batch"):
        build(experiment, make_dataset(time_steps=5000, rows=2))


def test_a_number_that_is_not_finite_is_found_where_it_arises():
    experiment = make_experiment(
        cell="rnn",
        activation="linear",
        layers=2,
        dtype="float32",
        recurrent_initialisation={"scheme": "normal", "std": 20.0},
    )
    network, _ = run_pass(experiment, make_dataset(time_steps=100))
    assert not network.is_finite("forward")
    assert network.nonfinite_layer("forward") == 1
