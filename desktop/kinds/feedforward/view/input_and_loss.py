"""The two ends of the diagram: the inputs with their names, the loss with its value."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from desktop.display.pictures import DiagramPicture
from desktop.kinds.feedforward.view.columns import MOST_INPUT_NAMES, Columns
from desktop.painting.text_and_pens import MEDIUM, draw_text, make_brush, make_pen, text_width
from desktop.style.theme import Theme
from desktop.views.view import Place


def loss_box(columns: Columns, place: Place) -> QRectF:
    """The box of the loss."""
    label = place.metrics.label
    middle = (columns.top + columns.bottom) / 2
    x = place.stations.at(place.stations.depth + 1)
    width, height = 3.5 * label, 2.7 * label
    return QRectF(x - width / 2, middle - height / 2, width, height)


def draw_ends(
    painter: QPainter,
    picture: DiagramPicture,
    columns: Columns,
    place: Place,
    theme: Theme,
) -> None:
    """Draw the loss box and the names of the inputs."""
    draw_loss(painter, picture, columns, place, theme)
    if columns.first == 0:
        _draw_input_names(painter, picture, columns, place, theme)


def draw_loss(
    painter: QPainter,
    picture: DiagramPicture,
    columns: Columns,
    place: Place,
    theme: Theme,
) -> None:
    """The box of the loss with its value."""
    metrics = place.metrics
    box = loss_box(columns, place)
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


def _draw_input_names(
    painter: QPainter,
    picture: DiagramPicture,
    columns: Columns,
    place: Place,
    theme: Theme,
) -> None:
    pixels = place.metrics.tick
    x = place.stations.at(0)
    half_room = min(x - place.outer_left, place.stations.at(1) - x - columns.radius - 3)
    if columns.is_ribbon:
        y = (columns.top + columns.bottom) / 2
        draw_text(painter, x, y, "input", pixels, theme.dim, align="centre")
        return
    ys = columns.ys[0].tolist()
    below = columns.radius + 0.25 * pixels
    names = picture.input_names
    fits = (
        0 < len(names) <= MOST_INPUT_NAMES
        and len(names) == len(ys)
        and all(text_width(name, pixels) <= 2 * half_room for name in names)
        and (len(ys) == 1 or ys[1] - ys[0] >= below + columns.radius + pixels)
    )
    if not fits:
        many = "input"
        if picture.has_measure and picture.widths[0] > 1:
            many = f"{picture.widths[0]:,} inputs"
        if text_width(many, pixels) > 2 * half_room:
            many = "input"
        names, ys = (many,), ys[-1:]
    for name, y in zip(names, ys, strict=True):
        draw_text(
            painter,
            x,
            y + below,
            name,
            pixels,
            theme.dim,
            align="centre",
            vertical="top",
            casing=theme.ground if fits else None,
        )
