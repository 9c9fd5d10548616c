"""Under the nodes: the parts of the link being crossed, the caption, and the direction.

Where height is scarce, caption and direction have no row of their own: the caption stands
beside the diagram's title, the arrow in the title row of the bars.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from desktop.display.frame import DisplayFrame
from desktop.display.pictures import DiagramPicture, Part
from desktop.display.scales import format_number
from desktop.painting.text_and_pens import (
    MEDIUM,
    draw_text,
    elide,
    make_brush,
    make_pen,
    text_width,
)
from desktop.style.theme import Metrics, Theme
from desktop.views.view import Place

_ARROW = 4.0
"""Its length, in label sizes."""


def draw_caption(
    painter: QPainter, display: DisplayFrame, room: QRectF, metrics: Metrics, theme: Theme
) -> None:
    """The row under a diagram: what happens now, and the direction of the pass."""
    y, left, right = room.bottom() - 0.8 * metrics.label, room.left(), room.right()
    picture = display.diagram
    wanted = text_width(display.caption, metrics.label) + metrics.label
    has_words = left + wanted + arrow_width(picture, metrics) <= right
    arrow = draw_arrow(painter, picture, metrics, theme, right, y, has_words=has_words)
    caption = elide(display.caption, metrics.label, arrow - left - metrics.label)
    draw_text(painter, left, y, caption, metrics.label, theme.text)


def arrow_width(picture: DiagramPicture, metrics: Metrics, *, has_words: bool = True) -> float:
    """The room that the arrow needs, with or without its words."""
    label = metrics.label
    if not picture.arrow_text:
        return 0.0
    words = text_width(picture.arrow_text, label) + 0.6 * label if has_words else 0.0
    return words + _ARROW * label


def draw_arrow(
    painter: QPainter,
    picture: DiagramPicture,
    metrics: Metrics,
    theme: Theme,
    right: float,
    y: float,
    *,
    has_words: bool = True,
) -> float:
    """The direction of the pass; returns where it begins on the left."""
    if not picture.arrow_text:
        return right
    is_resting = picture.playhead.at_end()
    colour = theme.dim
    width = gap = 0.0
    long = _ARROW * metrics.label
    if has_words:
        gap = 0.6 * metrics.label
        width = draw_text(
            painter, right, y, picture.arrow_text, metrics.label, colour, align="right"
        )
    left = right - width - gap - long
    start, stop = right - width - gap, left
    if picture.playhead.phase == "forward":
        start, stop = stop, start
    tip = 0.5 * metrics.label if stop < start else -0.5 * metrics.label
    pen_width = metrics.curve if not is_resting else 0.75 * metrics.curve
    painter.setPen(make_pen(colour, pen_width))
    painter.drawLine(QPointF(start, y), QPointF(stop, y))
    painter.drawPolyline(
        QPolygonF(
            [
                QPointF(stop + tip, y - abs(tip)),
                QPointF(stop, y),
                QPointF(stop + tip, y + abs(tip)),
            ]
        )
    )
    return left


def draw_parts(
    painter: QPainter,
    parts: tuple[Part, ...],
    bottom: float,
    place: Place,
    theme: Theme,
    picture: DiagramPicture,
) -> None:
    """The factors of the link being crossed, under what is drawn: "σ′ 0.24 × W 0.58"."""
    metrics = place.metrics
    text = " × ".join(f"{part.name} {format_number(part.factor)}" for part in parts)
    width = text_width(text, metrics.label, MEDIUM)
    x = place.stations.at(picture.playhead.layer_at() - 0.5)
    if not place.room.left() <= x <= place.room.right():
        return
    pad = 0.6 * metrics.label
    x = min(max(x, place.room.left() + width / 2 + pad), place.room.right() - width / 2 - pad)
    y = bottom + 1.35 * metrics.label
    pill = QRectF(
        x - width / 2 - pad, y - 0.85 * metrics.label, width + 2 * pad, 1.7 * metrics.label
    )
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(make_brush(theme.raised))
    painter.drawRoundedRect(pill, 0.4 * metrics.label, 0.4 * metrics.label)
    draw_text(painter, x, y, text, metrics.label, theme.text, align="centre", weight=MEDIUM)
