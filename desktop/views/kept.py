"""Parts of a view that seldom change: painted once into a pixmap, on screen and only there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from desktop.views.pens import is_screen


class Kept:
    """One part of a view; on a page it is painted anew, so that text stays text."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] | None = None
        self._pixmap = QPixmap()

    def draw(
        self,
        painter: QPainter,
        room: QRectF,
        key: tuple[object, ...],
        paint: Callable[[QPainter], None],
    ) -> None:
        """Draw what `paint` draws.

        Args:
            painter: where to.
            room: nothing is painted outside it.
            key: all that the part depends on; it is painted anew when any of it differs.
            paint: draws the part.
        """
        if not is_screen(painter):
            paint(painter)
            return
        to_device = painter.deviceTransform()
        device_room = to_device.mapRect(room).toAlignedRect()
        from_device, _ = to_device.inverted()
        corner = from_device.map(QPointF(device_room.topLeft()))
        ratio = to_device.m11()
        key = (*key, corner.x(), corner.y(), device_room.width(), device_room.height(), ratio)
        if key != self._key:
            self._key = key
            self._pixmap = QPixmap(device_room.size())
            self._pixmap.setDevicePixelRatio(ratio)
            self._pixmap.fill(Qt.GlobalColor.transparent)
            onto = QPainter(self._pixmap)
            onto.setRenderHints(painter.renderHints())
            onto.translate(-corner)
            paint(onto)
            onto.end()
        painter.drawPixmap(corner, self._pixmap)
