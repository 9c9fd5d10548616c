"""Left of each lane: which state it is, and its gate, which a click toggles."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.display.scales import format_number
from desktop.kinds.recurrent.display.frame import Lane, UnrolledPicture
from desktop.kinds.recurrent.view.gates import reach_of
from desktop.kinds.recurrent.view.state_rows import LaneRows, mark_height
from desktop.painting.text_and_pens import draw_text, elide, make_colour, text_width
from desktop.style.theme import Theme
from desktop.views.view import Place, Target

_LOSSES = "loss at each"
_LEAST_PITCH = 10.0
"""Pixels: where time steps stand closer, only a gate's name can be clicked."""


def name_lane(lane: Lane, picture: UnrolledPicture) -> str:
    """Which state it is, with the layer's number where there are several."""
    has_layers = any(other.layer != lane.layer for other in picture.lanes)
    return f"{lane.name} {lane.layer}" if has_layers else lane.name


def name_gate(lane: Lane) -> str:
    """The gate and its mean over the time steps, or what it is held at."""
    finite = lane.gates[np.isfinite(lane.gates)]
    mean = float(finite.mean()) if finite.size else float("nan")
    value = f"{mean:g}" if lane.is_forced else format_number(mean)
    return f"{lane.gate_name} {':= ' if lane.is_forced else ''}{value}"


def right_of_names(picture: UnrolledPicture, place: Place) -> float:
    """Where the names of the lanes end: at the first time step, or as far left as they can."""
    pixels = place.metrics.tick
    natural = place.stations.at(1) - min(0.5 * place.stations.pitch, 1.2 * place.metrics.label) - 4
    widest = max(text_width(name_lane(lane, picture), pixels) for lane in picture.lanes)
    return max(natural, place.outer_left + widest + 2)


def _gap(rows: LaneRows) -> float:
    gaps = [below - above for above, below in zip(rows.ys, rows.ys[1:], strict=False)]
    return min(gaps, default=rows.bottom - rows.top)


def draw_lane_names(
    painter: QPainter, picture: UnrolledPicture, rows: LaneRows, place: Place, theme: Theme
) -> None:
    """Draw the names, the gates under them where the lanes stand far enough apart."""
    metrics, right = place.metrics, right_of_names(picture, place)
    room = right - place.outer_left
    ground = theme.ground
    if picture.has_every_loss and text_width(_LOSSES, metrics.smallest) <= room:
        y = mark_height(rows, metrics)
        draw_text(painter, right, y, _LOSSES, metrics.smallest, theme.dim, align="right")
    if right > place.stations.at(1):  # over the roads of a part that is zoomed into
        tall = rows.bottom - rows.top
        painter.fillRect(
            QRectF(place.outer_left, rows.top, right - place.outer_left + 3, tall),
            make_colour(ground),
        )
    has_gates = _has_gates(rows, place)
    has_layers = len({lane.layer for lane in picture.lanes}) > 1
    for lane, y in zip(picture.lanes, rows.ys, strict=True):
        shift = 0.62 * metrics.tick if has_gates and lane.gate_name else 0.0
        name = elide(name_lane(lane, picture), metrics.tick, room)
        is_inspected = has_layers and lane.layer == picture.selected_row
        colour = theme.text if is_inspected else theme.dim
        draw_text(
            painter, right, y - shift, name, metrics.tick, colour, align="right", casing=ground
        )
    if not has_gates:
        return
    for lane, _, where in gate_rooms(picture, rows, place):
        text = elide(name_gate(lane), metrics.smallest, room)
        y = where.center().y()
        draw_text(
            painter, right, y, text, metrics.smallest, theme.text, align="right", casing=ground
        )


def _has_gates(rows: LaneRows, place: Place) -> bool:
    return _gap(rows) >= 2.1 * place.metrics.tick


def gate_rooms(
    picture: UnrolledPicture, rows: LaneRows, place: Place
) -> list[tuple[Lane, float, QRectF]]:
    """Each lane with a gate, its height, and where the gate's name stands."""
    metrics, right = place.metrics, right_of_names(picture, place)
    found = []
    for lane, y in zip(picture.lanes, rows.ys, strict=True):
        if not lane.gate_name:
            continue
        room = QRectF()
        if _has_gates(rows, place):
            width = text_width(name_gate(lane), metrics.smallest)
            middle, tall = y + 0.68 * metrics.tick, 1.4 * metrics.smallest
            room = QRectF(right - width - 4, middle - tall / 2, width + 8, tall)
        found.append((lane, y, room))
    return found


def find_gate(
    point: QPointF, picture: UnrolledPicture, rows: LaneRows, place: Place
) -> Target | None:
    """A valve, or the name of a gate at the left of its lane."""
    stations = place.stations
    _, outer = reach_of(rows, place.metrics)
    for lane, y, room in gate_rooms(picture, rows, place):
        if room.contains(point):
            return Target("edit", 0, f"{lane.gate_name} gate", "gate")
        if abs(point.y() - y) > outer + 3 or stations.pitch < _LEAST_PITCH:
            continue
        t = round(stations.layer_at(point.x()) + 0.5)
        is_between = 2 <= t <= stations.depth
        if is_between and abs(point.x() - stations.at(t - 0.5)) < 0.22 * stations.pitch:
            text = f"{lane.gate_name} gate {float(lane.gates[t - 1]):.4g}, time step {t:,}"
            return Target("edit", t, text, "gate")
    return None
