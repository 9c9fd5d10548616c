"""The builder says how a task's file is read, and lets the user decide what it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.kinds.table import make_panels
from desktop.panels.builder.panel import BuilderPanel
from desktop.panels.builder.table_header import read_header
from engine.document.experiment import Experiment
from engine.documents import from_builtins
from engine.tasks.tables import open_table
from tests.synthetic import make_experiment

LEFT = Qt.MouseButton.LeftButton


def make(task: dict[str, object]) -> Experiment:
    network: dict[str, object] = {"kind": "feedforward", "layers": [{"units": 4}]}
    if task["name"] != "csv":
        network = {"kind": "recurrent", "cell": "rnn"}
    return from_builtins({"format": "gradient-theatre/1", "task": task, "network": network})


@pytest.fixture
def builder(qtbot: QtBot) -> BuilderPanel:
    panel = BuilderPanel(make_panels())
    qtbot.addWidget(panel)
    panel.resize(296, 1400)
    panel.show()
    return panel


def show(builder: BuilderPanel, folder: Path, content: str | bytes, **task: object) -> None:
    raw = content.encode() if isinstance(content, str) else content
    (folder / "t.csv").write_bytes(raw)
    builder.show_experiment(make({"name": "csv", "path": "t.csv", "target": "y"} | task), folder)


def test_both_ways_of_missing_values_are_one_click(
    builder: BuilderPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    show(builder, tmp_path, "x,w,y\n1,a,p\n,b,q\n3,,p\n-,a,q\n5,b,p\n")
    reading = builder.task.reading
    assert reading.counted.text() == "3 rows have a missing value:"
    for button, policy in ((reading.drop, "drop"), (reading.fill, "fill")):
        with qtbot.waitSignal(builder.experiment_edited) as edit:
            qtbot.mouseClick(button, LEFT)
        assert edit.args[0].task.missing == policy
        assert (reading.drop.isChecked(), reading.fill.isChecked()) == (
            policy == "drop",
            policy == "fill",
        )
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.mouseClick(reading.fill, LEFT)
    assert edit.args[0].task.missing == "refuse"


def test_a_complete_table_asks_nothing(builder: BuilderPanel, tmp_path: Path) -> None:
    show(builder, tmp_path, "x,y\n1,p\n2,q\n3,p\n4,q\n")
    reading = builder.task.reading
    for widget in (reading.counted, reading.drop, reading.fill, reading.problem, reading.notes):
        assert not widget.isVisible()
    assert not reading.encoding.isVisible()
    assert not reading.decimal.isVisible()


def test_an_unclear_mark_is_decided_in_the_panel(
    builder: BuilderPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    show(builder, tmp_path, "x;y\n1.000;p\n2.000;q\n3.000;p\n4.000;q\n")
    reading = builder.task.reading
    assert "can be read as 1 or as 1,000" in reading.problem.text()
    assert reading.decimal.isVisible()
    assert reading.decimal.currentText() == "to be chosen"
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        reading.decimal.activated.emit(reading.decimal.findData(","))
    assert edit.args[0].task.decimal == ","
    assert not reading.problem.isVisible()
    assert reading.notes.text() == "x: 1.000 was read as 1000"
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        reading.decimal.activated.emit(reading.decimal.findData("found"))
    assert edit.args[0].task.decimal is None


def test_an_unclear_encoding_is_decided_in_the_panel(
    builder: BuilderPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    show(builder, tmp_path, "x,y\nè,p\nø,q\nè,p\nø,q\n".encode("latin-1"))
    reading = builder.task.reading
    assert "cp1251 reads 'и'" in reading.problem.text()
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        reading.encoding.activated.emit(reading.encoding.findData("cp1252"))
    assert edit.args[0].task.encoding == "cp1252"
    assert reading.notes.text() == "read with the encoding cp1252"
    assert [builder.task.target.itemData(n) for n in range(2)] == ["x", "y"]


def test_a_found_encoding_and_a_found_mark_can_be_chosen_otherwise(
    builder: BuilderPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    content = "a;b;y\n" + "".join(f"{n}.5;{n},250;Grüße aus Köln {n % 2}\n" for n in range(1, 9))
    show(builder, tmp_path, content.encode("latin-1"))
    reading = builder.task.reading
    assert reading.notes.text() == "b: 1,250 was read as 1250\nread with the encoding cp1252"
    for box, key in ((reading.encoding, "cp1252"), (reading.decimal, ",")):
        assert box.isVisible()
        assert box.currentText() == "found"
        with qtbot.waitSignal(builder.experiment_edited):
            box.activated.emit(box.findData(key))
        assert box.currentData() == key


def test_what_is_left_out_is_said(builder: BuilderPanel, tmp_path: Path) -> None:
    rows = "".join(f"w{n},{n},{'pq'[n % 2]}\n" for n in range(60))
    show(builder, tmp_path, "name,x,y\n" + rows)
    assert builder.task.reading.notes.text() == "left out: name, 60 different words"


def test_a_series_with_gaps_asks_too(builder: BuilderPanel, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("t;v\n1;1,5\n2;\n3;2,5\n", encoding="utf-8")
    task = {"name": "series", "source": "csv", "path": "s.csv", "column": "v"}
    builder.show_experiment(make(task), tmp_path)
    reading = builder.task.sequence.file_reading
    assert reading.counted.text() == "1 row has a missing value:"
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.mouseClick(reading.drop, LEFT)
    assert edit.args[0].task.missing == "drop"
    box = builder.task.sequence.source
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        box.activated.emit(box.findData("sunspots"))
    assert edit.args[0].task.missing == "refuse"
    assert not reading.isVisible()


def test_the_encoding_of_a_text_is_said(builder: BuilderPanel, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_bytes("Grüße aus Köln. ".encode("latin-1") * 20)
    builder.show_experiment(make({"name": "text", "path": "t.txt"}), tmp_path)
    notes = builder.task.sequence.file_reading.notes
    assert notes.isVisible()
    assert notes.text() == "read with the encoding cp1252"


@pytest.mark.parametrize("content", ["a|b|y\n1|2|p\n", "sep=;\n# note\n\na;y\n1;2\n", "a y\n1 2\n"])
def test_the_picker_reads_the_header_as_the_loader_does(tmp_path: Path, content: str) -> None:
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    assert read_header(tmp_path / "t.csv").names == open_table("t.csv", tmp_path).names


def test_a_file_that_is_no_table_is_refused_with_the_reason(
    builder: BuilderPanel, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    path = str(tmp_path / "t.xlsx")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (path, ""))
    builder.show_experiment(make_experiment())
    box = builder.task.task
    with qtbot.assertNotEmitted(builder.experiment_edited):
        box.activated.emit(box.findData("csv"))
    assert builder.problem.text().startswith("t.xlsx is no workbook that can be read")
