"""What is offered against each cause, and that what was measured of it is true."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import torch

from engine.analysis.cause_question import settle_cause
from engine.analysis.measure import measure
from engine.analysis.remedies import (
    MOST_HELPFUL,
    RemediesQuestion,
    apply_remedy,
    is_helpful,
    list_remedies,
    measure_effects,
)
from engine.analysis.trial import run_trial
from engine.document.experiment import Experiment, keeps_weights
from engine.documents import from_builtins, load_scene, with_values
from engine.records.cause import CauseKind
from engine.records.remedy import Effect, Remedy
from engine.tasks.loading import load
from engine.training.run import Run
from tests.engine.analysis.causes import list_built

SKIPS = "Skips, 1/L"


def make(
    task: str | dict[str, Any], network: dict[str, Any], training: dict[str, Any] | None = None
) -> Experiment:
    own = {"name": task} if isinstance(task, str) else task
    document = {
        "format": "gradient-theatre/1",
        "seed": 7,
        "task": own,
        "network": network,
        "training": training or {},
    }
    return from_builtins(document)


def layers(
    activation: str, depth: int, units: int = 32, scheme: str = "torch_default", **more: Any
) -> Experiment:
    start = {"scheme": scheme, **more.pop("start", {})}
    skip = more.pop("skip", {})
    each = {"units": units, "activation": activation, "repeat": depth, **more}
    network = {"kind": "feedforward", "layers": [each], "initialisation": start, "skip": skip}
    return make("insurance", network)


def cell(kind: str, length: int = 60, **more: Any) -> Experiment:
    network = {"kind": "recurrent", "cell": kind, "hidden": 32, **more}
    return make({"name": "adding", "length": length, "batch_size": 16}, network)


def measure_all(experiment: Experiment, cause: CauseKind) -> dict[str, Effect]:
    run = Run(experiment, load(experiment, None))
    effects = measure_effects(run, list_remedies(experiment, cause))
    return {effect.remedy.name: effect for effect in effects}


MATCHED: dict[str, tuple[Experiment, CauseKind, tuple[str, ...]]] = {
    "sigmoid": (
        layers("sigmoid", 10, 16),
        "bounded_derivative",
        ("ReLU + He", "tanh + Xavier", "Batch norm", SKIPS),
    ),
    "sigmoid with Xavier": (
        layers("sigmoid", 10, scheme="xavier_normal"),
        "bounded_derivative",
        ("ReLU + He", "tanh", "Batch norm", SKIPS),
    ),
    "sigmoid, tiny weights": (
        layers("sigmoid", 8, scheme="normal", start={"std": 0.02}),
        "weights_too_small",
        ("tanh + Xavier", "Batch norm", SKIPS),
    ),
    "ReLU": (layers("relu", 12), "weights_too_small", ("He", "Batch norm", SKIPS, "Depth ÷ 4")),
    "tanh": (layers("tanh", 12), "weights_too_small", ("Xavier", SKIPS)),
    "GELU": (layers("gelu", 12), "weights_too_small", ("Xavier × 2", "Batch norm", SKIPS)),
    "saturated tanh": (
        layers("tanh", 20, scheme="normal", start={"std": 1.2, "bias": 3.0}),
        "saturated",
        ("Batch norm", SKIPS, "Xavier"),
    ),
    "large ReLU": (
        layers("relu", 12, scheme="normal", start={"std": 0.7}),
        "weights_too_large",
        ("He", "Batch norm", SKIPS),
    ),
    "unscaled skips": (
        layers("relu", 50, skip={"every": 1}),
        "unscaled_skips",
        (SKIPS, "Batch norm", "Layer norm", "tanh"),
    ),
    "dead": (load_scene("12-dead-relu"), "dead_units", ("Biases 0", SKIPS, "Layer norm")),
    "underflow": (layers("sigmoid", 60), "underflow", (SKIPS, "Batch norm", "Skips, 1/√L")),
    "growth under batch norm": (
        load_scene("13-relu-batch-norm-depth-60"),
        "batch_norm_growth",
        (SKIPS,),
    ),
    "learning rate": (
        with_values(layers("tanh", 2), [("training.learning_rate", 100.0)]),
        "learning_rate",
        ("Learning rate ÷ 10", "Learning rate ÷ 100", SKIPS),
    ),
    "noise": (layers("relu", 60, 8, "he_normal"), "within_noise", (SKIPS, "Units × 4")),
    "noise of weights given as a number": (
        layers("relu", 60, 8, scheme="normal", start={"std": 0.5}),
        "within_noise",
        (SKIPS, "Units × 4"),
    ),
    "all weights 0": (
        layers("relu", 5, scheme="zeros"),
        "structural",
        ("Nothing forced to 0",),
    ),
    "forgetting LSTM": (cell("lstm"), "forget_gate_half_shut", ("Forget bias 4.1",)),
    "shut LSTM": (cell("lstm", forget_bias=-3.0), "forget_gate_shut", ("Forget bias 4.1",)),
    "GRU": (cell("gru"), "forget_gate_half_shut", ("LSTM, forget bias 4.1",)),
    "RNN": (
        cell("rnn"),
        "recurrent_weights_too_small",
        ("LSTM, forget bias 4.1", "Orthogonal, ρ = 1", "ReLU + identity"),
    ),
    "growing RNN": (
        cell(
            "rnn",
            activation="linear",
            recurrent_initialisation={"scheme": "orthogonal", "spectral_radius": 1.2},
        ),
        "recurrent_weights_too_large",
        ("Orthogonal, ρ = 1",),
    ),
    "gate held half open": (
        cell("lstm", gates={"forget": 0.5}),
        "structural",
        ("Forget bias 4.1, nothing forced",),
    ),
    "cut RNN": (
        cell("rnn", 30, truncation=10),
        "structural",
        ("LSTM, forget bias 4, nothing forced",),
    ),
    "gate held shut": (
        cell("lstm", 20, forget_bias=4.0, gates={"forget": 0.0}),
        "structural",
        ("Gates learned",),
    ),
}


@pytest.mark.parametrize("name", MATCHED)
def test_what_is_offered_first_was_measured_to_help(name: str) -> None:
    experiment, cause, expected = MATCHED[name]
    effects = measure_all(experiment, cause)
    offered = [name for name, effect in effects.items() if not effect.remedy.is_popular]
    assert len(offered) <= MOST_HELPFUL
    assert set(expected) <= set(offered)
    assert all(effects[each].helps for each in expected)
    assert all(effect.remedy.cause == cause for effect in effects.values())
    assert len({effect.before for effect in effects.values()}) == 1


POPULAR: tuple[tuple[Experiment, CauseKind, str], ...] = (
    (layers("sigmoid", 10, 16), "bounded_derivative", "Clip at 1"),
    (layers("sigmoid", 10, 16), "bounded_derivative", "Xavier"),
    (layers("sigmoid", 10, 16), "bounded_derivative", "float64"),
    (layers("sigmoid", 10, scheme="xavier_normal"), "bounded_derivative", "Layer norm"),
    (load_scene("10-explosion"), "weights_too_large", "L2, λ = 0.1"),
    (load_scene("10-explosion"), "weights_too_large", "Learning rate ÷ 10"),
    (layers("tanh", 12), "weights_too_small", "ReLU"),
    (layers("tanh", 12), "weights_too_small", "Clip at 1"),
    (layers("relu", 50, skip={"every": 1}), "unscaled_skips", "He"),
    (load_scene("12-dead-relu"), "dead_units", "Learning rate ÷ 10"),
    (load_scene("13-relu-batch-norm-depth-60"), "batch_norm_growth", "He"),
    (cell("rnn"), "recurrent_weights_too_small", "Clip at 1"),
    (cell("gru"), "forget_gate_half_shut", "LSTM"),
)


@pytest.mark.parametrize("case", POPULAR, ids=lambda case: f"{case[1]}-{case[2]}")
def test_what_is_popular_was_measured_not_to_help(
    case: tuple[Experiment, CauseKind, str],
) -> None:
    experiment, cause, name = case
    effect = measure_all(experiment, cause)[name]
    assert effect.remedy.is_popular
    assert not effect.helps


def test_clipping_leaves_a_vanished_gradient_as_it_is_to_the_last_bit() -> None:
    clipped = measure_all(layers("sigmoid", 10, 16), "bounded_derivative")["Clip at 1"]
    assert clipped.after == clipped.before
    assert clipped.before == pytest.approx(1.8e-8, rel=0.5)


def test_layer_norm_brings_a_sigmoid_nearer_and_it_still_vanishes() -> None:
    effect = measure_all(layers("sigmoid", 10, 16), "bounded_derivative")["Layer norm"]
    assert effect.remedy.is_popular
    assert effect.after is not None
    assert effect.after < 1e-3
    assert effect.verdict is not None
    assert effect.verdict.kind == "vanishing"


def test_float64_against_underflow_is_no_zero_any_more_and_vanishes_all_the_same() -> None:
    effect = measure_all(layers("sigmoid", 60), "underflow")["float64"]
    assert effect.before == 0.0
    assert effect.after is not None
    assert 0.0 < effect.after < 1e-40
    assert effect.verdict is not None
    assert effect.verdict.kind in {"vanishing", "frozen"}


@pytest.mark.parametrize("cause", get_args(CauseKind))
@pytest.mark.parametrize("network", ["layers", "cell"])
def test_nothing_is_offered_that_is_in_effect_or_comes_to_the_same(
    cause: CauseKind, network: str
) -> None:
    experiment = layers("sigmoid", 8) if network == "layers" else cell("lstm", 12)
    offered = list_remedies(experiment, cause)
    if cause == "none":
        assert not offered
    results = [apply_remedy(experiment, remedy) for remedy in offered]
    assert experiment not in results
    assert all(results.count(result) == 1 for result in results)
    for remedy, result in zip(offered, results, strict=True):
        again = [one for one in list_remedies(result, cause) if one.name == remedy.name]
        assert not again or remedy.name.startswith(("Learning rate", "Units", "Depth"))


def test_what_a_network_cannot_take_is_not_offered() -> None:
    one_sample = with_values(layers("relu", 12), [("task.batch_size", 1)])
    names = [remedy.name for remedy in list_remedies(one_sample, "weights_too_small")]
    assert "Batch norm" not in names
    single = layers("relu", 1)
    names = [remedy.name for remedy in list_remedies(single, "weights_too_small")]
    assert names
    assert SKIPS not in names
    narrow = make(
        "insurance",
        {"kind": "feedforward", "layers": [{"units": 1, "activation": "relu", "repeat": 12}]},
    )
    names = [remedy.name for remedy in list_remedies(narrow, "unscaled_skips")]
    assert "Layer norm" not in names


def test_the_forget_bias_grows_with_the_length_up_to_what_a_document_allows() -> None:
    for length, bias in ((10, 4.0), (60, 4.1), (100, 4.7), (2_000, 5.0)):
        first = list_remedies(cell("lstm", length), "forget_gate_shut")[0]
        assert dict(first.changes) == {"network.forget_bias": bias}
        assert bias >= min(5.0, max(4.0, math.log(length)))


def test_the_values_of_a_document_with_a_variant_stay_its_own() -> None:
    both = with_values(layers("sigmoid", 10), [("variant", {"network.skip.every": 1})])
    assert list_remedies(both, "bounded_derivative") == list_remedies(
        layers("sigmoid", 10), "bounded_derivative"
    )


def test_help_is_to_arrive_or_to_come_two_decades_nearer() -> None:
    assert is_helpful(1e-8, 0.1)
    assert is_helpful(None, 10.0)
    assert not is_helpful(1e-8, 2e-7)
    assert is_helpful(1e-8, 1e-6)
    assert is_helpful(1e6, 1e4)
    assert not is_helpful(1e6, 1e-5)
    assert is_helpful(0.0, 1e-30)
    assert not is_helpful(0.0, 0.0)
    assert not is_helpful(None, 1e3)
    assert not is_helpful(1e-3, None)


def ask(run: Run, remedies: tuple[Remedy, ...]) -> tuple[Effect, ...]:
    """As the window does: what an answer lacks is asked for anew."""
    effects: tuple[Effect, ...] = ()
    while len(effects) < len(remedies):
        answer = RemediesQuestion(remedies[len(effects) :]).answer(run)
        assert answer
        effects += answer
    return effects


def train(experiment: Experiment, iterations: int) -> Run:
    run = Run(experiment, load(experiment, None))
    for _ in range(iterations):
        run.advance()
    return run


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
@pytest.mark.parametrize("experiment", [layers("sigmoid", 6, 8), cell("lstm", 12)])
def test_a_probe_leaves_no_mark_on_the_run(experiment: Experiment, optimiser: str) -> None:
    experiment = with_values(experiment, [("training.optimiser", optimiser)])
    alone, probed = train(experiment, 5), train(experiment, 5)
    remedies = list_remedies(experiment, "unclear")
    assert len(ask(probed, remedies)) == len(remedies) >= 3
    assert probed.experiment == alone.experiment
    assert probed.iteration == alone.iteration
    assert probed.update is not None
    for _ in range(4):
        first, second = alone.advance(), probed.advance()
        assert first.loss == second.loss
        np.testing.assert_array_equal(first.row, second.row)
    assert torch.equal(alone.network.parameters.value, probed.network.parameters.value)


def test_effects_of_a_trained_network_are_those_of_its_own_weights_where_they_stay() -> None:
    experiment = layers("sigmoid", 6, 8)
    run = train(experiment, 40)
    for effect in ask(run, list_remedies(experiment, "bounded_derivative")):
        after = apply_remedy(experiment, effect.remedy)
        other = train(experiment, 40) if keeps_weights(experiment, after) else train(after, 0)
        if keeps_weights(experiment, after):
            other.change(after)
        trace = other.measure().trace
        assert trace is not None
        strengths = trace.strength.values
        assert effect.after == strengths[1] / strengths[-1], effect.remedy.name


def test_a_halted_run_is_probed_with_the_weights_of_the_seed() -> None:
    experiment = with_values(load_scene("10-explosion"), [("training.learning_rate", 0.1)])
    fresh = measure_all(experiment, "weights_too_large")
    run = Run(experiment, load(experiment, None))
    while run.halted is None:
        run.advance()
    halted = run.halted
    answer = ask(run, list_remedies(experiment, "weights_too_large"))
    effects = {one.remedy.name: one for one in answer}
    assert effects == fresh
    assert run.halted is halted


def test_the_effect_is_what_measure_says_of_the_changed_document(tmp_path: Path) -> None:
    for experiment, cause, _ in (MATCHED["sigmoid"], MATCHED["RNN"]):
        for effect in measure_all(experiment, cause).values():
            changed = apply_remedy(experiment, effect.remedy)
            found = measure(changed, tmp_path, iterations=0)["initial"]["verdict"]
            assert found["carried"]["ratio"] == effect.after
            assert effect.verdict is not None
            assert found["kind"] == effect.verdict.kind


def test_a_trial_ends_where_measure_ends() -> None:
    for experiment in (layers("tanh", 3, 8), load_scene("10-explosion"), cell("rnn", 8)):
        final = measure(experiment, iterations=30)["final"]
        seen: list[int] = []
        trial = run_trial(experiment, load(experiment, None), 30, seen.append)
        assert trial.iterations == final["iteration"]
        assert trial.carried == final["verdict"]["carried"]["ratio"]
        assert trial.loss == final["loss"]
        assert trial.accuracy == final["accuracy"]
        assert trial.r2 == final.get("r2")
        assert trial.verdict is not None
        assert trial.verdict.kind == final["verdict"]["kind"]
        assert seen[0] == 1


@pytest.mark.long
def test_against_every_cause_something_helps() -> None:
    """Of networks that were built to have a cause."""
    without = []
    helping = offered = 0
    for built in list_built():
        run = Run(built.experiment, load(built.experiment, None))
        for _ in range(built.iterations):
            run.advance()
        trace = run.measure().trace
        assert trace is not None
        cause = settle_cause(run, trace).kind
        effects = measure_effects(run, list_remedies(built.experiment, cause))
        chips = [effect.helps for effect in effects if not effect.remedy.is_popular]
        helping, offered = helping + sum(chips), offered + len(chips)
        if cause != "none" and not any(chips):
            without.append(f"{built.name}: {cause}")
        assert all(not effect.problem for effect in effects)
    assert not without
    assert helping > 0.8 * offered > 200
