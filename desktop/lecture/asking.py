"""What the beats of a lecture ask, and until when: it follows from their order alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.document.script import Cue


@dataclass(frozen=True, slots=True)
class Asking:
    """The guesses and questions of a lecture, by beat."""

    cues: Sequence[Cue]

    def find(self, index: int) -> Cue | None:
        """The guess that is open, or was last: what stands over the pass until another one."""
        asking = ("predict", "question")
        before = (cue for cue in reversed(self.cues[: index + 1]) if cue.beat.kind in asking)
        return next(before, None)

    def find_curve(self, index: int) -> Cue | None:
        """The curve that is asked for, or is over what is drawn until it has been answered."""
        asked = self.find(index)
        if asked is None or asked.beat.ask != "curve":
            return None
        between = self.cues[asked.index + 1 : index]
        return None if any(cue.beat.kind in ("reveal", "train") for cue in between) else asked

    def find_choices(self, index: int) -> Cue | None:
        """Whose choices are shown: until the beat is over that tells which one is right."""
        asked = self.find(index)
        if asked is None or asked.beat.ask != "choice":
            return None
        if asked.beat.kind == "question":  # it marks its own right choice
            return asked if asked.index == index else None
        between = self.cues[asked.index + 1 : index]
        return None if any(self.resolves(cue.beat.kind) for cue in between) else asked

    def is_resolved(self, index: int, *, is_at_end: bool) -> bool:
        """Whether the right choice has been marked when a beat begins."""
        asked = self.find(index)
        if asked is None:
            return False
        if asked.index == index:
            return is_at_end and asked.beat.kind == "question"
        between = self.cues[asked.index + 1 : index + is_at_end]
        return any(self.resolves(cue.beat.kind) for cue in between)

    def has_open_choice(self, index: int) -> bool:
        """Whether a beat tells which choice is right."""
        asked = self.find(index)
        return asked is not None and asked.beat.ask == "choice" and asked.index < index

    @staticmethod
    def resolves(kind: str) -> bool:
        """Whether a beat of this kind tells, at its end, which choice is right."""
        return kind in ("play", "compare", "train", "reveal")
