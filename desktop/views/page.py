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
        self.setMinimumSize(0, 0)
        self.resize(width, height)
        # A widget that is not shown gets no resize event: its range has to be told.
        self.setRange(self._frame, padding=0, disableAutoPixel=False)
        self.setBackground(None)
        self.composition = Composition(self.ci, theme, kinds, views)
        self.composition.show_frame(display)

        is_projected = theme.is_projected and len(views) > 1

        def settle() -> Rooms:
            return self.composition.settle(
                self._frame,
                metrics,
                theme,
                header_height=header_height,
                footer_height=footer_height,
                on_stage=LEAST_BARS * height if is_projected else 0.0,
            )

        settle()  # how many rows titles take is known once they have a width
        self.rooms = settle()
        if ranges:
            self.composition.show_ranges(ranges)
        # What depends on the width, as where the input stands, is told once more.
        self.composition.show_frame(display)

    def close(self) -> bool:
        """Close like any widget: pyqtgraph's own would take the scene apart under us."""
        return bool(QWidget.close(self))

    def draw(self, painter: QPainter) -> None:
        """Paint all charts, in pixels of the page."""
        scene = self.scene()
        scene.prepareForPaint()
        scene.setBackgroundBrush(Qt.BrushStyle.NoBrush)
        scene.render(painter, self._frame, self._frame)
