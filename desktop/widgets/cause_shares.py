"""The shares A, N, W, S of a cause as a row of small bars on one scale."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.display.pictures import SharePart
from desktop.widgets.palette import Inks, current_inks, scaled_font

_BAR = 4
_GAP = 12
_WIDEST = "W −88.8"


class CauseShares(QWidget):
    """Each part has its letter and decades over a bar: left it takes away, right it gives.

    Neutral ink, since a share is no strength of a gradient; the part that the cause names is
    drawn in the colour of the text.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("cause_shares")
        self._parts: tuple[SharePart, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def parts(self) -> tuple[SharePart, ...]:
        """What is drawn."""
        return self._parts

    def show_parts(self, parts: tuple[SharePart, ...], tooltip: str) -> None:
        """Draw other shares."""
        if parts == self._parts and tooltip == self.toolTip():
            return
        has_new_count = len(parts) != len(self._parts)
        self._parts = parts
        self.setToolTip(tooltip)
        values = ", ".join(f"{part.name} {part.text}" for part in parts)
        self.setAccessibleName(f"Shares in decades: {values}")
        if has_new_count:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics, count = self._metrics(), len(self._parts)
        width = count * self._cell() + max(0, count - 1) * _GAP
        return QSize(width, metrics.height() + _BAR + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._parts:
            return
        inks, metrics = current_inks(), self._metrics()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        largest = max((abs(part.decades or 0.0) for part in self._parts), default=0.0)
        cell, height = self._cell(), metrics.height() + _BAR + 2
        top = (self.height() - height) / 2
        for index, part in enumerate(self._parts):
            box = QRectF(index * (cell + _GAP), top, cell, height)
            self._paint_part(painter, part, box, largest, inks)
        painter.end()

    def _paint_part(
        self, painter: QPainter, part: SharePart, box: QRectF, largest: float, inks: Inks
    ) -> None:
        ink = inks.text if part.is_named else inks.dim
        weight = QFont.Weight.DemiBold if part.is_named else None
        painter.setFont(scaled_font(self, 1.0, weight))
        painter.setPen(ink)
        line = QRectF(box.left(), box.top(), box.width(), box.height() - _BAR - 2)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, part.letter)
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, part.text)
        groove = QRectF(box.left(), box.bottom() - _BAR, box.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(inks.line)
        painter.drawRoundedRect(groove, _BAR / 2, _BAR / 2)
        self._fill(painter, groove, part, largest, ink)
        painter.fillRect(QRectF(groove.center().x() - 0.5, groove.top() - 2, 1, _BAR + 4), ink)

    def _fill(
        self, painter: QPainter, groove: QRectF, part: SharePart, largest: float, ink: QColor
    ) -> None:
        if not part.decades or largest == 0.0:
            return
        length = groove.width() / 2 * abs(part.decades) / largest
        left = groove.center().x() - (length if part.decades < 0.0 else 0.0)
        painter.setBrush(ink)
        painter.drawRect(QRectF(left, groove.top(), length, groove.height()))

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(scaled_font(self, 1.0, QFont.Weight.DemiBold))

    def _cell(self) -> int:
        return self._metrics().horizontalAdvance(_WIDEST) + 4
