"""A guess on the log axis: what strokes make of it, and how far off it was."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from desktop.display.options import DisplayOptions, Playhead
from desktop.display.pictures import FlowPicture
from desktop.display.resolve import resolve
from desktop.kinds.table import kind_of
from desktop.lecture.guess import draw_on, measure_error
from engine.tasks.loading import load
from engine.training.history import History
from engine.training.run import Run
from tests.synthetic import make_experiment


def test_a_stroke_goes_through_every_place_on_its_way_in_either_direction() -> None:
    drawn = draw_on({}, (1.0, -4.0), (5.0, 0.0), 5)
    assert drawn == pytest.approx({1: -4.0, 2: -3.0, 3: -2.0, 4: -1.0, 5: 0.0})
    assert draw_on({}, (5.0, 0.0), (1.0, -4.0), 5) == pytest.approx(drawn)


def test_a_later_stroke_draws_over_an_earlier_one_and_stays_on_the_axis() -> None:
    drawn = draw_on({1: 0.0, 2: 0.0, 3: 0.0}, (1.6, -2.0), (9.0, -2.0), 3)
    assert drawn == {1: 0.0, 2: -2.0, 3: -2.0}
    assert draw_on({}, (0.1, -1.0), (0.2, -1.0), 3) == {}


@pytest.fixture(scope="module")
def flow() -> FlowPicture:
    experiment = make_experiment(depth=4, units=8)
    frame = Run(experiment, load(experiment, None)).measure()
    kind = kind_of(experiment.network).display
    options, playhead = DisplayOptions(), Playhead.at_end_of(4)
    return resolve(kind, experiment, frame, History(), None, options, playhead).flow


def test_the_error_is_told_at_the_place_nearest_to_the_input(flow: FlowPicture) -> None:
    measured = {place: float(flow.places[place]) for place in (1, 2, 3)}
    error = measure_error({place: value + 2.0 for place, value in measured.items()}, flow)
    assert error is not None
    assert error.place == 1
    assert error.apart == pytest.approx(2.0)
    assert error.mean == pytest.approx(2.0)
    assert error.tell("layer").startswith("Layer 1: guessed ")
    assert error.tell("layer").endswith("100 times off (2.0 decades)")
    exact = measure_error(measured, flow)
    assert exact is not None
    assert exact.tell("layer").endswith(": right")


def test_an_exact_zero_is_said_as_one(flow: FlowPicture) -> None:
    values, places = flow.values.copy(), flow.places.copy()
    values[1], places[1] = 0.0, math.nan
    error = measure_error({1: -8.0}, replace(flow, values=values, places=places))
    assert error is not None
    assert error.tell("layer") == "Layer 1: guessed 1.0 × 10⁻⁸, measured exactly 0"


def test_before_a_pass_is_measured_there_is_no_error() -> None:
    experiment = make_experiment(depth=4, units=8)
    kind = kind_of(experiment.network).display
    options, playhead = DisplayOptions(hides_pass=True), Playhead.at_end_of(4)
    frame = Run(experiment, load(experiment, None)).measure()
    hidden = resolve(kind, experiment, frame, History(), None, options, playhead).flow
    assert measure_error({1: -3.0}, hidden) is None
    assert hidden.axis.low <= -10.0
    assert hidden.axis.high >= 2.0
