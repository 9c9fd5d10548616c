"""Left of each state row: which state it is, and its gate, which a click toggles."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.display.scales import format_number
from desktop.kinds.recurrent.display.frame import StateRow, UnrolledPicture
from desktop.kinds.recurrent.view.gates import reach_of
from desktop.kinds.recurrent.view.state_rows import StateRowPlaces, mark_height
from desktop.painting.text_and_pens import draw_text, elide, make_colour, text_width
from desktop.style.theme import Theme
from desktop.views.view import Place, Target

_LOSSES = "loss at each"
_LEAST_PITCH = 10.0
"""Pixels: where time steps stand closer, only a gate's name can be clicked."""


def name_state_row(state_row: StateRow, picture: UnrolledPicture) -> str:
    """Which state it is, with the layer's number where there are several."""
    has_layers = any(other.layer != state_row.layer for other in picture.state_rows)
    return f"{state_row.name} {state_row.layer}" if has_layers else state_row.name


def name_gate(state_row: StateRow) -> str:
    """The gate and its mean over the time steps, or what it is held at."""
    finite = state_row.gates[np.isfinite(state_row.gates)]
    mean = float(finite.mean()) if finite.size else float("nan")
    value = f"{mean:g}" if state_row.is_forced else format_number(mean)
    return f"{state_row.gate_name} {':= ' if state_row.is_forced else ''}{value}"


def right_of_names(picture: UnrolledPicture, place: Place) -> float:
    """Where the names of the state rows end: at the first time step, or as far left as they can."""
    pixels = place.metrics.tick
    stations, label = place.stations, place.metrics.label
    # Close to the road, and never at a glyph that stands on its first time step.
    natural = stations.at(1) - max(min(0.5 * stations.pitch, 1.2 * label) + 4, 0.7 * label)
    widest = max(
        text_width(name_state_row(state_row, picture), pixels) for state_row in picture.state_rows
    )
    return max(natural, place.outer_left + widest + 2)


def _gap(rows: StateRowPlaces) -> float:
    gaps = [below - above for above, below in zip(rows.ys, rows.ys[1:], strict=False)]
    return min(gaps, default=rows.bottom - rows.top)


def draw_state_row_names(
    painter: QPainter, picture: UnrolledPicture, rows: StateRowPlaces, place: Place, theme: Theme
) -> None:
    """Draw the names, the gates under them where the state rows stand far enough apart."""
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
    has_layers = len({state_row.layer for state_row in picture.state_rows}) > 1
    last = -math.inf
    for state_row, y in zip(picture.state_rows, rows.ys, strict=True):
        if place.is_slim and y - last < metrics.tick:
            continue
        last = y
        shift = 0.62 * metrics.tick if has_gates and state_row.gate_name else 0.0
        name = elide(name_state_row(state_row, picture), metrics.tick, room)
        is_inspected = has_layers and state_row.layer == picture.selected_row
        colour = theme.text if is_inspected else theme.dim
        draw_text(
            painter, right, y - shift, name, metrics.tick, colour, align="right", casing=ground
        )
    if not has_gates:
        return
    for state_row, _, where in gate_rooms(picture, rows, place):
        text = elide(name_gate(state_row), metrics.smallest, room)
        y = where.center().y()
        draw_text(
            painter, right, y, text, metrics.smallest, theme.text, align="right", casing=ground
        )


def _has_gates(rows: StateRowPlaces, place: Place) -> bool:
    return _gap(rows) >= 2.1 * place.metrics.tick


def gate_rooms(
    picture: UnrolledPicture, rows: StateRowPlaces, place: Place
) -> list[tuple[StateRow, float, QRectF]]:
    """Each state row with a gate, its height, and where the gate's name stands."""
    metrics, right = place.metrics, right_of_names(picture, place)
    found = []
    for state_row, y in zip(picture.state_rows, rows.ys, strict=True):
        if not state_row.gate_name:
            continue
        room = QRectF()
        if _has_gates(rows, place):
            width = text_width(name_gate(state_row), metrics.smallest)
            middle, tall = y + 0.68 * metrics.tick, 1.4 * metrics.smallest
            room = QRectF(right - width - 4, middle - tall / 2, width + 8, tall)
        found.append((state_row, y, room))
    return found


def find_gate(
    point: QPointF, picture: UnrolledPicture, rows: StateRowPlaces, place: Place
) -> Target | None:
    """A valve, or the name of a gate at the left of its state row."""
    stations = place.stations
    _, outer = reach_of(rows, place.metrics)
    for state_row, y, room in gate_rooms(picture, rows, place):
        if room.contains(point):
            return Target("edit", 0, f"{state_row.gate_name} gate", "gate")
        if abs(point.y() - y) > outer + 3 or stations.pitch < _LEAST_PITCH:
            continue
        t = round(stations.layer_at(point.x()) + 0.5)
        is_between = 2 <= t <= stations.depth
        if is_between and abs(point.x() - stations.at(t - 0.5)) < 0.22 * stations.pitch:
            text = (
                f"{state_row.gate_name} gate {float(state_row.gates[t - 1]):.4g}, time step {t:,}"
            )
            return Target("edit", t, text, "gate")
    return None
