"""The command `render` for movies."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop.display.lower_view import check_view
from desktop.export.footage import DEFAULT_FPS, Footage, film
from desktop.export.movies import MovieOrder, PassMovie, TrainingMovie
from desktop.export.rehearsals import rehearse_lanes
from desktop.kinds.table import kind_of
from desktop.style.theme import Theme
from engine.document.experiment import Experiment
from engine.document.lanes import Lane
from engine.errors import RequestError

Progress = Callable[[int, int], None]
Counter = Callable[[str], Progress | None]
"""Counts what it is called on a terminal; None where nobody watches."""


def render_movie(
    request: argparse.Namespace,
    lanes: Mapping[Lane, Experiment],
    folder: Path | None,
    theme: Theme,
    count: Counter,
) -> None:
    """A pass or a training as a movie.

    Raises:
        GradientTheatreError: one sentence, for what cannot be, or cannot be written.
    """
    order = read_order(request, theme)
    order.check()
    for lane in lanes.values():
        check_view(kind_of(lane.network).display, order.view, lane.network)
    application = QApplication.instance() or QApplication([])
    if request.movie == "training":
        iterations = max(lane.training.iterations for lane in lanes.values())
        footage: Footage = TrainingMovie(order, lanes, folder, iterations)
    else:
        places = max(kind_of(lane.network).display.count_places(lane) for lane in lanes.values())
        footage = PassMovie(
            order,
            places,
            lambda: rehearse_lanes(lanes, folder, order.view, count("iteration")),
            has_lanes=len(lanes) > 1,
        )
    make(footage, request.out, count("picture"))
    del application


def read_order(request: argparse.Namespace, theme: Theme) -> MovieOrder:
    """What the arguments say of a movie's looks.

    Raises:
        RequestError: for a size on paper.
    """
    if isinstance(request.size, float):
        raise RequestError("A movie's size is in pixels, such as 1920x1080.")
    return MovieOrder(
        view=request.view,
        size=request.size or (1920, 1080),
        fps=DEFAULT_FPS if request.fps is None else request.fps,
        seconds=request.seconds,
        theme=theme,
    )


def make(footage: Footage, file: Path, progress: Progress | None) -> None:
    """Make a movie to its end."""
    for done in film(footage, file):
        if progress is not None:
            progress(done, footage.count)
