"""Where everything stands: the shared x axis of diagram and bars, and the rooms of the views."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from desktop.theme import Metrics

F64 = NDArray[np.float64]

_WIDEST_PITCH = 15.0
"""In label sizes: beyond it a shallow network would fall apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Stations:
    """Where the input (0), the layers (1 ... L) and the loss (L + 1) stand, in pixels."""

    x: F64
    """(L+2) ascending."""
    pitch: float
    """Pixels from one layer to the next."""
    left: float
    """Where the plotting areas begin; the axis labels end left of it."""
    right: float

    @property
    def depth(self) -> int:
        """L."""
        return len(self.x) - 2

    def at(self, layer: float) -> float:
        """The place of a layer or of a point between two."""
        return float(np.interp(layer, np.arange(len(self.x)), self.x))

    def layer_at(self, x: float) -> float:
        """The layer, with its fraction, at a place."""
        return float(np.interp(x, self.x, np.arange(len(self.x))))

    def nearest(self, x: float) -> int:
        """The station nearest to a place."""
        return int(np.abs(self.x - x).argmin())


def place_stations(depth: int, left: float, right: float, metrics: Metrics) -> Stations:
    """Spread input, layers and loss over a width; input and loss keep room for their words."""
    input_room, loss_room = 2.9 * metrics.label, 2.9 * metrics.label
    first, last = left + input_room, right - loss_room
    pitch = (last - first) / (depth + 1)
    least = 1.8 * metrics.label
    if pitch < least and depth > 1:
        inner = (last - first - 2 * least) / (depth - 1)
        layers = first + least + inner * np.arange(depth)
        x = np.concatenate(([first], layers, [last]))
        return Stations(x, float(inner), left, right)
    widest = _WIDEST_PITCH * metrics.label
    if pitch > widest:
        middle = (first + last) / 2
        pitch = widest
        first = middle - pitch * (depth + 1) / 2
    return Stations(first + pitch * np.arange(depth + 2), float(pitch), left, right)


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rectangles of the views in a picture; a view without one is not drawn."""

    header: QRectF | None
    diagram: QRectF | None
    flow: QRectF | None
    history: QRectF | None
    curves: QRectF | None
    footer: QRectF | None


def share_rooms(
    views: tuple[str, ...],
    frame: QRectF,
    metrics: Metrics,
    *,
    has_header: bool = False,
    has_footer: bool = False,
) -> Rooms:
    """Divide a picture among its views.

    The lower row gives way first: the diagram and the bars under it are the explanation.
    """
    gap = 0.9 * metrics.label
    margin = 0.9 * metrics.label
    area = frame.adjusted(margin, margin * 0.6, -margin, -margin * 0.6)
    header = footer = None
    if has_header:
        header = QRectF(area.left(), area.top(), area.width(), 2.1 * metrics.title)
        area.setTop(header.bottom() + 0.3 * gap)
    if has_footer:
        tall = 1.9 * metrics.smallest
        footer = QRectF(area.left(), area.bottom() - tall, area.width(), tall)
        area.setBottom(footer.top() - 0.3 * gap)
    rows: list[tuple[str, float]] = []
    if "diagram" in views:
        rows.append(("diagram", 0.44))
    if "flow" in views:
        rows.append(("flow", 0.33))
    lower = [name for name in ("history", "curves") if name in views]
    has_room = not rows or area.height() > 27 * metrics.label
    if lower and has_room:
        rows.append(("lower", 0.26))
    total = sum(weight for _, weight in rows)
    height = area.height() - gap * (len(rows) - 1)
    rooms: dict[str, QRectF] = {}
    top = area.top()
    for name, weight in rows:
        tall = height * weight / total
        rooms[name] = QRectF(area.left(), top, area.width(), tall)
        top += tall + gap
    below = rooms.pop("lower", None)
    if below is not None:
        rooms.update(_share_lower(lower, below, 2.0 * gap))
    return Rooms(
        header=header,
        diagram=rooms.get("diagram"),
        flow=rooms.get("flow"),
        history=rooms.get("history"),
        curves=rooms.get("curves"),
        footer=footer,
    )


def _share_lower(names: list[str], room: QRectF, gap: float) -> dict[str, QRectF]:
    if len(names) == 1:
        return {names[0]: room}
    wide = 0.5 * (room.width() - gap)
    return {
        "history": QRectF(room.left(), room.top(), wide, room.height()),
        "curves": QRectF(
            room.left() + wide + gap, room.top(), room.width() - wide - gap, room.height()
        ),
    }
