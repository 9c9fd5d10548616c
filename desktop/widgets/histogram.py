"""A histogram with its axis, and the curve it may lie on.

How to read it: the wheel with Ctrl zooms into the values at the mouse, a drag moves them, a double
click shows all again; the wheel alone scrolls the panel.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from desktop.display.inspector import HistogramPicture, ticks_within
from desktop.display.scales import Tick
from desktop.widgets.palette import current_inks, scaled_font

_TITLE = 22
_PLOT = 64
_AXIS = 22
_SMALL = 9.5 / 10.5
_HEADROOM = 1.06
_CURVE_LIES_AT = 0.05
"""The curve keeps this share of the height from both ends."""
_FINEST = 1e-3
"""Share of the values that can be zoomed into."""
_FILL = 0.55


class Histogram(QWidget):
    """Counts of one quantity; no colour, since it shows how many and not how strong."""

    def __init__(self, object_name: str) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self._picture: HistogramPicture | None = None
        self.plot: HistogramPlot | None = None
        """Made when there is something to draw: most inspectors are never opened."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def picture(self) -> HistogramPicture | None:
        """What is drawn."""
        return self._picture

    def show_picture(self, picture: HistogramPicture) -> None:
        """Draw another histogram; a zoom into the same quantity stays."""
        self._picture = picture
        self.setAccessibleName(f"Histogram: {picture.title}")
        if self.plot is None:
            self.plot = HistogramPlot(self)
            self._place_plot(self.plot)
            self.plot.show()
        self.plot.show_picture(picture)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, _TITLE + _PLOT + _AXIS)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, _TITLE + _PLOT + _AXIS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.plot is not None:
            self._place_plot(self.plot)

    def _place_plot(self, plot: HistogramPlot) -> None:
        plot.setGeometry(0, _TITLE, self.width(), _PLOT + _AXIS)

    def paintEvent(self, _event: QPaintEvent) -> None:
        picture = self._picture
        if picture is None:
            return
        inks, painter = current_inks(), QPainter(self)
        painter.setFont(scaled_font(self, 1.0, QFont.Weight.Medium))
        painter.setPen(inks.text)
        box = QRectF(0, 0, self.width(), _TITLE - 4)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft, picture.title)
        used = QFontMetrics(painter.font()).horizontalAdvance(picture.title) + 8
        painter.setFont(scaled_font(self, _SMALL))
        painter.setPen(inks.dim)
        shown = QFontMetrics(painter.font()).elidedText(
            picture.note or picture.subtitle,
            Qt.TextElideMode.ElideRight,
            max(0, int(box.width() - used)),
        )
        right = Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(used, 1, box.width() - used, box.height()), right, shown)
        painter.end()


class HistogramPlot(pg.GraphicsView):  # type: ignore[misc]
    """Bars in a box over their axis."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, useOpenGL=False, background=None)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._picture: HistogramPicture | None = None
        self.is_zoomed = False
        self.box = pg.ViewBox(enableMenu=False, defaultPadding=0.0)
        self.box.setMouseEnabled(x=True, y=False)
        self.axis = HistogramAxis(scaled_font(self, _SMALL))
        self.bars = pg.PlotCurveItem([0.0, 1.0], [0.0], stepMode="center", fillLevel=0.0, pen=None)
        self.casing, self.curve = (pg.PlotCurveItem(antialias=True) for _ in range(2))
        layout = pg.GraphicsLayout()
        layout.setContentsMargins(1, 0, 1, 0)
        layout.setSpacing(0)
        layout.addItem(self.box, 0, 0)
        layout.addItem(self.axis, 1, 0)
        self.setCentralItem(layout)
        self.axis.linkToView(self.box)
        for item in (self.bars, self.casing, self.curve):
            self.box.addItem(item)
        self.box.setYRange(0.0, _HEADROOM)
        self.box.sigRangeChangedManually.connect(self._note_zoom)
        self.box.sigXRangeChanged.connect(self._show_ticks)
        self._take_inks()

    def show_picture(self, picture: HistogramPicture) -> None:
        """Draw other counts."""
        old, self._picture = self._picture, picture
        span = max(picture.high - picture.low, 1e-300)
        self.box.setLimits(xMin=picture.low, xMax=picture.high, minXRange=_FINEST * span)
        has_bars = picture.heights.size > 0
        self.bars.setVisible(has_bars)
        if has_bars:
            self.bars.setData(picture.edges, picture.heights)
        for item in (self.casing, self.curve):
            item.setVisible(picture.curve is not None)
            if picture.curve is not None:
                x, y = picture.curve
                item.setData(x, _CURVE_LIES_AT + (1.0 - 2 * _CURVE_LIES_AT) * y)
        if not self.is_zoomed or old is None or old.title != picture.title:
            self.refit()
        self._show_ticks()

    def refit(self) -> None:
        """Show all values."""
        self.is_zoomed = False
        if self._picture is not None:
            low, high = self._picture.low, self._picture.high
            self.box.setXRange(low, max(high, low + 1e-300), padding=0.0)
        self._show_ticks()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl; else the panel scrolls."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
        else:
            event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all values again."""
        super().mouseDoubleClickEvent(event)
        self.refit()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "curve"):
            self._take_inks()

    def _note_zoom(self, *_: object) -> None:
        self.is_zoomed = True
        self._show_ticks()

    def _show_ticks(self, *_: object) -> None:
        if self._picture is not None:
            low, high = self.box.viewRange()[0]
            is_whole = not self.is_zoomed
            self.axis.show_ticks(
                self._picture.ticks if is_whole else ticks_within(self._picture, low, high)
            )

    def _take_inks(self) -> None:
        inks = current_inks()
        fill = QColor(inks.dim)
        fill.setAlphaF(_FILL)
        self.setBackgroundBrush(inks.panel)
        self.bars.setBrush(fill)
        self.casing.setPen(pg.mkPen(inks.panel, width=5))
        self.curve.setPen(pg.mkPen(inks.text, width=2))
        self.axis.update()


class HistogramAxis(pg.AxisItem):  # type: ignore[misc]
    """A line with few numbers, none of which is cut at the ends."""

    def __init__(self, font: QFont) -> None:
        super().__init__("bottom", maxTickLength=0)
        self._font = font
        self._ticks: tuple[Tick, ...] = ()
        self.setHeight(_AXIS)

    def show_ticks(self, ticks: tuple[Tick, ...]) -> None:
        """Write these numbers."""
        self._ticks = ticks
        self.update()

    def paint(self, painter: QPainter, *args: Any) -> None:
        """Draw line, marks and numbers."""
        del args
        inks, metrics = current_inks(), QFontMetrics(self._font)
        (low, high), width = self.range, self.size().width()
        painter.setFont(self._font)
        painter.setPen(QPen(inks.dim, 1))
        painter.drawLine(QPointF(0, 0), QPointF(width, 0))
        for tick in self._ticks:
            x = (tick.at - low) / max(high - low, 1e-300) * width
            painter.drawLine(QPointF(x, 0), QPointF(x, 3))
            wide = metrics.horizontalAdvance(tick.text)
            left = float(np.clip(x - wide / 2, 0.0, max(0.0, width - wide)))
            painter.drawText(QPointF(left, 6 + metrics.ascent()), tick.text)
