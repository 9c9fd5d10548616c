"""What the views at the lower left have in common: their head, and the row when it is folded."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from desktop.display.captions import LOWER_HINTS, LOWER_WORDS
from desktop.display.picture import DisplayFrame, LowerPicture
from desktop.theme import Theme
from desktop.views.drawing import Drawing, Place, Target
from desktop.views.pens import draw_text, draw_title, text_width
from desktop.views.tabs import Tab, chevron_room, draw_fold_chevron, draw_tabs, place_tabs

_FOLDED = "History and curves"


class LowerDrawing(Drawing):
    """A view at the lower left; on screen its title row chooses among them, and folds them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._lower = LowerPicture()
        self.is_interactive = False
        """Whether its head can be clicked: on screen, not on a page."""

    def show_frame(self, display: DisplayFrame) -> bool:
        old, self._lower = self._lower, display.lower
        has_new = self.take(display)
        return has_new or (old.view, old.choices) != (display.lower.view, display.lower.choices)

    @property
    def has_tabs(self) -> bool:
        """Whether its title row offers other views."""
        return self.is_interactive and len(self._lower.choices) > 1

    @abstractmethod
    def take(self, display: DisplayFrame) -> bool:
        """Take what is to be drawn; returns whether anything has changed."""

    @staticmethod
    def _head_y(place: Place) -> float:
        return place.room.top() + 0.7 * place.metrics.label

    def _tabs(self, left: float, right: float) -> tuple[Tab, ...]:
        place = self.place
        if place is None or not self.has_tabs:
            return ()
        choices, y = self._lower.choices, self._head_y(place)
        return place_tabs(choices, self._lower.view, left, y, right - left, place.metrics)

    def draw_head(
        self, painter: QPainter, left: float, right: float, title: str, subtitle: str
    ) -> None:
        """The title with what is on the axes, or the tabs with as much of it as fits."""
        place = self.place
        if place is None or not place.has_titles:
            return
        metrics, theme, y = place.metrics, self.theme, self._head_y(place)
        if self.is_interactive:
            draw_fold_chevron(painter, left, y, theme, metrics, is_folded=False)
        tabs = self._tabs(left, right)
        if tabs:
            left = draw_tabs(painter, tabs, theme, metrics, right) + 0.4 * metrics.label
            if left + text_width(subtitle, metrics.tick) <= right:
                draw_text(painter, right, y, subtitle, metrics.tick, theme.dim, align="right")
            return
        draw_title(painter, left, y, right - left, title, subtitle, metrics, theme)

    def find_in_head(self, point: QPointF, left: float, right: float) -> Target | None:
        """A tab, or the chevron that folds the row."""
        place = self.place
        if place is None or not self.is_interactive or not place.has_titles:
            return None
        if chevron_room(left, self._head_y(place), place.metrics).contains(point):
            return Target("fold", 0, f"Fold away: {_FOLDED.lower()}")
        for tab in self._tabs(left, right):
            if tab.room.contains(point):
                hint = f"{LOWER_WORDS[tab.view]}: {LOWER_HINTS[tab.view]}"
                return Target("lower", 0, hint, tab.view)
        return None


class Folded(LowerDrawing):
    """The folded row: its name, and the chevron that brings it back."""

    def take(self, display: DisplayFrame) -> bool:
        del display
        return False

    def draw(self, painter: QPainter) -> None:
        place = self.place
        if place is None:
            return
        left, y, metrics = place.stations.left, place.room.center().y(), place.metrics
        draw_fold_chevron(painter, left, y, self.theme, metrics, is_folded=True)
        draw_text(painter, left, y, _FOLDED, metrics.label, self.theme.dim)

    def find_target(self, point: QPointF) -> Target | None:
        if self.place is None or not self.place.room.contains(point):
            return None
        return Target("fold", 0, f"Unfold: {_FOLDED.lower()}")
