"""A lecture under way: its lanes as each beat leaves them, forwards, backwards, and by leaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine import documents
from engine.analysis.lane_run import LaneRun, LaneState, train_in_turn, train_together
from engine.analysis.quantities import Measured, tell
from engine.document.experiment import Experiment
from engine.document.lanes import Lane
from engine.document.quantities import QuantityName, fill, list_braced
from engine.document.script import Cue
from engine.records.beat import BeatRecord, Value
from engine.records.dataset import Dataset
from engine.tasks.loading import load

LOOKED_AT_EVERY = 10
"""Iterations between two looks at the accuracy that a beat waits for."""

_NOT_YET = "…"

Progress = Callable[[int, int], None]
_States = Mapping[Lane, LaneState]


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What a moment of a beat can be asked about."""

    lanes: Mapping[Lane, Measured]

    def look_up(self, name: QuantityName) -> Value:
        """The value of a quantity; None where the lane is not open."""
        lane = self.lanes.get(name.lane)
        return None if lane is None else lane.look_up(name)

    def fill(self, sentence: str) -> str:
        """The sentence with what is measured in the place of the names in braces."""
        names = {text: QuantityName.of(text) for text in list_braced(sentence)}
        told = {text: tell(name, self.look_up(name)) for text, name in names.items()}
        return fill(sentence, told)


