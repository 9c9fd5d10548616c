"""What a beat lays beside the theatre, painted large: factors, a curve, or words."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.display.aside import AsideBlock, AsideWord
from desktop.display.inspector import DrawnCurve, HistogramPicture
from desktop.display.pictures import FlowPicture, WhyRow
from desktop.display.scales import format_factor
from desktop.painting.batched_shapes import make_polygon
from desktop.painting.text_and_pens import (
    REGULAR,
    SEMIBOLD,
    draw_text,
    elide,
    make_dashes,
    make_pen,
    text_width,
    wrap_text,
)
from desktop.style.theme import (
    PROJECTOR,
    Metrics,
    Theme,
    blend,
    is_light,
    strength_colour,
)

_LEADING = 1.25
_LEAST_SPAN = 0.6
"""Decades that the axis of the factors holds at least."""
_ROW = 2.3
"""Height of a factor with its bar, in label sizes."""
_MOST_DOTS = 400
_SMALLEST = 0.55
"""Of their size: so far words are made smaller before some are left out."""
_LEAST_SHARE = 0.01


class AsidePaper(QWidget):
    """Blocks under each other, each with its title."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("hall_aside_paper")
        self.setAccessibleName("Beside the theatre")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.blocks: tuple[AsideBlock, ...] = ()
        self._theme: Theme = PROJECTOR
        self._metrics: Metrics = PROJECTOR.sizes()

    def show_blocks(self, blocks: tuple[AsideBlock, ...]) -> None:
        """Paint other ones."""
        self.blocks = blocks
        self.setAccessibleDescription("; ".join(map(_tell, blocks)))
        self.update()

    def dress(self, theme: Theme, metrics: Metrics) -> None:
        """Colours and sizes."""
        self._theme, self._metrics = theme, metrics
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Each block has its share of the height."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self._theme.ground))
        label = self._metrics.label
        room = QRectF(self.rect()).adjusted(0.6 * label, 0.5 * label, -0.2 * label, -0.4 * label)
        weights = [max(1, len(block.words)) for block in self.blocks]
        gap = 0.6 * label
        free = room.height() - gap * max(0, len(weights) - 1)
        top = room.top()
        for block, weight in zip(self.blocks, weights, strict=True):
            tall = free * weight / sum(weights)
            _paint_block(
                painter,
                block,
                QRectF(room.left(), top, room.width(), tall),
                self._theme,
                self._metrics,
            )
            top += tall + gap
        painter.end()


def _tell(block: AsideBlock) -> str:
    parts = [f"{row.name} {_tell_row(row)}" for row in block.rows]
    parts += [word.text for word in block.words]
    told = ", ".join(parts) if block.rows else " ".join(parts)
    return ". ".join(each for each in (block.title, told, block.note) if each)


def _paint_block(
    painter: QPainter, block: AsideBlock, room: QRectF, theme: Theme, metrics: Metrics
) -> None:
    title = wrap_text(block.title, 1.06 * metrics.label, room.width())
    top = _write(painter, title, room, theme.text, metrics.label, is_strong=True)
    body = QRectF(room)
    body.setTop(top + 0.3 * metrics.label)
    if block.curve is not None:
        _paint_curve(painter, block.curve, body, theme, metrics)
    elif block.bars is not None:
        body.setTop(_write_note(painter, block.note, body, theme, metrics))
        _paint_bars(painter, block.bars, body, theme, metrics)
    elif block.words:
        body.setTop(_paint_words(painter, block, body, theme, metrics) + 0.5 * metrics.label)
        _note(painter, block.note, body, theme, metrics)
    else:
        body.setTop(_paint_rows(painter, block.rows, body, theme, metrics) + 0.3 * metrics.label)
        _note(painter, block.note, body, theme, metrics)


def _write(
    painter: QPainter,
    lines: list[str],
    room: QRectF,
    colour: str,
    pixels: float,
    *,
    is_strong: bool = False,
) -> float:
    """Lines from the top of a room; returns where they end."""
    weight = SEMIBOLD if is_strong else REGULAR
    top = room.top()
    for line in lines:
        draw_text(painter, room.left(), top, line, pixels, colour, vertical="top", weight=weight)
        top += _LEADING * pixels
    return top


