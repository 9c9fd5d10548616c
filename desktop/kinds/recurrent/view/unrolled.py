"""The unrolled network.

How to read it: each column is a time step with its word under it, each row a state of a
layer; an LSTM's cell state runs above its hidden state. The road is as wide and as bright as
the gradient that arrives from the loss on the right. Blades across it are the gate between
two time steps, as open as they stand. What the pass has not reached is dotted.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from desktop.display.frame import DisplayFrame
from desktop.kinds.recurrent.display.captions import describe_time_step
from desktop.kinds.recurrent.display.frame import StateRow, UnrolledPicture, unrolled_of
from desktop.kinds.recurrent.view.gates import CLOSE_UP, draw_crossings, draw_valves
from desktop.kinds.recurrent.view.loss_marks import draw_losses, find_loss
from desktop.kinds.recurrent.view.state_row_names import draw_state_row_names, find_gate
from desktop.kinds.recurrent.view.state_rows import (
    HEIGHT_OF_LANE,
    StateRowPlaces,
    draw_glyphs,
    draw_road,
    stand_state_rows,
)
from desktop.kinds.recurrent.view.words import WordRow, draw_words, plan_words
from desktop.painting.node_marks import TRAIL, draw_glow, draw_nodes
from desktop.painting.text_and_pens import draw_text, make_brush, make_dashes, make_pen
from desktop.style.theme import Metrics, Theme, strength_colour
from desktop.views.caption_row import draw_parts
from desktop.views.loss_box import FRAME, loss_box
from desktop.views.pulse import draw_pulse
from desktop.views.view import Drawing, Place, Target

_HEIGHT_AROUND = 12.5
"""Of titles, words and caption, in label sizes."""
_MOST_SLIM_ROWS = 4
"""That have room for their names in a lane."""
_WORDS_OF_LANES = 4.2
"""The most that they take under two lanes, in sizes of a tick's number."""


