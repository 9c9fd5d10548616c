"""What the viewer chose to see, and where the backward animation stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.display.scales import Axis
from engine.records.record import Phase
from engine.records.theory import WeightSizes
from engine.records.trace import Trace

LowerView = str
"""What can stand at the lower left of the theatre: one of `OF_TRAINING`, or of one kind's own."""
OF_TRAINING: tuple[LowerView, ...] = ("history", "clipping")
"""Lower views over the iterations, of every network."""
ViewName = str
"""A lower view, or one of `SHARED_VIEWS`."""
SHARED_VIEWS: tuple[ViewName, ...] = ("theatre", "diagram", "flow", "curves")
"""Of every network."""

_TOUCHING = 1e-9


@dataclass(frozen=True, slots=True)
class Playhead:
    """A position in the backward animation, counted in stages from the loss.

    Stage 0 is the loss (dL/d output), stage 1 is layer L, ..., stage L is layer 1 and
    stage L + 1 the input. A whole `position` is at rest on that stage; between two of
    them the pass is crossing the link that joins them.
    """

    position: float
    stage_count: int
    """L + 2, the loss and the input included."""
    is_playing: bool = False
    phase: Phase | None = None
    """The named phase in slow mode; None when only the backward pass is played."""
    is_live: bool = False
    """Whether training runs and every pass is drawn whole: then there is nothing to scrub."""

    @classmethod
    def at_end_of(cls, depth: int, *, is_live: bool = False) -> Playhead:
        """The playhead of a pass over `depth` layers that has ended: everything is lit."""
        return cls(float(depth + 1), depth + 2, is_live=is_live)

    @property
    def depth(self) -> int:
        """L."""
        return self.stage_count - 2

    @property
    def last(self) -> int:
        """The last stage: the input."""
        return self.stage_count - 1

    def at_end(self) -> bool:
        """Whether the backward pass has ended, so that everything is lit."""
        if self.phase in ("forward", "loss"):
            return False
        return self.phase in ("clip", "decay", "update") or (self.position >= self.last - _TOUCHING)

    def stage(self) -> int:
        """The stage that was reached last."""
        return min(self.last, max(0, int(self.position + _TOUCHING)))

    def layer_at(self) -> int:
        """The layer that was reached last: L + 1 is the loss, 0 the input."""
        return self.depth + 1 - self.stage()

    def is_crossing(self) -> bool:
        """Whether the pass is on its way from one stage to the next."""
        return abs(self.position - round(self.position)) > _TOUCHING

    def x(self) -> float:
        """The place on the shared x axis, on which layer l stands at l and the input at 0."""
        return self.depth + 1 - self.position

    def has_reached(self, layer: int) -> bool:
        """Whether the gradient has arrived at a layer (L + 1: the loss, 0: the input)."""
        if self.phase == "forward":
            return False
        if self.phase == "loss":
            return layer > self.depth
        return self.at_end() or layer >= self.x() - _TOUCHING


@dataclass(frozen=True, slots=True, eq=False)
class DisplayOptions:
    """Every choice of the viewer that changes the picture and not the network."""

    quantities: Mapping[str, str] = field(default_factory=dict)
    """What is drawn as bars of each kind of network, by the kind's name; else its usual one."""
    is_relative: bool = True
    """Drawn relative to the loss end; otherwise absolute values (key A)."""
    is_log: bool = True
    """Logarithmic axis; otherwise linear (key L)."""
    selected_layer: int | None = None
    """0 is the input, l a layer, L + 1 the loss."""
    selected_row: int | None = None
    """Of several recurrent layers the one that is inspected, from 1; None is the top one."""
    is_pinned: bool = False
    """Whether the selection stays where it is while the playhead moves."""
    before: Trace | None = None
    """The pass measured before the last toggle, drawn as marks over the new bars."""
    shown_iteration: int | None = None
    """The iteration whose pass is watched, if it is not the newest one."""
    film: tuple[int, int] | None = None
    """The iterations of the film to which the watched pass belongs: history and curves end at
    that pass, on an axis that holds the film."""
    lower_view: LowerView = "history"
    is_lower_folded: bool = False
    """Whether the lower row, history and curves, leaves its room to the others."""
    words: str | None = None
    """A sentence of which is measured which word matters; None: a held-out one."""
    answer: object | None = None
    """What was measured on demand for the lower view, where it is looked at; its kind reads it."""
    refusal: str = ""
    """Why there is none, in one sentence."""
    theories: frozenset[str] = frozenset()
    """The names of the theories that are drawn over the bars, where they hold."""
    weight_sizes: WeightSizes | None = None
    """What was measured on demand for them."""
    reduce_motion: bool = False
    hides_pass: bool = False
    """Whether nothing of the pass is drawn or said: a guess at it is to be made first."""
    holds_guess: bool = False
    """Whether the axis of the bars holds whatever somebody may have guessed."""
    axis: Axis | None = None
    """The gradient axis drawn last (`DisplayFrame.flow.axis`): it only grows; None refits it."""
    lower_axis: Axis | None = None
    """The same of the lower left view."""
