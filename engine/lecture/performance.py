"""A lecture under way: its lanes as each beat leaves them, forwards, backwards, and by leaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine import documents
from engine.analysis.quantities import Measured, Value, tell
from engine.document.experiment import Experiment
from engine.document.lanes import Lane
from engine.document.quantities import QuantityName, fill, list_braced
from engine.document.script import Cue
from engine.lecture.lane_run import LaneRun, LaneState, train_together
from engine.records.dataset import Dataset
from engine.tasks.loading import load

LOOKED_AT_EVERY = 10
"""Iterations between two looks at the accuracy that a beat waits for."""

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
    """

    def __init__(self, experiment: Experiment, folder: Path | None = None) -> None:
        self.cues = documents.read_script(experiment)
        self._folder = folder
        self._lanes: dict[Lane, LaneRun] = {}
        self._data: tuple[object, Dataset] | None = None
        self._ends: dict[int, _States] = {}
        self._stands_at: int | None = None  # the beat whose end this is, if it is one

    def begin(self, index: int) -> Cue:
        """Stand where a beat begins, after its changes and before its training."""
        cue = self.cues[index]
        before = index - 1 if cue.returns_to is None else cue.returns_to
        self._return_to(before)
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
                train_together((lanes["variant"],), lanes["baseline"].iteration, None, 1)
        return cue

    def finish(self, index: int, progress: Progress | None = None) -> None:
        """The training of a beat that has begun, if it has one; its end can be returned to."""
        until = self.cues[index].beat.until
        if until is not None:
            lanes = tuple(self._lanes.values())
            train_together(lanes, until.iterations, until.accuracy, LOOKED_AT_EVERY, progress)
        self._ends[index] = {name: lane.save() for name, lane in self._lanes.items()}
        self._stands_at = index

    def measure(self, index: int) -> Standing:
        """The lanes as they stand now, with the words of a beat."""
        cue = self.cues[index]
        return Standing(
            {name: lane.measure(cue.words, cue.watch) for name, lane in self._lanes.items()}
        )

    @property
    def lanes(self) -> Mapping[Lane, LaneRun]:
        """Those that are open, as they stand now."""
        return self._lanes

    def _return_to(self, index: int) -> None:
        """The state at the end of a beat, playing it where it was never reached."""
        if index == self._stands_at:
            return
        if index < 0:
            self._lanes = {}
            return
        if index not in self._ends:
            self.begin(index)
            self.finish(index)
        self._lanes = {
            name: LaneRun.of(state, self._load(state.experiment))
            for name, state in self._ends[index].items()
        }
        self._stands_at = index

    def _take(self, name: Lane, experiment: Experiment, *, begins_anew: bool) -> None:
        lane = self._lanes.get(name)
        if lane is None:
            self._lanes[name] = LaneRun(experiment, self._load(experiment))
        else:
            lane.take(experiment, self._load(experiment), begins_anew=begins_anew)

    def _load(self, experiment: Experiment) -> Dataset:
        key = (experiment.task, experiment.seed, experiment.network.readout_name())
        if self._data is None or self._data[0] != key:
            self._data = (key, load(experiment, self._folder))
        return self._data[1]
