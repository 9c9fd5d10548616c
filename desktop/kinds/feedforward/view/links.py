"""The links between the columns: lit ones by what they carry, the others barely there.

Links dominate the time of painting, so both states are painted once into pixmaps and
the playhead only moves the border between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.display.pictures import DiagramPicture
from desktop.kinds.feedforward.view.columns import Columns
from desktop.painting.batched_shapes import draw_lines
from desktop.painting.pixmap_cache import Kept
from desktop.painting.text_and_pens import is_screen, make_pen
from desktop.style.theme import Theme, strength_colour
from desktop.views.layout import Stations

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

    def layers(self) -> range:
        """Those into which links are seen."""
        return range(max(1, self.columns.first), self.columns.last + 1)

    @property
    def has_links(self) -> bool:
        """Whether the strength of every link was recorded."""
        picture = self.picture
        return picture.has_measure and len(picture.link_strengths) == picture.depth


class Links:
    """The links of one pass, kept lit and not lit."""

    def __init__(self) -> None:
        self._lit = Kept()
        self._unlit = Kept()

    def draw(self, painter: QPainter, mesh: Mesh, room: QRectF, border: float) -> None:
        """Draw all links, those right of the border lit.

        Args:
            painter: where to.
            mesh: what they join.
            room: what they may cover.
            border: x from which on they are lit.
        """
        if not is_screen(painter):
            for layer in mesh.layers():
                is_lit = mesh.stations.at(layer - 0.5) >= border and mesh.has_links
                _draw_layer(painter, mesh, layer, is_lit)
            return
        look = (mesh.columns, mesh.theme, mesh.width)
        strengths = mesh.picture.link_strengths.tobytes()
        cut = min(max(border, room.left()), room.right())
        if cut > room.left():
            painter.save()
            painter.setClipRect(QRectF(room.topLeft(), QPointF(cut, room.bottom())))
            self._unlit.draw(painter, room, look, lambda onto: _draw_all(onto, mesh, False))
            painter.restore()
        if cut < room.right():
            painter.save()
            painter.setClipRect(QRectF(QPointF(cut, room.top()), room.bottomRight()))
            key = (*look, mesh.has_links, strengths)
            self._lit.draw(painter, room, key, lambda onto: _draw_all(onto, mesh, mesh.has_links))
            painter.restore()


def _draw_all(painter: QPainter, mesh: Mesh, is_lit: bool) -> None:
    for layer in mesh.layers():
        _draw_layer(painter, mesh, layer, is_lit)


def _draw_layer(painter: QPainter, mesh: Mesh, layer: int, is_lit: bool) -> None:
    columns, theme, width = mesh.columns, mesh.theme, mesh.width
    lines = lay_lines(columns, mesh.stations, layer)
    if not len(lines):
        return
    if not is_lit:
        painter.setPen(make_pen(theme.link, width, alpha=0.55))
        draw_lines(painter, lines)
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
        draw_lines(painter, lines[order[start:stop]])


def lay_lines(columns: Columns, stations: Stations, layer: int) -> F64:
    """(above · below, 4) ends x1, y1, x2, y2 of the links into a layer from the one below it."""
    upper, lower = columns.ys[layer], columns.ys[layer - 1]
    lines = np.empty((len(upper), len(lower), 4))
    lines[..., 0] = stations.at(layer - 1) + columns.radius
    lines[..., 1] = lower[None, :]
    lines[..., 2] = stations.at(layer) - columns.radius
    lines[..., 3] = upper[:, None]
    return lines.reshape(-1, 4)
