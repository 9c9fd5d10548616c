"""What every view is: a drawing that knows its room, its theme and one part of a frame.

A drawing needs no window. On screen a `ViewItem` of the theatre paints it, an export
paints the same drawing at another size, in another theme, onto a page.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsObject

from desktop.display.picture import DisplayFrame
from desktop.theme import Metrics, Theme
from desktop.views.stations import Stations


@dataclass(frozen=True, slots=True)
class Target:
    """What lies under the mouse, and what a click on it means."""

    kind: Literal["layer", "skip", "iteration", "playhead", "gate", "loss", "lower", "fold"]
    value: int
    text: str = ""
    """What hovering it says."""
    name: str = ""
    """Of a gate: its name in the document; of a tab: the view that it chooses."""
    layer: int | None = None
    """The row of a heat map, or of several recurrent layers, that was hit."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where and how large a view is drawn."""

    room: QRectF
    stations: Stations
    metrics: Metrics
    has_titles: bool = True
    is_low: bool = False
    """Whether height is scarce: the caption shares a row with the diagram's title, the arrow one
    with that of the bars."""


class Drawing(ABC):
    """A view: it draws one part of a `DisplayFrame` and calls nobody."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.place: Place | None = None
        self.has_key = False
        """Whether the colour key stands in this view's title row."""

    def apply_theme(self, theme: Theme) -> None:
        """Draw with other colours from now on."""
        self.theme = theme

    def settle(self, place: Place) -> None:
        """Draw in another room from now on."""
        self.place = place

    def useful_height(self, metrics: Metrics) -> float:
        """What it can make use of; more is left to the others."""
        del metrics
        return math.inf

    @abstractmethod
    def show_frame(self, display: DisplayFrame) -> bool:
        """Take what is to be drawn; returns whether anything has changed."""

    @abstractmethod
    def draw(self, painter: QPainter) -> None:
        """Draw it, in pixels of the picture."""

    @abstractmethod
    def find_target(self, point: QPointF) -> Target | None:
        """What lies at a point of the picture."""


class ViewItem(QGraphicsObject):
    """The one custom graphics item of a view: its drawing in the scene."""

    def __init__(self, drawing: Drawing, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.drawing = drawing
        self._room = QRectF()
        # What has not changed is not drawn again, as the curves while a pass is played.
        self.setCacheMode(self.CacheMode.DeviceCoordinateCache)

    def settle(self, place: Place | None) -> None:
        """Move to another room; None hides the view."""
        self.prepareGeometryChange()
        self._room = QRectF() if place is None else QRectF(place.room)
        self.setVisible(place is not None)
        if place is not None:
            self.drawing.settle(place)
        self.update()

    def boundingRect(self) -> QRectF:
        """The room of the view, a little wider for frames that stand out of it."""
        return self._room.adjusted(-8, -8, 8, 8)

    def paint(self, painter: QPainter, *args: Any) -> None:
        """Paint the drawing; scene units are pixels of the widget."""
        del args
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.drawing.draw(painter)
