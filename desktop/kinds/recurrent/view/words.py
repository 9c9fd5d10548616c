"""The word or value under each time step: upright where there is room, else turned."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from desktop.kinds.recurrent.display.frame import UnrolledPicture
from desktop.painting.text_and_pens import (
    MEDIUM,
    REGULAR,
    SEMIBOLD,
    elide,
    make_colour,
    make_font,
    measure_font,
    text_width,
)
from desktop.style.theme import Metrics, Theme
from desktop.views.layout import Stations

_LONGEST, _SHORTEST = 5.6, 3.0
"""Of a turned word, in type sizes."""


@dataclass(frozen=True, slots=True)
class WordRow:
    """How the words stand."""

    is_turned: bool
    height: float
    has_all: bool
    """Whether every time step has room for its word."""


def plan_words(
    picture: UnrolledPicture, pitch: float, metrics: Metrics, most: float = math.inf
) -> WordRow:
    """Upright if each word fits over its time step, else turned and cut to one height.

    Turned words may take `most` pixels of height, if that is enough to tell them apart. Two time
    steps are `pitch` pixels apart.
    """
    pixels = metrics.tick
    widest = max(text_width(word, pixels, SEMIBOLD) for word in set(picture.words))
    has_all = pitch >= 1.02 * pixels
    if widest + 0.6 * pixels <= pitch:
        return WordRow(False, 1.3 * pixels, True)
    tall = max(_SHORTEST * pixels, min(_LONGEST * pixels, most - 0.2 * pixels))
    return WordRow(True, min(widest, tall) + 0.2 * pixels, has_all)


def draw_words(
    painter: QPainter,
    picture: UnrolledPicture,
    row: WordRow,
    stations: Stations,
    top: float,
    theme: Theme,
    metrics: Metrics,
    selected: int | None,
) -> None:
    """Deciding words in the text colour, fillers dim, the selected one strong.

    Where time steps stand closer than the type is high, the selected and the deciding
    words come first, and others fill the room that is left.
    """
    pixels = metrics.tick
    time_steps = len(picture.words)
    first, last = stations.visible(0.0)
    first, last = max(first, 1), min(last, time_steps)
    if row.has_all:
        order = list(range(first, last + 1))
    else:
        every = max(1, round(2.5 * pixels / max(stations.pitch, 0.01)))
        deciding = picture.deciding if len(picture.deciding) < time_steps else frozenset()
        some = sorted(t for t in deciding if first <= t <= last)[:200]
        chosen = [selected] if selected is not None and first <= selected <= last else []
        order = [*chosen, *some, *range(first, last + 1, every)]
    taken: list[float] = []
    for t in order:
        x = stations.at(t)
        if not row.has_all:
            if any(abs(x - other) < 1.15 * pixels for other in taken):
                continue
            taken.append(x)
        is_told = t in picture.deciding or t == selected
        weight = (
            SEMIBOLD if t == selected else MEDIUM if len(picture.deciding) < time_steps else REGULAR
        )
        painter.setFont(make_font(pixels, weight if is_told else REGULAR))
        painter.setPen(make_colour(theme.text if is_told else theme.dim))
        if not stations.left <= x - 0.5 * pixels <= x + 0.5 * pixels <= stations.right:
            continue
        word = picture.words[t - 1]
        if row.is_turned:
            word = elide(word, pixels, row.height + 2, weight)
        capital = measure_font(pixels, weight).capHeight()
        width = text_width(word, pixels, weight if is_told else REGULAR)
        if row.is_turned:
            painter.save()
            painter.translate(x + 0.4 * capital, top + width)
            painter.rotate(-90)
            painter.drawText(QPointF(0.0, 0.0), word)
            painter.restore()
        else:
            painter.drawText(QPointF(x - width / 2, top + capital + 0.1 * pixels), word)
