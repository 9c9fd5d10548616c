"""The window: where the panels, docks and menus are. No logic."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

if TYPE_CHECKING:
    from desktop.model.preferences import Preferences
    from desktop.panels.kind import PanelKinds
    from desktop.shell.actions import Actions
from desktop.style.theme import Theme

_FULL_SIZE = QSize(1600, 940)
_LOW = 800
"""In a lower window the status stands beside the menus, so that the theatre gains its line."""
_LAYOUT_VERSION = 2


class MainWindow(QMainWindow):
    """Lays out what it is given and announces closing and dropped files.

    It is shown empty, which takes little time, and furnished once it stands on the
    screen: importing and building the panels takes several times as long.
    """

    document_dropped = Signal(object)
    height_changed = Signal()
    painted = Signal()
    """The window, empty or furnished, stands on the screen for the first time."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle("Gradient Theatre[*]")
        self.setDockNestingEnabled(True)
        self._theme = theme
        self._may_close: Callable[[], bool] | None = None
        self._is_painted = False
        self._is_furnished = False

    def furnish(self, actions: Actions, kinds: PanelKinds, may_close: Callable[[], bool]) -> None:
        """Build panels, docks and menus."""
        from desktop.kinds.table import make_views
        from desktop.panels.autopsy_bar import AutopsyBar
        from desktop.panels.builder.panel import BuilderPanel
        from desktop.panels.inspector import InspectorPanel
        from desktop.panels.lecture_panel.panel import LecturePanel
        from desktop.panels.playback_bar import PlaybackBar
        from desktop.panels.reading import ReadingButtons
        from desktop.panels.remedies import RemedyRow
        from desktop.panels.status_strip import StatusStrip
        from desktop.panels.switch_strip import SwitchStrip
        from desktop.panels.training_bar import TrainingBar
        from desktop.panels.verdict import VerdictPanel
        from desktop.shell.docks import Docks
        from desktop.shell.menus import Menus
        from desktop.views.theatre import Theatre

        self._may_close = may_close
        self.builder = BuilderPanel(kinds)
        self.inspector = InspectorPanel()
        self.side_panels = tuple(
            panel for kind in kinds.values() for panel in kind.make_side_panels()
        )
        self.lecture = LecturePanel()
        self.verdict = VerdictPanel()
        self.autopsy_bar = AutopsyBar()
        self.remedies = RemedyRow()
        self.switch_strip = SwitchStrip(kinds)
        self.theatre = Theatre(self._theme, make_views())
        self.playback_bar = PlaybackBar()
        self.training_bar = TrainingBar()
        self.status_strip = StatusStrip()
        self.docks = Docks(self, self.builder, self.inspector, self.lecture, self.side_panels)
        centre = self._make_centre()
        self.setCentralWidget(centre)
        listed = [dock.toggleViewAction() for dock in self.docks.all()]
        self.menus = Menus(actions, listed, self)
        self.theatre.theory_menu = self.menus.theory
        self.readings = ReadingButtons(self.theatre, self.docks.inspector_title, self)
        head = self._make_head()
        self.setMenuWidget(head)
        self._make_footer()
        for part in (centre, head, self.statusBar()):
            part.show()  # now, or the docks would be fitted to a window without them
        self.addActions(actions.all())
        self.setAcceptDrops(True)
        # A click on anything in which nothing is typed gives the keys to the picture.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self.theatre)
        self._is_furnished = True
        self.theatre.viewport().installEventFilter(self)
        self._place_status()

    def _make_centre(self) -> QWidget:
        centre = QWidget()
        centre.setObjectName("centre")
        self._column = column = QVBoxLayout()
        column.addWidget(self.verdict)
        column.addWidget(self.autopsy_bar)
        column.addWidget(self.remedies)
        column.addWidget(self.switch_strip)
        column.addWidget(self.theatre, 1)
        row = QHBoxLayout(centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(self.docks.left_rails())
        row.addLayout(column, 1)
        row.addLayout(self.docks.right_rails())
        return centre

    def _make_head(self) -> QWidget:
        head = QWidget()
        top_line = QWidget()
        top_line.setObjectName("top_line")
        self._top_line = QHBoxLayout(top_line)
        self._top_line.setContentsMargins(0, 0, 0, 0)
        self._top_line.setSpacing(0)
        self._top_line.addWidget(self.menus.bar)
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top_line)
        column.addWidget(self.training_bar)
        return head

    def _make_footer(self) -> None:
        footer = QWidget()
        self._footer = QVBoxLayout(footer)
        self._footer.setContentsMargins(0, 0, 0, 0)
        self._footer.setSpacing(0)
        self._footer.addWidget(self.playback_bar)
        self._footer.addWidget(self.status_strip)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addPermanentWidget(footer, 1)

    def show_document(self, title: str, file: Path | None) -> None:
        """Name the document in the title bar."""
        name = file.name if file is not None else title or "Untitled"
        self.setWindowTitle(f"{name}[*] – Gradient Theatre")

    def apply_theme(self, theme: Theme) -> None:
        """Pass a theme on to what draws its own colours; a projector has an audience."""
        is_on_stage = theme.is_projected
        self.docks.set_on_stage(is_on_stage)
        self.training_bar.set_on_stage(is_on_stage)
        self.theatre.apply_theme(theme)
        self.verdict.apply_theme(theme)
        self.inspector.apply_theme(theme)
        for panel in self.side_panels:
            panel.apply_theme(theme)

    def restore_place(self, preferences: Preferences) -> None:
        """Be where the window was the last time, or as large as suits the screen."""
        if self.restoreGeometry(preferences.geometry):
            return
        screen = QGuiApplication.primaryScreen().availableGeometry()
        size = _FULL_SIZE.boundedTo(screen.size())
        self.resize(size)
        self.move(screen.center() - self.rect().center())
        if size != _FULL_SIZE:
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def keep_place(self, preferences: Preferences) -> None:
        """Remember where the window and its docks are."""
        preferences.geometry = self.saveGeometry()
        preferences.layout = self.docks.save()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the status where there is room for it, and stand closer in a low window."""
        super().resizeEvent(event)
        if self._is_furnished and event.size().height() != event.oldSize().height():
            self._place_status()
            self.height_changed.emit()

    def _place_status(self) -> None:
        is_low = self.height() < _LOW
        self._column.setSpacing(4 if is_low else 8)
        self._column.setContentsMargins(16, 4 if is_low else 12, 16, 0 if is_low else 8)
        if is_low:
            self._footer.removeWidget(self.status_strip)
            self._top_line.addWidget(self.status_strip, 1)
        else:
            self._top_line.removeWidget(self.status_strip)
            self._footer.addWidget(self.status_strip)

    def changeEvent(self, event: QEvent) -> None:
        """Behind a dialog the widget with the focus may have gone: the keys are the picture's."""
        super().changeEvent(event)
        is_back = event.type() == QEvent.Type.ActivationChange and self.isActiveWindow()
        last: QWidget | None = self.focusWidget()
        if is_back and self._is_furnished and not (last and last.isVisible()):
            self.theatre.setFocus()

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Where the focus goes from what was disabled or hidden: never into a field by itself."""
        last: QWidget | None = self.focusWidget()
        if self._is_furnished and last and not (last.isEnabled() and last.isVisible()):
            self.theatre.setFocus()
            return True
        return super().focusNextPrevChild(is_next)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Announce the first painting, once it has reached the screen."""
        super().paintEvent(event)
        if not self._is_furnished:
            painter = QPainter(self)
            painter.setPen(QColor(self._theme.dim))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Gradient Theatre")
            painter.end()
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Announce the first painting of the furnished window: its own ground is covered."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self.painted.emit)
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close only if unsaved work is saved or not wanted."""
        event.setAccepted(self._may_close is None or self._may_close())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take documents, and files that a task can read."""
        if _dropped_document(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Announce a dropped document."""
        file = _dropped_document(event)
        if file is not None:
            event.acceptProposedAction()
            self.document_dropped.emit(file)


def _dropped_document(event: QDropEvent) -> Path | None:
    files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    documents = [file for file in files if file.suffix.lower() in (".gtheatre", ".json")]
    return next(iter(documents or files), None)
