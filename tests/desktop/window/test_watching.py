"""Playing a pass, watching an iteration, selecting a layer, changing what is seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from desktop.model.preferences import Preferences
from desktop.panels.key_overlay import KeyOverlay
from tests.desktop.person import Person


def test_a_pass_plays_stage_by_stage(person: Person) -> None:
    window = person.components.window
    person.click(window.playback_bar.to_loss)
    assert person.components.player.playhead.stage() == 0
    for stage in (1, 2, 3):
        person.press(Qt.Key.Key_S)
        assert person.components.player.playhead.stage() == stage
    person.press(Qt.Key.Key_R)
    assert person.components.player.is_playing
    person.wait_for(lambda: not person.components.player.is_playing)
    assert person.components.player.playhead.at_end()


def test_an_earlier_iteration_can_be_watched(person: Person) -> None:
    person.components.training_commands.run_to(25)
    person.wait_idle_at(25)
    person.components.window.theatre.iteration_selected.emit(7)
    person.wait_for(lambda: person.components.frame_loop.watched_iteration == 7)
    assert person.components.frame_loop.display.iteration == 7
    person.click(person.components.window.training_bar.once)
    person.wait_idle_at(26)
    assert person.components.frame_loop.watched_iteration is None


def test_a_click_on_a_bar_selects_its_layer_everywhere(person: Person) -> None:
    window = person.components.window
    theatre = window.theatre
    window.docks.inspector.show()
    flow = theatre.charts["flow"]
    spot = QPoint(int(theatre.column_x(3)), int(flow.area.bottom() - 20))
    person.qtbot.mouseClick(theatre.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert person.components.workspace.selected_layer == 3
    person.wait_for(lambda: "3" in window.docks.inspector_title._title.text())  # noqa: SLF001


def test_keys_change_what_is_seen(person: Person, preferences: Preferences) -> None:
    person.press(Qt.Key.Key_A)
    assert not person.components.frame_loop.options.is_relative
    person.press(Qt.Key.Key_L)
    assert not person.components.frame_loop.options.is_log
    person.press(Qt.Key.Key_D)
    assert preferences.theme == "light"
    person.press(Qt.Key.Key_D)
    assert preferences.theme == "dark"


def test_a_question_mark_shows_all_keys(person: Person) -> None:
    person.qtbot.keyClick(person.components.window, Qt.Key.Key_F1)
    overlay = person.components.window.findChild(KeyOverlay)
    assert overlay is not None
    assert overlay.isVisible()
    person.qtbot.keyClick(overlay, Qt.Key.Key_Escape)
    person.wait_for(lambda: person.components.window.findChild(KeyOverlay) is None)


def test_folded_and_closed_docks_come_back(person: Person) -> None:
    window = person.components.window
    window.docks.inspector.close()
    person.wait_for(window.docks.inspector_rail.isVisible)
    person.click(window.docks.inspector_rail)
    assert window.docks.inspector.isVisible()
    assert not window.docks.inspector_rail.isVisible()


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_the_theatre_has_most_of_the_width(person: Person, size: tuple[int, int]) -> None:
    window = person.components.window
    window.resize(*size)
    window.docks.reset()
    person.wait_for(lambda: window.theatre.width() > 0)
    QApplication.processEvents()
    assert (window.width(), window.height()) == size
    assert window.theatre.width() >= 0.6 * window.width()


def test_a_pass_that_rests_at_a_layer_shows_its_details(person: Person) -> None:
    person.components.window.docks.inspector.show()
    person.press(Qt.Key.Key_R)
    person.wait_for(lambda: not person.components.player.is_playing)
    person.components.player.scrub(2.0)
    person.wait_for(lambda: person.components.frame_loop.display.selected_layer == 3)

    def has_details() -> bool:
        detail = None if person.trace is None else person.trace.detail
        return detail is not None and detail.layer == 3

    person.wait_for(has_details)
    histograms = person.components.window.inspector.histograms
    person.wait_for(lambda: all(not histogram.isHidden() for histogram in histograms))
    assert person.components.player.playhead.position == 2.0


def test_the_desk_remembers_its_panels_while_there_is_an_audience(person: Person) -> None:
    docks = person.components.window.docks
    docks.inspector.show()
    docks.set_on_stage(True)
    kept = docks.save()  # at the end of the program
    docks.restore(kept)  # and at the next start, which is before an audience too
    assert docks.builder.isHidden()
    assert docks.builder_rail.isVisible()
    docks.set_on_stage(False)
    assert docks.builder.isVisible()
    assert docks.inspector.isVisible()
