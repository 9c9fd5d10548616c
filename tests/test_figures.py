"""The recorded figures against the program: every row's command prints what the row says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import documents
from engine.document import scenes
from resources import record_figures

FOLDER = Path(record_figures.FOLDER)
_POWER = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def read(file: str) -> tuple[list[int], dict[str, list[str]]]:
    """The seeds of a table, and the further cells of each request."""
    text = (FOLDER / file).read_text(encoding="utf-8")
    seeds = re.search(r"`--seed` ([\d, ]+) in that order", text)
    assert seeds is not None
    assert f"    {record_figures.COMMAND} …\n" in text
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in text.splitlines()
        if line.startswith("| `")
    ]
    return list(map(int, seeds.group(1).split(","))), {row[0].strip("`"): row[1:] for row in rows}


def spread(cell: str, count: int) -> list[str]:
    """The seeds' own words, of which one stands for all where they are the same."""
    words = cell.split(" / ")
    return words * count if len(words) == 1 else words


def number(text: str) -> float:
    mantissa, _, power = text.translate(_POWER).partition(" × 10")
    return float(f"{mantissa}e{power or 0}")


TABLES = (
    ("FIGURES.md", ("first_last_ratio", "update_ratio", "verdict")),
    ("FIGURES_RECURRENT.md", ("first_last_ratio", "verdict")),
)
ROWS = [
    pytest.param(file, columns, request_, seed, row, id=f"{request_} --seed {seed}")
    for file, columns in TABLES
    for seeds, rows in [read(file)]
    for request_ in rows
    # What is not trained is cheap: all three seeds; of what is, the first.
    for row, seed in enumerate(seeds if request_.startswith(("4-", "5-")) else seeds[:1])
]


@pytest.mark.parametrize(("file", "columns", "request_", "seed", "row"), ROWS)
def test_the_command_prints_what_the_row_says(
    file: str, columns: tuple[str, ...], request_: str, seed: int, row: int
) -> None:
    seeds, rows = read(file)
    told = [spread(cell, len(seeds))[row] for cell in rows[request_]]
    # The first pass is before any update, whatever number of them the row goes on to make.
    initial = record_figures.measure(f"{request_} --iterations 0", seed)["initial"]
    found = {
        "first_last_ratio": initial["first_last_ratio"],
        "update_ratio": initial["layers"][0]["update_ratio"],
        "verdict": initial["verdict"]["kind"],
    }
    for column, text in zip(columns, told, strict=False):
        value = found[column]
        if column == "verdict":
            assert text == value
        else:
            assert number(text) == pytest.approx(value, rel=6e-3), column


@pytest.mark.parametrize(("file", "is_feedforward"), [("FIGURES.md", True), (TABLES[1][0], False)])
def test_every_scene_is_recorded_by_the_one_script(file: str, is_feedforward: bool) -> None:
    _, rows = read(file)
    assert list(rows) == record_figures.requests(is_feedforward=is_feedforward)


def test_every_experiment_has_its_row() -> None:
    recorded = {request.split()[0] for file, _ in TABLES for request in read(file)[1]}
    assert recorded == set(scenes.experiments())


@pytest.mark.parametrize(
    "name",
    [
        "4-spectral-radius",
        "5-forget-gate",
        "13-relu-batch-norm-depth-30",
        "13-relu-batch-norm-depth-60",
    ],
)
def test_a_scene_about_the_start_stays_there_unless_it_is_told_to_train(name: str) -> None:
    assert documents.load_scene(name).training.iterations == 0
