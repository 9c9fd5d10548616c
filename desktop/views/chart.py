"""A chart: a title row, a pyqtgraph ViewBox, its axes, and what the mouse does in it."""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter

from desktop.display.frame import DisplayFrame
from desktop.display.options import ViewName
from desktop.painting.text_and_pens import draw_text, make_brush, make_pen, text_width
from desktop.style.theme import Metrics, Theme
from desktop.views.axes import ThemedAxis, ValueAxis
from desktop.views.shared_x import SharedX
from desktop.views.view import Target

_WHEEL = 1.0025
"""How much less is seen for each unit of the wheel; a notch has 120."""
_LEAST_SHARE = 0.02
"""Of the whole y axis that can be zoomed into."""
_REFIT = "refit"
_SCARCE = 11.0
"""In label sizes: below this height a hall's chart says its title alone."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What all charts of a composition have in common."""

    theme: Theme
    metrics: Metrics
    margin: float
    """Left of the box, for the numbers of the y axis."""
    is_interactive: bool = False
    """Whether it can be clicked: on screen, not on a page."""
    is_low: bool = False
    """Whether height is scarce, so that captions have no rows of their own."""
    is_slim: bool = False
    """Whether it is one of two lanes, which has half the height."""
    words: float | None = None
    """The height of the words under the places of a lane, 0 where the other lane has them; None
    gives them what there is."""


class Box(pg.ViewBox):  # type: ignore[misc]
    """Wheel zooms x at the mouse, drag pans; over the y axis both move y alone."""

    range_asked = Signal(int, float, float)
    """An axis, 0 or 1, and the range of it that is wanted."""
    held = Signal(QPointF, bool)
    """Where what `may_hold` allows is dragged to, and whether it was let go there."""

    def __init__(self, name: str) -> None:
        self.may_hold: Callable[[QPointF], bool] = lambda _: False
        self.is_y_zoomed = False
        self._is_holding = False
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.setObjectName(name)
        self.disableAutoRange()

    def wheelEvent(self, ev: Any, axis: int | None = None) -> None:
        """Zoom about the mouse."""
        ev.accept()
        along = 1 if axis == 1 else 0
        at = self.mapSceneToView(ev.scenePos())
        about = at.y() if along else at.x()
        low, high = self.viewRange()[along]
        factor = _WHEEL ** -ev.delta()
        self.range_asked.emit(
            along, about + (low - about) * factor, about + (high - about) * factor
        )

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        """Scrub what can be held; pan otherwise."""
        if ev.button() != Qt.MouseButton.LeftButton:
            ev.ignore()
            return
        ev.accept()
        if ev.isStart():
            self._is_holding = axis is None and self.may_hold(ev.buttonDownScenePos())
        if self._is_holding:
            self.held.emit(QPointF(ev.scenePos()), ev.isFinish())
            return
        moved = self.mapSceneToView(ev.lastScenePos()) - self.mapSceneToView(ev.scenePos())
        (left, right), (low, high) = self.viewRange()
        if axis != 1:
            self.range_asked.emit(0, left + moved.x(), right + moved.x())
        if self.is_y_zoomed and axis != 0:
            self.range_asked.emit(1, low + moved.y(), high + moved.y())

    def mouseClickEvent(self, ev: Any) -> None:
        """Leave clicks to the scene, which announces them all."""


class Part(pg.GraphicsObject):  # type: ignore[misc]
    """One custom item: draws in pixels of the scene; inside a box it is clipped to it."""

    def __init__(
        self, parent: Any, draw: Callable[[QPainter], None], *, is_kept: bool, depth: float = 0.0
    ) -> None:
        self._draw = draw
        self._room = QRectF()
        self._key: tuple[object, ...] = ()
        super().__init__()
        self.setParentItem(parent)
        self.setZValue(depth)
        if is_kept:
            # What has not changed is not drawn again, as all of it under a moving guide line.
            self.setCacheMode(self.CacheMode.DeviceCoordinateCache)

    def settle(self, room: QRectF) -> None:
        """Draw within another room of the parent."""
        self.prepareGeometryChange()
        self._room = QRectF(room)
        self.update()

    def note(self, *key: object) -> None:
        """Draw anew if any of this differs from the last time."""
        if key != self._key:
            self._key = key
            self.update()

    def boundingRect(self) -> QRectF:
        return self._room

    def paint(self, painter: QPainter, *args: Any) -> None:
        """Hand the painter on, in pixels of the scene."""
        del args
        corner = self.scenePos()
        painter.translate(-corner.x(), -corner.y())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        try:
            self._draw(painter)
        except Exception as error:  # noqa: BLE001 -- one that leaves a paint event ends the process
            sys.excepthook(type(error), error, error.__traceback__)


