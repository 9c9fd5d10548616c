"""From the runs of two lanes that are compared to one picture, on shared axes.

The lanes are aligned at the loss end: with unequal numbers of layers or time steps, the last
places stand under each other, and the playhead is as many stages from the loss in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from desktop.display.axis_owner import leave_axes_of_others, name_owner, own_axes
from desktop.display.frame import DisplayFrame
from desktop.display.history_and_curves import resolve_lane_curves
from desktop.display.kind import DisplayKind
from desktop.display.lane_words import name_lanes, word_differences
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.pictures import LanePicture
from desktop.display.resolve import resolve, resolve_on_axes
from desktop.display.scales import Axis, format_number
from engine.document.experiment import Experiment
from engine.document.lanes import LANES, Lane
from engine.records.cause import Cause
from engine.records.frames import TrainingFrame
from engine.records.trace import Trace
from engine.records.verdict import Verdict
from engine.training.history import History


@dataclass(frozen=True, slots=True, eq=False)
class LaneSource:
    """What `resolve` needs to know of the run of one lane."""

    kind: DisplayKind
    """Of the experiment's network."""
    experiment: Experiment
    """The lane's own document."""
    frame: TrainingFrame | None
    """The pass to draw, with its trace; None before the first one."""
    history: History
    verdict: Verdict | None = None
    before: Trace | None = None
    """The pass measured before the last toggle of this lane, if it can be drawn with `frame`."""
    majority: float | None = None
    cause: Cause | None = None
    answer: object | None = None
    """What was measured on demand of this lane while the panels show the other one."""

    @property
    def places(self) -> int:
        """How many places the pass goes through, the input not counted."""
        if self.frame is None or self.frame.trace is None:
            return self.kind.count_places(self.experiment)
        return self.frame.trace.places


def resolve_lanes(
    baseline: LaneSource,
    variant: LaneSource,
    edited: Lane,
    options: DisplayOptions,
    playhead: Playhead,
) -> DisplayFrame:
    """Everything that is drawn of two lanes: the baseline's frame, with the variant's in it.

    Args:
        baseline: the run of the first lane.
        variant: the run of the second one.
        edited: the lane that the panels show; `options.selected_layer` and `options.answer`
            are that lane's.
        options: what the viewer chose; `before` is taken from the lanes.
        playhead: where the animation stands, on the places of the longer lane.
    """
    sources = {"baseline": baseline, "variant": variant}
    owner = hash(
        tuple(
            name_owner(each.experiment, replace(options, before=each.before))
            for each in sources.values()
        )
    )
    options = _share_quantity(leave_axes_of_others(options, owner), baseline, variant)
    most = max(baseline.places, variant.places)
    if playhead.depth != most:
        playhead = replace(playhead, position=float(most + 1), stage_count=most + 2)
    frames: dict[Lane, DisplayFrame] = {}
    axis, lower_axis = options.axis, options.lower_axis
    for name in LANES:
        source = sources[name]
        shift = source.places - sources[edited].places
        own = replace(
            _select(options, playhead, source.places, shift),
            before=source.before,
            axis=axis,
            lower_axis=lower_axis,
            answer=options.answer if name == edited else source.answer,
            weight_sizes=options.weight_sizes if name == edited else None,
            refusal=options.refusal if name == edited else "",
        )
        frames[name] = resolve_on_axes(
            source.kind,
            source.experiment,
            source.frame,
            source.history,
            source.verdict,
            own,
            _align(playhead, source.places),
            source.majority,
            source.cause,
        )
        # The second lane grows the axis of the first one, which then takes the grown one.
        axis = frames[name].flow.axis
        lower = frames[name].lower.flow
        lower_axis = lower_axis if lower is None else lower.axis
    curves = resolve_lane_curves(
        tuple((name, sources[name].history, sources[name].majority) for name in LANES), options
    )
    words = word_differences(baseline.kind, baseline.experiment, variant.experiment)
    made = []
    for name, title, own_words in zip(LANES, name_lanes(words), words, strict=True):
        frame = _share_axes(frames[name], axis, lower_axis)
        history = replace(
            frame.history,
            title=f"{frame.history.title}, {name}",
            last=curves.last,
            ticks=curves.ticks,
        )
        lane = LanePicture(
            name,
            title,
            name == edited,
            *_measure(sources[name]),
            words=own_words,
            shift=most - sources[name].places,
        )
        made.append(own_axes(replace(frame, curves=curves, history=history, lane=lane), owner))
    return replace(made[0], variant=made[1])


