"""A whole scene as a movie, or one of its beats: what a hall sees where nobody is in a hurry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtGui import QImage

from desktop.display.frame import DisplayFrame
from desktop.display.options import Playhead
from desktop.export.footage import Patience, count_pictures
from desktop.export.movies import MovieOrder
from desktop.kinds.table import kind_of
from desktop.lecture.asking import Asking
from desktop.lecture.scene_pictures import SceneFrames, ScenePictures, ask_of
from desktop.model.player import plan_pass
from engine import documents
from engine.document.experiment import Experiment
from engine.document.script import Cue
from engine.errors import RequestError

if TYPE_CHECKING:
    from desktop.worker.headless_lecture import Glance

Part = Literal["title", "pass", "training", "rest", "marked"]

_SECONDS_OF_TRAINING = 5.0
_WORDS_PER_SECOND, _LEAST_READ, _MOST_READ = 2.5, 3.5, 12.0
_AFTER_MOTION = 2.5
"""Seconds at least in which the end of a pass or of a training can be looked at."""
_MARKED = 3.0


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Some pictures of one kind."""

    beat: int
    """From 0; -1 of the title."""
    part: Part
    count: int


class SceneMovie:
    """Title, then beat after beat, as PageDown leads through them."""

    def __init__(
        self, document: Experiment, folder: Path | None, order: MovieOrder, beat: int | None = None
    ) -> None:
        """Plan a movie.

        Args:
            document: with a lecture.
            folder: where relative paths of its tasks start.
            order: how it looks; its view plays no part.
            beat: this one alone, from 0; None: all that are not optional.

        Raises:
            RequestError: for a document without a lecture, or without such a beat.
        """
        self.size, self.fps = order.size, order.fps
        self._document, self._folder = document, folder
        self._cues = read_cues(document)
        self._patience = Patience()
        if beat is not None:
            check_beat(self._cues, beat)
        self._asking = Asking(self._cues)
        self._stretches = self._plan(order, beat)
        self.count = sum(each.count for each in self._stretches)
        self._frames = SceneFrames(self._cues)
        self._pictures = ScenePictures(document, self._cues, order.theme)
        self._pictures.set_size(order.size)

    def _plan(self, order: MovieOrder, beat: int | None) -> list[_Stretch]:
        lecture = self._document.lecture
        assert lecture is not None
        parts: list[tuple[int, Part, float]] = []
        if beat is None and lecture.question:
            parts.append((-1, "title", _time_to_read(lecture.question)))
        for cue in self._cues:
            if cue.index == beat or (beat is None and not cue.beat.optional):
                parts += [(cue.index, *each) for each in self._plan_beat(cue)]
        natural = sum(seconds for *_, seconds in parts)
        whole = natural if order.seconds is None else order.seconds
        total = count_pictures(whole, self.fps)
        stretches, at, done = [], 0.0, 0
        for index, part, seconds in parts:
            at += seconds
            until = round(total * at / natural)
            stretches.append(_Stretch(index, part, until - done))
            done = until
        return stretches

    def _plan_beat(self, cue: Cue) -> Iterator[tuple[Part, float]]:
        beat = cue.beat
        reading = _time_to_read(" ".join((beat.sentence, *beat.choices)))
        motion = 0.0
        if beat.kind in ("play", "reveal", "compare"):
            moves = plan_pass(_count_stages(cue), is_slow=False)
            motion = sum(move.seconds for move in moves) / beat.speed
            yield "pass", motion
        if beat.until is not None:
            motion += _SECONDS_OF_TRAINING
            yield "training", _SECONDS_OF_TRAINING
        yield "rest", max(_AFTER_MOTION if motion else 0.0, reading - motion)
        if beat.kind == "question" and beat.ask == "choice":
            yield "marked", _MARKED

    def takes(self) -> Iterator[tuple[Glance | None, list[_Stretch]]]:
        """Every glance, with the pictures that show it."""
        from desktop.worker.headless_lecture import rehearse_beats

        by_beat: dict[int, list[_Stretch]] = {}
        for stretch in self._stretches:
            by_beat.setdefault(stretch.beat, []).append(stretch)
        title = by_beat.pop(-1, None)
        if title is not None:
            yield None, title
        trained = {
            index: sum(each.count for each in parts if each.part == "training")
            for index, parts in by_beat.items()
        }
        # The first picture of a training shows how it begins, which is a glance more.
        glances = [(index, max(1, count - 1)) for index, count in trained.items()]
        for glance in rehearse_beats(
            self._document, self._folder, glances, ask_of, progress=self._patience.check
        ):
            index = glance.cue.index
            one = [_Stretch(index, "training", 1)]
            if glance.cue.beat.until is None:
                yield glance, by_beat[index]
            elif glance.record.is_complete:
                rest = [each for each in by_beat[index] if each.part in ("rest", "marked")]
                yield glance, rest if trained[index] == 0 else one + rest
            elif trained[index] > 1:
                yield glance, one

    def paint(self, take: tuple[Glance | None, list[_Stretch]]) -> Iterator[QImage]:
        """The pictures of a glance."""
        glance, stretches = take
        for stretch in stretches:
            if glance is None:
                yield from stretch.count * [self._pictures.paint_title()]
            elif stretch.part == "pass":
                yield from self._paint_pass(glance, stretch.count)
            elif stretch.count:
                image = self._paint_at_rest(glance, is_marked=self._is_marked(glance, stretch))
                yield from stretch.count * [image]

    def _is_marked(self, glance: Glance, stretch: _Stretch) -> bool:
        index = glance.cue.index
        if stretch.part == "marked":
            return True
        if glance.cue.beat.kind == "question":
            return False
        is_at_end = stretch.part == "rest"
        return self._asking.is_resolved(index, is_at_end=is_at_end)

    def _paint_at_rest(self, glance: Glance, *, is_marked: bool) -> QImage:
        display = self._frames.resolve(glance)
        updates = self._frames.resolve_updates(glance)
        return self._pictures.paint(glance, display, updates, is_marked=is_marked)

    def _paint_pass(self, glance: Glance, count: int) -> Iterator[QImage]:
        last = _count_stages(glance.cue)
        is_marked = self._asking.is_resolved(glance.cue.index, is_at_end=False)
        updates: DisplayFrame | None = None
        for number in range(count):
            playhead = Playhead(number / count * last, last + 1, is_playing=number > 0)
            display = self._frames.resolve(glance, playhead)
            updates = updates or self._frames.resolve_updates(glance)
            yield self._pictures.paint(glance, display, updates, is_marked=is_marked)

    def give_up(self) -> None:
        """Compute no more."""
        self._patience.end()

    def close(self) -> None:
        """Nothing more is painted."""
        self._pictures.close()


def read_cues(document: Experiment) -> tuple[Cue, ...]:
    """The cues of a document's beats.

    Raises:
        RequestError: for a document without a lecture.
    """
    if document.lecture is None:
        raise RequestError("The document has no `lecture`, so there are no beats to show.")
    return documents.read_script(document)


def check_beat(cues: tuple[Cue, ...], beat: int) -> None:
    """Refuse a beat that there is not.

    Raises:
        RequestError: one sentence.
    """
    if not 0 <= beat < len(cues):
        raise RequestError(f"The lecture has beats from 0 to {len(cues) - 1}, and no beat {beat}.")


def _time_to_read(text: str) -> float:
    seconds = 1.0 + len(text.split()) / _WORDS_PER_SECOND
    return min(_MOST_READ, max(_LEAST_READ, seconds))


def _count_stages(cue: Cue) -> int:
    """The last stage of the pass of the longer lane."""
    places = [kind_of(lane.network).display.count_places(lane) for lane in cue.lanes().values()]
    return max(places) + 1
