"""A histogram with its axis, and the curves with measured points that may lie over it.

How to read it: the wheel with Ctrl zooms into the values at the mouse, a drag moves them, a double
click shows all again; the wheel alone scrolls the panel.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer
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

from desktop.display.inspector import DrawnCurve, Guide, HistogramPicture, ticks_within
from desktop.display.scales import Tick
from desktop.painting.batched_shapes import make_polygon
from desktop.widgets.palette import current_inks, scaled_font

_TITLE = 22
_PLOT = 64
_CURVES_PLOT = 104
"""Pixels: more where there are curves to be read."""
_AXIS = 22
_SMALL = 9.5 / 10.5
_HEADROOM = 1.06
_CURVE_LIES_AT = 0.05
"""The curve keeps this share of the height from both ends."""
_FINEST = 1e-3
"""Share of the values that can be zoomed into."""
_FILL = 0.55
_FILL_UNDER_CURVES = 0.3
_CASING = 0.8
_POINT = 4
_POINT_FILL = 0.3
_FOOT = 2
"""Pixels under the plot that are its own: a plot that scrolls into view is noticed by them."""


class Histogram(QWidget):
    """Counts of one quantity; no colour, since it shows how many and not how strong."""

    def __init__(self, object_name: str) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self._picture: HistogramPicture | None = None
        self.plot: HistogramPlot | None = None
        """Made when it is first seen: most inspectors are never opened, nor scrolled to the end."""
        self._making = QTimer(self, interval=0, singleShot=True)
        self._making.timeout.connect(self._show_now)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def picture(self) -> HistogramPicture | None:
        """What is drawn."""
        return self._picture

    def show_picture(self, picture: HistogramPicture) -> None:
        """Draw another histogram; a zoom into the same quantity stays."""
        had_curves = self._has_curves()
        self._picture = picture
        self.setAccessibleName(f"Histogram: {picture.title}")
        self.setAccessibleDescription(picture.words)
        if self.toolTip() != picture.reading:
            self.setToolTip(picture.reading)
        if had_curves != self._has_curves():
            self.updateGeometry()
            self._place_plot()
        if self.plot is not None and not self.visibleRegion().isEmpty():
            self.plot.show_picture(picture)
        self.update()

    def _show_now(self) -> None:
        if self._picture is None:
            return
        if self.plot is None:
            self.plot = HistogramPlot(self)
            self._place_plot()
            self.plot.show()
        self.plot.show_picture(self._picture)

    def _has_curves(self) -> bool:
        return self._picture is not None and bool(self._picture.curves)

    def _plot_height(self) -> int:
        return (_CURVES_PLOT if self._has_curves() else _PLOT) + _AXIS

    def sizeHint(self) -> QSize:
        return QSize(240, _TITLE + self._plot_height() + _FOOT)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, _TITLE + self._plot_height() + _FOOT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_plot()

    def _place_plot(self) -> None:
        if self.plot is not None:
            self.plot.setGeometry(0, _TITLE, self.width(), self._plot_height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        picture = self._picture
        if picture is None:
            return
        if self.plot is None or self.plot.picture is not picture:
            self._making.start()
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
        self.shapes = HistogramShapes()
        layout = pg.GraphicsLayout()
        layout.setContentsMargins(1, 0, 1, 0)
        layout.setSpacing(0)
        layout.addItem(self.box, 0, 0)
        layout.addItem(self.axis, 1, 0)
        self.setCentralItem(layout)
        self.axis.linkToView(self.box)
        self.box.addItem(self.shapes, ignoreBounds=True)
        self.box.setYRange(0.0, _HEADROOM)
        self.box.sigRangeChangedManually.connect(self._note_zoom)
        self.box.sigXRangeChanged.connect(self._show_ticks)
        self._take_inks()

    @property
    def picture(self) -> HistogramPicture | None:
        """What is drawn."""
        return self._picture

    def show_picture(self, picture: HistogramPicture) -> None:
        """Draw other counts."""
        old, self._picture = self._picture, picture
        if old is None or (old.low, old.high) != (picture.low, picture.high):
            span = max(picture.high - picture.low, 1e-300)
            self.box.setLimits(xMin=picture.low, xMax=picture.high, minXRange=_FINEST * span)
        self.shapes.show_picture(picture)
        if not self.is_zoomed or old is None or old.title != picture.title:
            self.refit()
        else:
            self._show_ticks()

    def refit(self) -> None:
        """Show all values."""
        self.is_zoomed = False
        if self._picture is not None:
            low, high = self._picture.low, self._picture.high
            self.box.setXRange(low, max(high, low + 1e-300), padding=0.0)
            self.box.updateMatrix()  # at once: left to the paint event, it would ask for another
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
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "shapes"):
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

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Say what the ends of the curves' heights stand for, and the guide."""
        super().drawForeground(painter, rect)
        picture = self._picture
        if picture is None or not picture.curves:
            return
        inks, area = current_inks(), self.box.sceneBoundingRect()
        painter.setFont(scaled_font(self, _SMALL))
        if picture.guide is not None:
            self._draw_guide(painter, picture.guide, area)
        for index, curve in enumerate(picture.curves[:2]):
            side = Qt.AlignmentFlag.AlignLeft if index == 0 else Qt.AlignmentFlag.AlignRight
            name = "" if len(picture.curves) == 1 else f"{curve.name} "
            for text, end in (
                (f"{name}{curve.high}", Qt.AlignmentFlag.AlignTop),
                (curve.low, Qt.AlignmentFlag.AlignBottom),
            ):
                where = painter.boundingRect(area, side | end, text)
                ground = QColor(inks.panel)
                ground.setAlphaF(_CASING)
                painter.fillRect(where.adjusted(-2, 0, 2, 0), ground)
                painter.setPen(inks.dim)
                painter.drawText(where, side | end, text)

    def _draw_guide(self, painter: QPainter, guide: Guide, area: QRectF) -> None:
        inks = current_inks()
        (_, (foot, top)) = self.box.viewRange()
        height = _lift(guide.height)
        y = area.bottom() - (height - foot) / max(top - foot, 1e-300) * area.height()
        painter.setPen(QPen(inks.dim, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        metrics = QFontMetrics(painter.font())
        wide = metrics.horizontalAdvance(guide.text)
        is_low = y - area.top() < metrics.height() + 2
        baseline = y + metrics.ascent() + 1 if is_low else y - 3
        painter.drawText(QPointF(area.right() - wide, baseline), guide.text)

    def _take_inks(self) -> None:
        inks = current_inks()
        self.setBackgroundBrush(inks.panel)
        self.shapes.update()
        self.axis.update()


class HistogramShapes(pg.GraphicsObject):  # type: ignore[misc]
    """The bars and the curves over them; stock curves, drawn ten times a second, take too long."""

    def __init__(self) -> None:
        super().__init__()
        self.picture: HistogramPicture | None = None

    def show_picture(self, picture: HistogramPicture) -> None:
        """Draw other counts."""
        self.picture = picture
        self.update()

    def boundingRect(self) -> QRectF:
        box = self.getViewBox()
        return QRectF() if box is None else QRectF(box.viewRect())

    def viewTransformChanged(self) -> None:
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *args: Any) -> None:
        """Draw them in pixels of the box."""
        del args
        picture, inks = self.picture, current_inks()
        if picture is None:
            return
        to_pixels = painter.worldTransform()
        across, along = (to_pixels.m11(), to_pixels.dx()), (to_pixels.m22(), to_pixels.dy())
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if picture.heights.size:
            xs = np.repeat(picture.edges, 2) * across[0] + across[1]
            ys = np.pad(np.repeat(picture.heights, 2), 1) * along[0] + along[1]
            fill = QColor(inks.dim)
            fill.setAlphaF(_FILL_UNDER_CURVES if picture.curves else _FILL)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawPolygon(make_polygon(xs, ys))
        for curve in picture.curves:
            _draw_curve(painter, curve, across, along)


def _draw_curve(
    painter: QPainter, curve: DrawnCurve, across: tuple[float, float], along: tuple[float, float]
) -> None:
    """A line with a casing, and its points over it.

    Args:
        painter: in pixels.
        curve: what to draw.
        across: scale and offset of x to pixels.
        along: of heights.
    """
    inks = current_inks()
    ink = inks.dim if curve.is_dashed else inks.text
    style = Qt.PenStyle.DashLine if curve.is_dashed else Qt.PenStyle.SolidLine
    x, y = curve.line[0] * across[0] + across[1], _lift(curve.line[1]) * along[0] + along[1]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    breaks = np.flatnonzero(np.isnan(y))
    runs = [
        make_polygon(x[run], y[run])
        for run in np.split(np.arange(len(x)), breaks)
        if np.isfinite(y[run]).sum() > 1
        for run in (run[np.isfinite(y[run])],)
    ]
    for pen in (QPen(inks.panel, 4.0), QPen(ink, 1.5, style)):
        painter.setPen(pen)
        for run in runs:
            painter.drawPolyline(run)
    dots = QColor(ink)
    dots.setAlphaF(_POINT_FILL)
    painter.setPen(QPen(dots, _POINT, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    x, y = curve.points[0] * across[0] + across[1], _lift(curve.points[1]) * along[0] + along[1]
    painter.drawPoints(make_polygon(x, y))


def _lift(heights: Any) -> Any:
    """Heights on the plot, which keep a little from both ends."""
    return _CURVE_LIES_AT + (1.0 - 2 * _CURVE_LIES_AT) * heights


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
