"""The links between the columns: lit ones by what they carry, the others barely there.

Links dominate the time of painting, so both states are painted once into pixmaps and
the playhead only moves the border between them.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from desktop.display.picture import DiagramPicture
from desktop.theme import Theme, strength_colour
from desktop.views.columns import Columns
from desktop.views.pens import is_vector, make_pen, pixel_ratio
from desktop.views.stations import Stations

F64 = NDArray[np.float64]

_BUCKETS_PER_DECADE = 3


class Links:
    """The links of one pass, cached for the room they were last drawn in."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._lit = QPixmap()
        self._unlit = QPixmap()

    def draw(
        self,
        painter: QPainter,
        picture: DiagramPicture,
        columns: Columns,
        stations: Stations,
        theme: Theme,
        room: QRectF,
        width: float,
        border: float,
    ) -> None:
        """Draw all links, those right of the border lit.

        Args:
            painter: where to.
            picture: the strengths.
            columns: the heights of the nodes.
            stations: their places on the x axis.
            theme: the colours.
            room: what the links may cover.
            width: of a line in pixels.
            border: x from which on links are lit.
        """
        if is_vector(painter):
            for layer in range(1, picture.depth + 1):
                is_lit = stations.at(layer - 0.5) >= border and _has_links(picture)
                self._draw_layers(painter, picture, columns, stations, theme, width, layer, is_lit)
            return
        self._prepare(painter, picture, columns, stations, theme, room, width)
        ratio = self._lit.devicePixelRatio()
        cut = min(max(border, room.left()), room.right())
        for pixmap, left, right in (
            (self._unlit, room.left(), cut),
            (self._lit, cut, room.right()),
        ):
            if right > left and not pixmap.isNull():
                source = QRectF(
                    (left - room.left()) * ratio, 0, (right - left) * ratio, room.height() * ratio
                )
                painter.drawPixmap(
                    QRectF(left, room.top(), right - left, room.height()), pixmap, source
                )

    def _prepare(
        self,
        painter: QPainter,
        picture: DiagramPicture,
        columns: Columns,
        stations: Stations,
        theme: Theme,
        room: QRectF,
        width: float,
    ) -> None:
        ratio = pixel_ratio(painter)
        place = (room.left(), room.top(), room.width(), room.height(), ratio, width, theme.name)
        shape = (stations.depth, columns.top, columns.bottom, columns.radius)
        unlit_key = (*place, *shape)
        if self._key[: len(unlit_key)] != unlit_key:
            self._unlit = self._paint(picture, columns, stations, theme, room, width, ratio, False)
            self._key = unlit_key
        lit_key = (*unlit_key, picture.link_strengths)
        if len(self._key) < len(lit_key) or self._key[-1] is not picture.link_strengths:
            self._lit = self._paint(
                picture, columns, stations, theme, room, width, ratio, _has_links(picture)
            )
            self._key = lit_key

    def _paint(
        self,
        picture: DiagramPicture,
        columns: Columns,
        stations: Stations,
        theme: Theme,
        room: QRectF,
        width: float,
        ratio: float,
        is_lit: bool,
    ) -> QPixmap:
        pixmap = QPixmap(max(1, round(room.width() * ratio)), max(1, round(room.height() * ratio)))
        pixmap.fill(Qt.GlobalColor.transparent)
        pixmap.setDevicePixelRatio(ratio)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-room.topLeft())
        for layer in range(1, picture.depth + 1):
            self._draw_layers(painter, picture, columns, stations, theme, width, layer, is_lit)
        painter.end()
        return pixmap

    def _draw_layers(
        self,
        painter: QPainter,
        picture: DiagramPicture,
        columns: Columns,
        stations: Stations,
        theme: Theme,
        width: float,
        layer: int,
        is_lit: bool,
    ) -> None:
        lines = lay_lines(columns, stations, layer)
        if not is_lit:
            painter.setPen(make_pen(theme.link, width, alpha=0.55))
            painter.drawLines([QLineF(*ends) for ends in lines.tolist()])
            return
        above, below = columns.rows[layer], columns.rows[layer - 1]
        strengths = picture.link_strengths[layer - 1][np.ix_(above, below)].ravel()
        buckets = np.where(
            np.isnan(strengths), -999, np.round(strengths * _BUCKETS_PER_DECADE)
        ).astype(np.int64)
        order = np.argsort(buckets, kind="stable")
        edges = np.flatnonzero(np.diff(buckets[order])) + 1
        for start, stop in pairwise((0, *edges.tolist(), len(order))):
            bucket = int(buckets[order[start]])
            if bucket == -999:
                pen = make_pen(theme.link, width, alpha=0.55)
            else:
                strength = bucket / _BUCKETS_PER_DECADE
                alpha = min(0.75, max(0.16, 0.62 + strength / 9.0))
                pen = make_pen(strength_colour(theme, strength), width, alpha=alpha)
            painter.setPen(pen)
            painter.drawLines([QLineF(*ends) for ends in lines[order[start:stop]].tolist()])


def _has_links(picture: DiagramPicture) -> bool:
    return picture.has_measure and len(picture.link_strengths) == picture.depth


def lay_lines(columns: Columns, stations: Stations, layer: int) -> F64:
    """(above · below, 4) ends x1, y1, x2, y2 of the links into a layer from the one below it."""
    upper, lower = columns.ys[layer], columns.ys[layer - 1]
    lines = np.empty((len(upper), len(lower), 4))
    lines[..., 0] = stations.at(layer - 1) + columns.radius
    lines[..., 1] = lower[None, :]
    lines[..., 2] = stations.at(layer) - columns.radius
    lines[..., 3] = upper[:, None]
    return lines.reshape(-1, 4)
