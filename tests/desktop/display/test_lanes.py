"""Two lanes in one picture: shared axes, aligned at the loss end, playheads in step."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest

from desktop.display.frame import DisplayFrame
from desktop.display.lanes import LaneSource, resolve_lanes
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.resolve import resolve
from desktop.display.scales import fit_linear_axis, fit_log_axis, join_axes
from desktop.kinds.table import kind_of
from engine import documents
from engine.document.experiment import Experiment
from engine.document.lanes import Lane
from engine.kinds.feedforward.records import LayerTrace
from engine.training.history import History
from tests import synthetic


def make_source(
    trace: LayerTrace | None, experiment: Experiment, iterations: int = 30
) -> LaneSource:
    history = History()
    for frame in synthetic.make_frames(iterations, 10):
        history.append(frame)
    return LaneSource(
        kind=kind_of(experiment.network).display,
        experiment=experiment,
        frame=None if trace is None else synthetic.make_frame(trace),
        history=history,
        majority=0.515,
    )


def resolve_two(
    first: LayerTrace | None,
    second: LayerTrace | None,
    playhead: Playhead | None = None,
    edited: Lane = "variant",
    *,
    depths: tuple[int, int] = (10, 10),
    **options: Any,
) -> DisplayFrame:
    sources = [
        make_source(trace, synthetic.make_experiment(depth, skip_every=skip))
        for trace, depth, skip in zip((first, second), depths, (0, 1), strict=True)
    ]
    playhead = Playhead.at_end_of(max(depths)) if playhead is None else playhead
    return resolve_lanes(*sources, edited, DisplayOptions(**options), playhead)


def variant_of(display: DisplayFrame) -> DisplayFrame:
    assert display.variant is not None
    return display.variant


def test_the_numbers_of_each_lane_are_those_of_the_lane_alone() -> None:
    traces = synthetic.vanishing(), synthetic.exploding()
    display = resolve_two(*traces)
    for lane, trace, skip in zip(display.lanes, traces, (0, 1), strict=True):
        experiment = synthetic.make_experiment(10, skip_every=skip)
        alone = resolve(
            kind_of(experiment.network).display,
            experiment,
            synthetic.make_frame(trace),
            History(),
            None,
            DisplayOptions(),
            Playhead.at_end_of(10),
        )
        np.testing.assert_array_equal(lane.flow.places, alone.flow.places)
        np.testing.assert_array_equal(lane.flow.values, trace.g_a_rms)
        np.testing.assert_array_equal(lane.flow.strengths, alone.flow.strengths)


def test_one_axis_of_whole_decades_holds_both_lanes() -> None:
    display = resolve_two(synthetic.vanishing(), synthetic.exploding())
    axis = display.flow.axis
    assert axis == variant_of(display).flow.axis
    for lane in display.lanes:
        places = lane.flow.places
        assert axis.low <= np.nanmin(places)
        assert np.nanmax(places) <= axis.high + 0.2
    assert axis.low == round(axis.low)
    assert axis.high == round(axis.high)


def test_the_shared_axis_only_grows_until_it_is_fitted_anew() -> None:
    wide = resolve_two(synthetic.vanishing(), synthetic.exploding())
    calm = resolve_two(synthetic.healthy(), synthetic.healthy(), axis=wide.flow.axis)
    assert calm.flow.axis == wide.flow.axis
    anew = resolve_two(synthetic.healthy(), synthetic.healthy())
    assert anew.flow.axis.high - anew.flow.axis.low < wide.flow.axis.high - wide.flow.axis.low


def test_an_axis_of_one_lane_is_not_kept_for_two() -> None:
    alone = resolve(
        kind_of(synthetic.make_experiment().network).display,
        synthetic.make_experiment(),
        synthetic.make_frame(synthetic.make_trace(10, 1e-6)),
        History(),
        None,
        DisplayOptions(),
        Playhead.at_end_of(10),
    )
    display = resolve_two(synthetic.healthy(), synthetic.healthy(), axis=alone.flow.axis)
    assert display.flow.axis.low > alone.flow.axis.low


@pytest.mark.parametrize("position", [0.0, 3.0, 7.4, 11.0])
def test_the_playheads_are_as_far_from_the_loss(position: float) -> None:
    display = resolve_two(
        synthetic.vanishing(10),
        synthetic.vanishing(20),
        Playhead(position, 22),
        depths=(10, 20),
    )
    first, second = (lane.playhead for lane in display.lanes)
    assert (first.position, second.position) == (position, position)
    assert 10 - first.x() == 20 - second.x()
    assert not second.at_end()


def test_the_shorter_lane_stays_lit_while_the_longer_one_goes_on() -> None:
    display = resolve_two(
        synthetic.vanishing(10),
        synthetic.vanishing(20),
        Playhead(15.0, 22),
        depths=(10, 20),
        selected_layer=12,
    )
    assert display.playhead.at_end()
    assert not variant_of(display).playhead.at_end()
    assert display.selected_layer is None
    assert variant_of(display).selected_layer == 6


def test_the_selection_is_aligned_at_the_loss_end() -> None:
    display = resolve_two(
        synthetic.vanishing(10), synthetic.vanishing(20), depths=(10, 20), selected_layer=18
    )
    assert display.selected_layer == 8
    assert variant_of(display).selected_layer == 18
    early = resolve_two(
        synthetic.vanishing(10), synthetic.vanishing(20), depths=(10, 20), selected_layer=3
    )
    assert early.selected_layer is None
    assert [lane.lane and lane.lane.shift for lane in display.lanes] == [10, 0]


def test_the_edited_lane_is_the_one_the_panels_show() -> None:
    traces = synthetic.vanishing(), synthetic.healthy()
    display = resolve_two(*traces, edited="baseline")
    assert display.edited is display
    display = resolve_two(*traces, edited="variant")
    assert display.edited is display.variant
    assert [lane.lane and lane.lane.is_edited for lane in display.lanes] == [False, True]


def test_one_lane_alone_is_its_own_edited_lane() -> None:
    experiment = synthetic.make_experiment()
    alone = resolve(
        kind_of(experiment.network).display,
        experiment,
        None,
        History(),
        None,
        DisplayOptions(),
        Playhead.at_end_of(10),
    )
    assert alone.edited is alone
    assert alone.lanes == (alone,)
    assert alone.lane is None


def test_a_lane_without_a_pass_has_the_axis_of_the_other() -> None:
    display = resolve_two(synthetic.vanishing(), None)
    second = variant_of(display)
    assert second.trace is None
    assert second.flow.axis == display.flow.axis
    assert second.lane is not None
    assert second.lane.end == ""


def test_a_lane_that_is_nan_stays_beside_the_other() -> None:
    display = resolve_two(synthetic.healthy(), synthetic.with_nan())
    second = variant_of(display)
    assert second.flow.not_finite is not None
    assert second.flow.axis == display.flow.axis
    assert second.lane is not None
    assert second.lane.end.startswith("loss end ")


def test_each_title_names_the_size_of_its_loss_end() -> None:
    display = resolve_two(
        synthetic.make_trace(10, 0.9, end=0.02), synthetic.make_trace(10, 0.9, end=3e-4)
    )
    assert display.lane is not None
    assert display.lane.end == "loss end 0.020"
    second = variant_of(display).lane
    assert second is not None
    assert second.end == "loss end 3.0 × 10⁻⁴"


def test_the_curves_of_both_lanes_stand_in_one_chart() -> None:
    display = resolve_two(synthetic.vanishing(), synthetic.healthy())
    assert display.curves is variant_of(display).curves
    loss = display.curves.charts[0]
    assert [(curve.name, curve.lane) for curve in loss.curves] == [
        ("baseline, train", "baseline"),
        ("baseline, held out", "baseline"),
        ("variant, train", "variant"),
        ("variant, held out", "variant"),
    ]
    for curve in loss.curves:
        assert loss.axis.low <= np.nanmin(curve.low)
        assert np.nanmax(curve.high) <= loss.axis.high


def test_a_quantity_that_one_cell_lacks_gives_way_to_one_that_both_have() -> None:
    document = {
        "format": "gradient-theatre/1",
        "task": {"name": "adding"},
        "network": {"kind": "recurrent", "cell": "lstm", "forget_bias": 1.0},
    }
    baseline = documents.parse(json.dumps(document))
    variant = documents.parse(json.dumps(document))
    variant = msgspec.structs.replace(
        variant, network=msgspec.structs.replace(variant.network, cell="gru")
    )
    display = resolve_lanes(
        make_source(None, baseline),
        make_source(None, variant),
        "baseline",
        DisplayOptions(quantities={"recurrent": "cell_direct"}),
        Playhead.at_end_of(30),
    )
    assert display.flow.quantity == variant_of(display).flow.quantity == "hidden_last"


def test_a_frame_of_another_pass_than_the_player_s_is_drawn_whole() -> None:
    display = resolve_two(synthetic.vanishing(), synthetic.healthy(), Playhead(2.0, 5))
    assert all(lane.playhead.at_end() for lane in display.lanes)


def test_before_marks_belong_to_their_lane() -> None:
    first = make_source(synthetic.healthy(), synthetic.make_experiment(10))
    second = replace(
        make_source(synthetic.healthy(), synthetic.make_experiment(10, skip_every=1)),
        before=synthetic.vanishing().share(),
    )
    display = resolve_lanes(first, second, "variant", DisplayOptions(), Playhead.at_end_of(10))
    assert display.flow.before_places is None
    assert variant_of(display).flow.before_places is not None


def test_two_axes_are_joined_to_one_that_holds_both() -> None:
    low, high = fit_log_axis([-7.0, 0.0], "relative x"), fit_log_axis([0.0, 4.5], "relative x")
    joined = join_axes(low, high)
    assert (joined.low, joined.high) == (low.low, high.high)
    assert join_axes(high, low) == joined
    linear = join_axes(fit_linear_axis([0, 1], "y"), fit_linear_axis([0, 7], "y"))
    assert linear.low <= 0
    assert linear.high >= 7
    assert join_axes(low, fit_linear_axis([0, 1], "y")) == low
