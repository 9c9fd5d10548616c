"""What can be undone: an edit of the open document, and the opening of another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtGui import QUndoCommand

from desktop.model.lanes import Lanes
from engine.document.experiment import Experiment
from engine.document.lanes import list_differences
from engine.document.lecture import Lecture

MERGED_WITHIN = 1.0
"""Seconds between two edits of the same number (a dragged slider) that undo as one."""

_EDIT_ID = 1
_OPENING_ID = 2
_SWITCHES = frozenset({"every", "seed"})
"""Numbers that a click sets, not a drag: each change is an edit of its own."""
_TEXTS = frozenset({"sentence", "notes", "words", "chapter", "question", "take_home"})
"""What is typed into a lecture: all that is written in one go is one edit."""


@dataclass(slots=True, eq=False)
class Document:
    """What is known of a document besides its experiment; it stays when undo comes back to it."""

    number: int
    saved: Experiment | None
    """As it lies in its file, or as it was begun; None for work that is nowhere but here."""
    file: Path | None = None
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A document, and what it holds."""

    document: Document
    lanes: Lanes

    @property
    def is_modified(self) -> bool:
        """Whether it differs from what lies in its file, or from what was begun with."""
        return self.document.saved != self.lanes.document


class Edit(QUndoCommand):
    """One edit; a drag of one number within a short time is one edit."""

    def __init__(
        self,
        old: Lanes,
        new: Lanes,
        text: str,
        moment: float,
        apply: Callable[[Lanes], None],
        take_back: Callable[[Lanes], None],
    ) -> None:
        super().__init__(text)
        self.old = old
        self.new = new
        self.moment = moment
        written = _find_changed_text(old, new)
        self.is_text = written is not None
        """Whether it is a text of the lecture that is being written."""
        self.path: tuple[int, str] | None = written or _find_changed_number(old, new)
        self._apply, self._take_back = apply, take_back

    def goes_on_with(self, later: Edit) -> bool:
        """Whether `later` moves the same number further, soon after."""
        is_same = self.path is not None and self.path == later.path
        return is_same and (self.is_text or later.moment - self.moment <= MERGED_WITHIN)

    def id(self) -> int:
        return _EDIT_ID

    def redo(self) -> None:
        self._apply(self.new)

    def undo(self) -> None:
        self._take_back(self.old)

    def mergeWith(self, later: QUndoCommand) -> bool:
        if not isinstance(later, Edit) or not self.goes_on_with(later):
            return False
        self.new, self.moment = later.new, later.moment
        self.setObsolete(self.new == self.old)
        return True


class Opening(QUndoCommand):
    """One document instead of another; several openings in a row are one."""

    def __init__(self, old: State, new: State, text: str, enter: Callable[[State], None]) -> None:
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
        if not isinstance(later, Opening) or later.old.is_modified:
            return False
        self.new = later.new
        self.setText(later.text())
        return True


def changed_number(old: Experiment, new: Experiment) -> str | None:
    """The dotted path of the one number in which two experiments differ, if it is just one."""
    differences = list_differences(old, new)
    if len(differences) != 1:
        return None
    path, before, after = differences[0].path, differences[0].baseline, differences[0].variant
    if path.rpartition(".")[2] in _SWITCHES or not (_is_number(before) and _is_number(after)):
        return None
    return path


def _find_changed_number(old: Lanes, new: Lanes) -> tuple[int, str] | None:
    """The run whose number was changed, and the path of that number."""
    if old.experiments.keys() != new.experiments.keys() or old.shown.run != new.shown.run:
        return None
    path = changed_number(old.shown.experiment, new.shown.experiment)
    return None if path is None else (new.shown.run, path)


def _find_changed_text(old: Lanes, new: Lanes) -> tuple[int, str] | None:
    """The beat, or -1 for the lecture's own words, and which text of it is another one."""
    before, after = old.lecture, new.lecture
    if before is None or after is None or old.experiments != new.experiments:
        return None
    if (origin := old.origin) is None or new.origin is None or origin != new.origin:
        return None
    if len(before.beats) != len(after.beats):
        return None
    pairs = [(-1, _plain(before), _plain(after))]
    pairs += [
        (index, msgspec.to_builtins(one), msgspec.to_builtins(other))
        for index, (one, other) in enumerate(zip(before.beats, after.beats, strict=True))
    ]
    changed = [
        (index, name)
        for index, one, other in pairs
        for name in one.keys() | other.keys()
        if one.get(name) != other.get(name)
    ]
    return changed[0] if len(changed) == 1 and changed[0][1] in _TEXTS else None


def _plain(lecture: Lecture) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(lecture)
    del plain["beats"]
    return plain


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def differs_in_words_only(old: Experiment, new: Experiment) -> bool:
    """Whether no number that is measured depends on what differs."""
    training = msgspec.structs.replace(new.training, iterations=old.training.iterations)
    return old == msgspec.structs.replace(new, title=old.title, training=training)
