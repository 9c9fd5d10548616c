"""The one owner of the application's state: experiment, its edits, file, selection, run.

Every command compares before it announces: an equal experiment gives no signal,
so a panel that echoes what it was shown starts no loop.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.experiment import Experiment, keeps_weights
from engine.frames import LayerTrace
from engine.time_records import TimeTrace

MERGED_WITHIN = 1.0
"""Seconds between two edits of the same number (a dragged slider) that undo as one."""

_EDIT_ID = 1
_SWITCHES = frozenset({"every", "seed"})
"""Numbers that a click sets, not a drag: each change is an edit of its own."""


class Workspace(QObject):
    """State that panels show and commands change."""

    experiment_changed = Signal(object)
    """The `Experiment` that holds now."""
    document_opened = Signal()
    """Another document is open, or the same one anew."""
    file_changed = Signal()
    """The document lies in another file, or was saved."""
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
        self._experiment = experiment
        self._clock = clock
        self._measured: LayerTrace | TimeTrace | None = None
        self._is_dragged = False
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self._announce_modified)
        self._is_unsaved_copy = False
        self._file: Path | None = None
        self._selected_layer: int | None = 1
        self._is_pinned = False
        self._before: LayerTrace | TimeTrace | None = None
        self._notice = ""

    @property
    def experiment(self) -> Experiment:
        """The experiment that is open."""
        return self._experiment

    @property
    def file(self) -> Path | None:
        """Where the document lies; None for one that was never saved."""
        return self._file

    @property
    def folder(self) -> Path | None:
        """Where the document's relative paths start."""
        return self._file.parent if self._file is not None else None

    @property
    def is_modified(self) -> bool:
        """Whether there are edits that closing would lose."""
        return self._is_unsaved_copy or not self.undo_stack.isClean()

    @property
    def selected_layer(self) -> int | None:
        """0 is the input, l a layer, L + 1 the loss."""
        return self._selected_layer

    @property
    def is_pinned(self) -> bool:
        """Whether the selection stays while the playhead moves."""
        return self._is_pinned

    @property
    def before(self) -> LayerTrace | TimeTrace | None:
        """The pass before the last edit, until the next edit or Esc."""
        return self._before

    def before_like(self, trace: LayerTrace | TimeTrace | None) -> LayerTrace | TimeTrace | None:
        """The pass before the last edit, if it can be compared with this one.

        Passes through time must start equally far from the last loss, however long they are.
        """
        before = self._before
        if isinstance(before, TimeTrace) and isinstance(trace, TimeTrace):
            from_end = before.time_steps - before.loss_time
            return before if from_end == trace.time_steps - trace.loss_time else None
        return before if type(before) is type(trace) else None

    @property
    def notice(self) -> str:
        """The last sentence about what happened."""
        return self._notice

    def open(self, experiment: Experiment, file: Path | None, is_recovered: bool = False) -> None:
        """Take another document; what was open is gone, its edits too.

        Args:
            experiment: the document.
            file: where it lies, or None for one that was never saved.
            is_recovered: whether it holds edits that were never saved.
        """
        self._file = file
        self._measured = None
        self._set_before(None)
        self.undo_stack.clear()
        self._is_unsaved_copy = is_recovered
        self.select(1)
        self.notify("")
        self._set_experiment(experiment)
        self.document_opened.emit()
        self.file_changed.emit()
        self.modified_changed.emit(self.is_modified)

    def note_saved(self, file: Path) -> None:
        """The document now lies in this file as it is."""
        self._file = file
        self._is_unsaved_copy = False
        self.undo_stack.setClean()
        self.file_changed.emit()
        self.modified_changed.emit(False)

    def edit(self, experiment: Experiment, text: str) -> None:
        """Put an edited experiment in the place of the present one, undoably."""
        if experiment == self._experiment:
            return
        edit = _Edit(self._experiment, experiment, text, self._clock(), self._apply)
        self._is_dragged = self._goes_on_with_last(edit)
        self.undo_stack.push(edit)
        self._is_dragged = False

    def note_measured(self, trace: LayerTrace | TimeTrace) -> None:
        """Remember the newest pass: it is what the marks of the next edit show."""
        self._measured = trace

    def select(self, layer: int | None, is_pinned: bool = False) -> None:
        """Select a layer everywhere; a pinned selection does not follow the playhead."""
        is_pinned = is_pinned and layer is not None
        if (layer, is_pinned) != (self._selected_layer, self._is_pinned):
            self._selected_layer, self._is_pinned = layer, is_pinned
            self.selection_changed.emit()

    def forget_before(self) -> None:
        """Take the before-marks away."""
        self._set_before(None)

    def notify(self, sentence: str) -> None:
        """Say what just happened; "" says nothing any more."""
        if sentence != self._notice:
            self._notice = sentence
            self.notice_changed.emit(sentence)

    def _goes_on_with_last(self, edit: _Edit) -> bool:
        stack = self.undo_stack
        if stack.index() == 0 or stack.isClean():
            return False
        last = stack.command(stack.index() - 1)
        return isinstance(last, _Edit) and last.goes_on_with(edit)

    def _apply(self, experiment: Experiment) -> None:
        old = self._experiment
        if keeps_weights(old, experiment):
            self.notify("")
        else:
            self.notify("These weights cannot be kept: the network begins anew at iteration 0.")
        if not self._is_dragged and not differs_in_words_only(old, experiment):
            self._set_before(self._measured)
        self._set_experiment(experiment)

    def _set_experiment(self, experiment: Experiment) -> None:
        if experiment != self._experiment:
            self._experiment = experiment
            self.experiment_changed.emit(experiment)

    def _set_before(self, before: LayerTrace | TimeTrace | None) -> None:
        if before is not self._before:
            self._before = before
            self.before_changed.emit()

    def _announce_modified(self, _is_clean: bool) -> None:
        self.modified_changed.emit(self.is_modified)


