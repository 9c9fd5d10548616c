"""The first tour: a few sentences, each beside the thing on the screen that it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.widgets.palette import TextButton, current_inks, name_widget
from desktop.widgets.sections import caption

_CARD_WIDTH = 380
_MARGIN, _GAP = 6, 16
_VEIL = 150
"""Of 255: how much of the ground lies over what the tour does not speak of."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Something on the screen, and what is said of it."""

    title: str
    sentence: str
    find: Callable[[], QRect]
    """Where it is now, in the window's pixels."""


class Tour(QWidget):
    """Lies over the window; Enter, Space or a click goes on, Esc leaves."""

    ended = Signal()

    def __init__(self, stops: Sequence[Stop], parent: QWidget) -> None:
        super().__init__(parent)
        name_widget(self, "tour", "First tour", "")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._window = parent
        self._stops = tuple(stops)
        self._number = 0
        self.card = QFrame(self)
        self.card.setProperty("surface", "card")
        self.card.setObjectName("tour_card")
        self.count = caption("", "small")
        self.title = caption("", "title")
        self.sentence = QLabel()
        self.sentence.setObjectName("tour_sentence")
        self.sentence.setWordWrap(True)
        self.skip = TextButton("Skip", "tour_skip", "Leave the tour (Esc)")
        self.forward = TextButton("Next", "tour_next", "Go on (Enter)", "primary")
        buttons = QHBoxLayout()
        buttons.addWidget(self.count, 1)
        buttons.addWidget(self.skip)
        buttons.addWidget(self.forward)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.sentence)
        column.addLayout(buttons)
        self.card.setFixedWidth(_CARD_WIDTH)
        self.skip.clicked.connect(self.ended)
        self.forward.clicked.connect(self.go_on)
        parent.installEventFilter(self)
        self.setGeometry(parent.rect())
        self._show_stop()

    @property
    def stop(self) -> Stop:
        """What is spoken of now."""
        return self._stops[self._number]

    @Slot()
    def go_on(self) -> None:
        """To the next stop; after the last one it is over."""
        if self._number + 1 == len(self._stops):
            self.ended.emit()
            return
        self._number += 1
        self._show_stop()

    def go_back(self) -> None:
        """To the stop before."""
        self._number = max(0, self._number - 1)
        self._show_stop()

    def _show_stop(self) -> None:
        last = len(self._stops)
        self.count.setText(f"{self._number + 1} of {last}")
        self.title.setText(self.stop.title)
        self.sentence.setText(self.stop.sentence)
        self.forward.setText("Done" if self._number + 1 == last else "Next")
        self.setAccessibleDescription(f"{self.stop.title}. {self.stop.sentence}")
        self._place()

    def _place(self) -> None:
        """The card stands under what it is about, or over it, wherever there is room."""
        self.sentence.setFixedHeight(self.sentence.heightForWidth(_CARD_WIDTH - 32))
        self.card.adjustSize()
        target, card = self._target(), self.card.size()
        left = min(max(_GAP, target.center().x() - card.width() // 2), self.width() - _GAP)
        left = max(_GAP, min(left, self.width() - card.width() - _GAP))
        under = target.bottom() + _GAP
        over = target.top() - _GAP - card.height()
        if under + card.height() <= self.height():
            top = under
        else:
            top = over if over >= 0 else target.center().y() - card.height() // 2
        self.card.move(left, top)
        self.update()

    def _target(self) -> QRect:
        margins = (-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        return self.stop.find().adjusted(*margins).intersected(self.rect())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """All but what is spoken of steps back."""
        inks = current_inks()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil, hole = QPainterPath(), QPainterPath()
        veil.addRect(QRectF(self.rect()))
        hole.addRoundedRect(QRectF(self._target()), 8, 8)
        ground = QColor(inks.ground)
        ground.setAlpha(_VEIL)
        painter.fillPath(veil.subtracted(hole), ground)
        painter.setPen(QPen(inks.text, 2))
        painter.drawPath(hole)
        box = QRectF(self.card.geometry()).adjusted(-0.5, -0.5, 0.5, 0.5)
        painter.setPen(QPen(inks.dim, 1))
        painter.setBrush(inks.panel)
        painter.drawRoundedRect(box, 8, 8)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Take every key, before it is a shortcut of the window behind."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Forward, back, or away."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.ended.emit()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_PageUp, Qt.Key.Key_Backspace):
            self.go_back()
        elif key in (
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
            Qt.Key.Key_Space,
            Qt.Key.Key_Right,
            Qt.Key.Key_PageDown,
        ):
            self.go_on()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click anywhere goes on."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.go_on()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the window in each of its sizes."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
            self._place()
        return False
