"""Where every pass begins: the loss, at the right end of a network."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from desktop.display.pictures import DiagramPicture
from desktop.painting.text_and_pens import MEDIUM, draw_text, make_brush, make_pen, text_width
from desktop.style.theme import Theme
from desktop.views.view import Place

FRAME = 0.15
"""From the box to the playhead's frame around it, in label sizes: beyond, there is no room."""


def loss_box(top: float, bottom: float, place: Place) -> QRectF:
    """The box of the loss, in the middle between two heights."""
    label = place.metrics.label
    middle = (top + bottom) / 2
    x = place.stations.at(place.stations.depth + 1)
    width, height = 3.5 * label, 2.7 * label
    return QRectF(x - width / 2, middle - height / 2, width, height)


def draw_loss(
    painter: QPainter,
    picture: DiagramPicture,
    box: QRectF,
    place: Place,
    theme: Theme,
) -> None:
    """The box of the loss with its value."""
    metrics = place.metrics
    if box.left() > place.room.right():
        return
    is_lit = picture.has_measure and picture.playhead.has_reached(picture.depth + 1)
    painter.setPen(make_pen(theme.text if is_lit else theme.dim, 1.3 * metrics.outline))
    painter.setBrush(make_brush(theme.panel))
    painter.drawRoundedRect(box, 0.4 * metrics.label, 0.4 * metrics.label)
    name, _, value = picture.loss_text.partition(" ")
    middle = box.center()
    sizes = (metrics.tick, metrics.smallest)
    pixels = next((p for p in sizes if text_width(value, p, MEDIUM) < box.width() - 4), 0.0)
    if value and pixels:
        half = 0.55 * metrics.label
        draw_text(
            painter,
            middle.x(),
            middle.y() - half,
            name,
            metrics.tick,
            theme.dim,
            align="centre",
        )
        draw_text(
            painter,
            middle.x(),
            middle.y() + half,
            value,
            pixels,
            theme.text,
            align="centre",
            weight=MEDIUM,
        )
    else:
        draw_text(painter, middle.x(), middle.y(), name, metrics.label, theme.text, align="centre")
