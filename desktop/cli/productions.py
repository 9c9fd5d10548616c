"""The command `render` for all that is more than one picture, and for the beats of a lecture."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop.display.lanes import resolve_sources
from desktop.display.lower_view import check_view
from desktop.export import pictures, tables
from desktop.export.footage import DEFAULT_FPS, Footage, Movie, Production
from desktop.export.movies import LECTURE, MovieOrder, PassMovie, TrainingMovie
from desktop.export.rehearsals import rehearse_lanes
from desktop.export.sheets import make_sheet
from desktop.kinds.table import kind_of
from desktop.lecture.beats import BeatSources, BeatTraining
from desktop.lecture.hand_out import HandOut
from desktop.lecture.scene_movie import SceneMovie
from desktop.lecture.slides import Slides
from desktop.style.theme import Theme
from engine.document.experiment import Experiment
from engine.document.lanes import Lane
from engine.errors import RequestError

Progress = Callable[[int, int], None]
Counter = Callable[[str], Progress | None]
"""Counts what it is called on a terminal; None where nobody watches."""
Lanes = Mapping[Lane, Experiment]


def render_movie(
    request: argparse.Namespace,
    experiment: Experiment,
    folder: Path | None,
    choose_lanes: Callable[[], Lanes],
    theme: Theme,
    count: Counter,
) -> None:
    """A pass, a training or a scene as a movie.

    Raises:
        GradientTheatreError: one sentence, for what cannot be, or cannot be written.
    """
    kind = request.movie or ("scene" if request.view == LECTURE else "pass")
    is_of_scene = kind == "scene"
    if is_of_scene and request.view not in (LECTURE, "theatre"):
        raise RequestError("A movie of a scene shows what a hall sees: its view is the theatre.")
    if not is_of_scene and request.view == LECTURE:
        raise RequestError(f"A movie of a {kind} shows a view, such as the theatre.")
    if is_of_scene and request.lane is not None:
        raise RequestError("A movie of a scene shows the lanes of its beats: leave --lane out.")
    order = _read_order(request, theme)
    order.check()
    application = QApplication.instance() or QApplication([])
    footage = _plan(kind, request, experiment, folder, choose_lanes, order, count)
    _make(Movie(footage), request.out, count("picture"))
    del application


def _plan(
    kind: str,
    request: argparse.Namespace,
    experiment: Experiment,
    folder: Path | None,
    choose_lanes: Callable[[], Lanes],
    order: MovieOrder,
    count: Counter,
) -> Footage:
    if kind == "scene":
        return SceneMovie(experiment, folder, order, request.beat)
    told = count("iteration")
    if request.beat is not None:
        beat = BeatSources(experiment, folder, request.beat, order.view, request.lane)
        _check_views(beat.lanes, order)
        if kind == "training":
            return BeatTraining(order, beat)
        beat.check_pass()
        return PassMovie(
            order,
            _count_places(beat.lanes),
            lambda: beat.measure(told),
            has_lanes=len(beat.lanes) > 1,
            options=beat.options,
        )
    lanes = choose_lanes()
    _check_views(lanes, order)
    if kind == "training":
        iterations = max(lane.training.iterations for lane in lanes.values())
        return TrainingMovie(order, lanes, folder, iterations)
    return PassMovie(
        order,
        _count_places(lanes),
        lambda: rehearse_lanes(lanes, folder, order.view, told),
        has_lanes=len(lanes) > 1,
    )


def render_lecture(
    request: argparse.Namespace,
    experiment: Experiment,
    folder: Path | None,
    theme: Theme,
    count: Counter,
) -> None:
    """A scene's hand-out, or its slides.

    Raises:
        GradientTheatreError: one sentence, for what cannot be, or cannot be written.
    """
    ending = request.out.suffix.lower()
    if ending not in (".pdf", ".png"):
        raise RequestError(
            "A lecture is rendered as a hand-out (.pdf), slides (.png) or a movie (.mp4)."
        )
    if isinstance(request.size, float) or (ending == ".pdf" and request.size is not None):
        raise RequestError("Slides have a size in pixels, such as 1920x1080; a hand-out is A4.")
    application = QApplication.instance() or QApplication([])
    production: Production
    if ending == ".pdf":
        production = HandOut(experiment, folder, request.beat)
    else:
        size = request.size or (1920, 1080)
        make_sheet(theme, size=size)
        production = Slides(experiment, folder, size, theme, request.beat)
    _make(production, request.out, count("beat"))
    del application


def render_beat(
    request: argparse.Namespace,
    experiment: Experiment,
    folder: Path | None,
    theme: Theme,
    count: Counter,
) -> None:
    """A view of a beat, as it ends.

    Raises:
        GradientTheatreError: one sentence, for what cannot be, or cannot be written.
    """
    is_width = isinstance(request.size, float)
    beat = BeatSources(experiment, folder, request.beat, request.view, request.lane)
    for lane in beat.lanes.values():
        check_view(kind_of(lane.network).display, request.view, lane.network)
    sheet = make_sheet(
        theme,
        request.view,
        size=None if is_width else request.size,
        width_mm=request.size if is_width else None,
        dpi=request.dpi,
        has_lanes=len(beat.lanes) > 1,
    )
    picture = resolve_sources(beat.measure(count("iteration")), beat.options)
    if request.out.suffix.lower() == ".csv":
        tables.export_table(picture, request.view, request.out)
        return
    application = QApplication.instance() or QApplication([])
    pictures.export_picture(picture, request.view, request.out, sheet, theme)
    del application


def _read_order(request: argparse.Namespace, theme: Theme) -> MovieOrder:
    if isinstance(request.size, float):
        raise RequestError("A movie's size is in pixels, such as 1920x1080.")
    return MovieOrder(
        view="theatre" if request.view == LECTURE else request.view,
        size=request.size or (1920, 1080),
        fps=DEFAULT_FPS if request.fps is None else request.fps,
        seconds=request.seconds,
        theme=theme,
    )


def _check_views(lanes: Lanes, order: MovieOrder) -> None:
    for lane in lanes.values():
        check_view(kind_of(lane.network).display, order.view, lane.network)


def _count_places(lanes: Lanes) -> int:
    return max(kind_of(lane.network).display.count_places(lane) for lane in lanes.values())


def _make(production: Production, file: Path, progress: Progress | None) -> None:
    for done in production.make(file):
        if progress is not None:
            progress(done, production.count)
