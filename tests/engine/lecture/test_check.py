"""Lectures are played: the numbers are those of `measure`, and true and false claims told apart."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from engine import documents
from engine.analysis.measure import measure
from engine.document.experiment import Experiment
from engine.errors import DocumentError, RequestError
from engine.lecture.check import check_lecture
from engine.lecture.performance import Performance

BASE: dict[str, Any] = {
    "format": "gradient-theatre/1",
    "seed": 7,
    "task": {"name": "insurance"},
    "network": {
        "kind": "feedforward",
        "layers": [{"units": 8, "activation": "sigmoid", "repeat": 4}],
    },
    "training": {"learning_rate": 0.5},
}
SENTENCE = (
    "today due to my current job situation and family condition , i really just now also still "
    "maybe again often only simply soon quite even then well perhaps really just now also need to "
    "take a"
)


def _lecture(*beats: dict[str, Any], base: dict[str, Any] = BASE, **more: Any) -> Experiment:
    return documents.parse(json.dumps({**base, "lecture": {**more, "beats": list(beats)}}))


def _claim(quantity: str, **more: Any) -> dict[str, Any]:
    return {"quantity": quantity, **more}


def _played(experiment: Experiment, seed: str = "7") -> list[dict[str, Any]]:
    beats: list[dict[str, Any]] = check_lecture(experiment)["seeds"][seed]["beats"]
    return beats


def test_every_number_is_the_one_that_measure_gives() -> None:
    names = ["first_last_ratio", "loss", "accuracy", "majority", "verdict", "g.2", "update_ratio.1"]
    claims = [_claim(name, is_=0) for name in names]
    for claim in claims:
        claim["is"] = claim.pop("is_")
    beats = _played(_lecture({"kind": "train", "until": {"iterations": 12}, "claims": claims}))
    final = measure(documents.parse(json.dumps(BASE)), iterations=12)["final"]
    expected = [
        *(final[name] for name in names[:4]),
        final["verdict"]["kind"],
        final["layers"][1]["g_a_rms"],
        final["layers"][0]["update_ratio"],
    ]
    assert [claim["measured"] for claim in beats[0]["claims"]] == expected
    assert beats[0]["iteration"] == 12


def test_true_claims_hold_and_false_ones_do_not() -> None:
    claims = [
        _claim("majority", at_least=0.5),
        _claim("majority", at_least=0.6),
        _claim("verdict", **{"is": "weak"}),
        _claim("first_last_ratio", at_most=1e-9),
        _claim("halted.update", at_least=0),
        _claim("verdict", at_least=0),
    ]
    beats = _played(_lecture({"kind": "show", "claims": claims}))
    held = [claim["held"] for claim in beats[0]["claims"]]
    assert held[0]
    assert not any(held[1:2] + held[3:])
    assert beats[0]["claims"][4]["measured"] is None
    assert not check_lecture(_lecture({"kind": "show", "claims": claims}))["held"]


def test_ratios_to_the_beat_before_and_to_the_baseline() -> None:
    deeper = {"network.layers.0.repeat": 8}
    experiment = _lecture(
        {"kind": "show", "claims": [_claim("first_last_ratio", at_most=1)]},
        {
            "kind": "show",
            "optional": True,
            "changes": deeper,
            "claims": [_claim("first_last_ratio", times_before={"at_most": 0.1})],
        },
        {
            "kind": "compare",
            "variant": deeper,
            "claims": [
                _claim("first_last_ratio", times_before={"at_least": 1, "at_most": 1}),
                _claim("variant.first_last_ratio", times_baseline={"at_most": 0.1}),
            ],
        },
    )
    result = check_lecture(experiment)
    assert result["held"]
    beats = result["seeds"]["7"]["beats"]
    values = [beat["claims"][0]["measured"] for beat in beats]
    assert values[0] == values[2]
    assert beats[1]["claims"][0]["ratio"] == pytest.approx(values[1] / values[0], rel=1e-12)
    assert beats[2]["claims"][1]["ratio"] == pytest.approx(values[1] / values[0], rel=1e-12)
    # The claim's own keys stand beside what was measured.
    assert beats[2]["claims"][1]["times_baseline"] == {"at_most": 0.1}


def test_leaving_an_optional_branch_out_changes_nothing() -> None:
    last = {
        "kind": "train",
        "until": {"iterations": 9},
        "claims": [_claim("loss", at_least=0), _claim("g.1", at_least=0)],
    }
    first = {"kind": "train", "until": {"iterations": 5}}
    branch = {
        "kind": "train",
        "optional": True,
        "fresh": True,
        "changes": {"training.learning_rate": 2.0},
        "until": {"iterations": 7},
    }
    with_branch = _played(_lecture(first, branch, {**branch, "fresh": False}, last))
    without = _played(_lecture(first, last))
    assert with_branch[-1]["claims"] == without[-1]["claims"]
    assert with_branch[-1]["iteration"] == 9


def test_a_branch_at_the_beginning_changes_nothing_either() -> None:
    core = {
        "kind": "train",
        "until": {"iterations": 3},
        "claims": [_claim("loss", at_least=0, at="start"), _claim("loss", at_least=0)],
    }
    branch = {
        "kind": "train",
        "optional": True,
        "changes": {"network.layers.0.activation": "tanh"},
        "until": {"iterations": 7},
    }
    experiment = _lecture(branch, {"kind": "show", "optional": True, "variant": {}}, core)
    with_branch, without = _played(experiment)[-1], _played(_lecture(core))[-1]
    assert with_branch["claims"] == without["claims"]
    assert with_branch["iteration"] == without["iteration"] == 3
    leaping = Performance(experiment)
    for index in (2, 1, 2):
        leaping.begin(index)
        assert leaping.lanes["baseline"].iteration == (0 if index == 2 else 7)
        leaping.finish(index)


def test_a_word_that_is_not_known_is_refused_where_it_is_typed() -> None:
    base = {
        **BASE,
        "task": {"name": "autocomplete"},
        "network": {"kind": "recurrent", "cell": "rnn", "hidden": 8},
    }
    beat = {"kind": "show", "words": "today xyzzy", "sentence": "{answer}"}
    with pytest.raises(DocumentError, match="does not know “xyzzy”") as refusal:
        check_lecture(_lecture({"kind": "show"}, beat, base=base))
    assert refusal.value.path == ("lecture", "beats", "1", "words")


def test_going_back_and_forth_and_leaping_gives_the_same_numbers() -> None:
    experiment = _lecture(
        {"kind": "train", "until": {"iterations": 6}},
        {"kind": "train", "changes": {"training.learning_rate": 0.1}, "until": {"iterations": 9}},
        {"kind": "show", "variant": {"network.skip.every": 1}},
        {"kind": "train", "until": {"iterations": 14}},
    )

    def weights(performance: Performance, index: int) -> list[np.ndarray]:
        performance.begin(index)
        performance.finish(index)
        return [
            lane.run.network.parameters.value.numpy().copy() for lane in performance.lanes.values()
        ]

    straight = Performance(experiment)
    once = [weights(straight, index) for index in range(4)]
    for order in ([3, 1, 2, 0, 3], [2, 3, 3, 0, 1]):
        leaping = Performance(experiment)
        for index in order:
            for again, first in zip(weights(leaping, index), once[index], strict=True):
                np.testing.assert_array_equal(again, first)


def test_a_variant_that_opens_late_is_trained_to_the_baselines_iteration() -> None:
    experiment = _lecture(
        {"kind": "train", "until": {"iterations": 8}},
        {
            "kind": "compare",
            "variant": {"network.layers.0.activation": "tanh"},
            "claims": [_claim("variant.loss", at_least=0)],
        },
    )
    beats = _played(experiment)
    alone = documents.with_values(
        documents.parse(json.dumps(BASE)), [("network.layers.0.activation", "tanh")]
    )
    assert beats[1]["claims"][0]["measured"] == measure(alone, iterations=8)["final"]["loss"]


def test_a_promoted_lane_keeps_its_weights_and_a_fresh_start_is_of_both_lanes() -> None:
    claims = [_claim("loss", at_least=0), _claim("variant.loss", at_least=0)]
    tanh = {"network.layers.0.activation": "tanh"}
    slower = {"training.learning_rate": 0.01}
    opened, promoted, fresh = _played(
        _lecture(
            {"kind": "train", "variant": tanh, "until": {"iterations": 6}, "claims": claims},
            {"kind": "compare", "promote": True, "variant": slower, "claims": claims},
            {"kind": "show", "fresh": True, "claims": claims},
        )
    )
    assert promoted["iteration"] == 6
    assert promoted["claims"][0]["measured"] == opened["claims"][1]["measured"]
    alone = documents.with_values(
        documents.parse(json.dumps(BASE)), [*tanh.items(), *slower.items()]
    )
    found = measure(alone, iterations=6)
    assert promoted["claims"][1]["measured"] == found["final"]["loss"]
    # The same weights and the same batch: the lanes differ in nothing that a first pass sees.
    assert [claim["measured"] for claim in fresh["claims"]] == [found["initial"]["loss"]] * 2
    assert fresh["iteration"] == 0


def test_a_claim_at_the_start_is_measured_before_the_training() -> None:
    claims = [_claim("loss", at_least=0, at="start"), _claim("loss", at_least=0)]
    beat = _played(_lecture({"kind": "train", "until": {"iterations": 20}, "claims": claims}))[0]
    first = measure(documents.parse(json.dumps(BASE)), iterations=20)
    assert beat["claims"][0]["measured"] == first["initial"]["loss"]
    assert beat["claims"][1]["measured"] == first["final"]["loss"]


def test_training_ends_at_the_accuracy_or_at_the_iteration_whichever_comes_first() -> None:
    quick = {"network.layers.0.activation": "tanh", "network.layers.0.repeat": 1}
    reached, never = _played(
        _lecture(
            {"kind": "train", "changes": quick, "until": {"accuracy": 0.75, "iterations": 900}},
            {"kind": "train", "fresh": True, "until": {"accuracy": 1.0, "iterations": 30}},
        )
    )
    assert 0 < reached["iteration"] < 900
    assert never["iteration"] == 30


def test_a_lane_that_explodes_is_judged_at_its_last_good_state() -> None:
    changes = {
        "network.layers.0": {"units": 32, "activation": "relu", "repeat": 10},
        "network.initialisation": {"scheme": "normal", "std": 0.5},
    }
    beat = _played(
        _lecture(
            {
                "kind": "train",
                "sentence": "NaN at update {halted.update}, {verdict}.",
                "changes": changes,
                "until": {"iterations": 50},
                "claims": [_claim("halted.update", at_most=9), _claim("loss", at_least=0)],
            }
        )
    )[0]
    assert all(claim["held"] for claim in beat["claims"])
    update = beat["claims"][0]["measured"]
    assert beat["sentence"] == f"NaN at update {update}, nan."


def test_words_are_asked_about_and_the_answer_is_told() -> None:
    base = {
        **BASE,
        "task": {"name": "autocomplete"},
        "network": {"kind": "recurrent", "cell": "lstm", "hidden": 8, "forget_bias": 3.0},
    }
    beats = _played(
        _lecture(
            {
                "kind": "show",
                "words": SENTENCE,
                "watch": 6,
                "sentence": "{answer}, {rank.gradient}, {gate.forget}",
                "claims": [
                    _claim("rank.swap", at_least=1, at_most=36),
                    _claim("answer", **{"is": "none of them"}),
                    _claim("gate.forget", at_least=0.9),
                ],
            },
            base=base,
        )
    )
    ranked, answered, gate = beats[0]["claims"]
    assert ranked["held"]
    assert gate["held"]
    assert not answered["held"]
    assert answered["measured"] in ("loan", "leave", "course", "visa")
    assert beats[0]["sentence"].startswith(f"{answered['measured']}, ")


def test_all_seeds_of_the_lecture_are_played_or_the_one_that_is_asked_for() -> None:
    experiment = _lecture({"kind": "show", "sentence": "{loss}"}, seeds=[7, 1, 2])
    assert list(check_lecture(experiment)["seeds"]) == ["7", "1", "2"]
    assert list(check_lecture(experiment, seed=5)["seeds"]) == ["5"]


def test_a_seed_that_is_none_is_refused_as_a_seed() -> None:
    experiment = _lecture({"kind": "show", "changes": {"training.learning_rate": 0.1}})
    with pytest.raises(DocumentError, match="from 0 to 4,294,967,295") as refusal:
        check_lecture(experiment, seed=-1)
    assert refusal.value.path == ("seed",)


def test_a_document_without_a_lecture_is_refused() -> None:
    with pytest.raises(RequestError, match="no `lecture`"):
        check_lecture(documents.parse(json.dumps(BASE)))
