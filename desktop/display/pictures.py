"""What is drawn: frozen records with every number and every word, but no colour and no place.

`resolve` makes them, the views draw them. Strengths are log10 of a gradient relative to
the reference of its row; NaN stands where a value has no place on a log axis, and the
`ValueKind` beside it says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from desktop.display.options import LowerView, Playhead
from desktop.display.scales import Axis
from engine.document.lanes import Lane
from engine.training.history import Stretches

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I32 = NDArray[np.int32]

Shape = Literal["down", "dot", "up", "down_outline", "up_outline", "ring", "cross"]
"""▼ ● ▲ ▽ △ ○ ✕: the shapes of a verdict, drawn, never set as text."""


@dataclass(frozen=True, slots=True)
class Arc:
    """A skip connection, active or possible."""

    source: int
    end: int
    is_active: bool
    strength: float
    """log10 of the gradient that comes down through it, relative; NaN where there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class DiagramPicture:
    """The network: units as nodes, layers as columns at x = 1 ... L, input 0, loss L + 1."""

    depth: int
    title: str
    subtitle: str
    widths: tuple[int, ...]
    layer_names: tuple[str, ...]
    unit_counts: I32
    """(L+1) units drawn of each layer."""
    unit_strengths: F32
    """(L+1, units)."""
    unit_kinds: I8
    """(L+1, units) `ValueKind`; -1 where no unit is drawn."""
    layer_strengths: F64
    """(L+1)."""
    layer_kinds: I8
    """(L+1)."""
    link_strengths: F32
    """(L, to, from); (0, 0, 0) where links are not recorded."""
    branch_strengths: F64
    """(L+1) what arrives at each layer through the layer above it."""
    arcs: tuple[Arc, ...]
    input_names: tuple[str, ...]
    loss_text: str
    has_measure: bool
    """False before the first pass: everything is drawn as not reached."""
    playhead: Playhead
    selected_layer: int | None
    arrow_text: str
    has_every_loss: bool = False
    """Whether the loss enters at every place, so that a pass can start from any one."""


@dataclass(frozen=True, slots=True)
class Part:
    """One factor of the why product: "σ′" 0.24."""

    name: str
    factor: float


@dataclass(frozen=True, slots=True)
class OffAxisCount:
    """How many layers lie off the axis, and what their mark says."""

    count: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class FlowLine:
    """A named line beside the bars, such as the direct cell path."""

    name: str
    places: F64
    """(L+1) on the axis; NaN where there is nothing."""
    is_of_forward: bool = False
    """Whether the forward pass left it, so that it is there before the gradient comes."""


@dataclass(frozen=True, slots=True, eq=False)
class TheoryLine:
    """What a theory says of the bars: a line, with a band or without."""

    name: str
    places: F64
    """(L+1) on the axis; NaN where the theory says nothing."""
    low: F64 | None = None
    high: F64 | None = None
    """(L+1) edges of the band."""
    is_bound: bool = False
    """Whether the bars cannot pass it, rather than lie around it."""


