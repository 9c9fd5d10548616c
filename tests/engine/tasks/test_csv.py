"""The user's own table: what is read from it, and the sentence for everything that cannot be."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from engine.documents import from_builtins
from engine.errors import TaskError
from engine.records.dataset import Dataset
from engine.tasks.loading import load

GOOD = "age,town,buys\n" + "".join(
    f"{20 + n},{('Ulm', 'Bonn', 'Kiel')[n % 3]},{('no', 'yes')[n % 2]}\n" for n in range(40)
)


def read(folder: Path, content: str | bytes, **task: object) -> Dataset:
    raw = content.encode() if isinstance(content, str) else content
    (folder / "table.csv").write_bytes(raw)
    document = {
        "format": "gradient-theatre/1",
        "seed": 3,
        "task": {"name": "csv", "path": "table.csv", "target": "buys", **task},
        "network": {"kind": "feedforward", "layers": [{"units": 4}]},
    }
    return load(from_builtins(document), folder)


def test_numbers_are_standardised_and_words_become_inputs_of_their_own(tmp_path: Path) -> None:
    table = read(tmp_path, GOOD)
    assert table.input_names == ("age", "town = Bonn", "town = Kiel", "town = Ulm")
    assert table.class_names == ("no", "yes")
    assert (table.loss, table.outputs) == ("bce", 1)
    assert table.train_x.shape == (32, 4)
    assert table.held_out_x.shape == (8, 4)
    assert table.train_x[:, 0].mean() == pytest.approx(0.0, abs=1e-6)
    assert table.train_x[:, 0].std() == pytest.approx(1.0, abs=1e-6)
    assert np.array_equal(table.train_x[:, 1:].sum(axis=1), np.ones(32))
    again = read(tmp_path, GOOD)
    assert np.array_equal(table.train_x, again.train_x)


def test_the_rows_stay_together(tmp_path: Path) -> None:
    rows = "".join(f"{n},{3 * n + 1}\n" for n in range(50))
    table = read(tmp_path, "x,buys\n" + rows)
    assert table.loss == "mse"
    x = np.concatenate((table.train_x, table.held_out_x))[:, 0]
    y = np.concatenate((table.train_y, table.held_out_y))[:, 0]
    assert np.allclose(x, y, atol=1e-5)


def test_a_column_that_is_the_same_in_every_row_tells_nothing(tmp_path: Path) -> None:
    for value in ("0.1", "-7", "0", "1e300"):
        rows = "".join(f"{n},{value},Ulm,{n % 2}\n" for n in range(50))
        table = read(tmp_path, "x,same,town,buys\n" + rows)
        assert table.input_names == ("x", "same", "town = Ulm")
        for x in (table.train_x, table.held_out_x):
            assert (x[:, 1] == 0.0).all()
            assert (x[:, 2] == 1.0).all()


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_and_decimal_commas_are_understood(tmp_path: Path, delimiter: str) -> None:
    rows = "".join(f"{n},5{delimiter}{n % 2}\n" for n in range(20))
    table = read(tmp_path, f"\ufeffx{delimiter}buys\n\n{rows}")
    assert table.inputs == 1
    assert table.loss == "bce"


@pytest.mark.parametrize(
    ("values", "mode", "loss"),
    [
        ([0, 1], None, "bce"),
        ([1, 2, 3], None, "ce"),
        ([0.5, 1.5], None, "mse"),
        (range(60), None, "mse"),
        (range(60), "classification", "ce"),
        ([0, 1], "regression", "mse"),
        (["a", "b", "c"], None, "ce"),
    ],
)
def test_the_target_decides_unless_the_document_does(
    tmp_path: Path, values: list[object], mode: str | None, loss: str
) -> None:
    values = list(values)
    rows = "".join(f"{n},{values[n % len(values)]}\n" for n in range(60))
    assert read(tmp_path, "x,buys\n" + rows, mode=mode).loss == loss


def test_numbers_as_classes_are_in_numerical_order(tmp_path: Path) -> None:
    rows = "".join(f"{n},{(2, 10, 9)[n % 3]}\n" for n in range(60))
    assert read(tmp_path, "x,buys\n" + rows, mode="classification").class_names == ("2", "9", "10")


@pytest.mark.parametrize(
    ("content", "task", "words"),
    [
        ("", {}, "is empty"),
        ("\n\n", {}, "is empty"),
        ("age,buys\n", {}, "no rows"),
        (GOOD, {"target": "sells"}, "no column 'sells'"),
        (GOOD, {"columns": ["height"]}, "no column 'height'"),
        (GOOD, {"columns": ["age", "age"]}, "'age' is chosen twice"),
        (GOOD, {"columns": ["buys"]}, "cannot be one of the input columns"),
        (GOOD, {"mode": "regression"}, "a regression needs numbers"),
        ("age,age,buys\n1,2,a\n", {}, "two columns named 'age'"),
        ("age,buys\n1,a\n2\n", {}, "Line 3 of table.csv has 1 cell, but"),
        ("age,buys\n1,a\n2,b\nold,a\n4,b\n", {}, "the text 'old' in line 4"),
        ("age,buys\n1,a\n,b\n3,a\n4,b\n", {}, "no value in line 3"),
        ("age,buys\n1,a\nNaN,b\n3,a\n4,b\n", {}, "no value in line 3"),
        ("age,buys\n1,a\n2,b\n3,a\ninf,b\n", {}, "line 5, which is not a finite number"),
        ("age,buys\n1,a\n2,a\n3,a\n4,a\n", {}, "only one class, 'a'"),
        ("age,buys\n1,5\n2,5\n3,5\n4,5\n", {"mode": "regression"}, "nothing to predict"),
        ("age,buys\n1,a\n2,b\n", {}, "at least 4 are needed"),
        ("buys\na\nb\na\nb\n", {}, "no column besides the target"),
        (b"age,buys\n1,\xff\x81\x8d\x01\n" * 50, {}, "UTF-8"),
        (b"PK\x03\x04\x00\x00\xff\xfe", {}, "no workbook that can be read"),
        ("age,buys\n" + "".join(f"{n},w{n}\n" for n in range(200)), {}, "200 classes"),
        ("age,buys\n" + "".join(f"w{n},{n % 2}\n" for n in range(60)), {}, "60 different words"),
        ("age,buys\n" + "".join(f"w{n},{n % 2}\n" for n in range(2_000)), {}, "2,000 different"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(
    tmp_path: Path, content: str | bytes, task: dict[str, object], words: str
) -> None:
    with pytest.raises(TaskError, match=words) as caught:
        read(tmp_path, content, **task)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(TaskError, match=f"does not exist in the folder {tmp_path}: "):
        read(tmp_path, GOOD, path="nowhere.csv")
    with pytest.raises(TaskError, match="cannot be read") as caught:
        read(tmp_path, GOOD, path="a" * 3_000)
    assert len(str(caught.value)) < 400
    with pytest.raises(TaskError, match="is a folder"):
        read(tmp_path, GOOD, path=".")
    with pytest.raises(TaskError, match="cannot be read"):
        read(tmp_path, GOOD, path="x\0y")


def test_a_million_rows_are_read_in_seconds_and_one_more_is_refused(tmp_path: Path) -> None:
    line = "31.5,Ulm,0.25,1\n42.0,Bonn,0.75,0\n"
    content = "age,town,share,buys\n" + line * 500_000
    start = time.process_time()
    table = read(tmp_path, content)
    assert time.process_time() - start < 20.0
    assert len(table.train_x) + len(table.held_out_x) == 1_000_000
    with pytest.raises(TaskError, match="more than 1,000,000 rows"):
        read(tmp_path, content + "31.5,Ulm,0.25,1\n")
