"""One beat of a lecture by itself: its lanes as it ends, and its training as a movie."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from desktop.display.lanes import LaneSource
from desktop.display.options import DisplayOptions, ViewName
from desktop.export.footage import count_pictures
from desktop.export.movies import SECONDS_OF_TRAINING, MovieOrder, OnPages, PassAxes
from desktop.export.rehearsals import make_source
from desktop.kinds.table import kind_of
from desktop.lecture.dressing import choose_options
from desktop.lecture.scene_movie import check_beat, read_cues
from engine.document.experiment import Experiment
from engine.document.lanes import Lane
from engine.document.script import Cue
from engine.errors import RequestError
from engine.kinds.question import Question

if TYPE_CHECKING:
    from desktop.worker.headless_lecture import Glance


class BeatSources:
    """What a view of a beat is drawn from."""

    def __init__(
        self,
        document: Experiment,
        folder: Path | None,
        index: int,
        view: ViewName,
        lane: Lane | None = None,
    ) -> None:
        """Look a beat up.

        Args:
            document: with a lecture.
            folder: where relative paths of its tasks start.
            index: of the beat, from 0.
            view: what is to be drawn.
            lane: of two lanes one alone.

        Raises:
            RequestError: where there is no lecture, no such beat, or no such lane.
        """
        cues = read_cues(document)
        check_beat(cues, index)
        self.cue = cues[index]
        lanes = self.cue.lanes()
        if lane is not None and lane not in lanes:
            raise RequestError(f"Beat {index} has no {lane}: leave --lane out.")
        self.lanes: Mapping[Lane, Experiment] = lanes if lane is None else {lane: lanes[lane]}
        self._document, self._folder, self._view = document, folder, view
        options = choose_options(self.cue, DisplayOptions(), holds_guess=False)
        selected = self.cue.beat.select
        self.options = replace(options, selected_layer=selected, is_pinned=selected is not None)

    def check_pass(self) -> None:
        """Refuse a movie of a pass that the beat hides.

        Raises:
            RequestError: one sentence.
        """
        if self.options.hides_pass:
            raise RequestError(
                f"Beat {self.cue.index} hides its pass, so a movie of it shows nothing: choose "
                "another beat, or --movie scene."
            )

    def look(
        self, count: int = 1, progress: Callable[[int, int], None] | None = None
    ) -> Iterator[Glance]:
        """As it begins, so often while it trains, and as it ends."""
        from desktop.worker.headless_lecture import rehearse_beats

        return rehearse_beats(
            self._document,
            self._folder,
            [(self.cue.index, count)],
            self._ask,
            progress=progress,
        )

    def _ask(self, cue: Cue) -> Question | None:
        kind = kind_of(cue.baseline.network).display
        return kind.question_of(self._view)

    def take(self, glance: Glance) -> dict[Lane, LaneSource]:
        """The lanes that are drawn."""
        return {name: make_source(lane, glance.lanes[name]) for name, lane in self.lanes.items()}

    def measure(self, progress: Callable[[int, int], None] | None = None) -> dict[Lane, LaneSource]:
        """The lanes as the beat ends."""
        *_, last = self.look(progress=progress)
        return self.take(last)


class BeatTraining(OnPages):
    """The training of a beat, from where it begins to where it ends."""

    def __init__(self, order: MovieOrder, beat: BeatSources) -> None:
        """Plan a movie.

        Raises:
            RequestError: for a beat that does not train.
        """
        if beat.cue.beat.until is None:
            raise RequestError(f"Beat {beat.cue.index} does not train: choose one with `until`.")
        super().__init__(order, has_lanes=len(beat.lanes) > 1)
        self._beat = beat
        self.count = count_pictures(order.seconds or SECONDS_OF_TRAINING, self.fps)
        self._axes = PassAxes(beat.options)

    def takes(self) -> Iterator[Glance]:
        """One a picture."""
        glances = self._beat.look(max(1, self.count - 1), self.patience.check)
        if self.count == 1:
            next(glances)
        yield from glances

    def paint(self, take: Glance) -> Iterator[QImage]:
        """One picture."""
        yield self._page.paint(self._axes.resolve(self._beat.take(take), None, "baseline"))
