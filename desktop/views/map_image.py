"""A heat map as pyqtgraph's image: the cells that are seen, one byte each, and a colour table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from desktop.painting.heat_map import colour_table
from desktop.painting.text_and_pens import is_vector
from desktop.style.theme import Theme

U8 = NDArray[np.uint8]
_MOST_TIMES = 16
"""How much larger than its cells the image of a file is at most."""


class MapImage(pg.ImageItem):  # type: ignore[misc]
    """An image whose cells keep their edges, also in files that viewers smooth."""

    def __init__(self, *, is_kept: bool) -> None:
        super().__init__(axisOrder="row-major")
        if is_kept:
            self.setCacheMode(self.CacheMode.DeviceCoordinateCache)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the levels."""
        table = np.array(colour_table(theme), np.uint32)
        channels = [(table >> shift) & 255 for shift in (16, 8, 0, 24)]
        self.setLookupTable(np.stack(channels, axis=1).astype(np.uint8), update=False)

    def show_cells(self, levels: U8, room: QRectF) -> None:
        """Show (rows, columns) levels in a part of the axes; the first row is the topmost."""
        self.setImage(np.ascontiguousarray(levels[::-1]), autoLevels=False, levels=None)
        self.setRect(room)

    def paint(self, painter: QPainter, *args: Any) -> None:
        """Paint without smoothing; for files enlarged by whole numbers."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        if not is_vector(painter):
            super().paint(painter, *args)
            return
        if self._renderRequired:
            self.render()
        image: QImage | None = self.qimage
        if image is None:
            return
        cells = QRectF(0, 0, image.width(), image.height())
        # Of the scene, not of the device: a page has a hundred times as many dots.
        area = self.sceneTransform().mapRect(cells)
        across = min(_MOST_TIMES, max(1, int(4 * area.width() / image.width())))
        down = min(_MOST_TIMES, max(1, int(4 * area.height() / image.height())))
        plain = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        large = plain.scaled(
            image.width() * across,
            image.height() * down,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.FastTransformation,
        )
        # Upright and in pixels of the scene: some viewers lose mirrored images.
        to_data, is_possible = self.sceneTransform().inverted()
        if is_possible:
            painter.setWorldTransform(to_data * painter.worldTransform())
            painter.drawImage(area, large.transformed(QTransform.fromScale(1.0, -1.0)))
