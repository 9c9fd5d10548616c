"""The shape and the word of a verdict, painted in its colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontInfo,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.display.pictures import Shape

_GAP = 0.7
"""Between shape and word, of the shape's size."""


def paint_shape(painter: QPainter, box: QRectF, shape: Shape, colour: QColor) -> None:
    """Draw ▼ ● ▲ ▽ △ ○ ✕ into a square; not finite is hatched."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    is_outline = shape in ("down_outline", "up_outline", "ring")
    inner = box.adjusted(1.5, 1.5, -1.5, -1.5)
    painter.setPen(
        QPen(colour, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.setBrush(Qt.BrushStyle.NoBrush if is_outline else QBrush(colour))
    if shape in ("dot", "ring"):
        painter.drawEllipse(inner)
    elif shape == "cross":
        painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
        painter.setPen(QPen(colour, 1.2))
        painter.drawEllipse(inner)
        painter.setPen(QPen(colour, 2.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.bottomLeft(), inner.topRight())
    else:
        painter.drawPolygon(_triangle(inner, points_down=shape.startswith("down")))
    painter.restore()


def _triangle(box: QRectF, *, points_down: bool) -> QPolygonF:
    base, tip = (box.top(), box.bottom()) if points_down else (box.bottom(), box.top())
    return QPolygonF(
        [QPointF(box.left(), base), QPointF(box.right(), base), QPointF(box.center().x(), tip)]
    )


class VerdictWord(QWidget):
    """Shape and word side by side; a style sheet could not give them the colour of a value."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("verdict_word")
        self._shape: Shape = "ring"
        self._word = ""
        self._colour = QColor()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    @property
    def word(self) -> str:
        """The word that is shown."""
        return self._word

    @property
    def shape(self) -> Shape:
        """The shape that is shown."""
        return self._shape

    def show_word(self, shape: Shape, word: str, colour: QColor) -> None:
        """Show another verdict."""
        if (shape, word, colour) == (self._shape, self._word, self._colour):
            return
        has_new_width = word != self._word
        self._shape, self._word, self._colour = shape, word, colour
        self.setAccessibleName(word)
        if has_new_width:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics, size = self.fontMetrics(), self._shape_size()
        width = size + _GAP * size + metrics.horizontalAdvance(self._word) + 2
        return QSize(round(width), metrics.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._word:
            return
        painter = QPainter(self)
        middle = self.height() / 2
        size = self._shape_size()
        paint_shape(painter, QRectF(1, middle - size / 2, size, size), self._shape, self._colour)
        painter.setPen(self._colour)
        left = size + _GAP * size
        text = QRectF(left, 0, self.width() - left, self.height())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self._word)
        painter.end()

    def _shape_size(self) -> float:
        return float(QFontInfo(self.font()).pixelSize())
