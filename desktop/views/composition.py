"""All charts of one picture in their rooms: what the window shows and what an export paints."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
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
from desktop.views.gradient_bars.lines import list_entries
from desktop.views.history import History
from desktop.views.kind import ViewKinds
from desktop.views.lane_layout import LOWER, VARIANT, LaneLayout, Needs
from desktop.views.lane_title import LaneTitle
from desktop.views.layout import (
    Rooms,
    share_lanes,
    share_rooms,
    share_stage,
)
from desktop.views.lower_view import FoldedRow, LowerChart
from desktop.views.network_chart import NetworkChart
from desktop.views.shared_x import SharedX
from desktop.views.station_chart import StationChart, make_scale
from desktop.views.view import Target
from engine.document.lanes import LANES, Lane

DRAWN = ("diagram", "flow", "lower", "curves")
_LEAST_CURVES, _LEAST_CURVES_ON_PAGE = 10.5, 15.0
"""Height of a chart beside two lanes, whose legend has four rows or more, in label sizes."""
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
        self.titles: dict[Lane, LaneTitle] = {}
        """Of both lanes, where two are compared."""
        self._has_words: tuple[bool, ...] = (True, True)
        """Which lanes name their places."""
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
        chart.y_zoomed.connect(self._follow_y)

    def _discard(self, chart: Chart) -> None:
        chart.setParentItem(None)
        if chart.scene() is not None:
            chart.scene().removeItem(chart)
        chart.deleteLater()

    # Lanes

    @property
    def has_lanes(self) -> bool:
        """Whether two lanes are compared."""
        return bool(self.titles)

    @property
    def _laned(self) -> tuple[str, ...]:
        """The rooms that each lane has for itself; a lower view alone on a page is one of them."""
        upper = tuple(name for name in ("diagram", "flow") if name in self.views)
        return upper or tuple(name for name in ("lower",) if name in self.views)

    def _choose_lanes(self, display: DisplayFrame) -> bool:
        """Charts for a second lane, or without one again; returns whether anything has changed."""
        wants_lanes = display.variant is not None and bool(self._laned)
        if wants_lanes == self.has_lanes:
            return False
        if not wants_lanes:
            for name in self._laned:
                self._discard(self.charts.pop(VARIANT + name))
            for title in self.titles.values():
                title.remove()
            self.titles.clear()
            self._begin_lanes()
            return True
        for name in self._laned:
            chart = self._make_twin(name)
            self.charts[VARIANT + name] = chart
            self._adopt(chart)
        for lane in LANES:
            self.titles[lane] = LaneTitle(self._parent, self._frame)
        self._begin_lanes()
        return True

    def _make_twin(self, name: str) -> Chart:
        """A chart of the second lane."""
        if name == "diagram":
            return NetworkChart(self._kinds, self._frame, self.layers)
        if name == "flow":
            return GradientBars(self._frame, self.layers)
        return History(self._frame, self.iterations)

    def _begin_lanes(self) -> None:
        """One lane has all titles and legends; of two the upper one has those of both."""
        for chart in self.charts.values():
            chart.shift = 0.0
            if isinstance(chart, GradientBars):
                chart.has_legend = chart.has_numbers = chart.has_name = True
                chart.keep_marks(has_zeros=False, has_not_finite=False)

    def _frame_of(self, name: str, display: DisplayFrame) -> DisplayFrame:
        """What a chart shows: its lane, or the lane that the panels show."""
        if name.startswith(VARIANT):
            assert display.variant is not None
            return display.variant
        return display.edited if name == "lower" and "lower" not in self._laned else display

    def _align(self, display: DisplayFrame) -> None:
        """Let the loss ends stand under each other, on axes of the same height."""
        for name, chart in self.charts.items():
            lane = self._frame_of(name, display).lane
            on_layers = chart.x is self.layers
            chart.shift = float(lane.shift) if lane is not None and on_layers else 0.0
        flows = [chart for chart in self.charts.values() if isinstance(chart, GradientBars)]
        lanes = [lane.flow for lane in display.lanes]
        if len(flows) == len(LANES):
            for chart in flows:
                chart.keep_marks(
                    has_zeros=any(flow.zeros is not None for flow in lanes),
                    has_not_finite=any(flow.not_finite is not None for flow in lanes),
                )
            flows[0].has_numbers = lanes[0].depth != lanes[1].depth
            names = [[entry.name for entry in list_entries(flow)] for flow in lanes]
            flows[1].has_legend = names[0] != names[1]
        for title, lane_frame in zip(self.titles.values(), display.lanes, strict=False):
            title.show_frame(lane_frame)
        self._has_words = _name_words(display)

    # Frames

    def show_frame(self, display: DisplayFrame) -> tuple[set[str], bool]:
        """Hand a frame to every chart.

        Returns:
            The names of those that changed, and whether all is to be laid out anew.
        """
        self.is_folded = display.edited.lower.is_folded and len(self.views) > 1
        has_turned = self._choose_lanes(display)
        for name in (LOWER, VARIANT + LOWER):
            has_turned |= self._choose_lower(name, display)
        old_depth, self._depth = (
            self._depth,
            max(1, *(lane.diagram.depth for lane in display.lanes)),
        )
        self._reach(display)
        if self.has_lanes:
            self._align(display)
        changed = {
            name
            for name, chart in self.charts.items()
            if chart.show_frame(self._frame_of(name, display))
        }
        old_shape, self._shape = self._shape, self._find_shape()
        return changed, has_turned or old_depth != self._depth or old_shape != self._shape

    def _find_shape(self) -> tuple[object, ...]:
        """What the rooms depend on."""
        curves = [
            chart.picture is None for chart in self.charts.values() if isinstance(chart, Curves)
        ]
        drawings = [
            chart.drawing for chart in self.charts.values() if isinstance(chart, NetworkChart)
        ]
        useful = [each.useful_height(self._frame.metrics) for each in drawings]
        heads = [chart.head_height() for chart in self.charts.values()]
        lanes = (self._has_words, *(chart.shift for chart in self.charts.values()))
        return (*curves, *map(type, drawings), *useful, *heads, *lanes)

    def _choose_lower(self, name: str, display: DisplayFrame) -> bool:
        """Let another chart take the room at the lower left; returns whether one has."""
        old = self.charts.get(name)
        if old is None:
            return False
        display = self._frame_of(name, display)
        view: LowerView | None = None if self.is_folded else display.lower.view
        if (old.view if not isinstance(old, FoldedRow) else None) == view:
            return False
        chart = self._make_lower(display, view)
        chart.has_key, chart.has_titles = old.has_key, old.has_titles
        self._adopt(chart)
        self._discard(old)
        self.charts[name] = chart
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
        axis = self.iterations
        stretches = [lane.history.stretches for lane in display.lanes]
        newest = max(int(each.last[-1]) if len(each.last) else -1 for each in stretches)
        old, self._newest = self._newest, newest
        end = max(display.curves.last, display.history.last) + 1
        has_changed = axis.fit(float(display.history.begin), float(end))
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
        if self.has_lanes:
            return self._settle_lanes(
                frame,
                metrics,
                theme,
                header_height=header_height,
                footer_height=footer_height,
                is_projected=bool(on_stage),
            )
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
                is_folded=self.is_folded or "curves" not in self.views,
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
        self._frame = Frame(theme, metrics, _margin(metrics), is_interactive, rooms.is_low)
        self._give_key(rooms)
        placed = self._list_rooms(rooms, metrics)
        for name, chart in self.charts.items():
            chart.has_titles = has_titles and not (rooms.is_scarce and name == "diagram")
            self._settle_chart(chart, self._frame, placed.get(name))
        return rooms

    def _settle_lanes(
        self,
        frame: QRectF,
        metrics: Metrics,
        theme: Theme,
        *,
        header_height: float,
        footer_height: float,
        is_projected: bool,
    ) -> Rooms:
        """Two lanes under each other, and what both share under or beside them."""
        is_interactive = self._frame.is_interactive

        def share(needs: Needs) -> Rooms:
            return share_lanes(
                self.views,
                frame,
                metrics,
                needs.lanes,
                header_height=header_height,
                footer_height=footer_height,
                is_folded=self.is_folded,
                has_strip=is_interactive,
                is_projected=is_projected,
                useful=needs.useful,
                least=needs.least,
                title_rows=needs.title_rows,
            )

        self._frame = Frame(
            theme, metrics, _margin(metrics), is_interactive, is_low=True, is_slim=True
        )
        self._give_key(share(Needs()))
        layout = LaneLayout(self.charts, self.titles, self._laned, self._frame)
        plan = layout.plan(
            share, lambda rooms: self._list_rooms(rooms, metrics), self._depth, self._has_words
        )
        self.rooms = plan.rooms
        placed = self._list_rooms(plan.rooms, metrics)
        for name, chart in self.charts.items():
            own = self._frame
            if isinstance(chart, NetworkChart) and self._has_words != (True, True):
                own = replace(own, words=plan.words[name.startswith(VARIANT)])
            self._settle_chart(chart, own, placed.get(name))
        for title, lane in zip(self.titles.values(), plan.rooms.lanes, strict=True):
            title.settle(self._frame, lane, plan.title_rows)
        return plan.rooms

    def _settle_chart(self, chart: Chart, frame: Frame, room: QRectF | None) -> None:
        chart.setVisible(room is not None)
        if room is None:
            return
        if isinstance(chart, StationChart):
            chart.frame = frame
            scale = make_scale(self._depth, room.left() + frame.margin, room.right(), chart)
            self.layers.fit(scale.low, scale.high)
            chart.scale = scale.cut(int(chart.shift)) if chart.shift else scale
        chart.settle(frame, room)

    def _list_rooms(self, rooms: Rooms, metrics: Metrics) -> dict[str, QRectF]:
        placed = {
            name: room
            for name in ("diagram", "flow", "lower")
            if (room := getattr(rooms, name)) is not None
        }
        for start, lane in zip(("", VARIANT), rooms.lanes, strict=False):
            for name in self._laned:
                room = getattr(lane, name)
                if room is not None:
                    placed[start + name] = room
        if rooms.curves is None:
            return placed
        curves = [
            c for c in self.charts.values() if isinstance(c, Curves) and c.picture is not None
        ]
        gap = 1.2 * metrics.label
        if rooms.has_column:
            tall = (rooms.curves.height() - gap * (len(curves) - 1)) / max(len(curves), 1)
            least = _LEAST_CURVES if self._frame.is_interactive else _LEAST_CURVES_ON_PAGE
            if self.has_lanes and tall < least * metrics.label:
                del curves[1:]  # the loss alone can be read
                tall = rooms.curves.height()
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
        has_bars = "flow" in self.views
        is_untitled = rooms.is_scarce or (self.has_lanes and has_bars)
        untitled = ("curves", "diagram") if is_untitled else ("curves",)
        keyed = next((name for name in self.views if name not in untitled), None)
        for name, chart in self.charts.items():
            chart.has_key = name == keyed

    # Zoom

    def _follow(self, chart: Chart) -> None:
        """Charts that share an axis show the same part of it."""
        self._look(chart.x)

    def _follow_y(self, chart: Chart) -> None:
        """The bars of both lanes show the same part of their axis."""
        if not (self.has_lanes and isinstance(chart, GradientBars)):
            return
        for other in self.charts.values():
            if other is not chart and isinstance(other, GradientBars):
                other.y_zoom = chart.y_zoom
                other.look()

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

    def find_lane(self, point: Any) -> Lane | None:
        """The lane at a point of the scene, where two are compared."""
        for lane, title in self.titles.items():
            if title.rooms.whole.adjusted(-8, -2, 8, 2).contains(point):
                return lane
        return None

    def find_lane_title(self, point: Any) -> Target | None:
        """The title of a lane at a point of the scene."""
        found = (title.find_target(point) for title in self.titles.values())
        return next((target for target in found if target is not None), None)

    def toggle(self, chart: Chart, name: str) -> None:
        """Hide a curve of a chart, or show it again; the bars of both lanes have the same lines."""
        for other in self.charts.values():
            is_twin = isinstance(chart, GradientBars) and isinstance(other, GradientBars)
            if other is chart or is_twin:
                other.toggle(name)


def _margin(metrics: Metrics) -> float:
    """Left of the boxes, for the numbers of the y axis."""
    return text_width("10⁻³⁰⁰", metrics.tick) + 0.7 * metrics.tick


def _name_words(display: DisplayFrame) -> tuple[bool, ...]:
    """Which lanes have words under their places: one for both, if they are the same ones."""
    labels = [None if lane.trace is None else lane.trace.axis.labels for lane in display.lanes]
    if labels[0] is not None and labels[-1] is not None and labels[0] != labels[-1]:
        return True, True
    if len({lane.diagram.depth for lane in display.lanes}) > 1:
        return True, True
    return labels[-1] is None, labels[-1] is not None
