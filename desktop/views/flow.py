"""The gradient flow chart.

How to read it: the bar under a node is the gradient of that layer, on a logarithmic axis,
so that one gridline down is the same factor everywhere. The number over a bar is the factor
by which the gradient changed on its way there. Exact zeros lie in a lane under the axis,
infinities and NaN in one above it.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from desktop.display.captions import describe_layer
from desktop.display.picture import DisplayFrame, FlowPicture
from desktop.display.scales import pick_whole_ticks
from desktop.display.time_captions import describe_place
from desktop.theme import Theme
from desktop.views.bars import Plot, draw_bars, draw_before, draw_frame, draw_lanes
from desktop.views.drawing import Drawing, Place, Target
from desktop.views.flow_lines import draw_flow_lines
from desktop.views.flow_numbers import draw_numbers
from desktop.views.foot import arrow_width, draw_arrow
from desktop.views.kept import Kept
from desktop.views.key import draw_key, key_width
from desktop.views.pens import (
    MEDIUM,
    SEMIBOLD,
    draw_text,
    draw_title,
    make_dashes,
    make_pen,
    text_width,
)


class Flow(Drawing):
    """Draws a `FlowPicture`, its bars exactly under the nodes of the diagram."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._display: DisplayFrame | None = None
        self._ground = Kept()
        self._lines = Kept()

    def show_frame(self, display: DisplayFrame) -> bool:
        self._display = display
        return True

    def plot(self) -> Plot | None:
        """Where the bars stand; None before there is anything to draw."""
        place = self.place
        if place is None or self._display is None or self._display.flow.depth == 0:
            return None
        picture, label = self._display.flow, place.metrics.label
        top = place.room.top() + (1.7 * label if place.has_titles else 0.3 * label)
        if picture.not_finite is not None:
            top += 1.5 * label
        top += 2.0 * label
        bottom = place.room.bottom() - 1.7 * label
        lane = bottom
        if picture.zeros is not None:
            bottom -= 1.5 * label
        axis = picture.axis
        return Plot(place.stations, axis, top, max(bottom, top + 10), max(lane, top + 10))

    def draw(self, painter: QPainter) -> None:
        place, plot = self.place, self.plot()
        if place is None or plot is None or self._display is None:
            return
        picture = self._display.flow
        self._draw_ground(painter, place, plot, picture)
        draw_bars(painter, picture, plot, self.theme, place.metrics)
        draw_lanes(painter, picture, plot, self.theme, place.metrics)
        self._draw_guide(painter, place, plot, picture)
        draw_before(painter, picture, plot, self.theme, place.metrics)
        self._draw_lines(painter, place, plot, picture)
        if place.is_low and place.has_titles:
            y, diagram = place.room.top() + 0.7 * place.metrics.label, self._display.diagram
            right, has_words = place.stations.right - self._key_room(place), not self.has_key
            draw_arrow(painter, diagram, place, self.theme, right, y, has_words=has_words)
        draw_frame(painter, picture, plot, self.theme, place.metrics)
        draw_numbers(painter, picture, plot, place, self.theme)

    def _draw_lines(
        self, painter: QPainter, place: Place, plot: Plot, picture: FlowPicture
    ) -> None:
        """The lines beside the bars; while training runs they jump from pass to pass."""

        def paint(onto: QPainter) -> None:
            draw_flow_lines(onto, picture, plot, self.theme, place.metrics)

        if picture.lines and picture.playhead.is_live:
            key = (place, self.theme, picture.lines, picture.axis, plot.top, plot.foot)
            self._lines.draw(painter, place.room, key, paint, may_wait=True)
        else:
            paint(painter)

    def _draw_ground(
        self, painter: QPainter, place: Place, plot: Plot, picture: FlowPicture
    ) -> None:
        """All that stays while the bars move."""

        def paint(onto: QPainter) -> None:
            self._draw_title(onto, place, picture)
            self._draw_grid(onto, place, plot, picture)
            self._draw_layers(onto, place, plot, picture)

        key = (
            place,
            self.theme,
            self.has_key,
            self._display.diagram.arrow_text if self._display else "",
            picture.depth,
            picture.title,
            picture.subtitle,
            picture.place_name,
            self._describe_lanes(picture),
            picture.axis,
            plot.foot,
            picture.selected_layer,
        )
        room = place.room.adjusted(-2.0 * place.metrics.label, 0.0, 0.0, 0.0)  # long numbers
        self._ground.draw(painter, room, key, paint)

    @staticmethod
    def _describe_lanes(picture: FlowPicture) -> str:
        """What lies beside the axis, and what the reference is."""
        notes = [each.text for each in (picture.not_finite, picture.zeros) if each is not None]
        return " · ".join([*notes, picture.note] if picture.note else notes)

    def _draw_title(self, painter: QPainter, place: Place, picture: FlowPicture) -> None:
        if not place.has_titles:
            return
        metrics, theme = place.metrics, self.theme
        y = place.room.top() + 0.7 * metrics.label
        left, right = place.stations.left, place.room.right()
        key = self._key_room(place)
        if key:
            draw_key(painter, theme, metrics, right, y, metrics.outline)
            right -= key
        if place.is_low and self._display is not None:
            diagram, has_words = self._display.diagram, not self.has_key
            right -= arrow_width(diagram, place, has_words=has_words) + metrics.label
        note = self._describe_lanes(picture)
        if note and text_width(note, metrics.label, MEDIUM) < 0.6 * (right - left):
            width = draw_text(
                painter, right, y, note, metrics.label, theme.text, align="right", weight=MEDIUM
            )
            right -= width + metrics.label
        title, subtitle = picture.title, picture.subtitle
        draw_title(painter, left, y, right - left, title, subtitle, metrics, theme)

    def _key_room(self, place: Place) -> float:
        """The width of the colour key with its gap; 0 where it does not stand here."""
        width = key_width(self.theme, place.metrics)
        fits = width < 0.6 * (place.stations.right - place.stations.left)
        return width + place.metrics.label if self.has_key and fits else 0.0

    def _draw_grid(self, painter: QPainter, place: Place, plot: Plot, picture: FlowPicture) -> None:
        metrics, theme = place.metrics, self.theme
        left, right = place.stations.left, place.stations.right
        room = plot.foot - plot.top
        ticks = picture.axis.ticks
        every = max(1, math.ceil(len(ticks) * 1.35 * metrics.tick / max(room, 1.0)))
        for index, tick in enumerate(ticks):
            y = plot.y(tick.at)
            painter.setPen(make_pen(theme.line, metrics.axis))
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            if (len(ticks) - 1 - index) % every == 0:
                draw_text(
                    painter,
                    left - 0.6 * metrics.tick,
                    y,
                    tick.text,
                    metrics.tick,
                    theme.dim,
                    align="right",
                )

    def _draw_guide(
        self, painter: QPainter, place: Place, plot: Plot, picture: FlowPicture
    ) -> None:
        if picture.guide is None:
            return
        metrics, theme = place.metrics, self.theme
        share = picture.axis.share(picture.guide)
        if not 0 <= share <= 1.1:
            return
        y = plot.y(picture.guide)
        painter.setPen(make_dashes(theme.text, metrics.axis, (4.0, 4.0)))
        painter.drawLine(QPointF(place.stations.left, y), QPointF(place.stations.right, y))
        draw_text(
            painter,
            place.stations.right,
            y - 0.3 * metrics.tick,
            picture.guide_text,
            metrics.tick,
            theme.text,
            align="right",
            vertical="bottom",
            casing=theme.ground,
        )

    def _draw_layers(
        self, painter: QPainter, place: Place, plot: Plot, picture: FlowPicture
    ) -> None:
        """The layers' numbers under the bars."""
        metrics, theme = place.metrics, self.theme
        y = plot.lane + 0.95 * metrics.label
        widest = text_width(f"{picture.depth}", metrics.tick) + 0.7 * metrics.tick
        fits_all = place.stations.pitch >= widest and picture.depth <= 16
        layers = range(1, picture.depth + 1) if fits_all else pick_whole_ticks(1, picture.depth)
        selected = picture.selected_layer
        taken: list[tuple[float, float]] = []
        chosen = [selected] if selected is not None and 0 < selected <= picture.depth else []
        for layer in (*chosen, *(layer for layer in layers if layer != selected)):
            x = place.stations.at(layer)
            half = text_width(f"{layer:,}", metrics.tick, MEDIUM) / 2 + 2
            if any(x - half < right and left < x + half for left, right in taken):
                continue
            taken.append((x - half, x + half))
            draw_text(
                painter,
                x,
                y,
                f"{layer:,}",
                metrics.tick,
                theme.text if layer == selected else theme.dim,
                align="centre",
                weight=SEMIBOLD if layer == selected else MEDIUM,
            )
        last_right = max((right for _, right in taken), default=-math.inf)
        has_input = picture.place_name == "layer"
        is_clear = place.stations.pitch > 2.2 * metrics.tick or place.stations.pitch < 12
        if has_input and is_clear:
            x = place.stations.at(0)
            draw_text(painter, x, y, "input", metrics.tick, theme.dim, align="centre")
        name = picture.place_name
        if last_right + text_width(name, metrics.tick) + metrics.tick < place.stations.right:
            x = place.stations.right
            draw_text(painter, x, y, name, metrics.tick, theme.dim, align="right")

    def find_target(self, point: QPointF) -> Target | None:
        place, plot = self.place, self.plot()
        if place is None or plot is None or self._display is None:
            return None
        if not plot.top - 20 <= point.y() <= place.room.bottom():
            return None
        layer = min(place.stations.nearest(point.x()), plot.stations.depth)
        trace = self._display.trace
        text = describe_place(self._display, layer)
        return Target("layer", layer, text if trace is None else describe_layer(trace, layer))
