"""Two lanes in a file: both are drawn and tabled, or the one that was asked for."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.display.frame import DisplayFrame
from desktop.export.dialog import ExportDialog
from desktop.export.order import ExportOrder
from desktop.export.pictures import render_bytes, render_image
from desktop.export.sheets import make_sheet
from desktop.export.tables import make_table
from desktop.style.theme import LIGHT, PAPER
from engine import documents
from engine.document.lanes import baseline_of
from engine.errors import RequestError
from tests import synthetic
from tests.desktop.export.reading import read_svg
from tests.desktop.views.staging import make_display, make_lanes


@pytest.fixture(autouse=True)
def application(qtbot: QtBot) -> None:
    """Fonts need an application."""
    del qtbot


@pytest.fixture
def lanes() -> DisplayFrame:
    return make_lanes(synthetic.vanishing(), synthetic.healthy())


def texts_of(display: DisplayFrame, view: str, size: tuple[int, int] = (1400, 1000)) -> str:
    svg = render_bytes(display, view, "svg", make_sheet(LIGHT, view, size=size), LIGHT)
    return read_svg(svg).words


@pytest.mark.parametrize("view", ["theatre", "diagram", "flow", "history"])
def test_every_view_of_layers_draws_both_lanes(lanes: DisplayFrame, view: str) -> None:
    said = texts_of(lanes, view)
    assert "Baseline: no skips" in said
    assert "Variant: skips" in said
    assert "loss end 0.020" in said
    assert "baseline: no skips; variant: skips" in said


def test_the_curves_of_both_lanes_are_named(lanes: DisplayFrame) -> None:
    said = texts_of(lanes, "curves")
    for name in ("baseline, train", "baseline, held out", "variant, train", "variant, held out"):
        assert name in said


@pytest.mark.parametrize("lane", ["baseline", "variant"])
def test_one_lane_alone_says_which(lanes: DisplayFrame, lane: str) -> None:
    alone = ExportOrder(lane=lane).take(lanes)  # type: ignore[arg-type]
    said = texts_of(alone, "theatre")
    other = "Variant:" if lane == "baseline" else "Baseline:"
    assert f"{lane.capitalize()}: " in said
    assert other not in said
    assert [curve.lane for curve in alone.curves.charts[0].curves] == [lane, lane]


def test_one_network_has_no_lanes() -> None:
    display = make_display()
    assert ExportOrder(lane="variant").take(display) is display


@pytest.mark.parametrize("width", [85, 178])
@pytest.mark.parametrize("view", ["theatre", "diagram", "flow", "history", "curves"])
def test_on_paper_every_lane_is_as_readable_as_alone(
    lanes: DisplayFrame, width: float, view: str
) -> None:
    sheet = make_sheet(PAPER, view, width_mm=width, dpi=96, has_lanes=True)
    svg = read_svg(render_bytes(lanes, view, "svg", sheet, PAPER))
    assert min(text.points for text in svg.texts) >= 6.99
    image = render_image(lanes, view, sheet, PAPER)
    assert image.width() == sheet.width
    alone = make_sheet(PAPER, view, width_mm=width, dpi=96)
    assert sheet.height >= alone.height


@pytest.mark.parametrize("view", ["theatre", "flow", "history", "curves"])
def test_the_first_column_of_a_table_is_the_lane(lanes: DisplayFrame, view: str) -> None:
    lines = make_table(lanes, view).splitlines()
    rows = list(csv.reader(line for line in lines if not line.startswith("#")))
    assert rows[0][0] == "lane"
    for name, lane in (("baseline", lanes), ("variant", lanes.variant)):
        assert lane is not None
        own = make_table(lane.take_lane(name), view).splitlines()  # type: ignore[arg-type]
        alone = list(csv.reader(line for line in own if not line.startswith("#")))
        assert [row[1:] for row in rows[1:] if row[0] == name] == alone[1:]
        assert rows[0][1:] == alone[0]


def test_lanes_of_different_depth_share_the_columns_of_a_history() -> None:
    lanes = make_lanes(synthetic.healthy(10), synthetic.healthy(20), depths=(10, 20))
    lines = make_table(lanes, "history").splitlines()
    heading, *rows = csv.reader(line for line in lines if not line.startswith("#"))
    assert "g_a_rms.20" in heading
    first = next(row for row in rows if row[0] == "baseline")
    assert first[heading.index("g_a_rms.20")] == ""
    assert first[heading.index("g_a_rms.10")] != ""


def test_a_table_can_be_opened_again_as_a_comparison(lanes: DisplayFrame) -> None:
    document = make_table(lanes, "flow").splitlines()[1].removeprefix("# ")
    experiment = documents.parse(json.dumps(json.loads(document)))
    assert lanes.variant is not None
    assert baseline_of(experiment) == lanes.experiment
    assert documents.variant_of(experiment) == lanes.variant.experiment


def test_a_lane_without_a_pass_leaves_its_rows_out() -> None:
    display = make_lanes(synthetic.vanishing(), None)
    assert "variant," not in make_table(display, "flow").split("\n", 2)[2]
    with pytest.raises(RequestError, match="no pass to export"):
        make_table(make_lanes(None, None), "flow")


def test_the_dialog_offers_lanes_where_two_are_compared(qtbot: QtBot, tmp_path: Path) -> None:
    views = [("theatre", "Whole theatre"), ("flow", "Gradient bars")]
    dialog = ExportDialog(tmp_path, "picture", views, ExportOrder(), has_lanes=True)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.lane_choice.isVisible()
    with qtbot.waitSignal(dialog.preview_requested) as asked:
        dialog.lane_choice.setFocus()
        qtbot.keyClick(dialog.lane_choice, Qt.Key.Key_Down)
    assert asked.args[0].lane == "baseline"
    alone = ExportDialog(tmp_path, "picture", views, ExportOrder())
    qtbot.addWidget(alone)
    alone.show()
    assert not alone.lane_choice.isVisible()
