"""From frames to pictures: references, off-axis marks, factors, the playhead, captions."""

from __future__ import annotations

import math
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest

from desktop.display.frame import DisplayFrame
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.resolve import resolve
from desktop.kinds.feedforward.display.quantities import Quantity
from desktop.kinds.table import kind_of
from engine.kinds.feedforward.records import FACTORS, LayerTrace
from engine.records.record import ValueKind
from engine.training.history import History
from tests import synthetic


def show(
    trace: LayerTrace | None, position: float | None = None, **options: object
) -> DisplayFrame:
    depth = 10 if trace is None else trace.depth
    playhead = Playhead.at_end_of(depth)
    if position is not None:
        playhead = Playhead(position, depth + 2)
    history = History()
    for frame in synthetic.make_frames(30, depth):
        history.append(frame)
    return resolve(
        kind_of((synthetic.make_experiment(depth)).network).display,
        synthetic.make_experiment(depth),
        None if trace is None else synthetic.make_frame(trace),
        history,
        synthetic.make_verdict(),
        DisplayOptions(**options),  # type: ignore[arg-type]
        playhead,
        0.515,
    )


def test_bars_are_the_ratios_to_the_last_layer() -> None:
    trace = synthetic.vanishing()
    flow = show(trace).flow
    assert flow.places == pytest.approx(np.log10(trace.g_a_rms / trace.g_a_rms[-1]))
    assert flow.places[-1] == 0
    assert flow.strengths == pytest.approx(flow.places)


def test_absolute_bars_are_the_values_in_the_same_colours() -> None:
    trace = synthetic.vanishing()
    relative, absolute = show(trace).flow, show(trace, is_relative=False).flow
    assert absolute.places == pytest.approx(np.log10(trace.g_a_rms))
    assert absolute.strengths == pytest.approx(relative.strengths)


def test_linear_bars_are_plain_ratios() -> None:
    trace = synthetic.healthy()
    flow = show(trace, is_log=False).flow
    assert flow.places == pytest.approx(trace.g_a_rms / trace.g_a_rms[-1])
    assert flow.axis.low == 0


@pytest.mark.parametrize(
    ("quantity", "name"),
    [("gradient_z", "g_z_rms"), ("weight_gradient", "g_W"), ("update_ratio", "update_ratio")],
)
def test_other_quantities_have_no_bar_at_the_input(quantity: Quantity, name: str) -> None:
    trace = synthetic.vanishing()
    flow = show(trace, quantities={"feedforward": quantity}).flow
    assert math.isnan(flow.places[0])
    assert flow.kinds[0] == -1
    assert flow.values[1:] == pytest.approx(getattr(trace, name))


def test_reference_falls_back_to_the_output() -> None:
    trace = synthetic.make_trace(4, zeros=(4,), g_out=0.5)
    flow = show(trace).flow
    assert "∂L/∂output" in flow.note
    assert flow.places[3] == pytest.approx(np.log10(trace.g_a_rms[3] / 0.5))
    assert math.isnan(flow.places[4])
    assert flow.zeros is not None
    assert flow.zeros.count == 1


def test_without_any_gradient_nothing_is_coloured() -> None:
    display = show(synthetic.without_gradient())
    assert np.isnan(display.flow.strengths).all()
    assert np.isnan(display.diagram.unit_strengths).all()
    assert display.flow.note == "the loss gives no gradient"
    assert display.flow.zeros is not None
    assert display.flow.zeros.count == 4


def test_reference_is_the_nearest_finite_layer_and_it_is_said() -> None:
    trace = synthetic.make_trace(6, 0.5, infinities=(6,), nans=(5,))
    flow = show(trace).flow
    assert "layer 4" in flow.note
    assert flow.places[4] == 0
    assert flow.not_finite is not None
    assert flow.not_finite.text == "1 layer NaN, 1 layer ∞"


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (ValueKind.DEAD_ZERO, "dead"),
        (ValueKind.UNDERFLOW_ZERO, "underflow"),
        (ValueKind.STRUCTURAL_ZERO, "not connected"),
    ],
)
def test_zeros_say_which_sort_they_are(kind: ValueKind, word: str) -> None:
    flow = show(synthetic.make_trace(5, zeros=(1, 2), kind=kind)).flow
    assert flow.zeros is not None
    assert flow.zeros.text == f"2 layers exactly 0 ({word})"
    assert np.isnan(flow.places[1:3]).all()


def test_denormals_have_a_place() -> None:
    trace = synthetic.make_trace(60, 0.2)
    flow = show(trace).flow
    assert ValueKind.DENORMAL in flow.kinds
    assert np.isfinite(flow.places[flow.kinds == ValueKind.DENORMAL]).all()


def test_factors_over_the_bars_are_measured() -> None:
    trace = synthetic.vanishing()
    flow = show(trace).flow
    for layer in range(trace.depth):
        ratio = trace.g_a_rms[layer] / trace.g_a_rms[layer + 1]
        text = flow.factors[layer]
        assert text is not None
        assert float(text.removeprefix("× ")) == pytest.approx(ratio, rel=0.06)


def test_beyond_sixteen_layers_one_factor_stands_at_the_playhead() -> None:
    flow = show(synthetic.vanishing(20), 5.0).flow
    assert [layer for layer, text in enumerate(flow.factors) if text] == [16]
    assert flow.headline_layer == 16


