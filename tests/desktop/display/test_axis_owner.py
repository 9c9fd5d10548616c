"""The gradient axis grows, and fits anew once what made it wide is gone."""

from __future__ import annotations

from dataclasses import replace

from desktop.display.frame import DisplayFrame
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.resolve import resolve
from desktop.kinds.table import kind_of
from engine.document.experiment import Experiment
from engine.kinds.feedforward.records import LayerTrace
from engine.training.history import History
from tests import synthetic


def show(experiment: Experiment, trace: LayerTrace, **options: object) -> DisplayFrame:
    playhead = Playhead.at_end_of(trace.depth)
    frame, chosen = synthetic.make_frame(trace), DisplayOptions(**options)  # type: ignore[arg-type]
    return resolve(
        kind_of(experiment.network).display, experiment, frame, History(), None, chosen, playhead
    )


def test_it_never_shrinks_while_one_network_trains() -> None:
    experiment = synthetic.make_experiment(10)
    wide = show(experiment, synthetic.make_trace(10, 0.001)).flow.axis
    later = show(experiment, synthetic.make_trace(10, 0.5), axis=wide).flow.axis
    assert later is wide


def test_an_undo_gives_back_the_decades_that_only_the_undone_network_needed() -> None:
    narrow, wide = synthetic.make_trace(10, 0.5), synthetic.make_trace(10, 0.001)
    before = synthetic.make_experiment(10)
    toggled = synthetic.make_experiment(10, skip_every=2)
    first = show(before, narrow).flow.axis
    grown = show(toggled, wide, axis=first, before=narrow.share()).flow.axis
    assert grown.low <= -27
    undone = show(before, narrow, axis=grown, before=wide.share()).flow.axis
    assert undone.low == grown.low  # the marks of the undone pass still stand there
    assert show(before, narrow, axis=undone).flow.axis == first


def test_marks_and_bars_both_have_their_place_after_a_toggle() -> None:
    narrow, wide = synthetic.make_trace(10, 0.5), synthetic.make_trace(10, 0.001)
    toggled = synthetic.make_experiment(10, skip_every=2)
    flow = show(toggled, narrow, before=wide.share()).flow
    assert flow.before_places is not None
    for places in (flow.places[1:], flow.before_places[1:]):
        assert (places >= flow.axis.low).all()


def test_the_owner_of_an_axis_is_no_part_of_what_it_looks_like() -> None:
    axis = show(synthetic.make_experiment(10), synthetic.make_trace(10, 0.5)).flow.axis
    assert replace(axis, owner=axis.owner + 1) == axis
