"""A remedy: what may be changed against a cause, and what was measured of it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.records.cause import CauseKind
from engine.records.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Remedy:
    """A named set of changes of the document."""

    name: str
    """Such as "ReLU + He": what it changes, short enough for a button."""
    cause: CauseKind
    """Against which it is meant, or popularly said to help."""
    changes: tuple[tuple[str, object], ...]
    """Paths with their values, as `engine.documents.with_values` takes them."""
    is_popular: bool = False
    """Whether it is widely advised, though it does not help against this cause."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a remedy does to the gradient, measured in one pass that is not applied."""

    remedy: Remedy
    before: float | None
    """What is carried as it is; None where that is not finite, or 0 / 0."""
    after: float | None
    """The same with the remedy."""
    verdict: Verdict | None
    """On the pass with the remedy; None where there was none."""
    helps: bool
    """Whether the gradient then arrives, or comes much nearer to it; nothing of learning."""
    problem: str = ""
    """Why there was no pass, in a sentence."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Where a network stands after so many iterations of training."""

    iterations: int
    """Updates made: fewer than were asked for where a number was no longer finite."""
    carried: float | None
    """None where it is not finite, or 0 / 0."""
    loss: float | None
    """Of the batch that the next update would take, at the last state whose pass is finite."""
    accuracy: float | None
    """On held-out data; None for a regression."""
    r2: float | None
    """Likewise; None for a classification."""
    verdict: Verdict | None
