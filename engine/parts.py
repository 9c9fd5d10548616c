"""What every part of the document is made of: a frozen base, and numbers and texts with bounds."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, get_args

from msgspec import Meta, Struct

MAX_LAYERS = 2_000
MAX_UNITS = 4_096
MAX_TIME_STEPS = 5_000

Units = Annotated[int, Meta(ge=1, le=MAX_UNITS)]
Fraction = Annotated[float, Meta(ge=0.0, le=1.0)]
Size = Annotated[float, Meta(ge=0.0, le=1e6)]
Scale = Annotated[float, Meta(ge=-1e6, le=1e6)]
PositiveSize = Annotated[float, Meta(gt=0.0, le=1e6)]
BatchSize = Annotated[int, Meta(ge=1, le=4_096)]
Length = Annotated[int, Meta(ge=1, le=MAX_TIME_STEPS)]
LayerIndex = Annotated[int, Meta(ge=1, le=MAX_LAYERS)]
Name = Annotated[str, Meta(min_length=1, max_length=500)]
PathText = Annotated[str, Meta(min_length=1, max_length=4_000)]

ActivationName = Literal[
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "gelu",
    "gelu_tanh",
    "elu",
    "selu",
    "silu",
    "softplus",
    "softsign",
    "hardtanh",
    "sin",
    "linear",
]
ReadoutName = Literal["last", "mean", "all"]
DecimalMark = Literal[".", ","]
MissingPolicy = Literal["refuse", "drop", "fill"]

ACTIVATIONS: tuple[ActivationName, ...] = get_args(ActivationName)


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every part of the document."""

    schema_rules: ClassVar[tuple[dict[str, Any], ...]] = ()
    """Rules of JSON Schema that bind one entry to another (`engine.document.schema_rules`)."""
