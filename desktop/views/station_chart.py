"""Charts whose x axis are the layers, or the time steps: diagram and bars share it."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from desktop.views.chart import Chart
from desktop.views.layout import Stations, StationScale, place_stations
from desktop.views.view import Place, Target


class StationChart(Chart):
    """Layer l stands at l; input and loss where their words have room."""

    scale: StationScale | None = None
    place: Place | None = None

    def stations(self) -> Stations:
        """Where everything stands in the present view."""
        assert self.scale is not None
        low, high = self.x_range()
        return self.scale.show(self.area.left(), self.area.right(), low, high)

    def note_look(self) -> None:
        if self.scale is not None:
            self.place = Place(
                self.area,
                self.stations(),
                self.metrics,
                self.frame.is_low,
                self.outer.left(),
                self.frame.is_slim,
                self.frame.words,
            )
            self.box.may_hold = self.may_hold

    def is_beyond(self, point: QPointF) -> bool:
        """Whether a shorter lane has no place there, left of its input, where the other has."""
        if not self.shift or self.place is None:
            return False
        stations = self.place.stations
        return point.x() < stations.at(0) - max(stations.pitch, 2.4 * self.metrics.label)

    def may_hold(self, point: QPointF) -> bool:
        """Whether the playhead's frame lies there."""
        target = self.find_target(point)
        return target is not None and target.kind == "playhead"

    def guide_at(self, target: Target) -> float | None:
        if self.scale is None or not 0 <= target.value < len(self.scale.places):
            return None
        return float(self.scale.places[target.value])


def make_scale(depth: int, left: float, right: float, chart: Chart) -> StationScale:
    """The axis on which so many layers stand in the width of a chart."""
    return StationScale.of(place_stations(depth, left, right, chart.metrics))