def test_crossing_shows_the_parts_of_its_block_and_their_product() -> None:
    trace = synthetic.vanishing()
    display = show(trace, 6.5)
    assert display.flow.crossing_layer == 5
    product = math.prod(part.factor for part in display.flow.crossing)
    assert product == pytest.approx(trace.g_a_rms[4] / trace.g_a_rms[5])
    assert "layer 5 to layer 4" in display.caption
    assert "so far" in display.caption


def test_nothing_ahead_of_the_playhead_is_reached() -> None:
    playhead = Playhead(3.0, 12)
    assert [layer for layer in range(12) if playhead.has_reached(layer)] == [8, 9, 10, 11]
    assert not Playhead(0.0, 12, phase="forward").has_reached(11)
    assert Playhead(0.0, 12, phase="update").has_reached(0)
    first = Playhead(0.0, 12)
    assert first.has_reached(11)
    assert not first.has_reached(10)


def test_selection_follows_the_playhead_unless_pinned() -> None:
    trace = synthetic.vanishing()
    assert show(trace, 4.0, selected_layer=2).selected_layer == 7
    assert show(trace, 4.0, selected_layer=2, is_pinned=True).selected_layer == 2
    assert show(trace, selected_layer=2).selected_layer == 2
    assert show(trace, selected_layer=99).selected_layer is None


def test_before_marks_are_the_old_ratios() -> None:
    before = synthetic.vanishing()
    display = show(synthetic.healthy(), before=before.share())
    assert display.flow.before_places == pytest.approx(
        np.log10(before.g_a_rms / before.g_a_rms[-1])
    )
    assert display.verdict is not None
    assert display.verdict.before == "Before: 2.3 × 10⁻⁸"
    assert show(synthetic.healthy(5), before=before.share()).flow.before_places is None


def test_before_marks_widen_the_axis() -> None:
    assert show(synthetic.healthy(), before=synthetic.vanishing().share()).flow.axis.low <= -8


def test_waterfall_ends_at_what_the_layer_hands_on() -> None:
    trace = synthetic.vanishing()
    why = show(trace, selected_layer=4).why
    assert why is not None
    *parts, total = why.rows
    assert total.factor == pytest.approx(trace.g_a_rms[3] / trace.g_a_rms[4], rel=1e-9)
    assert parts[0].start == 0
    assert parts[-1].end == pytest.approx(total.end, abs=1e-9)
    assert all(a.end == b.start for a, b in pairwise(parts))


def test_active_arcs_carry_their_gradient_and_possible_ones_do_not() -> None:
    trace = synthetic.make_trace(10, 0.9, skip_every=2)
    arcs = show(trace).diagram.arcs
    assert [(arc.source, arc.end) for arc in arcs if arc.is_active] == [
        (2, 4),
        (4, 6),
        (6, 8),
        (8, 10),
    ]
    assert all(math.isfinite(arc.strength) for arc in arcs if arc.is_active)
    possible = show(synthetic.vanishing()).diagram.arcs
    assert possible
    assert not any(arc.is_active for arc in possible)


def test_before_the_first_pass_there_is_a_network_without_light() -> None:
    display = show(None, 0.0)
    assert not display.diagram.has_measure
    assert display.diagram.depth == 10
    assert display.caption == ""


@pytest.mark.parametrize("depth", [1, 2, 10, 100, 1000])
def test_every_depth_and_every_stage_can_be_resolved(depth: int) -> None:
    for make in (synthetic.vanishing, synthetic.exploding, synthetic.with_nan):
        for position in (0.0, 0.5, 1.0, depth + 0.5, depth + 1.0):
            display = show(make(depth), position)
            assert display.caption
            assert display.footer


def test_footer_reproduces_the_picture() -> None:
    footer = show(synthetic.vanishing()).footer
    for part in ("10 × Dense 16 sigmoid", "insurance", "iteration 37", "seed 7"):
        assert part in footer


def test_phases_have_their_captions() -> None:
    trace = synthetic.vanishing()
    captions = set()
    for phase in ("forward", "loss", "clip", "decay", "update"):
        display = resolve(
            kind_of((synthetic.make_experiment()).network).display,
            synthetic.make_experiment(),
            synthetic.make_frame(trace),
            History(),
            None,
            DisplayOptions(),
            Playhead(0.0, 12, phase=phase),
        )
        captions.add(display.caption)
    assert len(captions) == 5


def test_a_long_history_is_a_band_between_its_extremes() -> None:
    history = History()
    for frame in synthetic.make_frames(4_001, 3):
        history.append(frame)
    experiment = synthetic.make_experiment(3)
    kind = kind_of(experiment.network).display
    display = resolve(kind, experiment, None, history, None, DisplayOptions(), Playhead(0, 5), 0.5)
    train = display.curves.charts[0].curves[0]
    assert (train.high >= train.low).all()
    assert (train.high > train.low).any()


def test_display_loads_neither_qt_nor_torch() -> None:
    code = (
        "import sys, desktop.display.resolve, desktop.kinds.feedforward.display.inspector\n"
        "assert not {'PySide6', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_factors_have_the_columns_that_are_named() -> None:
    assert synthetic.vanishing().factors.shape == (11, len(FACTORS))
