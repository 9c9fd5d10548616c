"""Between the columns, beside single links: faint bands, and the way to the loss."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.display.pictures import DiagramPicture
from desktop.kinds.feedforward.view.columns import Columns
from desktop.kinds.feedforward.view.links import lay_lines
from desktop.painting.batched_shapes import draw_lines, fill_columns
from desktop.painting.pixmap_cache import Kept
from desktop.painting.text_and_pens import is_vector, make_colour, make_pen
from desktop.style.theme import Theme, strength_colour
from desktop.views.layout import Stations
from desktop.views.view import Place

_OPACITY = 0.2
"""Of the band for all links of a layer."""


def draw_roads(
    painter: QPainter,
    picture: DiagramPicture,
    columns: Columns,
    place: Place,
    theme: Theme,
    border: float,
    input_lines: Kept,
) -> None:
    """Between columns that stand close, one faint band for all links of a layer."""
    if columns.first == 0:
        left, right = place.stations.at(0), place.stations.at(1)
        room = QRectF(left, columns.top, right - left, columns.bottom - columns.top)
        key = (columns, theme, place.metrics.outline)
        input_lines.draw(
            painter, room, key, lambda onto: _draw_input_lines(onto, columns, place, theme)
        )
    layers = np.arange(max(2, columns.first + 1), columns.last + 1)
    layers = layers[[len(columns.ys[layer]) > 0 for layer in layers.tolist()]]
    if not len(layers):
        return
    x, heights = place.stations.x, [columns.ys[layer] for layer in layers.tolist()]
    tops = np.array([float(ys[0]) for ys in heights])
    talls = np.maximum([float(ys[-1] - ys[0]) for ys in heights], 1.0)
    rooms = np.column_stack((x[layers - 1], tops, x[layers] - x[layers - 1], talls))
    strengths = picture.branch_strengths[layers - 1]
    lit = np.where(rooms[:, 0] >= border, strengths, np.nan)
    if is_vector(painter):
        for room, strength in zip(rooms.tolist(), np.round(lit, 1).tolist(), strict=True):
            colour = theme.link if math.isnan(strength) else strength_colour(theme, strength)
            painter.fillRect(QRectF(*room), make_colour(colour, _OPACITY))
        return
    rooms[:, 2:] += rooms[:, :2]
    fill_columns(painter, theme, np.round(rooms).astype(np.int64), lit, _OPACITY)


def _draw_input_lines(painter: QPainter, columns: Columns, place: Place, theme: Theme) -> None:
    """The inputs stand apart from the first layer, so their links are lines."""
    painter.setPen(make_pen(theme.link, place.metrics.outline, alpha=0.7))
    draw_lines(painter, lay_lines(columns, place.stations, 1))


def draw_head(
    painter: QPainter,
    picture: DiagramPicture,
    columns: Columns,
    stations: Stations,
    theme: Theme,
    box_left: float,
    width: float,
    is_lit: bool,
) -> None:
    """The links from the last layer to the loss, coloured by the unit they come to."""
    depth = picture.depth
    if columns.last < depth:
        return
    middle = (columns.top + columns.bottom) / 2
    start_x = stations.at(depth) + columns.radius
    for unit, y in zip(columns.rows[depth].tolist(), columns.ys[depth].tolist(), strict=True):
        strength = float(picture.unit_strengths[depth, unit])
        if is_lit and not np.isnan(strength):
            pen = make_pen(strength_colour(theme, round(strength, 1)), width, alpha=0.6)
        else:
            pen = make_pen(theme.link, width, alpha=0.8)
        painter.setPen(pen)
        painter.drawLine(QPointF(start_x, y), QPointF(box_left, middle + (y - middle) * 0.12))
