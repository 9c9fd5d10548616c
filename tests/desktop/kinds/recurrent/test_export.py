"""Pictures and tables of recurrent networks."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.display.lower_view import turn_to
from desktop.display.options import OF_TRAINING, SHARED_VIEWS, ViewName
from desktop.export.pictures import export_picture
from desktop.export.sheets import make_sheet
from desktop.export.tables import make_table
from desktop.kinds.table import list_lower_views
from desktop.style.theme import LIGHT, PAPER
from engine.errors import RequestError
from tests.desktop.kinds.recurrent.test_display import show
from tests.desktop.views.staging import make_display
from tests.synthetic_time import make_state_spectrum, make_time_trace

TIME_VIEWS = [view for view in list_lower_views() if view not in OF_TRAINING]
VIEWS = (*SHARED_VIEWS, *list_lower_views())


@pytest.fixture(autouse=True)
def application(qtbot: QtBot) -> None:
    """Fonts need an application."""
    del qtbot


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_every_view_can_be_written_in_every_format(
    tmp_path: Path, view: ViewName, ending: str
) -> None:
    path = tmp_path / f"picture.{ending}"
    sheet = make_sheet(LIGHT, view, size=(900, 600))
    display = show(make_time_trace(10, layers=2), answer=make_state_spectrum(10))
    export_picture(display, view, path, sheet, LIGHT)
    start = path.read_bytes()[:5]
    assert start.startswith({"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF-"}[ending])


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_fits_on_a_column_of_paper(tmp_path: Path, view: ViewName) -> None:
    path = tmp_path / "picture.png"
    sheet = make_sheet(PAPER, view, width_mm=85)
    display = show(make_time_trace(36), 4.5, answer=make_state_spectrum(36))
    export_picture(display, view, path, sheet, PAPER)
    assert path.exists()


def test_words_are_text_in_svg(tmp_path: Path) -> None:
    path = tmp_path / "picture.svg"
    sheet = make_sheet(LIGHT, "diagram", size=(900, 600))
    export_picture(show(make_time_trace(10)), "diagram", path, sheet, LIGHT)
    assert ">situation<" in path.read_text()


@pytest.mark.parametrize("view", TIME_VIEWS)
def test_a_feedforward_network_has_no_views_over_time(view: ViewName) -> None:
    with pytest.raises(RequestError, match="feedforward network"):
        turn_to(make_display(), view)


def test_an_rnn_has_no_gates() -> None:
    with pytest.raises(RequestError, match="no view gates of an RNN"):
        turn_to(show(make_time_trace(cell="rnn")), "gates")


def test_the_table_of_a_pass_has_a_row_for_every_layer_and_time_step() -> None:
    trace = make_time_trace(10, 0.3, layers=2)
    lines = make_table(show(trace), "flow").splitlines()
    assert lines[0].startswith("# Gradient Theatre, flow, 2 × LSTM 8")
    rows = list(csv.DictReader(lines[2:]))
    assert len(rows) == 20
    assert [rows[15][name] for name in ("layer", "time_step", "label")] == ["2", "6", "job"]
    assert float(rows[15]["g_hT"]) == trace.g_hT[1, 5]
    assert float(rows[15]["forget_gate"]) == 0.5
    assert float(rows[3]["g_x"]) == trace.g_x[3]
    assert None not in rows[0]
    assert None not in rows[0].values()


@pytest.mark.parametrize("cell", ["rnn", "gru"])
def test_tables_of_cells_without_a_cell_state_leave_it_empty(cell: str) -> None:
    rows = list(
        csv.DictReader(make_table(show(make_time_trace(cell=cell)), "flow").splitlines()[2:])
    )
    assert rows[0]["g_cT"] == ""
    assert None not in rows[0]


def test_factors_that_do_not_exist_are_left_empty() -> None:
    trace = make_time_trace(4)
    factors = np.where(np.arange(4)[:, None] == 2, np.nan, trace.factors_h)
    table = make_table(show(replace(trace, factors_h=factors)), "flow")
    rows = list(csv.DictReader(table.splitlines()[2:]))
    assert [row["factor_h_gates"] for row in rows] == ["0.8", "0.8", "", "0.8"]


def test_the_history_names_its_columns_by_time_step() -> None:
    lines = make_table(show(make_time_trace(10)), "history").splitlines()
    assert lines[2].endswith("g_hT.9,g_hT.10")


def test_a_spectrum_that_was_not_measured_is_refused_in_a_sentence() -> None:
    with pytest.raises(RequestError, match="not measured yet"):
        turn_to(show(make_time_trace(10)), "spectrum")


def test_the_table_of_a_spectrum_has_every_number() -> None:
    spectrum = make_state_spectrum(10)
    display = show(make_time_trace(10), answer=spectrum)
    rows = list(csv.DictReader(make_table(display, "spectrum").splitlines()[2:]))
    assert [int(row["time_step"]) for row in rows] == list(range(1, 11))
    assert float(rows[2]["sigma_1"]) == spectrum.largest[2]
    assert float(rows[2]["spectral_radius"]) == spectrum.radius[2]
