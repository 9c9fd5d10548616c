"""The bars of the gradient flow chart, their off-axis marks, frames and before-marks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from desktop.display.pictures import FlowPicture
from desktop.display.scales import Axis
from desktop.painting.batched_shapes import fill_cells
from desktop.painting.node_marks import (
    OUTLINE_BELOW,
    RING_FROM,
    draw_hatched_ring,
    draw_struck_ring,
    make_dots,
)
from desktop.painting.text_and_pens import draw_text, is_vector, make_brush, make_colour, make_pen
from desktop.style.theme import Metrics, Theme, strength_colour
from desktop.views.layout import Stations
from engine.records.record import ValueKind

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

_ZERO_KINDS = (ValueKind.UNDERFLOW_ZERO, ValueKind.DEAD_ZERO, ValueKind.STRUCTURAL_ZERO)
_INPUT_OPACITY = 0.5
ZEROS_ABOVE, NOT_FINITE_BELOW = 0.65, 0.9
"""Middles of the off-axis marks, from the bottom and the top of the area in label sizes."""


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """The plotting area: where a place on the axis and a layer lie in pixels."""

    stations: Stations
    axis: Axis
    top: float
    base: float
    """Of the axis; beyond the area where only a part of it is seen."""
    area: QRectF
    """What is seen."""

    def y(self, at: float) -> float:
        """The height of a place on the axis."""
        return self.base - self.axis.share(at) * (self.base - self.top)

    def heights(self, places: F64) -> F64:
        """The heights of many places, none below the base."""
        shares = (places - self.axis.low) / (self.axis.high - self.axis.low)
        return np.minimum(self.base - shares * (self.base - self.top), self.base)

    def is_seen(self, layer: int) -> bool:
        """Whether a layer stands in the part of the x axis that is seen."""
        return self.area.left() <= self.stations.at(layer) <= self.area.right()

    def has_room(self, room: QRectF) -> bool:
        """Whether a text would be seen whole."""
        area = self.area
        return (
            area.left() <= room.left()
            and room.right() <= area.right()
            and (area.top() <= room.top())
        )

    def bar_width(self) -> float:
        """Width of a bar; bars of very deep networks touch."""
        pitch = self.stations.pitch
        if pitch < 4:
            return pitch
        return min(0.6 * pitch, 60.0) if pitch > 10 else 0.75 * pitch

    def bar(self, picture: FlowPicture, layer: int) -> QRectF:
        """The rectangle of a layer's bar; empty where it has no place on the axis."""
        width = self.bar_width()
        x = self.stations.at(layer) - width / 2
        at = float(picture.places[layer])
        y = self.base if math.isnan(at) else min(self.y(at), self.base)
        return QRectF(x, y, width, self.base - y)

    def top_of(self, picture: FlowPicture, layer: int) -> float:
        """The top of a layer's bar, the base where it has none."""
        at = float(picture.places[layer])
        return self.base if math.isnan(at) else min(self.y(at), self.base)

    def mark_of(self, picture: FlowPicture, layer: int) -> float:
        """The height of a layer's before-mark; infinite where there is none."""
        before = picture.before_places
        if before is None or math.isnan(before[layer]):
            return math.inf
        return self.y(float(before[layer]))

    def lift(self, picture: FlowPicture, room: QRectF, first: int, last: int) -> None:
        """Move a text's room up until no before-mark of these bars runs through it."""
        if picture.before_places is None:
            return
        marks = sorted(
            (self.mark_of(picture, each) for each in range(first, last + 1)), reverse=True
        )
        for mark in marks:
            if room.top() - 3 < mark < room.bottom() + 3:
                room.moveBottom(mark - 4)

    def highest_bar(self, picture: FlowPicture, left: float, right: float) -> float:
        """The top of the tallest bar, or before-mark, of the stations nearest to two places."""
        first, last = self.stations.nearest(left), self.stations.nearest(right)
        here = slice(max(1, first), min(last, picture.depth) + 1)
        places = picture.places[here]
        if picture.before_places is not None:
            places = np.fmax(places, picture.before_places[here])
        places = places[~np.isnan(places)]
        return float(self.heights(places).min(initial=self.base))


