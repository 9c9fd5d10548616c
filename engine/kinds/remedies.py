"""Remedies that any kind of network can take, since they change the training alone.

What a kind adds of its own lists its folder; which of them are offered is decided in
`engine.analysis.remedies`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from engine.document.experiment import Experiment
from engine.records.cause import CauseKind
from engine.records.remedy import Remedy

CLIP_THRESHOLD = 1.0
DECAY = 0.1


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name and changes by path, whether or not they change anything; without any: nothing."""

    name: str
    changes: Mapping[str, object] = field(default_factory=dict)


Propose = Callable[[Experiment], Proposal]
"""What could be changed in an experiment."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What is offered against a cause."""

    helpful: tuple[Propose, ...] = ()
    """What helps, best first."""
    popular: tuple[Propose, ...] = ()
    """What is widely advised, and does not."""

    def list_remedies(self, experiment: Experiment, cause: CauseKind) -> tuple[Remedy, ...]:
        """As remedies of an experiment, what helps first; what has no changes is left out."""
        return (
            *_make(experiment, cause, self.helpful, is_popular=False),
            *_make(experiment, cause, self.popular, is_popular=True),
        )


def _make(
    experiment: Experiment, cause: CauseKind, proposals: Iterable[Propose], *, is_popular: bool
) -> Iterable[Remedy]:
    for propose in proposals:
        proposal = propose(experiment)
        if proposal.changes:
            yield Remedy(proposal.name, cause, tuple(proposal.changes.items()), is_popular)


def clip(experiment: Experiment) -> Proposal:
    """Clipping by norm, where nothing clips as much already."""
    name, clipping = f"Clip at {CLIP_THRESHOLD:g}", experiment.training.clip
    if clipping.kind == "value" or (
        clipping.kind == "norm" and clipping.threshold <= CLIP_THRESHOLD
    ):
        return Proposal(name)
    return Proposal(name, {"training.clip.kind": "norm", "training.clip.threshold": CLIP_THRESHOLD})


def _learning_rate(experiment: Experiment, factor: float, name: str) -> Proposal:
    rate = float(f"{experiment.training.learning_rate * factor:.12g}")
    return Proposal(f"Learning rate {name}", {"training.learning_rate": rate})


def learning_rate_tenth(experiment: Experiment) -> Proposal:
    return _learning_rate(experiment, 0.1, "÷ 10")


def learning_rate_hundredth(experiment: Experiment) -> Proposal:
    return _learning_rate(experiment, 0.01, "÷ 100")


def learning_rate_tenfold(experiment: Experiment) -> Proposal:
    return _learning_rate(experiment, 10.0, "× 10")


def weight_decay(experiment: Experiment) -> Proposal:
    """L2, where there is none."""
    changes = {} if experiment.training.weight_decay else {"training.weight_decay": DECAY}
    return Proposal(f"L2, λ = {DECAY:g}", changes)


def float64(experiment: Experiment) -> Proposal:
    del experiment
    return Proposal("float64", {"training.dtype": "float64"})
