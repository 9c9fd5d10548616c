"""Between the columns, beside single links: faint bands, the pulse, and the way to the loss."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QLinearGradient, QPainter

from desktop.display.picture import DiagramPicture
from desktop.theme import Theme, strength_colour
from desktop.views.columns import Columns
from desktop.views.drawing import Place
from desktop.views.pens import is_vector, make_colour, make_pen
from desktop.views.stations import Stations


def draw_roads(
    painter: QPainter,
    picture: DiagramPicture,
    columns: Columns,
    place: Place,
    theme: Theme,
    border: float,
) -> None:
    """Between columns that stand close, one faint band for all links of a layer."""
    _draw_input_lines(painter, columns, place, theme)
    for layer in range(2, picture.depth + 1):
        left, right = place.stations.at(layer - 1), place.stations.at(layer)
        strength = float(picture.branch_strengths[layer - 1])
        is_lit = left >= border and not math.isnan(strength)
        colour = strength_colour(theme, round(strength, 1)) if is_lit else theme.link
        ys = columns.ys[layer]
        room = QRectF(left, float(ys[0]), right - left, max(1.0, float(ys[-1] - ys[0])))
        painter.fillRect(room, make_colour(colour, 0.2))


def _draw_input_lines(painter: QPainter, columns: Columns, place: Place, theme: Theme) -> None:
    """The inputs stand apart from the first layer, so their links are lines."""
    painter.setPen(make_pen(theme.link, place.metrics.outline, alpha=0.7))
    start = place.stations.at(0) + columns.radius
    stop = place.stations.at(1) - columns.radius
    for below in columns.ys[0].tolist():
        for above in columns.ys[1].tolist():
            painter.drawLine(QPointF(start, below), QPointF(stop, above))


def draw_pulse(
    painter: QPainter,
    picture: DiagramPicture,
    columns: Columns,
    place: Place,
    theme: Theme,
) -> None:
    """Light on the link that is being crossed."""
    playhead = picture.playhead
    if playhead.at_end() or not playhead.is_crossing() or is_vector(painter):
        return
    if playhead.phase == "forward":
        colour = theme.dim
    else:
        layer = min(picture.depth, playhead.layer_at())
        strength = float(picture.layer_strengths[layer])
        if math.isnan(strength):
            return
        colour = strength_colour(theme, round(strength, 1))
    x, reach = place.stations.at(playhead.x()), 0.42 * place.stations.pitch
    gradient = QLinearGradient(x - reach, 0, x + reach, 0)
    for share, alpha in ((0.0, 0.0), (0.5, 0.38), (1.0, 0.0)):
        gradient.setColorAt(share, make_colour(colour, alpha))
    painter.fillRect(
        QRectF(x - reach, columns.top, 2 * reach, columns.bottom - columns.top), gradient
    )


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
