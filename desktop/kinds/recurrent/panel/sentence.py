"""A sentence of words, each on a ground of its own, wrapped like a text."""

from __future__ import annotations

import math
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.kinds.recurrent.display.word_influence import WordMark
from desktop.style.theme import DARK, Theme, strength_colour
from desktop.widgets.palette import current_inks

_PAD = 6
_GAP = 4
_HEIGHT = 26
_LEADING = 6
_LEAST_SHARE = 0.01
"""Below it a share's ground could not be told from the panel's."""


class SentenceView(QWidget):
    """Grounds in the strength scale for gradients, in the text colour for shares."""

    def __init__(self, object_name: str, kind: Literal["strength", "share"]) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self._kind = kind
        self._theme: Theme = DARK
        self._words: tuple[WordMark, ...] = ()
        self._boxes: list[QRectF] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def words(self) -> tuple[WordMark, ...]:
        """What is drawn."""
        return self._words

    def apply_theme(self, theme: Theme) -> None:
        """Take the tones of another theme."""
        self._theme = theme
        self.update()

    def show_words(self, words: tuple[WordMark, ...]) -> None:
        """Draw another sentence."""
        self._words = words
        self.setAccessibleDescription(" ".join(word.text for word in words))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        boxes = self._place(width)
        return math.ceil(boxes[-1].bottom()) + 1 if boxes else _HEIGHT

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(320))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, _HEIGHT)

    def event(self, event: QEvent) -> bool:
        """Full precision on hover."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = [i for i, box in enumerate(self._boxes) if box.contains(event.pos())]
            QToolTip.showText(
                event.globalPos(), self._words[found[0]].tooltip if found else "", self
            )
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._boxes = self._place(self.width())
        for word, box in zip(self._words, self._boxes, strict=True):
            self._paint_word(painter, word, box)
        painter.end()

    def _paint_word(self, painter: QPainter, word: WordMark, box: QRectF) -> None:
        inks = current_inks()
        ground = self._ground_of(word)
        painter.setBrush(Qt.BrushStyle.NoBrush if ground is None else ground)
        painter.setPen(Qt.PenStyle.NoPen)
        if ground is None and word.tooltip:
            painter.setPen(QPen(inks.line, 1, Qt.PenStyle.DotLine))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        if word.is_deciding:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(inks.text, 1.5))
            painter.drawRoundedRect(box.adjusted(0.75, 0.75, -0.75, -0.75), 5, 5)
        painter.setFont(self.font())
        painter.setPen(inks.dim if ground is None else _readable_on(ground))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._elide(word.text, box.width()))

    def _ground_of(self, word: WordMark) -> QColor | None:
        if not math.isfinite(word.strength):
            return None
        if self._kind == "strength":
            return QColor(strength_colour(self._theme, word.strength))
        inks = current_inks()
        return None if word.strength < _LEAST_SHARE else _mix(inks.panel, inks.text, word.strength)

    def _elide(self, text: str, width: float) -> str:
        metrics = QFontMetrics(self.font())
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(width))

    def _place(self, width: int) -> list[QRectF]:
        metrics = QFontMetrics(self.font())
        x = y = 0.0
        boxes = []
        for word in self._words:
            wide = min(width, metrics.horizontalAdvance(word.text.replace(" ", "␣")) + 2 * _PAD)
            if x > 0 and x + wide > width:
                x, y = 0.0, y + _HEIGHT + _LEADING
            boxes.append(QRectF(x, y, wide, _HEIGHT))
            x += wide + _GAP
        return boxes


def _mix(below: QColor, above: QColor, share: float) -> QColor:
    def one(low: int, high: int) -> int:
        return round(low + (high - low) * share)

    return QColor(
        one(below.red(), above.red()),
        one(below.green(), above.green()),
        one(below.blue(), above.blue()),
    )


def _readable_on(ground: QColor) -> QColor:
    """Black or white, whichever has the higher contrast (WCAG 2.1, relative luminance)."""

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    light = (
        0.2126 * linear(ground.redF())
        + 0.7152 * linear(ground.greenF())
        + 0.0722 * linear(ground.blueF())
    )
    return QColor("#0B0E13") if light > 0.18 else QColor("#FFFFFF")