def resolve_sources(
    sources: Mapping[Lane, LaneSource],
    options: DisplayOptions | None = None,
    playhead: Playhead | None = None,
    edited: Lane = "baseline",
) -> DisplayFrame:
    """A pass of both lanes or of one alone, outside the window.

    Args:
        sources: the lanes; with them, what was measured on demand and is compared.
        options: what is chosen; as everything is drawn at first without them.
        playhead: where the animation stands; at its end without one.
        edited: of two lanes the one that the panels show.
    """
    options = options or DisplayOptions()
    if playhead is None:
        playhead = Playhead.at_end_of(max(source.places for source in sources.values()))
    if len(sources) == len(LANES):
        options = replace(options, answer=sources[edited].answer)
        return resolve_lanes(sources["baseline"], sources["variant"], edited, options, playhead)
    (source,) = sources.values()
    return resolve(
        source.kind,
        source.experiment,
        source.frame,
        source.history,
        source.verdict,
        replace(options, answer=source.answer, before=source.before),
        playhead,
        source.majority,
        source.cause,
    )


def _share_quantity(
    options: DisplayOptions, baseline: LaneSource, variant: LaneSource
) -> DisplayOptions:
    """What is drawn, if both networks have it; else the first that both have."""
    kind = baseline.kind
    first, second = (kind.list_quantities(each.experiment.network) for each in (baseline, variant))
    wanted = options.quantities.get(kind.name, "")
    if not wanted or (wanted in first and wanted in second):
        return options
    common = next(each for each in first if each in second)
    return replace(options, quantities={**options.quantities, kind.name: common})


def _align(playhead: Playhead, places: int) -> Playhead:
    """The playhead of a lane with so many places: as far from the loss, or at its end."""
    position = min(playhead.position, float(places + 1))
    return replace(playhead, position=position, stage_count=places + 2)


def _select(options: DisplayOptions, playhead: Playhead, places: int, shift: int) -> DisplayOptions:
    """The selection as a lane counts places; nothing while the pass goes on beyond its input."""
    selected = options.selected_layer
    if selected is not None:
        selected += shift
    has_passed = playhead.position >= places + 1 and not playhead.at_end()
    if has_passed and not options.is_pinned:
        selected = None
    return replace(options, selected_layer=selected)


def _measure(source: LaneSource) -> tuple[str, str]:
    """The absolute size of the loss end, and what the first place receives of it."""
    trace = None if source.frame is None else source.frame.trace
    if trace is None:
        return "", ""
    reference = trace.strength.reference
    if not np.isfinite(reference):
        index = trace.loss_place - (0 if trace.axis.has_input else 1)
        reference = float(trace.strength.values[index])
    carried = source.kind.describe_before(trace)
    is_number = not any(each in carried for each in ("NaN", "∞"))
    return f"loss end {format_number(reference)}", carried if is_number else ""


def _share_axes(frame: DisplayFrame, axis: Axis | None, lower_axis: Axis | None) -> DisplayFrame:
    """The frame on the axes that hold both lanes."""
    flow, lower = frame.flow, frame.lower
    if axis is not None and flow.axis is not axis and flow.axis.key == axis.key:
        flow = replace(flow, axis=axis)
    own = lower.flow
    if own is not None and lower_axis is not None and own.axis.key == lower_axis.key:
        lower = replace(lower, flow=replace(own, axis=lower_axis))
    return replace(frame, flow=flow, lower=lower)
