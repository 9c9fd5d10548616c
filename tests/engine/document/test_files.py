"""Reading a document: forgiving where JSON leaves a choice, a sentence where it is damaged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.document.experiment import Experiment
from engine.document.files import to_text
from engine.documents import from_builtins, parse, read, with_values
from engine.errors import DocumentError
from engine.kinds.feedforward.spec import Feedforward

SMALL: dict[str, Any] = {
    "format": "gradient-theatre/1",
    "task": {"name": "insurance"},
    "network": {"kind": "feedforward", "layers": [{"units": 4}]},
    "training": {"learning_rate": 0.5},
}
TEXT = json.dumps(SMALL)


def test_only_the_required_entries_give_the_values_of_the_examples() -> None:
    short = {key: value for key, value in SMALL.items() if key != "training"}
    experiment = from_builtins(short)
    written = json.loads(to_text(experiment))
    assert (written["title"], written["seed"]) == ("", 0)
    assert written["task"]["batch_size"] == 64
    assert written["network"] == {
        "kind": "feedforward",
        "layers": [
            {
                "units": 4,
                "activation": "tanh",
                "normalisation": "none",
                "repeat": 1,
                "leaky_slope": 0.01,
                "initialisation": None,
            }
        ],
        "initialisation": {
            "scheme": "torch_default",
            "gain": 1.0,
            "std": None,
            "bound": None,
            "bias": None,
        },
        "skip": {"every": 0, "scale": 1.0, "order": "post", "off": []},
    }
    assert written["training"] == {
        "optimiser": "sgd",
        "learning_rate": 0.1,
        "momentum": 0.0,
        "weight_decay": 0.0,
        "clip": {"kind": "none", "threshold": 1.0},
        "iterations": 2000,
        "dtype": "float32",
    }
    assert parse(to_text(experiment).encode()) == experiment


def test_whole_numbers_may_be_written_either_way() -> None:
    one = parse(TEXT.replace('"units": 4', '"units": 4.0').replace("0.5", "1").encode())
    other = parse(TEXT.replace("0.5", "1.0").encode())
    assert one == other
    assert isinstance(one.network, Feedforward)
    assert repr(one.network.layers[0].units) == "4"
    assert repr(one.training.learning_rate) == "1.0"
    with pytest.raises(DocumentError, match=r"not 4\.5"):
        parse(TEXT.replace('"units": 4', '"units": 4.5').encode())


def test_a_byte_order_mark_is_no_part_of_the_document() -> None:
    assert parse(b"\xef\xbb\xbf" + TEXT.encode()) == parse(TEXT.encode())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b" \n\t ", "it is empty"),
        (TEXT[:70].encode(), "breaks off before its end"),
        (TEXT[:-1].encode(), "breaks off before its end"),
        (TEXT.encode("utf-16"), "saved again as UTF-8"),
        (TEXT.replace('"format"', '"title": "é", "format"').encode("latin-1"), "as UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (TEXT.replace("{", "{\n", 1).replace(":", "=", 1).encode(), "line 2, column 9"),
        ((TEXT + "}").encode(), "extra data"),
        (TEXT.replace("0.5", "NaN").encode(), "NaN is not a finite number"),
        (TEXT.replace("0.5", "-Infinity").encode(), "-Infinity is not a finite number"),
        (TEXT.replace("0.5", "1e999").encode(), "1e999 is not a finite number"),
        (TEXT.replace("4", "9" * 5_000).encode(), "5,000 digits"),
        (TEXT.replace('"units": 4', '"units": 4, "units": 5').encode(), "`units` stands twice"),
        (TEXT.replace("insurance", "\\ud800").encode(), "half is missing"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
    ],
)
def test_damage_is_told_in_one_sentence_with_its_place(
    tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "kept.gtheatre"
    file.write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        read(file)
    told = str(caught.value)
    assert told.startswith("“kept.gtheatre” is not a readable JSON document: ")
    assert words in told
    assert told.endswith(".")
    assert "\n" not in told


@pytest.mark.parametrize(
    "path",
    [
        "network.layers.-1.units",
        "network.layers.1.units",
        "network.layers.x",
        "network.layers. 0.units",
        "network.layers.0_0.units",
        "seed.x",
        "a..b",
    ],
)
def test_a_path_that_is_not_there_is_refused(path: str) -> None:
    experiment = from_builtins(SMALL)
    with pytest.raises(DocumentError, match=f"no value at '{path}'"):
        with_values(experiment, [(path, 3)])


@pytest.mark.parametrize("version", ["2", "3.1", "12.0.1"])
def test_any_newer_version_is_refused_kindly(version: str) -> None:
    with pytest.raises(DocumentError, match="please update the program"):
        parse(TEXT.replace("theatre/1", f"theatre/{version}").replace("insurance", "moons"))


def test_values_are_set_in_order_and_checked_together() -> None:
    experiment: Experiment = with_values(
        from_builtins(SMALL),
        [
            ("network.initialisation.scheme", "normal"),
            ("network.initialisation.std", 0.2),
            ("network.layers.0.units", 5),
            ("network.layers.0.units", 6),
        ],
    )
    assert isinstance(experiment.network, Feedforward)
    assert experiment.network.layers[0].units == 6
    assert experiment.network.initialisation.std == 0.2


@pytest.mark.parametrize(
    ("path", "given", "later", "value"),
    [
        ("network.layers.0", {"units": 4}, "network.layers.0.units", 9),
        ("network.layers", [{"units": 4}], "network.layers.0.activation", "relu"),
        ("network", SMALL["network"], "network.layers.0.units", 9),
        ("network.layers.0", {"units": 4, "initialisation": {"scheme": "zeros"}},
         "network.layers.0.initialisation.bias", 1.0),
        ("network.skip.off", [], "network.skip.every", 1),
    ],
)  # fmt: skip
def test_what_the_caller_gives_stays_as_it_is(
    path: str, given: Any, later: str, value: object
) -> None:
    before = json.dumps(given)
    experiment = from_builtins(SMALL)
    text = to_text(experiment)
    once = with_values(experiment, [(path, given), (later, value)])
    assert json.dumps(given) == before
    assert to_text(experiment) == text
    assert with_values(experiment, [(path, given), (later, value)]) == once
    assert once != with_values(experiment, [(path, given)])


def test_one_object_given_at_two_places_becomes_two() -> None:
    layer = {"units": 4}
    given = [("network.layers", [layer, layer]), ("network.layers.0.units", 9)]
    network = with_values(from_builtins(SMALL), given).network
    assert isinstance(network, Feedforward)
    assert layer == {"units": 4}
    assert [layer.units for layer in network.layers] == [9, 4]


def test_a_document_nested_just_too_deeply_is_refused_too() -> None:
    for depth in (100, 300, 600, 900, 2_000):
        text = TEXT[:-1] + ', "title": ' + "[" * depth + "]" * depth + "}"
        with pytest.raises(DocumentError) as caught:
            parse(text)
        assert any(words in str(caught.value) for words in ("nested too deeply", "must be a text"))


def test_a_value_nested_too_deeply_is_refused() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(DocumentError, match="nested too deeply"):
        with_values(from_builtins(SMALL), [("title", nested)])


@pytest.mark.parametrize("optimiser", ["adam", "adamw"])
def test_a_momentum_that_does_nothing_is_read_as_0_and_said(optimiser: str, tmp_path: Path) -> None:
    document = SMALL | {"training": {"optimiser": optimiser, "momentum": 0.9}}
    file = tmp_path / "old.gtheatre"
    file.write_text(json.dumps(document))
    notices: list[str] = []
    experiment = read(file, notices.append)
    assert experiment.training.momentum == 0.0
    assert notices == [f"Momentum 0.9 is read as 0: with {optimiser} it does nothing."]
    assert from_builtins(document) == experiment == read(file)
    with pytest.raises(DocumentError, match=r"at training.momentum: it must be a number from 0"):
        from_builtins(SMALL | {"training": {"optimiser": optimiser, "momentum": 1.5}})


@pytest.mark.parametrize("optimiser", ["sgd", "nesterov", "rmsprop"])
def test_a_momentum_that_acts_is_kept_in_silence(optimiser: str) -> None:
    notices: list[str] = []
    document = SMALL | {"training": {"optimiser": optimiser, "momentum": 0.9}}
    assert from_builtins(document, notices.append).training.momentum == 0.9
    assert notices == []


@pytest.mark.parametrize(
    "training", [1, [], {"optimiser": []}, {"optimiser": "adam", "momentum": "much"}]
)
def test_a_training_of_another_kind_is_refused_as_ever(training: Any) -> None:
    with pytest.raises(DocumentError, match=r"at training"):
        from_builtins(SMALL | {"training": training})


@pytest.mark.parametrize(
    "values",
    [
        [("training.optimiser", "adam"), ("training.momentum", 0.9)],
        [("training.momentum", 0.9), ("training.optimiser", "adamw")],
        [("training", {"optimiser": "adam", "momentum": 0.1})],
    ],
)
def test_a_momentum_that_would_do_nothing_cannot_be_set(values: list[tuple[str, Any]]) -> None:
    experiment = from_builtins(SMALL)
    with pytest.raises(DocumentError, match="a momentum acts with sgd, nesterov and rmsprop, not"):
        with_values(experiment, values)
    both = [("training.momentum", 0.9), ("training.momentum", 0), ("training.optimiser", "adam")]
    assert with_values(experiment, both).training.optimiser == "adam"