def draw_bars(
    painter: QPainter, picture: FlowPicture, plot: Plot, theme: Theme, metrics: Metrics
) -> None:
    """All bars: filled where measured, dotted outlines where the pass has not been."""
    is_slim = plot.bar_width() < 8
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not is_slim or is_vector(painter))
    layers, slots, wide = pick_bars(picture, plot)
    if is_slim and picture.playhead.at_end():
        _fill_slim(painter, picture, plot, theme, layers, slots, wide)
        layers = layers[:0]
    elif is_slim:
        _dot_tops(painter, picture, plot, theme, metrics.outline, layers)
    for layer, slot in zip(layers.tolist(), slots.tolist(), strict=False):
        if picture.kinds[layer] < 0 or math.isnan(picture.places[layer]):
            continue
        bar = plot.bar(picture, layer)
        bar.moveLeft(plot.stations.at(slot) - bar.width() / 2)
        bar.setWidth(bar.width() * wide)
        if not picture.playhead.has_reached(layer):
            if not is_slim:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(make_dots(theme, metrics.outline))
                painter.drawPath(round_top(bar, 3.0 * metrics.outline))
            continue
        _draw_bar(painter, bar, float(picture.strengths[layer]), theme, metrics, layer, is_slim)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def _dot_tops(
    painter: QPainter, picture: FlowPicture, plot: Plot, theme: Theme, width: float, layers: I64
) -> None:
    """Slim bars that are not reached yet: a dotted line along their tops, down to the base."""
    ahead = [t for t in layers.tolist() if not picture.playhead.has_reached(t)]
    tops = [(plot.stations.at(t), plot.top_of(picture, t)) for t in ahead if picture.kinds[t] >= 0]
    if not tops:
        return
    half = 0.5 * plot.bar_width()
    (first, _), (last, _) = tops[0], tops[-1]
    corners = [(first - half, plot.base), *tops, (last + half, plot.base)]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(make_dots(theme, width))
    painter.drawPolyline([QPointF(x, y) for x, y in corners])


def _fill_slim(
    painter: QPainter,
    picture: FlowPicture,
    plot: Plot,
    theme: Theme,
    layers: I64,
    slots: I64,
    wide: int,
) -> None:
    """Slim bars of a pass that has ended: the picture that is drawn while training runs."""
    places = picture.places[layers]
    has_bar = (picture.kinds[layers] >= 0) & ~np.isnan(places)
    layers, slots, places = layers[has_bar], slots[has_bar], places[has_bar]
    tops = plot.heights(places)
    rooms = np.empty((len(layers), 4))
    rooms[:, 0] = plot.stations.x[slots] - plot.bar_width() / 2
    rooms[:, 1] = tops
    rooms[:, 2] = wide * plot.bar_width() + 0.4
    rooms[:, 3] = plot.base - tops
    fill_cells(painter, theme, rooms, picture.strengths[layers])


