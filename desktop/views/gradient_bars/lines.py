"""Named lines over the bars of the flow chart; told apart by dash and name, never by colour.

What theory says has dashes of its own, and a band in the grey of dim text, so thin that the bars
are seen through it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from desktop.display.pictures import FlowLine, FlowPicture
from desktop.painting.batched_shapes import make_polygon
from desktop.painting.polylines import draw_curve
from desktop.painting.text_and_pens import make_brush
from desktop.style.theme import Metrics, Theme
from desktop.views.gradient_bars.bars import Plot
from desktop.views.legend import Entry

F64 = NDArray[np.float64]
Line = tuple[F64, F64]
"""x and y of its points, in pixels."""

_DASHES = ((), (6.0, 3.0), (1.5, 2.5), (7.0, 2.5, 1.5, 2.5), (3.0, 2.0))
"""Of the lines, in line widths; the first one is solid."""


_BOUND_DASHES = (1.0, 3.0)
_BAND = 0.32
"""Opacity of a band: its grey is seen on the ground, and on light and dark bars."""


def list_entries(picture: FlowPicture) -> list[Entry]:
    """The bars, where they have a name, every line, and every theory, for a legend."""
    lines = [Entry(line.name, line.name, dashes_of(i)) for i, line in enumerate(picture.lines)]
    bars = [Entry(picture.bar_name, picture.bar_name, None)] if picture.bar_name else []
    theories = [
        Entry(each.name, each.name, _dashes_of_theory(i, picture))
        for i, each in enumerate(picture.theories)
    ]
    return [*bars, *lines, *theories]


def find_lines(picture: FlowPicture, plot: Plot, hidden: frozenset[str]) -> list[Line]:
    """The points of every line that is drawn."""
    found = [_points(each, picture, plot) for each in picture.lines if each.name not in hidden]
    found += [
        _all_points(each.places, plot) for each in picture.theories if each.name not in hidden
    ]
    return [(x, y) for x, y in found if len(x)]


def lift_over_lines(lines: Sequence[Line], room: QRectF, pad: float) -> None:
    """Move a number's room up until no line runs through it."""
    for _ in lines:
        crossing = [(x, y) for x, y in lines if _crosses(room, x, y)]
        if not crossing:
            return
        places = np.linspace(room.left(), room.right(), 5)
        tops = [float(np.interp(places, x, y).min()) for x, y in crossing]
        room.moveBottom(min(tops) - pad)


def draw_lines(
    painter: QPainter,
    picture: FlowPicture,
    plot: Plot,
    theme: Theme,
    metrics: Metrics,
    hidden: frozenset[str] = frozenset(),
) -> None:
    """Draw every line but the hidden ones with a casing."""
    for index, line in enumerate(picture.lines):
        x, y = _points(line, picture, plot)
        if not len(x) or line.name in hidden:
            continue
        draw_curve(painter, x, y, theme.ground, 2.2 * metrics.curve)
        draw_curve(painter, x, y, theme.text, 0.9 * metrics.curve, dashes_of(index))


def draw_theories(
    painter: QPainter,
    picture: FlowPicture,
    plot: Plot,
    theme: Theme,
    metrics: Metrics,
    hidden: frozenset[str] = frozenset(),
) -> None:
    """Draw what theory says of all places, whether the pass has been there or not."""
    for theory in picture.theories:
        if theory.low is not None and theory.high is not None and theory.name not in hidden:
            x, low = _all_points(theory.low, plot)
            _, high = _all_points(theory.high, plot)
            if len(x) == len(high) > 1:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(make_brush(theme.dim, _BAND))
                around = make_polygon(np.append(x, x[::-1]), np.append(low, high[::-1]))
                painter.drawPolygon(around)
                for edge in (low, high):
                    draw_curve(painter, x, edge, theme.dim, metrics.outline)
    for index, theory in enumerate(picture.theories):
        x, y = _all_points(theory.places, plot)
        if not len(x) or theory.name in hidden:
            continue
        draw_curve(painter, x, y, theme.ground, 2.4 * metrics.curve)
        dashes = _dashes_of_theory(index, picture)
        draw_curve(painter, x, y, theme.text, metrics.curve, dashes)


def _dashes_of_theory(index: int, picture: FlowPicture) -> tuple[float, ...]:
    """Never solid, and other than those of the lines that are measured."""
    if picture.theories[index].is_bound:
        return _BOUND_DASHES
    return dashes_of(max(1, len(picture.lines)) + index)


def dashes_of(index: int) -> tuple[float, ...]:
    """The dash that tells a line from the others, in line widths."""
    return _DASHES[index % len(_DASHES)]


def _points(line: FlowLine, picture: FlowPicture, plot: Plot) -> tuple[F64, F64]:
    """The part that is reached and has a place, at most about one point a pixel."""
    places, playhead = line.places, picture.playhead
    first, last = plot.stations.visible(2.0)
    first = max(first, 0)
    time_steps = first + np.flatnonzero(np.isfinite(places[first : last + 1]))
    if not line.is_of_forward and playhead.phase in ("forward", "loss"):
        time_steps = time_steps[:0]
    elif not line.is_of_forward and not playhead.at_end():
        time_steps = time_steps[time_steps >= playhead.x() - 1e-9]
    if not len(time_steps):
        return np.zeros(0), np.zeros(0)
    every = max(1, int(1.0 / max(plot.stations.pitch, 1e-6)))
    if every > 1:
        time_steps = np.append(time_steps[:-1:every], time_steps[-1])
    return plot.stations.x[time_steps], plot.heights(places[time_steps])


def _all_points(places: F64, plot: Plot) -> tuple[F64, F64]:
    """All that is seen and has a place, above the base and under it, about one point a pixel."""
    first, last = plot.stations.visible(2.0)
    first = max(first, 0)
    seen = first + np.flatnonzero(np.isfinite(places[first : last + 1]))
    if not len(seen):
        return np.zeros(0), np.zeros(0)
    every = max(1, int(1.0 / max(plot.stations.pitch, 1e-6)))
    if every > 1:
        seen = np.append(seen[:-1:every], seen[-1])
    axis = plot.axis
    shares = (places[seen] - axis.low) / (axis.high - axis.low)
    return plot.stations.x[seen], plot.base - shares * (plot.base - plot.top)


def _crosses(room: QRectF, x: F64, y: F64) -> bool:
    """Whether a line runs through a room."""
    left, right = max(room.left(), float(x[0])), min(room.right(), float(x[-1]))
    if left > right:
        return False
    inside = y[np.searchsorted(x, left) : np.searchsorted(x, right, "right")]
    heights = np.append(inside, np.interp((left, right), x, y))
    # It is continuous: it misses the room only where all of it lies above, or all below.
    return bool(heights.max() > room.top() - 2 and heights.min() < room.bottom() + 2)
