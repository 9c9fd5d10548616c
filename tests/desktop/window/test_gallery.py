"""The gallery over the window, and the first tour, with real clicks and keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app.app import Start
from desktop.controllers import thumbnails
from desktop.controllers.gallery import GalleryCommands
from desktop.controllers.thumbnails import Thumbnails
from desktop.display.scene_cards import find_card, list_chapters
from desktop.model.preferences import Preferences
from desktop.panels.gallery import Gallery
from desktop.panels.tour import Tour
from engine.document import scenes
from tests.desktop.person import PATIENCE_MS, Person


@pytest.fixture(autouse=True)
def keep_pictures_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes into the user's cache, or draws 58 pictures."""
    monkeypatch.setattr(thumbnails, "_find_cache", lambda: tmp_path / "cache")
    monkeypatch.setattr(Thumbnails, "_draw_missing", lambda _self: None)


class Visitor:
    """Someone who starts the program without naming anything."""

    def __init__(self, qtbot: QtBot, folder: Path, preferences: Preferences) -> None:
        self.start = Start(preferences, folder / "recovery")
        self.start.window.resize(1280, 720)
        self.start.show()
        self.qtbot = qtbot
        self.wait_for(lambda: self.start.program is not None)
        assert self.start.program is not None
        self.person = Person(self.start.program, qtbot)
        self.wait_for(lambda: self.person.components.controller.progress is None)

    def wait_for(self, is_so: object) -> None:
        self.qtbot.waitUntil(is_so, timeout=PATIENCE_MS)

    @property
    def commands(self) -> GalleryCommands:
        return self.person.components.gallery_commands

    @property
    def page(self) -> Gallery:
        page = self.commands.page
        assert page is not None
        return page

    @property
    def tour(self) -> Tour:
        tour = self.commands.tour
        assert tour is not None
        return tour

    @property
    def title(self) -> str:
        return self.person.experiment.title

    def press(self, key: Qt.Key) -> None:
        """Where the keyboard is."""
        self.start.window.activateWindow()
        self.wait_for(lambda: QApplication.focusWidget() is not None)
        self.qtbot.keyClick(QApplication.focusWidget(), key)

    def leave(self) -> None:
        self.start.close()
        self.start.window.deleteLater()


@pytest.fixture
def visitor(qtbot: QtBot, tmp_path: Path, preferences: Preferences) -> Iterator[Visitor]:
    """At the very first start."""
    visitor = Visitor(qtbot, tmp_path, preferences)
    visitor.wait_for(lambda: visitor.commands.is_open)
    yield visitor
    visitor.leave()


def test_every_scene_is_in_it_once_in_the_order_of_its_chapters() -> None:
    listed = [card.name for _, cards in list_chapters() for card in cards]
    assert sorted(listed) == sorted(scenes.names())
    assert tuple(listed[: len(scenes.lectures())]) == scenes.lectures()
    card = find_card("02-a-product")
    assert card is not None
    assert card.question.endswith("?")
    assert card.minutes > 0
    assert card.beats == 9


