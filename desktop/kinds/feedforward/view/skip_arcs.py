"""Skip connections over the diagram: active ones as wide as their gradient, others dashed."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from desktop.display.pictures import Arc, DiagramPicture
from desktop.painting.node_marks import size_of
from desktop.painting.text_and_pens import make_dashes, make_pen
from desktop.style.theme import Metrics, Theme, strength_colour
from desktop.views.layout import Stations

_LEAST_SPAN = 5.0
"""Pixels: shorter arcs would be a smear, so they become one road above the columns."""


def draw_arcs(
    painter: QPainter,
    picture: DiagramPicture,
    stations: Stations,
    theme: Theme,
    metrics: Metrics,
    base: float,
    head: float,
) -> None:
    """Draw all arcs between the heights `base` (the columns) and `head`."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    has_room = stations.pitch >= 1.2 * metrics.label
    for arc in picture.arcs:
        if not (arc.is_active or has_room):
            continue
        if stations.at(arc.end) < stations.left or stations.at(arc.source) > stations.right:
            continue
        is_lit = picture.playhead.has_reached(arc.source) and not math.isnan(arc.strength)
        if stations.at(arc.end) - stations.at(arc.source) < _LEAST_SPAN:
            _draw_road(painter, arc, stations, theme, metrics, base, is_lit)
            continue
        path = trace_arc(arc, stations, base, head)
        if not arc.is_active:
            dashes = (3.0 * metrics.outline, 3.5 * metrics.outline)
            painter.setPen(make_dashes(theme.dim, metrics.outline, dashes, alpha=0.55))
        elif is_lit:
            strength = round(arc.strength, 1)
            width = 2.2 * metrics.curve * size_of(strength)
            if not theme.is_dark or strength < -3:
                painter.setPen(make_pen(theme.dim, width + 1.4 * metrics.outline))
                painter.drawPath(path)
            painter.setPen(make_pen(strength_colour(theme, strength), width))
        else:
            painter.setPen(make_pen(theme.dim, 0.8 * metrics.curve))
        painter.drawPath(path)


def _draw_road(
    painter: QPainter,
    arc: Arc,
    stations: Stations,
    theme: Theme,
    metrics: Metrics,
    base: float,
    is_lit: bool,
) -> None:
    y = base - 0.35 * metrics.label
    if is_lit:
        strength = round(arc.strength, 1)
        colour = strength_colour(theme, strength)
        painter.setPen(make_pen(colour, 2.2 * metrics.curve * size_of(strength)))
    elif arc.is_active:
        painter.setPen(make_pen(theme.dim, 0.8 * metrics.curve))
    else:
        return
    painter.drawLine(QPointF(stations.at(arc.source), y), QPointF(stations.at(arc.end), y))


def trace_arc(arc: Arc, stations: Stations, base: float, head: float) -> QPainterPath:
    """The line of an arc: up from its source, over the columns, down to its end."""
    left, right = stations.at(arc.source), stations.at(arc.end)
    inset = min(0.06 * stations.pitch, 4.0)
    left, right = left + inset, right - inset
    rise = min(base - head, 0.62 * (right - left))
    bend = 0.3 * (right - left)
    path = QPainterPath(QPointF(left, base))
    path.cubicTo(
        QPointF(left + 0.25 * bend, base - 1.33 * rise),
        QPointF(right - 0.25 * bend, base - 1.33 * rise),
        QPointF(right, base),
    )
    return path


def find_arc(
    point: QPointF, picture: DiagramPicture, stations: Stations, base: float, head: float
) -> Arc | None:
    """The arc nearest to a point, if it is near enough to be meant."""
    if not head - 8 <= point.y() <= base + 2:
        return None
    best, distance = None, 9.0
    for arc in picture.arcs:
        left, right = stations.at(arc.source), stations.at(arc.end)
        if not left - 6 <= point.x() <= right + 6 or right - left < _LEAST_SPAN:
            continue
        path = trace_arc(arc, stations, base, head)
        for share in range(21):
            at = path.pointAtPercent(share / 20)
            apart = math.hypot(at.x() - point.x(), at.y() - point.y())
            if apart < distance:
                best, distance = arc, apart
    return best
