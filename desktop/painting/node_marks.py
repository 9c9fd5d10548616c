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

from desktop.painting.batched_shapes import draw_sprites
from desktop.painting.text_and_pens import is_vector, make_brush, make_colour, make_pen, pixel_ratio
from desktop.style.theme import Theme, strength_colour
from engine.records.record import ValueKind

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

RING_FROM = 1.5
OUTLINE_BELOW = -3.0
LARGEST = 1.45
TRAIL = (1.0, 0.55, 0.25)
"""Glow of the active stage and of the two that the pass has just left."""

_GLOW_REACH = 2.4
_LOWEST, _HIGHEST = -8.0, 6.0
"""Nodes beyond look like these."""
_UNKNOWN, _HATCHED, _STRUCK, _UNREACHED, _SPRITES = range(141, 146)
"""The sprites of a sheet that follow those of the strengths; how many there are."""
_PER_ROW = 16
_ZERO_KINDS = (ValueKind.UNDERFLOW_ZERO, ValueKind.DEAD_ZERO, ValueKind.STRUCTURAL_ZERO)


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
    if math.isnan(strength):
        return 0.75
    if strength <= 0:
        return max(0.5, 1.0 + strength / 16.0)
    return min(LARGEST, 1.0 + strength * (LARGEST - 1.0) / 6.0)


def draw_nodes(
    painter: QPainter,
    theme: Theme,
    places: F64,
    radius: float,
    strengths: NDArray[np.floating],
    kinds: NDArray[np.integer],
    outline: float,
    opacity: F64 | float = 1.0,
) -> None:
    """Measured gradients as discs, values without a place as their glyphs.

    Args:
        painter: where to.
        theme: the colours.
        places: (N, 2) their middles.
        radius: of a healthy node.
        strengths: (N) log10 of the ratio to the loss end.
        kinds: (N) `ValueKind`; below 0 the pass has not been there: a dotted outline.
        outline: width of an outline.
        opacity: (N) or one number.
    """
    sprites = _pick_sprites(strengths, kinds)
    if is_vector(painter):
        each = np.broadcast_to(opacity, len(sprites)).tolist()
        for (x, y), sprite, alpha in zip(places.tolist(), sprites.tolist(), each, strict=True):
            painter.save()
            painter.translate(x, y)
            painter.setOpacity(alpha)
            _paint_sprite(painter, theme, radius, sprite, outline)
            painter.restore()
        return
    ratio = pixel_ratio(painter)
    # Few sizes: while one zooms, every new one would be painted anew.
    sheet = _make_sheet(theme, round(2 * radius) / 2, outline, ratio)
    size = sheet.width() // _PER_ROW
    rooms = np.full((len(sprites), 4), float(size))
    rooms[:, 0] = sprites % _PER_ROW * size
    rooms[:, 1] = sprites // _PER_ROW * size
    draw_sprites(painter, sheet, rooms, places, 1.0 / ratio, opacity)


def _pick_sprites(strengths: NDArray[np.floating], kinds: NDArray[np.integer]) -> I64:
    """Which sprite of the sheet each value is: a tenth of a decade, or a glyph."""
    levels = np.rint(10 * np.clip(strengths, _LOWEST, _HIGHEST)) - 10 * _LOWEST
    sprites: I64 = np.where(np.isnan(levels), _UNKNOWN, levels).astype(np.int64)
    sprites[np.isin(kinds, (ValueKind.INFINITE, ValueKind.NAN))] = _HATCHED
    sprites[np.isin(kinds, _ZERO_KINDS)] = _STRUCK
    sprites[kinds < 0] = _UNREACHED
    return sprites


@lru_cache(maxsize=16)
def _make_sheet(theme: Theme, radius: float, outline: float, ratio: float) -> QPixmap:
    """All sprites of one size, row by row."""
    half = math.ceil(radius * LARGEST + 3 * outline + 3)
    size = round(2 * half * ratio)
    sheet = QPixmap(size * _PER_ROW, size * math.ceil(_SPRITES / _PER_ROW))
    sheet.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for sprite in range(_SPRITES):
        painter.resetTransform()
        painter.translate(sprite % _PER_ROW * size, sprite // _PER_ROW * size)
        painter.scale(ratio, ratio)
        painter.translate(half, half)
        _paint_sprite(painter, theme, radius, sprite, outline)
    painter.end()
    return sheet


def _paint_sprite(
    painter: QPainter, theme: Theme, radius: float, sprite: int, outline: float
) -> None:
    """One sprite around the origin."""
    centre = QPointF(0.0, 0.0)
    if sprite == _HATCHED:
        draw_hatched_ring(painter, theme, 0.0, 0.0, 0.85 * radius, outline)
        return
    if sprite == _STRUCK:
        draw_struck_ring(painter, theme, 0.0, 0.0, 0.6 * radius, outline)
        return
    if sprite in (_UNREACHED, _UNKNOWN):
        is_unknown = sprite == _UNKNOWN
        dots = make_dots(theme, max(1.0, radius / 7))
        size = (0.7 if is_unknown else 0.8) * radius
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(make_pen(theme.dim, outline) if is_unknown else dots)
        painter.drawEllipse(centre, size, size)
        return
    strength = _LOWEST + sprite / 10
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
