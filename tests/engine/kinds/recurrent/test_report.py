"""What `--dump` claims about a recurrent network, computed again by plain autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.documents import from_builtins, with_values
from engine.errors import RequestError
from engine.kinds.recurrent.dump import collect_dump
from engine.kinds.recurrent.report import describe_layers, describe_time
from engine.kinds.table import kind_of
from engine.tasks.loading import load
from engine.training.run import ROW_ONLY, Run
from tests.engine.recurrent_cases import make_experiment
from tests.engine.recurrent_reference import Unrolled

DOCUMENTS = [
    ({"name": "adding", "length": 25}, {"cell": "lstm", "readout": "mean", "forget_bias": 1.0}),
    ({"name": "adding", "length": 12}, {"cell": "rnn", "activation": "relu", "layers": 3}),
    ({"name": "recall", "length": 15}, {"cell": "gru", "readout": "all", "layers": 2}),
    ({"name": "recall", "length": 9}, {"cell": "lstm", "readout": "all", "layers": 2}),
    ({"name": "sequential_digits"}, {"cell": "lstm", "gates": {"forget": 1, "output": 0.5}}),
    ({"name": "series", "length": 20}, {"cell": "gru", "gates": {"reset": 0.0}}),
    ({"name": "series", "length": 7}, {"cell": "rnn", "readout": "all", "cut_h_to_gates": True}),
    ({"name": "autocomplete", "fillers": 3}, {"cell": "lstm", "cut_h_to_gates": True}),
    ({"name": "chatbot", "fillers": 5}, {"cell": "gru", "readout": "mean", "embedding": 5}),
    ({"name": "series", "length": 1}, {"cell": "lstm", "readout": "all"}),
]


def make_run(task, network, dtype):
    experiment = from_builtins(
        {
            "format": "gradient-theatre/1",
            "seed": 11,
            "task": {**task, "batch_size": 7},
            "network": {"kind": "recurrent", "hidden": 10, **network},
            "training": {"dtype": dtype, "optimiser": "adam", "learning_rate": 0.01},
        }
    )
    return Run(experiment, load(experiment, None))


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-9), ("float32", 1e-3)])
@pytest.mark.parametrize(("task", "network"), DOCUMENTS)
def test_claims_hold(task, network, dtype, tolerance):
    run = make_run(task, network, dtype)
    for _ in range(3):
        run.advance(ROW_ONLY)
    frame = run.measure()
    x, y = run.draw_batch()
    entries, arrays = collect_dump(run.network, run.experiment, x, y, frame.loss)
    reference = Unrolled({**entries, "loss": run.dataset.loss}, arrays)
    expected = reference.compute_claims()
    for number, wanted in enumerate(entries["jacobians"]):
        expected[f"jac_sv.{number}"] = reference.compute_jacobian_values(wanted)
    claimed = {name[6:]: value for name, value in arrays.items() if name.startswith("claim/")}
    assert set(claimed) == set(expected)
    for name, value in expected.items():
        assert claimed[name].dtype == np.float64
        floor = tolerance * float(np.abs(value).max()) * 1e-3 + 1e-30
        np.testing.assert_allclose(claimed[name], value, rtol=tolerance, atol=floor, err_msg=name)


@pytest.mark.parametrize("truncation", [0, 4])
@pytest.mark.parametrize(
    ("task", "network"), [case for case in DOCUMENTS if case[1]["cell"] == "lstm"]
)
def test_the_gradient_of_the_last_loss_along_both_states_is_autograds(task, network, truncation):
    """g_hT and g_cT of every layer, of the loss that enters at T alone: what verdicts judge."""
    run = make_run(task, {**network, "truncation": truncation}, "float64")
    for _ in range(3):
        run.advance(ROW_ONLY)
    frame = run.measure()
    x, y = run.draw_batch()
    whole = with_values(run.experiment, [("network.truncation", 0)])
    entries, arrays = collect_dump(run.network, whole, x, y, frame.loss)
    reference = Unrolled({**entries, "loss": run.dataset.loss}, arrays, truncation)
    if reference.last_loss is not None:
        reference.last_loss.backward()
    else:
        # The mean hands each state 1/T of its gradient, so the last one gets that of a mean.
        states = reference.h[-1]
        mean = (sum(states) / len(states)).detach().requires_grad_()
        weights = reference.weights
        output = mean @ weights["W.out"].T + weights["b.out"]
        loss = reference.list_losses(output, reference.y).mean()
        (arriving,) = torch.autograd.grad(loss, mean)
        states[-1].backward(arriving / len(states))
    for k in range(entries["layers"]):
        for ours, nodes in (
            (frame.trace.own.g_hT, reference.h),
            (frame.trace.own.g_cT, reference.c),
        ):
            theirs = reference.measure_norms(nodes[k])
            floor = 1e-13 * float(np.abs(theirs).max())
            np.testing.assert_allclose(ours[k], theirs, rtol=1e-10, atol=floor)


def test_measured_lists_are_those_of_the_top_layer():
    run = make_run(
        {"name": "recall", "length": 15}, {"cell": "lstm", "readout": "all", "layers": 2}, "float64"
    )
    trace = run.measure().trace.own
    layers = describe_layers(trace)
    assert [entry["name"] for entry in layers] == ["LSTM 10", "LSTM 10"]
    gradient = run.network.parameters["weight_hh_l1"].gradient
    assert layers[1]["g_Whh"] == pytest.approx(float(gradient.norm()))
    time = describe_time(trace)
    assert set(time) == {"g_h", "g_hT", "g_c", "cell_direct"}
    assert time["g_hT"] == trace.g_hT[1].tolist()
    assert {len(values) for values in time.values()} == {15}


def test_details_are_those_of_every_layer():
    network = {"cell": "gru", "readout": "all", "layers": 3}
    run = make_run({"name": "recall", "length": 15}, network, "float64")
    detail = run.measure(4).trace.own.detail
    assert detail.state_counts.shape == (3, 24)
    assert detail.gradient_counts.sum(axis=1).tolist() == [10 * 7] * 3
    for k, cell in enumerate(run.network.stack.cells):
        state = cell.h[4].numpy()
        assert detail.state_edges[k, [0, -1]] == pytest.approx([state.min(), state.max()])
        block = cell.weights.w_hh[:10].numpy()
        radius = np.abs(np.linalg.eigvals(block)).max()
        assert detail.spectral_radius[k] == pytest.approx(radius)
        assert detail.spectral_norm[k] == pytest.approx(np.linalg.norm(block, 2))


def test_the_trace_describes_one_example():
    trace = make_run({"name": "autocomplete"}, {"cell": "lstm"}, "float32").measure(6).trace.own
    assert trace.labels[:5] == ("today", "due", "to", "my", "current")
    assert trace.deciding == (6,)
    assert sum(share for _, share in trace.predicted) == pytest.approx(1.0)
    assert trace.unit_rms.shape == (1, 36, 10)
    assert trace.detail.time_step == 6
    assert not trace.g_hT.flags.writeable
    rms = np.sqrt((trace.unit_rms.astype(np.float64) ** 2).sum(axis=2)) / np.sqrt(7)
    np.testing.assert_allclose(rms, trace.g_hT, rtol=1e-4)


def test_what_was_forced_or_cut_is_a_structural_zero():
    trace = (
        make_run({"name": "adding", "length": 6}, {"cell": "rnn", "truncation": 4}, "float32")
        .measure()
        .trace.own
    )
    assert trace.truncation_cuts == (4,)
    assert trace.kinds[0].tolist() == [3, 3, 3, 3, 0, 0]


def test_a_truncated_network_is_refused_in_a_sentence():
    experiment = make_experiment(cell="rnn", truncation=3)
    with pytest.raises(RequestError, match=r"set `network.truncation` to 0 first\.$"):
        kind_of(experiment.network).refuse_dump(experiment)


def test_measuring_leaves_no_mark():
    run = make_run({"name": "recall", "length": 8}, {"cell": "gru", "readout": "all"}, "float32")
    before = run.network.parameters.value.clone()
    run.measure(3)
    run.score()
    assert torch.equal(run.network.parameters.value, before)
    assert run.iteration == 0


def test_a_jacobian_that_would_be_nothing_but_zeros_is_not_chosen():
    """Nothing goes from h to h: what is claimed can still be computed by autograd."""
    network = {"cell": "rnn", "readout": "all", "cut_h_to_gates": True}
    run = make_run({"name": "series", "length": 7}, network, "float64")
    frame = run.measure()
    x, y = run.draw_batch()
    entries, arrays = collect_dump(run.network, run.experiment, x, y, frame.loss)
    for number, wanted in enumerate(entries["jacobians"]):
        assert wanted["from"] == wanted["to"] == 7
        np.testing.assert_array_equal(arrays[f"claim/jac_sv.{number}"], np.ones(10))
