"""Frames and theatres for the tests of drawing."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import msgspec
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from desktop.display.frame import DisplayFrame
from desktop.display.lanes import LaneSource, resolve_lanes
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.resolve import resolve
from desktop.kinds.table import kind_of, make_views
from desktop.style.theme import DARK, load_fonts
from desktop.views.theatre import Theatre
from engine.document.experiment import Clip
from engine.document.lanes import Lane
from engine.kinds.feedforward.records import LayerTrace
from engine.kinds.recurrent.records import TimeTrace
from engine.training.history import History
from tests import synthetic
from tests.synthetic_time import make_time_experiment, make_time_frame


def open_theatre(qtbot: QtBot, width: int, height: int) -> Theatre:
    load_fonts()
    theatre = Theatre(DARK, make_views())
    qtbot.addWidget(theatre)
    theatre.resize(width, height)
    theatre.show()
    return theatre


def make_display(
    trace: LayerTrace | None = None,
    position: float | None = None,
    *,
    skip_every: int = 0,
    iterations: int = 60,
    is_live: bool = False,
    clip: Clip | None = None,
    **options: object,
) -> DisplayFrame:
    trace = synthetic.vanishing() if trace is None else trace
    playhead = Playhead.at_end_of(trace.depth, is_live=is_live)
    if position is not None:
        playhead = Playhead(position, trace.depth + 2)
    history = History()
    experiment = synthetic.make_experiment(trace.depth, skip_every=skip_every)
    threshold = math.nan
    if clip is not None:
        training = replace(experiment.training, clip=clip)
        experiment, threshold = replace(experiment, training=training), clip.threshold
    for frame in synthetic.make_frames(iterations, trace.depth, threshold=threshold):
        history.append(frame)
    return resolve(
        kind_of(experiment.network).display,
        experiment,
        synthetic.make_frame(trace),
        history,
        synthetic.make_verdict(),
        DisplayOptions(**options),  # type: ignore[arg-type]
        playhead,
        0.515,
    )


def make_lanes(
    first: LayerTrace | None,
    second: LayerTrace | None,
    position: float | None = None,
    *,
    edited: Lane = "variant",
    depths: tuple[int, int] = (10, 10),
    **options: Any,
) -> DisplayFrame:
    sources = []
    for trace, depth, skip in zip((first, second), depths, (0, 1), strict=True):
        experiment = synthetic.make_experiment(depth, skip_every=skip)
        history = History()
        for frame in synthetic.make_frames(40, depth):
            history.append(dataclasses.replace(frame, loss=frame.loss - 0.1 * skip))
        sources.append(
            LaneSource(
                kind_of(experiment.network).display,
                experiment,
                None if trace is None else synthetic.make_frame(trace),
                history,
                synthetic.make_verdict(),
                majority=0.515,
            )
        )
    most = max(depths)
    playhead = Playhead.at_end_of(most) if position is None else Playhead(position, most + 2)
    return resolve_lanes(*sources, edited, DisplayOptions(**options), playhead)


def make_time_lanes(
    first: TimeTrace, second: TimeTrace, position: float | None = None
) -> DisplayFrame:
    """Two lanes of time; the second one's forget bias is 3."""
    sources = []
    for trace, bias in ((first, 0.0), (second, 3.0)):
        experiment = make_time_experiment(trace.cell, len(trace.layer_names))
        network = msgspec.structs.replace(experiment.network, forget_bias=bias)
        experiment = msgspec.structs.replace(experiment, network=network)
        history = History()
        for iteration in range(5):
            history.append(make_time_frame(trace, iteration))
        sources.append(
            LaneSource(
                kind_of(network).display,
                experiment,
                make_time_frame(trace),
                history,
                synthetic.make_verdict("time step"),
                majority=0.25,
            )
        )
    most = max(first.time_steps, second.time_steps)
    playhead = Playhead.at_end_of(most) if position is None else Playhead(position, most + 2)
    return resolve_lanes(*sources, "variant", DisplayOptions(), playhead)
