"""Inputs for one value: a number field, a choice."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPaintEvent, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from desktop.widgets.ink import name_widget

MIXED = "mixed"
_POPUP_MARGIN = 44
_LABEL_MARGIN = 2


def write_number(value: float) -> str:
    """A value as it stands in a field: all its digits, no trailing zeros."""
    return f"{value:.12g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")


class NumberField(QLineEdit):
    """A number that is announced when it has been entered; several different ones are "mixed".

    `empty_text` stands in an empty field, which then announces None.
    Bounds are the document's business: whoever hears of a value may refuse it and show
    the old one again. A text that is no number is refused here.
    """

    value_committed = Signal(object)
    refused = Signal(str)

    def __init__(
        self,
        object_name: str,
        accessible: str,
        tooltip: str,
        *,
        is_integer: bool = False,
        empty_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._is_integer = is_integer
        self._empty_text = empty_text
        self._value: float | None = None
        name_widget(self, object_name, accessible, tooltip)
        self.setMinimumWidth(56)
        self.editingFinished.connect(self._commit)

    @property
    def value(self) -> float | None:
        """The value shown last; None for mixed ones."""
        return self._value

    def show_value(self, value: float | None, *, is_mixed: bool = False) -> None:
        """Show a value without announcing it."""
        self._value = value
        self.setPlaceholderText(self._empty_text if self._empty_text and not is_mixed else MIXED)
        text = "" if value is None else write_number(value)
        if self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down change an integer by one and another number by its leading digit."""
        direction = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.show_value(self._value)
        elif direction and self._value is not None:
            self._announce(_neighbour(self._value, direction, is_integer=self._is_integer))
        else:
            super().keyPressEvent(event)

    def _commit(self) -> None:
        text = self.text().strip().replace("−", "-").replace(",", "")
        if not text and self._value is None:
            return
        if not text and self._empty_text:
            self.show_value(None)
            self.value_committed.emit(None)
            return
        try:
            value = int(text) if self._is_integer else float(text)
        except ValueError:
            shown = self.text()
            self.show_value(self._value)
            kind = "whole number" if self._is_integer else "number"
            self.refused.emit(f"“{shown}” is not a {kind}.")
            return
        if self._value is None or write_number(self._value) != write_number(value):
            self._announce(value)

    def _announce(self, value: float) -> None:
        if not math.isfinite(value):
            self.show_value(self._value)
            self.refused.emit("The number must be finite.")
            return
        self.setText(write_number(value))
        self.setModified(False)
        self._value = value
        self.value_committed.emit(value)


def _neighbour(value: float, direction: int, *, is_integer: bool) -> float:
    if is_integer:
        return int(value) + direction
    if value == 0:
        return 0.1 if direction > 0 else 0.0
    unit = 10.0 ** math.floor(math.log10(abs(value)) + 1e-9)
    if direction < 0 and abs(value) < unit * 1.5:
        unit /= 10
    return float(f"{value + direction * unit:.10g}")


class ChoiceBox(QComboBox):
    """One of several keys, each with a label; several different ones are "mixed"."""

    chosen = Signal(str)

    def __init__(
        self,
        object_name: str,
        accessible: str,
        tooltip: str,
        choices: Iterable[tuple[str, str]] = (),
        placeholder: str = MIXED,
    ) -> None:
        super().__init__()
        name_widget(self, object_name, accessible, tooltip)
        self.setPlaceholderText(placeholder)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setMaxVisibleItems(16)
        self.setItemDelegate(QStyledItemDelegate(self))
        popup = self.view().window()
        popup.setWindowFlags(
            Qt.WindowType.Popup
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.NoDropShadowWindowHint
        )
        popup.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._mark = ""
        self.set_choices(choices)
        self.activated.connect(lambda index: self.chosen.emit(self.itemData(index)))

    def set_choices(self, choices: Iterable[tuple[str, str]]) -> None:
        """Offer other (key, label) pairs."""
        wanted = list(choices)
        offered = [(self.itemData(i), self.itemText(i)) for i in range(self.count())]
        if wanted == offered:
            return
        self.set_groups([("", wanted)])

    def set_groups(self, groups: Iterable[tuple[str, Iterable[tuple[str, str]]]]) -> None:
        """Offer (key, label) pairs in groups, each under a heading that cannot be chosen."""
        self.clear()
        for heading, choices in groups:
            if heading:
                self.addItem(heading)
                self._make_heading(self.count() - 1)
            for key, label in choices:
                self.addItem(label, key)
        self.setCurrentIndex(-1)

    def _make_heading(self, row: int) -> None:
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        item = model.item(row)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = QFont()  # bold and nothing else: family and size follow the theme
        font.setBold(True)
        item.setFont(font)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Elide what has no room, which Qt would cut off in the middle of a letter."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        )
        text = self.currentText() if self.currentIndex() >= 0 else self.placeholderText()
        metrics = self.fontMetrics()
        width = room.width() - _LABEL_MARGIN - metrics.horizontalAdvance(self._mark)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        option.currentText = shown + self._mark
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def showPopup(self) -> None:
        """Open the list as wide as its longest label, which may be wider than the box."""
        metrics = self.view().fontMetrics()
        labels = (self.itemText(row) for row in range(self.count()))
        longest = max((metrics.horizontalAdvance(label) for label in labels), default=0)
        self.view().setMinimumWidth(max(self.width(), longest + _POPUP_MARGIN))
        super().showPopup()

    def show_key(self, key: str | None, mark: str = "") -> None:
        """Show a choice without announcing it; None or an unknown key shows the placeholder.

        Args:
            key: of the choice.
            mark: said after its label, and never elided.
        """
        self.setCurrentIndex(-1 if key is None else self.findData(key))
        self._mark = mark if self.currentIndex() >= 0 else ""
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel, which scrolls."""
        event.ignore()
