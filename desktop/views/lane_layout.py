"""What two lanes of the same charts need, and what of it stands once for both.

Of the bars the upper lane has the title row, the legend and the colour key, the lower one the
numbers and the words of the places. The boxes of both are equally high.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from desktop.views.chart import Chart, Frame
from desktop.views.gradient_bars.chart import GradientBars
from desktop.views.lane_title import LaneTitle
from desktop.views.layout import LaneNeeds, Rooms, place_stations
from desktop.views.network_chart import NetworkChart
from engine.document.lanes import LANES, Lane

LOWER = "lower"
VARIANT = "variant_"
"""Begins the names of the second lane's charts."""
_STARTS = ("", VARIANT)
_BARS_OVER_WORDS = 5.0
"""In label sizes: two lanes whose bars would be lower go without the words."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What `share_lanes` has to know of the charts."""

    lanes: tuple[LaneNeeds, ...] = (LaneNeeds(), LaneNeeds())
    useful: float = math.inf
    least: float = 0.0
    title_rows: int = 1


@dataclass(frozen=True, slots=True)
class LanePlan:
    """Where everything stands."""

    rooms: Rooms
    words: tuple[float, ...]
    """The height of the words under the places of each lane."""
    title_rows: int


class LaneLayout:
    """Measures the charts of both lanes, and leaves out what has no room."""

    def __init__(
        self,
        charts: Mapping[str, Chart],
        titles: Mapping[Lane, LaneTitle],
        laned: tuple[str, ...],
        frame: Frame,
    ) -> None:
        """Lay out two lanes.

        Args:
            charts: of both, by name.
            titles: of both.
            laned: the names of the charts that each lane has for itself.
            frame: what all charts have in common.
        """
        self._charts = charts
        self._titles = titles
        self._laned = laned
        self._frame = frame
        self._networks = [each for each in charts.values() if isinstance(each, NetworkChart)]
        bars = charts.get("flow")
        self._bars = bars if isinstance(bars, GradientBars) else None

    def plan(
        self,
        share: Callable[[Needs], Rooms],
        place: Callable[[Rooms], Mapping[str, QRectF]],
        depth: int,
        has_words: tuple[bool, ...],
    ) -> LanePlan:
        """Give the words to one lane, or to none; the name of the bars to them or to a title.

        Args:
            share: divides the picture.
            place: the rooms of the charts by name.
            depth: how many places the longer lane has.
            has_words: which lanes name their places.
        """
        placed = place(share(Needs()))
        self._prepare(placed)
        title_rows = self._count_title_rows(placed)
        words = self._measure_words(placed, depth, has_words)
        rooms = share(self._need(words, title_rows))
        bars = self._bars
        if bars is not None and self._height_of_bars(rooms) < _BARS_OVER_WORDS * self._label:
            words = (0.0,) * len(LANES)  # hovering a place says its word too
            rooms = share(self._need(words, title_rows))
        if bars is not None and self._is_without_networks(rooms):
            bars.has_name = False
            rooms = share(self._need(words, title_rows))
        for title in self._titles.values():
            title.names_quantity = bars is not None and not bars.has_name
        return LanePlan(rooms, words, title_rows)

    @property
    def _label(self) -> float:
        return self._frame.metrics.label

    def _prepare(self, placed: Mapping[str, QRectF]) -> None:
        """Let the charts know how wide they are, and which of them have title rows."""
        untitled = {VARIANT + "flow"}
        if self._bars is not None:
            self._bars.has_name = True
            untitled |= {start + "diagram" for start in _STARTS}
        for name, chart in self._charts.items():
            chart.has_titles = name not in untitled
            if name in placed:
                chart.frame, chart.outer = self._frame, placed[name]

    def _count_title_rows(self, placed: Mapping[str, QRectF]) -> int:
        """A page says all of a title, in as many rows as that takes."""
        if self._frame.is_interactive:
            return 1
        width = placed[self._laned[0]].width()
        return max(each.count_rows(width, self._frame.metrics) for each in self._titles.values())

    def _need(self, words: tuple[float, ...], title_rows: int) -> Needs:
        metrics, networks = self._frame.metrics, self._networks
        edges = [
            {name: self._measure_edges(start + name) for name in ("diagram", "flow", LOWER)}
            for start in _STARTS
        ]
        least = {name: min(each[name] for each in edges) for name in edges[0]}
        more = [{name: each[name] - least[name] for name in each} for each in edges]
        return Needs(
            tuple(
                LaneNeeds(height + each["diagram"], each["flow"], each[LOWER])
                for height, each in zip(words, more, strict=True)
            ),
            min((chart.drawing.useful_height(metrics) for chart in networks), default=math.inf),
            max((chart.drawing.slim_height(metrics) for chart in networks), default=0.0),
            title_rows,
        )

    def _measure_edges(self, name: str) -> float:
        """What stands over and under the box of one lane's chart."""
        chart = self._charts.get(name)
        if chart is None or name.removeprefix(VARIANT) not in self._laned:
            return 0.0
        return chart.head_height() + chart.footer_height()

    def _measure_words(
        self, placed: Mapping[str, QRectF], depth: int, has_words: tuple[bool, ...]
    ) -> tuple[float, ...]:
        """The height of the words under the places, where one lane has those of both."""
        heights, metrics = [0.0] * len(LANES), self._frame.metrics
        for index, start in enumerate(_STARTS):
            chart, room = self._charts.get(start + "diagram"), placed.get(start + "diagram")
            if isinstance(chart, NetworkChart) and room is not None and has_words[index]:
                left = room.left() + self._frame.margin
                pitch = place_stations(depth, left, room.right(), metrics).pitch
                heights[index] = chart.drawing.words_height(metrics, pitch)
        return tuple(heights)

    def _height_of_bars(self, rooms: Rooms) -> float:
        """Of their box in the upper lane."""
        flow = rooms.lanes[0].flow
        return 0.0 if flow is None else flow.height() - self._measure_edges("flow")

    def _is_without_networks(self, rooms: Rooms) -> bool:
        """Whether the bars of a window have taken the height of the diagrams too."""
        is_window = self._frame.is_interactive
        return is_window and bool(self._networks) and rooms.lanes[0].diagram is None
