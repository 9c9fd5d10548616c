"""The menus: which action stands where, and the two lists that change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from desktop.kinds import table
from desktop.shell.actions import Actions


class Menus(QObject):
    """The menu bar, with the recent documents and the scenes to choose from."""

    recent_chosen = Signal(object)
    """The `Path` of a document."""
    scene_chosen = Signal(str)
    screen_chosen = Signal(str)
    """The name of the screen on which lectures open; empty for another one than the desk's."""

    def __init__(self, actions: Actions, docks: Sequence[QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self.bar = QMenuBar(parent)
        self.bar.setObjectName("menu_bar")
        self.recent = QMenu("Open &recent", self.bar)
        self.scenes = QMenu("&Scene", self.bar)
        self.screens = QMenu("Lecture scr&een", self.bar)
        self.screens.setObjectName("lecture_screens")
        for menu in self._make_menus(docks):
            self.bar.addMenu(menu)

    def _make_menus(self, docks: Sequence[QAction]) -> tuple[QMenu, ...]:
        a, bar = self._actions, self.bar
        file = _fill(
            QMenu("&File", bar),
            (a["new"], a["open"], self.recent, a["scenes"], None, a["save"], a["save_as"], None),
            (a["export"], a["copy_picture"], None, a["quit"]),
        )
        compare = _fill(
            QMenu("&Compare", bar),
            (a["compare"], a["other_lane"], None, a["swap_lanes"]),
            (a["copy_to_variant"], a["copy_to_baseline"], None),
            (a["promote_variant"], a["leave_comparison"]),
        )
        edit = _fill(
            QMenu("&Edit", bar),
            (a.undo, a.redo, None, compare, a["record_beat"], None, a["clear_marks"]),
        )
        theme = _fill(QMenu("&Theme", bar), a.themes.actions(), (None, a["dark_or_light"]))
        quantities = [
            _fill(QMenu(kind.display.quantity_menu, bar), a.quantities[kind.name].actions())
            for kind in table.KINDS
        ]
        self.theory = _fill(QMenu("T&heory", bar), a.theories.values())
        self.theory.setObjectName("theory_menu")
        lower = _fill(QMenu("Lower le&ft", bar), a.lower_views.actions(), (None, a["next_lower"]))
        self._of_some_networks = (*quantities, lower)
        view = _fill(
            QMenu("&View", bar),
            docks,
            (
                a["restore_docks"],
                None,
                theme,
                *quantities,
                self.theory,
                lower,
                a["lower_row"],
                None,
            ),
            (
                a["relative"],
                a["log"],
                a["refit"],
                None,
                a["reduce_motion"],
                a["lecture"],
                a["lecture_with_presenter"],
                self.screens,
                a["full_screen"],
            ),
        )
        train = _fill(
            QMenu("&Train", bar),
            (
                a["train"],
                a["train_on"],
                a["one_iteration"],
                a["rewind"],
                None,
                a["replay"],
                a["stage"],
                None,
                a["go_on"],
                a["start_again"],
                None,
            ),
            (*a.of_kinds(), *a.switches().values()),
        )
        help_menu = _fill(QMenu("&Help", bar), (a["keys"], a["tour"], a["about"]))
        return (file, edit, view, train, self.scenes, help_menu)

    def hide_what_is_not_offered(self) -> None:
        """Leave out the menus of which this network has nothing to choose."""
        for menu in self._of_some_networks:
            offered = sum(a.isEnabled() and a.isCheckable() for a in menu.actions())
            menu.menuAction().setVisible(offered > 1)

    def show_recent_files(self, files: Iterable[Path]) -> None:
        """Fill the menu of recent documents."""
        self.recent.clear()
        for file in files:
            action = self.recent.addAction(file.name)
            action.setObjectName(f"recent_{file.name}")
            action.setToolTip(str(file))
            action.triggered.connect(lambda _checked, file=file: self.recent_chosen.emit(file))
        self.recent.setEnabled(not self.recent.isEmpty())
        if not self.recent.isEmpty():
            self.recent.addSeparator()
            self.recent.addAction(self._actions["clear_recent"])

    def show_scenes(self, chapters: Iterable[tuple[str, Iterable[tuple[str, str]]]]) -> None:
        """Fill the menu of scenes: a menu for each chapter, with (name, title) pairs."""
        self.scenes.clear()
        for chapter, scenes in chapters:
            menu = self.scenes.addMenu(chapter)
            menu.setObjectName(f"chapter_{chapter}")
            menu.setToolTipsVisible(True)
            for name, title in scenes:
                action = menu.addAction(title)
                action.setObjectName(f"scene_{name}")
                action.setToolTip(title)
                action.triggered.connect(lambda _checked, name=name: self.scene_chosen.emit(name))

    def show_screens(self, screens: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer screens for lectures, where there are several.

        Args:
            screens: name, and what it is called.
            chosen: the name of one; empty for another one than the desk's.
        """
        self.screens.clear()
        group = QActionGroup(self.screens)
        for name, text in (("", "Another one than the desk’s"), *screens):
            action = self.screens.addAction(text)
            action.setObjectName(f"screen_{name}")
            action.setToolTip("Lectures open on this screen")
            action.setCheckable(True)
            action.setChecked(name == chosen)
            group.addAction(action)
            action.triggered.connect(lambda _checked, name=name: self.screen_chosen.emit(name))
        self.screens.menuAction().setVisible(len(screens) > 1)


def _fill(menu: QMenu, *groups: Iterable[QAction | QMenu | None]) -> QMenu:
    menu.setToolTipsVisible(True)
    for entry in (entry for group in groups for entry in group):
        if entry is None:
            menu.addSeparator()
        elif isinstance(entry, QMenu):
            menu.addMenu(entry)
        else:
            menu.addAction(entry)
    return menu
