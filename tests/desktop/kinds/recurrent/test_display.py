"""What is drawn of a pass through time, without a window: numbers and words of the frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from desktop.display.frame import DisplayFrame
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.resolve import resolve
from desktop.kinds.recurrent.display.captions import describe_recurrent
from desktop.kinds.recurrent.display.frame import unrolled_of
from desktop.kinds.recurrent.display.quantities import TIME_QUANTITIES
from desktop.kinds.table import kind_of
from engine.kinds.recurrent.records import TimeTrace
from engine.kinds.recurrent.spec import Recurrent
from engine.training.history import History
from tests import synthetic
from tests.synthetic_time import make_time_experiment, make_time_frame, make_time_trace


def show(
    trace: TimeTrace, position: float | None = None, phase: str | None = None, **options: object
) -> DisplayFrame:
    time_steps = trace.time_steps
    playhead = Playhead(float(time_steps + 1) if position is None else position, time_steps + 2)
    history = History()
    for iteration in range(5):
        history.append(make_time_frame(trace, iteration))
    return resolve(
        kind_of((make_time_experiment(trace.cell, len(trace.layer_names))).network).display,
        make_time_experiment(trace.cell, len(trace.layer_names)),
        make_time_frame(trace),
        history,
        synthetic.make_verdict("time step"),
        DisplayOptions(**options),  # type: ignore[arg-type]
        replace(playhead, phase=phase),  # type: ignore[arg-type]
        0.25,
    )


def test_places_are_log_ratios_to_the_loss_end() -> None:
    display = show(make_time_trace(10, 0.1))
    assert np.isnan(display.flow.places[0])
    np.testing.assert_allclose(display.flow.places[1:], np.arange(-9.0, 1.0), atol=1e-9)
    assert display.flow.axis.low <= -9
    assert display.flow.headline == "1.0 × 10⁻⁹"


def test_an_lstm_has_two_state_rows_per_layer_and_the_top_layer_comes_first() -> None:
    unrolled = unrolled_of(show(make_time_trace(10, layers=3)))
    assert unrolled is not None
    assert [(state_row.layer, state_row.is_cell) for state_row in unrolled.state_rows] == [
        (3, True), (3, False), (2, True), (2, False), (1, True), (1, False),
    ]  # fmt: skip
    hidden = unrolled.state_rows[3]
    np.testing.assert_allclose(hidden.strengths[-1], np.log10(0.5))


@pytest.mark.parametrize(("cell", "gates"), [("rnn", [""]), ("gru", ["update"])])
def test_the_valve_stands_on_the_state_row_that_the_gate_closes(
    cell: str, gates: list[str]
) -> None:
    unrolled = unrolled_of(show(make_time_trace(6, cell=cell)))
    assert unrolled is not None
    assert [state_row.gate_name for state_row in unrolled.state_rows] == gates


def test_valves_are_as_open_as_the_gates_and_keep_a_mark_of_before() -> None:
    before = make_time_trace(6, gate=0.5)
    unrolled = unrolled_of(show(make_time_trace(6, gate=0.5, forced=1.0), before=before.share()))
    assert unrolled is not None
    cell = unrolled.state_rows[0]
    assert cell.gate_name == "forget"
    assert cell.is_forced
    np.testing.assert_array_equal(cell.gates, 1.0)
    assert cell.before_gates is not None
    np.testing.assert_array_equal(cell.before_gates, 0.5)


def test_before_marks_and_the_verdict_say_what_was_before() -> None:
    before = make_time_trace(10, 0.1)
    display = show(make_time_trace(10, 1.0), before=before.share())
    assert display.flow.before_places is not None
    np.testing.assert_allclose(display.flow.before_places[1], -9.0)
    assert display.verdict is not None
    assert display.verdict.before.startswith("Before: 1.0 × 10⁻⁹")
    lost = make_time_trace(10, 0.1, cell="rnn")
    told = show(make_time_trace(10, cell="rnn"), before=lost.share()).verdict
    assert told is not None
    assert told.before == "Before: 1.0 × 10⁻⁹"
    kept = replace(before, g_cT=np.full((1, 10), 0.5))
    told = show(make_time_trace(10), before=kept.share()).verdict
    assert told is not None
    assert told.before == "Before: 1.0 along c"


def test_what_lies_after_the_loss_is_never_reached() -> None:
    display = show(make_time_trace(10, loss_time=6, readout="all"))
    assert np.isnan(display.flow.places[7:]).all()
    assert np.isfinite(display.flow.places[1:7]).all()
    assert display.flow.zeros is None
    assert unrolled_of(display) is not None
    assert (unrolled_of(display).state_rows[0].kinds[6:] == -1).all()
    assert "all losses" in [line.name for line in display.flow.lines]


def test_exact_zeros_and_nan_have_off_axis_marks() -> None:
    display = show(make_time_trace(10, zeros=(1, 2), nans=(3,)))
    assert display.flow.zeros is not None
    assert display.flow.zeros.text == "2 time steps exactly 0"
    assert display.flow.not_finite is not None
    assert display.flow.not_finite.text == "1 time step ∞ or NaN"


def test_crossing_a_time_step_names_its_factors_and_the_running_product() -> None:
    display = show(make_time_trace(10, 0.5), 3.5)
    parts = [(part.name, part.factor) for part in display.flow.crossing]
    assert parts == [("gates", 0.8), ("weights", 0.625)]
    assert display.caption == (
        "From time step 8 to 7: gates 0.80 × weights 0.62 = × 0.50 · so far 0.25"
    )


def test_stages_run_from_the_loss_back_through_time() -> None:
    trace = make_time_trace(10, 0.5)
    assert show(trace, 0.0).caption.endswith("starts at the loss, 1.39.")
    assert show(trace, 1.0).caption.endswith("(time step 10) receives 0.020 from the loss.")
    at_job = show(trace, 5.0)
    assert at_job.selected_layer == 6
    assert "“job” (time step 6) receives 0.062 of" in at_job.caption
    assert show(trace, phase="forward").caption.startswith("Forward pass: the sequence")
    assert show(trace, phase="loss").caption.startswith("The mean loss of these 64 samples")
    assert "layer 1" in show(make_time_trace(10, layers=2), phase="update").caption


def test_why_rows_multiply_to_what_the_time_step_hands_on() -> None:
    why = show(make_time_trace(10, 0.5), selected_layer=4).why
    assert why is not None
    assert why.rows[-1].is_total
    assert why.rows[-1].factor == pytest.approx(0.5)


@pytest.mark.parametrize("quantity", TIME_QUANTITIES)
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_every_quantity_has_a_picture_for_every_cell(quantity: str, cell: str) -> None:
    flow = show(make_time_trace(10, cell=cell), quantities={"recurrent": quantity}).flow
    assert flow.title
    drawn = [flow.places, *(line.places for line in flow.lines)]
    assert any(np.isfinite(places).any() for places in drawn)


def test_gates_are_lines_from_0_to_1() -> None:
    flow = show(make_time_trace(10, gate=0.3), quantities={"recurrent": "gates"}).flow
    assert [line.name for line in flow.lines] == ["input gate", "forget gate", "output gate"]
    assert (flow.axis.low, flow.axis.high) == (0.0, 1.0)
    np.testing.assert_array_equal(flow.lines[1].places[1:], 0.3)


def test_the_heat_map_has_a_row_for_every_time_step() -> None:
    history = show(make_time_trace(10)).history
    assert history.first_column == 0
    assert history.depth == history.stretches.rows_low.shape[1] == 10


def test_the_footer_names_the_cell_and_its_gates() -> None:
    network = make_time_experiment("lstm", 2, forget=1.0).network
    assert isinstance(network, Recurrent)
    assert describe_recurrent(network) == "2 × LSTM 8, forget bias 0, forget gate := 1"
    assert "autocomplete" in show(make_time_trace(10)).footer


@pytest.mark.parametrize(
    ("cell", "layers", "state_rows"), [("rnn", 1, 1), ("lstm", 2, 4), ("gru", 3, 3)]
)
def test_before_the_first_pass_every_place_is_drawn_and_none_is_reached(
    cell: str, layers: int, state_rows: int
) -> None:
    experiment = make_time_experiment(cell, layers)
    display = resolve(
        kind_of(experiment.network).display,
        experiment,
        None,
        History(),
        None,
        DisplayOptions(),
        Playhead.at_end_of(1),
    )
    assert unrolled_of(display) is not None
    assert display.trace is None
    assert len(unrolled_of(display).state_rows) == state_rows
    assert display.diagram.depth == display.flow.depth == display.history.depth == 36
    assert not display.diagram.has_measure
    assert not display.flow.has_measure
    assert (display.flow.kinds < 0).all()
    assert display.playhead.depth == 36
