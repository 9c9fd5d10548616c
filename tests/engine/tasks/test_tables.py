"""The user's files: their formats are found, what can be read in two ways is refused."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.analysis.measure import measure
from engine.document.experiment import Experiment
from engine.documents import from_builtins
from engine.errors import TaskError
from engine.tasks.columns import Column, MarkUnclearError
from engine.tasks.csv import Csv, load_csv, select_columns
from engine.tasks.encodings import EncodingUnknownError, decode
from engine.tasks.gaps import GapsError
from engine.tasks.series import Series, load_series
from engine.tasks.surveys import survey_table
from engine.tasks.tables import open_table
from engine.tasks.text import Text, load_text
from engine.tasks.words import split_text

FIELD = Path(__file__).parent / "field"


def read_field(name: str, **task: object) -> dict[str, Column]:
    selection = select_columns(Csv(path=name, **{"target": "y"} | task), FIELD)  # type: ignore[arg-type]
    return {column.name: column for column in selection.columns}


def write(folder: Path, content: str | bytes, name: str = "t.csv") -> None:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def values(folder: Path, content: str | bytes, column: str = "x", **task: object) -> list[float]:
    write(folder, content)
    selection = select_columns(Csv(path="t.csv", **{"target": "y"} | task), folder)  # type: ignore[arg-type]
    return next(c.values.tolist() for c in selection.columns if c.name == column)


def table_of(cells: list[str], delimiter: str = ";") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(["x", "y"])
    writer.writerows([[cell, "ab"[n % 2]] for n, cell in enumerate(cells)])
    return out.getvalue()


def experiment(task: dict[str, object]) -> Experiment:
    network: dict[str, object] = {"kind": "feedforward", "layers": [{"units": 4}]}
    if task["name"] != "csv":
        network = {"kind": "recurrent", "cell": "rnn", "hidden": 4}
    return from_builtins({"format": "gradient-theatre/1", "task": task, "network": network})


def test_thousands_are_found_from_the_whole_column() -> None:
    income = read_field("thousands-us.tsv", target="buys")["income"].values
    assert income.tolist() == [*range(990, 1050)]


def test_a_decimal_comma_in_one_column_settles_the_point_of_another() -> None:
    columns = read_field("thousands-german.csv", target="kauft")
    assert columns["einkommen"].values[:3].tolist() == [9900.0, 9937.0, 9974.0]
    assert columns["quote"].values[:3].tolist() == [0.0, 0.7, 1.4]
    report = load_csv(Csv(path="thousands-german.csv", target="kauft"), 0, FIELD).table
    assert report is not None
    assert report.decimal == ","


def test_money_and_percent_are_numbers_and_the_signs_are_said() -> None:
    columns = read_field("money-and-percent.csv", target="buys")
    assert columns["income"].values[:3].tolist() == [9000.0, 9100.0, 9200.0]
    assert columns["fee"].values[:3].tolist() == [900.0, 901.0, 902.0]
    assert columns["rate"].values[:3].tolist() == [0.0, 1.0, 2.0]
    report = load_csv(Csv(path="money-and-percent.csv", target="buys"), 0, FIELD).table
    assert report is not None
    assert "fee: the currency sign $ was dropped" in report.notes
    assert "rate: the percent sign % was dropped" in report.notes


def test_a_header_with_a_line_break_is_a_name_and_lines_are_the_files_own() -> None:
    for name in ("income\n(EUR)", "income (EUR)"):
        with pytest.raises(TaskError, match=r"'income \(EUR\)' has the text '1 2' in line 6,"):
            read_field("line-breaks.csv", columns=(name,))
    assert read_field("line-breaks.csv", columns=("x",))["x"].values.tolist() == [*range(30)]


def test_a_sep_line_comments_and_blank_lines_are_skipped() -> None:
    columns = read_field("excel-sep.csv")
    assert list(columns) == ["x", "y"]
    assert columns["x"].values[:4].tolist() == [0.0, 0.143, 0.286, 0.429]
    assert len(columns["x"].values) == 40


def test_missing_values_are_refused_dropped_or_filled_as_the_user_chooses() -> None:
    task = Csv(path="missing-values.csv", target="buys")
    with pytest.raises(
        GapsError, match=r"'income' has no value in line 2 \(18 rows have"
    ) as caught:
        load_csv(task, 0, FIELD)
    assert "drop" in str(caught.value)
    assert "fill" in str(caught.value)
    for policy, used, dropped, filled in (("drop", 72, 18, 0), ("fill", 90, 0, 18)):
        shown = experiment({"name": "csv", "path": task.path, "target": "buys", "missing": policy})
        table = measure(shown, FIELD, 0)["table"]
        assert list(table) == [
            *("rows", "used", "dropped", "filled", "encoding", "decimal", "notes"),
        ]
        assert (table["rows"], table["used"]) == (90, used)
        assert (table["dropped"], table["filled"]) == (dropped, filled)
        assert any("18" in note for note in table["notes"])


def test_what_is_filled_in_is_the_mean_or_the_most_frequent_word(tmp_path: Path) -> None:
    content = "x,w,y\n1,a,p\n3,b,q\n,a,p\n5,,q\n"
    write(tmp_path, content)
    selection = select_columns(Csv(path="t.csv", target="y"), tmp_path)
    x, w, _ = selection.columns
    assert selection.rows_with_gaps.tolist() == [False, False, True, True]
    assert (x.fill(), w.fill()) == (1, 1)
    assert x.values.tolist() == [1.0, 3.0, 3.0, 5.0]
    assert [w.words[int(code)] for code in w.values] == ["a", "b", "a", "a"]


def test_no_class_is_invented_where_the_target_is_missing(tmp_path: Path) -> None:
    write(tmp_path, "x,y\n" + "".join(f"{n},{n % 3 and 1}\n" for n in range(30)) + "30,\n31,NA\n")
    dataset = load_csv(Csv(path="t.csv", target="y", missing="fill"), 0, tmp_path)
    assert dataset.class_names == ("0", "1")
    assert sum((*dataset.train_y, *dataset.held_out_y)) == 22


def test_a_quotation_mark_within_a_cell_is_a_sign(tmp_path: Path) -> None:
    assert values(tmp_path, 'x,w,y\n1,5" pipe,a\n2,6" pipe,b\n3,5" pipe,a\n') == [1.0, 2.0, 3.0]


def test_rows_with_quotation_marks_within_cells_are_all_counted(tmp_path: Path) -> None:
    rows = "".join(f'{n},5" pipe,{"ab"[n % 2]}\n' for n in range(40))
    write(tmp_path, f"x,w,y\n{rows}")
    table = load_csv(Csv(path="t.csv", target="y"), 0, tmp_path).table
    assert table is not None
    assert (table.rows, table.used) == (40, 40)
    write(tmp_path, f'x,w,y\n{rows}1,5" pipe\n1,5" pipe,b\n')
    with pytest.raises(TaskError, match=r"Line 42 of t\.csv has 2 cells"):
        load_csv(Csv(path="t.csv", target="y"), 0, tmp_path)


@pytest.mark.parametrize(
    "gap", ["", "NA", "n/a", "-", ".", "NaN", "null", "NULL", "?", " NA ", "none"]
)
def test_many_signs_stand_for_a_missing_value(tmp_path: Path, gap: str) -> None:
    read = values(tmp_path, f"x,y\n1,a\n{gap},b\n3,a\n")
    assert np.isnan(read[1])
    assert [read[0], read[2]] == [1.0, 3.0]


def test_plus_and_minus_are_words_and_so_is_none(tmp_path: Path) -> None:
    assert values(tmp_path, "x,y\n+,a\n-,b\n+,a\n") == [0.0, 1.0, 0.0]
    assert values(tmp_path, "x,y\nnone,a\nsome,b\nnone,a\n") == [0.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("name", "encoding", "column", "first"),
    [("latin1.csv", "cp1252", "größe", 150.0), ("utf16.csv", "utf-16", "x", 0.0)],
)
def test_an_encoding_is_found_and_said(name: str, encoding: str, column: str, first: float) -> None:
    target = "kauft" if column == "größe" else "y"
    assert read_field(name, target=target)[column].values[0] == first
    report = load_csv(Csv(path=name, target=target), 0, FIELD).table
    assert report is not None
    assert report.encoding == encoding
    assert f"read with the encoding {encoding}" in report.notes


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("age,buys\n1,café\n", "latin-1"),
        ("Grüße aus Köln", "latin-1"),
        ("price,€\n1,2\n", "cp1252"),
        ("La crème brûlée est très bonne, où êtes-vous allés hier? " * 8, "cp1252"),
        ("Łódź;ząb;ja\n1;2;3\n" * 10, "cp1250"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy. " * 8, "cp1250"),
        (
            "\u0438\u043c\u044f,\u0433\u043e\u0440\u043e\u0434\n\u0418\u0432\u0430\u043d,\u041c\u043e\u0441\u043a\u0432\u0430\n\u041f\u0451\u0442\u0440,\u041a\u0430\u0437\u0430\u043d\u044c\n"
            * 4,
            "cp1251",
        ),
        (
            "\u0438\u043c\u044f,\u0433\u043e\u0440\u043e\u0434\n\u0418\u0432\u0430\u043d,\u041c\u043e\u0441\u043a\u0432\u0430\n\u041f\u0451\u0442\u0440,\u041a\u0430\u0437\u0430\u043d\u044c\n"
            * 4,
            "koi8-r",
        ),
        ("名前,都市\n太郎,東京\n花子,大阪\n" * 10, "shift_jis"),
        ("姓名,城市\n张三,北京\n李四,上海\n" * 10, "gbk"),
        ("Grüße aus Köln, schöne Straße. " * 20, "mac-roman"),
        ("naïve 名前", "utf-8"),
        ("naïve 名前", "utf-8-sig"),
        ("x,y\n1,2\n", "utf-16-le"),
        ("x,y\n1,2\n", "utf-16"),
        ("x,y\n1,2\n", "utf-32"),
    ],
)
def test_encodings_are_found_by_what_reads_like_words(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), None, "t.csv")[0] == text


def test_an_encoding_that_cannot_be_decided_is_refused_and_those_to_choose_are_named() -> None:
    content = "x,y\nè,1\nø,2\n".encode("latin-1")
    with pytest.raises(EncodingUnknownError, match="cp1251 reads '\u0438'") as caught:
        decode(content, None, "t.csv")
    assert "cp1250" in caught.value.encodings
    assert decode(content, "cp1252", "t.csv")[0] == "x,y\nè,1\nø,2\n"
    for wrong in ("no-such", "rot13", "base64"):
        with pytest.raises(EncodingUnknownError, match=r"There is no encoding .*: choose an"):
            decode(content, wrong, "t.csv")
    with pytest.raises(TaskError, match=r"byte 5 does not fit.*another `encoding`"):
        decode(content, "utf-8", "t.csv")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["990", "1,000", "1,010"], [990, 1000, 1010]),
        (["1.234,5", "2.000,0"], [1234.5, 2000.0]),
        (["1,234.5", "2,000.0"], [1234.5, 2000.0]),
        (["1.000.000", "1.000"], [1_000_000, 1000]),
        (["1'234", "1'000'000"], [1234, 1_000_000]),
        (["1’234.5", "7"], [1234.5, 7]),
        (["1\u202f234,5", "7,0"], [1234.5, 7.0]),
        (["1 234,5", "12 000,0"], [1234.5, 12000.0]),
        (["1\u00a0234", "999"], [1234, 999]),
        (["-1,5", "+2,25", "−3,5"], [-1.5, 2.25, -3.5]),
        (["(1,234.50)", "2.00"], [-1234.5, 2.0]),
        (["$1,200", "$900"], [1200, 900]),
        (["5,00 €", "1.200,50 €"], [5.0, 1200.5]),
        (["€ 5.00", "€ 6.50"], [5.0, 6.5]),
        (["12 USD", "13 USD"], [12, 13]),
        (["5,5%", "12,25 %"], [5.5, 12.25]),
        (["0.143", "1.000"], [0.143, 1.0]),
        (["1.000", "1234"], [1.0, 1234]),
        (["1e-3", "2E5"], [0.001, 200000.0]),
        ([".5", "-.25"], [0.5, -0.25]),
        (["1,00,000", "2,50,000"], [100000, 250000]),
    ],
)
def test_numbers_are_read_as_they_are_meant(
    tmp_path: Path, cells: list[str], expected: list[float]
) -> None:
    assert values(tmp_path, table_of(cells)) == expected


@pytest.mark.parametrize(
    ("cells", "delimiter", "readings"),
    [
        (["1.000", "2.000"], ";", ("1", "1,000")),
        (["1.000", "2.000"], ",", ("1", "1,000")),
        (["9,900", "10,011"], ";", ("9.9", "9,900")),
        (["5", "1.250", "2"], ";", ("1.25", "1,250")),
        (["-1.234", "5.678"], "\t", ("1.234", "1,234")),
        (["€1.000", "€2.000"], ";", ("1", "1,000")),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_with_both(
    tmp_path: Path, cells: list[str], delimiter: str, readings: tuple[str, str]
) -> None:
    content = table_of(cells, delimiter)
    with pytest.raises(MarkUnclearError) as caught:
        values(tmp_path, content)
    message = str(caught.value)
    assert f"read as {readings[0]} or as {readings[1]}: set `decimal`" in message
    point = values(tmp_path, content, decimal=".")
    comma = values(tmp_path, content, decimal=",")
    large = float(readings[1].replace(",", ""))
    found = {max(abs(v) for v in point[:2]), max(abs(v) for v in comma[:2])}
    assert large in {abs(v) for v in (*point, *comma)}
    assert len(found) == 2


@pytest.mark.parametrize(
    "content",
    [
        "sep=\t\nx\ty\n1\ta\n2\tb\n",
        "sep=\\t\nx\ty\n1\ta\n2\tb\n",
        '"sep=|"\nx|y\n1|a\n2|b\n',
        "# made today\n\n  \nx,y\n1,a\n# a note, and more of it\n2,b\n# the end\n",
        "# x,y\n1,a\n2,b\n",
        "x y\n1 a\n2 b\n",
        "  x    y\n  1    a\n 2 b\n",
        "x,y\r1,a\r2,b\r",
        "x,y\r\n1,a\r\n\r\n2,b",
        "\ufeffx;y\n1;a\n2;b\n",
        "x,y\n1,a\n,\n2,b\n,\n",
        "x,y,\n1,a,\n2,b,\n",
        '"x","y"\n"1","a"\n"2","b"\n',
        "x,y\n1,a\n2,b\n\x1a",
        "x , y\n 1 , a\n 2 , b\n",
    ],
)
def test_every_usual_layout_is_a_table(tmp_path: Path, content: str) -> None:
    assert values(tmp_path, content) == [1.0, 2.0]


def test_a_first_column_without_a_name_has_the_row_names(tmp_path: Path) -> None:
    write(tmp_path, "x y\nr1 1 a\nr2 2 b\n")
    assert open_table("t.csv", tmp_path).names == ("column 1", "x", "y")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('x,"a\nb",y\n\n1,2,a\n"1\n",2,b\n3,,a\n4,5,b\n', 7),
        ("# note\nsep=,\n\nx,y\n1,a\n\n\n,b\n", 8),
        ("x,y\r\n1,a\r\n\r\n,b\r\n", 4),
        ("x y z\n1 2 a\n\n2 NA b\n", 4),
    ],
)
def test_messages_name_the_files_own_lines(tmp_path: Path, content: str, line: int) -> None:
    write(tmp_path, content)
    target = open_table("t.csv", tmp_path).names[-1]
    with pytest.raises(TaskError, match=f"line {line} "):
        load_csv(Csv(path="t.csv", target=target), 0, tmp_path)


def test_a_ragged_row_is_named_by_its_line(tmp_path: Path) -> None:
    for body, line in (("1,a\n\n2\n", 4), ('"1\n2",a\n3,b,c\n', 4), ("1,a,b\n2,b\n", 2)):
        write(tmp_path, f"x,y\n{body}")
        with pytest.raises(TaskError, match=f"Line {line} of t.csv has"):
            load_csv(Csv(path="t.csv", target="y"), 0, tmp_path)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('x,y\n"1",a\n\n"2,b\n3,a\n', 4),
        ('x,y\n"1,a\n2,b\n', 2),
        ('# note\n\n"x,y\n1,a\n2,b\n', 3),
    ],
)
def test_an_open_quotation_is_named_by_its_line(tmp_path: Path, content: str, line: int) -> None:
    write(tmp_path, content)
    with pytest.raises(TaskError, match=f"a quotation mark in line {line} is never closed"):
        load_csv(Csv(path="t.csv", target="y"), 0, tmp_path)


@pytest.mark.parametrize(("cells", "mark", "other"), [("1,5 2,5", ".", ","), ("1.5 2.5", ",", ".")])
def test_numbers_with_another_decimal_mark_than_was_set_never_become_words(
    tmp_path: Path, cells: str, mark: str, other: str
) -> None:
    content = table_of(cells.split() * 3)
    with pytest.raises(TaskError, match=f'set `decimal` to "{other}"'):
        values(tmp_path, content, decimal=mark)
    assert values(tmp_path, content, decimal=other) == [1.5, 2.5] * 3


def test_panel_and_loader_are_one_reader(tmp_path: Path) -> None:
    write(tmp_path, "a|b|y\n1|2|p\n3|4|q\n")
    task = Csv(path="t.csv", target="y")
    assert survey_table(task, tmp_path).names == open_table("t.csv", tmp_path).names
    assert survey_table(task, tmp_path).names == ("a", "b", "y")


def test_a_column_that_cannot_serve_is_left_out_and_said(tmp_path: Path) -> None:
    rows = [
        f"{n}{'A' if n == 150 else ''},1990-{n % 12 + 1:02}-{n % 28 + 1:02},{n},,{n % 2}"
        for n in range(197)
    ]
    write(tmp_path, "family,day,x,empty,y\n" + "\n".join(rows))
    dataset = load_csv(Csv(path="t.csv", target="y"), 0, tmp_path)
    assert dataset.input_names == ("x",)
    assert dataset.table is not None
    assert "left out: family, 197 different words" in dataset.table.notes
    assert "left out: day, 84 different dates" in dataset.table.notes
    assert "left out: empty, no value in any row" in dataset.table.notes
    with pytest.raises(TaskError, match="'family' has 197 different words, more than 50: leave"):
        load_csv(Csv(path="t.csv", target="y", columns=("family",)), 0, tmp_path)
    with pytest.raises(TaskError, match="197 classes, more than 100: choose another target"):
        load_csv(Csv(path="t.csv", target="family"), 0, tmp_path)
    with pytest.raises(TaskError, match="dates such as '1990-01-01': a series needs numbers, so"):
        load_series(Series(source="csv", path="t.csv", column="day"), "last", tmp_path)


def test_amounts_in_two_currencies_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TaskError, match=r"'x' has values in \$ and €"):
        values(tmp_path, table_of(["$5", "€6"]))
    with pytest.raises(TaskError, match=r"'x' has values with and without the sign %, such as 6:"):
        values(tmp_path, table_of(["5%", "6"]))
    assert values(tmp_path, table_of(["5%", "0"])) == [5.0, 0.0]


def test_a_workbook_is_read_sheet_by_sheet(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    page = book.active
    page.title = "first"
    for row in (
        ["x", "note\nhere", "y"],
        [1.234, "1,000", "a"],
        [None, None, None],
        [5.678, "7", "b"],
    ):
        page.append(row)
    book.create_sheet("second").append(["only"])
    book.save(tmp_path / "t.xlsx")
    selection = select_columns(Csv(path="t.xlsx", target="y", sheet="first"), tmp_path)
    x, note, _ = selection.columns
    assert x.values.tolist() == [1.234, 5.678]
    assert (note.name, note.values.tolist()) == ("note here", [1000.0, 7.0])
    assert selection.table.line_of(1) == 4
    # A number of a workbook has no mark that could be another one.
    task = Csv(path="t.xlsx", target="y", sheet="first", decimal=",")
    assert select_columns(task, tmp_path).columns[0].values.tolist() == [1.234, 5.678]
    with pytest.raises(TaskError, match="no sheet 'third'; its sheets are 'first', 'second'"):
        select_columns(Csv(path="t.xlsx", target="y", sheet="third"), tmp_path)
    for damaged in (b"PK\x03\x04\x00\x00\xff\xfe", (tmp_path / "t.xlsx").read_bytes()[:900]):
        write(tmp_path, damaged, "d.xlsx")
        with pytest.raises(TaskError, match="no workbook that can be read"):
            select_columns(Csv(path="d.xlsx", target="y"), tmp_path)
    with zipfile.ZipFile(tmp_path / "z.xlsx", "w") as archive:
        archive.writestr("a.txt", "no workbook")
    with pytest.raises(TaskError, match="no workbook"):
        select_columns(Csv(path="z.xlsx", target="y"), tmp_path)


def test_without_openpyxl_a_sentence_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    write(tmp_path, b"PK\x03\x04", "t.xlsx")
    with pytest.raises(TaskError, match=r"pip install 'gradient-theatre\[tables\]'"):
        select_columns(Csv(path="t.xlsx", target="y"), tmp_path)


@pytest.mark.parametrize("noise", [0.0, 1e-17, 5e-17])
def test_rounding_noise_around_a_constant_is_constant(tmp_path: Path, noise: float) -> None:
    with pytest.raises(TaskError, match="'v' never changes"):
        load_series(Series(source="csv", path="constant-series.csv", column="v"), "last", FIELD)
    rows = "".join(f"{0.3 + noise * (n % 3)!r}\n" for n in range(50))
    write(tmp_path, "v\n" + rows)
    with pytest.raises(TaskError, match="'v' never changes"):
        load_series(Series(source="csv", path="t.csv", column="v"), "last", tmp_path)


@pytest.mark.parametrize("scale", ["e200", "e300", "e-200", "e-310"])
def test_a_series_of_any_size_is_standardised(tmp_path: Path, scale: str) -> None:
    write(tmp_path, "v\n" + "".join(f"{n % 7 + 1}{scale}\n" for n in range(100)))
    task = Series(source="csv", path="t.csv", column="v", length=5)
    huge = load_series(task, "last", tmp_path).train_x
    write(tmp_path, "v\n" + "".join(f"{n % 7 + 1}\n" for n in range(100)))
    np.testing.assert_allclose(huge, load_series(task, "last", tmp_path).train_x, rtol=1e-5)
    field = Series(source="csv", path="huge-series.csv", column="v", length=5)
    assert load_series(field, "last", FIELD).train_x.std() == pytest.approx(1.0, abs=0.1)


def test_words_and_characters_follow_unicode() -> None:
    said = "She can't pay 3.14 — l'eau 👩‍💻 ❤️"
    assert split_text(said, "word") == ["she", "can't", "pay", "3.14", "—", "l'eau", "👩‍💻", "❤️"]
    assert split_text("a e\u0301👩‍💻\n 🇩🇪", "character") == ["a", " ", "e\u0301", "👩‍💻", " ", "🇩🇪"]
    emoji = load_text(Text(path="emoji.txt", unit="character", length=5), "last", FIELD)
    assert {"👩‍💻", "👨‍👩‍👧", "❤️"} <= set(emoji.vocabulary)
    assert not {"\u200d", "\ufe0f"} & set(emoji.vocabulary)


def test_a_script_without_spaces_is_learned_by_characters() -> None:
    with pytest.raises(TaskError, match=r"without spaces between its words.*choose characters"):
        load_text(Text(path="chinese.txt", length=5), "last", FIELD)
    dataset = load_text(Text(path="chinese.txt", unit="character", length=5), "last", FIELD)
    assert all(len(character) == 1 for character in dataset.vocabulary)


def test_a_text_in_another_encoding_is_read(tmp_path: Path) -> None:
    for encoding in ("latin-1", "utf-16"):
        write(tmp_path, ("Grüße aus Köln. " * 20).encode(encoding), "t.txt")
        assert "grüße" in load_text(Text(path="t.txt", length=5), "last", tmp_path).vocabulary


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\x01\x02" * 5_600_000,
        b"\xff\x81\x8d\x01" * 4_200_000,
        b'x,y\n1,"' + b"a\n" * 8_400_000,
        b"x" * 16_800_000,
        b"x,y\n" + b"1,a\n" * 4_200_000,
        b"a," * 8_400_000,
    ],
    ids=["zeros", "noise", "open quotation", "one word", "many rows", "wide"],
)
def test_a_large_file_that_is_no_table_is_refused_soon(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, content)
    begun = time.process_time()
    with pytest.raises(TaskError) as caught:
        load_csv(Csv(path="t.csv", target="y"), 0, tmp_path)
    assert time.process_time() - begun < 5.0
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_the_readers_libraries_are_loaded_only_by_the_tasks_that_read() -> None:
    code = """if True:
        import sys
        import engine.tasks.loading, engine.analysis.measure
        from engine.tasks.loading import load
        from engine import documents
        load(documents.load_scene("1-sigmoid-depth-10"), None)
        heavy = {"pandas", "charset_normalizer", "regex", "openpyxl"}
        print(*heavy & set(sys.modules))
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
