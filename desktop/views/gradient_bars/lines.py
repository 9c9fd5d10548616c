"""Named lines over the bars of the flow chart; told apart by dash and name, never by colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from desktop.display.pictures import FlowLine, FlowPicture
from desktop.painting.polylines import draw_curve
from desktop.painting.text_and_pens import MEDIUM, draw_text, text_width
from desktop.style.theme import Metrics, Theme
from desktop.views.gradient_bars.bars import Plot
from desktop.views.gradient_bars.factors import factor_room, list_factors

F64 = NDArray[np.float64]
Line = tuple[F64, F64]
"""x and y of its points, in pixels."""

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
    drawn = draw_lines(painter, picture, plot, theme, metrics)
    taken = _find_numbers(picture, plot, metrics, [(x, y) for _, x, y in drawn])
    for index, (name, x, y) in enumerate(drawn):
        others = [(a, b) for i, (_, a, b) in enumerate(drawn) if i != index]
        _name_line(painter, name, x, y, others, picture, plot, theme, metrics, taken)


def find_lines(picture: FlowPicture, plot: Plot) -> list[Line]:
    """The points of every line that is drawn."""
    found = (_points(each, picture, plot) for each in picture.lines)
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
) -> list[tuple[str, F64, F64]]:
    """Draw every line but the hidden ones with a casing; return those drawn, with their points."""
    drawn = []
    for index, line in enumerate(picture.lines):
        x, y = _points(line, picture, plot)
        if not len(x) or line.name in hidden:
            continue
        draw_curve(painter, x, y, theme.ground, 2.2 * metrics.curve)
        draw_curve(painter, x, y, theme.text, 0.9 * metrics.curve, dashes_of(index))
        drawn.append((line.name, x, y))
    return drawn


def dashes_of(index: int) -> tuple[float, ...]:
    """The dash that tells a line from the others, in line widths."""
    return _DASHES[index % len(_DASHES)]


def _find_numbers(
    picture: FlowPicture, plot: Plot, metrics: Metrics, lines: Sequence[Line]
) -> list[QRectF]:
    """About where the large number and the factors stand: no name may lie there."""
    told, big = picture.headline_layer, 1.4 * 1.15 * metrics.label
    found = [
        factor_room(picture, plot, metrics, t, text)
        for t, text in list_factors(picture, plot, metrics)
        if t != told
    ]
    if picture.headline and told is not None and plot.is_seen(told):
        wide = text_width(picture.headline, big) / 2 + 4
        x, y = plot.stations.at(told), plot.top_of(picture, told) - 0.3 * metrics.label
        found.append(QRectF(x - wide, y - big, 2 * wide, 1.1 * big))
        plot.lift(picture, found[-1], told, told)
    for room in found:
        lift_over_lines(lines, room, 0.3 * metrics.tick)
    return found


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
    """Write a name over its line, or under it, where it touches no other, and best no bar.

    Where it would lie on another text it is left out: a pass that has gone on leaves room.
    """
    wide, tall = text_width(name, metrics.tick, MEDIUM), 1.2 * metrics.tick
    best, most = None, 0
    for room in _find_rooms(x, y, wide, tall, plot):
        clear = 0
        if not any(room.intersects(other) for other in taken):
            clear = 1
            if not any(_crosses(room, *line) for line in others):
                highest = plot.highest_bar(picture, room.left(), room.right())
                clear = 3 if highest >= room.bottom() else 2
        if clear > most:
            best, most = room, clear
        if most == 3:
            break
    if best is None:
        return
    room = best
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


def _find_rooms(x: F64, y: F64, wide: float, tall: float, plot: Plot) -> Iterator[QRectF]:
    """Over and under a line, from its middle outwards."""
    for share in _PLACES:
        left = float(x[0]) + share * float(x[-1] - x[0])
        near = y[np.searchsorted(x, left - 4) : np.searchsorted(x, left + wide + 4, "right")]
        if not len(near) or left + wide > plot.area.right() or left < plot.area.left():
            continue
        for top in (float(near.min()) - 1.25 * tall, float(near.max()) + 0.25 * tall):
            room = QRectF(left - 3, top, wide + 6, tall)
            if plot.area.top() < top and room.bottom() < min(plot.foot, plot.area.bottom()):
                yield room


def _crosses(room: QRectF, x: F64, y: F64) -> bool:
    """Whether a line runs through a room."""
    left, right = max(room.left(), float(x[0])), min(room.right(), float(x[-1]))
    if left > right:
        return False
    inside = y[np.searchsorted(x, left) : np.searchsorted(x, right, "right")]
    heights = np.append(inside, np.interp((left, right), x, y))
    # It is continuous: it misses the room only where all of it lies above, or all below.
    return bool(heights.max() > room.top() - 2 and heights.min() < room.bottom() + 2)
