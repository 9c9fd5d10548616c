"""The verdict panel says what the picture of the verdict says, in its colour."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from desktop.display.picture import VerdictPicture
from desktop.display.why import SHAPES
from desktop.panels.verdict import VerdictPanel
from desktop.theme import DARK, LIGHT, Theme


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("kind", SHAPES)
def test_shape_and_word_carry_the_colour_of_the_verdict(
    qtbot: QtBot, theme: Theme, kind: str
) -> None:
    panel = VerdictPanel()
    qtbot.addWidget(panel)
    panel.apply_theme(theme)
    panel.resize(800, 56)
    panel.show(VerdictPicture(kind, SHAPES[kind], "Word", "Layer 1 receives 0.1.", "Before: 2"))
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
    panel.show(VerdictPicture("healthy", "dot", "Healthy", "Short.", ""))
    before = panel.height()
    panel.show(VerdictPicture("healthy", "dot", "Healthy", "A long sentence. " * 12, ""))
    assert panel.height() == before