class _Edit(QUndoCommand):
    """One edit; a drag of one number within a short time is one edit."""

    def __init__(
        self,
        old: Experiment,
        new: Experiment,
        text: str,
        moment: float,
        apply: Callable[[Experiment], None],
    ) -> None:
        super().__init__(text)
        self.old = old
        self.new = new
        self.moment = moment
        self.path = changed_number(old, new)
        self._apply = apply

    def goes_on_with(self, later: _Edit) -> bool:
        """Whether `later` moves the same number further, soon after."""
        is_same = self.path is not None and self.path == later.path
        return is_same and later.moment - self.moment <= MERGED_WITHIN

    def id(self) -> int:
        return _EDIT_ID

    def redo(self) -> None:
        self._apply(self.new)

    def undo(self) -> None:
        self._apply(self.old)

    def mergeWith(self, later: QUndoCommand) -> bool:
        if not isinstance(later, _Edit) or not self.goes_on_with(later):
            return False
        self.new, self.moment = later.new, later.moment
        self.setObsolete(self.new == self.old)
        return True


def changed_number(old: Experiment, new: Experiment) -> str | None:
    """The dotted path of the one number in which two experiments differ, if it is just one."""
    differences = list(_differences(msgspec.to_builtins(old), msgspec.to_builtins(new), ""))
    if len(differences) != 1:
        return None
    path, before, after = differences[0]
    if path.rpartition(".")[2] in _SWITCHES or not (_is_number(before) and _is_number(after)):
        return None
    return path


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _differences(old: Any, new: Any, path: str) -> list[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        pairs = [(f"{path}.{key}", old[key], new[key]) for key in old]
    elif isinstance(old, list | tuple) and isinstance(new, list | tuple) and len(old) == len(new):
        pairs = [(f"{path}.{i}", a, b) for i, (a, b) in enumerate(zip(old, new, strict=True))]
    else:
        return [] if old == new else [(path, old, new)]
    return [found for name, a, b in pairs for found in _differences(a, b, name)]


def differs_in_words_only(old: Experiment, new: Experiment) -> bool:
    """Whether no number that is measured depends on what differs."""
    training = msgspec.structs.replace(new.training, iterations=old.training.iterations)
    return old == msgspec.structs.replace(new, title=old.title, training=training)
