"""What an exported picture adds: its title with the verdict, and the line that reproduces it."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from desktop.display.frame import DisplayFrame
from desktop.display.pictures import Shape
from desktop.painting.node_marks import hatch
from desktop.painting.text_and_pens import (
    SEMIBOLD,
    draw_text,
    elide,
    make_brush,
    make_colour,
    text_width,
    wrap_text,
)
from desktop.style.theme import Metrics, Theme

LINE = 1.4
"""From one line of text to the next, in type sizes."""


def _sentence_of(display: DisplayFrame) -> str:
    verdict = display.verdict
    return "" if verdict is None else f"{verdict.sentence} {verdict.before}".strip()


def header_height(display: DisplayFrame, width: float, metrics: Metrics) -> float:
    """The room that `draw_header` needs; 0 where there is nothing to say."""
    verdict, sentence = display.verdict, _sentence_of(display)
    if verdict is None or display.variant is not None:
        return 1.6 * metrics.title if display.heading else 0.0
    word = 1.25 * metrics.title + text_width(verdict.word, metrics.title, SEMIBOLD)
    if word + 0.8 * metrics.label + text_width(sentence, metrics.label) <= width:
        return 1.6 * metrics.title
    lines = len(wrap_text(sentence, metrics.label, width))
    return 1.6 * metrics.title + lines * LINE * metrics.label


def footer_height(display: DisplayFrame, width: float, metrics: Metrics) -> float:
    """The room that `draw_footer` needs."""
    return (len(wrap_text(display.source, metrics.smallest, width)) + 0.3) * LINE * metrics.smallest


def draw_header(
    painter: QPainter, display: DisplayFrame, room: QRectF, theme: Theme, metrics: Metrics
) -> None:
    """The title on the left, and the verdict with its shape, word and sentence."""
    y = room.top() + 0.75 * metrics.title
    verdict = display.verdict
    right = room.right()
    if verdict is None or display.variant is not None:  # each lane has its own over it
        title = elide(display.heading, metrics.title, room.width(), SEMIBOLD)
        draw_text(painter, room.left(), y, title, metrics.title, theme.text, weight=SEMIBOLD)
        return
    colour = theme.verdict_colour(verdict.kind)
    size = 0.8 * metrics.title
    width = text_width(verdict.word, metrics.title, SEMIBOLD)
    draw_shape(painter, verdict.shape, room.left() + size / 2, y, size, colour)
    x = room.left() + size + 0.45 * metrics.title
    draw_text(painter, x, y, verdict.word, metrics.title, colour, weight=SEMIBOLD)
    x += width + 0.8 * metrics.label
    sentence = _sentence_of(display)
    title_width = text_width(display.heading, metrics.label)
    lines = wrap_text(sentence, metrics.label, room.width())
    if x + text_width(sentence, metrics.label) <= right:
        x += draw_text(painter, x, y, sentence, metrics.label, theme.text)
    else:
        for index, line in enumerate(lines):
            below = y + 0.6 * metrics.title + (index + 0.75) * LINE * metrics.label
            draw_text(painter, room.left(), below, line, metrics.label, theme.text)
    if display.heading and x + 2 * metrics.label + title_width < right:
        draw_text(painter, right, y, display.heading, metrics.label, theme.dim, align="right")


def draw_footer(
    painter: QPainter, display: DisplayFrame, room: QRectF, theme: Theme, metrics: Metrics
) -> None:
    """Network, task, iteration and seed, and the differences of two lanes."""
    lines = wrap_text(display.source, metrics.smallest, room.width())
    for index, line in enumerate(lines):
        y = room.bottom() - (len(lines) - index - 0.35) * LINE * metrics.smallest
        draw_text(painter, room.left(), y, line, metrics.smallest, theme.dim)


def draw_shape(
    painter: QPainter, shape: Shape, x: float, y: float, size: float, colour: str
) -> None:
    """One of ▼ ● ▲ ▽ △ ○ ✕, drawn."""
    half = size / 2
    pen = QPen(make_colour(colour), max(1.0, 0.13 * size))
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    is_outline = shape in ("down_outline", "up_outline", "ring", "cross")
    painter.setPen(pen if is_outline else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if is_outline else make_brush(colour))
    if shape in ("dot", "ring"):
        painter.drawEllipse(QPointF(x, y), 0.85 * half, 0.85 * half)
        return
    if shape == "cross":
        painter.drawPath(hatch(x, y, 0.85 * half, 0.5 * half))
        for side in (-1, 1):
            painter.drawLine(
                QPointF(x - half * 0.7, y - side * half * 0.7),
                QPointF(x + half * 0.7, y + side * half * 0.7),
            )
        return
    tip = half if shape.startswith("down") else -half
    rise = tip * math.sqrt(3) / 2
    painter.drawPolygon(
        QPolygonF([QPointF(x - half, y - rise), QPointF(x + half, y - rise), QPointF(x, y + rise)])
    )
