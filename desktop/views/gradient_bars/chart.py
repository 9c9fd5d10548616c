"""The gradient bars.

How to read it: the bar under a node is the gradient of that layer, on a logarithmic axis,
so that one gridline down is the same factor everywhere. The number over a bar is the factor
by which the gradient changed on its way there. Exact zeros lie under the axis,
infinities and NaN above it.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.display.frame import DisplayFrame
from desktop.display.inspection import describe_place
from desktop.display.pictures import FlowPicture
from desktop.painting.colour_key import draw_key, key_width
from desktop.painting.pixmap_cache import Kept
from desktop.painting.text_and_pens import (
    MEDIUM,
    SEMIBOLD,
    draw_text,
    draw_title,
    make_dashes,
    text_width,
)
from desktop.views.axes import StationAxis, ValueAxis
from desktop.views.caption_row import arrow_width, draw_arrow
from desktop.views.chart import Frame
from desktop.views.gradient_bars.bars import (
    NOT_FINITE_BELOW,
    ZEROS_ABOVE,
    Plot,
    draw_bars,
    draw_before,
    draw_frame,
    draw_off_axis_marks,
    frame_box,
)
from desktop.views.gradient_bars.lines import draw_lines, draw_theories, list_entries
from desktop.views.gradient_bars.numbers import draw_numbers
from desktop.views.heading import Heading, plan_heading
from desktop.views.legend import (
    Entry,
    Legend,
    draw_legend,
    find_entry,
    legend_height,
    place_legend,
)
from desktop.views.shared_x import SharedX
from desktop.views.station_chart import StationChart
from desktop.views.view import Target


class GradientBars(StationChart):
    """Draws a `FlowPicture`, its bars exactly under the nodes of the diagram."""

    def __init__(self, frame: Frame, x: SharedX) -> None:
        self.values, self.numbers = ValueAxis(), StationAxis()
        self.picture: FlowPicture | None = None
        self._display: DisplayFrame | None = None
        self._lines = Kept()
        self.hidden: frozenset[str] = frozenset()
        """The lines that a click on their names has taken away."""
        self.has_legend = True
        """Whether the lines are named here; of two lanes above each other one names them."""
        self.has_name = True
        """Whether the quantity is named here; where height is scarce, a lane's title does it."""
        self.has_numbers = True
        """Whether the places are numbered here; of two lanes with as many the lower one is."""
        self._marks = (False, False)
        super().__init__("flow", frame, x, left=self.values, bottom=self.numbers)

    def show_frame(self, display: DisplayFrame) -> bool:
        old, self._display = self.picture, display
        self.picture = picture = display.flow
        input_at = None
        if picture.has_input and self.scale is not None:
            input_at = float(self.scale.places[0])
        self.numbers.note(picture.place_name, picture.depth, picture.selected_layer, input_at)
        off_axis_marks = _list_off_axis_marks(picture)
        if old is None or old.axis != picture.axis or self.values.off_axis_marks != off_axis_marks:
            if old is None or (old.axis.key, old.axis.is_log) != (
                picture.axis.key,
                picture.axis.is_log,
            ):
                self.y_zoom = None
            self.values.axis, self.values.off_axis_marks = picture.axis, off_axis_marks
            self.values.update()
            self.look()
        diagram = display.diagram
        low_key = (diagram.arrow_text, diagram.playhead.at_end(), diagram.playhead.phase)
        self.head.note(
            picture.title,
            picture.subtitle,
            _describe_off_axis_marks(picture),
            tuple(line.name for line in picture.lines),
            tuple(theory.name for theory in picture.theories),
            low_key if self.frame.is_low else None,
        )
        return True

    def keep_marks(self, *, has_zeros: bool, has_not_finite: bool) -> None:
        """Leave room for what lies off the axis in the other lane, so that both stay alike."""
        if (has_zeros, has_not_finite) != self._marks:
            self._marks = (has_zeros, has_not_finite)
            self.look()

    def head_height(self) -> float:
        heading = self._heading()
        if self.has_titles and not self.has_name:
            rows = legend_height(self._entries(), self._legend_room().width(), self.metrics)
            return max(rows, 1.35 * self.metrics.label)
        title = (1.7 if self.has_titles else 0.3) * self.metrics.label
        if heading is not None and self.has_titles:
            title = heading.height(self.metrics) + 0.1 * self.metrics.label
        return title + legend_height(self._entries(), self.width(), self.metrics)

    def footer_height(self) -> float:
        return super().footer_height() if self.has_numbers else 0.4 * self.metrics.label

    def settle(self, frame: Frame, room: QRectF) -> None:
        self.numbers.setVisible(self.has_numbers)
        super().settle(frame, room)

    def _heading(self) -> Heading | None:
        """The title on a page, with what lies beside the axis."""
        picture = self.picture
        if picture is None or self.frame.is_interactive:
            return None
        told = " · ".join(
            each for each in (picture.subtitle, _describe_off_axis_marks(picture)) if each
        )
        return plan_heading(
            picture.title,
            told,
            self.width(),
            self.theme,
            self.metrics,
            has_key=self.has_key,
            taken=self._arrow_width(),
        )

    def _arrow_width(self) -> float:
        """Of the direction of the pass, where it stands in this title row, with its gap."""
        if self._display is None or not self.frame.is_low:
            return 0.0
        diagram, has_words = self._display.diagram, not self.has_key
        return arrow_width(diagram, self.metrics, has_words=has_words) + self.metrics.label

    def _entries(self) -> list[Entry]:
        if self.picture is None or not self.has_legend:
            return []
        return list_entries(self.picture)

    def legend(self) -> Legend:
        """Every line beside the bars, and where its name is."""
        return place_legend(self._entries(), self._legend_room(), self.metrics)

    def _legend_room(self) -> QRectF:
        """Over what the legend stands: beside the colour key, where both share a row."""
        room = QRectF(self.area)
        if not self.has_name:
            room.setWidth(max(self.width() - self._key_room(), 1.0))
        return room

    def toggle(self, name: str) -> None:
        """Hide a line, or show it again."""
        self.hidden = self.hidden ^ {name}
        self.head.update()
        self.body.update()

    def y_whole(self) -> tuple[float, float]:
        """The axis with headroom for numbers, and room for what has no place on it."""
        picture, label = self.picture, self.metrics.label
        if picture is None:
            return 0.0, 1.0
        has_zeros, has_not_finite = self._marks
        has_zeros |= picture.zeros is not None
        has_not_finite |= picture.not_finite is not None
        headroom = 1.45 if self.frame.is_slim else 2.0
        above = (headroom + (1.5 if has_not_finite else 0.0)) * label
        below = 1.5 * label if has_zeros else 0.0
        tall = max(self.area.height() - above - below, 10.0)
        per_pixel = (picture.axis.high - picture.axis.low) / tall
        return picture.axis.low - below * per_pixel, picture.axis.high + above * per_pixel

    def plot(self) -> Plot | None:
        """Where the bars stand; None before there is anything to draw."""
        place, picture = self.place, self.picture
        if place is None or picture is None or picture.depth == 0:
            return None
        axis, area = picture.axis, place.room
        low, high = self.box.viewRange()[1]
        per_unit = area.height() / (high - low)
        top = area.bottom() - (axis.high - low) * per_unit
        base = area.bottom() - (axis.low - low) * per_unit
        return Plot(place.stations, axis, top, base, area)

    def draw(self, painter: QPainter) -> None:
        plot, picture, theme = self.plot(), self.picture, self.theme
        if plot is None or picture is None:
            return
        metrics = self.metrics
        draw_bars(painter, picture, plot, theme, metrics)
        draw_off_axis_marks(painter, picture, plot, theme, metrics)
        self._draw_guide(painter, plot, picture)
        draw_before(painter, picture, plot, theme, metrics)
        if picture.theories:
            draw_theories(painter, picture, plot, theme, metrics, self.hidden)
        self._draw_lines(painter, plot, picture)
        draw_frame(painter, picture, plot, theme, metrics)
        button = self.refit_room() if self.refit_button.isVisible() else None
        draw_numbers(painter, picture, plot, metrics, theme, self.hidden, button)

    def _draw_lines(self, painter: QPainter, plot: Plot, picture: FlowPicture) -> None:
        """The lines beside the bars; while training runs they jump from pass to pass."""

        def paint(onto: QPainter) -> None:
            draw_lines(onto, picture, plot, self.theme, self.metrics, self.hidden)

        if picture.lines and picture.playhead.is_live:
            shown = (picture.lines, self.hidden)
            key = (self.place, self.theme, shown, picture.axis, plot.top, plot.base)
            self._lines.draw(painter, plot.area, key, paint, may_wait=True)
        else:
            paint(painter)

    def _draw_guide(self, painter: QPainter, plot: Plot, picture: FlowPicture) -> None:
        if picture.guide is None or not 0 <= picture.axis.share(picture.guide) <= 1.1:
            return
        metrics, theme, area = self.metrics, self.theme, plot.area
        y = plot.y(picture.guide)
        painter.setPen(make_dashes(theme.text, metrics.axis, (4.0, 4.0)))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        draw_text(
            painter,
            area.right(),
            y - 0.3 * metrics.tick,
            picture.guide_text,
            metrics.tick,
            theme.text,
            align="right",
            vertical="bottom",
            casing=theme.ground,
        )

    def draw_head(self, painter: QPainter) -> None:
        picture, display = self.picture, self._display
        metrics, theme = self.metrics, self.theme
        draw_legend(painter, self.legend(), self.hidden, theme, metrics)
        if not self.has_titles or picture is None or display is None:
            return
        if not self.has_name:
            if self._key_room():
                at = self.area.top() - 0.75 * metrics.label
                draw_key(painter, theme, metrics, self.outer.right(), at, metrics.outline)
            return
        y = self.outer.top() + 0.7 * metrics.label
        left, right = self.area.left(), self.outer.right()
        heading, arrow = self._heading(), self._arrow_width()
        if heading is not None:
            if arrow:
                has_words = not self.has_key
                draw_arrow(painter, display.diagram, metrics, theme, right, y, has_words=has_words)
            heading.draw(painter, left, right - arrow, self.outer.top(), theme, metrics)
            return
        key = self._key_room()
        if key:
            draw_key(painter, theme, metrics, right, y, metrics.outline)
            right -= key
        named = text_width(picture.title, metrics.title, SEMIBOLD)
        if arrow and left + named <= right - arrow:  # the playback bar says the direction too
            diagram, has_words = display.diagram, not self.has_key
            draw_arrow(painter, diagram, metrics, theme, right, y, has_words=has_words)
            right -= arrow
        note = _describe_off_axis_marks(picture)
        if note and text_width(note, metrics.label, MEDIUM) < 0.6 * (right - left):
            width = draw_text(
                painter, right, y, note, metrics.label, theme.text, align="right", weight=MEDIUM
            )
            right -= width + metrics.label
        draw_title(painter, left, y, right - left, picture.title, picture.subtitle, metrics, theme)

    def _key_room(self) -> float:
        """The width of the colour key with its gap; 0 where it does not stand here."""
        width = key_width(self.theme, self.metrics)
        is_alone = not self.has_name and not self._entries()
        fits = width < (1.0 if is_alone else 0.6) * self.width()
        return width + self.metrics.label if self.has_key and fits else 0.0

    def may_hold(self, point: QPointF) -> bool:
        """Whether the playhead's frame lies there."""
        plot, picture = self.plot(), self.picture
        if plot is None or picture is None:
            return False
        box = frame_box(picture, plot, self.metrics)
        return box is not None and box.contains(point)

    def find_target(self, point: QPointF) -> Target | None:
        plot, display = self.plot(), self._display
        if plot is None or display is None or display.flow.depth == 0:
            return None
        entry = find_entry(self.legend(), self.hidden, point)
        if entry is not None and self.frame.is_interactive:
            return entry
        below = self.area.adjusted(0, 0, 0, self.footer_height())
        if not below.contains(point) or self.is_beyond(point):
            return None
        layer = min(plot.stations.nearest(point.x()), plot.stations.depth)
        text = describe_place(display, layer)
        return Target("playhead" if self.may_hold(point) else "layer", layer, text)


def _list_off_axis_marks(picture: FlowPicture) -> tuple[tuple[str, float], ...]:
    found = []
    if picture.zeros is not None:
        found.append(("0", -ZEROS_ABOVE))
    if picture.not_finite is not None:
        found.append(("∞ NaN", NOT_FINITE_BELOW))
    return tuple(found)


def _describe_off_axis_marks(picture: FlowPicture) -> str:
    """What lies beside the axis, and what the reference is."""
    notes = [each.text for each in (picture.not_finite, picture.zeros) if each is not None]
    return " · ".join([*notes, picture.note] if picture.note else notes)
