"""The passes before a number that is not finite, as a film."""

from __future__ import annotations

from dataclasses import dataclass

from engine.records.frames import TrainingFrame


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """The last passes up to a halt, fully recorded, oldest first; the last one is its own."""

    frames: tuple[TrainingFrame, ...]

    @property
    def first(self) -> int:
        """Its first iteration."""
        return self.frames[0].iteration

    @property
    def last(self) -> int:
        """The iteration of the halt."""
        return self.frames[-1].iteration
