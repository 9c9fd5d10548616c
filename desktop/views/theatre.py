"""The theatre: all charts of a pass in one scene, with one x axis for diagram and bars."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from time import monotonic
from typing import Any, cast

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from desktop.display.frame import DisplayFrame
from desktop.display.how_to_read import SHARED_READING, Room, describe_reading
from desktop.style.theme import Metrics, Theme
from desktop.views.chart import Chart
from desktop.views.composition import DRAWN, LEAST_BARS, Composition
from desktop.views.curves import Curves
from desktop.views.kind import ViewKinds
from desktop.views.lane_layout import VARIANT
from desktop.views.layout import Stations
from desktop.views.lower_tabs import CHEVRON
from desktop.views.lower_view import FoldedRow, LowerChart
from desktop.views.network_chart import NetworkChart
from desktop.views.read_out import ReadOut
from desktop.views.station_chart import StationChart
from desktop.views.view import Target

# Qt merges what is too quick for the screen; pyqtgraph would take a quick drag for a click.
pg.setConfigOption("mouseRateLimit", 0)

_LEAST_HEIGHT, _LEAST_SPARED = 240, 180
"""Of the whole, and while something else stands over it."""
_LEAST_TYPE = 0.8
"""Of the window's height: type for a hall keeps its size where panels take the theatre's."""
_TITLE_ROW = 1.6
"""Its height, in label sizes."""
_READING, _READING_GAP = 1.5, 0.1
"""Size of the button that tells how to read a chart, and its gap to the title, in label sizes."""
_OF_THE_PASS = {"flow", "diagram"}
"""Charts whose words belong to the pass that the verdict judges: drawn with it."""
_PERIODS = {"lower": 0.25, "curves_0": 0.25, "curves_1": 0.25}
"""Seconds at least between two drawings of the others while training runs."""
_TURN_MS = 8
"""Half a frame: the other views come between two frames of the bars."""
_NOTCH = 0.7
"""How much of an axis a press of + leaves."""


class Theatre(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """The widget that shows a `DisplayFrame`; what is done in it is only announced.

    Scene units are pixels of the widget. Wheel and drag zoom and move what they are over.
    """

    layer_selected = Signal(int)
    """A column, a bar or a row of the heat map; 0 the input, L + 1 the loss."""
    row_selected = Signal(int)
    """Of several layers above each other the one whose row was clicked, from 1."""
    iteration_selected = Signal(int)
    edit_requested = Signal(str, int)
    """Something of the network was clicked that can be edited: the name of the kind's command,
    and the place."""
    loss_place_chosen = Signal(int)
    """The place from whose loss alone passes are to start."""
    lower_view_chosen = Signal(str)
    """What is to stand at the lower left."""
    fold_requested = Signal()
    """Fold the lower row away, or bring it back."""
    playhead_dragged = Signal(float)
    """A position in stages, while the frame is dragged."""
    hovered = Signal(str, bool)
    """What lies under the mouse, in one line, empty over nothing; and whether the mouse moved,
    and not the picture under it."""
    refit_requested = Signal()
    """Everything is shown again: the gradient axis may fit what is drawn."""
    picture_requested = Signal(str, object)
    """A view that is to be copied as a picture, and what is zoomed into."""
    numbers_requested = Signal(str)
    """A view whose numbers are to be copied."""
    export_requested = Signal(str, object)
    """A view that is to be exported, and what is zoomed into."""
    lane_chosen = Signal(str)
    """"baseline" or "variant": a click into the lane that the panels are to show, or show."""
    log_chosen = Signal(bool)
    relative_chosen = Signal(bool)
    rooms_changed = Signal()
    """Charts stand elsewhere, or other ones are shown."""

    def __init__(
        self,
        theme: Theme,
        kinds: ViewKinds,
        parent: QWidget | None = None,
        *,
        views: tuple[str, ...] = DRAWN,
        is_interactive: bool = True,
    ) -> None:
        """Build it.

        Args:
            theme: its colours.
            kinds: what draws each kind of network.
            parent: the window.
            views: the rooms that it has.
            is_interactive: whether there is anything to click; otherwise it is as on a page.
        """
        self._composition: Composition | None = None
        super().__init__(parent)
        # The ground covers all of it: nothing under the viewport need be painted first.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setObjectName("theatre")
        self.setAccessibleName("Theatre")
        self.setAccessibleDescription(" ".join(SHARED_READING.values()))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setMinimumSize(420, _LEAST_HEIGHT)
        self.theme = theme
        self.least_bars = LEAST_BARS
        """Of the window's height, where it is projected."""
        self.composition = Composition(self.ci, theme, kinds, views, is_interactive=is_interactive)
        self.read_out = ReadOut()
        self.scene().addItem(self.read_out)
        # A hand that trembles while it holds the button clicks all the same.
        self.scene().minDragTime = math.inf
        self.scene().sigMouseMoved.connect(self._hover)
        self.scene().sigMouseClicked.connect(self._note_click)
        self._held: set[Chart] = set()
        self._let_hold()
        self._display: DisplayFrame | None = None
        self.theory_menu: QMenu | None = None
        """What can be laid over the bars: a part of their menu, once the window has one."""
        self._mouse: QPointF | None = None
        self._said = ""
        self._stale: set[str] = set()
        self._drawn_at: dict[str, float] = {}
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.setTimerType(Qt.TimerType.PreciseTimer)
        self._turn.timeout.connect(self._take_turn)
        self._composition = self.composition
        self.apply_theme(theme)

    @Slot(int)
    def spare(self, height: int) -> None:
        """Make do with less height while something else needs so much of it."""
        self.setMinimumHeight(max(_LEAST_HEIGHT - height, _LEAST_SPARED))

    @property
    def charts(self) -> dict[str, Chart]:
        """The charts by the names of their rooms."""
        return self.composition.charts

    def close(self) -> bool:
        """Close like any widget: pyqtgraph's own would take the scene apart under us."""
        return bool(QWidget.close(self))

    def apply_theme(self, theme: Theme, text_scale: float = 1.0) -> None:
        """Draw in other colours and sizes."""
        del text_scale
        self.theme = theme
        self.setBackground(QColor(theme.ground))
        self._settle()

    def sizes(self) -> Metrics:
        """Of type and lines, in the present size of the window."""
        return self.theme.sizes(max(self.height(), _LEAST_TYPE * self.window().height()))

    # Frames

    def show_frame(self, display: DisplayFrame) -> None:
        """Draw a frame; only charts that changed are painted anew."""
        old, self._display = self._display, display
        changed, is_other = self.composition.show_frame(display)
        if is_other:
            self._let_hold()
        if old is None or is_other:
            self._settle()
            self._stale.clear()
            self._update_read_out(old, display)
            return
        self._stale |= changed
        if not display.playhead.is_live:
            self._draw_anew(self._stale)
        else:
            self._draw_anew({n for n in self._stale if n.removeprefix(VARIANT) in _OF_THE_PASS})
            self._plan_turn()
        self._update_read_out(old, display)

    def _let_hold(self) -> None:
        """The playhead's frame can be dragged in every chart that has one."""
        for chart in {*self.charts.values()} - self._held:
            if isinstance(chart, StationChart):
                chart.box.held.connect(self._scrub)
        self._held = {*self.charts.values()}

    def _draw_anew(self, names: Iterable[str]) -> None:
        for name in tuple(names):
            self._stale.discard(name)
            self._drawn_at[name] = monotonic()
            chart = self.charts.get(name)
            if chart is not None and chart.isVisible():
                chart.redraw()

    def _plan_turn(self) -> None:
        """While training runs, the other views are drawn one by one, between the bars' frames."""
        now = monotonic()
        waits = [
            _PERIODS[name] - (now - self._drawn_at.get(name, 0.0))
            for name in self._stale
            if name in _PERIODS
        ]
        if waits:
            self._turn.start(max(_TURN_MS, round(1000 * min(waits))))

    @Slot()
    def _take_turn(self) -> None:
        now = monotonic()
        due = [
            name
            for name, period in _PERIODS.items()
            if name in self._stale and now - self._drawn_at.get(name, 0.0) >= period
        ]
        self._draw_anew(due[:1])
        self._plan_turn()

    def _settle(self) -> None:
        """Give the charts their rooms in the present size."""
        if self._composition is None:
            return
        metrics = self.sizes()
        is_projected = self.theme.is_projected and "diagram" in self.composition.views
        self.composition.settle(
            QRectF(0, 0, self.width(), self.height()),
            metrics,
            self.theme,
            on_stage=self.least_bars * self.window().height() if is_projected else 0.0,
        )
        self.read_out.apply_theme(self.theme, metrics)
        self.rooms_changed.emit()

    def reading_rooms(self) -> dict[str, QRectF]:
        """Where a button that tells how to read a chart has its place, by the chart's room.

        Left of the title, where nothing else stands: of the lower left, of its chevron too.
        """
        found = {}
        for name, chart in self.charts.items():
            if not chart.isVisible() or name.startswith(VARIANT) or isinstance(chart, FoldedRow):
                continue
            size = chart.metrics.label * _READING
            right = chart.area.left() - _READING_GAP * chart.metrics.label
            if isinstance(chart, LowerChart):
                right -= CHEVRON * chart.metrics.label
            middle = chart.outer.top() + 0.7 * chart.metrics.label
            if isinstance(chart, NetworkChart) and self.composition.rooms.lanes:
                middle = self.composition.rooms.lanes[0].title.center().y()
            found[name] = QRectF(max(right - size, 0.0), middle - size / 2, size, size)
        return found

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the charts out anew; text and lines keep their size."""
        super().resizeEvent(event)
        self._settle()
        if self._composition is not None:
            self._say_what_is_hovered()

    # The mouse

    def find_target(self, point: QPointF) -> Target | None:
        """What lies at a point of the widget."""
        chart = self.composition.find_chart(point)
        title = self.composition.find_lane_title(point)
        if chart is None or title is not None:
            return title
        target = chart.find_button(point) or chart.find_target(point)
        lane = self.composition.find_lane(point)
        if target is not None and lane is not None and target.kind in ("layer", "playhead"):
            return replace(target, text=f"{lane.capitalize()} · {target.text}")
        return target

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """All presses are the theatre's: the scene finds out what they mean when they end."""
        super().mousePressEvent(event)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of a click or a drag."""
        super().mouseReleaseEvent(event)
        event.accept()

    def _note_click(self, event: Any) -> None:
        """Choose a lane, select, toggle, refit; the right button opens the menu of a chart."""
        point = QPointF(event.scenePos())
        chart = self.composition.find_chart(point)
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose_lane(point)
        if event.button() == Qt.MouseButton.RightButton and chart is not None:
            self._open_menu(chart, event.screenPos().toPoint())
            return
        if event.button() != Qt.MouseButton.LeftButton or chart is None:
            return
        target = self.find_target(point)
        if target is not None:
            self._announce(chart, target)

    def _choose_lane(self, point: QPointF) -> None:
        """The panels are to show the lane that was clicked, wherever in it.

        What the same click selects or toggles is then that lane's.
        """
        lane = self.composition.find_lane(point)
        if lane is not None:
            self.lane_chosen.emit(lane)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Refit; on a time step where every one has a loss, let the pass start from that one."""
        event.accept()
        point = event.position()
        chart, target = self.composition.find_chart(point), self.find_target(point)
        if event.button() != Qt.MouseButton.LeftButton or chart is None:
            return
        shown = None if self._display is None else self._display.edited
        has_every_loss = shown is not None and shown.diagram.has_every_loss
        if target is not None and target.kind in ("loss", "fold", "lower", "curve", "lane"):
            if target.kind != "loss":
                self._announce(chart, target)
            return
        is_drawing = target is not None and target.kind == "layer" and chart.view == "diagram"
        if is_drawing and has_every_loss:
            assert target is not None
            self.loss_place_chosen.emit(target.value)
        elif chart.outer.contains(point):
            self.composition.refit_chart(chart)
            if chart.view in ("diagram", "flow"):
                self.refit_requested.emit()

    def _announce(self, chart: Chart, target: Target) -> None:
        """Say what was clicked, if it does not concern the chart alone."""
        if target.kind == "refit":
            self.composition.refit_chart(chart)
        if target.kind == "curve":
            self.composition.toggle(chart, target.name)
        match target.kind:
            case "edit":
                self.edit_requested.emit(target.name, target.value)
            case "loss":
                self.loss_place_chosen.emit(target.value)
            case "lower":
                self.lower_view_chosen.emit(target.name)
            case "fold":
                self.fold_requested.emit()
            case "iteration" | "layer" | "playhead":
                self._select(target)

    def _select(self, target: Target) -> None:
        """An iteration and the row of its map, or a layer and the row that it was hit in."""
        if target.kind == "iteration":
            self.iteration_selected.emit(target.value)
            if target.layer is not None:
                self.layer_selected.emit(target.layer)
            return
        self.layer_selected.emit(target.value)
        if target.layer is not None:
            self.row_selected.emit(target.layer)

    @Slot(QPointF, bool)
    def _scrub(self, point: QPointF, is_let_go: bool) -> None:
        """Follow the playhead's frame; let go, it comes to rest on the nearest stage."""
        stations = self.stations()
        layer = stations.nearest(point.x()) if is_let_go else stations.layer_at(point.x())
        self.playhead_dragged.emit(float(stations.depth + 1 - layer))

    @Slot(object)
    def _hover(self, point: QPointF) -> None:
        """Say what lies under the mouse, and mark its place in all charts that share the axis."""
        self._mouse = QPointF(point)
        chart = self.composition.find_chart(point)
        target = None if chart is None else self.find_target(point)
        self._say_what_is_hovered(has_moved=True)
        self._tell(chart, target, point)
        if target is None:
            self.viewport().unsetCursor()
        elif target.kind == "playhead":
            self.viewport().setCursor(Qt.CursorShape.SizeHorCursor)
        else:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)

    def _tell(self, chart: Chart | None, target: Target | None, point: QPointF) -> None:
        is_data = target is not None and target.kind in ("layer", "iteration", "playhead")
        text = target.text if target is not None and is_data else ""
        self.read_out.say(text, point, QRectF(self.rect()))
        for other in self.charts.values():
            is_linked = chart is not None and is_data and other.x is chart.x
            at = None
            if chart is not None and target is not None and is_linked:
                at = other.guide_at(_shift(target, chart, other))
            other.guide_line.setVisible(at is not None)
            if at is not None:
                other.guide_line.setValue(at)

    def _update_read_out(self, old: DisplayFrame | None, display: DisplayFrame) -> None:
        """The box tells of what is shown now; of another document it tells nothing."""
        is_same = old is not None and (old.trace, old.history) == (
            display.trace,
            display.history,
        )
        mouse = self._mouse
        if old is None or old.experiment.task != display.experiment.task:
            self.forget_mouse()
        elif not is_same and mouse is not None and self.read_out.isVisible():
            self._tell(self.composition.find_chart(mouse), self.find_target(mouse), mouse)
        self._say_what_is_hovered()

    def forget_mouse(self) -> None:
        """Take box and guide lines away until the mouse moves again."""
        self._mouse = None
        self._tell(None, None, QPointF())
        self._say_what_is_hovered()

    def _say_what_is_hovered(self, *, has_moved: bool = False) -> None:
        """Of what is shown now, wherever the mouse stands; nothing where it has left."""
        target = None if self._mouse is None else self.find_target(self._mouse)
        said = "" if target is None else target.text.replace("\n", " · ")
        if has_moved or said != self._said:
            self._said = said
            self.hovered.emit(said, has_moved)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing lies under a mouse that has left."""
        super().leaveEvent(event)
        self.forget_mouse()

    def viewportEvent(self, event: QEvent) -> bool:
        """Over a title, tell how to read what is under it; a button or a tab tells of itself."""
        if event.type() == QEvent.Type.ToolTip:
            point = QPointF(event.pos())  # type: ignore[attr-defined]
            target = self.find_target(point)
            text = self._find_reading(point) if target is None else ""
            if target is not None and not self.read_out.isVisible():
                text = target.text
            QToolTip.showText(event.globalPos(), text, self)  # type: ignore[attr-defined]
            return True
        return bool(super().viewportEvent(event))

    def _find_reading(self, point: QPointF) -> str:
        """How to read the chart whose title row a point lies in."""
        chart = self.composition.find_chart(point)
        if chart is None or self._display is None:
            return ""
        title = QRectF(chart.outer)
        title.setHeight(_TITLE_ROW * chart.metrics.label)
        name = next(name for name, each in self.charts.items() if each is chart)
        name = name.removeprefix(VARIANT)
        room = "curves" if isinstance(chart, Curves) else name
        return describe_reading(self._display, cast(Room, room)) if title.contains(point) else ""

    def _open_menu(self, chart: Chart, at: Any) -> None:
        """What can be done with one chart."""
        menu = QMenu(self)
        menu.setObjectName("chart_menu")
        view = chart.view
        menu.addAction("Refit", lambda: self.composition.refit_chart(chart))
        menu.addSeparator()
        ranges = self.composition.ranges()
        menu.addAction("Copy picture", lambda: self.picture_requested.emit(view, ranges))
        menu.addAction("Copy numbers", lambda: self.numbers_requested.emit(view))
        export = menu.addAction("Export this view as shown…")
        export.triggered.connect(lambda: self.export_requested.emit(view, ranges))
        flow = None if self._display is None else self._display.flow
        if view == "flow" and flow is not None:
            menu.addSeparator()
            for text, is_offered, is_on, chosen in (
                ("Logarithmic", flow.has_log, flow.axis.is_log, self.log_chosen),
                (
                    "Relative to the loss end",
                    flow.has_relative,
                    flow.axis.key.startswith("relative"),
                    self.relative_chosen,
                ),
            ):
                if is_offered:
                    action = menu.addAction(text)
                    action.setCheckable(True)
                    action.setChecked(is_on)
                    action.triggered.connect(chosen)
            if self.theory_menu is not None:
                menu.addMenu(self.theory_menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    # Zoom

    @Slot()
    def refit(self) -> None:
        """Show everything again."""
        self.composition.refit()

    @Slot()
    def start_anew(self) -> None:
        """Another document is open: nothing of the old one is looked at."""
        self.forget_mouse()
        self.composition.refit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """+ and − zoom the layers; other keys belong to the window."""
        factor = {Qt.Key.Key_Plus: _NOTCH, Qt.Key.Key_Minus: 1 / _NOTCH}.get(Qt.Key(event.key()))
        if factor is None:
            event.ignore()
            return
        axis = self.composition.layers
        middle, half = 0.5 * (axis.low + axis.high), 0.5 * factor * (axis.high - axis.low)
        axis.zoom(middle - half, middle + half)
        for chart in self.charts.values():
            if chart.x is axis and chart.isVisible():
                chart.look()

    def stations(self) -> Stations:
        """Where input, layers and loss of the longer lane stand, in pixels of the widget."""
        names = ("diagram", VARIANT + "diagram")
        chart = next(self.charts[n] for n in names if n in self.charts and not self.charts[n].shift)
        assert isinstance(chart, StationChart)
        return chart.stations()

    def column_x(self, layer: float) -> float:
        """Where a layer stands, in pixels of the widget."""
        return self.stations().at(layer)


def _shift(target: Target, chart: Chart, other: Chart) -> Target:
    """A target of one lane as the place over it, or under it, in another one."""
    places = round(chart.shift - other.shift)
    if not places or chart.x is not other.x:
        return target
    return replace(target, value=target.value + places)
