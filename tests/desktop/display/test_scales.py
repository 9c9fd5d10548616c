"""Axes and numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.display.scales import (
    MOST_TICKS,
    OVERHANG,
    fit_linear_axis,
    fit_log_axis,
    format_log10,
    format_loss,
    format_number,
    pick_whole_ticks,
    take_log10,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.8e-8, "1.8 × 10⁻⁸"),
        (0.14, "0.14"),
        (0.012, "0.012"),
        (0.0012, "1.2 × 10⁻³"),
        (1.0, "1.0"),
        (0.9999, "1.0"),
        (99.96, "100"),
        (999.6, "1.0 × 10³"),
        (-0.5, "−0.50"),
        (0.0, "0"),
        (math.inf, "∞"),
        (math.nan, "NaN"),
        (1e-40, "1.0 × 10⁻⁴⁰"),
    ],
)
def test_numbers_have_two_figures_and_real_superscripts(value: float, text: str) -> None:
    assert format_number(value) == text


@given(st.floats(1e-290, 1e290))
def test_a_power_is_written_like_the_number_it_is(value: float) -> None:
    near = {format_number(value * nudge) for nudge in (1 - 1e-9, 1, 1 + 1e-9)}
    assert format_log10(math.log10(value)) in near


def test_powers_beyond_every_float_can_be_written() -> None:
    assert format_log10(-1234.0) == "1.0 × 10⁻¹²³⁴"


def test_logarithms_exist_only_where_a_log_axis_has_a_place() -> None:
    logs = take_log10([0.0, -1.0, math.inf, math.nan, 1e-320, 100.0])
    assert np.isnan(logs[:4]).all()
    assert logs[4] == pytest.approx(-320, abs=0.01)
    assert logs[5] == 2


@given(st.lists(st.floats(-320, 300), min_size=1, max_size=20))
def test_log_axis_holds_every_place_in_whole_decades(logs: list[float]) -> None:
    axis = fit_log_axis(logs, "relative")
    assert axis.low == int(axis.low)
    assert axis.high == int(axis.high)
    assert axis.low < min(logs)
    assert axis.high + OVERHANG + 1e-9 >= max(logs)
    assert axis.high >= 0
    assert 1 <= len(axis.ticks) <= MOST_TICKS
    assert all(axis.low <= tick.at <= axis.high for tick in axis.ticks)


@given(st.lists(st.lists(st.floats(-300, 300), min_size=1, max_size=5), min_size=2, max_size=6))
def test_log_axis_never_shrinks_until_it_is_refitted(passes: list[list[float]]) -> None:
    axis = None
    for logs in passes:
        grown = fit_log_axis(logs, "relative", axis)
        if axis is not None:
            assert grown.low <= axis.low
            assert grown.high >= axis.high
        axis = grown
    assert axis is not None
    assert fit_log_axis([0.0], "absolute", axis) == fit_log_axis([0.0], "absolute")


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_linear_axis_holds_every_value(values: list[float]) -> None:
    axis = fit_linear_axis(values, "loss", from_zero=False)
    slack = 1e-6 * (axis.high - axis.low)
    assert axis.low <= min(values) + slack
    assert axis.high >= max(values) - slack
    assert 2 <= len(axis.ticks) <= MOST_TICKS


@given(st.integers(0, 1), st.integers(1, 100_000))
def test_whole_ticks_are_few_and_in_range(first: int, last: int) -> None:
    ticks = pick_whole_ticks(first, last)
    assert len(ticks) <= MOST_TICKS + 1
    assert all(first <= tick <= last for tick in ticks)
    assert list(ticks) == sorted(set(ticks))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1e-5, "<0.001"),
        (0.0024, "0.0024"),
        (0.7192, "0.719"),
        (2_103.0, "2,103"),
        (3.2e8, "3×10⁸"),
        (math.inf, "∞"),
        (math.nan, "NaN"),
    ],
)
def test_a_loss_is_short_enough_for_its_box(value: float, text: str) -> None:
    assert format_loss(value) == text


def test_large_numbers_beside_a_linear_axis_are_short() -> None:
    axis = fit_linear_axis(np.array([0.0, 4.1e11]), "gradient")
    assert [tick.text for tick in axis.ticks][:2] == ["0", "2×10¹¹"]


@pytest.mark.parametrize(
    "values", [(0.69312, 0.69318), (0.0, 3e-7), (-2e-6, 5e-6), (41.0, 41.00002)]
)
def test_no_two_ticks_of_an_axis_say_the_same(values: tuple[float, float]) -> None:
    texts = [tick.text for tick in fit_linear_axis(values, "loss", from_zero=False).ticks]
    assert len(set(texts)) == len(texts) >= 3


@pytest.mark.parametrize("loss", [0.693147, 0.012, 1.3862943, 9.8765432, 43.21, 998.7, 0.6931])
@pytest.mark.parametrize("moves_by", [0.0, 1e-15, 1e-9, 1e-6])
def test_a_value_that_hardly_moves_has_short_numbers(loss: float, moves_by: float) -> None:
    values = [loss * (1 - moves_by), loss, loss * (1 + moves_by)]
    axis = fit_linear_axis(values, "loss", from_zero=False, most_ticks=5, finest=1e-4)
    texts = [tick.text for tick in axis.ticks]
    assert max(len(text.replace(".", "").lstrip("0")) for text in texts) <= 5
    assert len(set(texts)) == len(texts) >= 2
    assert axis.low <= min(values) < axis.high
    assert axis.low < max(values) <= axis.high
    for tick in axis.ticks:
        assert float(tick.text.replace(",", "")) == pytest.approx(
            tick.at, abs=1e-3 * (axis.high - axis.low)
        )
