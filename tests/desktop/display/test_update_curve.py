"""Update : weight over the iterations: in their order, and with its gaps."""

from __future__ import annotations

import math

import numpy as np

from desktop.display.update_curve import plot_updates
from engine.training.history import NO_UPDATES, UpdateRows


def make_rows(
    iterations: list[int], ratios: list[float], high: list[float] | None = None
) -> UpdateRows:
    at = np.array(iterations)
    low = np.array(ratios)[:, None]
    return UpdateRows(
        at, at, np.ones_like(at), low, low if high is None else np.array(high)[:, None]
    )


def test_each_recorded_iteration_is_a_point_at_its_height() -> None:
    picture = plot_updates(make_rows([0, 1, 2], [1e-2, 1e-3, 1e-4]), 0, 2)
    assert picture is not None
    (curve,) = picture.curves
    heights = dict(zip(*curve.points.tolist(), strict=True))
    assert sorted(heights) == [0.0, 1.0, 2.0]
    assert picture.guide is not None
    assert math.isclose(heights[1.0], picture.guide.height), "10⁻³ lies on its own line"
    assert math.isclose(heights[0.0] - heights[1.0], heights[1.0] - heights[2.0])
    assert picture.words == "Recorded in 3 of 3 iterations."


def test_the_line_breaks_where_iterations_were_not_recorded() -> None:
    picture = plot_updates(make_rows([0, 1, 50, 51], [1e-3] * 4), 0, 99)
    assert picture is not None
    x, y = picture.curves[0].line
    breaks = x[np.isnan(y)]
    assert 1.0 in breaks
    assert 0.0 not in breaks
    assert 50.0 not in breaks
    assert picture.words == "Recorded in 4 of 100 iterations."
    assert picture.high >= 99


def test_what_has_no_place_on_the_axis_is_said() -> None:
    picture = plot_updates(make_rows([0, 1, 2, 3], [0.0, math.nan, math.inf, 1e-3]), 0, 3)
    assert picture is not None
    assert picture.curves[0].points.shape == (2, 2), "one point, low and high"
    assert picture.words == (
        "Recorded in 4 of 4 iterations, exactly 0 in 1 iteration, infinite in 1 iteration, "
        "without a number (weights of 0, or no update) in 1 iteration."
    )
    nothing = plot_updates(make_rows([0], [0.0]), 0, 0)
    assert nothing is not None
    assert not nothing.curves[0].points.size


def test_a_thinned_stretch_reaches_from_its_least_to_its_largest() -> None:
    rows = UpdateRows(
        np.array([0, 4]), np.array([3, 7]), np.array([4, 2]), np.array([[1e-4], [1e-5]]),
        np.array([[1e-2], [1e-3]]),
    )  # fmt: skip
    picture = plot_updates(rows, 0, 7)
    assert picture is not None
    x, y = picture.curves[0].line
    assert x[0] == x[1] == 1.5
    assert y[1] > y[0]
    assert np.isnan(y[2]), "the second stretch has gaps, so it is not joined"
    assert picture.words.startswith("Recorded in 6 of 8")


def test_before_the_first_pass_there_is_nothing() -> None:
    assert plot_updates(NO_UPDATES, 0, 0) is None
