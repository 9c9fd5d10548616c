"""The beats in their order: chosen by a click, moved by dragging or with Alt and the arrows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from desktop.widgets.palette import name_widget, type_scale

_ROW, _MOST_ROWS = 30, 6


class BeatList(QListWidget):
    """Announces what is wanted and changes nothing itself."""

    beat_chosen = Signal(int)
    """From 0."""
    beat_moved = Signal(int, int)
    """Which beat, and the place that it is to have among the others."""
    removal_requested = Signal()
    duplication_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        name_widget(
            self,
            "beat_list",
            "Beats",
            "Choose a beat. Drag or Alt+↑/↓ to reorder, Delete to remove, Ctrl+D to duplicate.",
        )
        self.setProperty("kind", "beats")
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setUniformItemSizes(True)
        self._is_showing = False
        self.currentRowChanged.connect(self._choose)

    def show_beats(self, lines: Sequence[str], tips: Sequence[str], chosen: int) -> None:
        """Show these, one of them chosen (-1: none), without announcing it."""
        self._is_showing = True
        while self.count() > len(lines):
            self.takeItem(self.count() - 1)
        while self.count() < len(lines):
            self.addItem(QListWidgetItem())
        for row, (line, tip) in enumerate(zip(lines, tips, strict=True)):
            item = self.item(row)
            item.setText(line)
            item.setToolTip(tip)
            item.setSizeHint(QSize(0, self._row()))
        self.setCurrentRow(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._is_showing = False
        self.setFixedHeight(max(1, min(_MOST_ROWS, len(lines))) * self._row() + 4)

    def _row(self) -> int:
        return round(_ROW * type_scale(self))

    def _choose(self, row: int) -> None:
        if not self._is_showing and row >= 0:
            self.beat_chosen.emit(row)

    def dropEvent(self, event: QDropEvent) -> None:
        """Announce where the beat was dropped; the list is shown anew when it has moved."""
        index = self.currentRow()
        place = event.position().toPoint()
        over = self.indexAt(place)
        event.setDropAction(Qt.DropAction.IgnoreAction)  # nothing is taken out of the list
        event.accept()
        to = self.count()
        if over.isValid():
            to = over.row() + (place.y() > self.visualRect(over).center().y())
        self._announce_move(index, to - 1 if to > index else to)

    def _announce_move(self, index: int, to: int) -> None:
        if index >= 0 and 0 <= to < self.count() and to != index:
            self.beat_moved.emit(index, to)

    def event(self, event: QEvent) -> bool:
        """Take Ctrl+D and Alt+arrows before the window does."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_own = event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Delete)
            if is_own or self._is_duplication(event):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, duplicate and remove."""
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if by and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._announce_move(self.currentRow(), self.currentRow() + by)
        elif event.key() == Qt.Key.Key_Delete:
            self.removal_requested.emit()
        elif self._is_duplication(event):
            self.duplication_requested.emit()
        else:
            super().keyPressEvent(event)

    @staticmethod
    def _is_duplication(event: QKeyEvent) -> bool:
        is_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        return is_control and event.key() == Qt.Key.Key_D
