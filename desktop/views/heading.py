"""The title of a chart on a page: all that it says, and the colour key, in as many rows as needed.

In the window a title row gives way to what can be clicked; a page is read without a mouse.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QPainter

from desktop.painting.colour_key import draw_key, key_width
from desktop.painting.text_and_pens import SEMIBOLD, draw_text, text_width, wrap_text
from desktop.style.theme import Metrics, Theme

_LINE = 1.35
"""From one row to the next, in label sizes."""
_BOLDER = 1.06
"""A title's cut is so much wider than that which breaks it into rows."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands where."""

    title: tuple[str, ...]
    """In as many rows as it needs."""
    beside: str
    """The quantity with its unit, where it has room beside the title."""
    below: tuple[str, ...]
    """The same in rows of its own, where it has not."""
    has_key: bool
    has_key_row: bool
    """Whether the colour key takes a row of its own."""

    def height(self, metrics: Metrics) -> float:
        """Of all rows."""
        more = (len(self.title) - 1) * 1.25 * metrics.title
        return more + (1.6 + _LINE * (len(self.below) + self.has_key_row)) * metrics.label

    def draw(
        self, painter: QPainter, left: float, right: float, top: float, theme: Theme, m: Metrics
    ) -> None:
        """Draw all rows below a height, in sizes `m`."""
        y = top + 0.7 * m.label
        x = left
        for number, line in enumerate(self.title):
            y += 1.25 * m.title if number else 0.0
            x = left + draw_text(painter, left, y, line, m.title, theme.text, weight=SEMIBOLD)
        draw_text(painter, x + 0.7 * m.label, y, self.beside, m.label, theme.dim)
        if self.has_key and not self.has_key_row:
            draw_key(painter, theme, m, right, y, m.outline)
        y += 0.1 * m.label
        for line in self.below:
            y += _LINE * m.label
            draw_text(painter, left, y, line, m.label, theme.dim)
        if self.has_key_row:
            wide = key_width(theme, m) - 1.375 * m.tick
            draw_key(painter, theme, m, left + wide, y + _LINE * m.label, m.outline)


def plan_heading(
    title: str,
    subtitle: str,
    width: float,
    theme: Theme,
    metrics: Metrics,
    *,
    has_key: bool,
    taken: float = 0.0,
) -> Heading:
    """Share a width among title, subtitle and colour key.

    Args:
        title: the chart's name.
        subtitle: what is on its axis.
        width: of the chart.
        theme: its colours.
        metrics: its sizes.
        has_key: whether the colour key stands here.
        taken: the width of what else stands in the title row, at its end.
    """
    gap = 0.7 * metrics.label
    is_whole = text_width(title, metrics.title, SEMIBOLD) <= width
    titles = (title,) if is_whole else tuple(wrap_text(title, _BOLDER * metrics.title, width))
    left = width - taken - text_width(titles[-1], metrics.title, SEMIBOLD)
    has_key = has_key and key_width(theme, metrics) <= width
    beside = text_width(subtitle, metrics.label) + gap if subtitle else 0.0
    key = key_width(theme, metrics) + metrics.label if has_key else 0.0
    is_beside = beside <= left and is_whole
    has_key_row = has_key and key > left - (beside if is_beside else 0.0)
    below = () if is_beside or not subtitle else tuple(wrap_text(subtitle, metrics.label, width))
    return Heading(titles, subtitle if is_beside else "", below, has_key, has_key_row)
