"""From a frozen frame and the viewer's choices to everything that is drawn: one pure function."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from desktop.display.axis_owner import leave_axes_of_others, name_owner, own_axes
from desktop.display.captions import describe_source
from desktop.display.cause import resolve_cause
from desktop.display.clipping import resolve_clipping
from desktop.display.frame import DisplayFrame
from desktop.display.history_and_curves import resolve_curves, resolve_history
from desktop.display.kind import DisplayKind
from desktop.display.lower_view import choose_lower, words_of_lower_view
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.phases import describe_phase
from desktop.display.pictures import FlowPicture
from desktop.display.scales import fit_log_axis
from desktop.display.theory import lay_theories, tell_learning_rate
from desktop.display.update_bars import resolve_update_bars
from desktop.display.verdict import resolve_verdict
from engine.document.experiment import Experiment
from engine.records.cause import Cause
from engine.records.frames import TrainingFrame
from engine.records.verdict import Verdict
from engine.training.history import History

_GUESSES = (-10.0, 2.0)
"""Decades of an axis on which a gradient is guessed."""


def resolve(
    kind: DisplayKind,
    experiment: Experiment,
    frame: TrainingFrame | None,
    history: History,
    verdict: Verdict | None,
    options: DisplayOptions,
    playhead: Playhead,
    majority: float | None = None,
    cause: Cause | None = None,
) -> DisplayFrame:
    """Everything that is drawn, from what was measured and what the viewer chose.

    Args:
        kind: of the experiment's network.
        experiment: the document that the frame belongs to.
        frame: the pass to draw, with its trace; None before the first one.
        history: all iterations so far.
        verdict: the engine's, on the same frame.
        options: what the viewer chose.
        playhead: where the animation stands.
        majority: what guessing the most frequent class reaches; None for regression.
        cause: the engine's, on the same frame.
    """
    owner = name_owner(experiment, options)
    options = leave_axes_of_others(options, owner)
    display = resolve_on_axes(
        kind, experiment, frame, history, verdict, options, playhead, majority, cause
    )
    return own_axes(display, owner)


def resolve_on_axes(
    kind: DisplayKind,
    experiment: Experiment,
    frame: TrainingFrame | None,
    history: History,
    verdict: Verdict | None,
    options: DisplayOptions,
    playhead: Playhead,
    majority: float | None,
    cause: Cause | None = None,
) -> DisplayFrame:
    """As `resolve`, on the axes of the options, whoever they grew for."""
    trace = None if frame is None else frame.trace
    places = kind.count_places(experiment) if trace is None else trace.places
    if options.hides_pass:
        trace = verdict = cause = None
    if playhead.depth != places:
        playhead = replace(playhead, position=float(places + 1), stage_count=places + 2)
    selected = _follow(options, playhead, places)
    picture = kind.resolve(experiment, trace, options, playhead, selected)
    if options.hides_pass or options.holds_guess:
        picture = replace(picture, flow=_make_room_for_guesses(picture.flow, options))
    flow, theories = lay_theories(kind, experiment, trace, picture.flow, options)
    iteration = 0 if frame is None else frame.iteration
    film = options.film
    overview = history.overview() if film is None else history.up_to(iteration, film[0])
    caption = picture.caption
    if trace is not None and not caption:
        caption = describe_phase(experiment, trace, playhead)
    lower = choose_lower(picture.lower, options)
    words = tuple(words_of_lower_view(kind, view) for view in lower.choices)
    before = "" if options.before is None else kind.describe_before(options.before)
    passes = History() if options.hides_pass else history
    drawn = replace(
        resolve_history(
            passes, passes.overview() if options.hides_pass else overview, places, options
        ),
        subtitle=kind.history_subtitle,
        place_name=kind.noun,
        first_column=kind.first_row,
    )
    curves = resolve_curves(history, overview, options, majority)
    clipping = resolve_clipping(history, overview, experiment.training.clip, options)
    if film is not None:
        halted = tuple(halt for halt in drawn.halted if halt <= iteration)
        drawn = replace(drawn, begin=film[0], last=film[1], halted=halted)
        curves, clipping = replace(curves, last=film[1]), replace(clipping, last=film[1])
    return DisplayFrame(
        kind=kind,
        experiment=experiment,
        iteration=iteration,
        trace=trace,
        diagram=picture.diagram,
        flow=flow,
        history=drawn,
        curves=tell_learning_rate(experiment, trace, curves, options),
        clipping=clipping,
        why=picture.why,
        verdict=None if verdict is None else resolve_verdict(verdict, before),
        cause=None if cause is None else resolve_cause(cause),
        playhead=playhead,
        selected_layer=selected,
        title=experiment.title,
        caption=caption,
        footer=describe_source(kind.describe_network(experiment.network), experiment, iteration),
        lower=replace(lower, words=words),
        updates=history.updates(),
        last_iteration=max(history.last_iteration, 0),
        update_bars=resolve_update_bars(experiment, trace, playhead),
        own=picture.own,
        theories=theories,
    )


def _make_room_for_guesses(flow: FlowPicture, options: DisplayOptions) -> FlowPicture:
    """An axis that gives nothing away, and holds whatever somebody may guess."""
    if not flow.axis.is_log:
        return flow
    reach = np.append(flow.places, _GUESSES)
    return replace(flow, axis=fit_log_axis(reach, flow.axis.key, options.axis))


def _follow(options: DisplayOptions, playhead: Playhead, places: int) -> int | None:
    """The selected place; it follows the playhead while it plays, unless pinned."""
    selected = options.selected_layer
    if not options.is_pinned and not playhead.at_end() and playhead.phase in (None, "backward"):
        selected = playhead.layer_at()
    if selected is None or not 0 <= selected <= places + 1:
        return None
    return selected
