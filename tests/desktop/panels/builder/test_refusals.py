"""A refusal of an edit names what was typed, and never speaks of a file."""

from __future__ import annotations

import pytest

from desktop.kinds.table import make_panels
from desktop.panels.builder.refusals import explain_refusal
from engine.documents import with_values
from engine.errors import DocumentError
from tests.synthetic import make_experiment

NAMES = make_panels()["feedforward"].input_names


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (
            "network.layers.0.units",
            5_000,
            "The number of units must be a whole number from 1 to 4,096, not 5,000.",
        ),
        ("training.clip.threshold", 0, "The threshold must be a number above 0 and at most "),
        ("training.optimiser", "sgdd", "It must be one of "),
        ("training.optimizer", "sgd", "The entry `optimizer` is unknown (did you mean"),
        ("training.momentum", 1, "The momentum must be a number from 0 to below 1, not 1."),
        ("task", {"name": "adding"}, "The document cannot be used"),
        ("seed.x", 1, "The document has no value at 'seed.x'."),
    ],
)
def test_the_sentence_is_about_the_input(path: str, value: object, sentence: str) -> None:
    with pytest.raises(DocumentError) as caught:
        with_values(make_experiment(), [(path, value)])
    told = explain_refusal(caught.value, NAMES)
    assert told.startswith(sentence)
    assert told.endswith(".")


def test_it_rests_on_the_fields_and_not_on_the_wording() -> None:
    error = DocumentError(("a", "units"), "must be even: 2, 4", opening="?", is_about_value=True)
    assert explain_refusal(error, NAMES) == "The number of units must be even: 2, 4."
    assert explain_refusal(DocumentError(("a",), "it must be so"), {}) == "It must be so."