def test_the_very_first_start_offers_the_scenes_and_the_next_one_does_not(
    visitor: Visitor, qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    assert visitor.page.chosen == scenes.lectures()[0]
    assert visitor.page.go_on.isHidden()
    again = Visitor(qtbot, tmp_path, preferences)
    again.wait_for(lambda: again.person.components.frame_loop.display.verdict is not None)
    assert not again.commands.is_open
    again.leave()


def test_a_named_document_skips_it(person: Person) -> None:
    assert not person.components.gallery_commands.is_open
    person.components.actions["scenes"].trigger()
    assert person.components.gallery_commands.is_open
    person.type_key(Qt.Key.Key_Escape)
    assert not person.components.gallery_commands.is_open
    person.type_key(Qt.Key.Key_Escape)  # skips the tour
    assert person.components.window.theatre.hasFocus()


def test_it_is_used_with_the_keyboard_alone(visitor: Visitor) -> None:
    visitor.press(Qt.Key.Key_Right)
    assert visitor.page.chosen == scenes.lectures()[1]
    visitor.press(Qt.Key.Key_T)  # would train behind the page
    assert not visitor.person.components.controller.is_training
    visitor.page.choose("02-a-product")
    visitor.press(Qt.Key.Key_Return)
    assert not visitor.commands.is_open
    assert visitor.title == scenes.titles()["02-a-product"]


def test_a_double_click_opens_a_scene_at_the_desk(visitor: Visitor) -> None:
    view = visitor.page.list
    visitor.page.choose("03-not-saturated")
    at = view.visualItemRect(view.currentItem()).center()
    assert view.viewport().rect().contains(at)
    visitor.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    visitor.qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert visitor.title == scenes.titles()["03-not-saturated"]
    assert not visitor.commands.is_open


def test_words_of_title_question_and_sentences_are_found(visitor: Visitor) -> None:
    page = visitor.page
    page.search.setFocus()
    visitor.qtbot.keyClicks(page.search, "Forget gate")
    found = page.listed
    assert "14-the-gate" in found
    assert 0 < len(found) < len(scenes.names())
    for name in found:
        text = scenes.read_text(name).decode().lower()
        assert "forget" in text
        assert "gate" in text
    assert page.chosen == found[0]
    visitor.press(Qt.Key.Key_Escape)
    assert page.listed == tuple(name for _, cards in list_chapters() for name in map(_name, cards))
    visitor.qtbot.keyClicks(page.search, "no such words")
    assert page.listed == ()
    assert page.found.text() == "no scene has these words"
    assert not page.open.isEnabled()
    visitor.press(Qt.Key.Key_Return)
    assert visitor.commands.is_open


def _name(card: object) -> str:
    return str(getattr(card, "name", ""))


def test_the_lecture_begins_from_it_and_goes_on_where_it_was_left(
    visitor: Visitor, preferences: Preferences
) -> None:
    lecture = visitor.person.components.lecture_commands
    visitor.page.choose("02-a-product")
    visitor.press(Qt.Key.Key_F5)
    visitor.wait_for(lambda: lecture.program is not None)
    program = lecture.program
    assert program is not None
    program.session.go(2)
    program.end()
    assert preferences.place == ("02-a-product", 2)
    visitor.commands.show()
    said = visitor.page.go_on.text()
    assert said == f"Continue: 2 · {scenes.titles()['02-a-product']}, beat 3 of 9"
    visitor.qtbot.mouseClick(visitor.page.go_on, Qt.MouseButton.LeftButton)
    visitor.wait_for(lambda: lecture.program is not None and lecture.program.session.index == 2)
    assert lecture.program is not None
    lecture.program.end()


def test_the_lecturers_screen_comes_with_the_lecture_on_one_screen_too(
    visitor: Visitor,
) -> None:
    visitor.page.choose("02-a-product")
    visitor.press(Qt.Key.Key_Return)
    visitor.person.components.actions["lecture_with_presenter"].trigger()
    lecture = visitor.person.components.lecture_commands
    visitor.wait_for(lambda: lecture.program is not None)
    program = lecture.program
    assert program is not None
    assert program.presenter is not None
    assert program.presenter.isVisible()
    document = visitor.person.components.workspace.document
    assert document.lecture is not None
    assert program.clock.left == pytest.approx(60 * document.lecture.minutes, abs=5)
    program.end()
    assert program.presenter is None


def test_a_picture_takes_the_place_that_was_kept_for_it(visitor: Visitor, tmp_path: Path) -> None:
    name = scenes.lectures()[0]
    assert not visitor.page.has_picture(name)
    folder = next((tmp_path / "cache").iterdir())
    image = QImage(576, 324, QImage.Format.Format_RGB32)
    image.fill(QColor("#00FF00"))
    image.save(str(folder / f"{name}.png"))
    visitor.commands.thumbnails.ask("dark")
    assert visitor.page.has_picture(name)
    view = visitor.page.list
    middle = view.visualItemRect(view.currentItem()).topLeft() + QPoint(100, 80)
    shown = view.viewport().grab().toImage()
    ratio = shown.devicePixelRatio()
    pixel = shown.pixelColor(round(middle.x() * ratio), round(middle.y() * ratio))
    assert pixel == QColor("#00FF00")


def test_the_first_tour_comes_once_and_points_at_what_it_speaks_of(
    visitor: Visitor, preferences: Preferences
) -> None:
    visitor.press(Qt.Key.Key_Escape)
    window, tour = visitor.start.window, visitor.tour
    theatre = window.theatre
    bars = tour.stop.find()
    middle = theatre.mapTo(window, theatre.charts["flow"].outer.center().toPoint())
    assert bars.contains(middle)
    pointed_at = []
    for _ in range(4):
        assert tour.rect().contains(tour.card.geometry())
        assert not tour.stop.find().intersects(tour.card.geometry())
        visitor.press(Qt.Key.Key_Space)
        pointed_at.append(tour.stop.find().center())
    targets = (window.verdict, window.switch_strip, window.training_bar.train)
    for widget, point in zip(targets, pointed_at, strict=False):
        assert widget.rect().contains(widget.mapFrom(window, point))
    menu = window.menus.bar.actionAt(window.menus.bar.mapFrom(window, pointed_at[3]))
    assert menu is not None
    assert menu.text() == "&View"
    visitor.press(Qt.Key.Key_Space)
    assert visitor.commands.tour is None
    assert preferences.has_toured
    visitor.commands.show()
    visitor.press(Qt.Key.Key_Escape)
    assert visitor.commands.tour is None
    visitor.person.components.actions["tour"].trigger()
    visitor.press(Qt.Key.Key_Escape)
    assert visitor.commands.tour is None


def test_pictures_that_cannot_be_kept_leave_their_places_empty(
    qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    pictures = Thumbnails(tmp_path / "file")
    with qtbot.assertNotEmitted(pictures.drawn):
        pictures.ask("dark")
    pictures.stop()
