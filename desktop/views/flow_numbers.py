"""The numbers over the bars: the factors from layer to layer, and one value told large."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from desktop.display.picture import FlowPicture
from desktop.theme import Theme
from desktop.views.bars import Plot, frame_box
from desktop.views.drawing import Place
from desktop.views.flow_lines import Line, find_lines, lift_over_lines
from desktop.views.pens import SEMIBOLD, draw_text, text_width


def draw_numbers(
    painter: QPainter, picture: FlowPicture, plot: Plot, place: Place, theme: Theme
) -> None:
    """The factors over the bars, and the one number that is told large."""
    metrics = place.metrics
    taken: list[QRectF] = []
    lines = find_lines(picture, plot)
    big = 1.15 * metrics.label
    if picture.headline and picture.headline_layer is not None:
        layer = picture.headline_layer
        room = _place_headline(picture, plot, place, lines, layer, big)
        draw_text(
            painter,
            room.center().x(),
            room.bottom() - 0.1 * big,
            picture.headline,
            big,
            theme.text,
            align="centre",
            vertical="bottom",
            weight=SEMIBOLD,
            casing=theme.ground if picture.lines else None,
        )
        taken.append(room)
        factor = picture.factors[layer]
        if picture.depth > 16 and factor is not None:
            _write_beside(painter, place, room, factor, theme)
    if picture.depth > 16:
        return
    for layer in range(picture.depth - 1, -1, -1):
        text = picture.factors[layer]
        if text is None or layer == picture.headline_layer:
            continue
        x, y = place.stations.at(layer), plot.top_of(picture, layer) - 0.3 * metrics.label
        width = text_width(text, metrics.tick)
        room = QRectF(x - width / 2 - 2, y - metrics.tick, width + 4, 1.1 * metrics.tick)
        lift_over_lines(lines, room, 0.3 * metrics.tick)
        y = room.bottom() - 0.1 * metrics.tick
        if any(room.intersects(other) for other in taken):
            continue
        taken.append(room)
        draw_text(
            painter,
            x,
            y,
            text,
            metrics.tick,
            theme.dim,
            align="centre",
            vertical="bottom",
            casing=theme.ground if picture.lines else None,
        )


def _place_headline(
    picture: FlowPicture, plot: Plot, place: Place, lines: list[Line], layer: int, big: float
) -> QRectF:
    """Over its bar, and clear of its neighbours, the playhead's frame and the lines."""
    metrics, stations = place.metrics, place.stations
    width = text_width(picture.headline, big, SEMIBOLD)
    x = min(max(stations.at(layer), stations.left + width / 2), stations.right - width / 2)
    pad = 0.3 * metrics.label
    y = plot.top_of(picture, layer) - 0.45 * metrics.label
    room = QRectF(x - width / 2 - pad, y - big, width + 2 * pad, 1.2 * big)
    frame = frame_box(picture, plot, metrics)
    if frame is not None and frame.left() < room.right() and room.left() < frame.right():
        room.moveBottom(min(room.bottom(), frame.top() - 0.2 * metrics.label))
    reach = 0.5 * plot.bar_width()
    right = room.right() + (_beside(picture, layer, metrics.tick) if picture.depth > 16 else 0.0)
    first, last = stations.nearest(room.left() - reach), stations.nearest(right + reach)
    for other in range(max(0, first), min(picture.depth, last) + 1):
        is_under = room.left() - reach < stations.at(other) < right + reach
        if other != layer and is_under:
            top = plot.top_of(picture, other)
            room.moveBottom(min(room.bottom(), top - 0.2 * metrics.label))
    lift_over_lines(lines, room, pad)
    return room


def _beside(picture: FlowPicture, layer: int, pixels: float) -> float:
    """The width of the factor that stands beside the large number."""
    factor = picture.factors[layer]
    return 0.0 if factor is None else text_width(factor, pixels)


def _write_beside(painter: QPainter, place: Place, room: QRectF, text: str, theme: Theme) -> None:
    """A factor at the playhead, right of the large number, or left of it at the edge."""
    pixels = place.metrics.tick
    width = text_width(text, pixels)
    is_right = room.right() + width <= place.stations.right
    draw_text(
        painter,
        room.right() if is_right else room.left(),
        room.bottom() - 0.1 * pixels,
        text,
        pixels,
        theme.dim,
        align="left" if is_right else "right",
        vertical="bottom",
    )
