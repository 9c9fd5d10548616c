"""A theory of a gradient: what it predicts of one network, or why it says nothing of it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.records.record import F64, Frozen


@dataclass(frozen=True, slots=True)
class TheoryRow:
    """One theory, whatever network it is held against."""

    name: str
    """As `measure --theory` writes it."""
    title: str
    """In a menu and a legend: "mean field"."""
    formula: str
    source: str
    about: str = ""
    """What a network must have for the theory to be about it, as in "layers"."""
    needs_weights: bool = False
    """Whether it needs more of the weights than a recorded pass holds."""

    def refuse(self, reason: str, *, is_open: bool = False) -> Theory:
        """It says nothing of this network; why, in one sentence."""
        return Theory(self, reason, is_open=is_open)

    def predict(
        self,
        line: F64 | None = None,
        low: F64 | None = None,
        high: F64 | None = None,
        reason: str = "",
        label: str = "",
        bound_label: str = "",
    ) -> Theory:
        """What it predicts; the arguments are the fields of `Theory`."""
        return Theory(self, reason, line, low, high, label or self.title, bound_label)


@dataclass(frozen=True, slots=True, eq=False)
class WeightSizes(Frozen):
    """What theories need of the weights beside a recorded pass."""

    iteration: int
    """Of the pass that the weights belong to."""
    samples: int
    """How many examples there are to train on."""
    own: object | None = None
    """What the kind measured for its own theories."""
    lambda_max: float | None = None
    """Largest eigenvalue of the loss's Hessian on the batch; None where no theory needs it."""


@dataclass(frozen=True, slots=True, eq=False)
class Theory(Frozen):
    """A row held against one pass; without a line and a bound it is not valid for it.

    Arrays have one entry a place of the pass, place 1 first: log10 of the gradient there over
    that at the place where the pass begins; NaN where the theory has nothing to say.
    """

    row: TheoryRow
    reason: str = ""
    """Why there is nothing, or why there is only a bound; else empty."""
    line: F64 | None = None
    low: F64 | None = None
    high: F64 | None = None
    """The band, or with no `low` an upper bound."""
    label: str = ""
    """What a legend calls the line, or what is said where no line can be drawn."""
    bound_label: str = ""
    """What it calls an upper bound."""
    is_open: bool = False
    """Whether it says nothing only as long as the weights are not measured."""

    @property
    def is_valid(self) -> bool:
        """Whether it says anything of this pass."""
        return self.line is not None or self.high is not None
