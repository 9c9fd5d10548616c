"""From a frozen pass through time and the viewer's choices to everything that is drawn."""

from __future__ import annotations

from dataclasses import replace

from desktop.display.captions import describe_source
from desktop.display.frame import DisplayFrame, VerdictPicture
from desktop.display.history_and_curves import resolve_curves, resolve_history
from desktop.display.lower_view import resolve_lower
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.scales import format_number
from desktop.kinds.recurrent.display.bars import resolve_time_flow
from desktop.kinds.recurrent.display.captions import TIME_HISTORY_SUBTITLE, describe_time_pass
from desktop.kinds.recurrent.display.unrolled import resolve_places, resolve_unrolled
from desktop.kinds.recurrent.display.why import resolve_time_why
from engine.analysis.thresholds import gather_through_time
from engine.document.experiment import Experiment
from engine.kinds.recurrent.records import TimeTrace
from engine.training.history import History


def resolve_time(
    experiment: Experiment,
    trace: TimeTrace,
    history: History,
    verdict: VerdictPicture | None,
    options: DisplayOptions,
    playhead: Playhead,
    majority: float | None,
    phase_caption: str,
) -> DisplayFrame:
    """Everything that is drawn of a recurrent network; see `resolve`.

    Args:
        experiment: the document.
        trace: the pass to draw.
        history: all iterations so far.
        verdict: on the same pass.
        options: what the viewer chose; `selected_layer` is a time step.
        playhead: stage s is time step T - s + 1.
        majority: what guessing the most frequent class reaches.
        phase_caption: of the phases that are told as for any network.
    """
    time_steps = trace.time_steps
    if playhead.depth != time_steps:
        playhead = replace(playhead, position=float(time_steps + 1), stage_count=time_steps + 2)
    selected = _follow(options, playhead, time_steps)
    flow = resolve_time_flow(trace, options, playhead, selected)
    caption = describe_time_pass(trace, playhead, flow.crossing)
    overview = history.overview()
    unrolled = resolve_unrolled(trace, options)
    return DisplayFrame(
        experiment=experiment,
        iteration=trace.iteration,
        trace=None,
        diagram=resolve_places(experiment, trace, options, playhead, selected),
        flow=flow,
        history=replace(
            resolve_history(history, overview, time_steps, options),
            subtitle=TIME_HISTORY_SUBTITLE,
            place_name="time step",
            first_column=0,
        ),
        curves=resolve_curves(history, overview, options, majority),
        why=None
        if selected is None
        else resolve_time_why(trace, selected, unrolled.selected_row - 1),
        verdict=verdict,
        playhead=playhead,
        selected_layer=selected,
        title=experiment.title,
        caption=phase_caption if caption is None else caption,
        footer=describe_source(experiment, trace.iteration),
        unrolled=unrolled,
        lower=resolve_lower(trace, options, playhead, selected),
        spectrum=options.spectrum,
    )


def _follow(options: DisplayOptions, playhead: Playhead, time_steps: int) -> int | None:
    """The selected time step; it follows the playhead while it plays, unless pinned."""
    selected = options.selected_layer
    if not options.is_pinned and not playhead.at_end() and playhead.phase in (None, "backward"):
        selected = playhead.layer_at()
    if selected is None or not 0 <= selected <= time_steps + 1:
        return None
    return selected


def describe_time_before(before: TimeTrace | None) -> str:
    """What was carried to the beginning before the last toggle, as the verdict judges it."""
    if before is None:
        return ""
    carried = gather_through_time(before).carried
    if carried.ratio is None:
        return "Before: no gradient"
    path = " along c" if carried.path == "c" else ""
    return f"Before: {format_number(carried.ratio)}{path}"
