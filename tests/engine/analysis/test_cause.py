"""Causes: the order of the rows, what makes one certain, what is told, and what is measured."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch

from engine.analysis.cause import find_cause, name_cause
from engine.analysis.cause_question import CauseQuestion, settle_cause
from engine.analysis.cause_words import tell_cause
from engine.analysis.measure import measure
from engine.document.experiment import Training
from engine.documents import with_values
from engine.kinds.feedforward.slopes import find_critical_scale, find_spread
from engine.kinds.table import kind_of
from engine.parts import ACTIVATIONS
from engine.records.cause import (
    CauseEvidence,
    CauseGrounds,
    CauseRow,
    GateOpening,
    Shares,
    SlowEvidence,
)
from engine.records.trace import Trace
from engine.tasks.loading import load
from engine.training.run import Run
from tests.engine.analysis.causes import cell, chain, layers, scaled
from tests.engine.cases import list_cases

TRAINING = Training(learning_rate=0.1)


def ground(total: float | None = -5.0, **values: Any) -> CauseGrounds:
    evidence = CauseEvidence(T=total, noise=values.pop("noise", None), **values.pop("found", {}))
    carried = 0.0 if total is None else 10.0**total
    return replace(CauseGrounds(evidence, carried, 0.1, True, places=9), **values)


ROW = CauseRow("weights_too_small", -4.0)
ORDER = [
    ({"source": 0.0}, "no_loss_gradient"),
    ({"structure": "layer 4 is scaled by 0"}, "structural"),
    ({"is_finite": False, "overflow": "unscaled_skips"}, "unscaled_skips"),
    ({"dead_layer": 3}, "dead_units"),
    ({"carried": 0.0}, "underflow"),
    ({"noise": 6.0}, "within_noise"),
    ({"row": ROW}, "weights_too_small"),
    ({}, "unclear"),
]


@pytest.mark.parametrize("place", range(len(ORDER)))
def test_of_two_rows_that_match_the_first_names_the_cause(place: int) -> None:
    every: dict[str, Any] = {}
    for own, _ in reversed(ORDER[place:]):
        every |= own
    assert name_cause(ground(**every), TRAINING).kind == ORDER[place][1]


def test_certain_is_what_was_seen_and_what_makes_two_thirds_of_t() -> None:
    for values, kind in ORDER:
        if kind in {"no_loss_gradient", "structural", "dead_units", "underflow"}:
            assert name_cause(ground(**values), TRAINING).is_certain
    for share, is_certain in ((-3.4, True), (-3.3, False), (-9.0, True), (4.0, False)):
        found = name_cause(ground(row=CauseRow("saturated", share)), TRAINING)
        assert found.is_certain is is_certain
    assert not name_cause(ground(), TRAINING).is_certain
    assert not name_cause(ground(0.3), TRAINING).is_certain
    overflown = ground(None, is_finite=False)
    assert not name_cause(overflown, TRAINING).is_certain


def test_the_learning_rate_is_named_only_when_the_curvature_was_measured() -> None:
    grounds = ground(0.5, is_learning_rate_judged=True)
    first = name_cause(grounds, TRAINING)
    assert (first.kind, first.is_open, first.evidence.lambda_max) == ("none", True, None)
    for top, kind in ((19.9, "none"), (20.1, "learning_rate")):
        found = name_cause(grounds, TRAINING, SlowEvidence(0, None, top))
        assert (found.kind, found.is_open, found.evidence.lambda_max) == (kind, False, top)
        assert not found.is_certain
    steep = SlowEvidence(0, None, 1e9)
    adam = Training(learning_rate=0.1, optimiser="adam")
    assert name_cause(grounds, adam, steep).kind == "none"
    assert name_cause(ground(row=ROW, is_learning_rate_judged=True), TRAINING, steep).kind == (
        "weights_too_small"
    )
    recurrent = name_cause(ground(0.5), TRAINING, steep)
    assert (recurrent.kind, recurrent.evidence.lambda_max) == ("none", None)


def test_a_row_of_the_table_needs_more_than_the_noise() -> None:
    assert name_cause(ground(-2.5, noise=2.6, row=ROW), TRAINING).kind == "within_noise"
    assert name_cause(ground(-2.5, noise=2.4, row=ROW), TRAINING).kind == "weights_too_small"
    assert name_cause(ground(-1.5, noise=2.6, row=ROW), TRAINING).kind == "none"


SENTENCES = [
    (
        ground(-7.7, row=CauseRow("bounded_derivative", -5.5),
               found={"shares": Shares(-5.5, 0.0, -2.2, 0.0)}),
        "A sigmoid's slope is at most ¼ in every layer: 5.5 of 7.7 decades lost.",
    ),
    (
        ground(3.3, row=CauseRow("weights_too_large", 5.0),
               found={"shares": Shares(-1.7, 0.0, 5.0, 0.0), "weight_scale": 2.0}),
        "The weights are too large (2.0 × critical): 5.0 decades gained, 3.3 in all.",
    ),
    (
        ground(-4.3, row=CauseRow("weights_too_small", -4.3),
               found={"shares": Shares(0.0, 0.0, -4.3, 0.0), "weight_scale": 0.41}),
        "The weights are too small (0.41 × critical): all 4.3 decades lost.",
    ),
    (
        ground(-12.0, row=CauseRow("forget_gate_half_shut", -18.0),
               gate=GateOpening("update", 0.5), found={"forget_direct": -18.0}),
        "The update gate is half shut, at 0.50: 18.0 decades lost on its path, 12.0 in all.",
    ),
    (ground(0.02), "Nothing has to be explained: over 9 layers the gradient keeps its size."),
    (ground(1.0), "Nothing has to be explained: 1.0 decade gained over 9 layers, no more than 2."),
]  # fmt: skip


@pytest.mark.parametrize(("grounds", "sentence"), SENTENCES)
def test_the_sentence_has_the_measured_numbers(grounds: CauseGrounds, sentence: str) -> None:
    assert tell_cause(name_cause(grounds, TRAINING)) == sentence


def test_every_cause_is_a_sentence() -> None:
    kinds = [
        *(name_cause(ground(**values), TRAINING) for values, _ in ORDER),
        name_cause(ground(2.5, row=CauseRow("batch_norm_growth", 1.0)), TRAINING),
    ]
    for cause in kinds:
        told = tell_cause(cause)
        assert not told[0].islower()
        assert told.endswith(".")
        assert not told.endswith("..")


def test_critical_scale_and_spread_follow_from_the_slopes_at_zero() -> None:
    assert find_critical_scale("relu", 0.01) == pytest.approx(math.sqrt(2.0))
    assert find_critical_scale("tanh", 0.01) == pytest.approx(1.0)
    assert find_critical_scale("sigmoid", 0.01) == pytest.approx(4.0)
    assert find_critical_scale("leaky_relu", 0.5) == pytest.approx(math.sqrt(2.0 / 1.25))
    assert find_spread("relu", 0.01) == pytest.approx(5.0)
    assert find_spread("linear", 0.01) == pytest.approx(2.0)
    for name in ACTIVATIONS:
        assert find_spread(name, 0.3) >= 2.0 - 1e-9


def record(experiment: Any, dataset: Any) -> tuple[Run, Trace]:
    run = Run(experiment, dataset)
    trace = run.measure().trace
    assert trace is not None
    return run, trace


def test_the_shares_of_every_network_add_up_to_t() -> None:
    checked = 0
    for name, experiment, dataset in list_cases():
        trace = record(experiment, dataset)[1]
        evidence = kind_of(experiment.network).ground_cause(trace).evidence
        shares = evidence.shares
        parts = (shares.activation, shares.normalisation, shares.weights, shares.skip)
        if evidence.T is None or None in parts:
            continue
        assert sum(part for part in parts if part is not None) == pytest.approx(
            evidence.T, abs=1e-6
        ), name
        checked += 1
    assert checked > 100


def test_the_shares_of_every_cell_add_up_to_what_is_carried() -> None:
    checked = 0
    stacks = [
        {"layers": 2},
        {"activation": "relu"},
        {"truncation": 4},
        {"cut_h_to_gates": True},
        {},
    ]
    for name, own in product(("rnn", "lstm", "gru"), stacks):
        experiment = cell(name, 12, 3, **own)
        trace = record(experiment, load(experiment, None))[1]
        evidence = kind_of(experiment.network).ground_cause(trace).evidence
        shares = evidence.shares
        assert shares.normalisation is None
        parts = (shares.activation, shares.weights, shares.skip)
        if evidence.T is None or None in parts:
            continue
        assert sum(part for part in parts if part is not None) == pytest.approx(
            evidence.T, abs=1e-6
        ), name
        checked += 1
    assert checked > 10


def test_the_noise_of_relu_is_that_of_the_formula_and_seeds_spread_by_it() -> None:
    totals = []
    for seed in range(40):
        experiment = chain(layers(32, 30, "relu"), "he_normal", seed)
        trace = record(experiment, load(experiment, None))[1]
        evidence = kind_of(experiment.network).ground_cause(trace).evidence
        assert evidence.noise == pytest.approx(math.sqrt(5 * 30 / 32) / math.log(10.0))
        totals.append(evidence.T)
    assert 2.0 * np.std(totals) == pytest.approx(evidence.noise, rel=0.35)


def test_the_spectral_radius_is_that_of_w_hh() -> None:
    own = {"scheme": "normal", "std": 0.1, "spectral_radius": 0.73}
    experiment = cell("rnn", 10, recurrent_initialisation=own)
    run = Run(experiment, load(experiment, None))
    slow = CauseQuestion(wants_curvature=False).answer(run)
    assert slow == SlowEvidence(0, pytest.approx(0.73, rel=1e-5), None)


def test_a_question_leaves_no_mark_on_the_training() -> None:
    experiment = chain(layers(8, 3, "tanh"), "xavier_normal", learning_rate=0.1)
    asked, other = (Run(experiment, load(experiment, None)) for _ in range(2))
    for _ in range(5):
        slow = CauseQuestion(wants_curvature=True).answer(asked)
        assert slow.lambda_max is not None
        assert asked.advance().loss == other.advance().loss
    assert torch.equal(asked.network.parameters.value, other.network.parameters.value)


def test_a_question_is_given_up_where_the_run_is_waited_for() -> None:
    experiment = chain(layers(8, 3, "tanh"), "xavier_normal", learning_rate=0.1)
    run = Run(experiment, load(experiment, None))
    looks = iter([False, False, True])
    run.must_hurry = lambda: next(looks)
    assert CauseQuestion(wants_curvature=True).answer(run) is None
    assert CauseQuestion(wants_curvature=False).answer(run) is not None


def test_without_memory_for_the_curvature_the_cause_is_found_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    experiment = chain(layers(8, 3, "tanh"), "xavier_normal", learning_rate=0.1)
    run, trace = record(experiment, load(experiment, None))

    def refuse(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(type(kind_of(experiment.network)), "build", refuse)
    cause = settle_cause(run, trace)
    assert (cause.kind, cause.is_open, cause.evidence.lambda_max) == ("none", False, None)


def test_a_halted_pass_and_the_last_good_one_have_their_own_causes() -> None:
    experiment = chain(
        layers(32, 10, "relu"), {"scheme": "normal", "std": 0.5}, learning_rate=0.1, iterations=20
    )
    result = measure(experiment)
    json.dumps(result, allow_nan=False)
    assert result["first_nonfinite"] is not None
    for part in ("initial", "final"):
        assert result[part]["cause"]["kind"] == "weights_too_large"
    over = chain(layers(32, 40, "relu"), {"scheme": "normal", "std": 5.0})
    cause = measure(over, iterations=0)["initial"]["cause"]
    assert cause["sentence"].endswith("the numbers grow until they are no longer finite.")
    assert (cause["kind"], cause["certain"], cause["evidence"]["T"]) == (
        "weights_too_large",
        False,
        None,
    )


def test_a_recurrent_network_reports_its_gates_and_its_radius() -> None:
    cause = measure(cell("lstm", 60), iterations=0)["initial"]["cause"]
    evidence = cause["evidence"]
    assert cause["kind"] == "forget_gate_half_shut"
    assert evidence["forget_direct"] == pytest.approx(59 * math.log10(0.5), rel=0.05)
    assert evidence["spectral_radius"] > 0.3
    assert evidence["shares"]["normalisation"] is None
    assert evidence["lambda_max"] is None
    assert evidence["noise"] is None


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_weights_of_zero_are_named_whatever_the_slope_is(activation: str) -> None:
    cause = measure(chain(layers(8, 5, activation), "zeros"), iterations=0)["initial"]["cause"]
    assert (cause["kind"], cause["certain"]) == ("structural", True)
    assert cause["sentence"] == "The document stops it: the weights of layer 5 are all 0."


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_batch_of_one_sample_is_named_whatever_the_slope_is(activation: str) -> None:
    network = layers(8, 3, activation)
    network[0]["normalisation"] = "batch"
    experiment = with_values(chain(network, "he_normal"), [("task.batch_size", 1)])
    cause = measure(experiment, iterations=0)["initial"]["cause"]
    assert (cause["kind"], cause["certain"]) == ("structural", True)
    assert "layer 3 has batch normalisation, which turns a batch of one" in cause["sentence"]


def test_what_is_saturated_is_one_number_under_either_name() -> None:
    """In layer 1 tanh is saturated by its large weights, and further up hardly anywhere."""
    experiment = chain(
        [
            {"units": 16, "initialisation": {"scheme": "normal", "std": 5.0}},
            {"units": 16, "initialisation": {"scheme": "xavier_normal"}},
        ],
        "xavier_normal",
    )
    initial = measure(experiment, iterations=0, quantities=["saturated"])["initial"]
    own = [layer["saturated"] for layer in initial["layers"]]
    assert own[0] > own[1] + 0.2
    assert initial["cause"]["evidence"]["saturated"] == pytest.approx(sum(own) / 2)
    assert initial["quantities"]["saturated"] == initial["cause"]["evidence"]["saturated"]


def test_weights_measured_against_criticality() -> None:
    experiment = chain(layers(64, 12, "relu"), scaled(0.8, 64))
    trace = record(experiment, load(experiment, None))[1]
    cause = find_cause(trace, experiment.training)
    assert cause.kind == "weights_too_small"
    assert cause.evidence.weight_scale == pytest.approx(0.8 / math.sqrt(2.0), rel=0.03)
