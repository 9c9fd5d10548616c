"""What wheel, drag, double click and menu do in the charts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop.display.options import Playhead
from desktop.kinds.feedforward.view.diagram import Diagram
from desktop.kinds.recurrent.view.unrolled import Unrolled
from desktop.kinds.table import make_views
from desktop.style.theme import PAPER, PROJECTOR
from desktop.views.chart import Chart
from desktop.views.curves import Curves
from desktop.views.gradient_bars.chart import GradientBars
from desktop.views.gradient_bars.factors import (
    covers_bar,
    factor_room,
    give_way,
    list_factors,
)
from desktop.views.gradient_bars.numbers import draw_numbers
from desktop.views.network_chart import NetworkChart
from desktop.views.page import Page
from desktop.views.shared_x import SharedX
from desktop.views.theatre import Theatre
from tests import synthetic
from tests.desktop.kinds.recurrent.test_display import show
from tests.desktop.views.staging import make_display, open_theatre
from tests.synthetic_time import make_time_trace

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def theatre(qtbot: QtBot) -> Theatre:
    theatre = open_theatre(qtbot, 1100, 760)
    theatre.show_frame(make_display())
    return theatre


def flow_of(theatre: Theatre) -> GradientBars:
    chart = theatre.charts["flow"]
    assert isinstance(chart, GradientBars)
    return chart


def wheel(theatre: Theatre, at: QPointF, notches: int) -> None:
    view = theatre.viewport()
    event = QWheelEvent(
        at,
        QPointF(view.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def send(theatre: Theatre, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton) -> None:
    view = theatre.viewport()
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else LEFT
    if button is Qt.MouseButton.NoButton and kind == QEvent.Type.MouseMove:
        held = LEFT
    modifier = Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(kind, at, QPointF(view.mapToGlobal(at.toPoint())), button, held, modifier)
    QApplication.sendEvent(view, event)


def drag(theatre: Theatre, start: QPointF, stop: QPointF) -> None:
    send(theatre, QEvent.Type.MouseButtonPress, start, LEFT)
    for share in (0.3, 0.6, 1.0):
        at = start + (stop - start) * share
        send(theatre, QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton)
    send(theatre, QEvent.Type.MouseButtonRelease, stop, LEFT)


def hover(theatre: Theatre, at: QPointF) -> None:
    view = theatre.viewport()
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        QPointF(view.mapToGlobal(at.toPoint())),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view, event)


def middle_of(chart: Chart) -> QPointF:
    return chart.area.center()


def test_the_wheel_zooms_diagram_and_bars_at_the_mouse(theatre: Theatre) -> None:
    flow = flow_of(theatre)
    at = QPointF(theatre.column_x(6), flow.area.center().y())
    pitch = theatre.stations().pitch
    wheel(theatre, at, 3)
    assert theatre.stations().pitch > 1.8 * pitch
    assert theatre.column_x(6) == pytest.approx(at.x(), abs=0.5)
    plot, diagram = flow.plot(), theatre.charts["diagram"]
    assert plot is not None
    assert isinstance(diagram, NetworkChart)
    assert diagram.place is not None
    assert np.array_equal(plot.stations.x, diagram.place.stations.x)
    wheel(theatre, at, -30)
    assert theatre.stations().pitch == pytest.approx(pitch)
    assert not theatre.composition.layers.is_zoomed


def test_over_the_axis_the_wheel_zooms_its_values_alone(theatre: Theatre) -> None:
    flow = flow_of(theatre)
    before = flow.box.viewRange()
    wheel(theatre, QPointF(flow.area.left() - 20, flow.area.center().y()), 4)
    (left, right), (low, high) = flow.box.viewRange()
    assert [left, right] == pytest.approx(before[0])
    assert high - low < 0.6 * (before[1][1] - before[1][0])
    plot = flow.plot()
    assert plot is not None
    assert flow.picture is not None
    decade = (plot.base - plot.top) / (flow.picture.axis.high - flow.picture.axis.low)
    assert decade * (high - low) == pytest.approx(flow.area.height())
    assert flow.values.list_ticks(low, high, flow.area.height()) != []


def test_a_drag_beside_the_playhead_pans_and_selects_nothing(theatre: Theatre) -> None:
    chosen: list[int] = []
    theatre.layer_selected.connect(chosen.append)
    at = middle_of(flow_of(theatre))
    wheel(theatre, at, 4)
    x = theatre.column_x(5)
    drag(theatre, at, at + QPointF(60, 0))
    assert theatre.column_x(5) == pytest.approx(x + 60, abs=1.0)
    assert chosen == []


def test_a_drag_over_all_of_it_moves_nothing(theatre: Theatre) -> None:
    x = theatre.column_x(5)
    at = middle_of(flow_of(theatre))
    drag(theatre, at, at + QPointF(80, 30))
    assert theatre.column_x(5) == x


def test_double_click_key_and_button_show_everything_again(theatre: Theatre, qtbot: QtBot) -> None:
    flow = flow_of(theatre)
    x = theatre.column_x(3)
    at = middle_of(flow)
    wheel(theatre, at, 4)
    assert theatre.column_x(3) != x
    qtbot.mouseDClick(theatre.viewport(), LEFT, pos=at.toPoint())
    assert theatre.column_x(3) == x
    wheel(theatre, at, 4)
    theatre.refit()
    assert theatre.column_x(3) == x
    wheel(theatre, at, 4)
    corner = flow.area.topRight() + QPointF(-20, 14)
    target = theatre.find_target(corner)
    assert target is not None
    assert target.kind == "refit"
    qtbot.mouseClick(theatre.viewport(), LEFT, pos=corner.toPoint())
    assert theatre.column_x(3) == x


def test_a_click_in_a_zoomed_chart_selects_what_stands_there(
    theatre: Theatre, qtbot: QtBot
) -> None:
    flow = flow_of(theatre)
    wheel(theatre, QPointF(theatre.column_x(8), flow.area.center().y()), 5)
    at = QPoint(round(theatre.column_x(8)), round(flow.area.bottom() - 10))
    with qtbot.waitSignal(theatre.layer_selected) as selected:
        qtbot.mouseClick(theatre.viewport(), LEFT, pos=at)
    assert selected.args == [8]


def test_zoom_survives_training_toggles_and_an_undo_but_no_other_document(
    theatre: Theatre,
) -> None:
    axis = theatre.composition.layers
    wheel(theatre, middle_of(flow_of(theatre)), 4)
    seen = (axis.low, axis.high)
    for display in (
        make_display(synthetic.healthy(), is_live=True),
        make_display(synthetic.healthy(), skip_every=2, before=synthetic.vanishing().share()),
        make_display(),
    ):
        theatre.show_frame(display)
        assert (axis.low, axis.high) == seen
    theatre.start_anew()
    assert not axis.is_zoomed


def test_nodes_names_and_factors_appear_where_there_is_room(theatre: Theatre) -> None:
    theatre.show_frame(make_display(synthetic.make_trace(1_000, 0.99)))
    chart, flow = theatre.charts["diagram"], flow_of(theatre)
    assert isinstance(chart, NetworkChart)
    drawing = chart.drawing
    assert isinstance(drawing, Diagram)
    columns, plot, picture = drawing.columns(), flow.plot(), flow.picture
    assert columns is not None
    assert plot is not None
    assert picture is not None
    assert columns.is_ribbon
    assert list_factors(picture, plot, flow.metrics) == []
    chart.x.zoom(400, 450)
    chart.zoomed.emit(chart)
    columns = drawing.columns()
    assert columns is not None
    assert not columns.is_ribbon
    assert set(range(400, 451)) <= set(columns.layers.tolist())
    assert len(set(columns.layers.tolist())) < 60
    chart.x.zoom(440, 452)
    chart.zoomed.emit(chart)
    columns, plot = drawing.columns(), flow.plot()
    assert columns is not None
    assert plot is not None
    assert columns.has_links
    told = dict(list_factors(picture, plot, flow.metrics))
    change = picture.values[445] / picture.values[446]
    assert told[445].startswith("× ")
    assert float(told[445][2:]) == pytest.approx(change, rel=0.06)
    assert not theatre.grab().isNull()


def test_words_appear_where_five_thousand_time_steps_are_zoomed_into(theatre: Theatre) -> None:
    theatre.show_frame(show(make_time_trace(5_000, 0.999)))
    chart = theatre.charts["diagram"]
    assert isinstance(chart, NetworkChart)
    drawing = chart.drawing
    assert isinstance(drawing, Unrolled)
    row, rows = drawing.word_row(), drawing.rows()
    assert row is not None
    assert rows is not None
    assert not row.has_all
    assert rows.radius == 0
    chart.x.zoom(300, 340)
    chart.zoomed.emit(chart)
    row, rows = drawing.word_row(), drawing.rows()
    assert row is not None
    assert rows is not None
    assert row.has_all
    assert rows.radius > 0
    assert not theatre.grab().isNull()


def test_the_mouse_has_a_line_through_linked_charts_and_a_box_of_numbers(theatre: Theatre) -> None:
    flow, diagram = theatre.charts["flow"], theatre.charts["diagram"]
    hover(theatre, QPointF(theatre.column_x(4), flow.area.bottom() - 10))
    assert theatre.read_out.isVisible()
    assert theatre.read_out.lines[0].startswith("Layer 4")
    for chart in (flow, diagram):
        assert chart.guide_line.isVisible()
        assert chart.x_pixel(chart.guide_line.value()) == pytest.approx(theatre.column_x(4))
    assert not theatre.charts["lower"].guide_line.isVisible()
    QApplication.sendEvent(theatre, QEvent(QEvent.Type.Leave))
    assert not theatre.read_out.isVisible()
    assert not flow.guide_line.isVisible()


def test_the_box_tells_the_numbers_of_what_is_shown_now(theatre: Theatre) -> None:
    flow = theatre.charts["flow"]
    hover(theatre, QPointF(theatre.column_x(4), flow.area.bottom() - 10))
    old = list(theatre.read_out.lines)
    theatre.show_frame(make_display(synthetic.healthy()))
    assert theatre.read_out.isVisible()
    assert theatre.read_out.lines != old
    target = theatre.find_target(QPointF(theatre.column_x(4), flow.area.bottom() - 10))
    assert target is not None
    assert theatre.read_out.lines == target.text.split("\n")
    theatre.start_anew()
    assert not theatre.read_out.isVisible()


def test_history_and_curves_share_the_iterations(theatre: Theatre) -> None:
    history, loss = theatre.charts["lower"], theatre.charts["curves_0"]
    wheel(theatre, middle_of(history), 4)
    assert history.x_range() == loss.x_range()
    assert history.box.viewRange()[0] == pytest.approx(loss.box.viewRange()[0])
    assert history.x_range()[1] - history.x_range()[0] < 31
    assert not theatre.composition.layers.is_zoomed


def test_the_iterations_follow_the_newest_until_zoomed_and_at_their_end(theatre: Theatre) -> None:
    axis = theatre.composition.iterations
    theatre.show_frame(make_display(iterations=200))
    assert (axis.low, axis.high) == axis.whole
    axis.zoom(150, 201)  # up to the newest iteration
    theatre.show_frame(make_display(iterations=220))
    assert (axis.low, axis.high) == pytest.approx((170, 221), abs=1.5)
    axis.zoom(50, 90)
    theatre.show_frame(make_display(iterations=240))
    assert (axis.low, axis.high) == (50, 90)


def test_a_click_on_a_name_in_a_legend_hides_its_curve_and_shows_it_again(
    theatre: Theatre, qtbot: QtBot
) -> None:
    loss = theatre.charts["curves_0"]
    assert isinstance(loss, Curves)
    assert loss.picture is not None
    (train, room), *_ = loss.legend()
    for is_shown in (False, True):
        qtbot.mouseClick(theatre.viewport(), LEFT, pos=room.center().toPoint())
        assert loss.items[0].isVisible() is is_shown
        assert loss.items[1].isVisible()
        assert (train.name in loss.hidden) is not is_shown


def open_menu(theatre: Theatre, qtbot: QtBot, chart: Chart) -> QMenu:
    at = middle_of(chart).toPoint()
    qtbot.mouseClick(theatre.viewport(), Qt.MouseButton.RightButton, pos=at)
    menu = theatre.findChild(QMenu, "chart_menu")
    assert menu is not None
    return menu


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of menus offscreen
@pytest.mark.parametrize(
    ("text", "signal", "wanted"),
    [
        ("Copy picture", lambda theatre: theatre.picture_requested, "flow"),
        ("Copy numbers", lambda theatre: theatre.numbers_requested, "flow"),
        ("Export this view as shown…", lambda theatre: theatre.export_requested, "flow"),
        ("Logarithmic", lambda theatre: theatre.log_chosen, False),
        ("Relative to the loss end", lambda theatre: theatre.relative_chosen, False),
    ],
)
def test_the_right_button_opens_a_short_menu(
    theatre: Theatre,
    qtbot: QtBot,
    text: str,
    signal: Callable[[Theatre], object],
    wanted: object,
) -> None:
    wheel(theatre, middle_of(flow_of(theatre)), 4)
    menu = open_menu(theatre, qtbot, flow_of(theatre))
    action = next(each for each in menu.actions() if each.text() == text)
    with qtbot.waitSignal(signal(theatre)) as said:
        action.trigger()
    assert said.args is not None
    assert said.args[0] == wanted
    if len(said.args) > 1:
        axis = theatre.composition.layers
        assert said.args[1]["layers"] == (axis.low, axis.high)
    menu.close()


def test_the_tallest_of_layers_that_share_a_pixel_stands_in_their_slot(theatre: Theatre) -> None:
    theatre.show_frame(make_display(synthetic.make_trace(1_000, 0.99)))
    image = theatre.grab().toImage()
    flow = flow_of(theatre)
    y = round(flow.area.bottom() - 2)
    first, last = round(theatre.column_x(3)), round(theatre.column_x(997))
    ground = theatre.theme.ground.lower()
    colours = {image.pixelColor(x, y).name() for x in range(first, last)}
    assert ground not in colours


def test_numbers_stand_over_their_bars_and_not_over_the_marks(theatre: Theatre) -> None:
    theatre.show_frame(make_display(synthetic.vanishing(), before=synthetic.healthy().share()))
    flow = flow_of(theatre)
    plot, picture = flow.plot(), flow.picture
    assert plot is not None
    assert picture is not None
    assert plot.mark_of(picture, 3) < plot.top_of(picture, 3) - 60
    room = factor_room(picture, plot, flow.metrics, 3, "× 0.14")
    assert plot.top_of(picture, 3) - 30 < room.bottom() <= plot.top_of(picture, 3)


def test_projected_bars_have_35_percent_of_the_window(theatre: Theatre) -> None:
    theatre.apply_theme(PROJECTOR)
    flow = theatre.charts["flow"]
    assert flow.outer.height() >= 0.349 * theatre.window().height()
    assert theatre.charts["curves_0"].isVisible()
    theatre.show_frame(make_display(is_lower_folded=True))
    assert not theatre.charts["curves_0"].isVisible()
    assert theatre.charts["flow"].outer.height() >= 0.349 * theatre.window().height()
    theatre.show_frame(make_display())
    assert theatre.charts["curves_0"].isVisible()


def test_the_playhead_s_frame_over_the_bars_scrubs_too(theatre: Theatre) -> None:
    theatre.show_frame(make_display(position=4.0))
    positions: list[float] = []
    theatre.playhead_dragged.connect(positions.append)
    y = flow_of(theatre).area.bottom() - 12
    drag(theatre, QPointF(theatre.column_x(7), y), QPointF(theatre.column_x(5) + 4, y))
    assert positions[-1] == 6.0
    assert not theatre.composition.layers.is_zoomed
    assert Playhead(6.0, 12).layer_at() == 5


def test_a_shared_axis_stays_within_its_ends() -> None:
    axis = SharedX(4.0)
    axis.fit(0.0, 100.0)
    axis.zoom(-20.0, 30.0)
    assert (axis.low, axis.high) == (0.0, 50.0)
    axis.zoom(50.0, 50.5)
    assert axis.high - axis.low == 4.0
    axis.fit(0.0, 200.0)
    assert axis.high - axis.low == 4.0
    axis.refit()
    assert (axis.low, axis.high) == (0.0, 200.0)
    axis.zoom(-10.0, 900.0)
    assert not axis.is_zoomed


def test_a_name_over_the_bars_hides_its_line_and_shows_it_again(
    qtbot: QtBot,
) -> None:
    theatre = open_theatre(qtbot, 1100, 760)
    theatre.show_frame(show(make_time_trace(20)))
    flow = flow_of(theatre)
    entry, room = flow.legend()[0]
    shown = theatre.grab().toImage()
    qtbot.mouseClick(theatre.viewport(), LEFT, pos=room.center().toPoint())
    assert flow.hidden == {entry.name}
    assert theatre.grab().toImage() != shown
    qtbot.mouseClick(theatre.viewport(), LEFT, pos=room.center().toPoint())
    assert not flow.hidden


def test_no_factor_lies_on_another_bar() -> None:
    display = make_display(synthetic.vanishing())
    metrics = PAPER.metrics.scaled(96 / 72).with_whole_type()
    page = Page(display, ("flow",), 321, 300, metrics, PAPER, make_views())
    flow = page.composition.charts["flow"]
    assert isinstance(flow, GradientBars)
    plot, picture = flow.plot(), flow.picture
    assert plot is not None
    assert picture is not None
    moved = 0
    for layer, text in list_factors(picture, plot, metrics):
        room = factor_room(picture, plot, metrics, layer, text)
        was_on_another = covers_bar(picture, plot, room, layer)
        give_way(picture, plot, room, layer)
        moved += was_on_another and not covers_bar(picture, plot, room, layer)
        assert room.left() < plot.stations.at(layer) < room.right()
    assert moved > 3
    page.deleteLater()


def test_numbers_keep_clear_of_the_refit_button(theatre: Theatre) -> None:
    flow = flow_of(theatre)
    wheel(theatre, QPointF(theatre.column_x(9), flow.area.center().y()), 3)
    assert flow.refit_button.isVisible()
    plot, picture = flow.plot(), flow.picture
    assert plot is not None
    assert picture is not None
    button, at = flow.refit_room(), flow.metrics
    image = QImage(theatre.size(), QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    draw_numbers(painter, picture, plot, at, flow.theme, frozenset(), button)
    painter.end()
    box = button.toAlignedRect()
    drawn = {
        image.pixel(x, y) & 0xFFFFFF
        for x in range(box.left(), box.right())
        for y in range(box.top(), box.bottom())
    }
    assert drawn == {0}


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of menus offscreen
def test_the_menu_offers_only_what_acts(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.show_frame(make_display(quantities={"feedforward": "update_ratio"}))
    texts = [each.text() for each in open_menu(theatre, qtbot, flow_of(theatre)).actions()]
    assert "Logarithmic" in texts
    assert "Relative to the loss end" not in texts
