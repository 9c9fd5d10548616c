"""The gallery over the window: when it comes, what it opens, and the first tour after it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Signal, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from desktop.controllers.documents import DocumentCommands
from desktop.controllers.thumbnails import Thumbnails
from desktop.display.scene_cards import SceneCard, find_card, list_chapters
from desktop.model.preferences import Preferences
from desktop.model.workspace import Workspace
from desktop.shell.main_window import MainWindow
from desktop.style.theme import THEMES
from engine import documents

if TYPE_CHECKING:  # loaded when they are wanted: most starts show neither
    from desktop.panels.gallery import Gallery
    from desktop.panels.tour import Stop, Tour


class GalleryCommands(QObject):
    """Shows the scenes, and remembers the last one of them."""

    lecture_requested = Signal()
    """The open scene is to be played."""
    beat_requested = Signal(int)
    """It is to be played from this beat on, from 0."""

    def __init__(
        self,
        workspace: Workspace,
        preferences: Preferences,
        document_commands: DocumentCommands,
        window: MainWindow,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._preferences = preferences
        self._document_commands = document_commands
        self._window = window
        self._has_begun = False
        self.thumbnails = Thumbnails()
        self.thumbnails.drawn.connect(self._show_picture)
        self.page: Gallery | None = None
        self.tour: Tour | None = None

    def begin(self, *, has_named: bool) -> None:
        """The window stands; the first start of all, with nothing named to it, offers the scenes.

        Args:
            has_named: whether a document or a scene was named at the start.
        """
        self._has_begun = True
        if not has_named and not self._preferences.has_seen_gallery:
            self.show()

    @Slot()
    def show(self) -> None:
        """Lay all scenes over the window."""
        self._end_tour()
        self._preferences.has_seen_gallery = True
        if self.page is None:
            self.page = self._make_page()
        page = self.page
        place = self._find_place()
        page.show_place("" if place is None else _tell_place(*place))
        self._show_pictures()
        page.choose("" if place is None else place[0].name)
        page.show()
        page.raise_()
        page.list.setFocus()

    @property
    def is_open(self) -> bool:
        """Whether the scenes lie over the window."""
        return self.page is not None and self.page.isVisible()

    def _make_page(self) -> Gallery:
        from desktop.panels.gallery import Gallery

        page = Gallery(self._window.menus.bar, self._window)
        page.show_scenes(list_chapters())
        page.scene_chosen.connect(self._open)
        page.lecture_requested.connect(self._play)
        page.continue_requested.connect(self._continue)
        page.tour_requested.connect(self.begin_tour)
        page.close_requested.connect(self.close)
        return page

    @Slot()
    def close(self) -> None:
        """The desk again; after the first time its parts are told, once."""
        if self.is_open:
            self._hide()
            self._offer_tour()

    def _offer_tour(self) -> None:
        if not self._preferences.has_toured:
            self.begin_tour()

    def _hide(self) -> None:
        if self.page is not None and self.page.isVisible():
            self.page.hide()
            self._window.theatre.setFocus()

    def end(self) -> None:
        """The program ends."""
        self.thumbnails.stop()

    # What is chosen

    @Slot(str)
    def _open(self, name: str) -> None:
        if self._document_commands.open_scene(name):
            self._hide()
            self._offer_tour()

    @Slot(str)
    def _play(self, name: str) -> None:
        if self._stand_at(name):
            self.lecture_requested.emit()

    @Slot()
    def _continue(self) -> None:
        place = self._find_place()
        if place is None:
            return
        card, beat = place
        if not beat:
            self._open(card.name)
        elif self._stand_at(card.name):
            self.beat_requested.emit(beat)

    def _stand_at(self, name: str) -> bool:
        """Open a scene that is to be played, where it is another one; whether it is open."""
        is_open = name == self._find_open() or self._document_commands.open_scene(name)
        if is_open:
            self._hide()
        return is_open

    # Where the user was

    @Slot()
    def note_document(self) -> None:
        """Another document is open: the page has done its work, and a scene is remembered."""
        self._hide()
        if not self._has_begun:
            return
        name = self._find_open()
        if name:
            self._preferences.place = (name, 0)

    @Slot(int)
    def note_beat(self, index: int) -> None:
        """A lecture was left at this beat."""
        name = self._find_open()
        if name:
            self._preferences.place = (name, index)

    def _find_open(self) -> str:
        return documents.find_scene(self._workspace.document) or ""

    def _find_place(self) -> tuple[SceneCard, int] | None:
        name, beat = self._preferences.place
        card = find_card(name)
        return None if card is None else (card, min(beat, max(0, card.beats - 1)))

    # Pictures

    @Slot()
    def follow_theme(self) -> None:
        """Pictures in the colours of the window."""
        if self.is_open:
            self._show_pictures()

    def _show_pictures(self) -> None:
        is_dark = THEMES[self._preferences.theme].is_dark
        self.thumbnails.ask("dark" if is_dark else "light")

    @Slot(str, object)
    def _show_picture(self, name: str, file: Path) -> None:
        if self.page is not None:
            self.page.show_picture(name, QPixmap(str(file)))

    # The tour

    @Slot()
    def begin_tour(self) -> None:
        """Tell what is what, one thing after the other."""
        from desktop.panels.tour import Tour

        self._preferences.has_toured = True
        self._hide()
        self._end_tour()
        self.tour = tour = Tour(self._list_stops(), self._window)
        tour.ended.connect(self._end_tour)
        tour.show()
        tour.raise_()
        tour.setFocus()

    @Slot()
    def _end_tour(self) -> None:
        tour, self.tour = self.tour, None
        if tour is not None:
            tour.hide()
            tour.deleteLater()
            self._window.theatre.setFocus()

    def _list_stops(self) -> tuple[Stop, ...]:
        from desktop.panels.tour import Stop

        window = self._window
        view = next(a for a in window.menus.bar.actions() if a.text() == "&View")
        bar = window.menus.bar
        return (
            Stop(
                "The bars",
                "One bar for every layer or time step: how much of the error's gradient arrives "
                "there. The axis is logarithmic, the backward pass runs from right to left. Click "
                "a bar to inspect its layer.",
                lambda: self._find_chart("flow"),
            ),
            Stop(
                "The verdict",
                "What the bars say, in one sentence: vanishing, healthy, exploding, dead. Below "
                "it stands why, and what would help.",
                lambda: _place_of(window.verdict, window),
            ),
            Stop(
                "The switches",
                "Throw one and see at once what it does to this very pass: the old bars stay as "
                "marks over the new ones. Keys 1 to 6; Ctrl+Z takes it back.",
                lambda: _place_of(window.switch_strip, window),
            ),
            Stop(
                "Train",
                "Trains the network while you watch the bars move; the same key pauses (T). R "
                "replays the backward pass, slowly if you like.",
                lambda: _place_of(window.training_bar.train, window),
            ),
            Stop(
                "The lecture",
                "F5 plays the scene before an audience, full screen, sentence by sentence, from a "
                "clicker's keys; Esc comes back. All scenes: File, Scenes.",
                lambda: QRect(
                    bar.mapTo(window, bar.actionGeometry(view).topLeft()),
                    bar.actionGeometry(view).size(),
                ),
            ),
        )

    def _find_chart(self, name: str) -> QRect:
        theatre = self._window.theatre
        room = theatre.charts[name].outer.toRect()
        return QRect(theatre.mapTo(self._window, room.topLeft()), room.size())


def _place_of(widget: QWidget, window: QWidget) -> QRect:
    size = widget.size() if widget.isVisible() else QSize(0, 0)
    return QRect(widget.mapTo(window, QPoint(0, 0)), size)


def _tell_place(card: SceneCard, beat: int) -> str:
    """As in "8 · A road, beat 3 of 9"."""
    return f"{card.heading}, beat {beat + 1} of {card.beats}" if beat else card.heading
