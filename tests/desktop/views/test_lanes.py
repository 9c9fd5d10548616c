"""Two lanes in one theatre: the same charts twice, in step, and clicks that choose a lane."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from desktop.display.frame import DisplayFrame
from desktop.style.theme import DARK, PROJECTOR
from desktop.views.gradient_bars.chart import GradientBars
from desktop.views.network_chart import NetworkChart
from desktop.views.theatre import Theatre
from engine.document.lanes import Lane
from engine.kinds.feedforward.records import LayerTrace
from tests import synthetic
from tests.desktop.views.staging import make_display, make_lanes, open_theatre


@pytest.fixture
def theatre(qtbot: QtBot) -> Theatre:
    return open_theatre(qtbot, 1000, 760)


def show(theatre: Theatre, display: DisplayFrame) -> DisplayFrame:
    theatre.show_frame(display)
    return display


def both_bars(theatre: Theatre) -> tuple[GradientBars, GradientBars]:
    first, second = theatre.charts["flow"], theatre.charts["variant_flow"]
    assert isinstance(first, GradientBars)
    assert isinstance(second, GradientBars)
    return first, second


def click(qtbot: QtBot, theatre: Theatre, x: float, y: float) -> None:
    at = QPoint(round(x), round(y))
    qtbot.mouseClick(theatre.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_each_lane_draws_the_numbers_of_its_own_frame(theatre: Theatre) -> None:
    traces = synthetic.vanishing(), synthetic.exploding()
    display = show(theatre, make_lanes(*traces))
    for bars, lane, trace in zip(both_bars(theatre), display.lanes, traces, strict=True):
        assert bars.picture is lane.flow
        np.testing.assert_array_equal(bars.picture.values, trace.g_a_rms)
    diagrams = theatre.charts["diagram"], theatre.charts["variant_diagram"]
    for chart, lane in zip(diagrams, display.lanes, strict=True):
        assert isinstance(chart, NetworkChart)
        assert chart.isVisible()
        assert lane.diagram.loss_text


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (synthetic.vanishing(), synthetic.exploding()),
        (synthetic.healthy(), synthetic.with_nan()),
        (synthetic.dead(10), synthetic.with_nan()),
        (synthetic.vanishing(), None),
    ],
)
def test_equal_gradients_are_equally_high_in_both_lanes(
    theatre: Theatre, first: LayerTrace, second: LayerTrace | None
) -> None:
    show(theatre, make_lanes(first, second))
    upper, lower = (bars.plot() for bars in both_bars(theatre))
    assert upper is not None
    assert lower is not None
    assert upper.axis == lower.axis
    assert upper.base - upper.top == pytest.approx(lower.base - lower.top, abs=0.6)


@pytest.mark.parametrize("depths", [(10, 10), (10, 20), (20, 10), (3, 60)])
def test_lanes_are_aligned_at_the_loss_end(theatre: Theatre, depths: tuple[int, int]) -> None:
    traces = [synthetic.healthy(depth) for depth in depths]
    show(theatre, make_lanes(*traces, depths=depths))
    first, second = (bars.stations() for bars in both_bars(theatre))
    for back in range(min(depths)):
        assert first.at(depths[0] - back) == pytest.approx(second.at(depths[1] - back), abs=0.5)
    assert first.x[-1] == pytest.approx(second.x[-1], abs=0.5)
    assert first.depth == depths[0]


def test_zoom_and_pan_are_in_step(theatre: Theatre) -> None:
    show(
        theatre,
        make_lanes(synthetic.healthy(10), synthetic.healthy(20), depths=(10, 20)),
    )
    first, second = both_bars(theatre)
    second.box.range_asked.emit(0, 12.0, 20.0)
    assert second.x_range() == pytest.approx((12.0, 20.0))
    assert first.x_range() == pytest.approx((2.0, 10.0))
    first.box.range_asked.emit(0, 1.0, 9.0)
    assert second.x_range() == pytest.approx((11.0, 19.0))
    axis = first.picture.axis if first.picture is not None else None
    assert axis is not None
    first.box.range_asked.emit(1, axis.low, axis.low + 2)
    assert second.y_zoom == first.y_zoom
    assert second.box.viewRange()[1] == pytest.approx(first.box.viewRange()[1])
    theatre.refit()
    assert first.y_zoom is None
    assert second.y_zoom is None
    assert not first.is_zoomed()


@pytest.mark.parametrize(
    ("edited", "lane", "row"), [("variant", "baseline", 0), ("baseline", "variant", 1)]
)
def test_a_click_on_the_title_chooses_the_lane(
    theatre: Theatre, qtbot: QtBot, edited: Lane, lane: Lane, row: int
) -> None:
    show(theatre, make_lanes(synthetic.vanishing(), synthetic.healthy(), edited=edited))
    titles = [lane.title for lane in theatre.composition.rooms.lanes]
    with qtbot.waitSignal(theatre.lane_chosen) as chosen:
        click(qtbot, theatre, titles[row].left() + 40, titles[row].center().y())
    assert chosen.args == [lane]


def test_a_click_on_empty_ground_chooses_the_lane(theatre: Theatre, qtbot: QtBot) -> None:
    show(
        theatre,
        make_lanes(synthetic.healthy(10), synthetic.healthy(20), depths=(10, 20)),
    )
    bars, _ = both_bars(theatre)
    said: list[object] = []
    theatre.lane_chosen.connect(said.append)
    theatre.layer_selected.connect(said.append)
    click(qtbot, theatre, bars.area.left() + 30, bars.area.center().y())
    diagram = theatre.charts["diagram"].area
    click(qtbot, theatre, diagram.left() + 30, diagram.center().y())
    assert said == ["baseline", "baseline"]


def test_a_click_on_a_bar_of_the_other_lane_chooses_it_first(
    theatre: Theatre, qtbot: QtBot
) -> None:
    show(
        theatre,
        make_lanes(synthetic.healthy(10), synthetic.healthy(20), depths=(10, 20)),
    )
    bars, _ = both_bars(theatre)
    said: list[object] = []
    theatre.lane_chosen.connect(said.append)
    theatre.layer_selected.connect(said.append)
    click(qtbot, theatre, bars.stations().at(4), bars.area.bottom() - 6)
    assert said == ["baseline", 4]


def test_clicks_under_the_lanes_choose_none(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.resize(1000, 900)
    show(theatre, make_lanes(synthetic.vanishing(), synthetic.healthy()))
    area = theatre.charts["lower"].area
    assert theatre.charts["lower"].isVisible()
    with qtbot.assertNotEmitted(theatre.lane_chosen, wait=0):
        click(qtbot, theatre, area.center().x(), area.center().y())


def test_only_the_edited_lane_is_marked(theatre: Theatre) -> None:
    for edited in ("baseline", "variant"):
        show(theatre, make_lanes(synthetic.vanishing(), synthetic.healthy(), edited=edited))  # type: ignore[arg-type]
        image = theatre.grab().toImage()
        ground = image.pixelColor(1, 1)
        marked = []
        for name, title in theatre.composition.titles.items():
            whole = title.rooms.whole
            row = round(whole.center().y())
            strip = [image.pixelColor(x, row) for x in range(round(whole.left()))]
            if any(abs(each.lightness() - ground.lightness()) > 100 for each in strip):
                marked.append(name)
        assert marked == [edited]


def test_dragging_the_playhead_in_a_shorter_lane_counts_stages_from_the_loss(
    theatre: Theatre, qtbot: QtBot
) -> None:
    show(
        theatre,
        make_lanes(
            synthetic.healthy(10), synthetic.healthy(20), 4.0, edited="baseline", depths=(10, 20)
        ),
    )
    bars, _ = both_bars(theatre)
    positions: list[float] = []
    theatre.playhead_dragged.connect(positions.append)
    view = theatre.viewport()
    y = round(bars.area.bottom() - 8)
    start = QPoint(round(bars.stations().at(7)), y)
    assert bars.may_hold(QPointF(start))
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    stop = QPoint(round(bars.stations().at(5)) + 3, y)
    qtbot.mouseMove(view, stop)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=stop)
    assert positions[-1] == 6.0


def test_the_guide_line_stands_at_the_same_place_of_all_charts(theatre: Theatre) -> None:
    show(
        theatre,
        make_lanes(synthetic.healthy(10), synthetic.healthy(20), depths=(10, 20)),
    )
    first, second = both_bars(theatre)
    theatre.scene().sigMouseMoved.emit(QPointF(second.stations().at(17), second.area.bottom() - 8))
    assert second.guide_line.isVisible()
    assert second.guide_line.value() == pytest.approx(17)
    assert first.guide_line.isVisible()
    assert first.guide_line.value() == pytest.approx(7)
    theatre.scene().sigMouseMoved.emit(QPointF(second.stations().at(3), second.area.bottom() - 8))
    assert not first.guide_line.isVisible()


def test_hovering_says_which_lane_a_number_is_of(theatre: Theatre) -> None:
    show(theatre, make_lanes(synthetic.vanishing(), synthetic.healthy()))
    for bars, lane in zip(both_bars(theatre), ("Baseline", "Variant"), strict=True):
        target = theatre.find_target(QPointF(bars.stations().at(4), bars.area.bottom() - 8))
        assert target is not None
        assert target.text.startswith(f"{lane} · Layer 4")


def test_one_lane_comes_back_as_it_was(qtbot: QtBot) -> None:
    theatre = open_theatre(qtbot, 1000, 760)
    theatre.show_frame(make_display())
    before = {name: chart.outer for name, chart in theatre.charts.items()}
    picture = theatre.grab().toImage()
    theatre.show_frame(make_lanes(synthetic.vanishing(), synthetic.healthy()))
    assert "variant_flow" in theatre.charts
    theatre.show_frame(make_display())
    assert set(theatre.charts) == set(before)
    assert {name: chart.outer for name, chart in theatre.charts.items()} == before
    assert theatre.composition.titles == {}
    assert theatre.grab().toImage() == picture


@pytest.mark.parametrize("size", [(640, 420), (860, 470), (1340, 820), (1000, 500)])
@pytest.mark.parametrize("theme", [DARK, PROJECTOR])
@pytest.mark.parametrize("depths", [(10, 10), (10, 100), (1_000, 1_000)])
def test_nothing_is_cut_off_and_bars_have_a_useful_height(
    qtbot: QtBot, size: tuple[int, int], theme: Any, depths: tuple[int, int]
) -> None:
    theatre = open_theatre(qtbot, *size)
    theatre.apply_theme(theme)
    theatre.show_frame(make_lanes(*(synthetic.healthy(depth) for depth in depths), depths=depths))
    rooms = theatre.composition.rooms
    assert len(rooms.lanes) == 2
    for lane, bars in zip(rooms.lanes, both_bars(theatre), strict=True):
        assert theatre.rect().contains(lane.whole.toAlignedRect().adjusted(1, 1, -1, -1))
        plot = bars.plot()
        assert plot is not None
        assert plot.base - plot.top >= 2.0 * bars.metrics.label
    assert rooms.lanes[0].whole.bottom() <= rooms.lanes[1].whole.top()


def test_a_hidden_curve_is_hidden_in_both_lanes(theatre: Theatre) -> None:
    show(theatre, make_lanes(synthetic.vanishing(), synthetic.healthy()))
    first, second = both_bars(theatre)
    theatre.composition.toggle(first, "cell state")
    assert first.hidden == second.hidden == {"cell state"}


def test_the_title_says_what_it_is_when_hovered(theatre: Theatre) -> None:
    show(theatre, make_lanes(synthetic.vanishing(), synthetic.healthy()))
    upper = theatre.composition.rooms.lanes[0].title
    target = theatre.find_target(upper.center())
    assert target is not None
    assert target.kind == "lane"
    assert target.text == "Baseline: no skips, loss end 0.020\nClick: the panels edit this lane"


def test_curves_of_both_lanes_differ_by_dash_and_marker(theatre: Theatre) -> None:
    display = make_lanes(synthetic.vanishing(), synthetic.healthy())
    theatre.resize(1000, 900)
    show(theatre, display)
    chart = theatre.charts["curves_0"]
    entries = [entry for entry, _ in chart.legend()]  # type: ignore[attr-defined]
    assert [entry.name for entry in entries] == [
        "baseline, train",
        "baseline, held out",
        "variant, train",
        "variant, held out",
    ]
    assert len({entry.dashes for entry in entries}) == 4
    assert len({entry.marker for entry in entries}) == 4
