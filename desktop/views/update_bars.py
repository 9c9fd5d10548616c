"""From the raw gradient to the update: a small chart over the network, in slow mode.

How to read it: the bars stand on one logarithmic axis, so that equal gaps are equal factors.
Clipping by norm cuts the raw gradient down to the dashed threshold; the L2 term is added to
what it leaves; the learning rate turns that into the update. A struck ring is an exact zero,
a hatched one what is not finite; the bars of the present phase are strong.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.display.pictures import UpdateBar, UpdateBarsPicture
from desktop.painting.node_marks import draw_hatched_ring, draw_struck_ring
from desktop.painting.text_and_pens import (
    MEDIUM,
    SEMIBOLD,
    draw_text,
    draw_title,
    elide,
    make_brush,
    make_dashes,
    make_pen,
    text_width,
)
from desktop.style.theme import Metrics, Theme

_MOST_WIDTH = 52.0
"""In label sizes."""
_BAR = 0.46
"""Of the room of a bar with its name."""
_FAINT = 0.6
"""Of the bars of other phases."""


def draw_update_bars(
    painter: QPainter, picture: UpdateBarsPicture, room: QRectF, theme: Theme, metrics: Metrics
) -> None:
    """Draw the chart with its ground into a room, in pixels of the picture."""
    label, tick = metrics.label, metrics.tick
    wide = min(room.width(), _MOST_WIDTH * label)
    room = QRectF(room.center().x() - wide / 2, room.top(), wide, room.height())
    painter.setBrush(make_brush(theme.raised))
    painter.setPen(make_pen(theme.line, metrics.axis))
    painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    left = room.left() + 0.8 * label
    title_y = room.top() + label
    free = room.right() - left - 0.8 * label
    draw_title(painter, left, title_y, free, picture.title, picture.subtitle, metrics, theme)
    has_hints = room.height() > 10.0 * label
    foot = (3.0 if has_hints else 1.7) * tick
    margin = text_width("10⁻³⁰⁰", tick) + 1.2 * tick
    plot = QRectF(
        room.left() + margin,
        room.top() + 2.0 * label + 1.4 * tick,
        room.width() - margin - 0.8 * label,
        room.height() - 2.0 * label - 1.4 * tick - foot,
    )
    if plot.height() < tick:
        return
    _draw_axis(painter, picture, plot, theme, metrics)
    slot = plot.width() / len(picture.bars)
    for index, bar in enumerate(picture.bars):
        place = QRectF(plot.left() + index * slot, plot.top(), slot, plot.height())
        painter.setOpacity(1.0 if bar.is_of_phase else _FAINT)
        _draw_bar(painter, picture, bar, place, theme, metrics, has_hint=has_hints)
    painter.setOpacity(1.0)
    if picture.threshold is not None:
        y = _height(picture, plot, picture.threshold)
        painter.setPen(make_dashes(theme.text, metrics.axis, (4.0, 3.0)))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.left() + 3 * slot, y))


def _height(picture: UpdateBarsPicture, plot: QRectF, place: float) -> float:
    return plot.bottom() - min(max(picture.axis.share(place), 0.0), 1.0) * plot.height()


def _draw_axis(
    painter: QPainter, picture: UpdateBarsPicture, plot: QRectF, theme: Theme, metrics: Metrics
) -> None:
    last = math.inf
    for mark in picture.axis.ticks:
        y = _height(picture, plot, mark.at)
        painter.setPen(make_pen(theme.line, metrics.axis))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        if last - y >= 1.3 * metrics.tick:
            last = y
            x = plot.left() - 0.5 * metrics.tick
            draw_text(painter, x, y, mark.text, metrics.tick, theme.dim, align="right")


def _draw_bar(
    painter: QPainter,
    picture: UpdateBarsPicture,
    bar: UpdateBar,
    place: QRectF,
    theme: Theme,
    metrics: Metrics,
    *,
    has_hint: bool,
) -> None:
    tick, middle = metrics.tick, place.center().x()
    top = place.bottom()
    radius = 0.34 * metrics.label
    if math.isfinite(bar.place):
        top = _height(picture, place, bar.place)
        wide = _BAR * place.width()
        room = QRectF(middle - wide / 2, top, wide, max(place.bottom() - top, 1.0))
        painter.fillRect(room, make_brush(theme.text if bar.is_of_phase else theme.dim))
    elif bar.value == 0.0:
        top = place.bottom() - 2.4 * radius
        draw_struck_ring(painter, theme, middle, place.bottom() - 1.2 * radius, radius, 1.0)
    elif bar.text != "off":
        top = place.top()
        draw_hatched_ring(painter, theme, middle, top + radius, radius, metrics.outline)
    draw_text(
        painter,
        middle,
        top - 0.75 * tick,
        bar.text,
        tick,
        theme.text,
        align="centre",
        weight=MEDIUM,
    )
    weight = SEMIBOLD if bar.is_of_phase else MEDIUM
    name = elide(bar.name, tick, place.width(), weight)
    y = place.bottom() + 0.95 * tick
    draw_text(painter, middle, y, name, tick, theme.text, align="centre", weight=weight)
    if has_hint:
        hint = elide(bar.hint, tick, place.width())
        draw_text(painter, middle, y + 1.3 * tick, hint, tick, theme.dim, align="centre")
