"""Text that a hall reads: painted as large as it may be, and no larger than its room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.painting.text_and_pens import SEMIBOLD, draw_text, wrap_text
from desktop.style.theme import Theme

_LEADING = 1.2
_BOLDER = 1.06
"""This cut is so much wider than that which is measured to break lines."""


class HallText(QWidget):
    """A sentence in as few lines as it needs, from the left, upright in its room."""

    def __init__(self, name: str, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._text = ""
        self._pixels = 24.0
        self._smallest = 12.0
        self._room = 60.0
        self._lines: tuple[str, ...] = ()
        self._drawn_pixels = 24.0
        self._theme: Theme | None = None

    @property
    def text(self) -> str:
        """What is read."""
        return self._text

    def set_text(self, text: str) -> None:
        """Read something else."""
        if text != self._text:
            self._text = text
            self.setAccessibleDescription(text)
            self._fit()

    def dress(self, theme: Theme, pixels: float, smallest: float, lines: int) -> None:
        """Colours, the size of the type, and for how many lines there is room.

        Args:
            theme: the colours.
            pixels: of the type.
            smallest: it becomes no smaller; then the text takes more height.
            lines: that there is room for.
        """
        self._theme, self._pixels, self._smallest = theme, pixels, smallest
        self._room = lines * _LEADING * pixels
        self._fit()

    def sizeHint(self) -> QSize:
        """The width is given."""
        return QSize(400, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the text anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    @property
    def lines(self) -> tuple[str, ...]:
        """As they stand under each other."""
        return self._lines

    def _fit(self) -> None:
        """Smaller type before more height, and all of the text in any case."""
        pixels, width = self._pixels, self.width()
        lines = wrap_text(self._text, _BOLDER * pixels, width)
        while len(lines) * _LEADING * pixels > self._room and pixels > self._smallest:
            pixels = max(self._smallest, 0.95 * pixels)
            lines = wrap_text(self._text, _BOLDER * pixels, width)
        self._lines, self._drawn_pixels = tuple(lines), pixels
        tall = max(self._room, len(lines) * _LEADING * pixels)
        self.setFixedHeight(round(tall + 0.6 * self._pixels))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """From the left, upright in the middle."""
        theme = self._theme
        painter = QPainter(self)
        if theme is None:
            return
        painter.fillRect(self.rect(), QColor(theme.ground))
        pixels = self._drawn_pixels
        leading = _LEADING * pixels
        top = 0.5 * (self.height() - leading * len(self._lines))
        for number, line in enumerate(self._lines):
            middle = top + (number + 0.5) * leading
            draw_text(painter, 0, middle, line, pixels, theme.text, weight=SEMIBOLD)
        painter.end()
