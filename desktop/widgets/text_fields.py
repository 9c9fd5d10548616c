"""Inputs for words: a line, or a text of several; what is refused stays, with the reason."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from desktop.widgets.objection import Objection
from desktop.widgets.palette import name_widget

_REST_MS = 500
"""After the last key: then what was typed is announced."""
_MOST_LINES = 8
"""Of a field that grows with its text; a longer one scrolls."""
_FRAME = 20
"""Pixels of border, padding and margin over and under the lines."""
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)


class _Typing:
    """What is known of a text that is being typed."""

    def __init__(self, field: QWidget) -> None:
        self._field = field
        self.shown = ""
        self.refused: str | None = None
        self.announced: str | None = None
        self._objection: Objection | None = None
        self.timer = QTimer(field, singleShot=True, interval=_REST_MS)

    def object_to(self, text: str, sentence: str) -> None:
        self.refused = text
        self._field.setAccessibleDescription(sentence)
        if self._objection is None:
            self._objection = Objection(self._field)
        self._objection.say(sentence)

    def is_news(self, text: str) -> bool:
        return text not in (self.shown, self.refused, self.announced)

    def take_back(self) -> None:
        self.announced = None
        if self.refused is not None:
            self.refused = None
            self._field.setAccessibleDescription("")
            if self._objection is not None:
                self._objection.say("")


def _is_command(event: QEvent) -> bool:
    """Whether a key means the program and not the text: what was typed is announced before."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    is_function = Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35
    return is_function or event.modifiers() not in _PLAIN


def _is_undo(event: QEvent) -> bool:
    """Whether an edit is to be taken back: the program knows them all, a field its own letters."""
    return isinstance(event, QKeyEvent) and (
        event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
    )


def _is_escape(event: QEvent) -> bool:
    return (
        event.type() == QEvent.Type.ShortcutOverride
        and isinstance(event, QKeyEvent)
        and event.key() == Qt.Key.Key_Escape
    )


class TextField(QPlainTextEdit):
    """A text of some lines, which grows; announced when typing rests or the keys go elsewhere.

    Esc shows the text again that holds.
    """

    text_committed = Signal(str)

    def __init__(self, object_name: str, accessible: str, tooltip: str, lines: int) -> None:
        super().__init__()
        name_widget(self, object_name, accessible, tooltip)
        self._typing = _Typing(self)
        self._lines = lines
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._is_showing = False
        self._fit()
        self._typing.timer.timeout.connect(self.commit)
        self.textChanged.connect(self._note_typing)

    def _note_typing(self) -> None:
        self._fit()
        if not self._is_showing:
            self._typing.take_back()
            self._typing.timer.start()

    def _put(self, text: str) -> None:
        self._is_showing = True
        self.setPlainText(text)
        self._is_showing = False

    def _fit(self) -> None:
        lines = round(self.document().size().height())  # which counts lines, not pixels
        lines = min(max(lines, self._lines), _MOST_LINES)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + _FRAME)

    @property
    def problem(self) -> str:
        """Why the text in it is not taken; "" where nothing is wrong with it."""
        return "" if self._typing.refused is None else self.accessibleDescription()

    def text(self) -> str:
        """What stands in it."""
        return self.toPlainText()

    def show_text(self, text: str) -> None:
        """Show a text without announcing it; the cursor stays where it is, if it can."""
        self._typing.timer.stop()
        self._typing.take_back()
        self._typing.shown = text
        if self.text() != text:
            place = min(self.textCursor().position(), len(text))
            self._put(text)
            cursor = self.textCursor()
            cursor.setPosition(place)
            self.setTextCursor(cursor)

    def insert(self, text: str) -> None:
        """Put a text at the cursor, and announce the whole."""
        self.textCursor().insertText(text)
        self.commit()

    def object_to(self, sentence: str, text: str | None = None) -> None:
        """Say why what stands in it is not taken.

        Args:
            sentence: the reason.
            text: what was typed, where something else stands in it now.
        """
        if text is not None and self.text() != text:
            self._put(text)
            self.moveCursor(QTextCursor.MoveOperation.End)
        self._typing.object_to(self.text(), sentence)

    def commit(self) -> None:
        """Announce what was typed, unless it holds already or was refused."""
        self._typing.timer.stop()
        if self._typing.is_news(self.text()):
            self._typing.announced = self.text()
            self.text_committed.emit(self.text())

    def event(self, event: QEvent) -> bool:
        """Take Esc; announce what was typed before a command is given."""
        if _is_escape(event):
            event.accept()
            return True
        if _is_command(event):
            self.commit()
            if _is_undo(event):
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc takes back what was typed, and gives the keys to the window."""
        if event.key() == Qt.Key.Key_Escape:
            self.show_text(self._typing.shown)
            self.window().setFocus()
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel, which scrolls, unless something is being typed."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be as high as the lines want that the width leaves."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Announce what was typed."""
        super().focusOutEvent(event)
        self.commit()

    def changeEvent(self, event: QEvent) -> None:
        """Be as high as another theme's type wants."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()


class LineField(QLineEdit):
    """A line of text, announced when typing rests or the keys go elsewhere."""

    text_committed = Signal(str)

    def __init__(self, object_name: str, accessible: str, tooltip: str) -> None:
        super().__init__()
        name_widget(self, object_name, accessible, tooltip)
        self._typing = _Typing(self)
        self._typing.timer.timeout.connect(self.commit)
        self.editingFinished.connect(self.commit)
        self.textEdited.connect(self._note_typing)

    @property
    def problem(self) -> str:
        """Why the text in it is not taken; "" where nothing is wrong with it."""
        return "" if self._typing.refused is None else self.accessibleDescription()

    def show_text(self, text: str) -> None:
        """Show a text without announcing it."""
        self._typing.timer.stop()
        self._typing.take_back()
        self._typing.shown = text
        if self.text() != text:
            place = self.cursorPosition()
            self.setText(text)
            self.setCursorPosition(min(place, len(text)) if self.hasFocus() else 0)

    def object_to(self, sentence: str, text: str | None = None) -> None:
        """Say why what stands in it is not taken; as `TextField.object_to`."""
        if text is not None and self.text() != text:
            self.setText(text)
        self._typing.object_to(self.text(), sentence)

    def commit(self) -> None:
        """Announce what was typed, unless it holds already or was refused."""
        self._typing.timer.stop()
        if self._typing.is_news(self.text()):
            self._typing.announced = self.text()
            self.text_committed.emit(self.text())

    def _note_typing(self) -> None:
        self._typing.take_back()
        self._typing.timer.start()

    def event(self, event: QEvent) -> bool:
        """Take Esc; announce what was typed before a command is given."""
        if _is_escape(event):
            event.accept()
            return True
        if _is_command(event):
            self.commit()
            if _is_undo(event):
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc takes back what was typed, and gives the keys to the window."""
        if event.key() == Qt.Key.Key_Escape:
            self.show_text(self._typing.shown)
            self.window().setFocus()
            return
        super().keyPressEvent(event)
