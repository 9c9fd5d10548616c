"""A histogram with its axis, and the curve it may lie on, painted as one item."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.display.inspector import HistogramPicture, UpdatePicture
from desktop.widgets.palette import current_inks, scaled_font

_TITLE = 22
_PLOT = 64
_AXIS = 22
_SMALL = 9.5 / 10.5


class Histogram(QWidget):
    """Counts of one quantity; no colour, since it shows how many and not how strong."""

    def __init__(self, object_name: str) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self._picture: HistogramPicture | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def picture(self) -> HistogramPicture | None:
        """What is drawn."""
        return self._picture

    def show_picture(self, picture: HistogramPicture) -> None:
        """Draw another histogram."""
        self._picture = picture
        self.setAccessibleName(f"Histogram: {picture.title}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, _TITLE + _PLOT + _AXIS)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, _TITLE + _PLOT + _AXIS)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._picture is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_title(painter, self._picture)
        plot = QRectF(1, _TITLE, self.width() - 2, _PLOT)
        self._paint_bars(painter, self._picture, plot)
        self._paint_curve(painter, self._picture, plot)
        self._paint_axis(painter, self._picture, plot)
        painter.end()

    def _paint_title(self, painter: QPainter, picture: HistogramPicture) -> None:
        inks = current_inks()
        painter.setFont(scaled_font(self, 1.0, QFont.Weight.Medium))
        painter.setPen(inks.text)
        box = QRectF(0, 0, self.width(), _TITLE - 4)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft, picture.title)
        used = QFontMetrics(painter.font()).horizontalAdvance(picture.title) + 8
        painter.setFont(scaled_font(self, _SMALL))
        painter.setPen(inks.dim)
        aside = picture.note or picture.subtitle
        shown = QFontMetrics(painter.font()).elidedText(
            aside, Qt.TextElideMode.ElideRight, max(0, int(box.width() - used))
        )
        right = Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(used, 1, box.width() - used, box.height()), right, shown)

    def _paint_bars(self, painter: QPainter, picture: HistogramPicture, plot: QRectF) -> None:
        inks = current_inks()
        if not picture.heights.size:
            return
        x = _across(picture.edges, picture, plot)
        outline = QPainterPath(QPointF(x[0], plot.bottom()))
        for left, right, height in zip(x[:-1], x[1:], picture.heights, strict=True):
            top = plot.bottom() - height * (plot.height() - 4)
            if height > 0:
                top = min(top, plot.bottom() - 1)
            outline.lineTo(left, top)
            outline.lineTo(right, top)
        outline.lineTo(x[-1], plot.bottom())
        fill = QColor(inks.dim)
        fill.setAlphaF(0.55)
        painter.fillPath(outline, fill)

    def _paint_curve(self, painter: QPainter, picture: HistogramPicture, plot: QRectF) -> None:
        if picture.curve is None:
            return
        inks = current_inks()
        x = _across(picture.curve[0], picture, plot)
        y = plot.bottom() - 3 - picture.curve[1] * (plot.height() - 8)
        path = QPainterPath(QPointF(x[0], y[0]))
        for left, top in zip(x[1:], y[1:], strict=True):
            path.lineTo(left, top)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((inks.panel, 5.0), (inks.text, 2.0)):
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPath(path)

    def _paint_axis(self, painter: QPainter, picture: HistogramPicture, plot: QRectF) -> None:
        inks = current_inks()
        painter.setPen(QPen(inks.dim, 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        painter.setFont(scaled_font(self, _SMALL))
        metrics = QFontMetrics(painter.font())
        for tick in picture.ticks:
            x = float(_across(np.array([tick.at]), picture, plot)[0])
            painter.setPen(QPen(inks.dim, 1))
            painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 3))
            width = metrics.horizontalAdvance(tick.text)
            left = min(max(0.0, x - width / 2), self.width() - width)
            painter.drawText(QPointF(left, plot.bottom() + 6 + metrics.ascent()), tick.text)


def _across(places: np.ndarray, picture: HistogramPicture, plot: QRectF) -> np.ndarray:
    span = picture.high - picture.low
    share = (places - picture.low) / (span if span > 0 else 1.0)
    return plot.left() + share * plot.width()


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
