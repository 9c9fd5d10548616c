"""All charts of one picture in their rooms: what the window shows and what an export paints."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRectF

from desktop.display.frame import DisplayFrame
from desktop.display.options import SHARED_VIEWS, LowerView, ViewName
from desktop.painting.text_and_pens import text_width
from desktop.style.theme import Metrics, Theme
from desktop.views.chart import Chart, Frame
from desktop.views.clipping import Clipping
from desktop.views.curves import Curves
from desktop.views.gradient_bars.chart import GradientBars
from desktop.views.history import History
from desktop.views.kind import ViewKinds
from desktop.views.layout import Rooms, share_rooms, share_stage
from desktop.views.lower_view import FoldedRow, LowerChart
from desktop.views.network_chart import NetworkChart
from desktop.views.shared_x import SharedX
from desktop.views.station_chart import StationChart, make_scale

DRAWN = ("diagram", "flow", "lower", "curves")
_FEWEST_LAYERS, _FEWEST_ITERATIONS = 3.0, 4.0
"""That an axis can be zoomed into."""
LEAST_BARS = 0.35
"""Of the height of a window or a slide, where it is projected."""


def list_views(view: ViewName) -> tuple[str, ...]:
    """The rooms that a view consists of."""
    if view == "theatre":
        return DRAWN
    return (view,) if view in SHARED_VIEWS else ("lower",)


class Composition:
    """The charts of a set of views, where they stand, and what they share."""

    def __init__(
        self,
        parent: Any,
        theme: Theme,
        kinds: ViewKinds,
        views: tuple[str, ...] = DRAWN,
        *,
        is_interactive: bool = False,
    ) -> None:
        self.views = views
        self._kinds = kinds
        self.is_folded = False
        self.layers = SharedX(_FEWEST_LAYERS)
        """Of the layers, or time steps."""
        self.iterations = SharedX(_FEWEST_ITERATIONS)
        self.rooms = Rooms()
        self._parent = parent
        self._frame = Frame(theme, theme.sizes(), 60.0, is_interactive)
        self._newest = -1
        self._depth = 1
        self._shape: tuple[object, ...] = ()
        self.charts: dict[str, Chart] = {}
        if "diagram" in views:
            self.charts["diagram"] = NetworkChart(kinds, self._frame, self.layers)
        if "flow" in views:
            self.charts["flow"] = GradientBars(self._frame, self.layers)
        if "lower" in views:
            self.charts["lower"] = History(self._frame, self.iterations)
        if "curves" in views:
            for index in range(2):
                self.charts[f"curves_{index}"] = Curves(index, self._frame, self.iterations)
        for chart in self.charts.values():
            self._adopt(chart)

    def _adopt(self, chart: Chart) -> None:
        chart.setParentItem(self._parent)
        chart.zoomed.connect(self._follow)

    # Frames

    def show_frame(self, display: DisplayFrame) -> tuple[set[str], bool]:
        """Hand a frame to every chart.

        Returns:
            The names of those that changed, and whether all is to be laid out anew.
        """
        self.is_folded = display.lower.is_folded and len(self.views) > 1
        has_turned = self._choose_lower(display)
        old_depth, self._depth = self._depth, max(display.diagram.depth, 1)
        self._reach(display)
        changed = {name for name, chart in self.charts.items() if chart.show_frame(display)}
        old_shape, self._shape = self._shape, self._find_shape()
        return changed, has_turned or old_depth != self._depth or old_shape != self._shape

    def _find_shape(self) -> tuple[object, ...]:
        """What the rooms depend on."""
        curves = [
            chart.picture is None for chart in self.charts.values() if isinstance(chart, Curves)
        ]
        network = self.charts.get("diagram")
        drawing = network.drawing if isinstance(network, NetworkChart) else None
        useful = 0.0 if drawing is None else drawing.useful_height(self._frame.metrics)
        heads = [chart.head_height() for chart in self.charts.values()]
        return (*curves, type(drawing), useful, *heads)

    def _choose_lower(self, display: DisplayFrame) -> bool:
        """Let another chart take the room at the lower left; returns whether one has."""
        old = self.charts.get("lower")
        view: LowerView | None = None if self.is_folded else display.lower.view
        if old is None or (old.view if not isinstance(old, FoldedRow) else None) == view:
            return False
        chart = self._make_lower(display, view)
        chart.has_key, chart.has_titles = old.has_key, old.has_titles
        self._adopt(chart)
        old.setParentItem(None)
        if old.scene() is not None:
            old.scene().removeItem(old)
        old.deleteLater()
        self.charts["lower"] = chart
        return True

    def _make_lower(self, display: DisplayFrame, view: LowerView | None) -> LowerChart:
        if view is None:
            return FoldedRow("history", self._frame, self.iterations)
        if view == "history":
            return History(self._frame, self.iterations)
        if view == "clipping":
            return Clipping(self._frame, self.iterations)
        return self._kinds[display.kind.name].make_lower(view, self._frame, self.layers)

    def _reach(self, display: DisplayFrame) -> None:
        """The iterations' axis grows with the run; a view that stands at its end moves along."""
        stretches, axis = display.history.stretches, self.iterations
        newest = int(stretches.last[-1]) if len(stretches.last) else -1
        old, self._newest = self._newest, newest
        has_changed = axis.fit(0.0, float(max(display.curves.last, display.history.last) + 1))
        if axis.is_zoomed and newest > old >= 0 and axis.low <= old + 1 <= axis.high + 1e-6:
            axis.zoom(axis.low + newest - old, axis.high + newest - old)
            has_changed = True
        if has_changed:
            self._look(self.iterations)

    # Places

    def settle(
        self,
        frame: QRectF,
        metrics: Metrics,
        theme: Theme,
        *,
        has_titles: bool = True,
        header_height: float = 0.0,
        footer_height: float = 0.0,
        on_stage: float = 0.0,
    ) -> Rooms:
        """Give every chart its room and the shared axes.

        Args:
            frame: the picture.
            metrics: its sizes.
            theme: its colours.
            has_titles: whether charts have title rows.
            header_height: of what stands over all charts.
            footer_height: of what stands under them.
            on_stage: the least height of the bars, in a picture that is projected; else 0.
        """
        is_interactive = self._frame.is_interactive
        network = self.charts.get("diagram")
        useful = math.inf
        if isinstance(network, NetworkChart):
            useful = network.drawing.useful_height(metrics)
            if not is_interactive and not network.outer.isEmpty():
                useful += max(0.0, network.head_height() - 1.9 * metrics.label)
        if on_stage:
            rooms = share_stage(
                frame,
                metrics,
                on_stage,
                is_folded=self.is_folded,
                useful=useful,
                header_height=header_height,
                footer_height=footer_height,
            )
        else:
            rooms = share_rooms(
                self.views,
                frame,
                metrics,
                header_height=header_height,
                footer_height=footer_height,
                is_folded=self.is_folded,
                has_strip=is_interactive,
                useful=useful,
            )
        self.rooms = rooms
        margin = text_width("10⁻³⁰⁰", metrics.tick) + 0.7 * metrics.tick
        self._frame = Frame(theme, metrics, margin, is_interactive, rooms.is_low)
        self._give_key(rooms)
        placed = self._list_rooms(rooms, metrics)
        for name, chart in self.charts.items():
            room = placed.get(name)
            chart.setVisible(room is not None)
            if room is None:
                continue
            chart.has_titles = has_titles and not (rooms.is_scarce and name == "diagram")
            if isinstance(chart, StationChart):
                chart.frame = self._frame
                left = room.left() + margin
                chart.scale = make_scale(self._depth, left, room.right(), chart)
                self.layers.fit(chart.scale.low, chart.scale.high)
            chart.settle(self._frame, room)
        return rooms

    def _list_rooms(self, rooms: Rooms, metrics: Metrics) -> dict[str, QRectF]:
        placed = {
            name: room
            for name in ("diagram", "flow", "lower")
            if (room := getattr(rooms, name)) is not None
        }
        if rooms.curves is None:
            return placed
        curves = [
            c for c in self.charts.values() if isinstance(c, Curves) and c.picture is not None
        ]
        gap = 1.2 * metrics.label
        if rooms.has_column:
            tall = (rooms.curves.height() - gap * (len(curves) - 1)) / max(len(curves), 1)
            for index in range(len(curves)):
                top = rooms.curves.top() + index * (tall + gap)
                room = QRectF(rooms.curves.left(), top, rooms.curves.width(), tall)
                placed[f"curves_{index}"] = room
            return placed
        wide = (rooms.curves.width() - gap * (len(curves) - 1)) / max(len(curves), 1)
        for index in range(len(curves)):
            left = rooms.curves.left() + index * (wide + gap)
            placed[f"curves_{index}"] = QRectF(
                left, rooms.curves.top(), wide, rooms.curves.height()
            )
        return placed

    def _give_key(self, rooms: Rooms) -> None:
        """The colour key stands in the title row of the first chart with colours and a title."""
        untitled = ("curves", "diagram") if rooms.is_scarce else ("curves",)
        keyed = next((name for name in self.views if name not in untitled), None)
        for name, chart in self.charts.items():
            chart.has_key = name == keyed

    # Zoom

    def _follow(self, chart: Chart) -> None:
        """Charts that share an axis show the same part of it."""
        self._look(chart.x)

    def _look(self, axis: SharedX) -> None:
        for chart in self.charts.values():
            if chart.x is axis and chart.isVisible():
                chart.look()

    def refit(self) -> None:
        """Show everything again."""
        self.layers.refit()
        self.iterations.refit()
        for chart in self.charts.values():
            chart.y_zoom = None
            if chart.isVisible():
                chart.look()

    def refit_chart(self, chart: Chart) -> None:
        """Show all of one chart, and of the axis that it shares."""
        chart.x.refit()
        for each in self.charts.values():
            if each is chart or (each.x is chart.x and each.view in ("diagram", "flow")):
                each.y_zoom = None
        self._look(chart.x)

    def ranges(self) -> dict[str, tuple[float, float]]:
        """What is zoomed into, so that a page can show the same."""
        found: dict[str, tuple[float, float]] = {}
        if self.layers.is_zoomed:
            found["layers"] = (self.layers.low, self.layers.high)
        if self.iterations.is_zoomed:
            found["iterations"] = (self.iterations.low, self.iterations.high)
        for name, chart in self.charts.items():
            if chart.y_zoom is not None:
                found[name] = chart.y_zoom
        return found

    def show_ranges(self, ranges: Mapping[str, tuple[float, float]]) -> None:
        """Show the same part as another composition does."""
        for name, axis in (("layers", self.layers), ("iterations", self.iterations)):
            if name in ranges:
                axis.zoom(*ranges[name])
        for name, chart in self.charts.items():
            chart.y_zoom = ranges.get(name)
            if chart.isVisible():
                chart.look()

    def find_chart(self, point: Any) -> Chart | None:
        """The chart at a point of the scene."""
        for chart in self.charts.values():
            if chart.isVisible() and chart.outer.adjusted(-8, -4, 8, 4).contains(point):
                return chart
        return None
