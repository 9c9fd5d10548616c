"""Update : weight as a mark on a ruler."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.display.inspector import UpdatePicture
from desktop.widgets.palette import current_inks, scaled_font

_SMALL = 9.5 / 10.5


class UpdateRuler(QWidget):
    """Update : weight as a mark on a log ruler, with the rule of thumb."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("update_ruler")
        self.setAccessibleName("Update : weight")
        self.setToolTip(
            "‖ΔW‖ / ‖W‖ after the optimiser. About 10⁻³ usually goes with learning; "
            "below 6 × 10⁻⁸ a float32 weight cannot move."
        )
        self._picture: UpdatePicture | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_picture(self, picture: UpdatePicture) -> None:
        """Draw another ratio."""
        self._picture = picture
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        picture = self._picture
        if picture is None:
            return
        inks = current_inks()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right, y = 6.0, self.width() - 6.0, 10.0
        guide = left + picture.guide * (right - left)
        painter.setPen(QPen(inks.line, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        painter.setPen(QPen(inks.dim, 1.5))
        painter.drawLine(QPointF(guide, y - 7), QPointF(guide, y + 7))
        if picture.place is not None:
            painter.setPen(QPen(inks.panel, 2))
            painter.setBrush(inks.text)
            x = left + picture.place * (right - left)
            painter.drawEllipse(QPointF(x, y), 6.5, 6.5)
        painter.setFont(scaled_font(self, _SMALL))
        metrics = QFontMetrics(painter.font())
        width = metrics.horizontalAdvance(picture.guide_text)
        painter.setPen(inks.dim)
        at = min(max(0.0, guide - width / 2), self.width() - width)
        painter.drawText(QPointF(at, 24 + metrics.ascent() - 2), picture.guide_text)
        painter.end()
