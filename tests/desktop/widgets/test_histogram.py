"""The histograms of the inspector: what they draw, and how they zoom."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.display.inspector import (
    HistogramPicture,
    plot_counts,
    plot_half_octaves,
    ticks_within,
)
from desktop.widgets.histogram import Histogram, HistogramPlot
from engine.records.record import HALF_OCTAVES


def make_picture(title: str = "Activations a") -> HistogramPicture:
    edges = np.linspace(-2.0, 2.0, 41)
    return plot_counts(title, np.arange(40, dtype=np.int32), edges)


@pytest.fixture
def shown(qtbot: QtBot) -> Histogram:
    histogram = Histogram("histogram_1")
    qtbot.addWidget(histogram)
    histogram.resize(300, histogram.sizeHint().height())
    histogram.show()
    histogram.show_picture(make_picture())
    qtbot.waitExposed(histogram)
    QApplication.processEvents()
    return histogram


def plot_of(histogram: Histogram) -> HistogramPlot:
    assert histogram.plot is not None
    return histogram.plot


def turn_wheel(histogram: Histogram, modifiers: Qt.KeyboardModifier) -> None:
    viewport = plot_of(histogram).viewport()
    at = QPointF(viewport.width() * 0.75, viewport.height() / 3)
    event = QWheelEvent(
        at,
        QPointF(viewport.mapToGlobal(at.toPoint())),
        QPoint(0, 0),
        QPoint(0, 360),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)
    QApplication.processEvents()


def seen(histogram: Histogram) -> list[float]:
    low, high = plot_of(histogram).box.viewRange()[0]
    return [low, high]


def test_all_values_are_seen_with_the_numbers_of_both_ends(shown: Histogram) -> None:
    assert seen(shown) == pytest.approx([-2.0, 2.0])
    picture = plot_of(shown).grab().toImage()
    tall = plot_of(shown).box.height()

    def is_filled(across: float, height: float) -> bool:
        x, y = round(across * (picture.width() - 1)), round((1.0 - height) * tall)
        return picture.pixel(x, y) != picture.pixel(3, 3)

    assert is_filled(0.98, 0.9), "the largest count, at the right end, has the whole height"
    assert is_filled(0.5, 0.4)
    assert not is_filled(0.5, 0.6)
    assert not is_filled(0.05, 0.1)


def test_the_wheel_with_ctrl_zooms_at_the_mouse_and_alone_scrolls(shown: Histogram) -> None:
    turn_wheel(shown, Qt.KeyboardModifier.NoModifier)
    assert seen(shown) == pytest.approx([-2.0, 2.0])
    turn_wheel(shown, Qt.KeyboardModifier.ControlModifier)
    low, high = seen(shown)
    assert -2.0 < low < 1.0 < high < 2.0
    assert 1.0 - low > high - 1.0, "the value under the mouse stays there"
    shown.show_picture(make_picture())
    assert seen(shown) == pytest.approx([low, high]), "a zoom survives training"


def test_a_double_click_or_another_quantity_shows_all_again(qtbot: QtBot, shown: Histogram) -> None:
    viewport = plot_of(shown).viewport()
    turn_wheel(shown, Qt.KeyboardModifier.ControlModifier)
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(100, 20))
    assert seen(shown) == pytest.approx([-2.0, 2.0])
    turn_wheel(shown, Qt.KeyboardModifier.ControlModifier)
    shown.show_picture(make_picture("Pre-activations z"))
    assert seen(shown) == pytest.approx([-2.0, 2.0])


def test_the_numbers_of_a_zoomed_log_axis_are_values_not_exponents() -> None:
    counts = np.zeros(HALF_OCTAVES, np.int32)
    counts[200:240] = 5
    picture = plot_half_octaves("Gradient", counts)
    texts = [tick.text for tick in ticks_within(picture, -3.2, -3.1)]
    assert texts[0] == "6.3 × 10⁻⁴"
    assert [tick.at for tick in ticks_within(picture, -4.5, -1.5)] == [-4.0, -3.0, -2.0]
