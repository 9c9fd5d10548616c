"""Fonts, pens and text for painting: cached, in pixels, the same on screen, in SVG and in PDF."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPaintEngine, QPainter, QPen

from desktop.style.theme import FONT_FAMILY, Metrics, Theme

Align = Literal["left", "centre", "right"]
Vertical = Literal["top", "middle", "baseline", "bottom"]

REGULAR = QFont.Weight.Normal
MEDIUM = QFont.Weight.Medium
SEMIBOLD = QFont.Weight.DemiBold

_SCREEN_DEVICES = (1, 2)
"""Of QInternal: a widget, and a pixmap, as the scene keeps one for each view."""
_VECTOR_ENGINES = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf, QPaintEngine.Type.Picture)


def is_vector(painter: QPainter) -> bool:
    """Whether the picture is kept as shapes: then nothing may be drawn as pixels."""
    return painter.paintEngine().type() in _VECTOR_ENGINES


def is_screen(painter: QPainter) -> bool:
    """Whether the picture is painted for the window, and not to be kept."""
    return painter.device().devType() in _SCREEN_DEVICES


def pixel_ratio(painter: QPainter) -> float:
    """Device pixels to a pixel of the painter."""
    scale: float = painter.deviceTransform().m11()
    return max(1.0, scale)


@lru_cache(maxsize=256)
def make_font(pixels: float, weight: QFont.Weight = REGULAR) -> QFont:
    """The bundled font at a size in pixels of the picture."""
    font = QFont(FONT_FAMILY)
    font.setPixelSize(max(1, round(pixels)))
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@lru_cache(maxsize=256)
def measure_font(pixels: float, weight: QFont.Weight = REGULAR) -> QFontMetricsF:
    """The metrics of `make_font`."""
    return QFontMetricsF(make_font(pixels, weight))


@lru_cache(maxsize=4096)
def text_width(text: str, pixels: float, weight: QFont.Weight = REGULAR) -> float:
    """How wide a text will be."""
    width: float = measure_font(pixels, weight).horizontalAdvance(text)
    return width


@lru_cache(maxsize=1024)
def make_colour(colour: str, alpha: float = 1.0) -> QColor:
    """A QColor of "#RRGGBB"."""
    made = QColor(colour)
    made.setAlphaF(alpha)
    return made


@lru_cache(maxsize=512)
def make_pen(
    colour: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine, alpha: float = 1.0
) -> QPen:
    """A pen with round ends; dotted and dashed ones in lengths of the pen."""
    pen = QPen(make_colour(colour, alpha), width, style)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


@lru_cache(maxsize=256)
def make_dashes(colour: str, width: float, dashes: tuple[float, ...], alpha: float = 1.0) -> QPen:
    """A pen of dashes, their lengths in pixels."""
    pen = QPen(make_colour(colour, alpha), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([length / max(width, 0.1) for length in dashes])
    return pen


@lru_cache(maxsize=1024)
def make_brush(colour: str, alpha: float = 1.0) -> QBrush:
    """A plain brush."""
    return QBrush(make_colour(colour, alpha))


def draw_text(
    painter: QPainter,
    x: float,
    y: float,
    text: str,
    pixels: float,
    colour: str,
    *,
    align: Align = "left",
    vertical: Vertical = "middle",
    weight: QFont.Weight = REGULAR,
    casing: str | None = None,
) -> float:
    """Draw one line of text at a point and return its width.

    Args:
        painter: where to.
        x: the left, middle or right of the text, by `align`.
        y: its top, middle of the capitals, baseline or bottom, by `vertical`.
        text: one line.
        pixels: type size.
        colour: "#RRGGBB".
        align: what `x` is.
        vertical: what `y` is.
        weight: of the font.
        casing: colour of a ground painted behind the text, where it stands over data.
    """
    metrics = measure_font(pixels, weight)
    width = text_width(text, pixels, weight)
    if align == "centre":
        x -= width / 2
    elif align == "right":
        x -= width
    if vertical == "middle":
        y += metrics.capHeight() / 2
    elif vertical == "top":
        y += metrics.ascent()
    elif vertical == "bottom":
        y -= metrics.descent()
    if casing is not None:
        top = y - metrics.capHeight() - 0.22 * pixels
        ground = QRectF(x - 2, top, width + 4, metrics.capHeight() + 0.44 * pixels)
        painter.fillRect(ground, make_colour(casing, 0.82))
    painter.setFont(make_font(pixels, weight))
    painter.setPen(make_colour(colour))
    painter.drawText(QPointF(x, y), text)
    return width


def elide(text: str, pixels: float, room: float, weight: QFont.Weight = REGULAR) -> str:
    """The text, cut with an ellipsis where it is wider than the room."""
    if text_width(text, pixels, weight) <= room:
        return text
    if room < 3 * pixels:
        return ""
    cut: str = measure_font(pixels, weight).elidedText(text, Qt.TextElideMode.ElideRight, room)
    return cut


_BOUND = "\N{NO-BREAK SPACE}"
_WITHIN_NUMBERS = re.compile(
    r" (?=[×·%/](?: |$|\.))|(?<=[×/]) |(?<=[A-Za-z]) (?=[\d.,]+ ·|[\d.,]+$)"
)
"""Spaces at which no line ends."""


def wrap_text(text: str, pixels: float, room: float, weight: QFont.Weight = REGULAR) -> list[str]:
    """The text in lines that fit a room, broken between words, and never within a number.

    Together stay "1.8 × 10⁻⁸", "10 × Dense", "53 %", and in a list "iteration 600".
    """
    whole = _WITHIN_NUMBERS.sub(_BOUND, text)
    lines: list[str] = []
    for word in whole.split(" "):
        if lines and text_width(f"{lines[-1]} {word}", pixels, weight) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [line.replace(_BOUND, " ") for line in lines]


_LEAST_SHARE = 0.6
"""Of a subtitle must fit: less of it says nothing."""


def draw_title(
    painter: QPainter,
    x: float,
    y: float,
    room: float,
    title: str,
    subtitle: str,
    metrics: Metrics,
    theme: Theme,
) -> None:
    """Draw a chart's name and, dimmed beside it, what is on its axis."""
    pixels = metrics.title
    if theme.is_projected:  # whoever reads it from afar cannot ask for what was cut
        needed = text_width(title, pixels, SEMIBOLD)
        pixels = max(metrics.tick, min(1.0, room / max(needed, 1.0)) * pixels)
    shown = elide(title, pixels, room, SEMIBOLD)
    width = draw_text(painter, x, y, shown, pixels, theme.text, weight=SEMIBOLD)
    gap = 0.7 * metrics.label
    rest = room - width - gap
    if theme.is_projected:
        parts = (subtitle, subtitle.partition(" · ")[0])
        whole = (each for each in parts if text_width(each, metrics.label) <= rest)
        draw_text(painter, x + width + gap, y, next(whole, ""), metrics.label, theme.dim)
    elif subtitle and rest > _LEAST_SHARE * text_width(subtitle, metrics.label):
        shown = elide(subtitle, metrics.label, rest)
        draw_text(painter, x + width + gap, y, shown, metrics.label, theme.dim)