def _note(painter: QPainter, note: str, room: QRectF, theme: Theme, metrics: Metrics) -> None:
    """Said whole where there is room, else not at all."""
    lines = wrap_text(note, metrics.tick, room.width()) if note else []
    if len(lines) * _LEADING * metrics.tick <= room.height():
        _write(painter, lines, room, theme.dim, metrics.tick)


def _write_note(
    painter: QPainter, note: str, room: QRectF, theme: Theme, metrics: Metrics
) -> float:
    """Over what it is about; returns where it ends."""
    lines = wrap_text(note, metrics.tick, room.width()) if note else []
    return _write(painter, lines, room, theme.dim, metrics.tick) + 0.3 * metrics.tick


def _paint_bars(
    painter: QPainter, flow: FlowPicture, room: QRectF, theme: Theme, metrics: Metrics
) -> None:
    """A bar for every layer on the axis of all lanes, and the rule of thumb as a dotted line."""
    tick, axis = metrics.tick, flow.axis
    margin = 0.4 * tick + max((text_width(each.text, tick) for each in axis.ticks), default=0.0)
    area = room.adjusted(margin, 0.5 * tick, 0, -1.5 * tick)
    if area.height() < 2 * tick or area.width() < 2 * tick:
        return
    span = max(axis.high - axis.low, 1e-300)

    def y_of(place: float) -> float:
        share = min(1.0, max(0.0, (place - axis.low) / span))
        return area.bottom() - share * area.height()

    every = max(1, math.ceil(1.6 * tick * len(axis.ticks) / area.height()))
    for mark in axis.ticks[::every]:
        y = y_of(mark.at)
        painter.setPen(make_pen(theme.line, metrics.axis))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        x = area.left() - 0.3 * tick
        draw_text(painter, x, y, mark.text, tick, theme.dim, align="right")
    pitch = area.width() / flow.depth
    painter.setPen(Qt.PenStyle.NoPen)
    for layer in range(1, flow.depth + 1):
        place, strength = float(flow.places[layer]), float(flow.strengths[layer])
        if not math.isfinite(place):
            continue
        tone = strength_colour(theme, strength) if math.isfinite(strength) else theme.dim
        painter.setBrush(QColor(tone))
        painter.setPen(make_pen(theme.dim, metrics.outline))
        left, top = area.left() + (layer - 0.5 - 0.35) * pitch, y_of(place)
        painter.drawRect(QRectF(left, top, 0.7 * pitch, area.bottom() - top))
    if flow.guide is not None and axis.low <= flow.guide <= axis.high:
        painter.setPen(make_dashes(theme.text, metrics.axis, (metrics.axis, 2 * metrics.axis)))
        painter.drawLine(
            QPointF(area.left(), y_of(flow.guide)), QPointF(area.right(), y_of(flow.guide))
        )
    ends = {1, flow.depth}
    for layer in sorted(ends | ({flow.headline_layer} if flow.headline_layer else set())):
        x = area.left() + (layer - 0.5) * pitch
        is_own = layer == flow.headline_layer
        draw_text(
            painter,
            x,
            area.bottom() + 0.3 * tick,
            f"{layer:,}",
            tick,
            theme.text if is_own else theme.dim,
            align="centre",
            vertical="top",
        )


