"""Many shapes in one call, straight from the numbers of an array.

A call into Qt costs some microseconds, and holds up the worker for as long: while training
runs, a hundred bars are painted sixty times a second.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap, QPolygonF
from shiboken6 import Shiboken, VoidPtr

from desktop.painting.text_and_pens import is_vector, make_brush, make_colour
from desktop.style.theme import Theme, strength_colour

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
_VOID_PTR: Any = VoidPtr
"""Its stub knows integers only."""

_LOW, _HIGH, _PER_DECADE = -8.0, 6.0, 100
"""The strength scale has no other colours beyond its ends."""
_COARSE = 10
"""Colours in a decade, where they are faint."""


def draw_lines(painter: QPainter, ends: F64) -> None:
    """Draw (N, 4) lines x1, y1, x2, y2 with the painter's pen."""
    if len(ends):
        ends = np.ascontiguousarray(ends, np.float64)
        first = Shiboken.wrapInstance(_address_of(ends), QLineF)
        assert isinstance(first, QLineF)
        painter.drawLines(first, len(ends))


def _address_of(array: F64) -> int:
    # Its `ctypes` would tell as well, thirty times slower.
    return int(array.__array_interface__["data"][0])


def make_polygon(xs: F64, ys: F64) -> QPolygonF:
    """The line through points, to be drawn open or closed."""
    polygon = QPolygonF()
    polygon.resize(len(xs))
    if len(xs):
        size = len(xs) * 2 * np.dtype(np.float64).itemsize
        memory = _VOID_PTR(polygon.data(), size, True)
        points = np.frombuffer(memory, np.float64).reshape(-1, 2)
        points[:, 0] = xs
        points[:, 1] = ys
    return polygon


def draw_sprites(
    painter: QPainter,
    sheet: QPixmap,
    cells: F64,
    places: F64,
    sizes: F64 | float = 1.0,
    opacity: F64 | float = 1.0,
) -> None:
    """Draw parts of a sheet around points.

    Args:
        painter: where to.
        sheet: all sprites.
        cells: (N, 4) left, top, width and height of each sprite in pixels of the sheet.
        places: (N, 2) where their middles come to lie.
        sizes: (N, 2) or one number: how much larger than in the sheet they are drawn.
        opacity: (N) or one number, from 0 to 1.
    """
    if not len(places):
        return
    fragments = np.zeros((len(places), 10))
    fragments[:, :2] = places
    fragments[:, 2:6] = cells
    fragments[:, 6:8] = sizes
    fragments[:, 9] = opacity
    first = Shiboken.wrapInstance(_address_of(fragments), QPainter.PixmapFragment)
    assert isinstance(first, QPainter.PixmapFragment)
    painter.drawPixmapFragments(first, len(fragments), sheet)


def fill_cells(painter: QPainter, theme: Theme, rooms: F64, strengths: F64) -> None:
    """Fill (N, 4) rectangles x, y, width, height by strength; NaN is the dim text colour."""
    if is_vector(painter):
        colours = [
            theme.dim if np.isnan(at) else strength_colour(theme, round(at, 2))
            for at in strengths.tolist()
        ]
        for room, colour in zip(rooms.tolist(), colours, strict=True):
            painter.fillRect(QRectF(*room), make_brush(colour))
        return
    swatches = np.zeros((len(rooms), 4))
    swatches[:, 0] = np.rint((np.clip(strengths, _LOW, _HIGH) - _LOW) * _PER_DECADE)
    swatches[np.isnan(strengths), 0] = _count_levels()
    swatches[:, 2:] = 1.0
    draw_sprites(
        painter, _make_swatches(theme), swatches, rooms[:, :2] + 0.5 * rooms[:, 2:], rooms[:, 2:]
    )


def fill_columns(
    painter: QPainter, theme: Theme, columns: I64, strengths: F64, opacity: float
) -> None:
    """Fill translucent rectangles of whole pixels by strength, none above another one.

    Those of one height are one row of an image, drawn as high as they are: Qt fills a narrow
    translucent rectangle in the time of a thousand pixels and more.

    Args:
        painter: where to; of pixels.
        theme: the colours.
        columns: (N, 4) left, top, right and bottom, from left to right.
        strengths: (N) log10 of the ratio to the loss end; NaN has the colour of a link.
        opacity: from 0 to 1.
    """
    levels = np.rint((np.clip(strengths, _LOW, _HIGH) - _LOW) * _COARSE)
    levels[np.isnan(strengths)] = -1
    colours = _make_tints(theme, opacity)[levels.astype(np.int64)]
    for top, bottom in sorted(set(zip(*columns[:, 1::2].T.tolist(), strict=True))):
        here = (columns[:, 1] == top) & (columns[:, 3] == bottom)
        lefts, rights = columns[here, 0], columns[here, 2]
        x = np.arange(lefts[0], rights[-1])
        each = np.searchsorted(lefts, x, "right") - 1
        row = np.where(x < rights[each], colours[here][each], 0).astype(np.uint32)
        image = QImage(row.data, len(row), 1, QImage.Format.Format_ARGB32_Premultiplied)
        painter.drawImage(QRect(int(lefts[0]), top, len(row), bottom - top), image)


@lru_cache(maxsize=8)
def _make_tints(theme: Theme, opacity: float) -> NDArray[np.uint32]:
    """Premultiplied colours, one for each tenth of a decade, and at the end that of a link."""
    count = round((_HIGH - _LOW) * _COARSE) + 1
    names = [strength_colour(theme, _LOW + level / _COARSE) for level in range(count)]
    names.append(theme.link)
    image = QImage(len(names), 1, QImage.Format.Format_ARGB32_Premultiplied)
    for place, name in enumerate(names):
        image.setPixelColor(place, 0, make_colour(name, opacity))
    return np.frombuffer(image.constBits(), np.uint32).copy()


def _count_levels() -> int:
    return round((_HIGH - _LOW) * _PER_DECADE) + 1


@lru_cache(maxsize=8)
def _make_swatches(theme: Theme) -> QPixmap:
    """One pixel of every colour of the scale, and one of the dim text colour."""
    count = _count_levels()
    sheet = QPixmap(count + 1, 1)
    painter = QPainter(sheet)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.setPen(Qt.PenStyle.NoPen)
    for level in range(count):
        colour = strength_colour(theme, _LOW + level / _PER_DECADE)
        painter.fillRect(level, 0, 1, 1, make_colour(colour))
    painter.fillRect(count, 0, 1, 1, make_colour(theme.dim))
    painter.end()
    return sheet
