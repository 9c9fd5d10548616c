"""The one owner of the application's state: lanes, their edits, file, selection.

Every command compares before it announces: an equal experiment gives no signal,
so a panel that echoes what it was shown starts no loop.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoStack

from desktop.model.lanes import Lanes
from desktop.model.undo import Document, Edit, Opening, State, differs_in_words_only
from engine.document.experiment import Experiment, keeps_weights
from engine.document.lanes import Lane
from engine.document.lecture import Lecture
from engine.records.trace import Trace

_LONGEST_NAME = 40
"""Characters of a document's name in the menu."""


class Workspace(QObject):
    """State that panels show and commands change.

    A document holds one network, or two lanes that are compared; the panels show and edit one
    of them, whose experiment is `experiment`. Which one that is, is a selection and no edit.

    A document is a demonstration (a scene) or the user's own: a file, or a network that
    they began. Opening another one can be undone once something was edited.
    """

    experiment_changed = Signal(object)
    """The edited lane's `Experiment` after an edit of the open document."""
    lane_chosen = Signal(object)
    """Another lane is edited from now on: its `Experiment`."""
    document_opened = Signal(object)
    """Another document is open, or undo has come back to one: the edited lane's `Experiment`."""
    file_changed = Signal()
    """The open document was saved, perhaps in another file."""
    modified_changed = Signal(bool)
    selection_changed = Signal()
    before_changed = Signal()
    notice_changed = Signal(str)
    """A sentence about what just happened, or "" ."""

    def __init__(
        self,
        experiment: Experiment,
        clock: Callable[[], float] = monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._numbers = count(1)
        self._runs = count()
        self._state = self._begin(experiment, None, run=next(self._runs))
        self._was_modified = False
        self._clock = clock
        self._measured: dict[int, Trace] = {}
        self._is_dragged = False
        self.undo_stack = QUndoStack(self)
        self._selected_layer: int | None = 1
        self._is_pinned = False
        self._before: dict[int, Trace] = {}
        self._notice = ""

    @property
    def experiment(self) -> Experiment:
        """What the panels show and edit: the edited lane, without a variant."""
        return self.lanes.shown.experiment

    @property
    def lanes(self) -> Lanes:
        """One network, or two that are compared."""
        return self._state.lanes

    @property
    def document(self) -> Experiment:
        """All that is open, as it is saved."""
        return self.lanes.document

    @property
    def run(self) -> int:
        """The number of the edited lane's run."""
        return self.lanes.shown.run

    @property
    def is_comparing(self) -> bool:
        """Whether there are two lanes."""
        return self.lanes.variant is not None

    @property
    def file(self) -> Path | None:
        """Where the document lies; None for one that was never saved."""
        return self._state.document.file

    @property
    def folder(self) -> Path | None:
        """Where the document's relative paths start."""
        return self.file.parent if self.file is not None else None

    @property
    def document_number(self) -> int:
        """Tells the documents apart that were ever open in this workspace."""
        return self._state.document.number

    @property
    def is_own(self) -> bool:
        """Whether the document is the user's own, and not a scene."""
        return self._state.document.is_own

    @property
    def is_recovered(self) -> bool:
        """Whether the document has never been saved since a crash."""
        return self._state.document.saved is None

    @property
    def is_modified(self) -> bool:
        """Whether it differs from what lies in its file, or from what was begun with."""
        return self._state.is_modified

    @property
    def selected_layer(self) -> int | None:
        """0 is the input, l a layer, L + 1 the loss."""
        return self._selected_layer

    @property
    def is_pinned(self) -> bool:
        """Whether the selection stays while the playhead moves."""
        return self._is_pinned

    @property
    def before(self) -> Trace | None:
        """The edited lane's pass before the last edit, until the next edit or Esc."""
        return self.before_of(self.run)

    def before_of(self, run: int) -> Trace | None:
        """The same of the lane with this run."""
        return self._before.get(run)

    @property
    def notice(self) -> str:
        """The last sentence about what happened."""
        return self._notice

    def open(
        self,
        experiment: Experiment,
        file: Path | None,
        *,
        is_own: bool = True,
        is_recovered: bool = False,
    ) -> None:
        """Take another document; undo returns to one that was edited.

        Args:
            experiment: the document.
            file: where it lies, or None for one that was never saved.
            is_own: whether it is the user's own, and not a scene.
            is_recovered: whether it holds edits that were never saved.
        """
        # With the number of the run that is shown, which stays to be seen until this one is.
        run = self.lanes.baseline.run
        opened = self._begin(experiment, file, is_own, is_recovered=is_recovered, run=run)
        if self.undo_stack.index() == 0 and not self.is_modified:
            self.undo_stack.clear()
            self._enter(opened)
        else:
            name = file.name if file is not None else experiment.title or "Untitled"
            text = f"Open {name[:_LONGEST_NAME].replace('&', '&&')}"
            self.undo_stack.push(Opening(self._state, opened, text, self._enter))

    def _begin(
        self,
        experiment: Experiment,
        file: Path | None,
        is_own: bool = False,
        *,
        is_recovered: bool = False,
        run: int,
    ) -> State:
        lanes = Lanes.of(experiment, run, self._runs.__next__)
        # As it would be saved: a variant can be written in more than one way.
        saved = None if is_recovered else lanes.document
        return State(Document(next(self._numbers), saved, file, is_own), lanes)

    def stand_at(self, lanes: Lanes) -> None:
        """A beat of a lecture begins: with these lanes, and nothing to take back."""
        self.undo_stack.clear()
        self._enter(State(self._state.document, lanes))

    def note_saved(self, file: Path) -> None:
        """The document now lies in this file as it is, and is the user's own."""
        document = self._state.document
        document.saved, document.file, document.is_own = self.document, file, True
        self.undo_stack.setClean()
        self.file_changed.emit()
        self._announce_modified()

    def edit(self, experiment: Experiment, text: str) -> None:
        """Put an edited experiment in the place of the edited lane's, undoably."""
        where = f" ({self.lanes.edited})" if self.is_comparing else ""
        self._push(self.lanes.edit(experiment), text + where)

    def edit_lecture(self, lecture: Lecture | None, text: str) -> None:
        """Other beats, undoably; they begin with the lanes as they are."""
        self._push(self.lanes.with_lecture(lecture), text)

    def bring(self, baseline: Experiment, variant: Experiment | None, text: str) -> None:
        """Put the networks of a beat into the lanes, undoably."""
        self._push(self.lanes.hold(baseline, variant, self._runs.__next__), text)

    @Slot()
    def open_lanes(self) -> None:
        """Compare: the present network in both lanes; the next edit goes to the variant."""
        if not self.is_comparing:
            self.open_variant(self.experiment, "Compare")

    def open_variant(self, experiment: Experiment, text: str) -> None:
        """Compare what is the baseline with another experiment, which is edited from now on."""
        if self.lanes.can_stand_beside(experiment):
            self._push(self.lanes.open(experiment, next(self._runs)), text)
        else:
            self.notify("Only networks of one kind, with one task, can be compared.")

    @Slot()
    def swap_lanes(self) -> None:
        """Baseline and variant change places, with all that they have learned."""
        self._push(self.lanes.swap(), "Swap baseline and variant")

    def copy_to(self, lane: Lane) -> None:
        """Let a lane hold what the other one holds, weights and all."""
        source = "baseline" if lane == "variant" else "variant"
        lanes = self.lanes
        if lanes.other is not None:
            self._push(lanes.copy_to(lane, next(self._runs)), f"Copy {source} to {lane}")

    @Slot()
    def promote_variant(self) -> None:
        """Let the variant be all that there is."""
        self._push(self.lanes.promote(), "Promote the variant")

    @Slot()
    def leave_comparison(self) -> None:
        """Keep the baseline alone; undo brings the variant back."""
        self._push(self.lanes.leave(), "Leave the comparison")

    def choose_lane(self, lane: Lane) -> None:
        """Let the panels show and edit this lane; no edit itself."""
        lanes = self.lanes.choose(lane)
        if lanes != self.lanes:
            self._state = State(self._state.document, lanes)
            self.lane_chosen.emit(self.experiment)
            self.before_changed.emit()

    def note_measured(self, trace: Trace, run: int) -> None:
        """Remember the newest pass of a run: it is what the marks of the next edit show."""
        self._measured[run] = trace

    def select(self, layer: int | None, is_pinned: bool = False) -> None:
        """Select a layer everywhere; a pinned selection does not follow the playhead."""
        is_pinned = is_pinned and layer is not None
        if (layer, is_pinned) != (self._selected_layer, self._is_pinned):
            self._selected_layer, self._is_pinned = layer, is_pinned
            self.selection_changed.emit()

    def forget_before(self) -> None:
        """Take the before-marks away."""
        self._set_before({})

    def notify(self, sentence: str) -> None:
        """Say what just happened; "" says nothing any more."""
        if sentence != self._notice:
            self._notice = sentence
            self.notice_changed.emit(sentence)

    def _push(self, lanes: Lanes, text: str) -> None:
        if lanes == self.lanes:
            return
        edit = Edit(self.lanes, lanes, text, self._clock(), self._apply, self._take_back)
        self._is_dragged = self._goes_on_with_last(edit)
        self.undo_stack.push(edit)
        self._is_dragged = False

    def _goes_on_with_last(self, edit: Edit) -> bool:
        stack = self.undo_stack
        if stack.index() == 0 or stack.isClean():
            return False
        last = stack.command(stack.index() - 1)
        return isinstance(last, Edit) and last.goes_on_with(edit)

    def _take_back(self, lanes: Lanes) -> None:
        """An edit that is undone leaves no marks: what it did need not be seen any more."""
        self._apply(lanes)
        self._set_before({})

    def _apply(self, lanes: Lanes) -> None:
        old, new = self.lanes.experiments, lanes.experiments
        self.notify(describe_loss(self.lanes, lanes))
        changed = [
            run for run in old.keys() & new.keys() if not differs_in_words_only(old[run], new[run])
        ]
        if changed and not self._is_dragged:
            measured = self._measured
            self._set_before({run: measured[run] for run in changed if run in measured})
        self._measured = {run: trace for run, trace in self._measured.items() if run in new}
        self._set_lanes(lanes)

    def _set_lanes(self, lanes: Lanes) -> None:
        if lanes != self.lanes:
            self._state = State(self._state.document, lanes)
            self.experiment_changed.emit(self.experiment)
            self._announce_modified()

    def _enter(self, state: State) -> None:
        self._measured = {}
        self._set_before({})
        self.select(1)
        self.notify("")
        self._state = state
        self.document_opened.emit(self.experiment)
        self._announce_modified()

    def _set_before(self, before: dict[int, Trace]) -> None:
        if before != self._before:
            self._before = before
            self.before_changed.emit()

    def _announce_modified(self) -> None:
        if self.is_modified != self._was_modified:
            self._was_modified = self.is_modified
            self.modified_changed.emit(self.is_modified)


def describe_loss(old: Lanes, new: Lanes) -> str:
    """What becomes of weights that an edit cannot keep; "" where all are kept."""
    before, after = old.experiments, new.experiments
    lost = [run for run in after if run in before and not keeps_weights(before[run], after[run])]
    if not lost:
        return ""
    if new.variant is None:
        return "These weights cannot be kept: the network begins anew at iteration 0."
    if len(lost) == len(after):
        return "These weights cannot be kept: both lanes begin anew at iteration 0."
    lane, other = "variant", "baseline"
    if lost[0] == new.baseline.run:
        lane, other = other, lane
    if keeps_weights(new.baseline.experiment, new.variant.experiment):
        return f"The {lane} goes on with the weights of the {other}."
    return (
        f"These weights cannot be kept: the {lane} begins anew and is trained to where the "
        f"{other} stands."
    )
