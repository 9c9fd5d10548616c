"""The choices of a question with their digits: which one the hall took, and which is right."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.lecture.moment import Moment
from desktop.painting.text_and_pens import SEMIBOLD, draw_text, make_font, wrap_text
from desktop.style.theme import Metrics, Theme

_LEADING = 1.2


class HallChoices(QWidget):
    """Each a card with its number; a click chooses it too."""

    chosen = Signal(int)
    """The number of a choice, from 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hall_choices")
        self.setAccessibleName("Choices")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._theme: Theme | None = None
        self._metrics: Metrics | None = None
        self.choices: tuple[str, ...] = ()
        self.won: int | None = None
        """The choice that won, from 0."""
        self.right: int | None = None
        """The right one, once it is marked."""
        self.hide()

    def show_moment(self, moment: Moment, asked: tuple[str, ...], answer: int | None) -> None:
        """The choices that are asked about, or were last.

        Args:
            moment: as it is.
            asked: the choices; empty for none.
            answer: the right one, from 0.
        """
        self.choices, self.won = asked, moment.chosen
        self.right = answer if moment.is_marked else None
        self.setAccessibleDescription("; ".join(self._tell(index) for index in range(len(asked))))
        self.setVisible(bool(asked))
        self.update()

    def _tell(self, index: int) -> str:
        won = ", the hall's choice" if index == self.won else ""
        right = ", right" if index == self.right else ""
        return f"{index + 1}: {self.choices[index]}{won}{right}"

    def dress(self, theme: Theme, height: float) -> None:
        """Colours, and sizes that follow the window's height."""
        self._theme, self._metrics = theme, theme.sizes(height)
        self.update()

    def sizeHint(self) -> QSize:
        """The room is given."""
        return QSize(300, 200)

    def list_cards(self) -> list[tuple[QRectF, list[str], float]]:
        """Where each choice stands, its lines, and the size of their type."""
        metrics = self._metrics
        if metrics is None or not self.choices:
            return []
        pixels = metrics.label
        while True:
            inner = self.width() - 3.4 * pixels
            lines = [wrap_text(choice, pixels, max(40.0, inner)) for choice in self.choices]
            heights = [max(metrics.target, (_LEADING * len(each) + 0.9) * pixels) for each in lines]
            gap = 0.4 * pixels
            whole = sum(heights) + gap * (len(heights) - 1)
            if whole <= self.height() or pixels <= metrics.smallest:
                break
            pixels *= 0.95
        top = 0.5 * max(0.0, self.height() - whole)
        cards = []
        for each, height in zip(lines, heights, strict=True):
            cards.append((QRectF(2, top, self.width() - 4, height), each, pixels))
            top += height + gap
        return cards

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is clicked."""
        for index, (card, _, _) in enumerate(self.list_cards()):
            if card.contains(event.position()):
                self.chosen.emit(index + 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The right one is filled in the text's colour, the hall's choice has a thick outline."""
        theme = self._theme
        painter = QPainter(self)
        if theme is None:
            return
        painter.fillRect(self.rect(), QColor(theme.ground))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, (card, lines, pixels) in enumerate(self.list_cards()):
            is_right, has_won = index == self.right, index == self.won
            width = 0.09 * pixels if has_won else 0.03 * pixels
            painter.setPen(QPen(QColor(theme.text if has_won or is_right else theme.line), width))
            painter.setBrush(QColor(theme.text if is_right else theme.panel))
            painter.drawRoundedRect(card.adjusted(width, width, -width, -width), 8, 8)
            ink = theme.ground if is_right else theme.text
            if self.right is not None and not is_right:
                ink = theme.dim
            left = card.left() + 0.6 * pixels
            middle = card.center().y()
            draw_text(painter, left, middle, str(index + 1), pixels, ink, weight=SEMIBOLD)
            painter.setFont(make_font(pixels))
            painter.setPen(QColor(ink))
            first = middle - 0.5 * _LEADING * pixels * len(lines)
            for number, line in enumerate(lines):
                row = QRectF(
                    left + 1.3 * pixels,
                    first + number * _LEADING * pixels,
                    card.width(),
                    _LEADING * pixels,
                )
                upright = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(row, upright, line)
            if is_right:
                _draw_tick(painter, card, pixels, QColor(ink))
        painter.end()


def _draw_tick(painter: QPainter, card: QRectF, pixels: float, colour: QColor) -> None:
    """A check mark at the right end of a card."""
    side = 0.55 * pixels
    left, middle = card.right() - 1.1 * pixels, card.center().y()
    painter.setPen(QPen(colour, 0.13 * pixels))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    corners = QPolygonF()
    for x, y in ((0.0, 0.0), (0.38, 0.38), (1.0, -0.42)):
        corners.append(QRectF(left + x * side, middle + y * side, 0, 0).topLeft())
    painter.drawPolyline(corners)
