"""The curves of loss and accuracy.

How to read it: the solid line is measured on the batches that are trained on, the dashed
one with markers on data held out. Where a long run was thinned, the line is a band from
the smallest to the largest value. The dotted line is what guessing reaches. Of two lanes the
variant's lines have dashes of their own and squares instead of rings.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.display.frame import DisplayFrame
from desktop.display.pictures import Chart as ChartPicture
from desktop.display.pictures import Curve
from desktop.display.scales import OVERHANG, format_number
from desktop.painting.batched_shapes import draw_lines
from desktop.painting.polylines import draw_curve
from desktop.painting.text_and_pens import (
    SEMIBOLD,
    draw_text,
    make_dashes,
    make_pen,
    text_width,
)
from desktop.views.axes import CountAxis, ValueAxis
from desktop.views.chart import Chart, Frame
from desktop.views.heading import Heading, plan_heading
from desktop.views.legend import (
    Entry,
    Legend,
    Marker,
    count_rows,
    draw_legend,
    draw_marker,
    find_entry,
    legend_height,
    place_legend,
)
from desktop.views.shared_x import SharedX
from desktop.views.view import Target

F64 = NDArray[np.float64]

_MOST_MARKERS = 12
_DASHES = {
    ("baseline", False): (),
    ("baseline", True): (4.0, 2.5),
    ("variant", False): (9.0, 2.5, 1.5, 2.5),
    ("variant", True): (1.5, 1.8),
}
"""Of the curves of each lane, on the batches and on held-out data, in line widths."""
_DOTS = (1.0, 1.5)
"""Of what guessing reaches."""


class CurveItem(pg.PlotCurveItem):  # type: ignore[misc]
    """A curve that thins itself to what is seen, and paints in pixels of the scene.

    The stock one strokes one long path, which takes many times as long, with a pen whose width
    on paper is that of a screen.
    """

    def __init__(self, chart: Curves) -> None:
        self._chart = chart
        self.curve: Curve | None = None
        super().__init__()

    def show_curve(self, curve: Curve | None) -> None:
        """Draw this one from now on."""
        if curve is not self.curve:
            self.curve = curve
            self.update()

    def boundingRect(self) -> QRectF:
        box = self.getViewBox()
        return QRectF() if box is None else QRectF(box.viewRect())

    def viewTransformChanged(self) -> None:
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *args: Any) -> None:
        """Draw what is seen of it."""
        del args
        to_data, is_possible = self.sceneTransform().inverted()
        if self.curve is not None and is_possible:
            painter.setWorldTransform(to_data * painter.worldTransform())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._chart.draw_curve(painter, self.curve)


class Curves(Chart):
    """One of the charts of a `CurvesPicture`, its curves over the iterations."""

    def __init__(self, index: int, frame: Frame, x: SharedX) -> None:
        self.index = index
        self.values, self.iterations = ValueAxis(), CountAxis("bottom", "iteration", most=5)
        self.iterations.shift = 0.5
        self.hidden: frozenset[str] = frozenset()
        """The curves that a click on their names has taken away."""
        self.picture: ChartPicture | None = None
        self._cursor: int | None = None
        self._head_of: ChartPicture | None = None
        self._head_key: tuple[object, ...] = ()
        self._head_height = 0.0
        self.items: list[CurveItem] = []
        super().__init__("curves", frame, x, left=self.values, bottom=self.iterations)
        self.setObjectName(f"chart_curves_{index}")

    def show_frame(self, display: DisplayFrame) -> bool:
        curves = display.curves
        if self.index >= len(curves.charts):
            self.picture = None
            return False
        old, self.picture = self.picture, curves.charts[self.index]
        picture, cursor = self.picture, self._cursor
        self._cursor = curves.cursor
        if old is None or old.axis != picture.axis:
            if old is None or (old.axis.key, old.axis.is_log) != (
                picture.axis.key,
                picture.axis.is_log,
            ):
                self.y_zoom = None
            self.values.axis = picture.axis
            self.values.update()
            if not self.area.isEmpty():
                self.settle(self.frame, self.outer)  # the numbers may need another room
        if self.iterations.last != curves.last:
            self.iterations.last = curves.last
            self.iterations.update()
        self.head.note(picture.title, picture.subtitle, picture.guide_text)
        if old is None or cursor != self._cursor:
            return True
        return old.guide != picture.guide or any(
            len(a.x) != len(b.x) or a.latest != b.latest
            for a, b in zip(old.curves, picture.curves, strict=False)
        )

    def head_height(self) -> float:
        # Asked for in every frame, while a picture stands for many.
        key = (self.frame, self.has_titles, self.width())
        if self._head_of is not self.picture or key != self._head_key:
            self._head_of, self._head_key = self.picture, key
            self._head_height = self._measure_head()
        return self._head_height

    def _measure_head(self) -> float:
        title = 0.3 * self.metrics.label
        if self.has_titles:
            heading = self._heading()
            title = 1.6 * self.metrics.label if heading is None else heading.height(self.metrics)
        entries = self._entries()
        return (
            title + legend_height(entries, self.width(), self.metrics) + 0.05 * self.metrics.label
        )

    def _heading(self) -> Heading | None:
        """The title on a page."""
        picture = self.picture
        if picture is None or self.frame.is_interactive:
            return None
        title, room = picture.title, self.width()
        subtitle = "" if self.is_scarce else picture.subtitle
        return plan_heading(title, subtitle, room, self.theme, self.metrics, has_key=False)

    def margin(self) -> float:
        """As wide as the numbers."""
        picture, tick = self.picture, self.metrics.tick
        texts = [] if picture is None else [each.text for each in picture.axis.ticks]
        return max((text_width(text, tick) for text in texts), default=30.0) + 0.6 * tick

    def y_whole(self) -> tuple[float, float]:
        """The axis with room for markers on its ends, and for what passes the top of a log axis."""
        if self.picture is None:
            return 0.0, 1.0
        axis, metrics = self.picture.axis, self.metrics
        high = axis.high + (OVERHANG if axis.is_log else 0.0)
        beyond = 0.5 * metrics.marker + metrics.curve
        pad = beyond * (high - axis.low) / max(self.area.height() - 2 * beyond, 4 * beyond)
        return axis.low - pad, high + pad

    def note_look(self) -> None:
        self._update_items()

    def redraw(self) -> None:
        self._update_items()
        self.body.update()
        self.head.update()

    def _update_items(self) -> None:
        curves = () if self.picture is None else self.picture.curves
        while len(self.items) < len(curves):
            item = CurveItem(self)
            if self.frame.is_interactive:
                item.setCacheMode(item.CacheMode.DeviceCoordinateCache)
            self.items.append(item)
            self.box.addItem(item, ignoreBounds=True)
        for index, item in enumerate(self.items):
            curve = curves[index] if index < len(curves) else None
            is_shown = curve is not None and curve.name not in self.hidden
            item.setVisible(is_shown)
            item.show_curve(curve)
            item.update()

    def draw(self, painter: QPainter) -> None:
        """What is no curve: what guessing reaches, and the iteration that is watched."""
        picture, area = self.picture, self.area
        if picture is None:
            return
        metrics, theme = self.metrics, self.theme
        if picture.guide is not None and picture.guide_text not in self.hidden:
            y = float(self._heights(np.array([picture.guide]))[0])
            painter.setPen(make_dashes(theme.dim, metrics.axis, (2.0, 3.0)))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        if self._cursor is not None:
            x = self.x_pixel(self._cursor + 0.5)
            painter.setPen(make_pen(theme.text, metrics.axis))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _heights(self, places: F64) -> F64:
        low, high = self.box.viewRange()[1]
        heights: F64 = self.area.bottom() - (places - low) / (high - low) * self.area.height()
        return heights

    def draw_curve(self, painter: QPainter, curve: Curve) -> None:
        """One curve, where it is seen, thinned to about a point for each pixel."""
        area, metrics, theme = self.area, self.metrics, self.theme
        left, right = self.x_range()
        first = max(0, int(np.searchsorted(curve.x + 0.5, left)) - 1)
        stop = int(np.searchsorted(curve.x + 0.5, right, "right")) + 1
        seen = slice(first, stop)
        pixels = max(2, int(area.width()))
        x, low, high = thin_curve(curve.x[seen], curve.low[seen], curve.high[seen], pixels)
        if not len(x):
            return
        xs = area.left() + (x + 0.5 - left) / (right - left) * area.width()
        lows, highs = self._heights(low), self._heights(high)
        middle = 0.5 * (lows + highs)
        if np.nanmax(np.abs(lows - highs), initial=0.0) > 1.0:
            finite = np.isfinite(middle)
            columns = np.column_stack((xs, highs, xs, lows))[finite]
            wide = max(1.0, area.width() / max(1, len(xs)))
            painter.setPen(make_pen(theme.text, wide, alpha=0.3))
            draw_lines(painter, columns)
        dashes, marker = _dashes_of(curve), _marker_of(curve)
        draw_curve(painter, xs, middle, theme.text, metrics.curve, dashes)
        if marker is not None:
            count = min(len(xs), _MOST_MARKERS)
            some = np.unique(np.linspace(0, len(xs) - 1, count).round().astype(int))
            for index in some[np.isfinite(middle[some])].tolist():
                at = QPointF(float(xs[index]), float(middle[index]))
                draw_marker(painter, at, metrics.marker, theme, metrics, marker)

    def draw_head(self, painter: QPainter) -> None:
        picture = self.picture
        if picture is None:
            return
        if self.has_titles:
            self._draw_title(painter, picture)
        draw_legend(painter, self.legend(), self.hidden, self.theme, self.metrics)

    def _draw_title(self, painter: QPainter, picture: ChartPicture) -> None:
        metrics, theme, area = self.metrics, self.theme, self.area
        heading = self._heading()
        if heading is not None:
            heading.draw(painter, area.left(), area.right(), self.outer.top(), theme, metrics)
            return
        left, y = area.left(), self.outer.top() + 0.7 * metrics.label
        title = picture.title
        left += draw_text(painter, left, y, title, metrics.title, theme.text, weight=SEMIBOLD)
        left += 0.6 * metrics.label
        above = self._guide() if self._has_guide_above() else []
        right = area.right() - sum(entry.width(metrics) + metrics.label for entry in above)
        if left + text_width(picture.subtitle, metrics.label) <= right:
            draw_text(painter, left, y, picture.subtitle, metrics.label, theme.dim)

    def _entries(self) -> list[Entry]:
        """Every curve with its latest value, or without, if not all of them have room in a row."""
        picture = self.picture
        if picture is None:
            return []
        guide = [] if self._has_guide_above() else self._guide()
        names = [_make_entry(curve, curve.name) for curve in picture.curves]
        told = [_make_entry(each, f"{each.name} {each.latest}".strip()) for each in picture.curves]
        for entries in ([*told, *guide], [*names, *guide]):
            if count_rows(entries, self.width(), self.metrics) <= 1:
                return entries
        # In a narrow window the dotted line goes without its name; a page says everything.
        return names if self.frame.is_interactive else [*names, *guide]

    def _guide(self) -> list[Entry]:
        """What the dotted line is."""
        text = "" if self.picture is None else self.picture.guide_text
        return [Entry(text, text, _DOTS)] if text else []

    def _has_guide_above(self) -> bool:
        """Whether the dotted line is told in the title row, to keep the legend in one row."""
        picture, metrics = self.picture, self.metrics
        if picture is None or not self.has_titles or not self.frame.is_interactive:
            return False
        names = [_make_entry(curve, curve.name) for curve in picture.curves]
        guide, room = self._guide(), self.width()
        title = text_width(picture.title, metrics.title, SEMIBOLD) + metrics.label
        return (
            count_rows([*names, *guide], room, metrics) > 1
            and title + sum(entry.width(metrics) for entry in guide) <= room
        )

    def legend(self) -> Legend:
        """Every curve, and where its name is."""
        placed = list(place_legend(self._entries(), self.area, self.metrics))
        if self._has_guide_above():
            tick, y = self.metrics.tick, self.outer.top() + 0.7 * self.metrics.label
            for entry in self._guide():
                wide = entry.width(self.metrics)
                left = self.area.right() - wide
                placed.append((entry, QRectF(left, y - 0.7 * tick, wide, 1.4 * tick)))
        return placed

    def toggle(self, name: str) -> None:
        """Hide a curve, or show it again."""
        self.hidden = self.hidden ^ {name}
        self.redraw()

    def guide_at(self, target: Target) -> float | None:
        return target.value + 0.5

    def find_target(self, point: QPointF) -> Target | None:
        picture = self.picture
        if picture is None:
            return None
        entry = find_entry(self.legend(), self.hidden, point)
        if entry is not None and self.frame.is_interactive:
            return entry
        if not self.area.contains(point):
            return None
        at = self.x_value(point.x()) - 0.5
        lines = [f"Iteration {max(0, round(at)):,}"]
        newest = -1
        for curve in picture.curves:
            if not len(curve.x):
                continue
            newest = max(newest, int(curve.x[-1]))
            value = float(curve.high[int(np.abs(curve.x - at).argmin())])
            value = 10.0**value if picture.axis.is_log else value
            lines.append(f"{picture.title.lower()}, {curve.name}: {format_number(value, 5)}")
        if newest < 0:
            return None
        return Target("iteration", min(max(0, round(at)), newest), "\n".join(lines))


def _make_entry(curve: Curve, text: str) -> Entry:
    return Entry(curve.name, text, _dashes_of(curve), _marker_of(curve))


def _dashes_of(curve: Curve) -> tuple[float, ...]:
    return _DASHES[curve.lane or "baseline", curve.is_dashed]


def _marker_of(curve: Curve) -> Marker | None:
    """Rings on held-out data; squares on every curve of a variant."""
    if not curve.has_markers:
        return None
    if curve.lane != "variant":
        return "ring"
    return "square" if curve.is_dashed else "full_square"


def thin_curve(x: F64, low: F64, high: F64, pixels: int) -> tuple[F64, F64, F64]:
    """At most about one point a pixel: neighbours become a band that keeps their extremes."""
    group = -(-len(x) // pixels)
    if group <= 1:
        return x, low, high
    starts = np.arange(0, len(x), group)
    middles = np.minimum(starts + group // 2, len(x) - 1)
    return x[middles], np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)
