"""The networks of the open document: one, or two lanes that are compared; each with its run.

Values only: every command of a comparison makes new lanes of old ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from msgspec import structs

from engine import documents
from engine.document.experiment import Experiment
from engine.document.lanes import (
    Lane,
    baseline_of,
    find_shared_difference,
    join,
    list_changes,
    share,
)
from engine.document.lecture import Lecture
from engine.document.lecture_edits import carry_over
from engine.errors import DocumentError


@dataclass(frozen=True, slots=True)
class Network:
    """What one lane holds."""

    experiment: Experiment
    """Plain: without a variant."""
    run: int
    """The number of its run, which goes with it from lane to lane."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """What a document holds, and which of it the panels show and edit."""

    baseline: Network
    variant: Network | None = None
    edited: Lane = "baseline"
    lecture: Lecture | None = None
    """The beats of the document, as they follow from `origin`; the lanes are edited beside them."""
    origin: Experiment | None = None
    """The document's lanes when these beats were made."""

    @classmethod
    def of(cls, document: Experiment, run: int, next_run: Callable[[], int]) -> Self:
        """The lanes of a document; where it has two, the variant is edited.

        Args:
            document: as it is read.
            run: the number of the baseline's run.
            next_run: numbers the runs that follow.
        """
        lecture, document = document.lecture, structs.replace(document, lecture=None)
        variant = documents.variant_of(document)
        baseline = Network(baseline_of(document), run)
        lanes = cls(baseline, lecture=lecture, origin=document)
        if variant is None:
            return lanes
        return replace(lanes, variant=Network(variant, next_run()), edited="variant")

    @property
    def document(self) -> Experiment:
        """Both lanes as they are saved, and the lecture, whose beats stay what they were."""
        variant = self.variant
        lanes = join(self.baseline.experiment, None if variant is None else variant.experiment)
        if self.lecture is None or self.origin is None:
            return lanes
        lecture = carry_over(self.lecture, self.origin, lanes)
        return structs.replace(lanes, lecture=lecture)

    def with_lecture(self, lecture: Lecture | None) -> Self:
        """Other beats, which follow from the lanes as they are now."""
        return replace(self, lecture=lecture, origin=structs.replace(self.document, lecture=None))

    @property
    def shown(self) -> Network:
        """The lane that is edited."""
        if self.edited == "variant" and self.variant is not None:
            return self.variant
        return self.baseline

    @property
    def other(self) -> Network | None:
        """The lane beside it; None where nothing is compared."""
        return self.baseline if self.shown is self.variant else self.variant

    @property
    def experiments(self) -> dict[int, Experiment]:
        """By the numbers of their runs, the baseline first."""
        networks = [self.baseline] if self.variant is None else [self.baseline, self.variant]
        return {network.run: network.experiment for network in networks}

    def edit(self, experiment: Experiment) -> Self:
        """Another experiment in the edited lane; the other lane follows in what both share."""
        other = self.other
        if other is not None:
            other = replace(other, experiment=_follow(self.shown.experiment, experiment, other))
        return self._with(replace(self.shown, experiment=experiment), other)

    def can_stand_beside(self, experiment: Experiment) -> bool:
        """Whether it has the task and the kind of network of the baseline."""
        baseline = self.baseline.experiment
        return find_shared_difference(baseline, share(baseline, experiment)) is None

    def open(self, experiment: Experiment, run: int) -> Self:
        """A variant beside the baseline, in the place of any other one; it is edited."""
        variant = Network(share(self.baseline.experiment, experiment), run)
        return replace(self, variant=variant, edited="variant")

    def hold(
        self, baseline: Experiment, variant: Experiment | None, next_run: Callable[[], int]
    ) -> Self:
        """Other experiments, in one lane or two; the runs there are go on where they can."""
        first = replace(self.baseline, experiment=baseline)
        if variant is None:
            return replace(self, baseline=first, variant=None, edited="baseline")
        run = next_run() if self.variant is None else self.variant.run
        return replace(self, baseline=first, variant=Network(variant, run), edited="variant")

    def swap(self) -> Self:
        """Each network in the other lane."""
        if self.variant is None:
            return self
        return replace(self, baseline=self.variant, variant=self.baseline)

    def copy_to(self, lane: Lane, run: int) -> Self:
        """What the other lane holds in this one too, as a run of its own."""
        if self.variant is None:
            return self
        if lane == "variant":
            return replace(self, variant=Network(self.baseline.experiment, run))
        return replace(self, baseline=Network(self.variant.experiment, run))

    def promote(self) -> Self:
        """The variant alone."""
        return self if self.variant is None else self.swap().leave()

    def leave(self) -> Self:
        """The baseline alone."""
        return replace(self, variant=None, edited="baseline")

    def choose(self, lane: Lane) -> Self:
        """Edit this lane, if there is such a one."""
        return self if lane == "variant" and self.variant is None else replace(self, edited=lane)

    def _with(self, shown: Network, other: Network | None) -> Self:
        if self.shown is self.variant:
            assert other is not None
            return replace(self, baseline=other, variant=shown)
        return replace(self, baseline=shown, variant=other)


def _follow(old: Experiment, new: Experiment, other: Network) -> Experiment:
    """The other lane after an edit of one, which may have changed what both must share.

    Another task or kind of network comes with all else that the edit changed; a network that
    cannot learn that task gives way to the edited one.
    """
    shared = share(new, other.experiment)
    if find_shared_difference(new, shared) is None:
        return shared
    try:
        followed = documents.with_values(other.experiment, list_changes(old, new).items())
    except DocumentError:
        return new
    return new if find_shared_difference(new, followed) else followed