class Chart(pg.GraphicsWidget):  # type: ignore[misc]
    """Head over box, axes at the left and below: a PlotItem without its forms and menus."""

    zoomed = Signal(object)
    """The chart, after its x range has been asked to change."""
    y_zoomed = Signal(object)
    """The chart, after it shows another part of its y axis."""

    def __init__(
        self,
        view: ViewName,
        frame: Frame,
        x: SharedX,
        *,
        left: ThemedAxis | None = None,
        bottom: ThemedAxis | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName(f"chart_{view}")
        self.view: ViewName = view
        self.frame = frame
        self.x = x
        self.shift = 0.0
        """From its own places to those of the shared x axis: a lane with fewer places than the
        other stands under, or over, the last ones of it."""
        self.y_zoom: tuple[float, float] | None = None
        self.has_titles = True
        self.has_key = False
        """Whether the colour key stands in this chart's title row."""
        self.area = QRectF()
        """The box, in pixels of the scene."""
        self.outer = QRectF()
        """The whole chart."""
        self._bounds = QRectF()
        self.box = Box(f"box_{view}")
        self.box.setParentItem(self)
        self.box.range_asked.connect(self._take_range)
        is_kept = frame.is_interactive
        self.left, self.bottom = left, bottom
        for axis in (left, bottom):
            if axis is not None:
                axis.setParentItem(self)
                axis.linkToView(self.box)
                if is_kept:
                    axis.setCacheMode(axis.CacheMode.DeviceCoordinateCache)
        self.head = Part(self, self.draw_head, is_kept=is_kept)
        self.body = Part(self.box, self.draw, is_kept=is_kept)
        self.refit_button = Part(self, self._draw_refit, is_kept=is_kept, depth=50)
        self.refit_button.hide()
        self.guide_line = pg.InfiniteLine(angle=90, movable=False)
        self.guide_line.setZValue(900)
        self.guide_line.hide()
        self.box.addItem(self.guide_line, ignoreBounds=True)

    def boundingRect(self) -> QRectF:
        return self._bounds

    # What each chart is made of

    @property
    def theme(self) -> Theme:
        """The colours."""
        return self.frame.theme

    @property
    def is_scarce(self) -> bool:
        """Whether a hall's chart is so low that it needs its height for what is drawn."""
        return self.theme.is_projected and self.outer.height() < _SCARCE * self.metrics.label

    @property
    def metrics(self) -> Metrics:
        """The sizes."""
        return self.frame.metrics

    @abstractmethod
    def show_frame(self, display: DisplayFrame) -> bool:
        """Take what is to be drawn; returns whether anything has changed."""

    @abstractmethod
    def draw(self, painter: QPainter) -> None:
        """Draw what lies in the box, in pixels of the scene."""

    @abstractmethod
    def draw_head(self, painter: QPainter) -> None:
        """Draw the title row."""

    @abstractmethod
    def find_target(self, point: QPointF) -> Target | None:
        """What lies at a point of the scene."""

    @abstractmethod
    def head_height(self) -> float:
        """Of the title row, in the present sizes."""

    def footer_height(self) -> float:
        """Of the axis below, or what stands in its place."""
        return 1.7 * self.metrics.label

    def margin(self) -> float:
        """Of the axis at the left."""
        return self.frame.margin

    def width(self) -> float:
        """Of the box, also before it stands there."""
        return max(self.outer.width() - self.margin(), 4.0)

    def x_range(self) -> tuple[float, float]:
        """What is seen of the x axis."""
        return self.x.low - self.shift, self.x.high - self.shift

    def y_whole(self) -> tuple[float, float]:
        """All of the y axis."""
        return 0.0, 1.0

    def redraw(self) -> None:
        """What is shown has changed."""
        self.body.update()

    def note_look(self) -> None:
        """The box shows another part of the data, or in another size."""

    def guide_at(self, target: Target) -> float | None:
        """Where on the x axis a target of a linked chart lies."""
        return float(target.value)

    # Place and range

    def settle(self, frame: Frame, room: QRectF) -> None:
        """Stand in a room of the scene."""
        self.frame = frame
        self.setGeometry(room)
        self.outer = QRectF(room)
        self._bounds = QRectF(0, 0, room.width(), room.height())
        head, footer, margin = self.head_height(), self.footer_height(), self.margin()
        tall = max(room.height() - head - footer, 4.0)
        inner = QRectF(margin, head, max(room.width() - margin, 4.0), tall)
        self.area = inner.translated(room.topLeft())
        self.box.setGeometry(inner)
        self.body.settle(QRectF(0, 0, inner.width(), inner.height()))
        self.head.settle(QRectF(-margin, -2, room.width() + margin + 4, head + 4))
        self.refit_button.settle(self.refit_room().translated(-room.topLeft()))
        if self.left is not None:
            self.left.dress(
                frame.theme, frame.metrics, QRectF(0, head, margin, inner.height()), inner
            )
        if self.bottom is not None:
            below = QRectF(margin, inner.bottom(), inner.width(), footer)
            self.bottom.dress(frame.theme, frame.metrics, below, inner)
        self.guide_line.setPen(pg.mkPen(frame.theme.dim, width=frame.metrics.axis))
        self.look()

    def look(self) -> None:
        """Show what is to be seen of the axes."""
        if self.area.isEmpty():
            return
        low, high = self.y_whole()
        if self.y_zoom is not None:
            low, high = _keep_inside(*self.y_zoom, low, high)
        self.box.is_y_zoomed = self.y_zoom is not None
        if isinstance(self.left, ValueAxis):
            self.left.is_zoomed = self.y_zoom is not None
        self.box.setRange(
            xRange=self.x_range(), yRange=(low, high), padding=0, disableAutoRange=False
        )
        # Left to the paint event, it would move the guide line there, and so ask for another one.
        self.box.updateMatrix()
        self.refit_button.setVisible(self.frame.is_interactive and self.is_zoomed())
        self.note_look()
        self.body.update()

    def is_zoomed(self) -> bool:
        """Whether less than all of the data is seen."""
        return self.x.is_zoomed or self.y_zoom is not None

    def _take_range(self, along: int, low: float, high: float) -> None:
        if along == 0:
            self.x.zoom(low + self.shift, high + self.shift)
            self.zoomed.emit(self)
            return
        bottom, top = self.y_whole()
        span = min(max(high - low, _LEAST_SHARE * (top - bottom)), top - bottom)
        middle = 0.5 * (low + high)
        found = _keep_inside(middle - 0.5 * span, middle + 0.5 * span, bottom, top)
        is_all = found[1] - found[0] > (1 - 1e-6) * (top - bottom)
        self.y_zoom = None if is_all else found
        self.look()
        self.y_zoomed.emit(self)

    def x_pixel(self, at: float) -> float:
        """Where a place on the x axis lies in the scene."""
        low, high = self.x_range()
        return self.area.left() + (at - low) / (high - low) * self.area.width()

    def x_value(self, pixel: float) -> float:
        """The place on the x axis at a pixel of the scene."""
        low, high = self.x_range()
        return low + (pixel - self.area.left()) / self.area.width() * (high - low)

    # The small button that shows everything again

    def refit_room(self) -> QRectF:
        """Where the button stands, once something is zoomed into."""
        tick = self.metrics.tick
        wide = text_width(_REFIT, tick) + 1.2 * tick
        right, top = self.area.right() - 0.3 * tick, self.area.top() + 0.3 * tick
        return QRectF(right - wide, top, wide, 1.7 * tick)

    def _draw_refit(self, painter: QPainter) -> None:
        theme, metrics, room = self.theme, self.metrics, self.refit_room()
        painter.setBrush(make_brush(theme.raised))
        painter.setPen(make_pen(theme.line, metrics.axis))
        painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        middle = room.center()
        draw_text(painter, middle.x(), middle.y(), _REFIT, metrics.tick, theme.text, align="centre")

    def toggle(self, name: str) -> None:
        """Hide a curve, or show it again; most charts have none that can be hidden."""
        del name

    def find_button(self, point: QPointF) -> Target | None:
        """The button, where there is something to refit."""
        if self.refit_button.isVisible() and self.refit_room().contains(point):
            return Target("refit", 0, "Show everything again (0)")
        return None


def _keep_inside(low: float, high: float, least: float, most: float) -> tuple[float, float]:
    """A range of the same width within another one."""
    span = min(high - low, most - least)
    low = min(max(low, least), most - span)
    return low, low + span
