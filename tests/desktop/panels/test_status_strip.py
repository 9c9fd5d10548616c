"""The line at the foot of the window."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.panels.status_strip import StatusStrip


def test_figures_that_become_longer_are_whole_where_there_is_room(qtbot: QtBot) -> None:
    strip = StatusStrip()
    qtbot.addWidget(strip)
    strip.resize(800, 30)
    strip.show()
    for text in ("seed 7", "loss 0.719 · accuracy 51.2 % · seed 7 · float32"):
        strip.show_figures(text)
        qtbot.waitUntil(lambda: not strip.figures.label.is_cut)
