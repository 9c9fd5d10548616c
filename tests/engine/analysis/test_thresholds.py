"""Verdicts on whole documents, each with a truth that can be derived by hand or counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.analysis.verdict import diagnose
from engine.analysis.verdict_words import tell_verdict
from engine.document.experiment import Experiment
from engine.documents import from_builtins, read
from engine.records.verdict import Verdict
from engine.tasks.loading import load
from engine.training.run import Run

DOCUMENTS = Path(__file__).parents[2] / "documents"
DEEP = [{"units": 16, "activation": "sigmoid", "repeat": 10}]
SHORT = [{"units": 16, "repeat": 2}]
NORMED = [{"units": 8, "normalisation": "batch", "repeat": 3}]


def dense(
    layers: list[dict[str, Any]],
    training: dict[str, Any] | None = None,
    batch: int = 64,
    **net: Any,
) -> Experiment:
    return from_builtins(
        {
            "format": "gradient-theatre/1",
            "seed": 3,
            "task": {"name": "insurance", "batch_size": batch},
            "network": {"kind": "feedforward", "layers": layers, **net},
            "training": training or {},
        }
    )


def recurrent(
    cell: str,
    training: dict[str, Any] | None = None,
    task: dict[str, Any] | None = None,
    **net: Any,
) -> Experiment:
    return from_builtins(
        {
            "format": "gradient-theatre/1",
            "seed": 3,
            "task": {"batch_size": 8, **(task or {"name": "autocomplete"})},
            "network": {"kind": "recurrent", "cell": cell, "hidden": 8, **net},
            "training": training or {},
        }
    )


def judge(experiment: Experiment) -> Verdict:
    return diagnose(Run(experiment, load(experiment, None)).measure().trace)


ZEROS = {"scheme": "zeros"}
OPEN = {"gates": {"forget": 1}, "cut_h_to_gates": True}
ONE_VALUE = {"name": "series", "length": 1}

DYING = [
    {"units": 32, "activation": "relu"},
    {"units": 32, "activation": "relu", "initialisation": {"scheme": "he_normal", "bias": -10}},
    {"units": 32, "activation": "relu"},
]

LAYERED: list[tuple[str, Experiment, str, str]] = [
    ("too small for float32", dense(DEEP), "frozen", "of their size is too small for float32."),
    (
        "the same moves in float64",
        dense(DEEP, {"dtype": "float64"}),
        "vanishing",
        "changes its weights by only",
    ),
    (
        "too small for float64",
        dense([{"units": 16, "activation": "sigmoid", "repeat": 60}], {"dtype": "float64"}),
        "frozen",
        "too small for float64.",
    ),
    (
        "underflow",
        dense([{"units": 16, "activation": "sigmoid", "repeat": 80}]),
        "frozen",
        "the gradient has become too small for a number: exactly 0.",
    ),
    ("no rate", dense(DEEP, {"learning_rate": 0}), "vanishing", "the learning rate is 0, so its"),
    ("no rate, healthy", dense(SHORT, {"learning_rate": 0}), "healthy", "is 0, so its update"),
    (
        "no rate, Adam",
        dense(DEEP, {"learning_rate": 0, "optimiser": "adam"}),
        "vanishing",
        "the learning rate is 0, so its update is not judged.",
    ),
    (
        "Adam hides it",
        dense(DEEP, {"learning_rate": 0.001, "optimiser": "adam"}),
        "vanishing",
        "an update changes its weights by only",
    ),
    ("zeros", dense(SHORT, initialisation=ZEROS), "frozen", "the weights of layer 2 are all 0."),
    (
        "zeros of one layer only move",
        dense([{"units": 4, "activation": "sigmoid"}], initialisation=ZEROS),
        "healthy",
        "its weights are all 0 now.",
    ),
    (
        "zeros have nothing that could decay",
        dense(SHORT, {"weight_decay": 0.1}, initialisation=ZEROS),
        "frozen",
        "are all 0.",
    ),
    (
        "one sample",
        dense(NORMED, batch=1),
        "frozen",
        "layer 3 has batch normalisation, which turns a",
    ),
    (
        "one sample, pre",
        dense(NORMED, batch=1, skip={"order": "pre"}),
        "frozen",
        "which turns a batch of one sample into 0 whatever its weights are.",
    ),
    (
        "decay moves what has no gradient",
        dense(NORMED, {"weight_decay": 0.1}, batch=1),
        "vanishing",
        "turns a batch of one sample into 0",
    ),
    (
        "one unit",
        dense([{"units": 1, "normalisation": "layer", "repeat": 2}]),
        "frozen",
        "the normalisation of layer 2 makes its single unit constant.",
    ),
    (
        "clipped away",
        dense(SHORT, {"clip": {"kind": "norm", "threshold": 1e-30}}),
        "frozen",
        "too small for float32.",
    ),
    (
        "dead",
        dense(
            [{"units": 4, "activation": "relu", "initialisation": {"scheme": "zeros", "bias": -1}}]
        ),
        "dead",
        "units of layer 1 do not respond",
    ),
    (
        "dead, nothing arrives",
        dense(DYING, {"weight_decay": 0.1}),
        "dead",
        "so hardly any gradient passes through them.",
    ),
    (
        "dead, and a skip connection around it",
        dense(DYING, skip={"every": 1}),
        "dead",
        "so hardly any gradient passes through them; still, layer 1 receives 1.1 times",
    ),
    (
        "dead, no rate",
        dense(DYING, {"learning_rate": 0}),
        "dead",
        "passes through them; the learning rate is 0, so its update is not judged.",
    ),
    (
        "one sample, nothing to multiply the gradient with",
        dense(NORMED, batch=1, skip={"order": "pre", "every": 1}),
        "frozen",
        "batch normalisation before its weights turns a batch of one sample into 0.",
    ),
]

TIMED: list[tuple[str, Experiment, str, str, tuple[str, int], float | None]] = [
    # c_t = f c_{t-1} + ..., f = 1, nothing else leads back: dc_T/dc_t = 1 exactly.
    (
        "carousel",
        recurrent("lstm", **OPEN),
        "healthy",
        "The cell state carries 1.0 of",
        ("c", 1),
        1.0,
    ),
    (
        "carousel of one unit",
        recurrent("lstm", **{**OPEN, "hidden": 1}),
        "healthy",
        "The cell state carries 1.0 of the gradient to the first time step",
        ("c", 1),
        1.0,
    ),
    (
        "carousel in float64",
        recurrent("lstm", {"dtype": "float64"}, **OPEN),
        "healthy",
        "The cell state carries 1.0 of",
        ("c", 1),
        1.0,
    ),
    (
        "half-open carousel, from 36 to 1",
        recurrent("lstm", **{**OPEN, "gates": {"forget": 0.5}}),
        "vanishing",
        "The cell state carries 2.9 × 10⁻¹¹ of the gradient",
        ("c", 1),
        0.5**35,
    ),
    (
        "carousel cut at 30",
        recurrent("lstm", truncation=30, **{**OPEN, "gates": {"forget": 0.9}}),
        "healthy",
        "cut every 30 time steps; after the cut at 30 the cell state carries 0.59 of",
        ("c", 1),
        0.9**5,
    ),
    # z = 1 keeps the state: dh_T/dh_t = 1, and nothing of x ever enters.
    (
        "GRU that only keeps",
        recurrent("gru", gates={"update": 1}),
        "frozen",
        "the update gate is forced to 1, which lets nothing through.",
        ("h", 1),
        1.0,
    ),
    (
        "GRU that keeps half",
        recurrent("gru", gates={"update": 0.5}, cut_h_to_gates=True),
        "vanishing",
        "The hidden state carries 2.9 × 10⁻¹¹ of",
        ("h", 1),
        0.5**35,
    ),
    (
        "no output",
        recurrent("lstm", gates={"output": 0}),
        "frozen",
        "the output gate is forced to 0, which lets nothing through.",
        ("h", 1),
        0.0,
    ),
    (
        "no input",
        recurrent("lstm", gates={"input": 0}),
        "frozen",
        "the input gate is forced to 0, which lets nothing through.",
        ("c", 1),
        None,
    ),
    # Orthogonal W_hh and no activation: |dh_T/dh_t| = 1 whatever the direction.
    (
        "linear, orthogonal",
        recurrent(
            "rnn",
            {"learning_rate": 1e-4},
            activation="linear",
            recurrent_initialisation={"scheme": "orthogonal"},
        ),
        "healthy",
        "The hidden state carries 1.0 of",
        ("h", 1),
        1.0,
    ),
    (
        "linear, twice orthogonal",
        recurrent(
            "rnn",
            activation="linear",
            recurrent_initialisation={"scheme": "orthogonal", "gain": 2},
        ),
        "exploding",
        "The hidden state carries 3.4 × 10¹⁰ times the gradient",
        ("h", 1),
        2.0**35,
    ),
    (
        "linear, cut every 10",
        recurrent(
            "rnn",
            truncation=10,
            activation="linear",
            recurrent_initialisation={"scheme": "orthogonal", "gain": 0.5},
        ),
        "weak",
        "cut every 10 time steps; after the cut at 30 the hidden state carries 0.031",
        ("h", 1),
        0.5**5,
    ),
    (
        "cut everywhere",
        recurrent("rnn", truncation=1),
        "healthy",
        "only time step 36 is left, where the loss enters",
        ("h", 1),
        1.0,
    ),
    (
        "cut beyond the end",
        recurrent("rnn", truncation=36, recurrent_initialisation=ZEROS),
        "vanishing",
        "The hidden state carries nothing of the gradient to the first time step",
        ("h", 1),
        0.0,
    ),
    (
        "T = 1, LSTM",
        recurrent("lstm", task=ONE_VALUE),
        "healthy",
        "nothing has to be",
        ("h", 1),
        1.0,
    ),
    (
        "T = 1, two layers",
        recurrent("gru", task=ONE_VALUE, readout="all", layers=2),
        "healthy",
        "so nothing has to be carried through time, and an update changes",
        ("h", 2),
        1.0,
    ),
    (
        "dead",
        recurrent("rnn", activation="relu", initialisation={"scheme": "zeros", "bias": -1}),
        "dead",
        "units of layer 1 do not respond",
        ("h", 1),
        0.0,
    ),
    (
        "no rate",
        recurrent("rnn", {"learning_rate": 0}, recurrent_initialisation=ZEROS),
        "vanishing",
        "the learning rate is 0, so its update is not judged.",
        ("h", 1),
        0.0,
    ),
]


@pytest.mark.parametrize(
    ("experiment", "kind", "words"), [row[1:] for row in LAYERED], ids=[row[0] for row in LAYERED]
)
def test_a_pass_through_layers_is_told_as_it_is(
    experiment: Experiment, kind: str, words: str
) -> None:
    verdict = judge(experiment)
    assert verdict.kind == kind
    assert words in tell_verdict(verdict)
    assert (verdict.carried.path, verdict.cut_every) == ("layers", 0)
    if experiment.training.dtype == "float64":
        assert "float32" not in tell_verdict(verdict)
    assert "by only 0 " not in tell_verdict(verdict)
    assert "update of 0" not in tell_verdict(verdict)


@pytest.mark.parametrize(
    ("experiment", "kind", "words", "place", "ratio"),
    [row[1:] for row in TIMED],
    ids=[row[0] for row in TIMED],
)
def test_a_pass_through_time_is_judged_by_the_path_that_carries(
    experiment: Experiment, kind: str, words: str, place: tuple[str, int], ratio: float | None
) -> None:
    verdict = judge(experiment)
    assert verdict.kind == kind
    assert words in tell_verdict(verdict)
    assert (verdict.carried.path, verdict.carried.layer) == place
    if ratio is not None:
        assert verdict.carried.ratio == pytest.approx(ratio, rel=2e-5)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("readout", ["last", "mean"])
@pytest.mark.parametrize("truncation", [0, 7, 18, 40])
def test_what_is_carried_is_the_largest_over_layers_and_paths(
    cell: str, layers: int, readout: str, truncation: int
) -> None:
    network = {"layers": layers, "readout": readout, "truncation": truncation}
    experiment = recurrent(cell, {"dtype": "float64"}, {"name": "adding", "length": 18}, **network)
    trace = Run(experiment, load(experiment, None)).measure().trace
    verdict = diagnose(trace)
    trace = trace.own
    is_cut = 0 < truncation < 18
    start = 14 if is_cut else 0
    found = {
        (path, k + 1): row[start] / row[-1]
        for path, rows in (("h", trace.g_hT), ("c", trace.g_cT))
        for k, row in enumerate(rows)
        if row.size
    }
    assert verdict.carried.ratio == max(found.values())
    assert found[verdict.carried.path, verdict.carried.layer] == max(found.values())
    assert verdict.cut_every == (truncation if is_cut else 0)
    assert verdict.first_last_ratio == trace.g_hT[-1, 0] / trace.g_hT[-1, -1]


def test_the_constant_error_carousel_is_healthy() -> None:
    verdict = judge(read(DOCUMENTS / "carousel.gtheatre"))
    assert verdict.kind == "healthy"
    assert tell_verdict(verdict).startswith(
        "The cell state carries 1.0 of the gradient to the first time step"
    )
    assert verdict.first_last_ratio == 0.0


def test_a_network_of_which_half_moves_is_not_frozen() -> None:
    verdict = judge(read(DOCUMENTS / "frozen-but-moving.gtheatre"))
    assert verdict.kind == "vanishing"
    assert verdict.moved == (942, 2_048)
    assert "changes 942 of its 2,048 weights" in tell_verdict(verdict)


TRAININGS: list[dict[str, Any]] = [
    {},
    {"momentum": 0.9},
    {"optimiser": "nesterov", "momentum": 0.5},
    {"optimiser": "rmsprop", "momentum": 0.5, "learning_rate": 1e-7},
    {"optimiser": "adam", "learning_rate": 2e-8},
    {"optimiser": "adamw", "learning_rate": 1e-6, "weight_decay": 0.03},
    {"weight_decay": 1e-6, "clip": {"kind": "norm", "threshold": 1e-6}},
    {"clip": {"kind": "value", "threshold": 1e-8}},
    {"dtype": "float64", "learning_rate": 1e-13},
]


@pytest.mark.parametrize("training", TRAININGS)
@pytest.mark.parametrize(
    ("make", "prefixes"),
    [
        (lambda training: dense([{"units": 7, "repeat": 3}], training), ("W.1",)),
        (lambda training: recurrent("gru", training, layers=2), ("weight_ih_l", "weight_hh_l")),
    ],
)
def test_what_would_move_is_what_the_update_moves(
    make: Any, prefixes: tuple[str, ...], training: dict[str, Any]
) -> None:
    experiment = make(training)
    run = Run(experiment, load(experiment, None))
    seen = []
    for _ in range(3):
        told = run.measure().trace.own.motion
        before = {p.name: p.value.clone() for p in run.network.parameters}
        frame = run.advance()
        watched = [p for p in run.network.parameters if p.name.startswith(prefixes)]
        changed = sum(int((p.value != before[p.name]).sum()) for p in watched)
        entries = sum(p.value.numel() for p in watched)
        assert (told.changed, told.entries) == (changed, entries)
        assert frame.trace.own.motion == told
        seen.append(changed / entries)
    assert max(seen) > 0.0


def test_there_is_a_table_entry_in_which_only_a_part_moves() -> None:
    experiment = dense([{"units": 7, "repeat": 3}], TRAININGS[4])
    verdict = judge(experiment)
    assert verdict.moved is not None
    assert 0 < verdict.moved[0] < verdict.moved[1]


def test_units_are_dead_where_no_time_step_gives_them_a_slope() -> None:
    bias = {"scheme": "he_normal", "bias": -3.0}
    experiment = recurrent("rnn", activation="relu", initialisation=bias)
    run = Run(experiment, load(experiment, None))
    trace = run.measure().trace.own
    states = run.network.stack.cells[0].h[1:]
    dead = (states == 0.0).all(dim=2).all(dim=0).double().mean()
    assert 0.0 < float(dead) < 1.0
    assert trace.dead[0] == float(dead)
    assert np.isnan(Run(recurrent("gru"), run.dataset).measure().trace.own.dead).all()