def _paint_rows(
    painter: QPainter, rows: tuple[WhyRow, ...], room: QRectF, theme: Theme, metrics: Metrics
) -> float:
    """A waterfall on a log axis from × 1; each factor begins where the last one ended."""
    if not rows:
        return room.top()
    low = min(min(row.start, row.end) for row in rows)
    high = max(max(row.start, row.end) for row in rows)
    missing = max(0.0, _LEAST_SPAN - (high - low))
    low, high = low - missing / 2, high + missing / 2
    tall = min(_ROW * metrics.label, room.height() / len(rows))
    scale = room.width() / (high - low)

    def x_of(place: float) -> float:
        return room.left() + (place - low) * scale

    needed = max(_measure_row(row, metrics.label) for row in rows)
    pixels = min(metrics.label, 0.5 * tall, metrics.label * room.width() / needed)
    bar = 0.42 * tall
    painter.setPen(make_pen(theme.dim, metrics.axis))
    foot = room.top() + tall * len(rows)
    painter.drawLine(QPointF(x_of(0), room.top()), QPointF(x_of(0), foot))
    for number, row in enumerate(rows):
        top = room.top() + number * tall
        value = _tell_row(row)
        name_room = room.width() - text_width(value, pixels, SEMIBOLD) - 0.5 * pixels
        y = top + 0.28 * tall
        name, ink, ground = elide(row.name, pixels, name_room), theme.text, theme.ground
        draw_text(painter, room.left(), y, name, pixels, ink, casing=ground)
        draw_text(
            painter,
            room.right(),
            y,
            value,
            pixels,
            ink,
            align="right",
            weight=SEMIBOLD,
            casing=ground,
        )
        near, far = sorted((x_of(row.start), x_of(row.end)))
        box = QRectF(near, top + 0.5 * tall, max(far - near, metrics.curve), bar)
        tone = (
            theme.text if row.is_total else theme.vanishing if row.factor < 1 else theme.exploding
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tone))
        painter.drawRoundedRect(box, 2, 2)
    return foot


def _measure_row(row: WhyRow, pixels: float) -> float:
    """The width of its name and its value side by side."""
    value = text_width(_tell_row(row), pixels, SEMIBOLD)
    return text_width(row.name, pixels) + value + 0.6 * pixels


def _paint_words(
    painter: QPainter, block: AsideBlock, room: QRectF, theme: Theme, metrics: Metrics
) -> float:
    """Each on its own ground, wrapped like a text; smaller before one is left out."""
    pixels = metrics.label
    boxes = _place_words(block.words, pixels, room)
    while boxes and boxes[-1].bottom() > room.bottom() and pixels > _SMALLEST * metrics.label:
        pixels *= 0.96
        boxes = _place_words(block.words, pixels, room)
    for word, box in zip(block.words, boxes, strict=True):
        ground = _ground_of(word, block, theme)
        painter.setPen(Qt.PenStyle.NoPen)
        if word.is_marked:
            painter.setPen(make_pen(theme.text, metrics.axis))
        painter.setBrush(Qt.BrushStyle.NoBrush if ground is None else QColor(ground))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 0.2 * pixels, 0.2 * pixels)
        ink = theme.text if ground is None else _readable_on(ground, theme)
        centre = box.center()
        draw_text(painter, centre.x(), centre.y(), word.text, pixels, ink, align="centre")
    return boxes[-1].bottom() if boxes else room.top()


def _place_words(words: tuple[AsideWord, ...], pixels: float, room: QRectF) -> list[QRectF]:
    pad, tall, leading, gap = 0.22 * pixels, 1.3 * pixels, 0.18 * pixels, 0.1 * pixels
    x, y = room.left(), room.top()
    boxes = []
    for word in words:
        wide = min(room.width(), text_width(word.text, pixels) + 2 * pad)
        if x > room.left() and x + wide > room.right():
            x, y = room.left(), y + tall + leading
        boxes.append(QRectF(x, y, wide, tall))
        x += wide + gap
    return boxes


def _ground_of(word: AsideWord, block: AsideBlock, theme: Theme) -> str | None:
    if not math.isfinite(word.strength):
        return None
    if not block.has_shares:
        return strength_colour(theme, word.strength)
    if word.strength < _LEAST_SHARE:
        return None
    return blend(theme.panel, theme.text, min(1.0, word.strength))


def _readable_on(ground: str, theme: Theme) -> str:
    dark, light = (theme.ground, theme.text) if theme.is_dark else (theme.text, theme.ground)
    return dark if is_light(ground) else light


