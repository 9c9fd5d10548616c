"""Where everything stands: the shared x axis of diagram and bars, and the rooms of the views."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from desktop.style.theme import Metrics

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
        below = min(max(int(layer // 1), 0), len(self._places) - 2)
        low, high = self._places[below], self._places[below + 1]
        return low + min(max(layer - below, 0.0), 1.0) * (high - low)

    def between(self, layers: I64) -> F64:
        """The places halfway from each layer to the one below it."""
        halfway: F64 = 0.5 * (self.x[layers - 1] + self.x[layers])
        return halfway

    def layer_at(self, x: float) -> float:
        """The layer, with its fraction, at a place."""
        return float(np.interp(x, self.x, np.arange(len(self.x))))

    def visible(self, pad: float = 1.0) -> tuple[int, int]:
        """The first and the last station that are seen, or nearly so by `pad` pitches."""
        more = pad * self.pitch
        first = int(np.searchsorted(self.x, self.left - more))
        last = int(np.searchsorted(self.x, self.right + more, "right")) - 1
        return first, last

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
_LOW = 42.0
"""In label sizes: below it the caption shares a row with the titles, and rows stand closer."""
_SCARCE = 22.0
"""In label sizes: below it the bars' title row has to do for the diagram too."""
_NARROW = 40.0
"""In label sizes: below it history and curves stand under each other."""
_STRIP = 1.6
"""Height of the lower row when it is folded, in label sizes."""
_WEIGHTS = {"diagram": 0.42, "flow": 0.34, "below": 0.26}
_LOW_WEIGHTS = {"diagram": 0.4, "flow": 0.37, "below": 0.25}
_PAGE_WEIGHT = 0.36
"""Of the lower row on a page, where titles take more rows."""
_SCARCE_WEIGHTS = {"diagram": 0.42, "flow": 0.58}
_COLUMN = 0.27
"""Of the width of a projected picture: for the curves."""
_LEAST_STAGE = 36.0
"""Width of a projected picture with curves, in label sizes."""
_LEAST_DIAGRAM = 4.6
"""Its height where the bars need the rest, in label sizes."""
_LANE_TITLE = 1.9
"""Height of a lane's title row, in label sizes."""
TITLE_ROW = 1.5
"""Of a second row of it."""
_LEAST_LANES = 41.0
"""In label sizes: below this height two lanes leave no room for a lower row."""
_LANES_BELOW = 0.22
"""Of the height: the lower row under two lanes."""
_LANES_BELOW_PAGE, _LANES_NARROW = 0.27, 0.18
"""The same on a page, and of history and curves each in a narrow column."""
_SLIM, _SLIM_STAGE = 0.4, 0.25
"""Of a lane: its diagram, at most; and where it is projected."""
_LEAST_BARS = 5.2
"""Height of the bars in a lane with their axis, in label sizes: below it they need that of the
diagram too."""
_NARROW_WEIGHT = 0.24
"""Of history and of curves."""


@dataclass(frozen=True, slots=True, eq=False)
class StationScale:
    """Stations as places on an axis of data: layer l at l, the ends where their words fit."""

    places: F64
    """(L+2)"""
    low: float
    high: float
    """The ends of the axis on which all of them are seen."""

    @classmethod
    def of(cls, stations: Stations) -> StationScale:
        """The axis on which stations in pixels stand."""
        first, pitch = stations.at(1), stations.pitch
        places = (stations.x - first) / pitch + 1.0
        ends = [(x - first) / pitch + 1.0 for x in (stations.left, stations.right)]
        return cls(places, *ends)

    def cut(self, shift: int) -> StationScale:
        """The axis of a lane with so many places fewer: they stand where the last ones do."""
        return StationScale(self.places[shift:] - shift, self.low - shift, self.high - shift)

    def show(self, left: float, right: float, low: float, high: float) -> Stations:
        """The stations in pixels where a part of the axis fills a width."""
        pitch = (right - left) / (high - low)
        return Stations(left + (self.places - low) * pitch, pitch, left, right)


