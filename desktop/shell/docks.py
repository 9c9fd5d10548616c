"""The panels at the sides of the window: docks, and the rails that are left of closed ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QObject, Qt, Slot
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QVBoxLayout, QWidget

from desktop.panels.side_panel import SidePanel
from desktop.widgets.sections import DockTitle, Rail

_FOLDED_BELOW = 1440
"""In a narrower window the inspector starts folded to a rail."""
_LAYOUT_VERSION = 1
_BUILDER_WIDTH, _INSPECTOR_WIDTH = 296, 304


@dataclass(slots=True, eq=False)
class SideDock:
    """A dock beside the inspector, of a panel that a kind of network brings along."""

    panel: SidePanel
    dock: QDockWidget
    title: DockTitle
    rail: Rail
    is_offered: bool = False
    """Whether the experiment has what the panel is about."""


class Docks(QObject):
    """Folds, unfolds and remembers; a closed panel leaves a rail that brings it back."""

    def __init__(
        self,
        window: QMainWindow,
        builder: QWidget,
        inspector: QWidget,
        lecture: QWidget,
        side_panels: Iterable[SidePanel] = (),
    ) -> None:
        super().__init__(window)
        self._window = window
        self._is_on_stage = False
        self._desk_state = QByteArray()
        self.builder_title = DockTitle("Network", "builder_title")
        self.inspector_title = DockTitle("Inspector", "inspector_title")
        self.lecture_title = DockTitle("Lecture", "lecture_title")
        self.builder = self._make_dock("Network", builder, self.builder_title)
        self.inspector = self._make_dock("Inspector", inspector, self.inspector_title)
        self.lecture = self._make_dock("Lecture", lecture, self.lecture_title)
        self.builder_rail = Rail("Network", "builder_rail")
        self.inspector_rail = Rail("Inspector", "inspector_rail")
        self.side = tuple(self._make_side_dock(panel) for panel in side_panels)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.builder)
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.inspector)
        for side in self.side:
            window.tabifyDockWidget(self.inspector, side.dock)
        window.tabifyDockWidget(self.inspector, self.lecture)
        self.lecture.hide()  # who only shows, records nothing
        window.setTabPosition(Qt.DockWidgetArea.RightDockWidgetArea, QTabWidget.TabPosition.North)
        self._first_state = self.save()

    def _make_side_dock(self, panel: SidePanel) -> SideDock:
        title = DockTitle(panel.heading, f"{panel.short_name}_title")
        dock = self._make_dock(panel.title, panel, title)
        return SideDock(panel, dock, title, Rail(panel.title, f"{panel.short_name}_rail"))

    def _make_dock(self, title: str, panel: QWidget, title_bar: DockTitle) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(f"{panel.objectName()}_dock")
        dock.setAccessibleName(title)
        dock.setWidget(panel)
        dock.setTitleBarWidget(title_bar)
        # Apart from the window, a click on its ground takes what was being typed.
        dock.topLevelChanged.connect(
            lambda is_apart: dock.setFocusPolicy(
                Qt.FocusPolicy.ClickFocus if is_apart else Qt.FocusPolicy.NoFocus
            )
        )
        return dock

    def all(self) -> tuple[QDockWidget, ...]:
        """The docks, as the menu lists them."""
        return self.builder, self.inspector, *(side.dock for side in self.side), self.lecture

    def left_rails(self) -> QVBoxLayout:
        """What stands left of the theatre in the place of closed panels."""
        return _stack([self.builder_rail])

    def right_rails(self) -> QVBoxLayout:
        """What stands right of the theatre in the place of closed panels."""
        return _stack([self.inspector_rail, *(side.rail for side in self.side)])

    def save(self) -> QByteArray:
        """Where the docks are at the desk; what an audience sees has no docks."""
        return self._desk_state if self._is_on_stage else self._state()

    def _state(self) -> QByteArray:
        return self._window.saveState(_LAYOUT_VERSION)

    def restore(self, state: QByteArray) -> None:
        """Put the docks where they were the last time at the desk."""
        if self._is_on_stage:
            self._desk_state = state
            self._clear_the_stage()
            return
        self._settle()
        if self._window.restoreState(state, _LAYOUT_VERSION):
            self.show_rails()
        else:
            self.reset()

    @Slot()
    def reset(self) -> None:
        """Put the docks where they are at first."""
        self._window.restoreState(self._first_state, _LAYOUT_VERSION)
        is_wide = self._window.width() >= _FOLDED_BELOW and not self._is_on_stage
        self.builder.setVisible(not self._is_on_stage)
        self.inspector.setVisible(is_wide)
        self.lecture.hide()
        for side in self.side:
            self._unfold(side, is_wide and side.is_offered)
        self._settle()
        self._window.resizeDocks(
            [self.builder, self.inspector],
            [_BUILDER_WIDTH, _INSPECTOR_WIDTH],
            Qt.Orientation.Horizontal,
        )

    def set_on_stage(self, is_on_stage: bool) -> None:
        """Leave the width to the theatre before an audience, and take it back at the desk."""
        if is_on_stage == self._is_on_stage:
            return
        self._is_on_stage = is_on_stage
        if is_on_stage:
            self._desk_state = self._state()
            self._clear_the_stage()
        else:
            self.restore(self._desk_state)

    @Slot()
    def show_lecture(self) -> None:
        """Bring the panel in which beats are written before the others; not to an audience."""
        if not self._is_on_stage:
            self.lecture.show()
            self.lecture.raise_()

    def _clear_the_stage(self) -> None:
        for dock in self.all():
            dock.hide()
        self.show_rails()

    def offer(self, panel: SidePanel, is_offered: bool) -> None:
        """Where an experiment has what a panel is about, it stands beside the inspector."""
        side = next(side for side in self.side if side.panel is panel)
        if is_offered != side.is_offered:
            side.is_offered = is_offered
            is_wide = self._window.width() >= _FOLDED_BELOW and not self._is_on_stage
            self._unfold(side, is_offered and is_wide)

    @Slot()
    def show_rails(self) -> None:
        """Show a rail in the place of each closed panel."""
        self.builder_rail.setVisible(self.builder.isHidden())
        self.inspector_rail.setVisible(self.inspector.isHidden())
        for side in self.side:
            side.rail.setVisible(side.is_offered and side.dock.isHidden())

    def _unfold(self, side: SideDock, is_shown: bool) -> None:
        side.dock.setVisible(is_shown)
        if is_shown:
            side.dock.raise_()
        self.show_rails()

    def _settle(self) -> None:
        """Give what was just made its size: docks are fitted to the room that they have now."""
        layout = self._window.layout()
        assert layout is not None
        layout.activate()


def _stack(rails: Iterable[Rail]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(0)
    for rail in rails:
        column.addWidget(rail)
        rail.hide()
    return column
