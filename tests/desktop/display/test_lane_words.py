"""The words in which the titles of two lanes say how they differ."""

from __future__ import annotations

import json
from typing import Any

import pytest

from desktop.display.lane_words import name_lanes, word_differences, word_value
from desktop.kinds.table import kind_of
from engine import documents
from engine.document.experiment import Experiment
from engine.document.lanes import baseline_of

LAYERS: dict[str, Any] = {
    "format": "gradient-theatre/1",
    "task": {"name": "insurance"},
    "network": {
        "kind": "feedforward",
        "layers": [{"units": 16, "activation": "sigmoid", "repeat": 10}],
    },
}
CELLS: dict[str, Any] = {
    "format": "gradient-theatre/1",
    "task": {"name": "adding"},
    "network": {"kind": "recurrent", "cell": "lstm"},
}


def read(document: dict[str, Any], variant: dict[str, Any]) -> tuple[Experiment, Experiment]:
    experiment = documents.parse(json.dumps({**document, "variant": variant}))
    other = documents.variant_of(experiment)
    assert other is not None
    return baseline_of(experiment), other


def tell(document: dict[str, Any], variant: dict[str, Any]) -> tuple[str, str]:
    baseline, other = read(document, variant)
    return name_lanes(word_differences(kind_of(baseline.network).display, baseline, other))


@pytest.mark.parametrize(
    ("document", "variant", "baseline", "other"),
    [
        (LAYERS, {"network.skip.every": 1}, "no skips", "skips"),
        (
            LAYERS,
            {
                "network.skip.every": 1,
                "network.skip.scale": "1/L",
                "network.layers.0.activation": "relu",
            },
            "sigmoid · no skips",
            "ReLU · skips, 1/L",
        ),
        (LAYERS, {"network.skip.scale": 2.0}, "no skips, α = 1", "no skips, α = 2"),
        (LAYERS, {"network.layers.0.repeat": 20}, "10 layers", "20 layers"),
        (
            LAYERS,
            {
                "network.layers": [
                    {"units": 16, "activation": "sigmoid", "repeat": 9},
                    {"units": 2, "activation": "sigmoid"},
                ]
            },
            "16 units in layer 10",
            "2 units in layer 10",
        ),
        (
            LAYERS,
            {"network.initialisation": {"scheme": "normal", "std": 0.1}},
            "torch’s initialisation",
            "normal, std 0.1",
        ),
        (
            LAYERS,
            {"training.clip.kind": "norm", "training.optimiser": "adam"},
            "SGD · no clipping",
            "Adam · clip at 1",
        ),
        (LAYERS, {"task.batch_size": 32}, "batch size 64", "batch size 32"),
        (LAYERS, {"title": "With more"}, "untitled", "“With more”"),
        (CELLS, {"network.forget_bias": 3}, "forget bias 0", "forget bias 3"),
        (CELLS, {"network.cell": "gru"}, "LSTM", "GRU"),
        (
            CELLS,
            {"network.cell": "rnn", "network.forget_bias": 3},
            "LSTM · forget bias 0",
            "RNN",
        ),
        (CELLS, {"network.gates.forget": 1}, "forget gate learned", "forget gate open"),
        (CELLS, {"task.length": 100}, "length 30", "length 100"),
        (
            CELLS,
            {
                "network.recurrent_initialisation": {
                    "scheme": "orthogonal",
                    "spectral_radius": 1.0,
                }
            },
            "recurrent weights as the others",
            "recurrent orthogonal, ρ = 1",
        ),
    ],
)
def test_titles_say_the_difference_in_words(
    document: dict[str, Any], variant: dict[str, Any], baseline: str, other: str
) -> None:
    assert tell(document, variant) == (f"Baseline: {baseline}", f"Variant: {other}")


def test_lanes_that_do_not_differ_yet_say_so() -> None:
    assert tell(LAYERS, {}) == ("Baseline", "Variant: no difference yet")


def test_a_title_stays_short_and_says_how_much_it_leaves_out() -> None:
    many = {
        "task.batch_size": 32,
        "training.optimiser": "adam",
        "training.learning_rate": 1e-3,
        "training.weight_decay": 0.01,
        "network.skip.every": 1,
    }
    title = tell(LAYERS, many)[1]
    assert title.endswith(" · 2 more")
    assert title.count("·") == 3
    baseline, other = read(LAYERS, many)
    words = word_differences(kind_of(baseline.network).display, baseline, other)
    assert len(words[1]) == 5


_VALUES: list[tuple[dict[str, Any], str, Any]] = [
    (LAYERS, "network.layers.0.units", 8),
    (LAYERS, "network.layers.0.activation", "gelu"),
    (LAYERS, "network.layers.0.normalisation", "rms"),
    (LAYERS, "network.layers.0.leaky_slope", 0.2),
    (LAYERS, "network.layers.0.initialisation", {"scheme": "he_normal"}),
    (LAYERS, "network.skip.order", "pre"),
    (LAYERS, "network.skip.off", [3]),
    (LAYERS, "network.initialisation.gain", 2.0),
    (LAYERS, "network.initialisation.bias", 1.0),
    (LAYERS, "training.momentum", 0.9),
    (LAYERS, "training.weight_decay", 0.1),
    (LAYERS, "training.learning_rate", 1.0),
    (LAYERS, "training.clip", {"kind": "value", "threshold": 3.0}),
    (CELLS, "network.hidden", 64),
    (CELLS, "network.layers", 2),
    (CELLS, "network.readout", "mean"),
    (CELLS, "network.embedding", 8),
    (CELLS, "network.cut_h_to_gates", True),
    (CELLS, "network.truncation", 5),
    (CELLS, "network.gates.input", 0.5),
    (CELLS, "network.initialisation.scheme", "orthogonal"),
]


@pytest.mark.parametrize(("document", "path", "value"), _VALUES)
def test_every_difference_has_words_that_tell_the_lanes_apart(
    document: dict[str, Any], path: str, value: Any
) -> None:
    baseline, other = read(document, {path: value})
    first, second = word_differences(kind_of(baseline.network).display, baseline, other)
    assert first
    assert second
    assert first != second
    for word in (*first, *second):
        assert "_" not in word


def test_what_no_kind_has_words_for_is_told_by_its_name() -> None:
    assert word_value("network.block_width", 1200) == "block width 1,200"
    assert word_value("task.columns.2", "age") == "columns 3 age"
    assert word_value("task.sheet", None) == "sheet none"
    assert word_value("network.is_wide", True) == "is wide yes"
    assert word_value("task.path", "a b.csv") == "path “a b.csv”"
