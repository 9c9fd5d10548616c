"""What lies over the hall's picture for a while: a plain screen, the keys, the title card."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.painting.text_and_pens import (
    REGULAR,
    SEMIBOLD,
    draw_text,
    text_width,
    wrap_text,
)
from desktop.style.theme import PROJECTOR, Theme

_LEADING = 1.25


class Cover(QWidget):
    """A black or white screen, which any key takes away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("hall_cover")
        self.setAccessibleName("Plain screen")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.colour = QColor("black")
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One colour."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.colour)
        painter.end()


class TitleCard(QWidget):
    """The student's question, before the first beat, under the chapter that it belongs to."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("hall_title")
        self.setAccessibleName("Question of the scene")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._theme: Theme = PROJECTOR
        self._over = self._question = ""
        self.hide()

    @property
    def question(self) -> str:
        """What is asked."""
        return self._question

    def show_question(self, over: str, question: str) -> None:
        """Cover the picture with it.

        Args:
            over: chapter and title, in one line over it.
            question: as large as the window allows.
        """
        self._over, self._question = over, question
        self.setAccessibleDescription(question)
        self.show()
        self.update()

    def dress(self, theme: Theme) -> None:
        """Colours."""
        self._theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Upright in the middle of the window, in as few lines as it needs."""
        theme, metrics = self._theme, self._theme.sizes(self.height())
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.ground))
        margin = 2.0 * metrics.headline
        room = self.width() - 2 * margin
        pixels = metrics.headline
        lines = wrap_text(self._question, 1.1 * pixels, room)  # a stronger cut is wider
        while len(lines) * _LEADING * pixels > 0.6 * self.height() and pixels > metrics.label:
            pixels *= 0.95
            lines = wrap_text(self._question, 1.1 * pixels, room)
        tall = len(lines) * _LEADING * pixels
        top = 0.5 * (self.height() - tall)
        small = metrics.label
        over = wrap_text(self._over, small, room)
        for number, line in enumerate(over):
            y = top - (len(over) - number) * _LEADING * small - 0.3 * small
            draw_text(painter, margin, y, line, small, theme.dim, vertical="top")
        for number, line in enumerate(lines):
            y = top + number * _LEADING * pixels
            draw_text(painter, margin, y, line, pixels, theme.text, vertical="top", weight=SEMIBOLD)
        painter.end()


class HallKeys(QWidget):
    """All keys and what they do, until the next one."""

    def __init__(self, keys: Iterable[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("hall_keys")
        self.setAccessibleName("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._keys = tuple(keys)
        self.setAccessibleDescription("; ".join(f"{key}: {what}" for key, what in self._keys))
        self._theme: Theme = PROJECTOR
        self.hide()

    def dress(self, theme: Theme) -> None:
        """Colours."""
        self._theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """In two columns, as large as they fit."""
        theme, metrics = self._theme, self._theme.sizes(self.height())
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.ground))
        half = (len(self._keys) + 1) // 2
        columns = self._keys[:half], self._keys[half:]
        margin = 1.5 * metrics.label
        room = self.width() - 2 * margin
        pixels = metrics.label
        while pixels > 6 and self._width(columns, pixels) > room:
            pixels *= 0.97
        row = min(1.9 * pixels, (self.height() - 2 * margin) / (half + 1))
        top = 0.5 * (self.height() - row * (half + 1))
        draw_text(painter, margin, top + row / 2, "Keys", 1.3 * pixels, theme.text, weight=SEMIBOLD)
        left = margin
        for column in columns:
            wide = max(text_width(key, pixels, SEMIBOLD) for key, _ in column)
            for number, (key, what) in enumerate(column):
                y = top + (number + 1.5) * row
                draw_text(painter, left, y, key, pixels, theme.text, weight=SEMIBOLD)
                draw_text(painter, left + wide + 0.8 * pixels, y, what, pixels, theme.dim)
            left += wide + 0.8 * pixels + _widest(column, pixels) + 1.6 * pixels
        painter.end()

    @staticmethod
    def _width(columns: Iterable[tuple[tuple[str, str], ...]], pixels: float) -> float:
        total = -1.6 * pixels
        for column in columns:
            keys = max(text_width(key, pixels, SEMIBOLD) for key, _ in column)
            total += keys + 0.8 * pixels + _widest(column, pixels) + 1.6 * pixels
        return total


def _widest(column: Iterable[tuple[str, str]], pixels: float) -> float:
    return max(text_width(what, pixels, REGULAR) for _, what in column)
