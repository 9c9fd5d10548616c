"""The inspector shows what was measured of the selected layer."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.display.frame import DisplayFrame
from desktop.display.inspection import inspect
from desktop.display.inspector import edges_of_half_octaves, plot_counts, resolve_update
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.resolve import resolve
from desktop.kinds.table import kind_of
from desktop.panels.inspector import InspectorPanel
from engine.kinds.feedforward.records import LayerTrace
from engine.training.history import History
from tests import synthetic


def frame_of(trace: LayerTrace, layer: int | None, *, has_detail: bool = True) -> DisplayFrame:
    if has_detail and layer:
        trace = dataclasses.replace(trace, detail=synthetic.make_detail(layer))
    history = History()
    frame = synthetic.make_frame(trace)
    history.append(frame)
    return resolve(
        kind_of((synthetic.make_experiment(trace.depth)).network).display,
        synthetic.make_experiment(trace.depth),
        frame,
        history,
        None,
        DisplayOptions(selected_layer=layer),
        Playhead.at_end_of(trace.depth),
    )


def test_shows_the_selected_layer(qtbot: QtBot) -> None:
    panel = InspectorPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 1400)
    panel.show()
    with qtbot.waitSignal(panel.title_changed) as title:
        panel.show_frame(frame_of(synthetic.vanishing(), 4))
    assert title.args == ["Layer 4 · 16 → 16 · sigmoid"]
    assert panel.why_bars.isVisible()
    assert [h.isVisible() for h in panel.histograms] == [True] * 5 + [False] * 5
    assert panel.equation.isVisible()
    assert "×" in panel.update_number.text()
    panel.show_frame(frame_of(synthetic.vanishing(), None))
    assert panel.hint.isVisible()
    assert not panel.why_bars.isVisible()


@pytest.mark.parametrize("layer", [0, 1, 3, 4])
@pytest.mark.parametrize(
    "trace",
    [
        synthetic.dead(),
        synthetic.vanishing(3),
        synthetic.exploding(3),
        synthetic.with_nan(3),
        synthetic.without_gradient(3),
    ],
    ids=["dead", "vanishing", "exploding", "nan", "no gradient"],
)
def test_every_layer_of_every_pass_can_be_drawn(
    qtbot: QtBot, trace: LayerTrace, layer: int
) -> None:
    panel = InspectorPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 1400)
    panel.show_frame(frame_of(trace, layer))
    panel.show()
    assert not panel.grab().isNull()


def test_catches_up_when_it_is_unfolded(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    panel = InspectorPanel(window)
    window.show()
    panel.hide()
    with qtbot.assertNotEmitted(panel.title_changed):
        panel.show_frame(frame_of(synthetic.vanishing(), 4))
    with qtbot.waitSignal(panel.title_changed):
        panel.show()


def test_says_what_it_waits_for_before_the_first_pass() -> None:
    frame = dataclasses.replace(frame_of(synthetic.vanishing(), 4), trace=None)
    assert inspect(frame).hint


def test_a_histogram_lies_on_the_curve_of_its_activation() -> None:
    picture = inspect(frame_of(synthetic.vanishing(), 4)).histograms[0]
    assert [curve.name for curve in picture.curves] == ["σ", "σ′"]
    for curve in picture.curves:
        assert curve.line[1].min() >= 0
        assert curve.line[1].max() == pytest.approx(1)
    assert picture.heights.max() == 1


def test_singular_values_stand_in_descending_order_relative_to_the_largest() -> None:
    picture = inspect(frame_of(synthetic.vanishing(), 4)).histograms[-1]
    assert picture.title == "Singular values of W"
    np.testing.assert_allclose(picture.heights, np.linspace(1.1, 0.02, 16) / 1.1)
    assert picture.words == (
        "σ₁ 1.1, mean 0.56, condition number 55 (σ₁ over the smallest, 0.020)."
    )


def test_half_octaves_start_at_powers_of_two_and_their_one_and_a_half_times() -> None:
    first = 127 << 1
    np.testing.assert_array_equal(edges_of_half_octaves(first, first + 4), [1, 1.5, 2, 3, 4])


@pytest.mark.parametrize(
    ("ratio", "place"), [(0.0, None), (float("nan"), None), (float("inf"), None), (1e-30, 0.0)]
)
def test_a_ratio_without_a_place_on_the_ruler_has_none(ratio: float, place: float | None) -> None:
    assert resolve_update(ratio, 2.0).place == place


def test_the_rule_of_thumb_lies_on_its_own_mark() -> None:
    picture = resolve_update(1e-3, 2.0)
    assert picture.place == pytest.approx(picture.guide)


def test_an_update_that_cannot_be_compared_says_why() -> None:
    assert resolve_update(math.nan, 2.0).text == "NaN"
    assert resolve_update(math.nan, 0.0).text == "all weights are 0"


def test_values_that_are_all_zero_are_a_bar_over_the_zero() -> None:
    counts, edges = np.zeros(48, np.int32), np.linspace(-1e-309, 1e-309, 49)
    counts[24] = 640
    picture = plot_counts("Activations a", counts, edges)
    (bar,) = np.flatnonzero(picture.heights)
    assert picture.edges[bar] <= 0.0 <= picture.edges[bar + 1]
    assert [tick.text for tick in picture.ticks] == ["−1.0", "0", "1.0"]
