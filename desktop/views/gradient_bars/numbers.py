"""The numbers over the bars: the factors from layer to layer, and one value told large."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from desktop.display.pictures import FlowPicture
from desktop.painting.text_and_pens import SEMIBOLD, draw_text, text_width
from desktop.style.theme import Metrics, Theme
from desktop.views.gradient_bars.bars import Plot, frame_box
from desktop.views.gradient_bars.factors import (
    FEW,
    covers_bar,
    factor_room,
    give_way,
    list_factors,
)
from desktop.views.gradient_bars.lines import Line, find_lines, lift_over_lines


def draw_numbers(
    painter: QPainter,
    picture: FlowPicture,
    plot: Plot,
    metrics: Metrics,
    theme: Theme,
    hidden: frozenset[str] = frozenset(),
    kept_free: QRectF | None = None,
) -> None:
    """The factors over the bars, and the one number that is told large; none in `kept_free`."""
    taken: list[QRectF] = [] if kept_free is None else [kept_free]
    lines = find_lines(picture, plot, hidden)
    big = 1.15 * metrics.label
    is_crossed = picture.lines or picture.theories or picture.before_places is not None
    casing = theme.ground if is_crossed else None
    told = picture.headline_layer
    factors = list_factors(picture, plot, metrics)
    if picture.headline and told is not None and plot.is_seen(told):
        room = _place_headline(picture, plot, metrics, lines, told, big)
        if kept_free is not None and room.intersects(kept_free):
            room.moveRight(kept_free.left() - 2)
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
            casing=casing,
        )
        taken.append(room)
        factor = picture.factors[told]
        if picture.depth > FEW and factor is not None:
            taken.append(_write_beside(painter, plot, metrics, room, factor, theme))
    for layer, text in factors:
        if layer == told:
            continue
        room = factor_room(picture, plot, metrics, layer, text)
        give_way(picture, plot, room, layer)
        lift_over_lines(lines, room, 0.3 * metrics.tick)
        if (
            covers_bar(picture, plot, room, layer)
            or not plot.has_room(room)
            or any(room.intersects(other) for other in taken)
        ):
            continue
        taken.append(room)
        draw_text(
            painter,
            room.center().x(),
            room.bottom() - 0.1 * metrics.tick,
            text,
            metrics.tick,
            theme.dim,
            align="centre",
            vertical="bottom",
            casing=casing,
        )


def _place_headline(
    picture: FlowPicture, plot: Plot, metrics: Metrics, lines: list[Line], layer: int, big: float
) -> QRectF:
    """Over its bar, and clear of its neighbours, the playhead's frame, marks and lines."""
    stations, area = plot.stations, plot.area
    width = text_width(picture.headline, big, SEMIBOLD)
    x = min(max(stations.at(layer), area.left() + width / 2), area.right() - width / 2)
    pad = 0.3 * metrics.label
    y = plot.top_of(picture, layer) - 0.45 * metrics.label
    room = QRectF(x - width / 2 - pad, y - big, width + 2 * pad, 1.2 * big)
    frame = frame_box(picture, plot, metrics)
    if frame is not None and frame.left() < room.right() and room.left() < frame.right():
        room.moveBottom(min(room.bottom(), frame.top() - 0.2 * metrics.label))
    reach = 0.5 * plot.bar_width()
    right = room.right() + (_beside(picture, layer, metrics.tick) if picture.depth > FEW else 0.0)
    first, last = stations.nearest(room.left() - reach), stations.nearest(right + reach)
    under = [
        other
        for other in range(max(0, first), min(picture.depth, last) + 1)
        if room.left() - reach < stations.at(other) < right + reach
    ]
    for other in under:
        if other != layer:
            top = plot.top_of(picture, other)
            room.moveBottom(min(room.bottom(), top - 0.2 * metrics.label))
    if under:
        plot.lift(picture, room, max(1, under[0]), under[-1])
    lift_over_lines(lines, room, pad)
    room.moveTop(max(room.top(), area.top()))
    return room


def _beside(picture: FlowPicture, layer: int, pixels: float) -> float:
    """The width of the factor that stands beside the large number."""
    factor = picture.factors[layer]
    return 0.0 if factor is None else text_width(factor, pixels)


def _write_beside(
    painter: QPainter, plot: Plot, metrics: Metrics, room: QRectF, text: str, theme: Theme
) -> QRectF:
    """A factor at the playhead, right of the large number, or left of it at the edge."""
    pixels = metrics.tick
    width = text_width(text, pixels)
    is_right = room.right() + width <= plot.area.right()
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
    left = room.right() if is_right else room.left() - width
    return QRectF(left, room.top(), width, room.height())