@dataclass(frozen=True, slots=True)
class TheoryNote:
    """A theory that was switched on, for those who want to know more of it."""

    name: str
    title: str
    formula: str
    source: str
    is_drawn: bool
    reason: str
    """Why it is not drawn, or what to keep in mind."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FlowPicture:
    """The log bars under the nodes."""

    depth: int
    quantity: str
    title: str
    subtitle: str
    """What exactly is drawn, with its unit and reduction."""
    axis: Axis
    places: F64
    """(L+1) place on the axis; NaN off the axis and where the quantity does not exist."""
    values: F64
    """(L+1) the absolute values behind the places."""
    kinds: I8
    """(L+1) `ValueKind`; -1 where the quantity does not exist (no weights at the input)."""
    strengths: F64
    """(L+1) log10 ratio that colours the bar; NaN takes no colour."""
    before_places: F64 | None = None
    """(L+1) the marks of the pass before the last toggle."""
    factors: tuple[str | None, ...]
    """(L) text over the bar of layer l = 1 ... L, where there is room to say it."""
    changing: range = range(0)
    """The bars over which a factor could stand, were there room."""
    headline: str = ""
    """The value at the playhead or of the selected layer, large."""
    headline_layer: int | None = None
    crossing: tuple[Part, ...] = ()
    """The factors of the link being crossed; empty at rest."""
    crossing_layer: int | None = None
    """The layer whose block is being crossed; L + 1 for the head."""
    zeros: OffAxisCount | None = None
    not_finite: OffAxisCount | None = None
    note: str = ""
    """What the reference is, where it is not the gradient of layer L."""
    guide: float | None = None
    """Place of the rule of thumb (update : weight 10⁻³)."""
    guide_text: str = ""
    playhead: Playhead
    selected_layer: int | None
    has_measure: bool
    lines: tuple[FlowLine, ...] = ()
    theories: tuple[TheoryLine, ...] = ()
    place_name: str = "layer"
    """What the numbers under the bars count."""
    has_input: bool = True
    """Whether the input has a bar of its own, the first."""
    bar_name: str = ""
    """What the bars are, where a legend must say so."""
    has_relative: bool = True
    """Whether the quantity can be drawn relative to the loss end."""
    has_log: bool = True
    """Whether it can be drawn on a logarithmic axis."""


@dataclass(frozen=True, slots=True, eq=False)
class HistoryPicture:
    """The heat map layer × iteration, relative to each iteration's own loss end.

    The stretches belong to the history and hold until its next row: a view turns them
    into an image at once, and only those that are new.
    """

    depth: int
    title: str
    subtitle: str
    stretches: Stretches
    halted: tuple[int, ...]
    """Iterations at which training met a number that was not finite."""
    cursor: int | None
    """The iteration being watched."""
    last: int
    """The right end of the x axis."""
    ticks: tuple[int, ...]
    strip_title: str
    strip_low: str
    strip_high: str
    """Smallest and largest absolute size of the loss end, as text."""
    begin: int = 0
    """The left end of the x axis."""
    place_name: str = "layer"
    first_column: int = 1
    """Where the rows of the stretches begin: 1 leaves the input out."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One line of a chart; where iterations were merged it is a band from `low` to `high`."""

    name: str
    x: F64
    low: F64
    high: F64
    """Places on the axis; NaN where there is none."""
    is_dashed: bool
    has_markers: bool
    latest: str
    """The last value as text."""
    lane: Lane | None = None
    """Whose it is, where two lanes are compared: each has a dash and a marker of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """Curves over the iterations that share an axis."""

    title: str
    subtitle: str
    axis: Axis
    curves: tuple[Curve, ...]
    guide: float | None = None
    """A horizontal line: what guessing the most frequent class reaches."""
    guide_text: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class CurvesPicture:
    """Loss, and accuracy or R², over the iterations."""

    charts: tuple[Chart, ...]
    last: int
    ticks: tuple[int, ...]
    cursor: int | None


@dataclass(frozen=True, slots=True, eq=False)
class ClippingPicture:
    """The norm of the gradient before clipping over the iterations, with the threshold."""

    title: str
    subtitle: str
    axis: Axis
    norm: Curve
    threshold: Curve
    """Without places where clipping is off."""
    first: NDArray[np.int64]
    """(n) where each stretch of iterations begins."""
    end: NDArray[np.int64]
    """(n) the iteration after each stretch."""
    is_engaged: NDArray[np.bool_]
    """(n) whether clipping did something in each."""
    engaged_text: str
    """How often in the last iterations; empty before the first update."""
    zeros: F64
    """Iterations with a gradient of exactly 0."""
    not_finite: F64
    """Iterations whose norm is infinite or not a number."""
    stretches: Stretches
    last: int
    """The right end of the x axis."""
    cursor: int | None
    """The iteration being watched."""


@dataclass(frozen=True, slots=True)
class WhyRow:
    """A bar of the waterfall: from log10 `start` to `end`."""

    name: str
    factor: float
    start: float
    end: float
    is_total: bool = False
    told: str = ""
    """What is said to a hall instead of "× factor": a road past a layer adds, "+ 1"."""


@dataclass(frozen=True, slots=True)
class WhyPicture:
    """What a layer hands on, as an exact product; without rows where only a sentence is right."""

    layer: int
    title: str
    heading: str
    rows: tuple[WhyRow, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class VerdictPicture:
    """The verdict: shape, word, sentence; its colour is `Theme.verdict_colour(kind)`."""

    kind: str
    shape: Shape
    word: str
    sentence: str
    before: str
    """"Before: 1.8 × 10⁻⁸", or empty."""


@dataclass(frozen=True, slots=True)
class SharePart:
    """How many decades a part of every layer or time step accounts for."""

    letter: str
    name: str
    decades: float | None
    """log10, below 0 where it takes away; None where it was not measured."""
    text: str
    is_named: bool
    """Whether it is this part that the cause names."""


@dataclass(frozen=True, slots=True)
class CausePicture:
    """Why the gradient is as it is: a sentence, and the shares that stand beside it."""

    kind: str
    sentence: str
    """"Why: the weights are too small ..."."""
    is_explaining: bool
    """False where there is nothing to explain."""
    parts: tuple[SharePart, ...]
    tooltip: str
    """The shares with their numbers, one a line."""


@dataclass(frozen=True, slots=True)
class UpdateBar:
    """One number on the way from the gradient to the update."""

    name: str
    hint: str
    value: float
    place: float
    """log10; NaN off the axis."""
    text: str
    is_of_phase: bool
    """Whether the present phase is about it."""


@dataclass(frozen=True, slots=True)
class UpdateBarsPicture:
    """From the raw gradient to the update, on one logarithmic axis."""

    title: str
    subtitle: str
    bars: tuple[UpdateBar, ...]
    axis: Axis
    threshold: float | None
    """Its place, where clipping is by norm."""


@dataclass(frozen=True, slots=True)
class AutopsyPicture:
    """What led to a number that is not finite, and how to begin again."""

    sentence: str
    growth: str
    """Of the sentence what the verdict does not say, where there is no room for all of it."""
    advice: str
    """What to do now."""
    first: int
    """The first iteration of the film of what came before."""
    last: int
    """The iteration of the halt."""
    good: int | None
    """That of the last good state; None where there is none."""
    is_changed: bool
    """Whether the settings are others than those that led there."""


@dataclass(frozen=True, slots=True, eq=False)
class LowerPicture:
    """What stands at the lower left of the theatre."""

    view: LowerView = "history"
    choices: tuple[LowerView, ...] = ("history",)
    """What could stand there."""
    words: tuple[tuple[str, str], ...] = ()
    """What each of them is called, and a hint."""
    flow: FlowPicture | None = None
    """Of gates, weight shares and the spectrum: bars and lines along time."""
    note: str = ""
    """Why there is nothing to draw yet."""
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class LanePicture:
    """What names one of two lanes that are compared."""

    name: Lane
    title: str
    """Its differences as short words: "Variant: skips, 1/L · ReLU"."""
    is_edited: bool
    """Whether it is the lane that the panels show and edit."""
    end: str
    """The absolute size of its loss end: "loss end 0.012"; empty before the first pass."""
    carried: str = ""
    """What its first place receives of its loss end: "1.8 × 10⁻⁸"; empty before the first pass."""
    words: tuple[str, ...] = ()
    """All of its differences; a title has room for a few."""
    shift: int = 0
    """By how many places it is shorter than the longer lane: its place p stands under, or over,
    place p + shift of that one."""
