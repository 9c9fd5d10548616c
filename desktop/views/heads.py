"""The head of a diagram: its name, and the colour key beside it or in a row of its own."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from desktop.theme import Theme
from desktop.views.drawing import Place
from desktop.views.kept import Kept
from desktop.views.key import draw_key, key_width
from desktop.views.pens import draw_title

_MOST_KEY_SHARE = 0.6
"""Of the width: a wider key takes the next row."""


def head_height(theme: Theme, place: Place, has_key: bool) -> float:
    """How far down the head reaches."""
    label = place.metrics.label
    if not place.has_titles:
        return 0.4 * label
    return (3.4 if _has_key_row(theme, place, has_key) else 1.9) * label


def draw_head_row(
    painter: QPainter,
    theme: Theme,
    place: Place,
    kept: Kept,
    has_key: bool,
    title: str,
    subtitle: str,
) -> None:
    """Draw the name, what it shows, and the key if it stands in this view."""

    def paint(onto: QPainter) -> None:
        _paint(onto, theme, place, has_key, title, subtitle)

    kept.draw(painter, place.room, (place, theme, has_key, title, subtitle), paint)


def _paint(
    painter: QPainter, theme: Theme, place: Place, has_key: bool, title: str, subtitle: str
) -> None:
    metrics = place.metrics
    y = place.room.top() + 0.7 * metrics.label
    left, right = place.stations.left, place.room.right()
    if _has_key_row(theme, place, has_key):
        draw_key(painter, theme, metrics, right, y + 1.6 * metrics.label, metrics.outline)
    elif has_key:
        right = draw_key(painter, theme, metrics, right, y, metrics.outline) - metrics.label
    draw_title(painter, left, y, right - left, title, subtitle, metrics, theme)


def _has_key_row(theme: Theme, place: Place, has_key: bool) -> bool:
    width = place.room.right() - place.stations.left
    return has_key and key_width(theme, place.metrics) > _MOST_KEY_SHARE * width
