"""Bars that ease toward the newest pass."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from desktop.display.easing import ease_flow
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.pictures import FlowPicture
from desktop.display.resolve import resolve
from desktop.kinds.table import kind_of
from engine.training.history import History
from tests.synthetic import make_experiment, make_frame, make_trace


def make_flow() -> FlowPicture:
    frame = make_frame(make_trace())
    playhead = Playhead.at_end_of(10)
    experiment = make_experiment()
    return resolve(
        kind_of(experiment.network).display,
        experiment,
        frame,
        History(),
        None,
        DisplayOptions(),
        playhead,
    ).flow


def test_the_first_picture_is_drawn_at_once() -> None:
    flow = make_flow()
    assert ease_flow(None, flow) is flow


def test_bars_come_nearer_and_arrive() -> None:
    goal = make_flow()
    shown = replace(goal, places=goal.places - 2.0)
    distances = []
    for _ in range(30):
        shown = ease_flow(shown, goal)
        distances.append(float(np.max(np.abs(shown.places - goal.places))))
    assert shown is goal
    assert distances == sorted(distances, reverse=True)


def test_words_are_those_of_the_goal() -> None:
    goal = make_flow()
    shown = ease_flow(replace(goal, places=goal.places - 2.0, headline="old"), goal)
    assert shown.headline == goal.headline


def test_a_bar_that_leaves_the_axis_jumps() -> None:
    goal = make_flow()
    places = goal.places.copy()
    places[1] = np.nan
    shown = ease_flow(goal, replace(goal, places=places))
    assert np.isnan(shown.places[1])


def test_another_quantity_jumps() -> None:
    goal = make_flow()
    old = replace(goal, places=goal.places - 2.0, quantity="gradient_z")
    assert ease_flow(old, goal) is goal
