"""Charts at the lower left along the time steps, whose places fill the whole width."""

from __future__ import annotations

import numpy as np

from desktop.views.axes import CountAxis
from desktop.views.layout import Stations, StationScale
from desktop.views.lower_view import LowerChart
from desktop.views.view import Target


class TimeChart(LowerChart):
    """Time step t at t; zoomed with the network over it, as far as it has time steps."""

    time_steps = 1
    time_axis: CountAxis

    def x_range(self) -> tuple[float, float]:
        whole = (0.5, self.time_steps + 0.5)
        if not self.x.is_zoomed:
            return whole
        seen = super().x_range()
        low, high = max(seen[0], whole[0]), min(seen[1], whole[1])
        return (low, high) if high - low > 1e-6 else whole

    def reach(self, time_steps: int) -> None:
        """So many time steps there are."""
        if time_steps != self.time_steps:
            self.time_steps = time_steps
            self.time_axis.last = time_steps
            self.time_axis.update()
            self.look()

    def stations(self) -> Stations:
        """Where the time steps stand."""
        scale = StationScale(np.arange(self.time_steps + 2.0), 0.5, self.time_steps + 0.5)
        return scale.show(self.area.left(), self.area.right(), *self.x_range())

    def guide_at(self, target: Target) -> float | None:
        return float(target.value) if 1 <= target.value <= self.time_steps else None
