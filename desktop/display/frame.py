"""The whole picture of one moment: what `resolve` makes and every view draws from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from desktop.display.kind import DisplayKind
from desktop.display.options import Playhead
from desktop.display.pictures import (
    CausePicture,
    ClippingPicture,
    CurvesPicture,
    DiagramPicture,
    FlowPicture,
    HistoryPicture,
    LanePicture,
    LowerPicture,
    TheoryNote,
    UpdateBarsPicture,
    VerdictPicture,
    WhyPicture,
)
from engine.document.experiment import Experiment
from engine.document.lanes import Lane
from engine.records.trace import Trace
from engine.training.history import NO_UPDATES, UpdateRows


@dataclass(frozen=True, slots=True, eq=False)
class DisplayFrame:
    """The whole picture of one moment."""

    kind: DisplayKind
    """What knows how this kind of network is drawn and worded."""
    experiment: Experiment
    iteration: int
    trace: Trace | None
    diagram: DiagramPicture
    flow: FlowPicture
    history: HistoryPicture
    curves: CurvesPicture
    clipping: ClippingPicture
    why: WhyPicture | None
    verdict: VerdictPicture | None
    cause: CausePicture | None
    """Of the same pass as the verdict."""
    playhead: Playhead
    selected_layer: int | None
    title: str
    caption: str
    """What is happening now, in one sentence; the running product while a pass plays."""
    footer: str
    """Network, task, iteration and seed, so that a picture can be reproduced."""
    lower: LowerPicture = field(default_factory=LowerPicture)
    updates: UpdateRows = NO_UPDATES
    """Update : weight of the passes that were recorded in full."""
    last_iteration: int = 0
    """The last one that the history knows."""
    update_bars: UpdateBarsPicture | None = None
    """In the phases after the backward pass, in slow mode."""
    own: object | None = None
    """What only the views of this kind of network read."""
    theories: tuple[TheoryNote, ...] = ()
    """What is told of the theories that are switched on."""
    lane: LanePicture | None = None
    """Which lane it is, where two are compared."""
    variant: DisplayFrame | None = None
    """The second lane, on the same axes, of the first one's frame."""

    @property
    def edited(self) -> DisplayFrame:
        """The lane whose numbers the panels show: itself, or the variant."""
        variant = self.variant
        if variant is not None and variant.lane is not None and variant.lane.is_edited:
            return variant
        return self

    @property
    def source(self) -> str:
        """From what a picture can be reproduced: `footer`, and in what its lanes differ."""
        if self.variant is None:
            return self.footer
        told = []
        for frame in self.lanes:
            assert frame.lane is not None
            words = ", ".join(frame.lane.words) or "the same"
            at = "" if frame.iteration == self.iteration else f" (iteration {frame.iteration:,})"
            told.append(f"{frame.lane.name}{at}: {words}")
        return f"{self.footer} · {'; '.join(told)}"

    @property
    def heading(self) -> str:
        """The title of a picture; of one of two lanes alone it says which."""
        if self.lane is None or self.variant is not None:
            return self.title
        return " · ".join(each for each in (self.title, self.lane.title) if each)

    def take_lane(self, name: Lane) -> DisplayFrame:
        """One of two lanes alone, with its own curves; itself where nothing is compared."""
        found = next((each for each in self.lanes if each.lane and each.lane.name == name), None)
        if found is None:
            return self
        charts = tuple(
            replace(chart, curves=tuple(each for each in chart.curves if each.lane == name))
            for chart in found.curves.charts
        )
        return replace(found, variant=None, curves=replace(found.curves, charts=charts))

    @property
    def lanes(self) -> tuple[DisplayFrame, ...]:
        """Both lanes, the baseline first; itself alone where nothing is compared."""
        return (self,) if self.variant is None else (self, self.variant)
