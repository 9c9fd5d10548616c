"""The links between the columns: lit ones by what they carry, the others barely there.

Links dominate the time of painting, so both states are painted once into pixmaps and
the playhead only moves the border between them.
"""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """What the links of a pass join, and how they are drawn."""

    picture: DiagramPicture
    """The strengths."""
    columns: Columns
    """The heights of the nodes."""
    stations: Stations
    """Their places on the x axis."""
    theme: Theme
    width: float
    """Of a line in pixels."""

    @property
    def has_links(self) -> bool:
        """Whether the strength of every link was recorded."""
        picture = self.picture
        return picture.has_measure and len(picture.link_strengths) == picture.depth


class Links:
    """The links of one pass, cached for the room they were last drawn in."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._lit = QPixmap()
        self._unlit = QPixmap()

    def draw(self, painter: QPainter, mesh: Mesh, room: QRectF, border: float) -> None:
        """Draw all links, those right of the border lit.

        Args:
            painter: where to.
            mesh: what they join.
            room: what they may cover.
            border: x from which on they are lit.
        """
        if is_vector(painter):
            for layer in range(1, mesh.picture.depth + 1):
                is_lit = mesh.stations.at(layer - 0.5) >= border and mesh.has_links
                _draw_layer(painter, mesh, layer, is_lit)
            return
        self._prepare(painter, mesh, room)
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

    def _prepare(self, painter: QPainter, mesh: Mesh, room: QRectF) -> None:
        ratio, columns = pixel_ratio(painter), mesh.columns
        place = (room.left(), room.top(), room.width(), room.height(), ratio)
        look = (mesh.width, mesh.theme.name)
        shape = (mesh.stations.depth, columns.top, columns.bottom, columns.radius)
        unlit_key = (*place, *look, *shape)
        if self._key[: len(unlit_key)] != unlit_key:
            self._unlit = _paint(mesh, room, ratio, False)
            self._key = unlit_key
        lit_key = (*unlit_key, mesh.picture.link_strengths)
        if len(self._key) < len(lit_key) or self._key[-1] is not mesh.picture.link_strengths:
            self._lit = _paint(mesh, room, ratio, mesh.has_links)
            self._key = lit_key


def _paint(mesh: Mesh, room: QRectF, ratio: float, is_lit: bool) -> QPixmap:
    pixmap = QPixmap(max(1, round(room.width() * ratio)), max(1, round(room.height() * ratio)))
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.setDevicePixelRatio(ratio)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-room.topLeft())
    for layer in range(1, mesh.picture.depth + 1):
        _draw_layer(painter, mesh, layer, is_lit)
    painter.end()
    return pixmap


def _draw_layer(painter: QPainter, mesh: Mesh, layer: int, is_lit: bool) -> None:
    columns, theme, width = mesh.columns, mesh.theme, mesh.width
    lines = lay_lines(columns, mesh.stations, layer)
    if not is_lit:
        painter.setPen(make_pen(theme.link, width, alpha=0.55))
        painter.drawLines([QLineF(*ends) for ends in lines.tolist()])
        return
    above, below = columns.rows[layer], columns.rows[layer - 1]
    strengths = mesh.picture.link_strengths[layer - 1][np.ix_(above, below)].ravel()
    buckets = np.where(np.isnan(strengths), -999, np.round(strengths * _BUCKETS_PER_DECADE)).astype(
        np.int64
    )
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


def lay_lines(columns: Columns, stations: Stations, layer: int) -> F64:
    """(above · below, 4) ends x1, y1, x2, y2 of the links into a layer from the one below it."""
    upper, lower = columns.ys[layer], columns.ys[layer - 1]
    lines = np.empty((len(upper), len(lower), 4))
    lines[..., 0] = stations.at(layer - 1) + columns.radius
    lines[..., 1] = lower[None, :]
    lines[..., 2] = stations.at(layer) - columns.radius
    lines[..., 3] = upper[:, None]
    return lines.reshape(-1, 4)
