"""Slow mode's last phases show what becomes of the gradient, over the network."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop.views.network_chart import NetworkChart
from tests.desktop.person import Person


def test_bars_stand_over_the_network_while_clip_decay_and_update_are_told(person: Person) -> None:
    components = person.components
    chart = components.window.theatre.charts["diagram"]
    assert isinstance(chart, NetworkChart)
    assert not chart.update_bars.isVisible()
    person.click(components.window.playback_bar.slow)
    components.player.set_speed(4.0)
    seen: dict[str, set[bool]] = {}
    components.frame_loop.display_changed.connect(
        lambda display: seen.setdefault(display.playhead.phase or "none", set()).add(
            display.update_bars is not None
        )
    )
    person.press(Qt.Key.Key_R)
    person.wait_for(lambda: components.frame_loop.display.playhead.phase == "clip")
    person.wait_for(chart.update_bars.isVisible)
    bars = components.frame_loop.display.update_bars
    trace = components.frame_loop.display.trace
    assert bars is not None
    assert trace is not None
    assert bars.bars[0].value == pytest.approx(trace.gradient_norm)
    before = components.window.theatre.grab().toImage()
    person.wait_for(lambda: not components.player.is_playing)
    person.wait_for(lambda: not chart.update_bars.isVisible())
    assert components.window.theatre.grab().toImage() != before
    for phase in ("clip", "decay", "update"):
        assert seen[phase] == {True}
    for phase in ("forward", "loss", "backward"):
        assert seen[phase] == {False}
