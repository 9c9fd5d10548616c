"""A recorded backward pass, as all kinds of network share it.

A pass runs along an axis of places, layers or time steps or what else a kind has, from the
loss towards the input. Arrays along it have one entry a place, place 1 first; where the axis
has an input, one more stands before them, index 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.records.record import F64, I8, Frozen


@dataclass(frozen=True, slots=True, eq=False)
class Axis(Frozen):
    """The places that a backward pass goes through."""

    noun: str
    """What a place is called, such as "layer" or "time step"."""
    labels: tuple[str, ...]
    """One a place, place 1 first."""
    has_input: bool
    """Whether the input is a place of its own, index 0 of the arrays."""

    @property
    def places(self) -> int:
        """How many there are, the input not counted."""
        return len(self.labels)


@dataclass(frozen=True, slots=True, eq=False)
class Quantity(Frozen):
    """Something measured at every place."""

    name: str
    values: F64
    """(places), or (places + 1) where the axis has an input."""
    kinds: I8
    """`ValueKind` of each value."""
    reference: float
    """What the values are drawn relative to; NaN where they are drawn as they are."""


@dataclass(frozen=True, slots=True, eq=False)
class Updates(Frozen):
    """The weights that the pass gives a gradient, one entry a matrix."""

    names: tuple[str, ...]
    gradient: F64
    """Norms of the raw gradients, before clipping and decay."""
    weight_norm: F64
    ratio: F64
    """Update : weight, of the update that follows; NaN where the weights are all zero."""
    noun: str = "layer"
    """What has such a matrix."""


@dataclass(frozen=True, slots=True)
class UpdateNorms:
    """What becomes of the gradient: Frobenius norms of all active parameters together."""

    clipped: float
    """What clipping leaves of the gradient."""
    decay_term: float
    """Weight decay times the weights: what L2 adds to the gradient; of AdamW, before the
    learning rate multiplies it."""
    update: float
    """Of the update itself; NaN where none can follow."""


@dataclass(frozen=True, slots=True, eq=False)
class Trace(Frozen):
    """One backward pass with everything recorded.

    Recorded on the batch and weights of `iteration` (that many updates were made before).
    """

    kind: str
    """The document's name of the kind of network."""
    iteration: int
    loss: float
    batch_size: int
    axis: Axis
    strength: Quantity
    """What is drawn by default: how strong the gradient is at each place."""
    loss_place: int
    """The place at which the pass begins: the last one, or where a loss was chosen."""
    updates: Updates
    gradient_norm: float
    """Norm of the whole gradient, all parameters, before clipping."""
    clip_factor: float
    """By which clipping by norm multiplied the whole gradient; 1 where it did nothing."""
    clipped_share: float
    """Share of gradient entries that clipping by value cut; 0 where it did nothing."""
    own: object
    """What only the folder of its kind reads."""
    norms: UpdateNorms | None = None
    """From the gradient to the update; None where it was not measured."""
    quantities: tuple[Quantity, ...] = ()
    """What else was measured along the axis."""
    factors: F64 | None = None
    """(places, parts), or one row more from the loss to the last place: the why factors, row
    l - 1 from place l to the one before it; None where a kind has none."""

    @property
    def places(self) -> int:
        """How many places the pass goes through, the input not counted."""
        return self.axis.places

    def is_like(self, other: Trace) -> bool:
        """Whether two passes can be drawn over each other.

        They must begin equally far from the last place, however many there are.
        """
        from_end = self.places - self.loss_place
        return self.kind == other.kind and from_end == other.places - other.loss_place
