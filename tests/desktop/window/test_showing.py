"""One pass is shown at a time: by the bars, the verdict, the tool tip and the status."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from desktop.display.frame import DisplayFrame
from desktop.display.scales import format_number
from desktop.kinds.feedforward.display.captions import describe_layer
from engine.kinds.feedforward.records import layer_trace_of
from tests.desktop.person import Person


def hover(person: Person, layer: int) -> QPoint:
    """Move the mouse over a layer's bar, and let it rest."""
    theatre = person.components.window.theatre
    room = theatre.charts["flow"].outer
    point = QPoint(round(theatre.column_x(layer)), round(room.bottom() - 0.3 * room.height()))
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(point),
        QPointF(theatre.viewport().mapToGlobal(point)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(theatre.viewport(), move)
    target = theatre.find_target(theatre.mapToScene(point))
    assert target is not None
    assert target.value == layer
    return point


def status(person: Person) -> str:
    return person.components.window.status_strip.notice.text()


@pytest.mark.qt_log_ignore("This plugin does not support raise")
def test_at_every_tick_all_words_belong_to_the_pass_that_is_drawn(person: Person) -> None:
    components, layer = person.components, 2
    drawn: list[DisplayFrame] = []
    components.frame_loop.display_changed.connect(drawn.append)
    hover(person, layer)
    assert components.window.theatre.read_out.isVisible()
    person.press(Qt.Key.Key_T)
    person.wait_for(lambda: components.controller.is_training)
    components.frame_loop.stop()  # from here on the test makes it tick
    seen: set[int] = set()
    scored_before: set[str] = set()

    def has_seen_enough_after_a_tick() -> bool:
        components.frame_loop.tick()
        if not drawn:
            return False
        recorded, verdict = drawn[-1].trace, drawn[-1].verdict
        assert recorded is not None
        assert verdict is not None
        trace = layer_trace_of(recorded)
        said = describe_layer(trace, layer)
        assert status(person) == said.replace("\n", " · ")
        assert components.window.theatre.read_out.lines == said.split("\n")
        assert components.window.verdict.sentence.text() == verdict.sentence
        assert drawn[-1].flow.values[layer] == trace.g_a_rms[layer]
        figures = components.window.status_strip.figures.text()
        assert f"loss {format_number(trace.loss, 3)} " in figures
        scored = re.search(r"accuracy [\d.]+ %(?: at iteration ([\d,]+))?", figures)
        assert scored is not None
        if scored[1] is not None:
            assert int(scored[1].replace(",", "")) != trace.iteration
            scored_before.add(scored[1])
        assert (
            int(re.sub(r"\D", "", components.window.training_bar.iteration.text()))
            == trace.iteration
        )
        seen.add(trace.iteration)
        return len(seen) > 5

    person.wait_for(has_seen_enough_after_a_tick)
    assert scored_before
    components.frame_loop.start()
    person.press(Qt.Key.Key_T)
    person.wait_for(lambda: not components.controller.is_training)


def test_the_status_forgets_what_is_no_longer_on_screen(person: Person) -> None:
    hover(person, 3)
    assert "ayer 3" in status(person)
    person.components.document_commands.open_scene("6-autocomplete-lstm")
    display = person.components.frame_loop
    person.wait_for(lambda: display.display.kind.name == "recurrent")
    person.wait_for(lambda: "ayer 3" not in status(person))
    QApplication.sendEvent(person.components.window.theatre.viewport(), QEvent(QEvent.Type.Leave))
    assert status(person) == person.components.workspace.notice


def test_the_status_follows_an_edit_and_a_resize(person: Person) -> None:
    place = QPointF(hover(person, 4))
    before = status(person)
    person.press(Qt.Key.Key_K)
    person.wait_for(lambda: person.trace is not None and len(person.trace.skip_ends) > 0)
    trace = person.trace
    assert trace is not None
    person.wait_for(lambda: status(person) == describe_layer(trace, 4).replace("\n", " · "))
    assert status(person) != before
    person.components.window.resize(1000, 700)
    theatre = person.components.window.theatre

    def agrees() -> bool:
        target = theatre.find_target(place)
        return status(person) == ("" if target is None else target.text.replace("\n", " · "))

    person.wait_for(agrees)


def test_a_notice_stays_until_the_mouse_moves(person: Person) -> None:
    hover(person, 1)
    person.press(Qt.Key.Key_6)
    assert status(person) == "Turn L2 on: key 6 takes it back."
    person.press(Qt.Key.Key_I)
    person.wait_idle_at(1)
    assert status(person) == "Turn L2 on: key 6 takes it back."
    hover(person, 2)
    assert status(person).startswith("Layer 2")
    person.components.workspace.notify("Something happened.")
    person.components.workspace.notify("")
    assert status(person).startswith("Layer 2")
