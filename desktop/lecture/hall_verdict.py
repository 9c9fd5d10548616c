"""The verdict in one line, for a hall: its shape, its word, and the number that makes it."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.display.pictures import VerdictPicture
from desktop.painting.text_and_pens import elide, make_font, text_width
from desktop.style.theme import Theme
from desktop.widgets.verdict_word import paint_shape

_NEXT_CLAUSE = re.compile(r"(?=; |, and (?!of ))")
"""Before what is said besides; "and of 2 more" belongs to what is counted."""
_SMALLER = 0.78
"""Of its size: where a clause would else be cut."""


def keep_clauses(text: str, is_fitting: Callable[[str], bool]) -> str:
    """The first sentence, with as many of its clauses as fit; with the first one always.

    Args:
        text: one or more sentences.
        is_fitting: whether a sentence has room.
    """
    first, *others = _NEXT_CLAUSE.split(text.split(". ", maxsplit=1)[0].rstrip("."))
    for clause in others:
        if not is_fitting(f"{first}{clause}."):
            break
        first += clause
    return f"{first}."


class HallVerdict(QWidget):
    """Empty while the pass is hidden."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hall_verdict")
        self.setAccessibleName("Verdict")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._theme: Theme | None = None
        self._pixels = self._label = 24.0
        self._picture: VerdictPicture | None = None

    @property
    def picture(self) -> VerdictPicture | None:
        """What is said."""
        return self._picture

    def show_picture(self, picture: VerdictPicture | None) -> None:
        """Say a verdict, or none."""
        if picture != self._picture:
            self._picture = picture
            said = "" if picture is None else f"{picture.word}. {picture.sentence}"
            self.setAccessibleDescription(said)
            self.update()

    def dress(self, theme: Theme, height: float) -> None:
        """Colours, and sizes that follow the height of the window."""
        self._theme = theme
        metrics = theme.sizes(height)
        self._pixels, self._label = metrics.headline, metrics.label
        self.setFixedHeight(round(1.45 * metrics.headline))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Shape and word in the verdict's colour, the sentence in the text's."""
        painter = QPainter(self)
        theme, picture = self._theme, self._picture
        if theme is None:
            return
        painter.fillRect(self.rect(), QColor(theme.ground))
        if picture is None:
            return
        colour = QColor(theme.verdict_colour(picture.kind))
        side = 0.62 * self._pixels
        middle = 0.5 * self.height()
        paint_shape(painter, QRectF(0, middle - side / 2, side, side), picture.shape, colour)
        left = side + 0.35 * self._pixels
        weight = QFont.Weight.DemiBold
        painter.setPen(colour)
        painter.setFont(make_font(self._pixels, weight))
        upright = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(left, 0, self.width(), self.height()), upright, picture.word)
        left += text_width(picture.word, self._pixels, weight) + 0.5 * self._pixels
        room = self.width() - left
        shown, pixels = _fit(picture.sentence, self._label, room)
        painter.setPen(QColor(theme.text))
        painter.setFont(make_font(pixels))
        painter.drawText(QRectF(left, 0, room, self.height()), upright, shown)
        painter.end()


def _fit(said: str, pixels: float, room: float) -> tuple[str, float]:
    """Its whole clauses, and their size: smaller where the first one alone would be cut."""
    kept = keep_clauses(said, lambda text: text_width(text, pixels) <= room)
    if text_width(kept, pixels) <= room:
        return kept, pixels
    pixels *= _SMALLER
    return elide(kept, pixels, room), pixels
