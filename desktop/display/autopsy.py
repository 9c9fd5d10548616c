"""What is said and offered where training has halted at a number that is not finite."""

from __future__ import annotations

from desktop.display.pictures import AutopsyPicture
from engine.analysis.autopsy_words import tell_autopsy, tell_growth
from engine.records.frames import Autopsy

_UNCHANGED = "First change what led there, or take a remedy: else it comes again."
_CHANGED = "Settings changed: start again with the same seed, or go on."
_CHANGED_AT_START = "Settings changed: start with the same seed."


def resolve_autopsy(
    autopsy: Autopsy, part: str, passes: int, *, is_changed: bool
) -> AutopsyPicture:
    """The sentence, the iterations of the film, and where training can begin again.

    Args:
        autopsy: of the halt.
        part: what has weights of its own: "layer".
        passes: that a film has at most.
        is_changed: whether the settings are others than those that led there.
    """
    last = autopsy.halted.iteration
    good = autopsy.last_good
    changed = _CHANGED_AT_START if good is None else _CHANGED
    return AutopsyPicture(
        sentence=tell_autopsy(autopsy, part),
        growth=tell_growth(autopsy, part),
        advice=changed if is_changed else _UNCHANGED,
        first=max(0, last - passes + 1),
        last=last,
        good=good,
        is_changed=is_changed,
    )
