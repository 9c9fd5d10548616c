"""The drawings and charts of recurrent networks."""

from __future__ import annotations

from desktop.display.options import LowerView
from desktop.kinds.recurrent.view.along_time import AlongTime
from desktop.kinds.recurrent.view.unit_heat_map import Units
from desktop.kinds.recurrent.view.unrolled import Unrolled
from desktop.style.theme import Theme
from desktop.views.chart import Frame
from desktop.views.kind import ViewKind
from desktop.views.lower_view import LowerChart
from desktop.views.shared_x import SharedX
from desktop.views.view import Drawing


class RecurrentViews(ViewKind):
    """The network unrolled over its time steps, and what else stands along them."""

    def make_network(self, theme: Theme) -> Drawing:
        return Unrolled(theme)

    def make_lower(self, view: LowerView, frame: Frame, places: SharedX) -> LowerChart:
        return Units(frame, places) if view == "units" else AlongTime(view, frame, places)
