"""From a frozen frame and the viewer's choices to everything that is drawn: one pure function."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from desktop.display.axis_owner import leave_axes_of_others, name_owner, own_axes
from desktop.display.captions import (
    describe_crossing,
    describe_pass,
    describe_source,
)
from desktop.display.frame import DisplayFrame, LowerPicture
from desktop.display.history_and_curves import resolve_curves, resolve_history
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.phases import describe_phase
from desktop.kinds.feedforward.display.bars import resolve_flow
from desktop.kinds.feedforward.display.diagram import resolve_diagram
from desktop.kinds.feedforward.display.why import resolve_verdict, resolve_why
from desktop.kinds.recurrent.display.empty import await_first_pass
from desktop.kinds.recurrent.display.resolve import describe_time_before, resolve_time
from engine.document.experiment import Experiment
from engine.kinds.recurrent.records import TimeTrace
from engine.kinds.specs import Feedforward
from engine.records.frames import LayerTrace, TrainingFrame
from engine.training.history import History


class VerdictLike(Protocol):
    """What is drawn of the engine's verdict."""

    @property
    def kind(self) -> str:
        """Such as "vanishing"."""

    @property
    def word(self) -> str:
        """Such as "Vanishing"."""

    @property
    def sentence(self) -> str:
        """What was measured."""


def resolve(
    experiment: Experiment,
    frame: TrainingFrame | None,
    history: History,
    verdict: VerdictLike | None,
    options: DisplayOptions,
    playhead: Playhead,
    majority: float | None = None,
) -> DisplayFrame:
    """Everything that is drawn, from what was measured and what the viewer chose.

    Args:
        experiment: the document that the frame belongs to.
        frame: the pass to draw, with its trace; None before the first one.
        history: all iterations so far.
        verdict: the engine's, on the same frame.
        options: what the viewer chose.
        playhead: where the animation stands.
        majority: what guessing the most frequent class reaches; None for regression.
    """
    owner = name_owner(experiment, options)
    options = leave_axes_of_others(options, owner)
    display = _resolve(experiment, frame, history, verdict, options, playhead, majority)
    return own_axes(display, owner)


def _resolve(
    experiment: Experiment,
    frame: TrainingFrame | None,
    history: History,
    verdict: VerdictLike | None,
    options: DisplayOptions,
    playhead: Playhead,
    majority: float | None,
) -> DisplayFrame:
    trace = frame.trace if frame is not None and isinstance(frame.trace, LayerTrace) else None
    network = experiment.network
    depth = network.depth if isinstance(network, Feedforward) else 0
    if trace is not None:
        depth = trace.depth
    selected = _follow(options, playhead, depth)
    diagram = resolve_diagram(experiment, trace, options, playhead, selected)
    flow = resolve_flow(experiment, trace, options, playhead, selected)
    crossing = ""
    if flow.crossing and flow.crossing_layer is not None:
        parts = [(part.name, part.factor) for part in flow.crossing]
        crossing = describe_crossing(parts, flow.crossing_layer, depth)
    overview = history.overview()
    why = None
    if trace is not None and selected is not None:
        why = resolve_why(experiment, trace, selected)
    drawn_verdict = None
    if verdict is not None:
        drawn_verdict = resolve_verdict(
            verdict.kind, verdict.word, verdict.sentence, options.before
        )
    iteration = 0 if frame is None else frame.iteration
    if frame is not None and isinstance(frame.trace, TimeTrace):
        phase_caption = describe_phase(experiment, frame.trace, playhead)
        if drawn_verdict is not None:
            before = describe_time_before(options.before_time)
            drawn_verdict = replace(drawn_verdict, before=before)
        return resolve_time(
            experiment,
            frame.trace,
            history,
            drawn_verdict,
            options,
            playhead,
            majority,
            phase_caption,
        )
    display = DisplayFrame(
        experiment=experiment,
        iteration=iteration,
        trace=trace,
        diagram=diagram,
        flow=flow,
        history=resolve_history(history, overview, depth, options),
        curves=resolve_curves(history, overview, options, majority),
        why=why,
        verdict=drawn_verdict,
        playhead=playhead,
        selected_layer=selected,
        title=experiment.title,
        caption=describe_pass(experiment, trace, playhead, crossing),
        footer=describe_source(experiment, iteration),
        lower=LowerPicture(is_folded=options.is_lower_folded),
    )
    return display if isinstance(network, Feedforward) else await_first_pass(display, options)


def _follow(options: DisplayOptions, playhead: Playhead, depth: int) -> int | None:
    """The selected layer; it follows the playhead while it plays, unless pinned."""
    selected = options.selected_layer
    if not options.is_pinned and not playhead.at_end() and playhead.phase in (None, "backward"):
        selected = playhead.layer_at()
    if selected is None or not 0 <= selected <= depth + 1:
        return None
    return selected
