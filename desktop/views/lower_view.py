"""What the charts at the lower left have in common: their head, and the row when it is folded."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from desktop.display.frame import DisplayFrame
from desktop.display.pictures import LowerPicture
from desktop.painting.text_and_pens import draw_text, draw_title, text_width
from desktop.views.chart import Chart
from desktop.views.heading import Heading, plan_heading
from desktop.views.lower_tabs import Tab, chevron_room, draw_fold_chevron, draw_tabs, place_tabs
from desktop.views.view import Target

_FOLDED = "History and curves"


class LowerChart(Chart):
    """A chart at the lower left; on screen its title row chooses among them, and folds them."""

    lower: LowerPicture = LowerPicture()
    lane: str = ""
    """Whose it is, where two lanes are compared."""

    def show_frame(self, display: DisplayFrame) -> bool:
        self.lower = display.lower
        self.lane = display.lane.name if display.lane is not None else ""
        self.head.note(self.lane, self.lower.view, self.lower.choices, *self.titles(display))
        return self.take(display)

    @property
    def has_tabs(self) -> bool:
        """Whether its title row offers other views."""
        return self.frame.is_interactive and len(self.lower.choices) > 1

    @abstractmethod
    def take(self, display: DisplayFrame) -> bool:
        """Take what is to be drawn; returns whether anything has changed."""

    @abstractmethod
    def titles(self, display: DisplayFrame) -> tuple[object, ...]:
        """What stands in the title row."""

    def _head_y(self) -> float:
        return self.outer.top() + 0.7 * self.metrics.label

    def _tabs(self) -> tuple[Tab, ...]:
        if not self.has_tabs:
            return ()
        room = self.area.width()
        return place_tabs(self.lower, self.area.left(), self._head_y(), room, self.metrics)

    @property
    def is_coloured(self) -> bool:
        """Whether it has colours that the key explains."""
        return True

    def heading_texts(self) -> tuple[str, str]:
        """The title, and what is on the axes, with its unit."""
        return "", ""

    def _heading(self) -> Heading | None:
        """The title on a page."""
        title, subtitle = self.heading_texts()
        if not title or self.frame.is_interactive:
            return None
        has_key = self.has_key and self.is_coloured and not self.is_scarce
        subtitle = "" if self.is_scarce else subtitle
        return plan_heading(
            title, subtitle, self.width(), self.theme, self.metrics, has_key=has_key
        )

    def title_height(self) -> float:
        """Of the title row, or of all rows of it on a page."""
        heading = self._heading() if self.has_titles else None
        if heading is not None:
            return heading.height(self.metrics)
        return (1.6 if self.has_titles else 0.0) * self.metrics.label

    def draw_lower_head(self, painter: QPainter, title: str, subtitle: str) -> None:
        """The title with what is on the axes, or the tabs with as much of it as fits."""
        if not self.has_titles:
            return
        metrics, theme, left, y = self.metrics, self.theme, self.area.left(), self._head_y()
        right, heading = self.area.right(), self._heading()
        if heading is not None:
            heading.draw(painter, left, right, self.outer.top(), theme, metrics)
            return
        if self.frame.is_interactive:
            draw_fold_chevron(painter, left, y, theme, metrics, is_folded=False)
        tabs = self._tabs()
        if tabs:
            left = draw_tabs(painter, tabs, theme, metrics, right) + 0.4 * metrics.label
            subtitle = " · ".join(each for each in (self.lane, subtitle) if each)
            if left + text_width(subtitle, metrics.tick) > right:
                subtitle = self.lane
            if left + text_width(subtitle, metrics.tick) <= right:
                draw_text(painter, right, y, subtitle, metrics.tick, theme.dim, align="right")
            return
        draw_title(painter, left, y, right - left, title, subtitle, metrics, theme)

    def find_in_head(self, point: QPointF) -> Target | None:
        """A tab, or the chevron that folds the row."""
        if not self.frame.is_interactive or not self.has_titles:
            return None
        if chevron_room(self.area.left(), self._head_y(), self.metrics).contains(point):
            return Target("fold", 0, f"Fold away: {_FOLDED.lower()}")
        for tab in self._tabs():
            if tab.room.contains(point):
                return Target("lower", 0, f"{tab.text}: {tab.hint}", tab.view)
        return None


class FoldedRow(LowerChart):
    """The folded row: its name, and the chevron that brings it back."""

    def take(self, display: DisplayFrame) -> bool:
        del display
        return False

    def titles(self, display: DisplayFrame) -> tuple[object, ...]:
        del display
        return ()

    def head_height(self) -> float:
        return 1.4 * self.metrics.label

    def footer_height(self) -> float:
        return 0.0

    def draw(self, painter: QPainter) -> None:
        """Nothing lies under the name."""

    def draw_head(self, painter: QPainter) -> None:
        left, y, metrics = self.area.left(), self._head_y(), self.metrics
        draw_fold_chevron(painter, left, y, self.theme, metrics, is_folded=True)
        draw_text(painter, left, y, _FOLDED, metrics.label, self.theme.dim)

    def find_target(self, point: QPointF) -> Target | None:
        if not self.outer.contains(point):
            return None
        return Target("fold", 0, f"Unfold: {_FOLDED.lower()}")
