"""Movies of one experiment: its backward pass, and its training."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Literal

from PySide6.QtGui import QImage

from desktop.display.frame import DisplayFrame
from desktop.display.lanes import LaneSource, resolve_sources
from desktop.display.options import DisplayOptions, Playhead, ViewName
from desktop.export.footage import DEFAULT_FPS, Patience, count_pictures
from desktop.export.movie_file import LEAST_FPS, MOST_FPS, check_movies, check_size
from desktop.export.moving_page import MovingPage
from desktop.export.pictures import PLAIN, Style
from desktop.export.rehearsals import make_source
from desktop.export.sheets import make_sheet
from desktop.kinds.table import kind_of
from desktop.model.player import plan_pass
from desktop.style.theme import PROJECTOR, Theme
from engine.document.experiment import Experiment
from engine.document.lanes import Lane
from engine.errors import RequestError

MovieKind = Literal["pass", "training"]

LECTURE = "lecture"
"""What is drawn of a whole scene, in the place of a view."""

Sources = Mapping[Lane, LaneSource]
SECONDS_OF_TRAINING = 10.0
_BEFORE, _AFTER = 0.6, 1.8
"""Seconds in which the pass stands at the loss, and at its end."""
_REST = 0.1
"""Of the pictures of a training: so many show its end."""


@dataclass(frozen=True, slots=True)
class MovieOrder:
    """How a movie is to look."""

    view: ViewName = "theatre"
    size: tuple[int, int] = (1920, 1080)
    fps: int = DEFAULT_FPS
    seconds: float | None = None
    """How long it is; None: as long as it needs."""
    theme: Theme = PROJECTOR
    style: Style = PLAIN
    lane: Lane | None = None
    """Of two lanes one alone."""

    def check(self) -> None:
        """Refuse what cannot be, before any work is put into it.

        Raises:
            RequestError: one sentence.
        """
        check_movies()
        check_size(self.size)
        if not LEAST_FPS <= self.fps <= MOST_FPS:
            raise RequestError(
                f"A movie has {LEAST_FPS} to {MOST_FPS} pictures a second, not {self.fps}."
            )
        if self.seconds is not None:
            count_pictures(self.seconds, self.fps)
        make_sheet(self.theme, self.view, size=self.size)


class OnPages:
    """Pictures of one view, on one page; the axis of its bars only grows."""

    def __init__(self, order: MovieOrder, *, has_lanes: bool) -> None:
        self.size, self.fps = order.size, order.fps
        self.patience = Patience()
        sheet = make_sheet(order.theme, order.view, size=order.size, has_lanes=has_lanes)
        self._page = MovingPage(order.view, sheet, order.theme, order.style)

    def give_up(self) -> None:
        """Compute no more."""
        self.patience.end()

    def close(self) -> None:
        """Nothing more is painted."""
        self._page.close()


class PassMovie(OnPages):
    """A backward pass, from the loss to the input, at the pace of the window."""

    def __init__(
        self,
        order: MovieOrder,
        places: int,
        prepare: Callable[[], Sources],
        *,
        has_lanes: bool,
        options: DisplayOptions | None = None,
        edited: Lane = "baseline",
    ) -> None:
        """Plan a movie.

        Args:
            order: how it looks.
            places: how many places the pass goes through, the input not counted.
            prepare: what is drawn, with the pass; may take long.
            has_lanes: whether that is two lanes.
            options: what is chosen besides.
            edited: of two lanes the one that the panels show.
        """
        super().__init__(order, has_lanes=has_lanes)
        self._last = places + 1
        self._prepare, self._edited = prepare, edited
        self._options = options or DisplayOptions()
        motion = sum(move.seconds for move in plan_pass(self._last, is_slow=False))
        self._natural = _BEFORE + motion + _AFTER
        self._seconds = self._natural if order.seconds is None else order.seconds
        self.count = count_pictures(self._seconds, self.fps)

    def playhead_at(self, number: int) -> Playhead:
        """Where the pass stands in a picture, from 0."""
        at = number / self.fps * self._natural / self._seconds
        moving = self._natural - _BEFORE - _AFTER
        share = min(1.0, max(0.0, (at - _BEFORE) / moving))
        return Playhead(share * self._last, self._last + 1, is_playing=0.0 < share < 1.0)

    def takes(self) -> Iterator[Sources]:
        """All is painted from the same measurement."""
        yield self._prepare()

    def paint(self, take: Sources) -> Iterator[QImage]:
        """The pass, picture by picture."""
        axes = PassAxes(self._options)
        shown: tuple[Playhead, QImage] | None = None
        for number in range(self.count):
            playhead = self.playhead_at(number)
            if shown is None or shown[0] != playhead:
                display = axes.resolve(take, playhead, self._edited)
                shown = playhead, self._page.paint(display)
            yield shown[1]


class TrainingMovie(OnPages):
    """A training from its first pass to its last, in equal leaps of iterations."""

    def __init__(
        self,
        order: MovieOrder,
        lanes: Mapping[Lane, Experiment],
        folder: Path | None,
        iterations: int,
        options: DisplayOptions | None = None,
        edited: Lane = "baseline",
    ) -> None:
        """Plan a movie.

        Args:
            order: how it looks.
            lanes: what is trained, from its first weights.
            folder: where relative paths of the documents start.
            iterations: how far.
            options: what is chosen besides.
            edited: of two lanes the one that the panels show.
        """
        super().__init__(order, has_lanes=len(lanes) > 1)
        self._view = order.view
        self._lanes, self._folder, self._iterations = lanes, folder, iterations
        self._options, self._edited = options or DisplayOptions(), edited
        self.count = count_pictures(order.seconds or SECONDS_OF_TRAINING, self.fps)
        self._axes = PassAxes(replace(self._options, film=(0, iterations)))

    def iteration_at(self, number: int) -> int:
        """Which pass a picture shows, from 0."""
        moving = max(1, self.count - 1 - int(_REST * self.count))
        return round(min(1.0, number / moving) * self._iterations)

    def _list_stops(self) -> list[tuple[int, int]]:
        """The iterations that are shown, and in how many pictures each."""
        shown = (self.iteration_at(number) for number in range(self.count))
        return [(stop, len(list(pictures))) for stop, pictures in groupby(shown)]

    def takes(self) -> Iterator[tuple[Sources, int]]:
        """Of every iteration that is shown, the lanes; and in how many pictures."""
        from desktop.worker.headless import rehearse_passes

        stops = self._list_stops()
        iterations = [stop for stop, _ in stops]
        rehearsals = []
        for experiment in self._lanes.values():
            question = kind_of(experiment.network).display.question_of(self._view)
            rehearsals.append(
                rehearse_passes(
                    experiment, self._folder, iterations, self.patience.check, question=question
                )
            )
        for (_, pictures), *shown in zip(stops, *rehearsals, strict=True):
            sources = {
                name: make_source(experiment, one)
                for (name, experiment), one in zip(self._lanes.items(), shown, strict=True)
            }
            yield sources, pictures

    def paint(self, take: tuple[Sources, int]) -> Iterator[QImage]:
        """One picture, as often as it is shown."""
        sources, pictures = take
        image = self._page.paint(self._axes.resolve(sources, None, self._edited))
        for _ in range(pictures):
            yield image


class PassAxes:
    """Frames in their order, on axes that only grow."""

    def __init__(self, options: DisplayOptions) -> None:
        self._options = replace(options, axis=None, lower_axis=None)

    def resolve(self, sources: Sources, playhead: Playhead | None, edited: Lane) -> DisplayFrame:
        """The next frame."""
        display = resolve_sources(sources, self._options, playhead, edited)
        lower = display.lower.flow
        self._options = replace(
            self._options,
            axis=display.flow.axis,
            lower_axis=None if lower is None else lower.axis,
        )
        return display
