"""A document that cannot be used is refused in a sentence that names the place and the bounds."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from engine.documents import from_builtins, read_assignments, with_values
from engine.errors import DocumentError

SMALL: dict[str, Any] = {
    "format": "gradient-theatre/1",
    "task": {"name": "insurance"},
    "network": {"kind": "feedforward", "layers": [{"units": 4}]},
}


def refuse(place: str, value: Any) -> DocumentError:
    """The refusal of a valid document in which one value is replaced."""
    document: dict[str, Any] = {
        "format": "gradient-theatre/1",
        "task": {"name": "insurance"},
        "network": {"kind": "feedforward", "layers": [{"units": 4}], "skip": {}},
        "training": {"clip": {}},
    }
    target: Any = document
    *parents, last = place.split(".")
    for key in parents:
        target = target[int(key)] if isinstance(target, list) else target[key]
    target[last] = value
    with pytest.raises(DocumentError) as caught:
        from_builtins(document)
    return caught.value


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        (
            "network.layers.0.units",
            5_000,
            "at network.layers.0.units: it must be a whole number from 1 to 4,096, not 5,000.",
        ),
        ("network.layers.0.units", "many", 'a whole number from 1 to 4,096, not "many".'),
        ("network.layers", [], "a list of 1 to 2,000 entries, not an empty list."),
        ("network.layers", [3], "at network.layers.0: it must be an object, not 3."),
        ("network.kind", "conv", 'must be one of "feedforward", "recurrent", not "conv".'),
        ("network.skip.scale", "1/x", 'or one of "1/L", "1/sqrt(L)", not "1/x".'),
        (
            "network.depth",
            3,
            "the entry `depth` is unknown (known here: kind, initialisation, layers, skip).",
        ),
        ("training.optimizer", "sgd", "`optimizer` is unknown (did you mean `optimiser`?)."),
        ("seed", 10**400, "a whole number from 0 to 4,294,967,295, not a far larger one."),
        ("task", {"name": "csv", "path": "", "target": "y"}, 'of 1 to 4,000 characters, not "".'),
        ("training.learning_rate", 10**400, "from 0 to 1,000,000, not a far larger one."),
        ("seed", -1, "a whole number from 0 to 4,294,967,295, not −1."),
        ("seed", 0.5, "a whole number from 0 to 4,294,967,295, not 0.5."),
        ("training.momentum", 1, "a number from 0 to below 1, not 1."),
        ("training.clip.threshold", 0, "a number above 0 and at most 1,000,000, not 0."),
        ("training.learning_rate", None, "a number from 0 to 1,000,000, not null."),
        ("training.dtype", "float16", 'must be one of "float32", "float64", not "float16".'),
        ("task", [], "at task: it must be an object, not an empty list."),
        ("task", {}, "at task: the entry `name` is missing."),
        ("task", {"name": "adding"}, "is a sequence and needs a recurrent network."),
        ("network.layers.0.repeat", "x" * 500, "…."),
    ],
)
def test_the_sentence_names_place_bounds_and_value(place: str, value: Any, sentence: str) -> None:
    told = str(refuse(place, value))
    assert told.startswith("The document cannot be used")
    assert told.endswith(sentence)
    assert "\n" not in told
    assert "Expected" not in told


@pytest.mark.parametrize(
    ("place", "value", "path", "reason", "is_about_value"),
    [
        (
            "network.layers.0.units",
            5_000,
            ("network", "layers", "0", "units"),
            "must be a whole number from 1 to 4,096, not 5,000",
            True,
        ),
        ("network.layers", [3], ("network", "layers", "0"), "must be an object, not 3", True),
        ("task", {}, ("task",), "the entry `name` is missing", False),
        (
            "training.momentum",
            1,
            ("training", "momentum"),
            "must be a number from 0 to below 1, not 1",
            True,
        ),
    ],
)
def test_a_refusal_carries_the_path_and_the_reason(
    place: str, value: Any, path: tuple[str, ...], reason: str, is_about_value: bool
) -> None:
    error = refuse(place, value)
    assert (error.path, error.reason, error.is_about_value) == (path, reason, is_about_value)
    subject = "it " if is_about_value else ""
    where = ".".join(path)
    assert str(error) == f"The document cannot be used, at {where}: {subject}{reason}."
    assert error.tell_reason("The value").endswith(f"{reason[1:]}.")


def test_a_typed_number_and_a_path_that_is_not_there_are_refused_with_their_path() -> None:
    experiment = from_builtins(SMALL)
    with pytest.raises(DocumentError) as caught:
        read_assignments(experiment, [("network.layers.0.units", "1,2,3")])
    error = caught.value
    assert error.path == ("network", "layers", "0", "units")
    assert str(error) == f"The document cannot be used, at network.layers.0.units: {error.reason}."
    with pytest.raises(DocumentError) as caught:
        with_values(experiment, [("seed.x", 3)])
    assert caught.value.path == ("seed", "x")
    assert str(caught.value) == "The document has no value at 'seed.x'."


def test_what_is_refused_as_a_whole_has_no_path() -> None:
    for value in ([], {"format": "other/1"}, {"format": "gradient-theatre/2"}):
        with pytest.raises(DocumentError) as caught:
            from_builtins(value)
        assert caught.value.path == ()
    assert str(caught.value) == (
        "The document was made by a newer Gradient Theatre (format 2, this program reads 1): "
        "please update the program to open it."
    )


def test_a_refusal_outlives_being_copied() -> None:
    error = refuse("seed", -1)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.path) == (str(error), error.path)
