"""Playing a captured backward pass: a timer that moves a frozen `Playhead`."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from desktop.display.options import Playhead
from engine.records.record import Phase

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
SECONDS_PER_STAGE = 0.35
SECONDS_PER_PASS = 5.0
"""Of a pass with more stages than `MOST_TIMED_STAGES`."""
MOST_TIMED_STAGES = 12
SECONDS_PER_PHASE = 1.25


@dataclass(frozen=True, slots=True)
class Move:
    """One motion of the playhead, from stage to stage within one phase."""

    start: float
    end: float
    seconds: float
    phase: Phase | None = None


def plan_pass(last: int, is_slow: bool) -> tuple[Move, ...]:
    """The motions of a whole pass over stages 0 ... last.

    In slow mode every named phase has its time, and the backward phase has it for
    each stage, up to as many stages as can be followed one by one.
    """
    per_stage = SECONDS_PER_STAGE if last <= MOST_TIMED_STAGES else SECONDS_PER_PASS / last
    if not is_slow:
        return tuple(Move(stage, stage + 1, per_stage) for stage in range(last))
    pace = SECONDS_PER_PHASE * min(1.0, MOST_TIMED_STAGES / last)
    return (
        Move(0, 0, SECONDS_PER_PHASE, "forward"),
        Move(0, 0, SECONDS_PER_PHASE, "loss"),
        *(Move(stage, stage + 1, pace, "backward") for stage in range(last)),
        Move(last, last, SECONDS_PER_PHASE, "clip"),
        Move(last, last, SECONDS_PER_PHASE, "decay"),
        Move(last, last, SECONDS_PER_PHASE, "update"),
    )


class Player(QObject):
    """Play, pause, one stage, scrub; the playhead it announces is all that is drawn."""

    playhead_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._playhead = Playhead.at_end_of(1)
        self._moves: list[Move] = []
        self._elapsed = 0.0
        self._is_playing = False
        self._is_live = False
        self.speed = 1.0
        self.is_slow = False
        self.reduces_motion = False
        self._moment = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(16)
        self._timer.timeout.connect(self._tick)

    @property
    def playhead(self) -> Playhead:
        """Where the pass stands."""
        return self._playhead

    @property
    def is_playing(self) -> bool:
        """Whether the pass goes on by itself."""
        return self._is_playing

    def set_depth(self, depth: int) -> None:
        """Prepare for passes over this many layers; a changed depth ends what plays."""
        if self._playhead.depth != depth:
            self._rest(float(depth + 1), depth + 2)

    @Slot(bool)
    def set_live(self, is_live: bool) -> None:
        """While training runs every pass is drawn whole; then the last one can be played."""
        if is_live != self._is_live:
            self._is_live = is_live
            self._rest(float(self._playhead.last))

    @Slot()
    def replay(self) -> None:
        """Play the pass from the loss on."""
        if self._is_live:
            return
        self._moves = list(plan_pass(self._playhead.last, self.is_slow))
        self._start(is_playing=True)

    @Slot()
    def play_or_pause(self) -> None:
        """Pause, go on, or begin again from the loss at the end of a pass."""
        if self._is_live:
            return
        if self._is_playing:
            self._is_playing = False
            self._hold()
        elif self._has_ended():
            self.replay()
        else:
            self._moves = [self._shorten(move) for move in self._remaining()]
            self._start(is_playing=True)

    @Slot()
    def go_forward(self) -> None:
        """One stage towards the input, and from the end to the loss; completes a motion first."""
        if not self._moves and self._has_ended():
            self.go_to_loss()
        else:
            self.go(+1)

    @Slot()
    def go_back(self) -> None:
        """One stage towards the loss; during a motion, complete the motion."""
        self.go(-1)

    @Slot()
    def go_to_loss(self) -> None:
        """Stand at the loss, where nothing has been handed on yet."""
        self.scrub(0.0)

    @Slot()
    def go_to_input(self) -> None:
        """Stand at the end, where everything is lit."""
        self.scrub(float(self._playhead.last))

    @Slot(float)
    def scrub(self, position: float) -> None:
        """Stand at a position, in stages from the loss."""
        if not self._is_live:
            self._rest(min(float(self._playhead.last), max(0.0, position)))

    def set_speed(self, speed: float) -> None:
        """From 0.25 to 4 times."""
        self.speed = min(SPEEDS[-1], max(SPEEDS[0], speed))

    def set_slow(self, is_slow: bool) -> None:
        """Show every named phase with its caption; begins at the next replay."""
        if is_slow != self.is_slow:
            self.is_slow = is_slow
            self._rest(self._playhead.position)

    def set_reduced_motion(self, is_reduced: bool) -> None:
        """Jump from stage to stage instead of moving."""
        self.reduces_motion = is_reduced

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._elapsed += seconds * self.speed
        while self._moves and self._elapsed >= self._moves[0].seconds:
            move = self._moves.pop(0)
            self._elapsed -= move.seconds
            if not self._moves:
                self._rest(move.end)
                return
        if self._moves:
            self._draw(self._moves[0])

    def _tick(self) -> None:
        now = perf_counter()
        self.advance(min(now - self._moment, 0.25))
        self._moment = now

    @Slot(int)
    def go(self, direction: int) -> None:
        """One stage: +1 towards the input, -1 towards the loss; completes a motion first."""
        if self._is_live:
            return
        was_moving = bool(self._moves)
        if was_moving:
            move = self._moves[0]
            self._rest(move.end, phase=move.phase)
            return
        stage = round(self._playhead.position) if not self._playhead.is_crossing() else None
        position = self._playhead.position
        target = position + direction
        if stage is None:
            target = float(int(position) + (1 if direction > 0 else 0))
        target = min(float(self._playhead.last), max(0.0, target))
        if self.reduces_motion or target == position:
            self._rest(target)
            return
        seconds = SECONDS_PER_STAGE if self._playhead.last <= MOST_TIMED_STAGES else 0.25
        self._moves = [Move(position, target, seconds)]
        self._start(is_playing=False)

    def _has_ended(self) -> bool:
        return self._playhead.phase in (None, "update") and self._playhead.at_end()

    def _remaining(self) -> list[Move]:
        if self._moves:
            return self._moves
        position, phase = self._playhead.position, self._playhead.phase
        moves = plan_pass(self._playhead.last, self.is_slow)
        for index, move in enumerate(moves):
            is_here = phase is None or move.phase == phase
            if is_here and (move.end > position or phase not in (None, "backward")):
                return list(moves[index:])
        return [move for move in moves if move.phase in _AFTERWARDS]

    def _shorten(self, move: Move) -> Move:
        """The rest of a motion that begins before the place where the playhead stands."""
        position = self._playhead.position
        if move.start < position < move.end:
            share = (move.end - position) / (move.end - move.start)
            return Move(position, move.end, move.seconds * share, move.phase)
        return move

    def _start(self, is_playing: bool) -> None:
        self._elapsed = 0.0
        self._is_playing = is_playing
        self._moment = perf_counter()
        self._timer.start()
        self._draw(self._moves[0])

    def _hold(self) -> None:
        self._timer.stop()
        move = self._moves[0] if self._moves else None
        self._moves = []
        phase = move.phase if move is not None else None
        self._set(self._playhead.position, self._playhead.stage_count, phase)

    def _rest(
        self, position: float, stage_count: int | None = None, phase: Phase | None = None
    ) -> None:
        self._timer.stop()
        self._moves = []
        self._is_playing = False
        self._set(position, stage_count or self._playhead.stage_count, phase)

    def _draw(self, move: Move) -> None:
        share = min(1.0, self._elapsed / move.seconds)
        if self.reduces_motion:
            share = 0.0
        position = move.start + (move.end - move.start) * share
        self._set(position, self._playhead.stage_count, move.phase)

    def _set(self, position: float, stage_count: int, phase: Phase | None) -> None:
        playhead = Playhead(position, stage_count, self._is_playing, phase, self._is_live)
        if playhead != self._playhead:
            self._playhead = playhead
            self.playhead_changed.emit(playhead)


_AFTERWARDS: tuple[Phase, ...] = ("clip", "decay", "update")