class Performance:
    """Plays the beats of a lecture.

    The same document gives the same numbers, bit for bit on one machine, however its beats
    are reached.

    Args:
        experiment: with a lecture.
        folder: where relative paths of its tasks start.
        keeps_rows: whether the lanes keep what curves are drawn from.
        should_stop: asked before every iteration that is trained on the way to a beat.
    """

    def __init__(
        self,
        experiment: Experiment,
        folder: Path | None = None,
        *,
        keeps_rows: bool = False,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._experiment = experiment
        self._keeps_rows = keeps_rows
        self._should_stop = should_stop
        self.cues = documents.read_script(experiment)
        self._folder = folder
        self._lanes: dict[Lane, LaneRun] = {}
        self._data: tuple[object, Dataset] | None = None
        self._ends: dict[int, _States] = {}
        self._stands_at: int | None = None  # the beat whose end this is, if it is one
        self._is_lent = False

    def begin(self, index: int, progress: Progress | None = None) -> Cue:
        """Stand where a beat begins, after its changes and before its training.

        Beats that lie before it and were never reached are played first.
        """
        cue = self.cues[index]
        self._reach(self._find_before(index), progress)
        self._stands_at = None
        lanes = self._lanes
        if cue.promotes:
            lanes["baseline"] = lanes.pop("variant")
        if cue.variant is None:
            lanes.pop("variant", None)
        fresh = cue.beat.fresh
        self._take("baseline", cue.baseline, begins_anew=fresh)
        if cue.variant is not None:
            is_new = cue.opens or "variant" not in lanes
            self._take("variant", cue.variant, begins_anew=fresh or is_new)
            if is_new:
                iteration = lanes["baseline"].iteration
                self._train((lanes["variant"],), iteration, None, progress)
        return cue

    def _find_before(self, index: int) -> int:
        returns_to = self.cues[index].returns_to
        return index - 1 if returns_to is None else returns_to

    def finish(self, index: int, progress: Progress | None = None) -> None:
        """The training of a beat that has begun, if it has one; its end can be returned to."""
        until = self.cues[index].beat.until
        if until is not None:
            lanes = tuple(self._lanes.values())
            self._train(lanes, until.iterations, until.accuracy, progress)
        self.keep_end(index)

    def keep_end(self, index: int) -> None:
        """The lanes stand now as a beat leaves them."""
        self._ends[index] = {name: lane.save() for name, lane in self._lanes.items()}
        self._stands_at = None if self._is_lent else index

    def measure(self, index: int) -> Standing:
        """The lanes as they stand now, with the words of a beat."""
        cue = self.cues[index]
        return Standing(
            {name: lane.measure(cue.words, cue.watch) for name, lane in self._lanes.items()}
        )

    def record(self, index: int, *, is_complete: bool) -> BeatRecord:
        """What the beat says of the lanes as they stand now.

        Args:
            index: of the beat.
            is_complete: whether its training is done; before, its numbers are not known yet.
        """
        beat = self.cues[index].beat
        named = [*list_braced(beat.sentence), *(claim.quantity for claim in beat.claims)]
        names = {text: QuantityName.of(text) for text in named}
        values: dict[str, Value] = {}
        if is_complete:
            standing = self.measure(index)
            values = {text: standing.look_up(name) for text, name in names.items()}
        told = {
            text: tell(name, values[text]) if is_complete else _NOT_YET
            for text, name in names.items()
        }
        return BeatRecord(
            index=index,
            iteration=self._lanes["baseline"].iteration,
            sentence=fill(beat.sentence, told),
            told=told,
            values=values,
            is_complete=is_complete,
        )

    @property
    def lanes(self) -> Mapping[Lane, LaneRun]:
        """Those that are open, as they stand now."""
        return self._lanes

    def end(self, index: int, progress: Progress | None = None) -> Cue:
        """Stand where a beat ends, playing it where it was never reached."""
        self._reach(index, progress)
        return self.cues[index]

    def knows_end(self, index: int) -> bool:
        """Whether a beat's end was reached before, so that it is there at once."""
        return index in self._ends

    def find_untrained(self, index: int) -> int | None:
        """The next beat after this one whose training was never done; None: there is none."""
        following = (cue for cue in self.cues[index + 1 :] if not cue.beat.optional)
        found = (cue.index for cue in following if cue.beat.until is not None)
        return next((each for each in found if each not in self._ends), None)

    def rehearse(self, index: int) -> Iterator[None]:
        """Reach the end of a beat on a copy of the lanes, one iteration at a time.

        What is reached counts as if it had been played: the same document gives the same numbers.
        """
        copy = Performance(
            self._experiment,
            self._folder,
            keeps_rows=self._keeps_rows,
            should_stop=self._should_stop,
        )
        copy._ends, copy._data = self._ends, self._data
        cue = copy.begin(index)
        yield
        until = cue.beat.until
        if until is not None:
            lanes = tuple(copy.lanes.values())
            for _ in train_in_turn(lanes, until.iterations, until.accuracy, LOOKED_AT_EVERY):
                yield
        copy.keep_end(index)

    def hand_over(self) -> Mapping[Lane, LaneRun]:
        """The lanes, for somebody who may do with them what no beat does."""
        self._stands_at = None
        self._is_lent = True
        return self._lanes

    def _reach(self, index: int, progress: Progress | None) -> None:
        """The state at the end of a beat, with as few beats as possible played on the way."""
        missing = []
        self._is_lent = False
        while index >= 0 and index not in self._ends:
            missing.append(index)
            index = self._find_before(index)
        self._return_to(index)
        for beat in reversed(missing):
            self.begin(beat, progress)
            self.finish(beat, progress)

    def _return_to(self, index: int) -> None:
        if index == self._stands_at:
            return
        if index < 0:
            self._lanes = {}
            return
        self._lanes = {
            name: LaneRun.of(state, self._load(state.experiment), keeps_rows=self._keeps_rows)
            for name, state in self._ends[index].items()
        }
        self._stands_at = index

    def _take(self, name: Lane, experiment: Experiment, *, begins_anew: bool) -> None:
        lane = self._lanes.get(name)
        if lane is None:
            dataset = self._load(experiment)
            self._lanes[name] = LaneRun(experiment, dataset, keeps_rows=self._keeps_rows)
        else:
            lane.take(experiment, self._load(experiment), begins_anew=begins_anew)

    def _train(
        self,
        lanes: Sequence[LaneRun],
        iterations: int,
        accuracy: float | None,
        progress: Progress | None,
    ) -> None:
        stop = self._should_stop
        train_together(lanes, iterations, accuracy, LOOKED_AT_EVERY, progress, stop)

    def _load(self, experiment: Experiment) -> Dataset:
        key = (experiment.task, experiment.seed, experiment.network.readout_name())
        if self._data is None or self._data[0] != key:
            self._data = (key, load(experiment, self._folder))
        return self._data[1]