def pick_bars(picture: FlowPicture, plot: Plot) -> tuple[I64, I64, int]:
    """All bars that are seen, or the tallest of those that share a pixel.

    Returns:
        The layers; the first layer of each one's slot, in which it stands; layers to a slot.
    """
    first, last = plot.stations.visible()
    last = min(last, picture.depth)
    together = math.ceil(1.0 / max(plot.stations.pitch, 1e-6))
    if together <= 1:
        seen = np.arange(first, last + 1)
        return seen, seen, 1
    groups = -(-picture.depth // together)
    heights = np.full(groups * together, -np.inf)
    heights[: picture.depth] = np.nan_to_num(picture.places[1:], nan=-np.inf)
    tallest = heights.reshape(groups, together).argmax(axis=1)
    slots = 1 + np.arange(groups) * together
    are_seen = (slots + together > first) & (slots <= last)
    slots, tallest = slots[are_seen], tallest[are_seen]
    return np.append(0, slots + tallest), np.append(0, slots), together


def _draw_bar(
    painter: QPainter,
    bar: QRectF,
    strength: float,
    theme: Theme,
    metrics: Metrics,
    layer: int,
    is_slim: bool,
) -> None:
    has_colour = not math.isnan(strength)
    colour = strength_colour(theme, round(strength, 2)) if has_colour else theme.ground
    if is_slim:
        painter.fillRect(
            bar.adjusted(0, 0, 0.4, 0), make_brush(colour if has_colour else theme.dim)
        )
        return
    if layer == 0:
        painter.setOpacity(_INPUT_OPACITY)
    is_outlined = not has_colour or strength < OUTLINE_BELOW
    painter.setPen(make_pen(theme.dim, metrics.outline) if is_outlined else Qt.PenStyle.NoPen)
    painter.setBrush(make_brush(colour))
    painter.drawPath(round_top(bar, 3.0 * metrics.outline))
    if has_colour and strength > RING_FROM and bar.width() > 10 and bar.height() > 10:
        inset = 0.12 * bar.width()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(make_pen(theme.ground, max(metrics.outline, 0.04 * bar.width())))
        painter.drawPath(round_top(bar.adjusted(inset, inset, -inset, 0), 2.0 * metrics.outline))
    painter.setOpacity(1.0)


def round_top(bar: QRectF, radius: float) -> QPainterPath:
    """A bar with round upper corners, standing on its base."""
    radius = min(radius, bar.width() / 2, bar.height())
    left, top, right, bottom = bar.left(), bar.top(), bar.right(), bar.bottom()
    path = QPainterPath(QPointF(left, bottom))
    path.lineTo(left, top + radius)
    path.quadTo(left, top, left + radius, top)
    path.lineTo(right - radius, top)
    path.quadTo(right, top, right, top + radius)
    path.lineTo(right, bottom)
    path.closeSubpath()
    return path


def draw_before(
    painter: QPainter, picture: FlowPicture, plot: Plot, theme: Theme, metrics: Metrics
) -> None:
    """A mark over each bar where it ended before the last toggle."""
    if picture.before_places is None:
        return
    half = 0.5 * plot.bar_width() + min(0.12 * plot.stations.pitch, 8.0)
    first, last = plot.stations.visible()
    marks = [
        QLineF(x - half, y, x + half, y)
        for layer in range(max(1, first), min(picture.depth, last) + 1)
        if not math.isnan(at := float(picture.before_places[layer]))
        for x, y in [(plot.stations.at(layer), plot.y(at))]
    ]
    painter.setPen(make_pen(theme.ground, 2.4 * metrics.curve))
    painter.drawLines(marks)
    painter.setPen(make_pen(theme.text, metrics.curve))
    painter.drawLines(marks)
    if marks:
        leftmost = marks[0]
        draw_text(
            painter,
            max(leftmost.x1() - 0.4 * metrics.tick, plot.area.left() + 4 * metrics.tick),
            leftmost.y1(),
            "before",
            metrics.tick,
            theme.text,
            align="right",
            casing=theme.ground,
        )


def draw_frame(
    painter: QPainter, picture: FlowPicture, plot: Plot, theme: Theme, metrics: Metrics
) -> None:
    """The playhead around its bar; between two bars it slides along their tops."""
    box = frame_box(picture, plot, metrics)
    if box is not None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(make_pen(theme.text, 1.5 * metrics.axis))
        painter.drawPath(round_top(box, 0.35 * metrics.label))


def frame_box(picture: FlowPicture, plot: Plot, metrics: Metrics) -> QRectF | None:
    """Where the playhead's frame stands; None where there is nothing to scrub."""
    playhead = picture.playhead
    if not picture.has_measure or playhead.at_end() or playhead.is_live:
        return None
    if playhead.phase == "forward" or playhead.x() > picture.depth + 0.5:
        return None
    at = min(max(playhead.x(), 0.0), float(picture.depth))
    low, share = int(at), at - int(at)
    high = min(low + 1, picture.depth)
    tops = [plot.bar(picture, layer).top() for layer in (low, high)]
    top = tops[0] + (tops[1] - tops[0]) * share
    pad = 0.28 * metrics.label
    half = max(plot.bar_width() / 2 + pad, 0.4 * metrics.label)
    x = plot.stations.at(at)
    return QRectF(x - half, top - pad, 2 * half, plot.base - top + pad)


def draw_off_axis_marks(
    painter: QPainter, picture: FlowPicture, plot: Plot, theme: Theme, metrics: Metrics
) -> None:
    """Exact zeros lie under the axis, infinities and NaN above it."""
    if picture.zeros is None and picture.not_finite is None:
        return
    left, right = plot.area.left(), plot.area.right()
    zero_y = plot.area.bottom() - ZEROS_ABOVE * metrics.label
    wild_y = plot.area.top() + NOT_FINITE_BELOW * metrics.label
    for off_axis, y in ((picture.zeros, zero_y), (picture.not_finite, wild_y)):
        if off_axis is None:
            continue
        tall = 1.3 * metrics.label
        room = QRectF(left, y - tall / 2, right - left, tall)
        painter.fillRect(room, make_colour(theme.line, 0.35))
    radius = min(0.32 * metrics.label, 0.4 * plot.stations.pitch)
    last_x = {True: -math.inf, False: -math.inf}
    first, last = plot.stations.visible()
    seen = max(first, 0)
    for layer in (seen + np.flatnonzero(picture.kinds[seen : last + 1] > 0)).tolist():
        kind = int(picture.kinds[layer])
        if kind == ValueKind.DENORMAL or not picture.playhead.has_reached(layer):
            continue
        is_zero = kind in _ZERO_KINDS
        if (picture.zeros if is_zero else picture.not_finite) is None:
            continue
        x = plot.stations.at(layer)
        if x - last_x[is_zero] < 2.4 * max(radius, 3.0):
            continue
        last_x[is_zero] = x
        if is_zero:
            draw_struck_ring(painter, theme, x, zero_y, max(radius, 3.0), metrics.outline)
        else:
            draw_hatched_ring(painter, theme, x, wild_y, max(1.2 * radius, 3.5), metrics.outline)
