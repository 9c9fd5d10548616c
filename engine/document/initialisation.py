"""How weights and biases are drawn, as the document describes it."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, get_args

from engine.document.schema_rules import has, needs, when
from engine.parts import Part, Scale, Size

SchemeName = Literal[
    "torch_default",
    "xavier_uniform",
    "xavier_normal",
    "he_uniform",
    "he_normal",
    "lecun_normal",
    "orthogonal",
    "identity",
    "normal",
    "uniform",
    "zeros",
]

SCHEMES: tuple[SchemeName, ...] = get_args(SchemeName)


class Initialisation(Part, frozen=True):
    """How weights and biases are drawn.

    `gain` multiplies the drawn weights. `bias` null means the scheme's own:
    U(+-1/sqrt(fan_in)) for torch_default, 0 for all the others.
    """

    schema_rules: ClassVar[tuple[dict[str, Any], ...]] = (
        when(has("scheme", "normal"), needs("std", "number")),
        when(has("scheme", "uniform"), needs("bound", "number")),
    )

    scheme: SchemeName = "torch_default"
    gain: Scale = 1.0
    std: Size | None = None
    bound: Size | None = None
    bias: Scale | None = None

    def __post_init__(self) -> None:
        if self.scheme == "normal" and self.std is None:
            raise ValueError("the initialisation 'normal' needs a standard deviation `std`")
        if self.scheme == "uniform" and self.bound is None:
            raise ValueError("the initialisation 'uniform' needs a `bound`")
