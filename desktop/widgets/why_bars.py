"""The why waterfall: each factor takes the gradient from where the last one left it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.display.pictures import WhyPicture, WhyRow
from desktop.display.scales import format_factor
from desktop.style.theme import DARK, Theme, strength_colour
from desktop.widgets.palette import current_inks, scaled_font

_ROW = 30
_BAR = 18
_NAME_WIDTH = 80
_MOST_NAME_WIDTH = 152
_VALUE_WIDTH = 84
_LEAST_SPAN = 0.6
"""Decades that the axis holds at least, so that a factor of × 0.98 stays a hair."""


class WhyBars(QWidget):
    """Bars on a log axis from × 1: left is smaller, right is larger; lengths add up to the total.

    The tone says the direction: that of a gradient which fades, or of one which grows.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("why_bars")
        self.setAccessibleName("Why factors")
        self._theme: Theme = DARK
        self._picture: WhyPicture | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def apply_theme(self, theme: Theme) -> None:
        """Take the tones of another theme."""
        self._theme = theme
        self.update()

    def show_picture(self, picture: WhyPicture) -> None:
        """Show the factors of another layer or pass."""
        rows_before = len(self._picture.rows) if self._picture else 0
        self._picture = picture
        self.setToolTip("\n".join(f"{row.name}: × {row.factor!r}" for row in picture.rows))
        if len(picture.rows) != rows_before:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        count = len(self._picture.rows) if self._picture else 4
        return QSize(240, count * _ROW + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._picture is None or not self._picture.rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inks = current_inks()
        rows = self._picture.rows
        low = min(min(row.start, row.end) for row in rows)
        high = max(max(row.start, row.end) for row in rows)
        missing = max(0.0, _LEAST_SPAN - (high - low))
        low, high = low - missing / 2, high + missing / 2
        left, right = self._name_width(), self.width() - _VALUE_WIDTH
        scale = max(1.0, right - left) / (high - low)

        def x_of(place: float) -> float:
            return left + (place - low) * scale

        painter.setPen(QPen(inks.line, 1))
        painter.drawLine(QPointF(x_of(0), 2), QPointF(x_of(0), len(rows) * _ROW))
        for index, row in enumerate(rows):
            self._paint_row(painter, row, index * _ROW, x_of(row.start), x_of(row.end))
        painter.end()

    def _paint_row(
        self, painter: QPainter, row: WhyRow, top: float, start: float, end: float
    ) -> None:
        inks = current_inks()
        middle = top + _ROW / 2
        width = self._name_width()
        weight = QFont.Weight.DemiBold if row.is_total else None
        painter.setFont(scaled_font(self, 1.0, weight))
        painter.setPen(inks.text if row.is_total else inks.dim)
        name = QFontMetrics(painter.font()).elidedText(
            row.name, Qt.TextElideMode.ElideRight, width - 8
        )
        middle_left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(0, top, width, _ROW), middle_left, name)
        near, far = min(start, end), max(start, end)
        bar = QRectF(near, middle - _BAR / 2, max(far - near, 2.0), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(inks.text if row.is_total else self._tone(row))
        radius = min(4.0, bar.width() / 2)
        painter.drawRoundedRect(bar, radius, radius)
        if not row.is_total:
            painter.setPen(QPen(inks.line, 1))
            painter.drawLine(QPointF(end, middle + _BAR / 2), QPointF(end, middle + _ROW / 2 + 6))
        painter.setFont(scaled_font(self, 1.0, QFont.Weight.DemiBold))
        painter.setPen(inks.text)
        value = QRectF(self.width() - _VALUE_WIDTH, top, _VALUE_WIDTH, _ROW)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(value, right, format_factor(row.factor))

    def _name_width(self) -> int:
        metrics = QFontMetrics(scaled_font(self, 1.0))
        rows = self._picture.rows if self._picture else ()
        longest = max((metrics.horizontalAdvance(row.name) for row in rows), default=0)
        return min(_MOST_NAME_WIDTH, max(_NAME_WIDTH, longest + 10))

    def _tone(self, row: WhyRow) -> QColor:
        if abs(row.end - row.start) < 1e-3:
            return current_inks().dim
        return QColor(strength_colour(self._theme, -1.5 if row.end < row.start else 3.0))
