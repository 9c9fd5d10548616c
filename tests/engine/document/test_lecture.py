"""What a lecture may say, and how each beat follows from the ones before it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine import documents
from engine.document.files import to_text
from engine.document.quantities import QuantityName, fill, list_braced, list_quantities
from engine.document.script import Cue
from engine.errors import DocumentError

BASE: dict[str, Any] = {
    "format": "gradient-theatre/1",
    "seed": 7,
    "task": {"name": "insurance"},
    "network": {
        "kind": "feedforward",
        "layers": [{"units": 8, "activation": "sigmoid", "repeat": 4}],
    },
}
WORDS: dict[str, Any] = {
    **BASE,
    "task": {"name": "autocomplete"},
    "network": {"kind": "recurrent", "cell": "lstm"},
}


def _cues(*beats: dict[str, Any], base: dict[str, Any] = BASE) -> tuple[Cue, ...]:
    document = {**base, "lecture": {"beats": list(beats)}}
    return documents.read_script(documents.parse(json.dumps(document)))


def _show(**more: Any) -> dict[str, Any]:
    return {"kind": "show", **more}


def test_a_lecture_comes_back_from_its_file_and_absent_is_not_null() -> None:
    beats = [
        _show(variant={"network.skip.every": 1}),
        _show(),
        _show(variant=None),
        {"kind": "predict", "ask": "choice", "choices": ["a", "b"], "answer": 1, "pass": "hidden"},
        {
            "kind": "reveal",
            "claims": [{"quantity": "first_last_ratio", "is": 1, "times_before": {"at_least": 2}}],
        },
    ]
    lecture = {"chapter": "One", "minutes": 4, "seeds": [7, 1], "switches": ["depth"]}
    document = {**BASE, "lecture": {**lecture, "beats": beats}}
    experiment = documents.parse(json.dumps(document))
    written = json.loads(to_text(experiment))["lecture"]
    assert written == document["lecture"]
    assert documents.parse(to_text(experiment)) == experiment


def test_changes_add_up_from_beat_to_beat() -> None:
    cues = _cues(
        _show(changes={"network.layers.0.repeat": 2}),
        _show(changes={"network.layers.0.activation": "relu"}),
        _show(variant={"network.layers.0.activation": "tanh"}, changes={"seed": 9}),
        _show(changes={"network.layers.0.repeat": 3}),
        _show(promote=True),
        _show(),
    )
    shapes = [(cue.baseline.network.depth, cue.baseline.seed) for cue in cues]  # type: ignore[attr-defined]
    assert shapes == [(2, 7), (2, 7), (2, 9), (3, 9), (3, 9), (3, 9)]
    variants = [cue.variant for cue in cues]
    assert [one is not None for one in variants] == [False, False, True, True, False, False]
    assert variants[3] is not None
    assert variants[3].network.depth == 3  # type: ignore[attr-defined]
    activations = [cue.baseline.network.layers[0].activation for cue in cues]  # type: ignore[attr-defined]
    assert activations == ["sigmoid", "relu", "relu", "relu", "tanh", "tanh"]


def test_where_variant_and_changes_set_the_same_path_the_variants_value_holds() -> None:
    cues = _cues(
        _show(variant={"training.learning_rate": 0.5}),
        _show(changes={"training.learning_rate": 0.2}),
    )
    assert cues[1].variant is not None
    rates = (cues[1].baseline.training.learning_rate, cues[1].variant.training.learning_rate)
    assert rates == (0.2, 0.5)


def test_a_beat_promotes_first_then_changes_then_opens_a_lane() -> None:
    cues = _cues(
        _show(variant={"training.learning_rate": 0.5, "training.momentum": 0.9}),
        _show(
            promote=True,
            changes={"training.learning_rate": 0.2},
            variant={"training.learning_rate": 0.7},
        ),
        _show(variant=None, changes={"training.momentum": 0.1}),
    )
    last, other = cues[1].baseline.training, cues[1].variant
    assert (last.learning_rate, last.momentum) == (0.2, 0.9)
    assert other is not None
    assert (other.training.learning_rate, other.training.momentum) == (0.7, 0.9)
    assert (cues[1].promotes, cues[1].opens) == (True, True)
    ended = cues[2].baseline.training
    assert (ended.learning_rate, ended.momentum, cues[2].variant) == (0.2, 0.1, None)


def test_after_a_branch_everything_is_as_before_it() -> None:
    cues = _cues(
        _show(changes={"network.layers.0.repeat": 2}),
        _show(optional=True, changes={"network.layers.0.repeat": 3}),
        _show(optional=True, variant={"network.skip.every": 1}),
        _show(),
        _show(optional=True, changes={"seed": 1}),
    )
    depths = [cue.baseline.network.depth for cue in cues]  # type: ignore[attr-defined]
    assert depths == [2, 3, 3, 2, 2]
    assert [cue.variant is None for cue in cues] == [True, True, False, True, True]
    assert [cue.returns_to for cue in cues] == [None, None, None, 0, None]
    assert [cue.before for cue in cues] == [None, 0, 1, 0, 3]


def test_a_branch_at_the_beginning_leaves_nothing_behind() -> None:
    cues = _cues(
        _show(optional=True, changes={"network.layers.0.repeat": 3}, variant={}),
        _show(optional=True, changes={"seed": 1}),
        _show(),
    )
    assert [cue.returns_to for cue in cues] == [None, None, -1]
    assert [cue.before for cue in cues] == [None, 0, None]
    assert (cues[2].baseline.network.depth, cues[2].baseline.seed) == (4, 7)  # type: ignore[attr-defined]
    assert cues[2].variant is None


def test_words_stay_until_others_or_a_fresh_start() -> None:
    sentence = "today due to my current job situation"
    cues = _cues(
        _show(words=sentence, watch=6),
        _show(),
        _show(watch=2),
        _show(words="today due"),
        _show(fresh=True),
        base=WORDS,
    )
    assert [cue.words for cue in cues] == [sentence, sentence, sentence, "today due", None]
    assert [cue.watch for cue in cues] == [6, 6, 2, None, None]


def test_words_that_another_task_cannot_read_are_not_asked_about() -> None:
    away = {"task": BASE["task"], "network": BASE["network"]}
    back = {"task": WORDS["task"], "network": WORDS["network"]}
    cues = _cues(
        _show(words="today due", watch=2), _show(changes=away), _show(changes=back), base=WORDS
    )
    assert [(cue.words, cue.watch) for cue in cues] == [
        ("today due", 2),
        (None, None),
        ("today due", 2),
    ]


CLAIM = {"at_least": 0}


@pytest.mark.parametrize(
    ("beats", "where", "word"),
    [
        ([], "lecture.beats", "1 to 1,000 entries"),
        ([{"kind": "dance"}], "lecture.beats.0.kind", "one of"),
        ([_show(changes={"network.layers.0.unit": 3})], "changes.network.layers.0", "units"),
        ([_show(changes={"format": "x"})], "lecture.beats.0.changes", "cannot be changed"),
        ([_show(variant={"seed": 4})], "lecture.beats.0.variant", "`seed` cannot differ"),
        ([_show(promote=True)], "lecture.beats.0.promote", "no variant"),
        ([_show(select=9)], "lecture.beats.0.select", "no place 9"),
        ([_show(sentence="{nonsense}")], "lecture.beats.0.sentence", "not measured"),
        ([_show(sentence="{accurac}")], "lecture.beats.0.sentence", "did you mean `accuracy`"),
        ([_show(sentence="{r2}")], "lecture.beats.0.sentence", "not measured"),
        ([_show(sentence="{g.5}")], "lecture.beats.0.sentence", "beyond the last place"),
        ([_show(sentence="{g}")], "lecture.beats.0.sentence", "`g.1`"),
        ([_show(sentence="{loss.1}")], "lecture.beats.0.sentence", "one number only"),
        ([_show(sentence="{loss")], "lecture.beats.0.sentence", "not closed"),
        ([_show(sentence="{variant.loss}")], "lecture.beats.0.sentence", "one lane only"),
        ([_show(sentence="{gate.forget}")], "lecture.beats.0.sentence", "not measured"),
        ([_show(sentence="{answer}")], "lecture.beats.0.sentence", "needs `words`"),
        ([_show(claims=[{"quantity": "dead.9", **CLAIM}])], "claims.0.quantity", "beyond"),
        ([_show(claims=[{"quantity": "loss"}])], "lecture.beats.0.claims.0", "a claim needs"),
        (
            [_show(claims=[{"quantity": "loss", "times_baseline": CLAIM}])],
            "claims.0.times_baseline",
            "one lane only",
        ),
        (
            [_show(claims=[{"quantity": "loss", "times_before": CLAIM}])],
            "claims.0.times_before",
            "no earlier beat",
        ),
        (
            [
                _show(),
                _show(
                    changes={"network.layers.0.repeat": 8},
                    claims=[{"quantity": "g.8", "times_before": CLAIM}],
                ),
            ],
            "lecture.beats.1.claims.0.times_before",
            "lecture.beats.0, `g.8` lies beyond the last place, which is 4",
        ),
        (
            [
                _show(),
                _show(variant={}, claims=[{"quantity": "variant.loss", "times_before": CLAIM}]),
            ],
            "lecture.beats.1.claims.0.times_before",
            "one lane only",
        ),
        ([_show(sentence="{g.0}")], "lecture.beats.0.sentence", "the first one is 1"),
        ([{"kind": "predict", "ask": "curve"}], "lecture.beats.0", "a predict needs a reveal"),
        ([{"kind": "predict"}, {"kind": "reveal"}], "lecture.beats.0", "needs `ask`"),
        (
            [{"kind": "predict", "ask": "curve"}, {"kind": "reveal", "optional": True}],
            "lecture.beats.0",
            "a predict needs a reveal",
        ),
        (
            [{"kind": "question", "ask": "choice", "choices": ["a", "b"], "answer": 2}],
            "lecture.beats.0",
            "its `answer`",
        ),
        (
            [{"kind": "question", "ask": "choice", "choices": ["a"], "answer": 0}],
            "lecture.beats.0",
            "2 to 5",
        ),
        ([{"kind": "train", "until": {"accuracy": 0.5}}], "lecture.beats.0.until", "iterations"),
        ([_show(watch=1)], "lecture.beats.0.watch", "needs `words`"),
        ([_show(words="hello")], "lecture.beats.0.words", "no word"),
    ],
)
def test_a_wrong_beat_is_refused_with_its_path(
    beats: list[dict[str, Any]], where: str, word: str
) -> None:
    with pytest.raises(DocumentError) as refusal:
        _cues(*beats)
    assert ".".join(refusal.value.path).endswith(where)
    assert word in str(refusal.value)


def test_a_watched_word_lies_in_the_sentence() -> None:
    with pytest.raises(DocumentError, match="the sentence has 2 words"):
        _cues(_show(words="today due", watch=3), base=WORDS)


def test_an_accuracy_is_waited_for_only_where_there_is_one() -> None:
    adding = {
        **BASE,
        "task": {"name": "adding", "length": 10},
        "network": {"kind": "recurrent", "cell": "rnn"},
    }
    with pytest.raises(DocumentError, match="`accuracy` is not measured") as refusal:
        _cues({"kind": "train", "until": {"accuracy": 0.9, "iterations": 5}}, base=adding)
    assert ".".join(refusal.value.path) == "lecture.beats.0.until.accuracy"


def test_names_are_taken_apart_and_put_together() -> None:
    for text in ("loss", "g.12", "variant.g.3", "factor.weights", "update_ratio.max", "r2"):
        assert str(QuantityName.of(text)) == text
    assert QuantityName.of("variant.g.3") == QuantityName("variant", "g", 3)
    assert QuantityName.of("factor.weights") == QuantityName("baseline", "factor.weights")


def test_every_kind_lists_its_own_quantities() -> None:
    layers = list_quantities(documents.parse(json.dumps(BASE)))
    assert layers["dead"] == layers["g"] == 4
    assert "gate.forget" not in layers
    lstm = list_quantities(documents.parse(json.dumps(WORDS)), has_words=True)
    assert lstm["g"] == 36
    assert {"gate.forget", "gate.input", "gate.output", "moving", "answer"} <= set(lstm)
    assert not {"gate.update", "spectral_radius", "saturated"} & set(lstm)


def test_braces_are_filled_and_doubled_ones_stay() -> None:
    sentence = "{{x}} is {loss}, {g.1}"
    assert list(list_braced(sentence)) == ["loss", "g.1"]
    assert fill(sentence, {"loss": "0.7", "g.1": "0"}) == "{x} is 0.7, 0"
