"""The unrolled network on screen: what is drawn, and what a click on it means."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.display.how_to_read import describe_reading
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.resolve import resolve
from desktop.kinds.feedforward.view.diagram import Diagram
from desktop.kinds.recurrent.display.frame import unrolled_of
from desktop.kinds.recurrent.view.state_rows import StateRowPlaces
from desktop.kinds.recurrent.view.unrolled import Unrolled
from desktop.kinds.table import kind_of, list_lower_views
from desktop.style.theme import DARK, LIGHT, PAPER, PROJECTOR, Theme, strength_colour
from desktop.views.history import History as HistoryView
from desktop.views.network_chart import NetworkChart
from desktop.views.theatre import Theatre
from desktop.views.view import Drawing
from engine.kinds.recurrent.records import TimeTrace
from engine.training.history import History
from tests.desktop.kinds.recurrent.test_display import show
from tests.desktop.views.staging import make_display, open_theatre
from tests.synthetic_time import make_state_spectrum, make_time_experiment, make_time_trace


@pytest.fixture
def theatre(qtbot: QtBot) -> Theatre:
    return open_theatre(qtbot, 1000, 700)


def drawing_of(theatre: Theatre) -> Drawing:
    chart = theatre.charts["diagram"]
    assert isinstance(chart, NetworkChart)
    return chart.drawing


def rows_of(theatre: Theatre) -> StateRowPlaces:
    drawing = drawing_of(theatre)
    assert isinstance(drawing, Unrolled)
    rows = drawing.rows()
    assert rows is not None
    return rows


def grab(theatre: Theatre) -> QImage:
    QApplication.processEvents()
    image: QImage = theatre.grab().toImage()
    return image


def click(qtbot, theatre: Theatre, x: float, y: float) -> None:  # type: ignore[no-untyped-def]
    qtbot.mouseClick(theatre.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))


def close(a: QColor, b: QColor) -> bool:
    return max(abs(a.red() - b.red()), abs(a.green() - b.green()), abs(a.blue() - b.blue())) <= 6


def test_the_theatre_turns_from_layers_to_time_and_back(theatre: Theatre) -> None:
    theatre.show_frame(make_display())
    assert isinstance(drawing_of(theatre), Diagram)
    theatre.show_frame(show(make_time_trace(10)))
    assert isinstance(drawing_of(theatre), Unrolled)
    assert not grab(theatre).isNull()
    theatre.show_frame(make_display())
    assert isinstance(drawing_of(theatre), Diagram)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_both_state_rows_have_the_colour_of_the_measured_strength(
    theatre: Theatre, theme: Theme
) -> None:
    theatre.apply_theme(theme)
    display = show(make_time_trace(10, 0.4))
    theatre.show_frame(display)
    rows, image = rows_of(theatre), grab(theatre)
    assert unrolled_of(display) is not None
    for t in (2, 6, 9):
        for state_row, y in zip(unrolled_of(display).state_rows, rows.ys, strict=True):
            strength = round(float(state_row.strengths[t - 1]), 1 if not state_row.is_cell else 2)
            seen = image.pixelColor(round(theatre.column_x(t)), round(y))
            assert close(seen, QColor(strength_colour(theme, strength))), (t, state_row.name)


def test_what_the_pass_has_not_reached_has_no_fill(theatre: Theatre) -> None:
    theatre.show_frame(show(make_time_trace(10, 0.9), 4.0))
    rows, image = rows_of(theatre), grab(theatre)
    for y in rows.ys[:1]:
        ground = QColor(DARK.ground)
        assert close(image.pixelColor(round(theatre.column_x(4)), round(y)), ground)
        assert not close(image.pixelColor(round(theatre.column_x(8)), round(y)), ground)


def test_click_on_a_valve_asks_for_the_edit_of_its_gate(theatre: Theatre, qtbot) -> None:  # type: ignore[no-untyped-def]
    theatre.show_frame(show(make_time_trace(10)))
    y = rows_of(theatre).ys[0]
    with qtbot.waitSignal(theatre.edit_requested) as toggled:
        click(qtbot, theatre, theatre.column_x(4.5), y)
    assert toggled.args == ["gate", 5]


def test_click_on_a_time_step_its_word_and_its_bar_select_it(theatre: Theatre, qtbot) -> None:  # type: ignore[no-untyped-def]
    theatre.show_frame(show(make_time_trace(10)))
    rows = rows_of(theatre)
    for y in (rows.ys[1], rows.bottom + 1.5 * DARK.sizes().label):
        with qtbot.waitSignal(theatre.layer_selected) as selected:
            click(qtbot, theatre, theatre.column_x(6), y)
        assert selected.args == [6]
    with qtbot.waitSignal(theatre.layer_selected) as selected:
        click(qtbot, theatre, theatre.column_x(3), theatre.charts["flow"].area.bottom() - 20)
    assert selected.args == [3]


def test_dragging_the_playhead_frame_scrubs_through_time(theatre: Theatre, qtbot) -> None:  # type: ignore[no-untyped-def]
    theatre.show_frame(show(make_time_trace(10), 4.0))
    y = round(rows_of(theatre).ys[1])
    positions: list[float] = []
    theatre.playhead_dragged.connect(positions.append)
    view = theatre.viewport()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(round(theatre.column_x(7)), y))
    stop = QPoint(round(theatre.column_x(5)) + 6, y)
    qtbot.mouseMove(view, stop)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=stop)
    assert positions[-1] == 6.0


def test_hovering_a_time_step_says_every_number_in_full(theatre: Theatre) -> None:
    theatre.show_frame(show(make_time_trace(10, 0.5)))
    target = theatre.find_target(QPointF(theatre.column_x(6), rows_of(theatre).ys[1]))
    assert target is not None
    assert target.text.startswith("“job” (time step 6)")
    assert "‖∂L/∂h‖ 1.250000 × 10⁻³" in target.text
    assert "forget gate 0.5000" in target.text


def test_click_in_the_history_names_iteration_and_time_step(theatre: Theatre) -> None:
    theatre.show_frame(show(make_time_trace(10)))
    history = theatre.charts["lower"]
    assert isinstance(history, HistoryView)
    area = history.area
    at = QPointF(area.left() + 2.5 / 51 * area.width(), area.bottom() - 0.25 * area.height())
    target = history.find_target(at)
    assert target is not None
    assert target.text.startswith("Iteration 2, time step 3")


@pytest.mark.parametrize("theme", [DARK, LIGHT, PROJECTOR, PAPER], ids=lambda theme: theme.name)
@pytest.mark.parametrize("time_steps", [1, 2, 8, 36, 200, 2_000])
def test_every_length_is_drawn_in_every_theme(
    theatre: Theatre, theme: Theme, time_steps: int
) -> None:
    theatre.apply_theme(theme)
    traces: list[TimeTrace] = [
        make_time_trace(time_steps, 0.9, layers=3),
        make_time_trace(
            time_steps, 0.5, cell="gru", zeros=(1,), cuts=tuple(range(5, time_steps, 5))
        ),
        make_time_trace(time_steps, 0.5, cell="rnn", nans=(1,), loss_time=max(1, time_steps // 2)),
    ]
    for trace in traces:
        for position in (0.0, 0.5, time_steps / 2 + 0.25, time_steps + 1.0):
            theatre.show_frame(show(trace, position))
            assert not grab(theatre).isNull()


def test_words_stand_apart_where_time_steps_are_closer_than_type(theatre: Theatre) -> None:
    theatre.show_frame(show(make_time_trace(200)))
    drawing = drawing_of(theatre)
    assert isinstance(drawing, Unrolled)
    words = drawing.word_row()
    assert words is not None
    assert not words.has_all
    assert not grab(theatre).isNull()


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_an_empty_stage_shows_what_will_be_there_and_says_nothing_of_it(
    theatre: Theatre, cell: str
) -> None:
    experiment = make_time_experiment(cell, layers=2)
    blank = resolve(
        kind_of(experiment.network).display,
        experiment,
        None,
        History(),
        None,
        DisplayOptions(),
        Playhead.at_end_of(1),
    )
    theatre.show_frame(blank)
    drawing = drawing_of(theatre)
    assert isinstance(drawing, Unrolled)
    rows = drawing.rows()
    assert rows is not None
    assert not theatre.grab().isNull()
    assert theatre.find_target(QPointF(theatre.column_x(4), rows.ys[0])) is None
    theatre.show_frame(show(make_time_trace(36, cell=cell, layers=2)))
    assert theatre.find_target(QPointF(theatre.column_x(4), rows.ys[0])) is not None


def test_every_title_says_how_to_read_what_is_under_it(theatre: Theatre) -> None:
    for view in list_lower_views():
        display = show(make_time_trace(10), lower_view=view, answer=make_state_spectrum(10))
        theatre.show_frame(display)
        for room in ("diagram", "flow", "lower", "curves"):
            assert len(describe_reading(display, room)) > 60  # type: ignore[arg-type]
        assert ("σ₁" in describe_reading(display, "lower")) == (view == "spectrum")
    assert "layer" in describe_reading(make_display(), "diagram")
