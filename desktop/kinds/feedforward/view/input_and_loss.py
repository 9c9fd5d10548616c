"""The two ends of the diagram: the inputs with their names, the loss with its value."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from desktop.display.pictures import DiagramPicture
from desktop.kinds.feedforward.view.columns import MOST_INPUT_NAMES, Columns
from desktop.painting.text_and_pens import draw_text, text_width
from desktop.style.theme import Theme
from desktop.views.loss_box import draw_loss, loss_box
from desktop.views.view import Place


def draw_ends(
    painter: QPainter,
    picture: DiagramPicture,
    columns: Columns,
    place: Place,
    theme: Theme,
) -> None:
    """Draw the loss box and the names of the inputs."""
    draw_loss(painter, picture, loss_box(columns.top, columns.bottom, place), place, theme)
    if columns.first == 0:
        _draw_input_names(painter, picture, columns, place, theme)


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
