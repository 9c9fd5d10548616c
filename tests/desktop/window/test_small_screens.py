"""Nothing is cut in a small window, at the desk and before an audience."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QComboBox, QToolButton, QWidget

from desktop.model.preferences import ScreenTheme
from desktop.panels.key_overlay import KeyOverlay
from desktop.widgets.big_switch import BigSwitch
from desktop.widgets.palette import TextButton
from tests.desktop.person import Person

SIZES = ((1024, 768), (1280, 720), (1920, 1080))
TARGETS = (TextButton, BigSwitch, QToolButton, QComboBox)


def give_size(person: Person, theme: ScreenTheme, width: int, height: int) -> QWidget:
    window = person.components.window
    window.resize(width, height)
    person.components.display_commands.set_theme(theme)
    window.docks.reset()
    window.resize(width, height)
    person.qtbot.waitUntil(lambda: window.width() == width, timeout=5_000)
    return window


@pytest.mark.parametrize("theme", ["projector", "light"])
@pytest.mark.parametrize("size", SIZES)
def test_the_window_fits_and_nothing_in_it_is_cut(
    person: Person, theme: ScreenTheme, size: tuple[int, int]
) -> None:
    window = give_size(person, theme, *size)
    assert window.minimumSizeHint().width() <= size[0]
    assert window.minimumSizeHint().height() <= size[1] - 28, "a title bar stands over it"
    person.wait_for(lambda: not list_cut(person))


def list_cut(person: Person) -> list[str]:
    """The buttons that leave the window, or lie on another one."""
    window = person.components.window
    inside = QRect(QPoint(0, 0), window.size())
    found = []
    for bar in (window.training_bar, window.playback_bar, window.switch_strip):
        shown = [
            each
            for each in bar.findChildren(QWidget)
            if isinstance(each, TARGETS) and each.isVisible()
        ]
        rooms = [QRect(each.mapTo(window, QPoint(0, 0)), each.size()) for each in shown]
        assert rooms
        for index, (each, room) in enumerate(zip(shown, rooms, strict=True)):
            others = rooms[:index] + rooms[index + 1 :]
            if not inside.contains(room) or any(room.intersects(other) for other in others):
                found.append(each.objectName())
    return found


def test_words_come_back_with_the_room_for_them(person: Person) -> None:
    bar = person.components.window.training_bar
    give_size(person, "projector", 1024, 768)
    person.wait_for(lambda: bar.once.text() == "+ 1")
    assert bar.once.accessibleName() == "One iteration"
    give_size(person, "projector", 1920, 1080)
    person.wait_for(lambda: bar.once.text() == "One iteration")


def test_full_screen_returns_to_a_window_that_fills_the_desk(person: Person) -> None:
    window = person.components.window
    window.showMaximized()
    person.components.actions["full_screen"].trigger()
    person.wait_for(window.isFullScreen)
    person.components.actions["full_screen"].trigger()
    person.wait_for(lambda: not window.isFullScreen())
    assert window.windowState() & Qt.WindowState.WindowMaximized


@pytest.mark.parametrize("size", SIZES)
def test_the_overlay_of_keys_fits_and_tells_of_the_mouse(
    person: Person, size: tuple[int, int]
) -> None:
    window = give_size(person, "light", *size)
    person.components.actions["keys"].trigger()
    overlay = window.findChild(KeyOverlay)
    assert overlay is not None
    assert overlay.width() <= window.width()
    assert overlay.height() <= window.height()
    texts = {label.text() for label in overlay.findChildren(QWidget) if hasattr(label, "text")}
    assert {"+, −", "Wheel", "Drag", "Double click", "0", "Right button"} <= texts
    overlay.close()
