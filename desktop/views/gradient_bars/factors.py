"""Which bars have room for the factor that leads to them, and where it stands."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from desktop.display.bar_values import write_factor
from desktop.display.pictures import FlowPicture
from desktop.painting.text_and_pens import text_width
from desktop.style.theme import Metrics
from desktop.views.gradient_bars.bars import Plot

FEW = 16
"""So many bars have room for the factors between them, or must do without some of them."""
_LEAST_PITCH = 3.4
"""Between bars of a zoomed chart that have their factors, in sizes of a tick's number."""


def list_factors(picture: FlowPicture, plot: Plot, metrics: Metrics) -> list[tuple[int, str]]:
    """The bars that are seen and have room for a factor, from the last one to the first."""
    first, last = plot.stations.visible(0.0)
    seen = range(max(first, 0), min(last, picture.depth - 1) + 1)
    if picture.depth <= FEW:
        found = [(layer, picture.factors[layer]) for layer in seen]
    elif len(seen) < picture.depth - 1 and plot.stations.pitch >= _LEAST_PITCH * metrics.tick:
        found = [
            (layer, write_factor(picture.values, layer))
            for layer in seen
            if layer in picture.changing and picture.playhead.has_reached(layer)
        ]
    else:
        found = []
    return [(layer, text) for layer, text in reversed(found) if text is not None]


def factor_room(
    picture: FlowPicture, plot: Plot, metrics: Metrics, layer: int, text: str
) -> QRectF:
    """Over its bar, and clear of the mark of what the bar was before."""
    x, y = plot.stations.at(layer), plot.top_of(picture, layer) - 0.3 * metrics.label
    width = text_width(text, metrics.tick)
    room = QRectF(x - width / 2 - 2, y - metrics.tick, width + 4, 1.1 * metrics.tick)
    plot.lift(picture, room, layer, layer)
    return room


def covers_bar(picture: FlowPicture, plot: Plot, room: QRectF, layer: int) -> bool:
    """Whether a text over one bar would lie on another one."""
    reach = 0.5 * plot.bar_width()
    first = max(0, plot.stations.nearest(room.left() - reach))
    last = min(picture.depth, plot.stations.nearest(room.right() + reach))
    return any(
        plot.top_of(picture, other) < room.bottom() - 1
        and room.left() < plot.stations.at(other) + reach
        and plot.stations.at(other) - reach < room.right()
        for other in range(first, last + 1)
        if other != layer
    )


def give_way(picture: FlowPicture, plot: Plot, room: QRectF, layer: int) -> None:
    """Move a text away from a taller neighbour, as long as it still stands over its own bar."""
    if not covers_bar(picture, plot, room, layer):
        return
    x, reach, width = plot.stations.at(layer), 0.5 * plot.bar_width(), room.width()
    clear = plot.stations.pitch - reach - 1
    for left in (x + clear - width, x - clear):  # up to the bar on its right, or on its left
        moved = QRectF(left, room.top(), width, room.height())
        if left < x < moved.right() and not covers_bar(picture, plot, moved, layer):
            room.moveLeft(left)
            return
