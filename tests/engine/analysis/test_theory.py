"""Theories against measured networks: what holds is met, what does not hold is refused."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch
from msgspec import structs

from engine.analysis.measure import measure
from engine.analysis.theory import (
    LEARNING_RATE,
    describe,
    list_rows,
    theorise,
)
from engine.analysis.theory_question import measure_weight_sizes
from engine.documents import from_builtins
from engine.kinds.recurrent.records import time_trace_of
from engine.records.record import F64
from engine.records.theory import Theory, WeightSizes
from engine.records.trace import Trace
from engine.tasks.loading import load
from engine.training.run import Run

NAMES = (
    "mean_field",
    "relu",
    "sigmoid",
    "residual",
    "batch_norm",
    "recurrent",
    "lstm",
    "learning_rate",
)
Net = dict[str, Any]


def dense(activation: str, units: int, depth: int, scheme: str, **more: Any) -> Net:
    skip = more.pop("skip", {})
    return {
        "kind": "feedforward",
        "layers": [{"units": units, "activation": activation, "repeat": depth, **more}],
        "initialisation": {"scheme": scheme},
        "skip": skip,
    }


def make_run(network: Net, seed: int = 0, task: str = "digits", batch: int = 64) -> Run:
    document = {
        "format": "gradient-theatre/1",
        "seed": seed,
        "task": {"name": task, "batch_size": batch},
        "network": network,
        "training": {"dtype": "float64"},
    }
    experiment = from_builtins(document)
    return Run(experiment, load(experiment, None))


def hold(run: Run, name: str) -> tuple[Theory, Trace]:
    trace = run.measure().trace
    assert trace is not None
    row = next(row for row in list_rows() if row.name == name)
    return theorise(row, run.experiment, trace, measure_weight_sizes(run)), trace


def measure_logs(trace: Trace) -> F64:
    """log10 of the gradient at every place over that where the pass begins."""
    values = trace.strength.values[1 if trace.axis.has_input else 0 :]
    return np.log10(values) - np.log10(values[trace.loss_place - 1])


def collect(network: Net, name: str, seeds: int, **more: Any) -> tuple[F64, F64, list[bool]]:
    """Of layer 1: what was measured and what the line says, and where the band covered it."""
    measured, lines, covered = [], [], []
    for seed in range(seeds):
        theory, trace = hold(make_run(network, seed, **more), name)
        assert theory.line is not None, theory.reason
        logs = measure_logs(trace)
        measured.append(logs[0])
        lines.append(theory.line[0])
        if theory.low is not None and theory.high is not None:
            covered.append(bool(theory.low[0] <= logs[0] <= theory.high[0]))
    return np.array(measured), np.array(lines), covered


BANDS = [
    dense("tanh", 64, 50, "lecun_normal"),
    dense("tanh", 64, 50, "torch_default"),
    dense("tanh", 32, 30, "he_normal"),
    dense("relu", 64, 50, "he_normal"),
    dense("relu", 32, 50, "he_uniform"),
    dense("relu", 64, 50, "torch_default"),
    dense("linear", 64, 50, "xavier_uniform"),
    dense("sigmoid", 64, 20, "torch_default"),
    dense("sigmoid", 32, 30, "he_normal"),
    dense("selu", 64, 30, "lecun_normal"),
    dense("leaky_relu", 64, 30, "he_normal", leaky_slope=0.2),
    dense("tanh", 64, 50, "orthogonal"),
    dense("gelu", 64, 30, "torch_default"),
]


@pytest.mark.long
@pytest.mark.parametrize("network", BANDS, ids=lambda network: str(network["layers"][0]))
def test_the_band_covers_twenty_networks(network: Net) -> None:
    _, _, covered = collect(network, "mean_field", 20)
    assert len(covered) == 20
    assert sum(covered) >= 19


@pytest.mark.parametrize("network", [BANDS[0], BANDS[3]], ids=["tanh", "relu"])
def test_the_band_covers_a_few_networks_and_the_line_their_mean(network: Net) -> None:
    measured, lines, covered = collect(network, "mean_field", 6)
    assert sum(covered) >= 5
    assert np.mean(measured) == pytest.approx(np.mean(lines), abs=0.4)


@pytest.mark.parametrize("name", ["mean_field", "relu"])
def test_numbers_beyond_measure_are_held_against_theory_too(name: str) -> None:
    network = dense("relu", 32, 40, "he_normal")
    network["initialisation"]["gain"] = 1e6
    theory, _ = hold(make_run(network), name)
    assert theory.line is not None, theory.reason
    assert theory.line[0] == pytest.approx(39 * 6.0, abs=1e-3)


def test_the_recursion_of_tanh_is_met_where_the_fixed_point_says_nothing() -> None:
    measured, lines, _ = collect(BANDS[0], "mean_field", 6)
    assert np.mean(lines) == pytest.approx(-0.76, abs=0.02)
    assert np.mean(measured) == pytest.approx(-0.81, abs=0.15)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "network", "most"),
    [
        ("relu", dense("relu", 64, 30, "xavier_normal"), 0.25),
        ("relu", dense("relu", 128, 30, "torch_default"), 0.25),
        ("sigmoid", dense("sigmoid", 64, 20, "xavier_normal"), 0.15),
        ("sigmoid", dense("sigmoid", 64, 20, "he_normal"), 0.15),
        ("residual", dense("relu", 64, 20, "he_normal", skip={"every": 1, "order": "pre"}), 0.1),
        (
            "residual",
            dense("relu", 64, 50, "he_normal", skip={"every": 1, "order": "pre", "scale": "1/L"}),
            0.05,
        ),
        ("residual", dense("tanh", 64, 50, "lecun_normal", skip={"every": 1}), 0.05),
        ("residual", dense("tanh", 64, 51, "lecun_normal", skip={"every": 3}), 0.08),
        ("batch_norm", dense("relu", 128, 30, "he_normal", normalisation="batch"), 0.3),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_twenty_networks_lie_around_the_line(name: str, network: Net, most: float) -> None:
    differences = []
    for seed in range(20):
        theory, trace = hold(make_run(network, seed), name)
        assert theory.line is not None
        first = int(np.flatnonzero(np.isfinite(theory.line))[0])
        differences.append(measure_logs(trace)[first] - theory.line[first])
    assert abs(np.mean(differences)) < most


def test_residual_networks_in_both_orders_meet_their_line() -> None:
    for network, decades in (
        (dense("relu", 64, 21, "he_normal", skip={"every": 1, "order": "pre"}), 3.01),
        (dense("tanh", 64, 50, "lecun_normal", skip={"every": 1, "order": "post"}), None),
    ):
        measured, lines, _ = collect(network, "residual", 3)
        assert np.mean(measured) == pytest.approx(np.mean(lines), abs=0.25)
        if decades is not None:
            assert np.mean(lines) == pytest.approx(decades, abs=0.005)


def test_relu_in_the_order_post_is_steeper_than_the_formula_and_refused() -> None:
    post = dense("relu", 64, 20, "he_normal", skip={"every": 1, "order": "post"})
    theory, trace = hold(make_run(post), "residual")
    assert not theory.is_valid
    assert "order pre only" in theory.reason
    assert measure_logs(trace)[0] > 19 * 0.1505 + 0.3


def test_batch_norm_grows_by_its_factor_in_the_middle_and_not_with_small_batches() -> None:
    network = dense("relu", 64, 20, "he_normal", normalisation="batch")
    theory, trace = hold(make_run(network, batch=128), "batch_norm")
    assert theory.line is not None
    assert np.isnan(theory.line[:4]).all()
    np.testing.assert_allclose(np.diff(theory.line[4:]), -np.log10(1.2112), atol=1e-4)
    logs = measure_logs(trace)
    assert (logs[4] - logs[-1]) / 15 == pytest.approx(np.log10(1.2112), abs=0.02)
    assert "batches of 64 and more" in hold(make_run(network, batch=8), "batch_norm")[0].reason


@pytest.mark.parametrize(
    ("name", "network", "told"),
    [
        ("mean_field", dense("tanh", 31, 10, "he_normal"), "layer 1 has 31"),
        ("mean_field", dense("relu", 64, 9, "he_normal", normalisation="layer"), "layer norm"),
        ("mean_field", dense("relu", 64, 9, "he_normal", skip={"every": 1}), "skip connections"),
        ("mean_field", dense("relu", 64, 9, "identity"), "set, not drawn"),
        ("mean_field", dense("gelu", 64, 20, "he_normal"), "wanders"),
        ("relu", dense("tanh", 64, 9, "he_normal"), "has tanh"),
        ("sigmoid", dense("relu", 64, 9, "he_normal"), "has relu"),
        ("residual", dense("relu", 64, 9, "he_normal"), "no skip connections"),
        (
            "residual",
            dense("tanh", 64, 9, "he_normal", skip={"every": 1, "order": "add_then_act"}),
            "add_then_act",
        ),
        ("batch_norm", dense("relu", 64, 9, "he_normal"), "batch normalisation in every layer"),
        ("batch_norm", dense("tanh", 64, 9, "he_normal", normalisation="batch"), "has tanh"),
        ("recurrent", dense("tanh", 64, 9, "he_normal"), "networks with time steps"),
        ("lstm", dense("tanh", 64, 9, "he_normal"), "networks with time steps"),
        ("learning_rate", dense("tanh", 64, 9, "he_normal"), "full batch"),
    ],
)
def test_what_does_not_hold_says_why(name: str, network: Net, told: str) -> None:
    theory, _ = hold(make_run(network), name)
    assert not theory.is_valid
    assert told in theory.reason
    assert theory.line is None
    assert theory.high is None
    assert theory.reason.endswith(".")


def test_a_bias_that_is_set_is_refused_and_one_of_0_is_not() -> None:
    network = dense("relu", 64, 9, "he_normal")
    for bias, is_valid in ((-10.0, False), (0.0, True), (None, True)):
        network["initialisation"]["bias"] = bias
        assert hold(make_run(network), "mean_field")[0].is_valid is is_valid


@pytest.mark.parametrize("name", ["mean_field", "relu"])
def test_after_an_update_it_is_hidden_and_says_so(name: str) -> None:
    run = make_run(dense("relu", 64, 9, "he_normal"))
    assert hold(run, name)[0].is_valid
    run.advance()
    theory, _ = hold(run, name)
    assert not theory.is_valid
    assert "one update has been made" in theory.reason


def test_after_updates_a_sigmoid_network_keeps_its_upper_bound() -> None:
    run = make_run(dense("sigmoid", 16, 6, "he_normal"), task="insurance")
    fresh, _ = hold(run, "sigmoid")
    assert fresh.line is not None
    assert fresh.high is None  # too narrow for a band
    for _ in range(5):
        run.advance()
    theory, trace = hold(run, "sigmoid")
    assert theory.line is None
    assert theory.high is not None
    assert (measure_logs(trace) <= theory.high + 1e-9).all()
    assert "upper bound" in theory.reason
    first = run.network.parameters["W.6"].value
    widest = float(torch.linalg.svdvals(first)[0])
    assert theory.high[4] == pytest.approx(np.log10(widest / 4.0))


RNN = {"kind": "recurrent", "cell": "rnn", "hidden": 24}


@pytest.mark.parametrize("activation", ["tanh", "relu", "linear"])
@pytest.mark.parametrize("updates", [0, 10])
def test_the_bound_of_recurrent_weights_always_holds(activation: str, updates: int) -> None:
    run = make_run({**RNN, "activation": activation, "layers": 2}, task="adding")
    for _ in range(updates):
        run.advance()
    theory, trace = hold(run, "recurrent")
    assert theory.high is not None
    assert theory.line is not None
    assert theory.line[-1] == theory.high[-1] == 0.0
    assert (measure_logs(trace) <= theory.high + 1e-9).all()


def test_the_guide_of_a_linear_network_has_the_slope_of_the_spectral_radius() -> None:
    start = {"scheme": "orthogonal", "spectral_radius": 0.9}
    network = {**RNN, "activation": "linear", "recurrent_initialisation": start}
    theory, trace = hold(make_run(network, task="adding"), "recurrent")
    assert theory.line is not None
    np.testing.assert_allclose(np.diff(theory.line), -np.log10(0.9), rtol=1e-9)
    np.testing.assert_allclose(measure_logs(trace), theory.line, atol=1e-9)  # orthogonal: exact


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"cell": "lstm"}, "an LSTM’s gates"),
        ({"cell": "gru"}, "a GRU’s gates"),
        ({"readout": "mean"}, "read-out mean"),
        ({"cut_h_to_gates": True}, "cuts the way back"),
    ],
)
def test_where_the_recurrent_theory_is_silent(changes: Net, told: str) -> None:
    theory, _ = hold(make_run({**RNN, **changes}, task="adding"), "recurrent")
    assert not theory.is_valid
    assert told in theory.reason


def test_a_cut_ends_the_guide() -> None:
    theory, _ = hold(make_run({**RNN, "truncation": 7}, task="adding"), "recurrent")
    assert theory.line is not None
    assert np.isnan(theory.line[:28]).all()
    assert np.isfinite(theory.line[28:]).all()


def test_sizes_of_other_weights_are_not_used() -> None:
    run = make_run(RNN, task="adding")
    trace = run.measure().trace
    assert trace is not None
    row = next(row for row in list_rows() if row.name == "recurrent")
    assert not theorise(row, run.experiment, trace, None).is_valid
    other = WeightSizes(3, 10, own=None)
    assert "iteration 3" in theorise(row, run.experiment, trace, other).reason


@pytest.mark.parametrize("gate", [None, 0.5, 1.0])
def test_the_direct_path_is_the_product_of_the_forget_gates(gate: float | None) -> None:
    network = {**RNN, "cell": "lstm", "gates": {"forget": gate}, "forget_bias": 1.0}
    theory, trace = hold(make_run(network, task="adding"), "lstm")
    assert theory.line is not None
    assert theory.label.startswith("Direct path")
    own = time_trace_of(trace)
    forget = own.gate_means[-1, :, own.gate_names.index("forget")]
    assert theory.line[-1] == 0.0
    assert theory.line[0] == pytest.approx(float(np.log10(forget[1:]).sum()))
    if gate is not None:
        assert theory.line[0] == pytest.approx(29 * np.log10(gate))


def test_a_shut_gate_leaves_no_place_on_a_log_axis() -> None:
    network = {**RNN, "cell": "lstm", "gates": {"forget": 0.0}}
    theory, _ = hold(make_run(network, task="adding"), "lstm")
    assert theory.line is not None
    assert np.isnan(theory.line[:-1]).all()


@pytest.mark.parametrize(
    ("training", "told"),
    [
        ({"optimiser": "adam"}, "plain gradient descent"),
        ({"momentum": 0.9}, "plain gradient descent"),
        ({"weight_decay": 0.1}, "weight decay"),
        ({"clip": {"kind": "norm", "threshold": 1e-6}}, "not clipped"),
    ],
)
def test_the_limit_of_the_learning_rate_is_about_plain_gradient_descent(
    training: Net, told: str
) -> None:
    document = {
        "format": "gradient-theatre/1",
        "task": {"name": "insurance"},
        "network": dense("tanh", 8, 2, "xavier_normal"),
        "training": training,
    }
    experiment = from_builtins(document)
    run = Run(experiment, load(experiment, None))
    trace = run.measure().trace
    assert trace is not None
    theory = theorise(LEARNING_RATE, experiment, trace, measure_weight_sizes(run))
    assert told in theory.reason


def test_a_full_batch_has_a_limit_and_the_loss_rises_first_well_above_it() -> None:
    """Far below it no update raises the loss; at four times it the loss rises."""
    highest = {}
    for factor in (0.2, 4.0):
        run = make_run(dense("tanh", 8, 2, "xavier_normal"), task="insurance", batch=2_000)
        theory, _ = hold(run, "learning_rate")
        assert theory.line is not None
        assert theory.label.startswith("local: ")
        assert "diverge" not in theory.label
        rate = factor * float(theory.line[0])
        training = structs.replace(run.experiment.training, learning_rate=rate)
        run.change(structs.replace(run.experiment, training=training))
        losses = [run.advance().loss for _ in range(10)]
        highest[factor] = max(losses[1:]) / losses[0]
    assert highest[0.2] < 1.0 < highest[4.0]


def test_measure_lists_every_theory_of_every_network() -> None:
    keys = {"name", "valid", "reason", "line", "low", "high", "formula", "source"}
    for network, task, places in (
        (dense("relu", 32, 4, "he_normal"), "insurance", 4),
        ({**RNN, "cell": "lstm"}, "adding", 30),
    ):
        run = make_run(network, task=task)
        told = measure(run.experiment, None, 0, with_theory=True)["theory"]
        json.dumps(told, allow_nan=False)
        assert tuple(each["name"] for each in told) == NAMES
        for each in told:
            assert set(each) == keys
            assert each["formula"]
            assert each["source"]
            assert each["valid"] == (each["line"] is not None)
            assert each["valid"] or (each["reason"] and each["high"] is None)
            for curve in ("line", "low", "high"):
                assert each[curve] is None or len(each[curve]) == places
        assert any(each["valid"] for each in told)
        assert "theory" not in measure(run.experiment, None, 0)


def test_entries_of_which_nothing_is_said_are_null() -> None:
    run = make_run(dense("relu", 64, 8, "he_normal", normalisation="batch"), task="insurance")
    theory, _ = hold(run, "batch_norm")
    (told,) = describe([theory])
    assert told["line"][:4] == [None] * 4
    assert told["line"][-1] == 0.0
    assert told["low"] is None
