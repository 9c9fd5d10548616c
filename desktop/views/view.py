"""What is drawn in the box of a chart: a drawing that knows its place, its theme and a frame.

A drawing needs no window. A chart of the theatre paints it, on screen and, in a theatre that
is never shown, at another size and in another theme onto a page.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.display.frame import DisplayFrame
from desktop.style.theme import Metrics, Theme
from desktop.views.layout import Stations

_SLIM = 3.4
"""In label sizes."""


@dataclass(frozen=True, slots=True)
class Target:
    """What lies under the mouse, and what a click on it means."""

    kind: Literal[
        "layer", "iteration", "playhead", "edit", "loss", "lower", "fold", "curve", "refit", "lane"
    ]
    value: int
    text: str = ""
    """What hovering it says."""
    name: str = ""
    """Of an edit: the kind's command; of a tab: the view that it chooses; of a curve, a lane."""
    layer: int | None = None
    """The row of a heat map, or of several layers above each other, that was hit."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where and how large a drawing is."""

    room: QRectF
    """The box of its chart: nothing is drawn beyond it."""
    stations: Stations
    metrics: Metrics
    is_low: bool = False
    """Whether height is scarce: the caption shares a row with the diagram's title, the arrow one
    with that of the bars."""
    outer_left: float = 0.0
    """How far to the left of the box names may stand."""
    is_slim: bool = False
    """Whether it stands in one of two lanes, which has half the height."""
    words: float | None = None
    """The height of the words under the places, 0 for none; None gives them what there is."""


class Drawing(ABC):
    """It draws one part of a `DisplayFrame` and calls nobody."""

    has_names = False
    """Whether something stands left of the box."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.place: Place | None = None

    def useful_height(self, metrics: Metrics) -> float:
        """What it can make use of; more is left to the others."""
        del metrics
        return math.inf

    def slim_height(self, metrics: Metrics) -> float:
        """What it needs in a lane, its words not counted."""
        return _SLIM * metrics.label

    def words_height(self, metrics: Metrics, pitch: float) -> float:
        """Of the words that stand under the places, where there are any.

        Args:
            metrics: the sizes of the picture.
            pitch: pixels from one place to the next.
        """
        del metrics, pitch
        return 0.0

    @abstractmethod
    def show_frame(self, display: DisplayFrame) -> bool:
        """Take what is to be drawn; returns whether anything has changed."""

    @abstractmethod
    def draw(self, painter: QPainter) -> None:
        """Draw it, in pixels of the picture."""

    def draw_names(self, painter: QPainter) -> None:
        """Draw what may stand left of the box; most drawings have nothing there."""
        del painter

    @abstractmethod
    def find_target(self, point: QPointF) -> Target | None:
        """What lies at a point of the picture."""
