"""The colour key: seven stops of strength as they look in the diagram, with their numbers."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QPainter

from desktop.display.scales import format_power
from desktop.painting.node_marks import draw_nodes
from desktop.painting.text_and_pens import draw_text, text_width
from desktop.style.theme import Metrics, Theme

_PLAIN = {-1.5: "0.03", 0.0: "1", 1.5: "30"}


def key_texts(theme: Theme) -> tuple[str, ...]:
    """The number under each stop; the outer two hold for all beyond them."""
    return tuple(_PLAIN.get(at) or format_power(round(at)) for at, _ in theme.strengths)


def key_width(theme: Theme, metrics: Metrics) -> float:
    """The room that the key needs in a title row."""
    radius, gap = _proportions(metrics)
    texts = sum(text_width(text, metrics.tick) for text in key_texts(theme))
    return texts + len(theme.strengths) * (2 * radius + 1.3 * gap) + 2 * gap


def _proportions(metrics: Metrics) -> tuple[float, float]:
    return 0.36 * metrics.tick, 0.5 * metrics.tick


def draw_key(
    painter: QPainter, theme: Theme, metrics: Metrics, right: float, y: float, outline: float
) -> float:
    """Draw the key, its right end at a point; return its left end."""
    radius, gap = _proportions(metrics)
    x = right
    places = []
    for text in reversed(key_texts(theme)):
        x -= draw_text(painter, x, y, text, metrics.tick, theme.dim, align="right")
        x -= 0.55 * gap + radius
        places.append((x, y))
        x -= radius + 0.75 * gap
    strengths = np.array([at for at, _ in reversed(theme.strengths)])
    kinds = np.zeros(len(strengths), np.int8)
    draw_nodes(painter, theme, np.array(places), radius, strengths, kinds, outline)
    return x
