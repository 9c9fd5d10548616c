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
_GAPS = (1.0, 0.7)
"""Between two tabs, in sizes of their type: of a label, or of a tick where those are too wide."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A view that could stand there, and where its name is."""

    view: LowerView
    text: str
    hint: str
    room: QRectF
    is_chosen: bool
    size: float
    """Of its type."""


def place_tabs(
    lower: LowerPicture,
    left: float,
    y: float,
    room: float,
    metrics: Metrics,
) -> tuple[Tab, ...]:
    """All names side by side, or the chosen one alone, which then leads to the next."""
    choices, chosen = lower.choices, lower.choices.index(lower.view)
    for size, gap in zip((metrics.label, metrics.tick), _GAPS, strict=True):
        wides = [text_width(text, size, SEMIBOLD) + gap * size for text, _ in lower.words]
        if sum(wides) <= room:
            tabs, x = [], left
            for index, wide in enumerate(wides):
                at = _room(x, y, wide, metrics)
                tabs.append(Tab(choices[index], *lower.words[index], at, index == chosen, size))
                x += wide
            return tuple(tabs)
    size, following = metrics.label, (chosen + 1) % len(choices)
    wide = text_width(lower.words[chosen][0], size, SEMIBOLD) + _GAPS[0] * size
    beside = _room(left + wide, y, 1.4 * metrics.label, metrics)
    return (
        Tab(choices[chosen], *lower.words[chosen], _room(left, y, wide, metrics), True, size),
        Tab(choices[following], *lower.words[following], beside, False, size),
    )


def _room(left: float, y: float, wide: float, metrics: Metrics) -> QRectF:
    return QRectF(left, y - 0.85 * metrics.label, wide, 1.7 * metrics.label)


def draw_tabs(
    painter: QPainter, tabs: tuple[Tab, ...], theme: Theme, metrics: Metrics, right: float
) -> float:
    """Draw the names, the chosen one strong; return where the last one ends."""
    for tab in tabs:
        x, y = tab.room.left(), tab.room.center().y()
        text = tab.text
        if tab.room.width() < text_width(text, tab.size):
            _draw_chevron(painter, x + 0.4 * metrics.label, y, metrics, theme, is_down=False)
            continue
        weight = SEMIBOLD if tab.is_chosen else MEDIUM
        colour = theme.text if tab.is_chosen else theme.dim
        text = elide(text, tab.size, right - x, weight)
        width = draw_text(painter, x, y, text, tab.size, colour, weight=weight)
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
