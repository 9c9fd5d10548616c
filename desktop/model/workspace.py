"""The one owner of the application's state: experiment, its edits, file, selection, run.

Every command compares before it announces: an equal experiment gives no signal,
so a panel that echoes what it was shown starts no loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.document.experiment import Experiment, keeps_weights
from engine.records.trace import Trace

MERGED_WITHIN = 1.0
"""Seconds between two edits of the same number (a dragged slider) that undo as one."""

_EDIT_ID = 1
_OPENING_ID = 2
_LONGEST_NAME = 40
"""Characters of a document's name in the menu."""
_SWITCHES = frozenset({"every", "seed"})
"""Numbers that a click sets, not a drag: each change is an edit of its own."""


@dataclass(slots=True, eq=False)
class _Document:
    """What is known of a document besides its experiment; it stays when undo comes back to it."""

    number: int
    saved: Experiment | None
    """As it lies in its file, or as it was begun; None for work that is nowhere but here."""
    file: Path | None = None
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class _State:
    """A document, and what it holds."""

    document: _Document
    experiment: Experiment

    @property
    def is_modified(self) -> bool:
        return self.document.saved != self.experiment


class Workspace(QObject):
    """State that panels show and commands change.

    A document is a demonstration (a scene) or the user's own: a file, or a network that
    they began. Opening another one can be undone once something was edited.
    """

    experiment_changed = Signal(object)
    """The `Experiment` that holds after an edit of the open document."""
    document_opened = Signal(object)
    """Another document is open, or undo has come back to one: its `Experiment`."""
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
        self._state = _State(_Document(next(self._numbers), experiment), experiment)
        self._was_modified = False
        self._clock = clock
        self._measured: Trace | None = None
        self._is_dragged = False
        self.undo_stack = QUndoStack(self)
        self._selected_layer: int | None = 1
        self._is_pinned = False
        self._before: Trace | None = None
        self._notice = ""

    @property
    def experiment(self) -> Experiment:
        """The experiment that is open."""
        return self._state.experiment

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
        """The pass before the last edit, until the next edit or Esc."""
        return self._before

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
        saved = None if is_recovered else experiment
        document = _Document(next(self._numbers), saved, file, is_own)
        opened = _State(document, experiment)
        if self.undo_stack.index() == 0 and not self.is_modified:
            self.undo_stack.clear()
            self._enter(opened)
        else:
            name = file.name if file is not None else experiment.title or "Untitled"
            text = f"Open {name[:_LONGEST_NAME].replace('&', '&&')}"
            self.undo_stack.push(_Opening(self._state, opened, text, self._enter))

    def note_saved(self, file: Path) -> None:
        """The document now lies in this file as it is, and is the user's own."""
        document = self._state.document
        document.saved, document.file, document.is_own = self.experiment, file, True
        self.undo_stack.setClean()
        self.file_changed.emit()
        self._announce_modified()

    def edit(self, experiment: Experiment, text: str) -> None:
        """Put an edited experiment in the place of the present one, undoably."""
        if experiment == self.experiment:
            return
        moment = self._clock()
        edit = _Edit(self.experiment, experiment, text, moment, self._apply, self._take_back)
        self._is_dragged = self._goes_on_with_last(edit)
        self.undo_stack.push(edit)
        self._is_dragged = False

    def note_measured(self, trace: Trace) -> None:
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

    def _take_back(self, experiment: Experiment) -> None:
        """An edit that is undone leaves no marks: what it did need not be seen any more."""
        self._apply(experiment)
        self._set_before(None)

    def _apply(self, experiment: Experiment) -> None:
        old = self.experiment
        if keeps_weights(old, experiment):
            self.notify("")
        else:
            self.notify("These weights cannot be kept: the network begins anew at iteration 0.")
        if not self._is_dragged and not differs_in_words_only(old, experiment):
            self._set_before(self._measured)
        self._set_experiment(experiment)

    def _set_experiment(self, experiment: Experiment) -> None:
        if experiment != self.experiment:
            self._state = _State(self._state.document, experiment)
            self.experiment_changed.emit(experiment)
            self._announce_modified()

    def _enter(self, state: _State) -> None:
        self._measured = None
        self._set_before(None)
        self.select(1)
        self.notify("")
        self._state = state
        self.document_opened.emit(state.experiment)
        self._announce_modified()

    def _set_before(self, before: Trace | None) -> None:
        if before is not self._before:
            self._before = before
            self.before_changed.emit()

    def _announce_modified(self) -> None:
        if self.is_modified != self._was_modified:
            self._was_modified = self.is_modified
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
        take_back: Callable[[Experiment], None],
    ) -> None:
        super().__init__(text)
        self.old = old
        self.new = new
        self.moment = moment
        self.path = changed_number(old, new)
        self._apply, self._take_back = apply, take_back

    def goes_on_with(self, later: _Edit) -> bool:
        """Whether `later` moves the same number further, soon after."""
        is_same = self.path is not None and self.path == later.path
        return is_same and later.moment - self.moment <= MERGED_WITHIN

    def id(self) -> int:
        return _EDIT_ID

    def redo(self) -> None:
        self._apply(self.new)

    def undo(self) -> None:
        self._take_back(self.old)

    def mergeWith(self, later: QUndoCommand) -> bool:
        if not isinstance(later, _Edit) or not self.goes_on_with(later):
            return False
        self.new, self.moment = later.new, later.moment
        self.setObsolete(self.new == self.old)
        return True


class _Opening(QUndoCommand):
    """One document instead of another; several openings in a row are one."""

    def __init__(
        self, old: _State, new: _State, text: str, enter: Callable[[_State], None]
    ) -> None:
        super().__init__(text)
        self.old = old
        self.new = new
        self._enter = enter

    def id(self) -> int:
        return _OPENING_ID

    def redo(self) -> None:
        self._enter(self.new)

    def undo(self) -> None:
        self._enter(self.old)

    def mergeWith(self, later: QUndoCommand) -> bool:
        if not isinstance(later, _Opening) or later.old.is_modified:
            return False
        self.new = later.new
        self.setText(later.text())
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
