"""The network diagram.

How to read it: each column is a layer, each node a unit, lit by the gradient that reached
it in this pass, relative to the loss end. The pass runs from the loss on the right to the
input on the left; what it has not reached is dotted.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from desktop.display.frame import DisplayFrame
from desktop.display.inspection import describe_place
from desktop.display.pictures import DiagramPicture
from desktop.kinds.feedforward.view.bands import draw_head, draw_roads
from desktop.kinds.feedforward.view.columns import Columns, draw_columns, stand_columns
from desktop.kinds.feedforward.view.input_and_loss import draw_ends
from desktop.kinds.feedforward.view.links import Links, Mesh
from desktop.kinds.feedforward.view.ribbon import draw_ribbon
from desktop.kinds.feedforward.view.skip_arcs import draw_arcs, find_arc
from desktop.painting.pixmap_cache import Kept
from desktop.painting.text_and_pens import make_brush, make_pen
from desktop.style.theme import Theme
from desktop.views.caption_row import draw_parts
from desktop.views.loss_box import FRAME, loss_box
from desktop.views.pulse import draw_pulse
from desktop.views.view import Drawing, Place, Target

_MOST_AROUND = 0.3
_MOST_AROUND_SLIM = (0.24, 0.36)
"""Of the height, for arcs, and for what stands under the nodes."""


class Diagram(Drawing):
    """Draws a `DiagramPicture`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._display: DisplayFrame | None = None
        self._links = Links()
        self._input_lines = Kept()
        self._columns: Columns | None = None
        self._columns_of: tuple[object, ...] = ()

    def show_frame(self, display: DisplayFrame) -> bool:
        old, self._display = self._display, display
        return old is None or old.diagram is not display.diagram

    def columns(self) -> Columns | None:
        """Where the nodes stand; None before there is anything to draw."""
        if self.place is None or self._display is None or self._display.diagram.depth == 0:
            return None
        picture = self._display.diagram
        key = (self.place, picture.depth, picture.unit_counts.tobytes())
        if self._columns is None or key != self._columns_of:
            top, bottom = self._body(self.place)
            self._columns = stand_columns(
                picture, self.place.stations, top, bottom, self.place.metrics
            )
            self._columns_of = key
        return self._columns

    def _body(self, place: Place) -> tuple[float, float]:
        """The heights between which the nodes stand."""
        label, room = place.metrics.label, place.room
        arcs, base = (1.9, 2.1) if place.is_low else (2.3, 1.9)
        over, under = _MOST_AROUND_SLIM if place.is_slim else (_MOST_AROUND, _MOST_AROUND)
        above = min(arcs * label, over * room.height())
        below = min(base * label, under * room.height())
        return room.top() + above, room.bottom() - below

    def draw(self, painter: QPainter) -> None:
        place, columns = self.place, self.columns()
        if place is None or columns is None or self._display is None:
            return
        picture = self._display.diagram
        base, head = self.arc_heights(columns, place)
        self._draw_between(painter, picture, columns, place)
        draw_arcs(painter, picture, place.stations, self.theme, place.metrics, base, head)
        if columns.is_ribbon:
            draw_ribbon(
                painter,
                picture,
                place.stations,
                self.theme,
                place.metrics,
                columns.top,
                columns.bottom,
            )
        else:
            draw_columns(painter, picture, columns, place, self.theme)
        draw_ends(painter, picture, columns, place, self.theme)
        self._draw_marks(painter, picture, columns, place)
        if self._display.flow.crossing:
            crossing = self._display.flow.crossing
            draw_parts(painter, crossing, columns.bottom, place, self.theme, picture)

    def arc_heights(self, columns: Columns, place: Place) -> tuple[float, float]:
        """Between which heights the arcs stand: the columns, and their tops."""
        base = columns.top - 0.35 * place.metrics.label
        return base, max(base - 2.9 * place.metrics.label, place.room.top() + 2)

    def _border(self, picture: DiagramPicture, place: Place) -> float:
        """Right of this x the links have been crossed."""
        playhead = picture.playhead
        if not picture.has_measure or playhead.phase in ("forward", "loss"):
            return math.inf
        return -math.inf if playhead.at_end() else place.stations.at(playhead.x())

    def _draw_between(
        self, painter: QPainter, picture: DiagramPicture, columns: Columns, place: Place
    ) -> None:
        if columns.is_ribbon:
            return
        stations, width = place.stations, place.metrics.outline
        border = self._border(picture, place)
        if columns.has_links:
            room = QRectF(
                stations.at(0), columns.top, stations.at(picture.depth) - stations.at(0), 0.0
            )
            room.setBottom(columns.bottom)
            mesh = Mesh(picture, columns, stations, self.theme, width)
            self._links.draw(painter, mesh, room, border)
        else:
            draw_roads(painter, picture, columns, place, self.theme, border, self._input_lines)
        draw_pulse(painter, picture, columns.top, columns.bottom, place, self.theme)
        draw_head(
            painter,
            picture,
            columns,
            stations,
            self.theme,
            loss_box(columns.top, columns.bottom, place).left(),
            width,
            picture.has_measure and picture.playhead.has_reached(picture.depth),
        )

    def _draw_marks(
        self, painter: QPainter, picture: DiagramPicture, columns: Columns, place: Place
    ) -> None:
        """The playhead frame, and the caret under what is selected."""
        metrics, playhead = place.metrics, picture.playhead
        pad = 0.55 * metrics.label
        if picture.has_measure and not playhead.is_live and not playhead.at_end():
            box = self.playhead_box(columns, place, playhead.x())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(make_pen(self.theme.text, 1.5 * metrics.axis))
            painter.drawRoundedRect(box, pad, pad)
        selected = picture.selected_layer
        if (
            selected is None
            or not picture.has_measure
            or (playhead.is_crossing() and not playhead.at_end())
        ):
            return
        x, y = place.stations.at(selected), columns.bottom + pad + 0.25 * metrics.label
        half = 0.36 * metrics.label
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(make_brush(self.theme.text))
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x - half, y + 1.2 * half),
                    QPointF(x + half, y + 1.2 * half),
                    QPointF(x, y),
                ]
            )
        )

    def playhead_box(self, columns: Columns, place: Place, at: float) -> QRectF:
        """The frame around the column where the pass is."""
        metrics = place.metrics
        pad = 0.4 * metrics.label
        x = place.stations.at(at)
        half = columns.radius * 1.45 + 0.35 * metrics.label
        if columns.is_ribbon:
            half = 0.45 * metrics.label
        if at > place.stations.depth + 0.5:
            half = max(
                half,
                loss_box(columns.top, columns.bottom, place).width() / 2 + FRAME * metrics.label,
            )
        return QRectF(x - half, columns.top - pad, 2 * half, columns.bottom - columns.top + 2 * pad)

    def find_target(self, point: QPointF) -> Target | None:
        place, columns = self.place, self.columns()
        if place is None or columns is None or self._display is None:
            return None
        picture, stations = self._display.diagram, place.stations
        playhead = picture.playhead
        base, head = self.arc_heights(columns, place)
        is_on_columns = columns.top - 6 <= point.y() <= columns.bottom + 6
        if is_on_columns and not playhead.is_live and not playhead.at_end():
            box = self.playhead_box(columns, place, playhead.x())
            if box.contains(point):
                return Target("playhead", playhead.layer_at(), self._describe(playhead.layer_at()))
        if is_on_columns:
            layer = stations.nearest(point.x())
            return Target("layer", layer, self._describe(layer))
        arc = find_arc(point, picture, stations, base, head)
        if arc is not None:
            state = "skip connection" if arc.is_active else "possible skip connection"
            text = f"{state} from layer {arc.source} to layer {arc.end}"
            return Target("edit", arc.end, text, "skip")
        return None

    def _describe(self, layer: int) -> str:
        return "" if self._display is None else describe_place(self._display, layer)
