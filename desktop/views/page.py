"""A picture to be kept: the same charts as in the window, laid out anew and never shown."""

from __future__ import annotations

from collections.abc import Mapping

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from desktop.display.frame import DisplayFrame
from desktop.style.theme import Metrics, Theme
from desktop.views.composition import LEAST_BARS, Composition
from desktop.views.kind import ViewKinds
from desktop.views.layout import Rooms

Ranges = Mapping[str, tuple[float, float]]
"""What a composition is zoomed into, by the names of its axes."""


class Page(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """A theatre of some views on a page of some size; nothing of it is kept as pixels."""

    def __init__(
        self,
        display: DisplayFrame,
        views: tuple[str, ...],
        width: int,
        height: int,
        metrics: Metrics,
        theme: Theme,
        kinds: ViewKinds,
        *,
        header_height: float = 0.0,
        footer_height: float = 0.0,
        ranges: Ranges | None = None,
    ) -> None:
        super().__init__()
        self._frame = QRectF(0, 0, width, height)
        self._metrics, self._theme = metrics, theme
        self.setMinimumSize(0, 0)
        self.resize(width, height)
        # A widget that is not shown gets no resize event: its range has to be told.
        self.setRange(self._frame, padding=0, disableAutoPixel=False)
        self.setBackground(None)
        self.composition = Composition(self.ci, theme, kinds, views)
        self.composition.show_frame(display)

        self._edges = (header_height, footer_height)
        self.rooms = self._settle()
        if ranges:
            self.composition.show_ranges(ranges)
        # What depends on the width, as where the input stands, is told once more.
        self.composition.show_frame(display)

    def _settle(self) -> Rooms:
        composition, theme = self.composition, self._theme
        is_projected = theme.is_projected and len(composition.views) > 1

        def settle() -> Rooms:
            return composition.settle(
                self._frame,
                self._metrics,
                theme,
                header_height=self._edges[0],
                footer_height=self._edges[1],
                on_stage=LEAST_BARS * self._frame.height() if is_projected else 0.0,
            )

        settle()  # how many rows titles take is known once they have a width
        return settle()

    def turn(
        self, display: DisplayFrame, header_height: float, footer_height: float
    ) -> list[QRectF]:
        """Show another frame on the same page; which places of it have changed."""
        changed, is_other = self.composition.show_frame(display)
        if is_other or self._edges != (header_height, footer_height):
            self._edges = (header_height, footer_height)
            self.rooms = self._settle()
            self.composition.show_frame(display)
            return [self._frame]
        charts = self.composition.charts
        for name in changed:
            charts[name].redraw()
        if self.composition.has_lanes and changed:
            return [self._frame]
        return [charts[name].outer for name in changed if not charts[name].outer.isEmpty()]

    def close(self) -> bool:
        """Close like any widget: pyqtgraph's own would take the scene apart under us."""
        return bool(QWidget.close(self))

    def draw(self, painter: QPainter, place: QRectF | None = None) -> None:
        """Paint all charts, in pixels of the page, or what of them lies in some place."""
        scene = self.scene()
        scene.prepareForPaint()
        scene.setBackgroundBrush(Qt.BrushStyle.NoBrush)
        place = self._frame if place is None else place
        scene.render(painter, place, place)
