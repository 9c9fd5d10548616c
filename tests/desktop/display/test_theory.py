"""Theories laid over bars: on the same axis as what was measured, and only where they hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from desktop.display.frame import DisplayFrame
from desktop.display.how_to_read import explain
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.resolve import resolve
from desktop.display.theory import list_choices, needs_weights
from desktop.kinds.table import kind_of
from engine.analysis.theory import list_rows, theorise
from engine.analysis.theory_question import measure_weight_sizes
from engine.documents import from_builtins
from engine.records.frames import TrainingFrame
from engine.tasks.loading import load
from engine.training.history import History
from engine.training.run import Run

DENSE = {
    "kind": "feedforward",
    "layers": [{"units": 32, "activation": "relu", "repeat": 8}],
    "initialisation": {"scheme": "torch_default"},
}
RNN = {"kind": "recurrent", "cell": "rnn", "hidden": 16}


def make_run(network: dict[str, Any], task: str, batch: int = 64) -> Run:
    document = {
        "format": "gradient-theatre/1",
        "task": {"name": task, "batch_size": batch},
        "network": network,
    }
    experiment = from_builtins(document)
    return Run(experiment, load(experiment, None))


def show(run: Run, frame: TrainingFrame | None = None, **options: Any) -> DisplayFrame:
    frame = frame or run.measure()
    history = History()
    history.append(frame)
    return resolve(
        kind_of(run.experiment.network).display,
        run.experiment,
        frame,
        history,
        None,
        DisplayOptions(**options),
        Playhead.at_end_of(8),
    )


def test_nothing_is_laid_over_the_bars_unasked() -> None:
    display = show(make_run(DENSE, "insurance"))
    assert display.flow.theories == ()
    assert display.theories == ()


@pytest.mark.parametrize("is_relative", [True, False])
@pytest.mark.parametrize("is_log", [True, False])
def test_a_line_stands_on_the_axis_of_the_bars(is_relative: bool, is_log: bool) -> None:
    run = make_run(DENSE, "insurance")
    frame = run.measure()
    assert frame.trace is not None
    display = show(run, frame, theories=frozenset({"relu"}), is_relative=is_relative, is_log=is_log)
    (line,) = display.flow.theories
    assert np.isnan(line.places[0])  # the input
    # At the loss end theory and measurement are the same bar.
    assert line.places[8] == pytest.approx(display.flow.places[8])
    ratio = line.places[7] - line.places[8] if is_log else line.places[7] / line.places[8]
    assert ratio == pytest.approx(np.log10(6**-0.5) if is_log else 6**-0.5)
    assert line.low is not None
    assert line.high is not None
    assert (line.low[1:8] < line.places[1:8]).all()
    assert (line.places[1:8] < line.high[1:8]).all()


def test_the_axis_grows_for_a_theory_but_not_beyond_use() -> None:
    run = make_run({**RNN, "initialisation": {"scheme": "normal", "std": 3.0}}, "adding")
    frame = run.measure()
    plain = show(run, frame)
    sizes = measure_weight_sizes(run)
    display = show(run, frame, theories=frozenset({"recurrent"}), weight_sizes=sizes)
    assert len(display.flow.theories) == 2
    assert plain.flow.axis.high < display.flow.axis.high <= plain.flow.axis.high + 4
    bound = next(line for line in display.flow.theories if line.is_bound)
    assert np.nanmax(bound.places) > display.flow.axis.high


def test_what_does_not_hold_is_hidden_and_says_why() -> None:
    run = make_run(DENSE, "insurance")
    run.advance()
    display = show(run, theories=frozenset({"mean_field", "residual"}))
    assert display.flow.theories == ()
    reading = explain(display, "flow")
    assert [note.is_drawn for note in reading.theories] == [False, False]
    assert "one update has been made" in reading.theories[0].reason
    assert all(note.formula and note.source for note in reading.theories)


def test_another_quantity_is_not_what_theory_is_about() -> None:
    run = make_run(DENSE, "insurance")
    chosen = {"feedforward": "weight_gradient"}
    display = show(run, theories=frozenset({"relu"}), quantities=chosen)
    assert display.flow.theories == ()
    assert "Gradient of the activations" in display.theories[0].reason


def test_the_weights_of_another_pass_are_not_drawn() -> None:
    run = make_run(RNN, "adding")
    sizes = measure_weight_sizes(run)
    chosen = frozenset({"recurrent"})
    assert show(run, theories=chosen, weight_sizes=sizes).flow.theories
    run.advance()
    assert not show(run, theories=chosen, weight_sizes=sizes).flow.theories


def test_the_menu_offers_what_holds_and_what_is_on() -> None:
    run = make_run(DENSE, "insurance")
    trace = run.measure().trace
    kind = kind_of(run.experiment.network).display

    def choose(**options: Any) -> dict[str, tuple[bool, str]]:
        listed = list_choices(kind, run.experiment, trace, DisplayOptions(**options), "gradient_a")
        return {each.name: (each.is_offered, each.tip) for each in listed}

    offered = choose()
    assert list(offered) == [row.name for row in list_rows()]
    assert offered["mean_field"][0]
    assert "Poole" in offered["mean_field"][1]
    assert offered["residual"] == (False, "This network has no skip connections.")
    assert not offered["recurrent"][0]
    assert offered["learning_rate"][0]  # once it is on, the batch is looked at
    assert choose(theories=frozenset({"residual"}))["residual"][0]


def test_only_what_needs_the_weights_of_this_network_asks_for_them() -> None:
    rnn = make_run(RNN, "adding").experiment.network
    dense = make_run(DENSE, "insurance").experiment.network
    assert needs_weights({"recurrent"}, rnn)
    assert not needs_weights({"recurrent", "mean_field"}, dense)
    assert needs_weights({"learning_rate"}, dense)


def test_the_learning_rate_is_told_beside_the_loss() -> None:
    run = make_run(DENSE, "insurance", batch=2_000)
    sizes = measure_weight_sizes(run)
    display = show(run, theories=frozenset({"learning_rate"}), weight_sizes=sizes)
    assert display.curves.charts[0].subtitle.startswith("local: rises first above ")
    assert display.flow.theories == ()
    assert explain(display, "flow").theories == ()
    (note,) = explain(display, "curves").theories
    assert note.is_drawn
    assert "the learning rate is 0.10" in note.reason
    assert explain(display, "curves", 1).theories == ()


def test_every_view_says_how_to_read_it() -> None:
    for run in (make_run(DENSE, "insurance"), make_run(RNN, "adding")):
        display = show(run)
        for room in ("diagram", "flow", "lower", "curves", "inspector"):
            reading = explain(display, room)  # type: ignore[arg-type]
            assert reading.title
            assert len(reading.text) > 60


def test_a_pass_is_held_against_theory_once() -> None:
    """While a pass stays on screen, frame by frame, nothing is computed anew."""
    run = make_run(DENSE, "insurance")
    frame = run.measure()
    first = show(run, frame, theories=frozenset({"mean_field"})).flow.theories[0]
    again = show(run, frame, theories=frozenset({"mean_field"})).flow.theories[0]
    row = next(row for row in list_rows() if row.name == "mean_field")
    assert frame.trace is not None
    fresh = theorise(row, run.experiment, frame.trace)
    np.testing.assert_array_equal(first.places, again.places)
    assert fresh.line is not None
    np.testing.assert_allclose(first.places[1:], fresh.line)
