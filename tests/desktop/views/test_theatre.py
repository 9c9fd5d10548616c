"""The theatre on screen: drawn data equal the frame, clicks and drags say what they mean."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from desktop.display.options import Playhead
from desktop.kinds.feedforward.view.diagram import Diagram
from desktop.kinds.feedforward.view.skip_arcs import trace_arc
from desktop.painting.heat_map import NOT_FINITE, ZERO, HeatColumns, level_of, spread_columns
from desktop.style.theme import DARK, LIGHT, PAPER, PROJECTOR, Theme, strength_colour
from desktop.views.gradient_bars.chart import GradientBars
from desktop.views.history import History as HistoryView
from desktop.views.network_chart import NetworkChart
from desktop.views.theatre import Theatre
from tests import synthetic
from tests.desktop.views.staging import make_display, open_theatre


@pytest.fixture
def theatre(qtbot: QtBot) -> Theatre:
    return open_theatre(qtbot, 930, 640)


def flow_of(theatre: Theatre) -> GradientBars:
    chart = theatre.charts["flow"]
    assert isinstance(chart, GradientBars)
    return chart


def diagram_of(theatre: Theatre) -> Diagram:
    chart = theatre.charts["diagram"]
    assert isinstance(chart, NetworkChart)
    assert isinstance(chart.drawing, Diagram)
    return chart.drawing


def grab(theatre: Theatre) -> QImage:
    QApplication.processEvents()
    image: QImage = theatre.grab().toImage()
    return image


@pytest.mark.parametrize("depth", [2, 10, 16, 100, 1000])
def test_bars_stand_exactly_under_their_nodes(theatre: Theatre, depth: int) -> None:
    display = make_display(synthetic.vanishing(depth))
    theatre.show_frame(display)
    plot = flow_of(theatre).plot()
    assert plot is not None
    for layer in {1, depth // 2 or 1, depth}:
        bar = plot.bar(display.flow, layer)
        assert bar.center().x() == pytest.approx(theatre.column_x(layer), abs=1e-6)


def test_heights_of_the_bars_are_the_places_on_the_axis(theatre: Theatre) -> None:
    display = make_display()
    theatre.show_frame(display)
    plot = flow_of(theatre).plot()
    assert plot is not None
    decade = (plot.base - plot.top) / (display.flow.axis.high - display.flow.axis.low)
    for layer in range(11):
        tall = plot.bar(display.flow, layer).height()
        assert tall / decade + display.flow.axis.low == pytest.approx(display.flow.places[layer])


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_pixels_of_bars_and_nodes_have_the_colour_of_the_measured_strength(
    theatre: Theatre, theme: Theme
) -> None:
    theatre.apply_theme(theme)
    display = make_display(synthetic.make_trace(6, 0.3, wobble=0))
    theatre.show_frame(display)
    image = grab(theatre)
    plot, columns = flow_of(theatre).plot(), diagram_of(theatre).columns()
    assert plot is not None
    assert columns is not None
    for layer in range(1, 7):
        bar = plot.bar(display.flow, layer)
        seen = image.pixelColor(round(bar.center().x()), round(bar.bottom() - 3))
        expected = QColor(strength_colour(theme, round(float(display.flow.strengths[layer]), 2)))
        assert close(seen, expected), layer
        unit, y = int(columns.rows[layer][0]), float(columns.ys[layer][0])
        seen = image.pixelColor(round(theatre.column_x(layer)), round(y))
        strength = round(float(display.diagram.unit_strengths[layer, unit]) * 10) / 10
        assert close(seen, QColor(strength_colour(theme, strength))), layer


def close(a: QColor, b: QColor) -> bool:
    return max(abs(a.red() - b.red()), abs(a.green() - b.green()), abs(a.blue() - b.blue())) <= 3


def test_what_the_pass_has_not_reached_has_no_fill(theatre: Theatre) -> None:
    display = make_display(position=4.0)
    theatre.show_frame(display)
    image = grab(theatre)
    columns = diagram_of(theatre).columns()
    assert columns is not None
    y = round(float(columns.ys[3][0]))
    ground = QColor(DARK.ground)
    assert close(image.pixelColor(round(theatre.column_x(3)), y), ground)
    assert not close(image.pixelColor(round(theatre.column_x(9)), y), ground)


def test_click_on_a_bar_a_column_and_an_arc(theatre: Theatre, qtbot) -> None:  # type: ignore[no-untyped-def]
    display = make_display(synthetic.make_trace(10, 0.9, skip_every=2), skip_every=2)
    theatre.show_frame(display)
    plot, columns = flow_of(theatre).plot(), diagram_of(theatre).columns()
    place = diagram_of(theatre).place
    assert plot is not None
    assert columns is not None
    assert place is not None
    bar = plot.bar(display.flow, 4).center()
    with qtbot.waitSignal(theatre.layer_selected) as selected:
        click(qtbot, theatre, bar)
    assert selected.args == [4]
    with qtbot.waitSignal(theatre.layer_selected) as selected:
        click(qtbot, theatre, QPointF(theatre.column_x(7), float(columns.ys[7][0])))
    assert selected.args == [7]
    arc = display.diagram.arcs[1]
    base, head = diagram_of(theatre).arc_heights(columns, place)
    top = trace_arc(arc, place.stations, base, head).pointAtPercent(0.5)
    with qtbot.waitSignal(theatre.edit_requested) as toggled:
        click(qtbot, theatre, top)
    assert toggled.args == ["skip", arc.end]


def click(qtbot, theatre: Theatre, point: QPointF) -> None:  # type: ignore[no-untyped-def]
    at = QPoint(round(point.x()), round(point.y()))
    qtbot.mouseClick(theatre.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_click_in_the_history_names_iteration_and_layer(theatre: Theatre, qtbot) -> None:  # type: ignore[no-untyped-def]
    theatre.show_frame(make_display())
    history = theatre.charts["lower"]
    assert isinstance(history, HistoryView)
    area = history.area
    iteration, layer = 20, 3
    point = QPointF(
        area.left() + (iteration + 0.5) / 61 * area.width(),
        area.bottom() - (layer - 0.5) / 10 * area.height(),
    )
    with qtbot.waitSignals([theatre.iteration_selected, theatre.layer_selected]):
        click(qtbot, theatre, point)
    target = history.find_target(point)
    assert target is not None
    assert target.value == iteration
    assert target.text.startswith("Iteration 20, layer 3\ngradient ")


def test_dragging_the_playhead_scrubs_and_comes_to_rest(theatre: Theatre, qtbot) -> None:  # type: ignore[no-untyped-def]
    theatre.show_frame(make_display(position=4.0))
    columns = diagram_of(theatre).columns()
    assert columns is not None
    y = round((columns.top + columns.bottom) / 2)
    positions: list[float] = []
    theatre.playhead_dragged.connect(positions.append)
    view = theatre.viewport()
    start = QPoint(round(theatre.column_x(7)), y)
    stop = QPoint(round(theatre.column_x(5)) + 9, y)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, stop)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=stop)
    assert positions[-1] == 6.0


def test_hovering_says_every_number_in_full(theatre: Theatre) -> None:
    display = make_display()
    theatre.show_frame(display)
    plot = flow_of(theatre).plot()
    assert plot is not None
    target = theatre.find_target(plot.bar(display.flow, 9).center())
    assert target is not None
    assert "Layer 9" in target.text
    assert "update : weight" in target.text


@pytest.mark.parametrize("theme", [DARK, LIGHT, PROJECTOR, PAPER], ids=lambda theme: theme.name)
@pytest.mark.parametrize("depth", [1, 2, 10, 50, 1000])
def test_every_depth_is_drawn_in_every_theme(theatre: Theatre, theme: Theme, depth: int) -> None:
    theatre.apply_theme(theme)
    for make in (synthetic.vanishing, synthetic.with_nan):
        for position in (0.0, 0.5, depth / 2 + 0.25, depth + 1.0):
            theatre.show_frame(make_display(make(depth), position))
            assert not grab(theatre).isNull()


def test_stations_keep_loss_and_input_apart_from_the_layers(theatre: Theatre) -> None:
    for depth in (1, 10, 100, 1000):
        theatre.show_frame(make_display(synthetic.vanishing(depth)))
        xs = np.array([theatre.column_x(layer) for layer in range(depth + 2)])
        assert (np.diff(xs) > 0).all()
        assert xs[-1] - xs[-2] >= 3 * DARK.sizes().label


def test_small_theatres_drop_the_lower_row_instead_of_squeezing_it(theatre: Theatre) -> None:
    theatre.show_frame(make_display())
    theatre.resize(760, 340)
    QApplication.processEvents()
    assert not theatre.charts["lower"].isVisible()
    assert theatre.charts["flow"].isVisible()


def test_levels_of_the_heat_map_are_the_measured_ratios() -> None:
    display = make_display(iterations=40)
    heat = HeatColumns()
    assert heat.update(display.history)
    stretches = display.history.stretches
    ratios = stretches.rows_low[:, 1:] / stretches.low("reference")[:, None]
    assert np.abs(heat.levels.astype(int) - level_of(np.log10(ratios)).astype(int)).max() <= 1
    assert not heat.update(display.history)


def test_heat_map_marks_zeros_and_nan() -> None:
    display = make_display(iterations=1)
    history = synthetic.make_frame(synthetic.make_trace(4, zeros=(1,), nans=(2,)))
    from desktop.display.history_and_curves import resolve_history
    from desktop.display.options import DisplayOptions
    from engine.training.history import History

    rows = History()
    rows.append(history)
    picture = resolve_history(rows, rows.overview(), 4, DisplayOptions())
    heat = HeatColumns()
    heat.update(picture)
    assert heat.levels[0].tolist()[:2] == [ZERO, NOT_FINITE]
    assert display.history.depth == 10


def test_heat_map_puts_the_last_layer_on_top_and_every_iteration_in_its_place() -> None:
    levels = np.arange(12, dtype=np.uint8).reshape(4, 3)
    iterations = np.arange(4)
    image = spread_columns(levels, iterations, iterations, 7, 16, 6)
    assert image[0, 0] == 2
    assert image[5, 0] == 0
    assert image[5, 7] == 9
    assert (image[:, 8:] == 255).all()


def test_playhead_at_rest_is_not_hidden_by_an_end() -> None:
    assert Playhead.at_end_of(10).at_end()
    assert not Playhead(10.0, 12).at_end()


@pytest.mark.qt_no_exception_capture  # of the whole test: it expects one
def test_a_fault_in_a_drawing_is_reported_and_ends_nothing(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    theatre = open_theatre(qtbot, 900, 600)
    theatre.show_frame(make_display())
    body = theatre.charts["flow"].body

    def fail(_painter: QPainter) -> None:
        raise ZeroDivisionError

    with capture_exceptions() as caught, monkeypatch.context() as patched:
        patched.setattr(body, "_draw", fail)
        body.update()
        theatre.grab()
    assert {kind for kind, _, _ in caught} == {ZeroDivisionError}
    body.update()
    assert theatre.grab().toImage() == theatre.grab().toImage()
