"""What a hall sees of a scene, painted without a window: for movies and slides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter, QRegion
from PySide6.QtWidgets import QLayout

from desktop.display.frame import DisplayFrame
from desktop.display.lanes import LaneSource, resolve_sources
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.resolve_aside import resolve_aside
from desktop.export.rehearsals import make_source
from desktop.kinds.table import kind_of, make_panels
from desktop.lecture.aside import PAINTED
from desktop.lecture.asking import Asking
from desktop.lecture.dressing import choose_options
from desktop.lecture.hall import HallWindow
from desktop.lecture.hall_switches import HallSwitches
from desktop.lecture.moment import Moment
from desktop.style.theme import Theme, load_fonts
from engine.document.experiment import Experiment
from engine.document.lanes import Lane
from engine.document.script import Cue
from engine.kinds.question import Question

if TYPE_CHECKING:
    from desktop.worker.headless_lecture import Glance

_TURNS = 3


def ask_of(cue: Cue) -> Question | None:
    """What the lower view of a beat needs measured."""
    options = choose_options(cue, DisplayOptions(), holds_guess=False)
    if options.is_lower_folded:
        return None
    kind = kind_of(cue.baseline.network).display
    if options.lower_view == "words":
        return kind.question_of_words(options.words)
    return kind.question_of(options.lower_view)


class SceneFrames:
    """Display frames of a scene in their order; in a beat the axes only grow."""

    def __init__(self, cues: tuple[Cue, ...]) -> None:
        self._asking = Asking(cues)
        self._options = DisplayOptions()
        self._index = -1

    def resolve(self, glance: Glance, playhead: Playhead | None = None) -> DisplayFrame:
        """What is drawn at a moment of a beat.

        Args:
            glance: the lanes.
            playhead: where the pass stands; at its end without one.
        """
        cue = glance.cue
        if cue.index != self._index:
            self._index = cue.index
            holds_guess = self._asking.find_curve(cue.index) is not None
            options = choose_options(cue, DisplayOptions(), holds_guess=holds_guess)
            selected = cue.beat.select
            self._options = replace(
                options, selected_layer=selected, is_pinned=selected is not None
            )
        display = resolve_sources(_list_sources(glance), self._options, playhead)
        lower = display.lower.flow
        self._options = replace(
            self._options,
            axis=display.flow.axis,
            lower_axis=None if lower is None else lower.axis,
        )
        return display

    def resolve_updates(self, glance: Glance) -> DisplayFrame | None:
        """The update of every matrix as bars, where a beat asks for them and there are any."""
        kind = kind_of(glance.cue.baseline.network).display
        if glance.cue.beat.lower != "update" or not kind.update_quantity:
            return None
        quantities = {kind.name: kind.update_quantity}
        options = replace(self._options, quantities=quantities, axis=None)
        return resolve_sources(_list_sources(glance), options)


def _list_sources(glance: Glance) -> dict[Lane, LaneSource]:
    experiments: Mapping[Lane, Experiment] = glance.cue.lanes()
    return {name: make_source(experiments[name], one) for name, one in glance.lanes.items()}


class ScenePictures:
    """The hall's layout, of any size, painted."""

    def __init__(self, document: Experiment, cues: tuple[Cue, ...], theme: Theme) -> None:
        load_fonts()
        lecture = document.lecture
        assert lecture is not None
        self._lecture, self._cues = lecture, cues
        self._asking = Asking(cues)
        self._hall = HallWindow(HallSwitches(make_panels(), lecture.switches))
        if theme.is_dark:
            self._hall.change_light()

    def set_size(self, size: tuple[int, int]) -> None:
        """Lay it out anew."""
        self._hall.resize(*size)

    def paint_title(self) -> QImage:
        """The student's question."""
        lecture = self._lecture
        self._hall.show_moment(
            Moment(
                cue=self._cues[0],
                count=len(self._cues),
                following=self._cues[0],
                record=None,
                question=lecture.question,
                chapter=lecture.chapter,
            )
        )
        return self._paint()

    def paint(
        self,
        glance: Glance,
        display: DisplayFrame,
        updates: DisplayFrame | None,
        *,
        is_marked: bool,
    ) -> QImage:
        """A moment of a beat.

        Args:
            glance: with the sentence.
            display: what is drawn.
            updates: the bars of the update, where the beat asks for them.
            is_marked: whether the right one of its choices is marked.
        """
        hall, cue = self._hall, glance.cue
        moment = Moment(
            cue=cue,
            count=len(self._cues),
            following=None,
            record=glance.record,
            is_training=not glance.record.is_complete,
            is_marked=is_marked,
        )
        hall.switches.begin(cue.baseline)
        hall.show_moment(moment)
        asked = self._asking.find_choices(cue.index)
        if asked is None:
            hall.choices.show_moment(moment, (), None)
        else:
            hall.choices.show_moment(moment, asked.beat.choices, asked.beat.answer)
        hall.share_stage()
        hall.show_frame(display)
        hall.show_details(display)
        answer = glance.lanes["baseline"].answer
        for view in hall.aside.shown:
            if view in PAINTED:
                shown = display if updates is None else updates
                blocks = resolve_aside(view, shown, answer, cue.words, cue.watch)
                hall.aside.show_blocks(blocks)
        return self._paint()

    def _paint(self) -> QImage:
        image = QImage(self._hall.size(), QImage.Format.Format_RGB32)
        painter = QPainter(image)
        # A window that is not shown is laid out when it is painted, and what that changes at
        # the next time: its type follows its size, and its rooms follow the type.
        for _ in range(_TURNS):
            for layout in self._hall.findChildren(QLayout):
                layout.invalidate()
                layout.activate()
            self._hall.render(painter, QPoint(0, 0), QRegion(0, 0, 1, 1))
        self._hall.render(painter, QPoint(0, 0))
        painter.end()
        return image

    def close(self) -> None:
        """Nothing more is painted."""
        self._hall.deleteLater()
