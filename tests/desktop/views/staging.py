"""Frames and theatres for the tests of drawing."""

from __future__ import annotations

import math

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from desktop.display.frame import DisplayFrame
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.resolve import resolve
from desktop.kinds.table import kind_of, make_views
from desktop.style.theme import DARK, load_fonts
from desktop.views.theatre import Theatre
from engine.document.experiment import Clip
from engine.kinds.feedforward.records import LayerTrace
from engine.training.history import History
from tests import synthetic


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
