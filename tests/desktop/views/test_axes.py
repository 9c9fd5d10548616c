"""The numbers on the axes: of the whole, and finer ones where a part is seen."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from desktop.display.scales import MOST_TICKS, fit_linear_axis, fit_log_axis
from desktop.style.theme import DARK, load_fonts
from desktop.views.axes import CountAxis, StationAxis, ThemedAxis, ValueAxis

OWN, PLOT = QRectF(0, 10, 60, 300), QRectF(60, 10, 500, 300)


def dress(axis: ThemedAxis) -> None:
    load_fonts()
    axis.dress(DARK, DARK.sizes(), OWN, PLOT)


@pytest.fixture
def values(qtbot: QtBot) -> ValueAxis:
    del qtbot
    axis = ValueAxis()
    dress(axis)
    return axis


def test_all_of_an_axis_has_the_ticks_that_were_resolved(values: ValueAxis) -> None:
    values.axis = fit_log_axis([-8.0, 0.0], "relative")
    ticks = values.list_ticks(values.axis.low, values.axis.high, 300)
    assert ticks == [(tick.at, tick.text) for tick in values.axis.ticks]


@pytest.mark.parametrize(("low", "high"), [(-30.0, -2.0), (-7.5, -3.2), (-2.1, -1.2), (-1.3, -1.2)])
def test_a_part_of_a_log_axis_has_between_three_and_seven_true_numbers(
    values: ValueAxis, low: float, high: float
) -> None:
    values.axis = fit_log_axis([-40.0, 0.0], "relative")
    values.is_zoomed = True
    ticks = values.list_ticks(low, high, 300)
    assert 3 <= len(ticks) <= MOST_TICKS
    superscripts = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    for at, text in ticks:
        assert low <= at <= high
        mantissa, _, power = text.rpartition("10") if "10" in text else (text, "", "")
        if power:
            factor = float(mantissa.rstrip("×")) if mantissa else 1.0
            told = factor * 10.0 ** int(power.translate(superscripts))
        else:
            told = float(text)
        assert told == pytest.approx(10**at, rel=0.06)


def test_a_part_of_a_linear_axis_has_round_numbers(values: ValueAxis) -> None:
    values.axis = fit_linear_axis([0.0, 1.0], "accuracy")
    values.is_zoomed = True
    ticks = values.list_ticks(0.42, 0.57, 300)
    assert 2 <= len(ticks) <= MOST_TICKS
    assert all(float(text) == pytest.approx(at) for at, text in ticks)


def test_a_low_chart_leaves_numbers_out_instead_of_writing_over_them(values: ValueAxis) -> None:
    values.axis = fit_log_axis([-6.0, 0.0], "relative")
    ticks = values.list_ticks(values.axis.low, values.axis.high, 40)
    assert len(ticks) <= math.ceil(40 / (1.3 * DARK.sizes().tick))
    assert ticks[-1][1] == "10⁰"


def test_six_hundred_iterations_are_numbered_to_their_end(qtbot: QtBot) -> None:
    del qtbot
    axis = CountAxis("bottom", "iteration", most=5)
    axis.last, axis.shift = 600, 0.5
    assert [text for _, text in axis.list_ticks(0, 601, 300)] == ["0", "200", "400", "600"]
    dress(axis)
    axis.plot = QRectF(0, 0, 300, 100)
    numbers = [(0.0, 10.0, "0"), (90.0, 115.0, "200"), (190.0, 215.0, "400"), (275.0, 300.0, "600")]
    right = axis.place_name(numbers, 12.0)
    assert right is None or 115 < right < 275


def test_layers_have_every_number_where_there_is_room(qtbot: QtBot) -> None:
    del qtbot
    axis = StationAxis()
    axis.note("layer", 1_000, None)
    dress(axis)
    assert [text for _, text in axis.list_ticks(439.5, 448.5, 500)] == [
        str(layer) for layer in range(440, 449)
    ]
    assert len(axis.list_ticks(-20, 1_020, 500)) <= MOST_TICKS
