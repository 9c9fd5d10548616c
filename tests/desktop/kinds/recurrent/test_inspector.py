"""The inspector shows what was measured of the selected time step."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.display.frame import DisplayFrame
from desktop.display.inspection import inspect
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.resolve import resolve
from desktop.display.shares import format_share, list_answers
from desktop.kinds.recurrent.display.why import resolve_cell_why
from desktop.kinds.table import kind_of
from desktop.panels.inspector import InspectorPanel
from engine.kinds.recurrent.records import TimeTrace
from engine.training.history import History
from tests.synthetic_time import make_time_experiment, make_time_frame, make_time_trace


def frame_of(trace: TimeTrace, t: int | None, layers: int = 1) -> DisplayFrame:
    history = History()
    frame = make_time_frame(trace)
    history.append(frame)
    return resolve(
        kind_of((make_time_experiment(trace.cell, layers)).network).display,
        make_time_experiment(trace.cell, layers),
        frame,
        history,
        None,
        DisplayOptions(selected_layer=t),
        Playhead.at_end_of(trace.time_steps),
    )


def test_shows_the_selected_time_step(qtbot: QtBot) -> None:
    panel = InspectorPanel()
    qtbot.addWidget(panel)
    panel.resize(336, 1200)
    panel.show()
    with qtbot.waitSignal(panel.title_changed) as title:
        panel.show_frame(frame_of(make_time_trace(), 6))
    assert title.args[0].startswith("Time step 6 · “job” · LSTM")
    assert panel.why_bars.isVisible()
    assert panel.second_bars.isVisible()
    assert panel.shares[0].isVisible()
    assert [row.name for row in panel.shares[0].group.rows] == [
        "input gate",
        "forget gate",
        "output gate",
    ]
    panel.show_frame(frame_of(make_time_trace(), None))
    assert panel.hint.isVisible()
    assert not panel.second_bars.isVisible()


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("t", [0, 1, 5, 10, 11])
@pytest.mark.parametrize("layers", [1, 4])
def test_every_place_of_every_pass_can_be_drawn(
    qtbot: QtBot, cell: str, t: int, layers: int
) -> None:
    panel = InspectorPanel()
    qtbot.addWidget(panel)
    panel.resize(336, 1200)
    panel.show()
    for trace in (
        make_time_trace(cell=cell, layers=layers),
        make_time_trace(cell=cell, layers=layers, loss_time=4, readout="all"),
        make_time_trace(cell=cell, layers=layers, zeros=(1, 5), nans=(2,)),
        make_time_trace(cell=cell, layers=layers, forced=0.0),
    ):
        panel.show_frame(frame_of(trace, t, layers))
        assert not panel.grab().isNull()


def test_the_waterfall_along_c_adds_up_to_what_is_handed_on() -> None:
    trace = make_time_trace()
    why = resolve_cell_why(trace, 6)
    assert why is not None
    assert why.rows[-1].is_total
    assert why.rows[-1].factor == pytest.approx(float(np.prod(trace.factors_c[-1, 5])))
    assert why.rows[-2].end == pytest.approx(why.rows[-1].end)
    assert resolve_cell_why(make_time_trace(cell="gru"), 6) is None
    assert resolve_cell_why(make_time_trace(loss_time=4), 6) is None


def test_every_layer_s_gradient_is_named() -> None:
    facts = inspect(frame_of(make_time_trace(layers=3), 6, 3)).facts
    names = [fact.name for fact in facts]
    assert [name for name in names if "∂L/∂h" in name] == [
        "‖∂L/∂h‖, layer 3",
        "‖∂L/∂h‖, layer 2",
        "‖∂L/∂h‖, layer 1",
    ]


def test_a_forced_gate_says_so() -> None:
    groups = inspect(frame_of(make_time_trace(forced=1.0, gate=1.0), 6)).share_groups
    assert groups[0].rows[0].text == "1.0 forced"


def test_the_best_answer_comes_first_and_strong() -> None:
    group = list_answers("Predicted", (("loan", 0.9), ("visa", 0.1)))
    assert [(row.text, row.is_strong) for row in group.rows] == [("90 %", True), ("10 %", False)]


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0 %"), (0.004, "0.4 %"), (0.256, "26 %"), (1.0, "100 %")]
)
def test_probabilities_are_said_short(share: float, text: str) -> None:
    assert format_share(share) == text