class Unrolled(Drawing):
    """Draws an `UnrolledPicture`."""

    has_names = True

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._display: DisplayFrame | None = None

    def show_frame(self, display: DisplayFrame) -> bool:
        old, self._display = self._display, display
        return old is None or old.diagram is not display.diagram

    def useful_height(self, metrics: Metrics) -> float:
        picture = self._picture()
        if picture is None:
            return math.inf
        return (HEIGHT_OF_LANE * len(picture.state_rows) + _HEIGHT_AROUND) * metrics.label

    def slim_height(self, metrics: Metrics) -> float:
        picture = self._picture()
        rows = 1 if picture is None else min(len(picture.state_rows), _MOST_SLIM_ROWS)
        return max(super().slim_height(metrics), (1.9 + 1.45 * rows) * metrics.label)

    def words_height(self, metrics: Metrics, pitch: float) -> float:
        picture = self._picture()
        if picture is None:
            return 0.0
        return plan_words(picture, pitch, metrics, _WORDS_OF_LANES * metrics.tick).height

    def _picture(self) -> UnrolledPicture | None:
        return None if self._display is None else unrolled_of(self._display)

    def _body(self, place: Place) -> tuple[float, float]:
        """The heights between which state rows and words stand."""
        label = place.metrics.label
        header = 0.7 if place.is_slim else 1.2
        footer = 0.75 if place.is_slim else 0.9 if place.is_low else 1.1
        top, bottom = place.room.top() + header * label, place.room.bottom() - footer * label
        return top, max(bottom, top + label)

    def word_row(self) -> WordRow | None:
        """How the words under the rows stand; None where they leave the rows no height."""
        place, picture = self.place, self._picture()
        if place is None or picture is None:
            return None
        pitch = place.stations.pitch
        if place.words is not None:
            given = place.words
            return plan_words(picture, pitch, place.metrics, given) if given else None
        top, bottom = self._body(place)
        state_row = place.metrics.label * len(picture.state_rows)
        row = plan_words(picture, pitch, place.metrics, bottom - top - 1.8 * state_row)
        return row if row.height <= bottom - top - 1.1 * state_row else None

    def rows(self) -> StateRowPlaces | None:
        """Where the state rows lie; None before there is anything to draw."""
        place, picture = self.place, self._picture()
        if place is None or picture is None:
            return None
        top, bottom = self._body(place)
        words = self.word_row()
        bottom -= 0.0 if words is None else words.height
        return stand_state_rows(picture, place.stations, top, bottom, place.metrics)

    def draw(self, painter: QPainter) -> None:
        place, rows, picture = self.place, self.rows(), self._picture()
        if place is None or rows is None or picture is None or self._display is None:
            return
        display, theme, metrics = self._display, self.theme, place.metrics
        border = self._border(display, place)
        draw_pulse(painter, display.diagram, rows.top, rows.bottom, place, theme)
        draw_losses(painter, picture, display.diagram, rows, place, theme)
        for state_row, y in zip(picture.state_rows, rows.ys, strict=True):
            draw_road(
                painter,
                state_row,
                y,
                rows.half_of(state_row),
                place.stations,
                theme,
                metrics,
                border,
            )
        self._draw_gates(painter, place, rows, picture)
        for state_row, y in zip(picture.state_rows, rows.ys, strict=True):
            self._draw_trail(painter, place, rows, state_row, y)
            if rows.radius and not state_row.is_cell:
                self._draw_nodes(painter, place, rows, state_row, y)
            else:
                draw_glyphs(painter, state_row, y, place.stations, theme, metrics, border)
        self._draw_cuts(painter, place, rows, picture)
        self._draw_marks(painter, place, rows)
        words = self.word_row()
        if words is not None:
            y = rows.bottom + 0.9 * metrics.label
            selected = display.selected_layer
            draw_words(painter, picture, words, place.stations, y, theme, metrics, selected)
        above = rows.top - 2.1 * metrics.label
        has_room = not place.is_slim or above + 0.5 * metrics.label >= place.room.top()
        if display.flow.crossing and has_room:  # the title of a lane says them too
            draw_parts(painter, display.flow.crossing, above, place, theme, display.diagram)

    def draw_names(self, painter: QPainter) -> None:
        place, rows, picture = self.place, self.rows(), self._picture()
        if place is not None and rows is not None and picture is not None:
            draw_state_row_names(painter, picture, rows, place, self.theme)

    def _border(self, display: DisplayFrame, place: Place) -> float:
        """Right of this x the pass has been."""
        playhead = display.playhead
        if not display.diagram.has_measure or playhead.phase in ("forward", "loss"):
            return math.inf
        return -math.inf if playhead.at_end() else place.stations.at(playhead.x())

    def _draw_gates(
        self, painter: QPainter, place: Place, rows: StateRowPlaces, picture: UnrolledPicture
    ) -> None:
        is_close = place.stations.pitch >= CLOSE_UP * place.metrics.label
        state_rows = list(zip(picture.state_rows, rows.ys, strict=True))
        for index, (state_row, y) in enumerate(state_rows):
            crossing = next((c for c in picture.crossings if c.layer == state_row.layer), None)
            if is_close and state_row.is_cell and crossing is not None:
                draw_crossings(
                    painter,
                    crossing,
                    state_row,
                    y,
                    state_rows[index + 1][1],
                    rows,
                    place.stations,
                    self.theme,
                    place.metrics,
                )
            draw_valves(painter, state_row, y, rows, place.stations, self.theme, place.metrics)

    def _draw_trail(
        self, painter: QPainter, place: Place, rows: StateRowPlaces, state_row: StateRow, y: float
    ) -> None:
        """Light on the time step that the pass is at, and on the two it has just left."""
        assert self._display is not None
        playhead = self._display.playhead
        if playhead.at_end() or playhead.phase not in (None, "backward"):
            return
        for behind, opacity in enumerate(TRAIL):
            t = playhead.layer_at() + behind
            if not 1 <= t <= place.stations.depth or state_row.kinds[t - 1] < 0:
                continue
            strength = float(state_row.strengths[t - 1])
            if not math.isnan(strength):
                size = rows.radius if rows.radius and not state_row.is_cell else 0.8 * rows.half
                colour = strength_colour(self.theme, round(strength))
                draw_glow(painter, colour, place.stations.at(t), y, size, opacity)

    def _draw_nodes(
        self, painter: QPainter, place: Place, rows: StateRowPlaces, state_row: StateRow, y: float
    ) -> None:
        assert self._display is not None
        playhead, stations = self._display.playhead, place.stations
        has_measure = self._display.diagram.has_measure
        first, last = stations.visible()
        first, last = max(first, 1), min(last, stations.depth)
        is_reached = [has_measure and playhead.has_reached(t) for t in range(first, last + 1)]
        draw_nodes(
            painter,
            self.theme,
            np.column_stack((stations.x[first : last + 1], np.full(len(is_reached), y))),
            rows.radius,
            state_row.strengths[first - 1 : last],
            np.where(is_reached, state_row.kinds[first - 1 : last], -1),
            place.metrics.outline,
        )

    def _draw_cuts(
        self, painter: QPainter, place: Place, rows: StateRowPlaces, picture: UnrolledPicture
    ) -> None:
        """Where truncation ends the pass: a dashed line through all state rows."""
        metrics, theme = place.metrics, self.theme
        dashes = (3.0 * metrics.axis, 2.5 * metrics.axis)
        last_x = -math.inf
        for t in picture.cuts:
            x = place.stations.at(t + 0.5)
            if not place.room.left() <= x <= place.room.right():
                continue
            painter.setPen(make_dashes(theme.text, 1.3 * metrics.axis, dashes))
            painter.drawLine(QPointF(x, rows.top), QPointF(x, rows.bottom))
            if x - last_x > 3.5 * metrics.tick:
                last_x, y = x, rows.top - 0.6 * metrics.tick
                draw_text(painter, x, y, "cut", metrics.tick, theme.dim, align="centre")

    def _draw_marks(self, painter: QPainter, place: Place, rows: StateRowPlaces) -> None:
        """The playhead frame, and the caret under what is selected."""
        assert self._display is not None
        metrics, playhead = place.metrics, self._display.playhead
        if not playhead.is_live and not playhead.at_end():
            box = self.playhead_box(rows, place, playhead.x())
            corner = min(0.55 * metrics.label, 0.4 * box.width())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(make_pen(self.theme.text, 1.5 * metrics.axis))
            painter.drawRoundedRect(box, corner, corner)
        selected = self._display.selected_layer
        if selected is None or not 1 <= selected <= place.stations.depth:
            return
        if playhead.is_crossing() and not playhead.at_end():
            return
        x, y = place.stations.at(selected), rows.bottom + 0.32 * metrics.label
        half = 0.3 * metrics.label
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(make_brush(self.theme.text))
        corners = (QPointF(x - half, y + half), QPointF(x + half, y + half), QPointF(x, y))
        painter.drawPolygon(QPolygonF(list(corners)))

    def playhead_box(self, rows: StateRowPlaces, place: Place, at: float) -> QRectF:
        """The frame around the time step where the pass is."""
        label = place.metrics.label
        half = max(1.45 * rows.radius + 0.2 * label, 0.45 * label)
        if at > place.stations.depth + 0.5:
            pad = FRAME * label
            return loss_box(rows.top, rows.bottom, place).adjusted(-pad, -pad, pad, pad)
        x = place.stations.at(at)
        return QRectF(x - half, rows.top, 2 * half, rows.bottom - rows.top)

    def find_target(self, point: QPointF) -> Target | None:
        place, rows, picture = self.place, self.rows(), self._picture()
        if place is None or rows is None or picture is None or self._display is None:
            return None
        trace = picture.trace
        if trace is None:
            return None
        found = find_gate(point, picture, rows, place) or find_loss(point, picture, rows, place)
        if found is not None:
            return found
        words = self.word_row()
        bottom = rows.bottom + 6
        if words is not None:
            bottom = rows.bottom + 0.9 * place.metrics.label + words.height
        if (
            not rows.top - 6 <= point.y() <= bottom
            or point.x() < place.stations.at(0.5)
            or not (place.room.left() <= point.x() <= place.room.right())
        ):
            return None
        playhead = self._display.playhead
        if not playhead.is_live and not playhead.at_end():
            t = playhead.layer_at()
            if self.playhead_box(rows, place, playhead.x()).contains(point):
                return Target("playhead", t, describe_time_step(trace, t))
        t = place.stations.nearest(point.x())
        text = describe_time_step(trace, t)
        if len(trace.layer_names) == 1 or point.y() > rows.bottom:
            return Target("layer", t, text)
        away = [abs(point.y() - y) for y in rows.ys]
        return Target("layer", t, text, layer=picture.state_rows[away.index(min(away))].layer)
