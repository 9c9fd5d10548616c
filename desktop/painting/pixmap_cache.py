"""Parts of a view that seldom change: painted once into a pixmap, on screen and only there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from desktop.painting.text_and_pens import is_screen


class Kept:
    """One part of a view; on a page it is painted anew, so that text stays text."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] | None = None
        self._frame: tuple[object, ...] | None = None
        self._is_late = False
        self._pixmap = QPixmap()

    def draw(
        self,
        painter: QPainter,
        room: QRectF,
        key: tuple[object, ...],
        paint: Callable[[QPainter], None],
        *,
        may_wait: bool = False,
    ) -> None:
        """Draw what `paint` draws.

        Args:
            painter: where to.
            room: nothing is painted outside it.
            key: all that the part depends on; it is painted anew when any of it differs.
            paint: draws the part.
            may_wait: whether the old picture may stand once more, so that one drawing need
                not paint this part together with all the others.
        """
        if not is_screen(painter):
            paint(painter)
            return
        to_device = painter.deviceTransform()
        device_room = to_device.mapRect(room).toAlignedRect()
        from_device, _ = to_device.inverted()
        corner = from_device.map(QPointF(device_room.topLeft()))
        ratio = to_device.m11()
        frame = (corner.x(), corner.y(), device_room.width(), device_room.height(), ratio)
        is_old = key != self._key or frame != self._frame
        if is_old and may_wait and frame == self._frame and not self._is_late:
            self._is_late = True
        elif is_old:
            self._key, self._frame, self._is_late = key, frame, False
            self._pixmap = QPixmap(device_room.size())
            self._pixmap.setDevicePixelRatio(ratio)
            self._pixmap.fill(Qt.GlobalColor.transparent)
            onto = QPainter(self._pixmap)
            onto.setRenderHints(painter.renderHints())
            onto.translate(-corner)
            paint(onto)
            onto.end()
        painter.drawPixmap(corner, self._pixmap)
