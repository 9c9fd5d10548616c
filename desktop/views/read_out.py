"""The numbers of what lies under the mouse, in a quiet box beside it."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.painting.text_and_pens import draw_text, make_brush, make_pen, text_width
from desktop.style.theme import Metrics, Theme

_LINE = 1.45
"""From one line of text to the next, in type sizes."""


class ReadOut(pg.GraphicsObject):  # type: ignore[misc]
    """Shown over everything, inside the picture; the first line is strong."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._theme: Theme | None = None
        self._metrics: Metrics | None = None
        self._room = QRectF()
        super().__init__()
        self.setObjectName("read_out")
        self.setZValue(1e4)
        # It moves more often than it changes.
        self.setCacheMode(self.CacheMode.DeviceCoordinateCache)
        self.hide()

    def apply_theme(self, theme: Theme, metrics: Metrics) -> None:
        """Take colours and type."""
        self._theme, self._metrics = theme, metrics
        self.update()

    def say(self, text: str, at: QPointF, picture: QRectF) -> None:
        """Tell lines of text beside a point; without text, be gone."""
        lines = text.split("\n") if text else []
        if lines != self.lines:
            self.lines = lines
            self.update()
        self.setVisible(bool(self.lines))
        if not self.lines or self._metrics is None:
            return
        tick = self._metrics.tick
        wide = max(text_width(line, tick) for line in self.lines) + 1.6 * tick
        tall = (_LINE * len(self.lines) + 0.7) * tick
        room = QRectF(0, 0, wide, tall)
        if room != self._room:
            self.prepareGeometryChange()
            self._room = room
        x = at.x() + 1.2 * tick
        if x + wide > picture.right():
            x = max(at.x() - 1.2 * tick - wide, picture.left())
        y = at.y() - tall - 0.6 * tick
        if y < picture.top():
            y = min(at.y() + 1.2 * tick, picture.bottom() - tall)
        self.setPos(x, y)

    def boundingRect(self) -> QRectF:
        return self._room

    def paint(self, painter: QPainter, *args: Any) -> None:
        """Draw the box and its lines."""
        del args
        theme, metrics = self._theme, self._metrics
        if theme is None or metrics is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(make_brush(theme.raised, 0.96))
        painter.setPen(make_pen(theme.line, metrics.axis))
        painter.drawRoundedRect(self._room.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        tick = metrics.tick
        for index, line in enumerate(self.lines):
            colour = theme.text if index == 0 else theme.dim
            draw_text(painter, 0.8 * tick, (_LINE * index + 1.05) * tick, line, tick, colour)
