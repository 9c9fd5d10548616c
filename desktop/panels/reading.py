"""The ⓘ of every view: small buttons beside the titles, and the card that says how to read it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from desktop.display.frame import DisplayFrame
from desktop.display.how_to_read import Reading, Room, explain
from desktop.display.pictures import TheoryNote
from desktop.views.theatre import Theatre
from desktop.widgets.palette import IconButton, type_scale
from desktop.widgets.sections import DockTitle, caption

_WIDTH = 460
"""Of the card, in the desk's type."""
_ICON = 16
_CLOSING = (Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SHARE = 0.75
"""Of a button beside a chart's title is its icon."""
_PLACES: dict[str, tuple[Room, int, str]] = {
    "diagram": ("diagram", 0, "the network"),
    "flow": ("flow", 0, "the gradient bars"),
    "lower": ("lower", 0, "the lower left view"),
    "curves_0": ("curves", 0, "the loss"),
    "curves_1": ("curves", 1, "the score"),
    "inspector": ("inspector", 0, "the inspector"),
}
"""Room, which of its charts, and what it is called, by the names of the theatre's charts."""


class ReadingCard(QFrame):
    """Says how to read a view, and where theories come from, until Esc or a click elsewhere."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("reading_card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._window = parent
        self._before: QWidget | None = None
        self.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 14)
        self._column.setSpacing(8)

    def show_reading(self, reading: Reading) -> None:
        """Take other words."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        self.setAccessibleName(f"How to read: {reading.title}")
        self.setAccessibleDescription(reading.text)
        self._write(reading.title, "title")
        self._write(reading.text, "")
        for note in reading.theories:
            self._write_theory(note)
        self.setFixedWidth(round(_WIDTH * type_scale(self)))
        self.setFixedHeight(self._column.heightForWidth(self.width()))

    def _write_theory(self, note: TheoryNote) -> None:
        self._write(note.title if note.is_drawn else f"{note.title}: hidden", "number")
        if note.reason:
            self._write(note.reason, "")
        self._write(note.formula, "dim")
        self._write(f"Source: {note.source}.", "dim")

    def _write(self, text: str, tone: str) -> None:
        label: QLabel = caption(text, tone)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        self._column.addWidget(label)

    def open_at(self, button: QWidget) -> None:
        """Under a button, or over it where there is more room, within the window."""
        window = self._window
        top = button.mapTo(window, QPoint(0, 0))
        below, left = top.y() + button.height() + 4, top.x()
        if below + self.height() > window.height():
            below = max(0, min(top.y() - 4, window.height()) - self.height())
        self.move(max(0, min(left, window.width() - self.width())), below)
        self._before = window.focusWidget()
        self.show()
        self.raise_()
        self.setFocus()

    def event(self, event: QEvent) -> bool:
        """Take the keys that close it, before they are shortcuts of the window."""
        is_close = isinstance(event, QKeyEvent) and event.key() in _CLOSING
        if is_close and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go away at Esc, and at a second press of what opened it."""
        if event.key() in _CLOSING:
            self._leave()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Go away."""
        self._leave()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Go away where something else is looked at."""
        super().focusOutEvent(event)
        self.hide()

    def _leave(self) -> None:
        """Give the keys back to where they were."""
        before = self._before
        self.hide()
        if before is not None and before.isVisible():
            before.setFocus()


class ReadingButtons(QObject):
    """A button beside the title of every chart, and one in the inspector's."""

    def __init__(self, theatre: Theatre, inspector: DockTitle, parent: QWidget) -> None:
        super().__init__(parent)
        self._theatre = theatre
        self._display: DisplayFrame | None = None
        self._opened = ""
        self.card = ReadingCard(parent)
        self.buttons = {name: self._make(name) for name in _PLACES}
        inspector.add_action(self.buttons["inspector"])

    def _make(self, name: str) -> IconButton:
        is_beside = name == "inspector"
        button = IconButton(
            "info",
            f"how_to_read_{name}",
            f"How to read {_PLACES[name][2]}",
            _ICON,
            None if is_beside else self._theatre,
        )
        if not is_beside:
            button.setProperty("kind", "reading")
            button.hide()
        button.clicked.connect(lambda _checked, name=name: self.open(name))
        return button

    @Slot(object)
    def show_frame(self, display: DisplayFrame) -> None:
        """Know what is drawn."""
        self._display = display

    @Slot()
    def place(self) -> None:
        """Stand where the titles are."""
        rooms = self._theatre.reading_rooms()
        for name, button in self.buttons.items():
            if name == "inspector":
                continue
            room = rooms.get(name, QRectF())
            button.setVisible(not room.isEmpty())
            if not room.isEmpty():
                button.setGeometry(room.toRect())
                button.set_icon_size(round(_SHARE * room.height()))

    def open(self, name: str) -> None:
        """Say how to read one view."""
        if self._display is None:
            return
        if self.card.isVisible() and self._opened == name:
            self.card.hide()
            return
        self._opened = name
        room, chart, _ = _PLACES[name]
        self.card.show_reading(explain(self._display.edited, room, chart))
        self.card.open_at(self.buttons[name])
