"""The written-out passes against autograd, and exact claims about them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.document.experiment import Experiment
from engine.documents import with_values
from engine.kinds.feedforward.network import FeedforwardNetwork
from engine.kinds.feedforward.records import FACTORS, LayerTrace
from engine.kinds.feedforward.spec import NORMALISATIONS, Feedforward
from engine.parts import ACTIVATIONS
from engine.records.dataset import Dataset
from engine.records.record import ValueKind
from engine.training.run import Run
from tests.engine.cases import ORDERS, list_cases, make_dataset, make_experiment
from tests.engine.second_opinion import Opinion

CASES = list(list_cases())


def take_opinion(run: Run) -> Opinion:
    assert isinstance(run.network, FeedforwardNetwork)
    x, y = run.draw_batch()
    return Opinion(run.experiment, run.network.arrays(), x, y, run.dataset.loss)


def measure(run: Run) -> LayerTrace:
    trace = run.measure().trace.own
    assert isinstance(trace, LayerTrace)
    return trace


def assert_agrees(experiment: Experiment, dataset: Dataset, floor: float = 1e-13) -> None:
    run = Run(experiment, dataset)
    parameters = run.network.parameters
    for parameter in parameters:
        if parameter.name.startswith(("gamma", "beta")):
            generator = torch.Generator().manual_seed(parameter.index)
            parameter.value.add_(
                torch.randn(parameter.value.shape, generator=generator, dtype=torch.float64) / 4
            )
    opinion = take_opinion(run)
    trace = measure(run)
    depth = trace.depth
    close = {"rtol": 1e-10, "atol": floor}
    assert math.isclose(trace.loss, opinion.loss, rel_tol=1e-10)
    np.testing.assert_allclose(trace.g_a, opinion.g_a(), **close)
    np.testing.assert_allclose(trace.g_z, opinion.g_z(), **close)
    names = range(1, depth + 1)
    np.testing.assert_allclose(trace.g_W, [opinion.norm(f"W.{end}") for end in names], **close)
    np.testing.assert_allclose(trace.g_b, [opinion.norm(f"b.{end}") for end in names], **close)
    assert math.isclose(trace.g_W_out, opinion.norm("W.out"), rel_tol=1e-10)
    seen = 0
    for parameter in parameters:
        kind, *rest = parameter.name.split(".")
        name = ".".join([kind.removesuffix("_pre"), *rest[:2]])
        if parameter.is_active:
            theirs = opinion.arrays[name].grad
            assert theirs is not None
            torch.testing.assert_close(parameter.gradient, theirs, rtol=1e-9, atol=10 * floor)
            seen += 1
        else:
            assert not parameter.gradient.any()
    running = sum(name.startswith(("rmean", "rvar")) for name in opinion.arrays)
    assert seen == len(opinion.arrays) - running
    whole = math.sqrt(
        sum(
            float((array.grad**2).sum())
            for array in opinion.arrays.values()
            if array.grad is not None
        )
    )
    assert math.isclose(trace.gradient_norm, whole, rel_tol=1e-9)
    assert_factors_multiply(trace)


def assert_factors_multiply(trace: LayerTrace) -> None:
    """Where the branch brings something; else there is no factor from 0 to what a skip brings."""
    above = np.append(trace.g_a_rms[1:], trace.g_out)
    arrives = trace.branch > 0.0
    np.testing.assert_allclose(
        trace.factors[arrives].prod(1), trace.g_a_rms[arrives] / above[arrives], rtol=1e-9
    )


@pytest.mark.parametrize(
    ("experiment", "dataset"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_agrees_with_autograd(experiment: Experiment, dataset: Dataset) -> None:
    assert_agrees(experiment, dataset)


def is_rounding_harmless(experiment: Experiment, dataset: Dataset) -> bool:
    """Whether autograd itself says nearly the same of weights that differ in their last digits.

    Where batch normalisation after several sigmoids blows up what hardly differs, it does not.
    """
    run = Run(experiment, dataset)
    x, y = run.draw_batch()
    chance = np.random.default_rng(0)
    arrays = run.network.arrays()
    nudged = {
        name: array * (1.0 + 4.0 * np.finfo(np.float64).eps * chance.choice((-1, 1), array.shape))
        for name, array in arrays.items()
    }
    opinions = [Opinion(run.experiment, each, x, y, dataset.loss) for each in (arrays, nudged)]
    g_a, other = (opinion.g_a() for opinion in opinions)
    return bool(np.allclose(g_a, other, rtol=1e-11, atol=1e-11))


layer_documents = st.fixed_dictionaries(
    {
        # Layer normalisation makes +-1 of any two units: rounding alone is left of a gradient.
        "units": st.integers(3, 7),
        "activation": st.sampled_from(ACTIVATIONS),
        "normalisation": st.sampled_from(NORMALISATIONS),
        "repeat": st.integers(1, 4),
    }
)


@settings(max_examples=60, deadline=None)
@given(
    layers=st.lists(layer_documents, min_size=1, max_size=4),
    every=st.integers(0, 4),
    order=st.sampled_from(ORDERS),
    scale=st.sampled_from([1.0, 0.25, -1.5, "1/L", "1/sqrt(L)"]),
    off=st.lists(st.integers(1, 16), max_size=3, unique=True),
    seed=st.integers(0, 1000),
)
def test_agrees_with_autograd_on_any_experiment(
    layers: list[dict[str, object]],
    every: int,
    order: str,
    scale: float | str,
    off: list[int],
    seed: int,
) -> None:
    skip = {"every": every, "order": order, "scale": scale, "off": off}
    experiment = make_experiment(layers, skip, seed=seed, batch_size=9)
    dataset = make_dataset("mse", 3, 2, seed=seed)
    assume(is_rounding_harmless(experiment, dataset))
    assert_agrees(experiment, dataset, floor=1e-10)


def test_finite_differences_give_the_same_weight_gradient() -> None:
    experiment = make_experiment(
        [{"units": 4, "activation": "gelu", "normalisation": "layer", "repeat": 4}], {"every": 1}
    )
    run = Run(experiment, make_dataset())
    run.measure()
    weight = run.network.parameters["W.2"]
    gradient = weight.gradient.clone()
    for place in ((0, 0), (2, 3)):
        losses = []
        for change in (1e-6, -2e-6):
            weight.value[place] += change
            losses.append(run.measure().loss)
        weight.value[place] += 1e-6
        slope = (losses[0] - losses[1]) / 2e-6
        assert slope == pytest.approx(float(gradient[place]), rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("order", ["post", "pre"])
def test_zero_residual_branch_hands_the_gradient_on_unchanged(order: str) -> None:
    zeros = {"scheme": "zeros"}
    layers = [
        {"units": 6, "activation": "tanh"},
        {"units": 6, "activation": "tanh", "repeat": 9, "initialisation": zeros},
    ]
    run = Run(make_experiment(layers, {"every": 1, "order": order}), make_dataset())
    trace = measure(run)
    assert np.all(trace.g_a[1:] == trace.g_a[-1])
    assert np.all(trace.branch[1:10] == 0.0)
    assert np.all(trace.skip[1:10] == trace.g_a[-1])


def test_kinds_of_zero_are_told_apart() -> None:
    dead = [
        {"units": 6, "activation": "relu"},
        {"units": 6, "activation": "relu", "initialisation": {"scheme": "he_normal", "bias": -50}},
        {"units": 6, "activation": "relu"},
    ]
    trace = measure(Run(make_experiment(dead), make_dataset()))
    assert list(trace.kinds) == [ValueKind.DEAD_ZERO] * 2 + [ValueKind.FINITE] * 2
    assert trace.dead[1] == 1.0
    cut = [{"units": 6}, {"units": 6, "initialisation": {"scheme": "zeros"}}, {"units": 6}]
    trace = measure(Run(make_experiment(cut), make_dataset()))
    assert list(trace.kinds) == [ValueKind.STRUCTURAL_ZERO] * 2 + [ValueKind.FINITE] * 2


def test_a_thousand_sigmoid_layers_underflow_in_float32() -> None:
    layers = [{"units": 32, "activation": "sigmoid", "repeat": 1000}]
    experiment = make_experiment(layers, training={"dtype": "float32"}, batch_size=64)
    trace = measure(Run(experiment, make_dataset()))
    first_zero = 1000 - int(np.flatnonzero(trace.g_a == 0.0).max())
    assert 46 <= first_zero <= 52
    assert np.all(trace.kinds[: 1000 - first_zero + 1] == ValueKind.UNDERFLOW_ZERO)
    assert ValueKind.DENORMAL in trace.kinds
    assert np.isnan(trace.factors[0, FACTORS.index("weights")])


def test_float64_starts_from_the_same_weights() -> None:
    layers = [{"units": 6, "normalisation": "batch", "repeat": 3}]
    wide = Run(make_experiment(layers), make_dataset())
    narrow = Run(make_experiment(layers, training={"dtype": "float32"}), make_dataset())
    for parameter in wide.network.parameters:
        other = narrow.network.parameters[parameter.name]
        assert torch.equal(parameter.value.float(), other.value)


def test_switches_return_to_the_same_numbers_and_keep_the_weights() -> None:
    layers = [{"units": 6, "repeat": 3}, {"units": 4, "repeat": 3}]
    experiment = make_experiment(layers)
    run = Run(experiment, make_dataset())
    for _ in range(3):
        run.advance()
    before = run.measure()
    weights = run.network.parameters["W.3"].value.clone()
    for path, value in (
        ("network.skip.every", 2),
        ("network.skip.order", "pre"),
        ("network.layers.0.normalisation", "batch"),
        ("network.layers.1.activation", "relu"),
        ("training.clip.kind", "norm"),
        ("training.weight_decay", 0.5),
        ("training.optimiser", "adam"),
        ("task.batch_size", 20),
    ):
        run.change(with_values(experiment, [(path, value)]))
        assert run.measure().row.tolist() != before.row.tolist() or path.startswith("training")
        run.change(experiment)
    after = run.measure()
    assert isinstance(before.trace.own, LayerTrace)
    assert isinstance(after.trace.own, LayerTrace)
    assert torch.equal(run.network.parameters["W.3"].value, weights)
    np.testing.assert_array_equal(after.trace.own.g_a, before.trace.own.g_a)
    np.testing.assert_array_equal(after.trace.own.update_ratio, before.trace.own.update_ratio)


def test_single_arc_switched_off_is_as_if_it_were_not_there() -> None:
    layers = [{"units": 6, "repeat": 4}]
    run = Run(make_experiment(layers, {"every": 2, "off": [4]}), make_dataset())
    plain = Run(make_experiment(layers), make_dataset())
    np.testing.assert_array_equal(measure(run).g_a, measure(plain).g_a)
    assert measure(run).skip_ends.size == 0


@pytest.mark.parametrize(
    ("order", "unbiased"), [("post", {2, 3}), ("add_then_act", {2, 3}), ("pre", {1, 2})]
)
def test_layers_before_a_batch_normalisation_have_no_bias(order: str, unbiased: set[int]) -> None:
    layers = [{"units": 4}, {"units": 4, "normalisation": "batch", "repeat": 2}, {"units": 4}]
    run = Run(make_experiment(layers, {"every": 2, "order": order}), make_dataset())
    trace = measure(run)
    named = run.network.arrays()  # type: ignore[attr-defined]
    for end in range(1, 5):
        assert (f"b.{end}" in named) == (end not in unbiased)
        assert (trace.g_b[end - 1] == 0.0) == (end in unbiased)


def test_held_out_output_uses_running_statistics_of_batch_normalisation() -> None:
    layers = [{"units": 6, "normalisation": "batch", "repeat": 2}]
    experiment = make_experiment(layers, training={"learning_rate": 0.0})
    run = Run(experiment, make_dataset())
    norms = [torch.nn.BatchNorm1d(6, dtype=torch.float64) for _ in range(2)]
    arrays = {k: torch.tensor(v) for k, v in run.network.arrays().items()}  # type: ignore[attr-defined]

    def predict(x: torch.Tensor) -> torch.Tensor:
        for index, norm in enumerate(norms, 1):
            x = torch.tanh(norm(x @ arrays[f"W.{index}"].t()))
        return x @ arrays["W.out"].t() + arrays["b.out"]

    with torch.no_grad():
        for _ in range(5):
            predict(run.draw_batch()[0])
            run.advance()
        for norm in norms:
            norm.eval()
        x = torch.randn(7, 3, dtype=torch.float64)
        torch.testing.assert_close(run.network.predict(x), predict(x), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("order", ORDERS)
def test_predict_is_the_recorded_pass_without_batch_normalisation(order: str) -> None:
    layers = [{"units": 6, "normalisation": "rms", "repeat": 3}, {"units": 4, "repeat": 3}]
    run = Run(make_experiment(layers, {"every": 2, "order": order, "scale": 0.5}), make_dataset())
    assert isinstance(run.experiment.network, Feedforward)
    x, _ = run.draw_batch()
    torch.testing.assert_close(run.network.predict(x), run.network.forward(x), rtol=1e-12, atol=0.0)