def _paint_curve(
    painter: QPainter, picture: HistogramPicture, room: QRectF, theme: Theme, metrics: Metrics
) -> None:
    """Bars, the curves over them with their points, and what their heights are."""
    tick = metrics.tick
    legend = _paint_legend(painter, picture.curves, room, theme, metrics)
    foot = 1.5 * tick
    area = QRectF(room.left(), legend, room.width(), room.bottom() - foot - legend)
    if area.height() < 2 * tick:
        return
    span = max(picture.high - picture.low, 1e-300)

    def x_of(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return area.left() + (values - picture.low) / span * area.width()

    def y_of(heights: NDArray[np.float64]) -> NDArray[np.float64]:
        return area.bottom() - (0.04 + 0.92 * heights) * area.height()

    painter.save()
    painter.setClipRect(area)
    fill = QColor(theme.dim)
    fill.setAlphaF(0.3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    edges = x_of(picture.edges)
    for left, right, height in zip(edges[:-1], edges[1:], picture.heights, strict=False):
        top = area.bottom() - 0.9 * float(height) * area.height()
        painter.drawRect(QRectF(float(left), top, float(right - left), area.bottom() - top))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for curve in picture.curves:
        painter.setPen(_pen_of(curve, theme, metrics))
        for run in _runs(x_of(curve.line[0]), y_of(curve.line[1])):
            painter.drawPolyline(run)
        count = curve.points.shape[1]
        every = max(1, count // _MOST_DOTS)
        dots = QColor(theme.dim if curve.is_dashed else theme.text)
        dots.setAlphaF(0.5)
        size = 0.6 * metrics.marker
        painter.setPen(QPen(dots, size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        xs, ys = x_of(curve.points[0, ::every]), y_of(curve.points[1, ::every])
        finite = np.isfinite(xs) & np.isfinite(ys)
        painter.drawPoints(make_polygon(xs[finite], ys[finite]))
    painter.restore()
    painter.setPen(make_pen(theme.dim, metrics.axis))
    painter.drawLine(area.bottomLeft(), area.bottomRight())
    for mark in picture.ticks:
        x = float(x_of(np.array([mark.at]))[0])
        half = text_width(mark.text, tick) / 2
        x = min(max(x, area.left() + half), area.right() - half)
        y = area.bottom() + 0.35 * tick
        draw_text(painter, x, y, mark.text, tick, theme.dim, align="centre", vertical="top")


def _pen_of(curve: DrawnCurve, theme: Theme, metrics: Metrics) -> QPen:
    wide = metrics.curve
    if curve.is_dashed:
        return make_dashes(theme.dim, wide, (4.0 * wide, 2.5 * wide))
    return make_pen(theme.text, wide)


def _paint_legend(
    painter: QPainter,
    curves: tuple[DrawnCurve, ...],
    room: QRectF,
    theme: Theme,
    metrics: Metrics,
) -> float:
    """A line with its name and what its heights are, one to a row; returns where they end."""
    tick, y = metrics.tick, room.top() + 0.6 * metrics.tick
    for curve in curves:
        painter.setPen(_pen_of(curve, theme, metrics))
        painter.drawLine(QPointF(room.left(), y), QPointF(room.left() + 2 * tick, y))
        text = f"{curve.name}, from {curve.low} to {curve.high}"
        shown = elide(text, tick, room.width() - 2.4 * tick)
        draw_text(painter, room.left() + 2.4 * tick, y, shown, tick, theme.text)
        y += 1.3 * tick
    return y - 0.2 * tick


def _runs(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[QPolygonF]:
    """The lines between the breaks of a curve."""
    pieces = np.split(np.arange(len(x)), np.flatnonzero(np.isnan(y)))
    runs = []
    for piece in pieces:
        finite = piece[np.isfinite(y[piece])]
        if len(finite) > 1:
            runs.append(make_polygon(x[finite], y[finite]))
    return runs


def _tell_row(row: WhyRow) -> str:
    return row.told or format_factor(row.factor)
