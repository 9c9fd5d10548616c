"""The document: an experiment and its parts, frozen, bounded and without torch.

An experiment is one JSON object (`*.gtheatre`). Unknown keys and values out of
bounds are refused with the path at which they stand. Every edit makes a new,
equal-comparable experiment; nothing here is ever changed in place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

FORMAT = "gradient-theatre/1"
MAX_LAYERS = 2_000
MAX_UNITS = 4_096
MAX_TIME_STEPS = 5_000

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
OptimiserName = Literal["sgd", "nesterov", "rmsprop", "adam", "adamw"]
ClipKind = Literal["none", "norm", "value"]
DtypeName = Literal["float32", "float64"]

ACTIVATIONS: tuple[ActivationName, ...] = get_args(ActivationName)
NORMALISATIONS: tuple[NormalisationName, ...] = get_args(NormalisationName)
SCHEMES: tuple[SchemeName, ...] = get_args(SchemeName)
OPTIMISERS: tuple[OptimiserName, ...] = get_args(OptimiserName)

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


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every part of the document."""


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


class Insurance(Part, frozen=True, tag_field="name", tag="insurance"):
    """Synthetic customers: age, education, income -> buys or not."""

    batch_size: BatchSize = 64


class Spirals(Part, frozen=True, tag_field="name", tag="spirals"):
    """Two interleaved spiral arms in the plane."""

    batch_size: BatchSize = 64


class Digits(Part, frozen=True, tag_field="name", tag="digits"):
    """Real handwritten digits, 8 x 8 grey values."""

    batch_size: BatchSize = 64


class Csv(Part, frozen=True, tag_field="name", tag="csv"):
    """The user's own table."""

    path: PathText
    target: Name
    columns: Annotated[tuple[Name, ...], Meta(min_length=1)] | None = None
    mode: Literal["classification", "regression"] | None = None
    batch_size: BatchSize = 64


class Adding(Part, frozen=True, tag_field="name", tag="adding"):
    """Add the two marked numbers of a sequence."""

    length: Annotated[int, Meta(ge=2, le=MAX_TIME_STEPS)] = 30
    batch_size: BatchSize = 64


class Recall(Part, frozen=True, tag_field="name", tag="recall"):
    """Repeat a few symbols after a long pause (the copy problem)."""

    length: Length = 30
    batch_size: BatchSize = 64


class SequentialDigits(Part, frozen=True, tag_field="name", tag="sequential_digits"):
    """The digits read row by row (8 time steps) or pixel by pixel (64)."""

    rows: bool = True
    batch_size: BatchSize = 64


class Series(Part, frozen=True, tag_field="name", tag="series"):
    """Next-value prediction on a real, standardised series."""

    source: Literal["sunspots", "co2", "csv"] = "sunspots"
    path: PathText | None = None
    column: Name | None = None
    length: Length = 30
    batch_size: BatchSize = 64

    def __post_init__(self) -> None:
        if self.source == "csv" and (self.path is None or self.column is None):
            raise ValueError("a series from a CSV file needs its `path` and its `column`")


class Autocomplete(Part, frozen=True, tag_field="name", tag="autocomplete"):
    """The ending of a sentence follows from a cause named at its beginning."""

    fillers: Annotated[int, Meta(ge=0, le=4_000)] = 20
    batch_size: BatchSize = 64


class Chatbot(Part, frozen=True, tag_field="name", tag="chatbot"):
    """The right reply needs the first request and the last sentence."""

    fillers: Annotated[int, Meta(ge=0, le=4_000)] = 30
    batch_size: BatchSize = 64


class Text(Part, frozen=True, tag_field="name", tag="text"):
    """Next word or character of the user's own text file."""

    path: PathText
    unit: Literal["word", "character"] = "word"
    length: Length = 40
    batch_size: BatchSize = 64


FeedforwardTask = Insurance | Spirals | Digits | Csv
RecurrentTask = Adding | Recall | SequentialDigits | Series | Autocomplete | Chatbot | Text
Task = FeedforwardTask | RecurrentTask
Network = Feedforward | Recurrent

_READOUTS: dict[type[Part], tuple[ReadoutName, ...]] = {
    Adding: ("last", "mean"),
    SequentialDigits: ("last", "mean"),
    Autocomplete: ("last", "mean"),
    Chatbot: ("last", "mean"),
    Recall: ("all",),
    Series: ("last", "all"),
    Text: ("last", "all"),
}


def task_name(task: Task) -> str:
    """The document's name of a task, for example "sequential_digits"."""
    return str(task.__struct_config__.tag)


def readouts_of(task: RecurrentTask) -> tuple[ReadoutName, ...]:
    """The read-outs that a recurrent task can be learned with."""
    return _READOUTS[type(task)]


class Clip(Part, frozen=True):
    """Gradient clipping; by norm it only ever scales down (Pascanu et al. 2013, algorithm 1)."""

    kind: ClipKind = "none"
    threshold: PositiveSize = 1.0


class Training(Part, frozen=True):
    """How the network is trained. `weight_decay` is torch's: L2 for all but adamw."""

    optimiser: OptimiserName = "sgd"
    learning_rate: Size = 0.1
    momentum: Annotated[float, Meta(ge=0.0, lt=1.0)] = 0.0
    weight_decay: Size = 0.0
    clip: Clip = Clip()
    iterations: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 2_000
    dtype: DtypeName = "float32"


class Experiment(Part, frozen=True, kw_only=True):
    """A whole experiment: everything that determines every number on screen."""

    format: Literal["gradient-theatre/1"]
    title: Annotated[str, Meta(max_length=500)] = ""
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1)] = 0
    task: Task
    network: Network
    training: Training = Training()

    def __post_init__(self) -> None:
        name = task_name(self.task)
        if isinstance(self.network, Feedforward):
            if not isinstance(self.task, FeedforwardTask):
                raise ValueError(f"the task '{name}' is a sequence and needs a recurrent network")
        elif not isinstance(self.task, RecurrentTask):
            raise ValueError(f"the task '{name}' is no sequence and needs a feedforward network")
        elif self.network.readout not in readouts_of(self.task):
            allowed = " or ".join(f"'{readout}'" for readout in readouts_of(self.task))
            raise ValueError(
                f"the task '{name}' is learned with the readout {allowed}, "
                f"not '{self.network.readout}'"
            )


def keeps_weights(old: Experiment, new: Experiment) -> bool:
    """Whether `new` can go on with the weights and the iteration of `old`.

    Activation, skips, normalisation, gates, clipping, L2, learning rate,
    optimiser, batch size, title and the number of iterations may differ; widths,
    layers, cell, task, initialisation, seed and dtype may not.
    """
    return _weights_key(old) == _weights_key(new)


def _weights_key(experiment: Experiment) -> object:
    network = experiment.network
    shape: object
    if isinstance(network, Feedforward):
        layers = tuple((layer.units, layer.initialisation) for layer in network.unrolled())
        shape = (layers, network.initialisation)
    else:
        shape = (
            network.cell,
            network.hidden,
            network.layers,
            network.readout,
            network.embedding,
            network.initialisation,
            network.recurrent_initialisation,
            network.forget_bias,
        )
    fields = (f for f in experiment.task.__struct_fields__ if f != "batch_size")
    task = (
        type(experiment.task),
        *(getattr(experiment.task, field) for field in fields),
    )
    return (experiment.seed, experiment.training.dtype, task, shape)
