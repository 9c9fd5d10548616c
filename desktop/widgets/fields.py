"""Inputs for one value: a number field, a choice."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

from PySide6.QtCore import QEvent, Qt, Signal
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

from desktop.widgets.objection import Objection
from desktop.widgets.palette import name_widget
from engine.document.typed_numbers import NumberError, check_bounds, read_number

MIXED = "mixed"
_POPUP_MARGIN = 44
_LABEL_MARGIN = 2


def write_number(value: float) -> str:
    """A value as it stands in a field: all its digits, no trailing zeros."""
    return f"{value:.12g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")


class NumberField(QLineEdit):
    """A number that is announced when it has been entered; several different ones are "mixed".

    A text that is not taken stays, with a sentence beside it that says why; the value is the
    old one, and Esc shows it again. Texts are read by `engine.document.typed_numbers`. Bounds
    are the document's business: whoever hears of a value may refuse it by `object_to`; a number
    that stands in no document gets its `bounds` here.
    """

    value_committed = Signal(object)

    def __init__(
        self,
        object_name: str,
        accessible: str,
        tooltip: str,
        *,
        is_integer: bool = False,
        empty_text: str = "",
        units: Collection[str] = (),
        bounds: tuple[float, float] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make an empty field.

        Args:
            object_name: for tests and style.
            accessible: its name.
            tooltip: what the number means.
            is_integer: whether only whole numbers are taken.
            empty_text: stands in an empty field, which then announces None.
            units: what may be typed behind the number (`engine.document.typed_numbers.units_of`).
            bounds: the least and the largest number that is taken.
            parent: the widget that it lies in.
        """
        super().__init__(parent)
        self._is_integer = is_integer
        self._empty_text = empty_text
        self._units = units
        self._bounds = bounds
        self._value: float | None = None
        self._objection: Objection | None = None
        self._refused_text: str | None = None
        self._typed = ""
        self.is_committing = False
        """Whether its number is being announced just now."""
        name_widget(self, object_name, accessible, tooltip)
        self.setMinimumWidth(56)
        self.editingFinished.connect(self._commit)
        self.returnPressed.connect(self._enter)
        self.textEdited.connect(self._take_back)

    @property
    def value(self) -> float | None:
        """The value shown last; None for mixed ones."""
        return self._value

    @property
    def problem(self) -> str:
        """Why the text in it is not taken; "" where nothing is wrong with it."""
        return "" if self._refused_text is None else self.accessibleDescription()

    def show_value(self, value: float | None, *, is_mixed: bool = False) -> None:
        """Show a value without announcing it."""
        self._value = value
        self._take_back()
        self.setPlaceholderText(self._empty_text if self._empty_text and not is_mixed else MIXED)
        text = "" if value is None else write_number(value)
        if self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)

    def object_to(self, sentence: str) -> None:
        """Show again what was typed last, and say beside it why it is not taken."""
        if self.text() != self._typed:
            self.setText(self._typed)
        self._refused_text = self._typed
        self.setModified(True)
        self.setAccessibleDescription(sentence)
        if self._objection is None:
            self._objection = Objection(self)
        self._objection.say(sentence)

    def event(self, event: QEvent) -> bool:
        """Take Esc before the window does: it belongs to the text that is being typed."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self._is_holding_escape()
        ):
            event.accept()
            return True
        return super().event(event)

    def _is_holding_escape(self) -> bool:
        """Whether Esc means this field: in a dialog without anything typed it closes that."""
        return self.isModified() or not self.window().isModal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down change an integer by one and another number by its leading digit."""
        direction = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if event.key() == Qt.Key.Key_Escape and self._is_holding_escape():
            self.show_value(self._value)
            self._leave()
        elif direction and self._value is not None:
            number = _neighbour(self._value, direction, is_integer=self._is_integer)
            self.setText(write_number(number))
            self._commit()
        else:
            super().keyPressEvent(event)

    def _take_back(self) -> None:
        """What was wrong is being mended."""
        if self._refused_text is not None:
            self._refused_text = None
            self.setAccessibleDescription("")
            if self._objection is not None:
                self._objection.say("")

    def _enter(self) -> None:
        self._commit()
        self._leave()

    def _leave(self) -> None:
        """Give the keys back to the window, once nothing is left to mend; a dialog has none."""
        window = self.window()
        if self._refused_text is None and self.hasFocus() and not window.isModal():
            window.setFocus()

    def _commit(self) -> None:
        text = self.text().strip()
        if self.is_committing or self.text() == self._refused_text:
            return
        is_empty = not text or text.casefold() == self._empty_text.casefold()
        if is_empty and (self._value is None or not (text or self._empty_text)):
            self.show_value(self._value)
            return
        if is_empty:
            self.show_value(None)
            self._emit(None)
            return
        try:
            value = read_number(text, is_integer=self._is_integer, units=self._units)
            if self._bounds is not None:
                check_bounds(value, *self._bounds, is_integer=self._is_integer)
        except NumberError as error:
            self._typed = self.text()
            self.object_to(str(error))
            return
        if self._value is None or write_number(self._value) != write_number(value):
            self._value = value
            self._emit(value)
        else:
            self.show_value(self._value)

    def _emit(self, value: float | None) -> None:
        self._typed = self.text()
        self.is_committing = True
        self.value_committed.emit(value)
        self.is_committing = False
        if self._refused_text is None and self._value == value:
            self.show_value(value)


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
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
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
