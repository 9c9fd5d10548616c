"""Edits of a lecture: its beats stay what they were when the document around them changes."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, structs

from engine.document.experiment import Experiment
from engine.document.lanes import list_changes
from engine.document.lecture import Beat, Lecture

_OF_THE_DOCUMENT = ("seed", "title", "training.iterations")
"""What no beat sets by itself: a lecture is played for other seeds too."""


def list_own_changes(old: Experiment, new: Experiment) -> dict[str, Any]:
    """What a beat has to change in one experiment to come to another one."""
    changes = list_changes(old, new)
    return {path: value for path, value in changes.items() if path not in _OF_THE_DOCUMENT}


def carry_over(lecture: Lecture, origin: Experiment, document: Experiment) -> Lecture:
    """The beats after an edit of the experiment that they begin with.

    The first one undoes the edit, so that all show what they showed before.

    Args:
        lecture: its beats follow from `origin`.
        origin: the document, without a lecture, as it was.
        document: the same as it is.
    """
    first, *others = lecture.beats
    undone = list_own_changes(document, origin)
    variant = first.variant
    if variant is UNSET and document.variant != origin.variant:
        variant = origin.variant
    if not undone and variant is first.variant:
        return lecture
    kept = {path: value for path, value in undone.items() if not _is_set(path, first)}
    first = structs.replace(first, changes={**kept, **first.changes}, variant=variant)
    return structs.replace(lecture, beats=(first, *others))


def _is_set(path: str, beat: Beat) -> bool:
    """Whether the beat itself sets a value, or what it is a part of."""
    return any(path == set_ or path.startswith(f"{set_}.") for set_ in beat.changes)
