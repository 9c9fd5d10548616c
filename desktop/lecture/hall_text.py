"""Text that a hall reads: painted as large as it may be, and no larger than its room."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.painting.text_and_pens import make_font, measure_font, wrap_text
from desktop.style.theme import Theme

_LEADING = 1.2
_SMALLEST = 0.6
"""Of its size: so far a text is made smaller before it loses a line."""


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
        self._lines = 2
        self._theme: Theme | None = None
        self._weight = QFont.Weight.DemiBold

    @property
    def text(self) -> str:
        """What is read."""
        return self._text

    def set_text(self, text: str) -> None:
        """Read something else."""
        if text != self._text:
            self._text = text
            self.setAccessibleDescription(text)
            self.update()

    def dress(self, theme: Theme, pixels: float, lines: int) -> None:
        """Colours, the size of the type, and for how many lines there is room."""
        self._theme, self._pixels, self._lines = theme, pixels, lines
        self.setFixedHeight(round(lines * _LEADING * pixels + 0.6 * pixels))
        self.update()

    def sizeHint(self) -> QSize:
        """The width is given."""
        return QSize(400, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Smaller type before a line is lost."""
        theme = self._theme
        painter = QPainter(self)
        if theme is None:
            return
        painter.fillRect(self.rect(), QColor(theme.ground))
        pixels = self._pixels
        lines = wrap_text(self._text, pixels, self.width(), self._weight)
        while len(lines) * pixels > self._lines * self._pixels and pixels > (
            _SMALLEST * self._pixels
        ):
            pixels *= 0.95
            lines = wrap_text(self._text, pixels, self.width(), self._weight)
        painter.setFont(make_font(pixels, self._weight))
        painter.setPen(QColor(theme.text))
        leading = _LEADING * pixels
        top = 0.5 * (self.height() - leading * len(lines))
        height = measure_font(pixels, self._weight).height()
        for number, line in enumerate(lines):
            row = QRectF(0, top + number * leading, self.width(), max(leading, height))
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)
        painter.end()
