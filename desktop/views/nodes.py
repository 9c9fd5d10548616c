"""Nodes, rings and glyphs: how one gradient looks as a mark, on screen and on paper.

Strength is said three times, since a lit hall swallows colour: by the colour of the
scale, by size (half towards 10⁻⁸, 1.45 times towards 10⁶), and by a second ring above
10¹·⁵ or an outline below 10⁻³.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap, QRadialGradient

from desktop.theme import Theme, strength_colour
from desktop.views.pens import is_vector, make_brush, make_colour, make_pen, pixel_ratio
from engine.records import ValueKind

F64 = NDArray[np.float64]

RING_FROM = 1.5
OUTLINE_BELOW = -3.0
LARGEST = 1.45
TRAIL = (1.0, 0.55, 0.25)
"""Glow of the active stage and of the two that the pass has just left."""

_GLOW_REACH = 2.4


def sizes_of(strengths: F64) -> F64:
    """The sizes of nodes or roads relative to a healthy one."""
    sizes = np.where(
        strengths <= 0,
        np.maximum(0.5, 1.0 + strengths / 16.0),
        np.minimum(LARGEST, 1.0 + strengths * (LARGEST - 1.0) / 6.0),
    )
    return np.where(np.isnan(strengths), 0.75, sizes)


def size_of(strength: float) -> float:
    """The size of one node or road relative to a healthy one."""
    return float(sizes_of(np.asarray(strength)))


def draw_node(
    painter: QPainter,
    theme: Theme,
    x: float,
    y: float,
    radius: float,
    strength: float,
    kind: int,
    outline: float,
    alpha: float = 1.0,
) -> None:
    """One measured gradient as a disc, or as the glyph of a value without a place."""
    if kind == ValueKind.FINITE or kind == ValueKind.DENORMAL:
        quantised = round(strength * 10) / 10 if not math.isnan(strength) else math.nan
    else:
        quantised = math.nan
    if is_vector(painter):
        painter.save()
        painter.translate(x, y)
        painter.setOpacity(alpha)
        _paint_node(painter, theme, radius, quantised, kind, outline)
        painter.restore()
        return
    ratio = pixel_ratio(painter)
    key = -99.0 if math.isnan(quantised) else quantised
    sprite = _make_sprite(theme, round(radius, 1), key, int(kind), outline, ratio)
    half = sprite.width() / ratio / 2
    if alpha != 1.0:
        painter.setOpacity(alpha)
    painter.drawPixmap(QPointF(x - half, y - half), sprite)
    if alpha != 1.0:
        painter.setOpacity(1.0)


@lru_cache(maxsize=4096)
def _make_sprite(
    theme: Theme, radius: float, strength: float, kind: int, outline: float, ratio: float
) -> QPixmap:
    half = math.ceil(radius * LARGEST + 3 * outline + 3)
    pixmap = QPixmap(round(2 * half * ratio), round(2 * half * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.setDevicePixelRatio(ratio)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(half, half)
    actual = math.nan if strength == -99.0 else strength
    _paint_node(painter, theme, radius, actual, kind, outline)
    painter.end()
    return pixmap


def _paint_node(
    painter: QPainter, theme: Theme, radius: float, strength: float, kind: int, outline: float
) -> None:
    centre = QPointF(0.0, 0.0)
    if kind in (ValueKind.INFINITE, ValueKind.NAN):
        draw_hatched_ring(painter, theme, 0.0, 0.0, 0.85 * radius, outline)
        return
    if kind in (ValueKind.UNDERFLOW_ZERO, ValueKind.DEAD_ZERO, ValueKind.STRUCTURAL_ZERO):
        draw_struck_ring(painter, theme, 0.0, 0.0, 0.6 * radius, outline)
        return
    if math.isnan(strength):
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(make_pen(theme.dim, outline))
        painter.drawEllipse(centre, 0.7 * radius, 0.7 * radius)
        return
    size = radius * size_of(strength)
    colour = strength_colour(theme, strength)
    is_outlined = strength < OUTLINE_BELOW
    painter.setPen(make_pen(theme.dim, outline) if is_outlined else Qt.PenStyle.NoPen)
    painter.setBrush(make_brush(colour))
    painter.drawEllipse(centre, size, size)
    if strength > RING_FROM:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        width = max(outline, 0.16 * radius)
        painter.setPen(QPen(make_colour(theme.ground), width))
        painter.drawEllipse(centre, 0.68 * size, 0.68 * size)


def draw_unreached(painter: QPainter, theme: Theme, x: float, y: float, radius: float) -> None:
    """A node that the pass has not reached: a dotted outline without fill."""
    if is_vector(painter):
        _paint_unreached(painter, theme, x, y, radius)
        return
    ratio = pixel_ratio(painter)
    sprite = _make_unreached(theme, round(radius, 1), ratio)
    half = sprite.width() / ratio / 2
    painter.drawPixmap(QPointF(x - half, y - half), sprite)


def _paint_unreached(painter: QPainter, theme: Theme, x: float, y: float, radius: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(make_dots(theme, max(1.0, radius / 7)))
    painter.drawEllipse(QPointF(x, y), 0.8 * radius, 0.8 * radius)


@lru_cache(maxsize=64)
def _make_unreached(theme: Theme, radius: float, ratio: float) -> QPixmap:
    half = math.ceil(radius + 2)
    pixmap = QPixmap(round(2 * half * ratio), round(2 * half * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.setDevicePixelRatio(ratio)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_unreached(painter, theme, half, half, radius)
    painter.end()
    return pixmap


@lru_cache(maxsize=32)
def make_dots(theme: Theme, width: float) -> QPen:
    """The pen of everything that has not been reached."""
    pen = QPen(make_colour(theme.dim), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([1.5, 2.0])
    return pen


def draw_struck_ring(
    painter: QPainter, theme: Theme, x: float, y: float, radius: float, outline: float
) -> None:
    """The glyph of an exact zero."""
    width = max(outline, 0.18 * radius)
    painter.setPen(make_pen(theme.dim, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(x, y), radius, radius)
    reach = 1.35 * radius
    painter.drawLine(
        QPointF(x - 0.7 * reach, y + 0.7 * reach), QPointF(x + 0.7 * reach, y - 0.7 * reach)
    )


def draw_hatched_ring(
    painter: QPainter, theme: Theme, x: float, y: float, radius: float, outline: float
) -> None:
    """The glyph of infinities and of NaN."""
    width = max(outline, 0.13 * radius)
    painter.setPen(make_pen(theme.text, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(x, y), radius, radius)
    painter.drawPath(hatch(x, y, radius, max(2.5, 0.55 * radius)))


def hatch(x: float, y: float, radius: float, gap: float) -> QPainterPath:
    """Diagonal lines inside a circle."""
    path = QPainterPath()
    count = int(radius / gap)
    for index in range(-count, count + 1):
        offset = index * gap
        reach = math.sqrt(max(0.0, radius * radius - offset * offset))
        path.moveTo(x + (offset - reach) * 0.7071, y + (offset + reach) * 0.7071)
        path.lineTo(x + (offset + reach) * 0.7071, y + (offset - reach) * 0.7071)
    return path


def draw_glow(
    painter: QPainter, colour: str, x: float, y: float, radius: float, opacity: float
) -> None:
    """Light around a node. PDF makes discs of it, so it is left out of vector pictures."""
    if is_vector(painter):
        return
    ratio = pixel_ratio(painter)
    sprite = _make_glow(colour, round(radius, 1), ratio)
    half = sprite.width() / ratio / 2
    painter.setOpacity(opacity)
    painter.drawPixmap(QPointF(x - half, y - half), sprite)
    painter.setOpacity(1.0)


@lru_cache(maxsize=512)
def _make_glow(colour: str, radius: float, ratio: float) -> QPixmap:
    reach = max(4.0, _GLOW_REACH * radius)
    pixels = max(2, round(2 * reach * ratio))
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.setDevicePixelRatio(ratio)
    painter = QPainter(pixmap)
    gradient = QRadialGradient(QPointF(reach, reach), reach)
    for place, alpha in ((0.0, 0.75), (0.4, 0.5), (0.7, 0.16), (1.0, 0.0)):
        shade = QColor(colour)
        shade.setAlphaF(alpha)
        gradient.setColorAt(place, shade)
    painter.fillRect(QRectF(0, 0, 2 * reach, 2 * reach), QBrush(gradient))
    painter.end()
    return pixmap
