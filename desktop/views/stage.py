"""All views of one picture in their rooms: what the window shows and what an export paints."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from desktop.display.options import LowerView, ViewName
from desktop.display.picture import DisplayFrame
from desktop.theme import Metrics, Theme
from desktop.views.aside import Aside
from desktop.views.curves import Curves
from desktop.views.diagram import Diagram
from desktop.views.drawing import Drawing, Place
from desktop.views.flow import Flow
from desktop.views.history import History
from desktop.views.lower import Folded, LowerDrawing
from desktop.views.pens import text_width
from desktop.views.stations import Rooms, place_stations, share_rooms, spread_evenly
from desktop.views.units import Units
from desktop.views.unrolled import Unrolled

DRAWN = ("diagram", "flow", "lower", "curves")
_LOWER: dict[LowerView, type[LowerDrawing]] = {
    "history": History,
    "units": Units,
    "gates": Aside,
    "weight_share": Aside,
    "spectrum": Aside,
}


def list_views(view: ViewName) -> tuple[str, ...]:
    """The drawings that a view consists of."""
    if view == "theatre":
        return DRAWN
    return ("lower",) if view in _LOWER else (view,)


class Stage:
    """The drawings of a set of views, and where they stand."""

    def __init__(
        self, theme: Theme, views: tuple[str, ...] = DRAWN, *, is_interactive: bool = False
    ) -> None:
        self.theme = theme
        self.views = views
        self.is_interactive = is_interactive
        self.is_folded = False
        makers: dict[str, type[Drawing]] = {
            "diagram": Diagram,
            "flow": Flow,
            "lower": History,
            "curves": Curves,
        }
        self.drawings: dict[str, Drawing] = {name: makers[name](theme) for name in views}
        for drawing in self.drawings.values():
            self._let_be_clicked(drawing)

    def apply_theme(self, theme: Theme) -> None:
        """Draw with other colours from now on."""
        self.theme = theme
        for drawing in self.drawings.values():
            drawing.apply_theme(theme)

    def show_frame(self, display: DisplayFrame) -> set[str]:
        """Hand a frame to every drawing; returns the names of those that changed."""
        self.is_folded = display.lower.is_folded and len(self.views) > 1
        self._choose("diagram", Diagram if display.unrolled is None else Unrolled)
        self._choose("lower", Folded if self.is_folded else _LOWER[display.lower.view])
        return {name for name, drawing in self.drawings.items() if drawing.show_frame(display)}

    def _choose(self, name: str, wanted: type[Drawing]) -> None:
        """Let another drawing take a room: the unrolled network that of the layers, and so on."""
        old = self.drawings.get(name)
        if old is None or type(old) is wanted:
            return
        drawing = wanted(self.theme)
        drawing.has_key = old.has_key
        self._let_be_clicked(drawing)
        if old.place is not None:
            drawing.settle(old.place)
        self.drawings[name] = drawing

    def _let_be_clicked(self, drawing: Drawing) -> None:
        if isinstance(drawing, LowerDrawing):
            drawing.is_interactive = self.is_interactive

    def settle(
        self,
        frame: QRectF,
        metrics: Metrics,
        depth: int,
        *,
        has_titles: bool = True,
        header_height: float = 0.0,
        footer_height: float = 0.0,
    ) -> Rooms:
        """Give every drawing its room and the shared stations."""
        rooms = share_rooms(
            self.views,
            frame,
            metrics,
            header_height=header_height,
            footer_height=footer_height,
            is_folded=self.is_folded,
            has_strip=self.is_interactive,
            useful=self._useful_height(metrics),
        )
        first = next(room for name in DRAWN if (room := getattr(rooms, name)) is not None)
        margin = text_width("10⁻³⁰⁰", metrics.tick) + 0.7 * metrics.tick
        shared = place_stations(depth, first.left() + margin, first.right(), metrics)
        self._give_key(rooms)
        for name, drawing in self.drawings.items():
            room = getattr(rooms, name)
            if room is not None:
                stations = shared
                if isinstance(drawing, LowerDrawing):
                    stations = spread_evenly(depth, room.left() + margin, room.right())
                is_titled = has_titles and not (rooms.is_scarce and name == "diagram")
                drawing.settle(Place(room, stations, metrics, is_titled, rooms.is_low))
        return rooms

    def _give_key(self, rooms: Rooms) -> None:
        """The colour key stands in the title row of the first view that has colours and a title."""
        untitled = ("curves", "diagram") if rooms.is_scarce else ("curves",)
        keyed = next((name for name in self.views if name not in untitled), None)
        for name, drawing in self.drawings.items():
            drawing.has_key = name == keyed

    def _useful_height(self, metrics: Metrics) -> float:
        """What the diagram, where there is one, can make use of."""
        diagram = self.drawings.get("diagram")
        return math.inf if diagram is None else diagram.useful_height(metrics)

    def draw(self, painter: QPainter, rooms: Rooms) -> None:
        """Paint every drawing that has a room."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for name, drawing in self.drawings.items():
            if getattr(rooms, name) is not None:
                painter.save()
                drawing.draw(painter)
                painter.restore()
