"""The head of the lower left view: all that could stand there, to be clicked, and its fold."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.display.options import LowerView
from desktop.display.pictures import LowerPicture
from desktop.painting.text_and_pens import MEDIUM, SEMIBOLD, draw_text, elide, make_pen, text_width
from desktop.style.theme import Metrics, Theme

CHEVRON = 1.5
"""Room of the chevron that folds the row, in label sizes; it stands left of the title."""
_GAP = 1.0
"""Between two tabs, in label sizes."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A view that could stand there, and where its name is."""

    view: LowerView
    text: str
    hint: str
    room: QRectF
    is_chosen: bool


def place_tabs(
    lower: LowerPicture,
    left: float,
    y: float,
    room: float,
    metrics: Metrics,
) -> tuple[Tab, ...]:
    """All names side by side, or the chosen one alone, which then leads to the next."""
    choices, chosen = lower.choices, lower.choices.index(lower.view)
    wides = [_width(text, metrics) for text, _ in lower.words]
    if sum(wides) <= room:
        tabs, x = [], left
        for index, wide in enumerate(wides):
            at = _room(x, y, wide, metrics)
            tabs.append(Tab(choices[index], *lower.words[index], at, index == chosen))
            x += wide
        return tuple(tabs)
    following, wide = (chosen + 1) % len(choices), wides[chosen]
    beside = _room(left + wide, y, 1.4 * metrics.label, metrics)
    return (
        Tab(choices[chosen], *lower.words[chosen], _room(left, y, wide, metrics), True),
        Tab(choices[following], *lower.words[following], beside, False),
    )


def _width(text: str, metrics: Metrics) -> float:
    return text_width(text, metrics.label, SEMIBOLD) + _GAP * metrics.label


def _room(left: float, y: float, wide: float, metrics: Metrics) -> QRectF:
    return QRectF(left, y - 0.85 * metrics.label, wide, 1.7 * metrics.label)


def draw_tabs(
    painter: QPainter, tabs: tuple[Tab, ...], theme: Theme, metrics: Metrics, right: float
) -> float:
    """Draw the names, the chosen one strong; return where the last one ends."""
    for tab in tabs:
        x, y = tab.room.left(), tab.room.center().y()
        text = tab.text
        if tab.room.width() < text_width(text, metrics.label):
            _draw_chevron(painter, x + 0.4 * metrics.label, y, metrics, theme, is_down=False)
            continue
        weight = SEMIBOLD if tab.is_chosen else MEDIUM
        colour = theme.text if tab.is_chosen else theme.dim
        text = elide(text, metrics.label, right - x, weight)
        width = draw_text(painter, x, y, text, metrics.label, colour, weight=weight)
        if tab.is_chosen and len(tabs) > 1:
            below = y + 0.72 * metrics.label
            painter.setPen(make_pen(theme.text, metrics.curve))
            painter.drawLine(QPointF(x, below), QPointF(x + width, below))
    return tabs[-1].room.right()


def chevron_room(left: float, y: float, metrics: Metrics) -> QRectF:
    """Where a click folds or unfolds the row: left of a title."""
    wide = CHEVRON * metrics.label
    return QRectF(left - wide, y - 0.85 * metrics.label, wide, 1.7 * metrics.label)


def draw_fold_chevron(
    painter: QPainter, left: float, y: float, theme: Theme, metrics: Metrics, *, is_folded: bool
) -> None:
    """Down while the row is open, right while it is folded, as in the panels."""
    middle = chevron_room(left, y, metrics).center()
    _draw_chevron(painter, middle.x(), y, metrics, theme, is_down=not is_folded)


def _draw_chevron(
    painter: QPainter, x: float, y: float, metrics: Metrics, theme: Theme, *, is_down: bool
) -> None:
    half, deep = 0.3 * metrics.label, 0.16 * metrics.label
    if is_down:
        ends = [(x - half, y - deep), (x, y + deep), (x + half, y - deep)]
    else:
        ends = [(x - deep, y - half), (x + deep, y), (x - deep, y + half)]
    points = [QPointF(*end) for end in ends]
    painter.setPen(make_pen(theme.dim, metrics.axis * 1.5))
    painter.drawLines([QLineF(points[0], points[1]), QLineF(points[1], points[2])])
