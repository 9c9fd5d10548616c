"""Where everything stands: the shared x axis of diagram and bars, and the rooms of the views."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from desktop.theme import Metrics

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

_INPUT_ROOM, _LOSS_ROOM = 2.4, 2.0
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
    _places: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", tuple(self.x.tolist()))

    @property
    def depth(self) -> int:
        """L."""
        return len(self._places) - 2

    def at(self, layer: float) -> float:
        """The place of a layer or of a point between two."""
        whole = int(layer)
        if whole == layer and 0 <= whole < len(self._places):
            return self._places[whole]
        return float(np.interp(layer, np.arange(len(self.x)), self.x))

    def between(self, layers: I64) -> F64:
        """The places halfway from each layer to the one below it."""
        halfway: F64 = 0.5 * (self.x[layers - 1] + self.x[layers])
        return halfway

    def layer_at(self, x: float) -> float:
        """The layer, with its fraction, at a place."""
        return float(np.interp(x, self.x, np.arange(len(self.x))))

    def nearest(self, x: float) -> int:
        """The station nearest to a place."""
        return int(np.abs(self.x - x).argmin())


def place_stations(depth: int, left: float, right: float, metrics: Metrics) -> Stations:
    """Spread input, layers and loss over a width; input and loss keep room for their words."""
    first, last = left + _INPUT_ROOM * metrics.label, right - _LOSS_ROOM * metrics.label
    pitch = (last - first) / (depth + 1)
    at_input, at_loss = 2.4 * metrics.label, 3.4 * metrics.label
    if pitch < at_loss and depth > 1:
        at_input = max(at_input, pitch) if pitch < at_input else pitch
        inner = (last - first - at_input - at_loss) / (depth - 1)
        layers = first + at_input + inner * np.arange(depth)
        x = np.concatenate(([first], layers, [last])).astype(np.float64)
        return Stations(x, float(inner), left, right)
    widest = _WIDEST_PITCH * metrics.label
    if pitch > widest:
        middle = (first + last) / 2
        pitch = widest
        first = middle - pitch * (depth + 1) / 2
    x = (first + pitch * np.arange(depth + 2)).astype(np.float64)
    return Stations(x, float(pitch), left, right)


MARGIN = 0.9
"""Around every picture, in label sizes."""
_LEAST_HEIGHT = 26.5
"""In label sizes: below it the lower row is left out."""
_NARROW = 40.0
"""In label sizes: below it history and curves stand under each other."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rectangles of the views in a picture; a view without one is not drawn."""

    header: QRectF | None
    diagram: QRectF | None
    flow: QRectF | None
    history: QRectF | None
    curves: QRectF | None
    footer: QRectF | None
    units: QRectF | None = None


def share_rooms(
    views: tuple[str, ...],
    frame: QRectF,
    metrics: Metrics,
    *,
    header_height: float = 0.0,
    footer_height: float = 0.0,
) -> Rooms:
    """Divide a picture among its views.

    The lower row gives way first: the diagram and the bars under it are the explanation.
    """
    gap = 0.9 * metrics.label
    margin = MARGIN * metrics.label
    area = frame.adjusted(margin, margin * 0.6, -margin, -margin * 0.6)
    header = footer = None
    if header_height:
        header = QRectF(area.left(), area.top(), area.width(), header_height)
        area.setTop(header.bottom() + 0.3 * gap)
    if footer_height:
        footer = QRectF(area.left(), area.bottom() - footer_height, area.width(), footer_height)
        area.setBottom(footer.top() - 0.3 * gap)
    rows: list[tuple[str, float]] = []
    if "diagram" in views:
        rows.append(("diagram", 0.42))
    if "flow" in views:
        rows.append(("flow", 0.34))
    if "units" in views:
        rows.append(("units", 1.0))
    lower: list[str] = [name for name in ("history", "curves") if name in views]
    has_room = not rows or area.height() > _LEAST_HEIGHT * metrics.label
    is_narrow = area.width() < _NARROW * metrics.label
    if lower and has_room and is_narrow:
        rows += [(name, 0.24) for name in lower]
    elif lower and has_room:
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
        units=rooms.get("units"),
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
