"""The list of layers: cards with a grip, in the order in which the signal passes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QDropEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.widgets.palette import current_inks, name_widget, scaled_font

CARD_HEIGHT = 36
_GAP = 4
_MOST_ROWS_IN_SIGHT = 6


@dataclass(frozen=True, slots=True)
class LayerCard:
    """What one card says: "Dense 16", "sigmoid", "× 10", "batch"."""

    name: str
    activation: str
    repeat: str
    tag: str

    def spoken(self) -> str:
        """The card as one line for a screen reader and a tooltip."""
        return " ".join(
            part for part in (self.name, self.activation, self.repeat, self.tag) if part
        )


class LayerList(QListWidget):
    """Cards that can be selected together, dragged and moved by keys; it changes nothing itself."""

    rows_selected = Signal(list)
    order_changed = Signal(list)
    """The old row numbers in their new order."""
    removal_requested = Signal()
    duplication_requested = Signal()
    edit_requested = Signal()
    """A card was double-clicked, or Enter pressed on it."""

    def __init__(self) -> None:
        super().__init__()
        name_widget(
            self,
            "layer_list",
            "Layers",
            "Select one layer or several (Shift, Ctrl). Drag or Alt+↑/↓ to reorder, "
            "Enter or double click to edit, Delete to remove, Ctrl+D to duplicate.",
        )
        self.setProperty("kind", "layers")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setItemDelegate(_CardDelegate(self))
        self._cards: tuple[LayerCard, ...] = ()
        self._is_showing = False
        self.itemDoubleClicked.connect(self.edit_requested)

    def show_cards(self, cards: Sequence[LayerCard]) -> None:
        """Show these cards; the selection stays where the number of rows allows it."""
        if tuple(cards) == self._cards and self._rows() == list(range(len(cards))):
            return
        self._cards = tuple(cards)
        selected = self.selected_rows()
        self._is_showing = True
        self.clear()
        for row, card in enumerate(cards):
            item = QListWidgetItem(card.spoken())
            item.setData(Qt.ItemDataRole.UserRole, row)
            item.setData(Qt.ItemDataRole.UserRole + 1, card)
            item.setToolTip(card.spoken())
            self.addItem(item)
        self._is_showing = False
        self._set_height()
        self.select_rows([row for row in selected if row < len(cards)])

    def selected_rows(self) -> list[int]:
        """The selected rows, ascending."""
        return sorted(index.row() for index in self.selectedIndexes())

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select exactly these rows without announcing it."""
        if self.selected_rows() == sorted(rows):
            return
        self._is_showing = True
        self.clearSelection()
        for row in rows:
            self.item(row).setSelected(True)
        if rows:
            self.setCurrentRow(rows[0], self.selectionModel().SelectionFlag.NoUpdate)
            self.scrollToItem(self.item(rows[0]))
        self._is_showing = False

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Announce what the user selected."""
        super().selectionChanged(selected, deselected)
        if not self._is_showing:
            self.rows_selected.emit(self.selected_rows())

    def dropEvent(self, event: QDropEvent) -> None:
        """Announce the order after a drag; whoever owns the layers shows it again."""
        self._is_showing = True
        super().dropEvent(event)
        self._is_showing = False
        order = self._rows()
        if order != sorted(order):
            self.order_changed.emit(order)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes, Ctrl+D duplicates, Alt+arrow moves, Enter edits the selected layers."""
        key, held = event.key(), event.modifiers()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit_requested.emit()
            return
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removal_requested.emit()
        elif key == Qt.Key.Key_D and held == Qt.KeyboardModifier.ControlModifier:
            self.duplication_requested.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and held & Qt.KeyboardModifier.AltModifier:
            self._move_selected(-1 if key == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def _move_selected(self, direction: int) -> None:
        rows = self.selected_rows()
        edge = 0 if direction < 0 else self.count() - 1
        if not rows or edge in rows:
            return
        order = list(range(self.count()))
        for row in rows if direction < 0 else reversed(rows):
            order[row], order[row + direction] = order[row + direction], order[row]
        self.select_rows([row + direction for row in rows])
        self.order_changed.emit(order)

    def _rows(self) -> list[int]:
        return [self.item(i).data(Qt.ItemDataRole.UserRole) for i in range(self.count())]

    def _set_height(self) -> None:
        rows = min(max(self.count(), 1), _MOST_ROWS_IN_SIGHT)
        self.setFixedHeight(rows * (CARD_HEIGHT + _GAP))


class _CardDelegate(QStyledItemDelegate):
    """Paints a card: grip, name, activation dim beside it, repeat and normalisation right."""

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(120, CARD_HEIGHT + _GAP)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        card = index.data(Qt.ItemDataRole.UserRole + 1)
        if card is None:
            return
        inks = current_inks()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(rect).adjusted(1, _GAP / 2, -1, -_GAP / 2)
        painter.setBrush(inks.raised)
        pen = inks.text if is_selected else inks.dim if is_hovered else inks.raised
        painter.setPen(QPen(pen, 1.5 if is_selected else 1.0))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(inks.dim)
        for column in (0, 1):
            for row in (-1, 0, 1):
                painter.drawEllipse(
                    QRectF(box.left() + 11 + 5 * column, box.center().y() + 5 * row - 1, 2.4, 2.4)
                )
        self._write(painter, box.adjusted(28, 0, -10, 0), card)
        painter.restore()

    def _write(self, painter: QPainter, box: QRectF, card: LayerCard) -> None:
        inks = current_inks()
        view = self.parent()
        assert isinstance(view, QWidget)
        strong = scaled_font(view, 1.0, QFont.Weight.Medium)
        small = scaled_font(view, 0.905)
        middle = Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | middle
        right = Qt.AlignmentFlag.AlignRight | middle
        end = box.right()
        painter.setFont(small)
        painter.setPen(inks.dim)
        if card.tag:
            width = QFontMetrics(small).horizontalAdvance(card.tag) + 12
            tag = QRectF(end - width, box.center().y() - 9, width, 18)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(tag, 4, 4)
            painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, card.tag)
            end = tag.left() - 8
        painter.setFont(strong)
        painter.setPen(inks.text)
        if card.repeat:
            painter.drawText(
                QRectF(box.left(), box.top(), end - box.left(), box.height()), right, card.repeat
            )
            end -= QFontMetrics(strong).horizontalAdvance(card.repeat) + 8
        painter.drawText(box, left, card.name)
        start = box.left() + QFontMetrics(strong).horizontalAdvance(card.name) + 12
        painter.setFont(scaled_font(view, 1.0))
        painter.setPen(inks.dim)
        text = QFontMetrics(view.font()).elidedText(
            card.activation, Qt.TextElideMode.ElideRight, max(0, int(end - start))
        )
        painter.drawText(QRectF(start, box.top(), end - start, box.height()), left, text)
