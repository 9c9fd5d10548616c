"""The feed-forward network as the document describes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, get_args

from msgspec import Meta

from engine.document.initialisation import Initialisation
from engine.document.specs import NetworkSpec, Reads, TaskSpec
from engine.parts import MAX_LAYERS, ActivationName, LayerIndex, Part, Scale, Units

if TYPE_CHECKING:
    from engine.document.experiment import Experiment

NormalisationName = Literal["none", "batch", "layer", "rms"]
SkipOrder = Literal["post", "pre", "add_then_act"]

NORMALISATIONS: tuple[NormalisationName, ...] = get_args(NormalisationName)


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


class Feedforward(NetworkSpec, frozen=True, kw_only=True, tag_field="kind", tag="feedforward"):
    """A chain of dense layers with a linear output layer after the last one."""

    reads: ClassVar[Reads] = "vectors"
    instead: ClassVar[str] = "a recurrent network"

    layers: Annotated[tuple[Layer, ...], Meta(min_length=1, max_length=MAX_LAYERS)]
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

    def list_quantities(self, task: TaskSpec) -> Mapping[str, int]:
        del task
        depth = self.depth
        parts = ("activation", "weights", "normalisation", "branch")
        return {
            **dict.fromkeys(("g", "relative", "update_ratio", "changed", "dead"), depth),
            **dict.fromkeys(("zero_layers", "saturated"), 0),
            **{f"factor.{part}": 0 for part in parts},
        }

    def weights_key(self) -> object:
        layers = tuple((layer.units, layer.initialisation) for layer in self.unrolled())
        return (layers, self.initialisation)


def network_of(experiment: Experiment) -> Feedforward:
    """The network of an experiment of this kind."""
    network = experiment.network
    assert isinstance(network, Feedforward)
    return network
