"""The network as the document describes it: feed-forward or recurrent, and how it begins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

from msgspec import Meta

from engine.parts import MAX_LAYERS, MAX_TIME_STEPS, Fraction, LayerIndex, Part, Scale, Size, Units

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
NormalisationName = Literal["none", "batch", "layer", "rms"]
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
SkipOrder = Literal["post", "pre", "add_then_act"]
CellName = Literal["rnn", "lstm", "gru"]
ReadoutName = Literal["last", "mean", "all"]

ACTIVATIONS: tuple[ActivationName, ...] = get_args(ActivationName)
NORMALISATIONS: tuple[NormalisationName, ...] = get_args(NormalisationName)
SCHEMES: tuple[SchemeName, ...] = get_args(SchemeName)


class Initialisation(Part, frozen=True):
    """How weights and biases are drawn.

    `gain` multiplies the drawn weights. `bias` null means the scheme's own:
    U(+-1/sqrt(fan_in)) for torch_default, 0 for all the others.
    """

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


class RecurrentInitialisation(Initialisation, frozen=True):
    """How W_hh is drawn; `spectral_radius` rescales each gate's block by its measured radius."""

    spectral_radius: Size | None = None


class Layer(Part, frozen=True):
    """A dense layer, or `repeat` equal ones in a row."""

    units: Units
    activation: ActivationName = "tanh"
    normalisation: NormalisationName = "none"
    repeat: Annotated[int, Meta(ge=1, le=MAX_LAYERS)] = 1
    leaky_slope: Scale = 0.01
    initialisation: Initialisation | None = None


class Skip(Part, frozen=True):
    """Skip connections: they end at layers 2k, 3k, ... for `every` = k (k = 1: from layer 2)."""

    every: Annotated[int, Meta(ge=0, le=MAX_LAYERS)] = 0
    scale: Scale | Literal["1/L", "1/sqrt(L)"] = 1.0
    order: SkipOrder = "post"
    off: tuple[LayerIndex, ...] = ()


class Feedforward(Part, frozen=True, tag_field="kind", tag="feedforward"):
    """A chain of dense layers with a linear output layer after the last one."""

    layers: Annotated[tuple[Layer, ...], Meta(min_length=1, max_length=MAX_LAYERS)]
    initialisation: Initialisation = Initialisation()
    skip: Skip = Skip()

    def __post_init__(self) -> None:
        depth = sum(layer.repeat for layer in self.layers)
        if depth > MAX_LAYERS:
            raise ValueError(f"{depth:,} layers are too many: at most {MAX_LAYERS:,} fit")

    @property
    def depth(self) -> int:
        """L, the number of layers after `repeat`; the output layer does not count."""
        return sum(layer.repeat for layer in self.layers)

    def unrolled(self) -> tuple[Layer, ...]:
        """One `Layer` per layer of the network, layer 1 first."""
        return tuple(layer for layer in self.layers for _ in range(layer.repeat))

    def skip_source(self, end: int) -> int | None:
        """The layer from which a skip connection ends at layer `end`, or None."""
        k = self.skip.every
        if k < 1 or end % k or end < 2 * k or end > self.depth or end in self.skip.off:
            return None
        return end - k

    def possible_skips(self) -> Iterator[tuple[int, int]]:
        """(source, end) of every arc that `skip.every` could draw, the switched-off ones too."""
        k = self.skip.every or 1
        return ((end - k, end) for end in range(2 * k, self.depth + 1, k))

    def branch_scale(self) -> float:
        """The number that multiplies a residual branch."""
        if self.skip.scale == "1/L":
            return 1.0 / self.depth
        if self.skip.scale == "1/sqrt(L)":
            return float(self.depth**-0.5)
        return float(self.skip.scale)


class Gates(Part, frozen=True):
    """Each gate: null = learned; a number from 0 to 1 = forced to it, after its sigmoid."""

    input: Fraction | None = None
    forget: Fraction | None = None
    output: Fraction | None = None
    update: Fraction | None = None
    reset: Fraction | None = None


GATES_OF_CELL: dict[CellName, tuple[str, ...]] = {
    "rnn": (),
    "lstm": ("input", "forget", "output"),
    "gru": ("update", "reset"),
}


class Recurrent(Part, frozen=True, tag_field="kind", tag="recurrent"):
    """A stack of recurrent layers with a linear read-out."""

    cell: CellName
    activation: Literal["tanh", "relu", "linear"] = "tanh"
    hidden: Annotated[int, Meta(ge=1, le=1_024)] = 32
    layers: Annotated[int, Meta(ge=1, le=4)] = 1
    readout: ReadoutName = "last"
    embedding: Annotated[int, Meta(ge=1, le=1_024)] = 16
    initialisation: Initialisation = Initialisation()
    recurrent_initialisation: RecurrentInitialisation | None = None
    forget_bias: Annotated[float, Meta(ge=-3.0, le=5.0)] = 0.0
    gates: Gates = Gates()
    cut_h_to_gates: bool = False
    truncation: Annotated[int, Meta(ge=0, le=MAX_TIME_STEPS)] = 0

    def __post_init__(self) -> None:
        own = GATES_OF_CELL[self.cell]
        for name in Gates.__struct_fields__:
            if getattr(self.gates, name) is not None and name not in own:
                raise ValueError(f"the {self.cell.upper()} cell has no {name} gate to force")


Network = Feedforward | Recurrent
