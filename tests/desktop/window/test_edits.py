"""Switches and edits: what they change, keep and undo."""

from __future__ import annotations

from PySide6.QtCore import Qt

from engine.documents import with_values
from tests.desktop.person import SMALL, Person


def test_keys_belong_to_a_text_field_that_has_the_focus(person: Person) -> None:
    field = person.components.window.training_bar.run_to
    field.setFocus()
    person.qtbot.keyClicks(field, "10")
    assert person.network.skip.every == 0
    assert person.network.layers == SMALL.network.layers  # type: ignore[union-attr]


def test_a_switch_shows_its_effect_beside_the_old_values(person: Person) -> None:
    before = person.trace
    person.press(Qt.Key.Key_K)
    person.wait_for(lambda: person.trace is not None and len(person.trace.skip_ends) > 0)
    assert person.network.skip.every == 1
    flow = person.components.frame_loop.display.flow
    assert flow.before_places is not None
    assert person.components.workspace.before.own is before
    person.press(Qt.Key.Key_Escape)
    person.wait_for(lambda: person.components.frame_loop.display.flow.before_places is None)
    person.press(Qt.Key.Key_Z, control=True)
    person.wait_for(lambda: person.trace is not None and len(person.trace.skip_ends) == 0)
    assert person.experiment == SMALL


def test_another_depth_still_says_what_was_before(person: Person) -> None:
    """The ratio of the ends compares networks of any depth; marks over other bars would not."""
    deeper = with_values(SMALL, [("network.layers.0.repeat", 9)])
    person.components.workspace.edit(deeper, "Nine layers")
    person.wait_for(lambda: person.trace is not None and person.trace.depth == 9)
    person.wait_for(lambda: person.components.window.verdict.before.text().startswith("Before: "))
    assert person.components.frame_loop.display.flow.before_places is None
    person.press(Qt.Key.Key_Escape)
    person.wait_for(lambda: person.components.window.verdict.before.text() == "")


def test_number_keys_throw_the_switches_of_the_strip(person: Person) -> None:
    person.press(Qt.Key.Key_1)
    person.wait_for(lambda: person.experiment != SMALL)
    person.press(Qt.Key.Key_1)
    assert person.experiment == SMALL


def test_one_click_on_an_arc_switches_it(person: Person) -> None:
    person.components.window.theatre.edit_requested.emit("skip", 3)
    assert person.network.skip.every == 1
    assert set(person.network.skip.off) == {2, 4}
    person.components.window.theatre.edit_requested.emit("skip", 2)
    assert set(person.network.skip.off) == {4}


def test_a_width_begins_anew_and_says_so(person: Person) -> None:
    person.click(person.components.window.training_bar.once)
    person.wait_idle_at(1)
    wider = with_values(SMALL, [("network.layers.0.units", 12)])
    person.components.window.builder.experiment_edited.emit(wider, "Units")
    person.wait_for(lambda: person.trace is not None and person.trace.widths[1] == 12)
    person.wait_idle_at(0)
    assert "iteration 0" in person.components.window.status_strip.notice.text()
