"""Named lines over the bars of the flow chart; told apart by dash and name, never by colour."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from desktop.display.picture import FlowLine, FlowPicture
from desktop.theme import Metrics, Theme
from desktop.views.bars import Plot
from desktop.views.pens import MEDIUM, draw_text, make_dashes, make_pen, text_width

F64 = NDArray[np.float64]

_DASHES = ((), (6.0, 3.0), (1.5, 2.5), (7.0, 2.5, 1.5, 2.5), (3.0, 2.0))
"""Of the lines, in line widths; the first one is solid."""
_PLACES = tuple(0.5 + sign * 0.03 * place for place in range(16) for sign in (1, -1))
"""Where along a line its name may stand."""


def draw_flow_lines(
    painter: QPainter, picture: FlowPicture, plot: Plot, theme: Theme, metrics: Metrics
) -> None:
    """Draw every line with a casing, then every name where it has room."""
    if not picture.lines:
        return
    taken = _find_numbers(picture, plot, metrics)
    drawn = draw_lines(painter, picture, plot, theme, metrics)
    for index, (name, x, y) in enumerate(drawn):
        others = [(a, b) for i, (_, a, b) in enumerate(drawn) if i != index]
        _name_line(painter, name, x, y, others, picture, plot, theme, metrics, taken)


def top_of_lines(picture: FlowPicture, plot: Plot, left: float, right: float) -> float:
    """The height of the uppermost line between two places; infinite without one."""
    top = math.inf
    for line in picture.lines:
        x, y = _points(line, picture, plot)
        if len(x) and x[0] <= right and x[-1] >= left:
            places = np.linspace(max(left, float(x[0])), min(right, float(x[-1])), 5)
            top = min(top, float(np.interp(places, x, y).min()))
    return top


def draw_lines(
    painter: QPainter, picture: FlowPicture, plot: Plot, theme: Theme, metrics: Metrics
) -> list[tuple[str, F64, F64]]:
    """Draw every line with a casing; return those that were drawn, with their points."""
    drawn = []
    for index, line in enumerate(picture.lines):
        x, y = _points(line, picture, plot)
        if not len(x):
            continue
        path = QPolygonF([QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (
            make_pen(theme.ground, 2.2 * metrics.curve),
            make_line_pen(index, theme.text, 0.9 * metrics.curve),
        ):
            painter.setPen(pen)
            painter.drawPolyline(path)
        drawn.append((line.name, x, y))
    return drawn


def make_line_pen(index: int, colour: str, width: float) -> QPen:
    """The dash that tells a line from the others."""
    dashes = _DASHES[index % len(_DASHES)]
    if not dashes:
        return make_pen(colour, width)
    return make_dashes(colour, width, tuple(width * length for length in dashes))


def _find_numbers(picture: FlowPicture, plot: Plot, metrics: Metrics) -> list[QRectF]:
    """About where the large number and the factors stand: no name may lie there."""
    found = []
    big = 1.15 * metrics.label
    for t in range(1, picture.depth + 1):
        text, pixels = picture.factors[t] or "", metrics.tick
        if t == picture.headline_layer and picture.headline:
            text, pixels = picture.headline, 1.4 * big
        if text:
            wide = text_width(text, pixels) / 2 + 4
            x, y = plot.stations.at(t), plot.top_of(picture, t)
            found.append(QRectF(x - wide, y - 2.2 * pixels, 2 * wide, 2.3 * pixels))
    return found


def _points(line: FlowLine, picture: FlowPicture, plot: Plot) -> tuple[F64, F64]:
    """The part that is reached and has a place, at most about one point a pixel."""
    places, playhead = line.places, picture.playhead
    time_steps = np.flatnonzero(np.isfinite(places))
    if not line.is_of_forward and playhead.phase in ("forward", "loss"):
        time_steps = time_steps[:0]
    elif not line.is_of_forward and not playhead.at_end():
        time_steps = time_steps[time_steps >= playhead.x() - 1e-9]
    if not len(time_steps):
        return np.zeros(0), np.zeros(0)
    every = max(1, int(1.0 / max(plot.stations.pitch, 1e-6)))
    time_steps = np.unique(np.append(time_steps[::every], time_steps[-1]))
    return plot.stations.x[time_steps], plot.heights(places[time_steps])


def _name_line(
    painter: QPainter,
    name: str,
    x: F64,
    y: F64,
    others: list[tuple[F64, F64]],
    picture: FlowPicture,
    plot: Plot,
    theme: Theme,
    metrics: Metrics,
    taken: list[QRectF],
) -> None:
    """Write a name over its line, or under it, where it touches no other, and best no bar."""
    wide, tall = text_width(name, metrics.tick, MEDIUM), 1.2 * metrics.tick
    rooms = []
    for share in _PLACES:
        left = float(x[0]) + share * float(x[-1] - x[0])
        near = y[(x >= left - 4) & (x <= left + wide + 4)]
        if not len(near) or left + wide > plot.stations.right:
            continue
        for top in (float(near.min()) - 1.25 * tall, float(near.max()) + 0.25 * tall):
            room = QRectF(left - 3, top, wide + 6, tall)
            is_inside = plot.top - 1.9 * metrics.label < top and room.bottom() < plot.foot
            if is_inside:
                rooms.append(room)
    rooms = [r for r in rooms if not any(r.intersects(other) for other in taken)] or rooms[:1]
    if not rooms:
        return
    clear = [r for r in rooms if not any(_crosses(r, *line) for line in others)] or rooms[:1]
    room = next((r for r in clear if not _lies_on_bars(r, picture, plot)), clear[0])
    taken.append(room)
    draw_text(
        painter,
        room.left() + 3,
        room.center().y(),
        name,
        metrics.tick,
        theme.text,
        weight=MEDIUM,
        casing=theme.ground,
    )


def _lies_on_bars(room: QRectF, picture: FlowPicture, plot: Plot) -> bool:
    first, last = (plot.stations.nearest(x) for x in (room.left(), room.right()))
    places = range(max(1, first), min(last, picture.depth) + 1)
    return any(plot.top_of(picture, t) < room.bottom() for t in places)


def _crosses(room: QRectF, x: F64, y: F64) -> bool:
    """Whether a line runs through a room."""
    places = np.linspace(room.left(), room.right(), 7)
    inside = (places >= x[0]) & (places <= x[-1])
    heights = np.interp(places[inside], x, y)
    return bool(np.any((heights > room.top() - 2) & (heights < room.bottom() + 2)))
