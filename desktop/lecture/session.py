"""A lecture in progress: which beat it is, and what a press of a key leads to.

Knows no window. The worker plays the beats (`TrainingController.perform`), the frame loop draws
them, and this says which.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.frame_loop import FrameLoop
from desktop.lecture.asking import Asking
from desktop.lecture.dressing import choose_options
from desktop.lecture.moment import Moment
from desktop.model.lanes import Lanes, Network
from desktop.model.player import SPEEDS, Player
from desktop.model.workspace import Workspace
from desktop.worker.controller import TrainingController
from engine import documents
from engine.document.experiment import Experiment
from engine.document.lanes import Lane
from engine.document.script import Cue
from engine.records.beat import BeatRecord

RUNS: dict[Lane, int] = {"baseline": 0, "variant": 1}
"""The numbers that the runs of the lanes have, in every beat."""


class LectureSession(QObject):
    """The beats of one document, and where among them the lecture stands."""

    moment_changed = Signal(object)
    """A `Moment`."""
    switch_pressed = Signal(int)
    """The number of a switch, where no choice is asked for."""

    def __init__(
        self,
        document: Experiment,
        folder: Path | None,
        workspace: Workspace,
        controller: TrainingController,
        player: Player,
        frame_loop: FrameLoop,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.document = document
        self.cues = documents.read_script(document)
        self._asking = Asking(self.cues)
        self._folder = folder
        self._workspace = workspace
        self._controller = controller
        self._player = player
        self._frame_loop = frame_loop
        self._taken: set[int] = set()
        self._moment: Moment | None = None
        self._guesses: dict[int, int] = {}
        self._curves: dict[int, dict[int, float]] = {}

    @property
    def moment(self) -> Moment:
        """What is shown now.

        Raises:
            LookupError: before the first beat.
        """
        if self._moment is None:
            raise LookupError("the lecture has not begun")
        return self._moment

    @property
    def index(self) -> int:
        """The beat, from 0; -1 before the first one."""
        return -1 if self._moment is None else self._moment.cue.index

    @property
    def taken(self) -> frozenset[int]:
        """The optional beats that will be played."""
        return frozenset(self._taken)

    def take(self, index: int, is_taken: bool) -> None:
        """Take an optional beat in, with those of its branch before it, or leave it out."""
        if not self.cues[index].beat.optional:
            return
        if is_taken:
            while index >= 0 and self.cues[index].beat.optional:
                self._taken.add(index)
                index -= 1
        else:
            while index < len(self.cues) and self.cues[index].beat.optional:
                self._taken.discard(index)
                index += 1
        if self._moment is not None:
            self._change(following=self._find_following(self.index))

    # Where to

    @Slot()
    def begin(self, index: int = 0) -> None:
        """Show the student's question; or play the beat at which the lecture was left."""
        if index == 0 and self._show_title():
            return
        self.go(index)

    @Slot()
    def press_next(self) -> None:
        """Complete what moves; mark a question's right choice; then play the next beat."""
        if self._moment is None or self._complete_motion():
            return
        if self._moment.is_title:
            self.go(self._moment.cue.index)
            return
        beat = self._moment.beat
        if beat.kind == "question" and beat.ask == "choice" and not self._moment.is_marked:
            self._change(is_marked=True)
            return
        following = self._moment.following
        if following is not None:
            self.go(following.index)

    @Slot()
    def press_previous(self) -> None:
        """Stand at the end of the beat before."""
        before = [cue for cue in self._list_played() if cue.index < self.index]
        if before:
            self.go(before[-1].index, is_at_end=True)
        else:
            self._show_title()

    @Slot()
    def go_to_first(self) -> None:
        """The first beat."""
        played = self._list_played()
        self.go(played[0].index)

    @Slot()
    def go_to_last(self) -> None:
        """The last beat."""
        played = self._list_played()
        self.go(played[-1].index, is_at_end=True)

    def _show_title(self) -> bool:
        """The student's question before the first beat; whether there is one."""
        lecture = self.document.lecture
        if lecture is None or not lecture.question:
            return False
        first = next(iter(self._list_played()), self.cues[0])
        self._controller.pause()
        self._moment = Moment(
            cue=first,
            count=len(self.cues),
            following=first,
            record=None,
            question=lecture.question,
            chapter=lecture.chapter,
        )
        self.moment_changed.emit(self._moment)
        return True

    def go(self, index: int, *, is_at_end: bool = False) -> None:
        """Play any beat, or stand at its end."""
        cue = self.cues[index]
        if cue.beat.optional:
            self.take(index, is_taken=True)
        self._controller.pause()
        self._dress(cue)
        self._moment = Moment(
            cue=cue,
            count=len(self.cues),
            following=self._find_following(index),
            record=None,
            is_marked=self._asking.is_resolved(index, is_at_end=is_at_end),
            chosen=self._find_chosen(index),
        )
        self._controller.inspect(cue.beat.select if cue.beat.lower == "phi" else None)
        self._controller.perform(self.document, self._folder, index, RUNS, is_at_end=is_at_end)
        self.moment_changed.emit(self._moment)

    def _list_played(self) -> list[Cue]:
        return [cue for cue in self.cues if not cue.beat.optional or cue.index in self._taken]

    def _find_following(self, index: int) -> Cue | None:
        return next((cue for cue in self._list_played() if cue.index > index), None)

    def _complete_motion(self) -> bool:
        """Let what moves come to its end; whether anything moved."""
        if self._moment is not None and self._moment.is_training:
            self._controller.hurry()
            if not self._controller.is_training:
                self.train_or_pause()  # it was paused on the way
            return True
        if self._player.is_playing:
            self._player.go_to_input()
            return True
        return False

    # What is shown

    def _dress(self, cue: Cue) -> None:
        """Put the lanes of a beat, its selection and what it lays beside them in their places."""
        beat = cue.beat
        variant = None if cue.variant is None else Network(cue.variant, RUNS["variant"])
        self._workspace.stand_at(Lanes(Network(cue.baseline, RUNS["baseline"]), variant))
        self._workspace.select(beat.select, is_pinned=beat.select is not None)
        self._player.set_speed(beat.speed)
        self._frame_loop.choose(
            choose_options(
                cue,
                self._frame_loop.options,
                holds_guess=self._asking.find_curve(cue.index) is not None,
            )
        )

    @Slot(object)
    def note_beat(self, record: BeatRecord) -> None:
        """The worker stands at the beat, or has come to its end."""
        moment = self._moment
        if moment is None or moment.is_title or record.index != moment.cue.index:
            return
        beat = moment.beat
        if moment.record is None and beat.kind in ("play", "reveal", "compare"):
            self._frame_loop.tick()  # the pass that is played is the new one
            self._player.replay()
        self._change(record=record, is_training=not record.is_complete)
        self.note_motion()

    @Slot()
    def note_motion(self) -> None:
        """Mark the right choice once the beat that tells it has come to rest."""
        moment = self._moment
        if moment is None or moment.is_marked or moment.record is None:
            return
        is_still = self._player.playhead.at_end() and not self._player.is_playing
        if (
            is_still
            and moment.record.is_complete
            and self._asking.resolves(moment.beat.kind)
            and self._asking.has_open_choice(moment.cue.index)
        ):
            self._change(is_marked=True)

    def press_number(self, number: int) -> None:
        """The digit of the choice that won the show of hands; else a switch is meant."""
        moment = self._moment
        if moment is None or moment.beat.ask != "choice":
            self.switch_pressed.emit(number)
            return
        if 1 <= number <= len(moment.beat.choices):
            self._guesses[moment.cue.index] = number - 1
            self._change(chosen=number - 1)

    def keep_curve(self, curve: dict[int, float]) -> None:
        """What was drawn at a guess that is asked for now."""
        if self._moment is not None and self._moment.beat.ask == "curve":
            self._curves[self._moment.cue.index] = dict(curve)

    @property
    def curve(self) -> dict[int, float] | None:
        """The curve that was drawn, log10 by place, empty before; None where none is asked for."""
        asked = self._asking.find_curve(self.index)
        return None if asked is None else self._curves.get(asked.index, {})

    @property
    def asked(self) -> Cue | None:
        """The guess that is open, or was last: what stands over the pass until another one."""
        return self._asking.find(self.index)

    @property
    def has_choices(self) -> bool:
        """Whether choices are shown: until the beat is over that tells which one is right."""
        return self._asking.find_choices(self.index) is not None

    def _find_chosen(self, index: int) -> int | None:
        asked = self._asking.find(index)
        return None if asked is None else self._guesses.get(asked.index)

    # What is done besides

    @Slot()
    def improvise(self, _experiment: object = None) -> None:
        """A switch was thrown: what the lanes are now no beat has said."""
        workspace = self._workspace
        if self._moment is not None and self._moment.is_training:
            self._change(is_training=False)  # what the beat would have told is not measured now
        self._controller.show(workspace.lanes.experiments, self._folder, False, workspace.run)

    @Slot()
    def train_or_pause(self) -> None:
        """Go on with the training of the beat, or beyond it; or pause."""
        if self._controller.is_training:
            self._controller.pause()
            return
        until = None if self._moment is None else self._moment.beat.until
        planned = self._workspace.experiment.training.iterations
        goal = planned if until is None else until.iterations
        self._controller.train(goal if goal > self._frame_loop.iteration else None)

    def change_speed(self, by: int) -> None:
        """Play the pass faster or slower."""
        nearest = min(SPEEDS, key=lambda speed: abs(speed - self._player.speed))
        place = SPEEDS.index(nearest) + by
        self._player.set_speed(SPEEDS[min(max(place, 0), len(SPEEDS) - 1)])

    def list_jumps(self) -> Iterable[Cue]:
        """Every beat, for a list to jump from."""
        return self.cues

    def _change(self, **named: object) -> None:
        assert self._moment is not None
        self._moment = replace(self._moment, **named)  # type: ignore[arg-type]
        self.moment_changed.emit(self._moment)