@dataclass(frozen=True, slots=True)
class LaneRooms:
    """The rectangles of one of two lanes that are compared."""

    whole: QRectF
    title: QRectF
    diagram: QRectF | None = None
    flow: QRectF | None = None
    lower: QRectF | None = None


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rectangles of the views in a picture; a view without one is not drawn."""

    header: QRectF | None = None
    diagram: QRectF | None = None
    flow: QRectF | None = None
    lower: QRectF | None = None
    """The lower left: the history, or what was chosen in its place."""
    curves: QRectF | None = None
    footer: QRectF | None = None
    is_low: bool = False
    """Whether the caption has no row of its own."""
    is_scarce: bool = False
    """Whether the diagram has not even a title."""
    has_column: bool = False
    """Whether the curves stand one over the other, beside diagram and bars."""
    lanes: tuple[LaneRooms, ...] = ()
    """Both lanes, the baseline first, where two are compared."""


def share_rooms(
    views: tuple[str, ...],
    frame: QRectF,
    metrics: Metrics,
    *,
    header_height: float = 0.0,
    footer_height: float = 0.0,
    is_folded: bool = False,
    has_strip: bool = False,
    useful: float = math.inf,
) -> Rooms:
    """Divide a picture among its views.

    The lower row gives way first: the diagram and the bars under it are the explanation.

    Args:
        views: which there are.
        frame: the picture.
        metrics: its type sizes.
        header_height: of the title and the verdict.
        footer_height: of the line that tells how to reproduce it.
        is_folded: whether the lower row is folded away.
        has_strip: whether a strip stays then that brings it back.
        useful: the height that the diagram can make use of.
    """
    margin = MARGIN * metrics.label
    area = frame.adjusted(margin, margin * 0.6, -margin, -margin * 0.6)
    is_low = area.height() < _LOW * metrics.label
    gap = (0.45 if is_low else 0.9) * metrics.label
    rooms = _cut_edges(area, metrics, header_height, footer_height)
    upper: list[str] = [name for name in ("diagram", "flow") if name in views]
    lower: list[str] = [name for name in ("lower", "curves") if name in views]
    if upper and area.height() <= _LEAST_HEIGHT * metrics.label:
        lower = []
    if is_folded and upper:
        if lower and has_strip:
            top = area.bottom() - _STRIP * metrics.label
            rooms["lower"] = QRectF(area.left(), top, area.width(), _STRIP * metrics.label)
            area.setBottom(top - gap)
        lower = []
    is_scarce = len(upper) == 2 and area.height() < _SCARCE * metrics.label
    weights = _SCARCE_WEIGHTS if is_scarce else _LOW_WEIGHTS if is_low else _WEIGHTS
    rows: list[tuple[str, float]] = [(name, weights[name]) for name in upper]
    is_narrow = area.width() < _NARROW * metrics.label
    if is_narrow:
        rows += [(name, _NARROW_WEIGHT) for name in lower]
    elif lower:
        rows.append(("below", weights["below"] if has_strip else _PAGE_WEIGHT))
    rooms |= _stack(rows, area, gap, useful)
    below = rooms.pop("below", None)
    if below is not None:
        rooms |= _share_lower(lower, below, 1.8 * metrics.label)
    return Rooms(
        **rooms,
        is_low=is_low and len(upper) == 2,
        is_scarce=is_scarce,
        has_column=False,
        lanes=(),
    )


def _cut_edges(
    area: QRectF, metrics: Metrics, header_height: float, footer_height: float
) -> dict[str, QRectF]:
    """Take header and footer from an area, which shrinks by them."""
    rooms: dict[str, QRectF] = {}
    if header_height:
        rooms["header"] = QRectF(area.left(), area.top(), area.width(), header_height)
        area.setTop(area.top() + header_height + 0.27 * metrics.label)
    if footer_height:
        top = area.bottom() - footer_height
        rooms["footer"] = QRectF(area.left(), top, area.width(), footer_height)
        area.setBottom(top - 0.27 * metrics.label)
    return rooms


def share_stage(
    frame: QRectF,
    metrics: Metrics,
    least: float,
    *,
    is_folded: bool,
    useful: float = math.inf,
    header_height: float = 0.0,
    footer_height: float = 0.0,
) -> Rooms:
    """Divide a picture that is projected: its bars are to be seen from afar.

    Args:
        frame: the picture.
        metrics: its type sizes.
        least: the height that the bars must have, as long as the diagram can be made out.
        is_folded: whether there are no curves beside diagram and bars.
        useful: the height that the diagram can make use of.
        header_height: of the title and the verdict.
        footer_height: of the line that tells how to reproduce it.
    """
    margin = MARGIN * metrics.label
    area = frame.adjusted(margin, margin * 0.6, -margin, -margin * 0.6)
    edges = _cut_edges(area, metrics, header_height, footer_height)
    curves = None
    if not is_folded and area.width() >= _LEAST_STAGE * metrics.label:
        curves = QRectF(area)
        curves.setLeft(area.right() - _COLUMN * area.width())
        area.setRight(curves.left() - metrics.label)
    gap = 0.45 * metrics.label
    left = max(area.height() - gap - least, _LEAST_DIAGRAM * metrics.label)
    rooms = _stack(list(_SCARCE_WEIGHTS.items()), area, gap, min(useful, left))
    return Rooms(
        **edges,
        diagram=rooms["diagram"],
        flow=rooms["flow"],
        curves=curves,
        is_low=True,
        is_scarce=area.height() < _SCARCE * metrics.label,
        has_column=curves is not None,
        lanes=(),
    )


@dataclass(frozen=True, slots=True)
class LaneNeeds:
    """What one lane needs beyond what both have, in pixels."""

    diagram: float = 0.0
    """The words under the places, which the lower lane has for both."""
    flow: float = 0.0
    """The title row of the bars, which the upper lane has for both, or the axis."""
    lower: float = 0.0
    """The row of the colour key, over the upper one of two maps."""


def share_lanes(
    views: tuple[str, ...],
    frame: QRectF,
    metrics: Metrics,
    needs: tuple[LaneNeeds, ...],
    *,
    header_height: float = 0.0,
    footer_height: float = 0.0,
    is_folded: bool = False,
    has_strip: bool = False,
    is_projected: bool = False,
    useful: float = math.inf,
    least: float = 0.0,
    title_rows: int = 1,
) -> Rooms:
    """Divide a picture among two lanes of the same views, and what both share under or beside them.

    The boxes of both lanes are equally high, so that equal bars are. What is scarce first goes
    to the bars: the lower row gives way, then the diagrams get slim, then they are left out.

    Args:
        views: which there are; a lower view alone stands in the lanes.
        frame: the picture.
        metrics: its type sizes.
        needs: of each lane.
        header_height: of the title.
        footer_height: of the line that tells how to reproduce it.
        is_folded: whether the lower row is folded away.
        has_strip: whether a strip stays then that brings it back.
        is_projected: whether the curves stand beside the lanes.
        useful: the height that a diagram can make use of.
        least: the height that it needs.
        title_rows: of each lane.
    """
    margin, label = MARGIN * metrics.label, metrics.label
    area = frame.adjusted(margin, margin * 0.6, -margin, -margin * 0.6)
    rooms = _cut_edges(area, metrics, header_height, footer_height)
    upper: list[str] = [name for name in ("diagram", "flow") if name in views]
    below: list[str] = [name for name in ("lower", "curves") if name in views]
    if not upper:
        upper, below = below[:1], []
    has_column = False
    if is_projected:
        has_column = bool(below) and not is_folded and area.width() >= _LEAST_STAGE * label
        if has_column:
            curves = QRectF(area)
            curves.setLeft(area.right() - _COLUMN * area.width())
            area.setRight(curves.left() - label)
            rooms["curves"] = curves
    elif below and is_folded:
        if has_strip:
            top = area.bottom() - _STRIP * label
            rooms["lower"] = QRectF(area.left(), top, area.width(), _STRIP * label)
            area.setBottom(top - 0.45 * label)
    elif below and area.height() >= _LEAST_LANES * label:
        is_narrow = area.width() < _NARROW * label
        weight = _LANES_BELOW if has_strip else _LANES_BELOW_PAGE
        gap = 0.45 * label
        if is_narrow:
            weight = _LANES_NARROW * len(below)
        tall = weight * area.height()
        row = QRectF(area.left(), area.bottom() - tall, area.width(), tall)
        area.setBottom(row.top() - gap)
        if is_narrow:
            rooms |= _stack([(name, 1.0) for name in below], row, gap, math.inf)
        else:
            rooms |= _share_lower(below, row, 1.8 * label)
    share = _SLIM_STAGE if is_projected else _SLIM
    lanes = _stack_lanes(upper, area, metrics, needs, (least, useful, share), title_rows)
    return Rooms(**rooms, is_low=True, is_scarce=False, has_column=has_column, lanes=lanes)


def _stack_lanes(
    upper: list[str],
    area: QRectF,
    metrics: Metrics,
    needs: tuple[LaneNeeds, ...],
    slim_heights: tuple[float, float, float],
    title_rows: int,
) -> tuple[LaneRooms, ...]:
    label = metrics.label
    title, gap = (_LANE_TITLE + (title_rows - 1) * TITLE_ROW) * label, 0.5 * label
    has_bars = "flow" in upper
    more = [
        (
            need.diagram if "diagram" in upper else 0.0,
            need.flow if has_bars else need.lower if "lower" in upper else 0.0,
        )
        for need in needs
    ]
    free = area.height() - gap * (len(needs) - 1) - sum(title + sum(each) for each in more)
    own = max(free / len(needs), label)
    slim = 0.0
    if upper == ["diagram", "flow"]:
        least, useful, share = slim_heights
        slim = min(useful, max(share * own, least))
        if own < least + _LEAST_BARS * label:
            own += sum(each for each, _ in more) / len(needs)
            more = [(-slim, flow) for _, flow in more]
    lanes, top = [], area.top()
    for diagram, flow in more:
        tall = title + own + max(diagram, 0.0) + flow
        whole = QRectF(area.left(), top, area.width(), tall)
        body = whole.adjusted(0, title, 0, 0)
        rooms: dict[str, QRectF] = {}
        if upper == ["diagram", "flow"]:
            cut = body.top() + slim + diagram
            if cut > body.top() + 1:
                rooms["diagram"] = QRectF(area.left(), body.top(), area.width(), slim + diagram)
            rooms["flow"] = QRectF(area.left(), cut, area.width(), body.bottom() - cut)
        elif upper:
            rooms[upper[0]] = body
        head = QRectF(area.left(), top, area.width(), title)
        lanes.append(LaneRooms(whole, head, **rooms))
        top += tall + gap
    return tuple(lanes)


def _stack(
    rows: list[tuple[str, float]], area: QRectF, gap: float, useful: float
) -> dict[str, QRectF]:
    """Rows under each other, as high as they weigh; the diagram leaves what is of no use to it."""
    total = sum(weight for _, weight in rows)
    height = area.height() - gap * (len(rows) - 1)
    heights = {name: height * weight / total for name, weight in rows}
    asked = heights.get("diagram", 0.0)
    if len(rows) > 1 and asked > useful:
        more = (height - useful) / (height - asked)
        heights = {name: tall * more for name, tall in heights.items()} | {"diagram": useful}
    rooms, top = {}, area.top()
    for name, tall in heights.items():
        rooms[name] = QRectF(area.left(), top, area.width(), tall)
        top += tall + gap
    return rooms


def _share_lower(names: list[str], room: QRectF, gap: float) -> dict[str, QRectF]:
    if len(names) == 1:
        return {names[0]: room}
    wide = 0.5 * (room.width() - gap)
    right = room.left() + wide + gap
    return {
        "lower": QRectF(room.left(), room.top(), wide, room.height()),
        "curves": QRectF(right, room.top(), room.right() - right, room.height()),
    }
