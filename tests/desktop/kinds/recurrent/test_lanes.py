"""Two lanes of state rows: equal roads are equally high, and the words stand under one of them."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.kinds.recurrent.view.unrolled import Unrolled
from desktop.views.network_chart import NetworkChart
from desktop.views.theatre import Theatre
from engine.kinds.recurrent.records import TimeTrace
from tests.desktop.views.staging import make_time_lanes, open_theatre
from tests.synthetic_time import make_time_trace


def drawings_of(theatre: Theatre) -> list[Unrolled]:
    found = []
    for name in ("diagram", "variant_diagram"):
        chart = theatre.charts[name]
        assert isinstance(chart, NetworkChart)
        assert isinstance(chart.drawing, Unrolled)
        found.append(chart.drawing)
    return found


def show(qtbot: QtBot, size: tuple[int, int], *traces: TimeTrace) -> Theatre:
    theatre = open_theatre(qtbot, *size)
    theatre.show_frame(make_time_lanes(*traces))
    return theatre


@pytest.mark.parametrize("layers", [1, 2])
def test_equal_states_have_equal_roads_and_one_row_of_words(qtbot: QtBot, layers: int) -> None:
    traces = [make_time_trace(10, factor, layers=layers) for factor in (0.3, 0.97)]
    theatre = show(qtbot, (1000, 900), *traces)
    upper, lower = drawings_of(theatre)
    first, second = upper.rows(), lower.rows()
    assert first is not None
    assert second is not None
    assert len(first.ys) == 2 * layers
    assert first.half == pytest.approx(second.half, abs=0.2)
    assert first.ys[-1] - first.ys[0] == pytest.approx(second.ys[-1] - second.ys[0], abs=0.5)
    assert upper.word_row() is None
    row = lower.word_row()
    assert row is not None
    assert lower.place is not None
    assert second.bottom + row.height <= lower.place.room.bottom() + 0.5


def test_where_height_is_scarce_bars_go_before_words(qtbot: QtBot) -> None:
    traces = [make_time_trace(30, factor) for factor in (0.3, 0.97)]
    theatre = show(qtbot, (860, 440), *traces)
    assert [drawing.word_row() for drawing in drawings_of(theatre)] == [None, None]


def test_lanes_of_other_words_have_their_own(qtbot: QtBot) -> None:
    theatre = show(qtbot, (1000, 900), make_time_trace(10, 0.9), make_time_trace(14, 0.9))
    upper, lower = drawings_of(theatre)
    assert upper.word_row() is not None
    assert lower.word_row() is not None
    first, second = (theatre.charts[name] for name in ("flow", "variant_flow"))
    assert first.shift == 4
    assert first.x_pixel(10) == pytest.approx(second.x_pixel(14))


def test_the_loss_of_each_lane_stands_inside_its_room(qtbot: QtBot) -> None:
    traces = [make_time_trace(10, factor) for factor in (0.3, 0.97)]
    theatre = show(qtbot, (700, 430), *traces)
    for lane in theatre.composition.rooms.lanes:
        assert lane.diagram is None or lane.whole.contains(lane.diagram)
