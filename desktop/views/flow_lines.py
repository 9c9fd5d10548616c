"""Named lines over the bars of the flow chart; told apart by dash and name, never by colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from desktop.display.picture import FlowPicture
from desktop.theme import Metrics, Theme
from desktop.views.bars import Plot
from desktop.views.pens import MEDIUM, draw_text, make_colour, text_width

F64 = NDArray[np.float64]

_DASHES = ((), (6.0, 3.0), (1.5, 2.5), (7.0, 2.5, 1.5, 2.5), (3.0, 2.0))
"""Of the lines, in line widths; the first one is solid."""
_PLACES = (0.5, 0.64, 0.36, 0.78, 0.22, 0.06, 0.88)
"""Where along a line its name may stand."""


def draw_flow_lines(
    painter: QPainter, picture: FlowPicture, plot: Plot, theme: Theme, metrics: Metrics
) -> None:
    """Draw every line with a casing, then every name where it has room."""
    taken = _find_headline(picture, plot, metrics)
    drawn = []
    for index, line in enumerate(picture.lines):
        x, y = _points(line.places, picture, plot)
        if not len(x):
            continue
        path = QPolygonF([QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width, is_line in ((theme.ground, 2.2, False), (theme.text, 0.9, True)):
            pen = QPen(make_colour(colour), width * metrics.curve)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            dashes = _DASHES[index % len(_DASHES)]
            if is_line and dashes:
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                pen.setDashPattern(list(dashes))
            painter.setPen(pen)
            painter.drawPolyline(path)
        drawn.append((line.name, x, y))
    for name, x, y in drawn:
        _name_line(painter, name, x, y, plot, theme, metrics, taken)


def _find_headline(picture: FlowPicture, plot: Plot, metrics: Metrics) -> list[QRectF]:
    """About where the one large number stands: no name may lie there."""
    t = picture.headline_layer
    if t is None or not picture.headline:
        return []
    wide, big = text_width(picture.headline, 1.15 * metrics.label), 1.15 * metrics.label
    x, y = plot.stations.at(t), plot.top_of(picture, t)
    return [QRectF(x - wide, y - 2.6 * big, 2 * wide + 4 * metrics.label, 2.6 * big)]


def _points(places: F64, picture: FlowPicture, plot: Plot) -> tuple[F64, F64]:
    """The part that is reached and has a place, at most about one point a pixel."""
    steps = np.flatnonzero(np.isfinite(places))
    steps = np.array([t for t in steps.tolist() if picture.playhead.has_reached(t)], int)
    if not len(steps):
        return np.zeros(0), np.zeros(0)
    every = max(1, int(1.0 / max(plot.stations.pitch, 1e-6)))
    steps = np.unique(np.append(steps[::every], steps[-1]))
    heights = plot.foot - (places[steps] - plot.axis.low) / (plot.axis.high - plot.axis.low) * (
        plot.foot - plot.top
    )
    return plot.stations.x[steps], np.minimum(heights, plot.foot)


def _name_line(
    painter: QPainter,
    name: str,
    x: F64,
    y: F64,
    plot: Plot,
    theme: Theme,
    metrics: Metrics,
    taken: list[QRectF],
) -> None:
    width = text_width(name, metrics.tick, MEDIUM)
    for share in _PLACES:
        left = float(x[0]) + share * float(x[-1] - x[0])
        right = left + width
        if right > plot.stations.right:
            break
        inside = y[(x >= left - 4) & (x <= right + 4)]
        if not len(inside):
            inside = y[:1]
        bottom = float(inside.min()) - 0.35 * metrics.tick
        room = QRectF(left - 4, bottom - 1.1 * metrics.tick, width + 8, 1.25 * metrics.tick)
        if room.top() < plot.top - 1.9 * metrics.label or any(room.intersects(o) for o in taken):
            continue
        taken.append(room)
        draw_text(
            painter,
            left,
            bottom,
            name,
            metrics.tick,
            theme.text,
            vertical="bottom",
            weight=MEDIUM,
            casing=theme.ground,
        )
        return
