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
