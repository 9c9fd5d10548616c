"""The verdict panel says what the picture of the verdict says, in its colour."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFontInfo
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.display.pictures import VerdictPicture
from desktop.display.verdict import SHAPES
from desktop.panels.verdict import VerdictPanel
from desktop.style.theme import DARK, LIGHT, PROJECTOR, Theme, apply_theme


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("kind", SHAPES)
def test_shape_and_word_carry_the_colour_of_the_verdict(
    qtbot: QtBot, theme: Theme, kind: str
) -> None:
    panel = VerdictPanel()
    qtbot.addWidget(panel)
    panel.apply_theme(theme)
    panel.resize(800, panel.sizeHint().height())
    panel.show_picture(
        VerdictPicture(kind, SHAPES[kind], "Word", "Layer 1 receives 0.1.", "Before: 2")
    )
    assert panel.word.word == "Word"
    assert panel.word.shape == SHAPES[kind]
    assert panel.sentence.text() == "Layer 1 receives 0.1."
    assert panel.before.text() == "Before: 2"
    image = panel.word.grab().toImage()
    wanted = QColor(theme.verdict_colour(kind))
    assert any(
        image.pixelColor(x, y) == wanted
        for x in range(image.width())
        for y in range(image.height())
    )


def test_the_height_does_not_follow_the_sentence(qtbot: QtBot) -> None:
    panel = VerdictPanel()
    qtbot.addWidget(panel)
    panel.resize(700, 56)
    panel.show_picture(VerdictPicture("healthy", "dot", "Healthy", "Short.", ""))
    before = panel.height()
    panel.show_picture(VerdictPicture("healthy", "dot", "Healthy", "A long sentence. " * 12, ""))
    assert panel.height() == before


@pytest.mark.parametrize("width", [635, 908])
def test_a_verdict_of_two_sentences_is_whole_beside_what_was_before(
    qtbot: QtBot, qapp: QApplication, width: int
) -> None:
    apply_theme(qapp, DARK)
    sentence = (
        "Layer 1 receives 1.9 × 10⁻⁸ of the last layer's gradient. None of its 48 weights "
        "changes: an update of 3.4 × 10⁻¹¹ of their size is too small for float32."
    )
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    column.setContentsMargins(0, 0, 0, 0)
    panel = VerdictPanel()
    column.addWidget(panel)
    column.addStretch(1)
    host.resize(width, 300)
    host.show()
    panel.show_picture(VerdictPicture("frozen", "down", "Frozen", sentence, "Before: 5.0 × 10⁻⁵"))
    for _ in range(3):
        QApplication.processEvents()
    assert QLabel.text(panel.sentence.label).replace("\n", "") == sentence
    assert panel.before.geometry().right() <= panel.width()
    assert panel.before.height() >= panel.before.sizeHint().height()


def test_before_an_audience_the_picture_keeps_its_height(qtbot: QtBot, qapp: QApplication) -> None:
    apply_theme(qapp, PROJECTOR)
    panel = VerdictPanel()
    qtbot.addWidget(panel)
    panel.apply_theme(PROJECTOR)
    panel.resize(640, 80)
    panel.show_picture(VerdictPicture("healthy", "dot", "Healthy", "Short.", ""))
    height = panel.sizeHint().height()
    panel.resize(1800, 80)
    assert panel.sizeHint().height() == height
    apply_theme(qapp, DARK)


def test_the_longest_verdict_is_whole_in_a_small_window_before_an_audience(
    qtbot: QtBot, qapp: QApplication
) -> None:
    sentence = (
        "The gradient is cut every 25 time steps; after the cut at 100 the hidden state of layer 2 "
        "carries 3.6 × 10⁻¹² of the gradient to time step 101; 99 % of what moves the recurrent "
        "weights comes from the last 8 of 120 time steps. The loss is oscillating by more than "
        "half of its mean."
    )
    apply_theme(qapp, PROJECTOR, 768)
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    column.setContentsMargins(0, 0, 0, 0)
    panel = VerdictPanel()
    panel.apply_theme(PROJECTOR)
    column.addWidget(panel)
    column.addStretch(1)
    host.resize(892, 300)
    host.show()
    label = panel.sentence.label
    heights = set()
    for said, is_dense in (("Short.", False), (sentence, True), ("Short again.", False)):
        panel.show_picture(VerdictPicture("vanishing", "down", "Vanishing", said, ""))
        for _ in range(3):
            QApplication.processEvents()
        assert QLabel.text(label).replace("\n", "") == said
        assert label.property("is_dense") == is_dense
        heights.add(panel.height())
        assert QFontInfo(label.font()).pixelSize() >= 0.022 * 768 - 1
    assert len(heights) == 1, "the picture below keeps its place"
    apply_theme(qapp, DARK)
