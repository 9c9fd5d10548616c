"""The theatre: all views of a pass in one scene, with one x axis for diagram and bars."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic
from typing import cast

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QToolTip, QWidget

from desktop.display.picture import DisplayFrame
from desktop.display.reading import HOW_TO_READ, Room, describe_reading
from desktop.theme import Theme
from desktop.views.drawing import Target, ViewItem
from desktop.views.stage import DRAWN, Stage

_LEAST_TYPE = 0.8
"""Of the window's height: type for a hall keeps its size where panels take the theatre's."""
_TITLE_ROW = 1.6
"""Its height, in label sizes."""
_OF_THE_PASS = {"flow", "diagram"}
"""Views whose words belong to the pass that the verdict judges: drawn with it."""
_PERIODS = {"lower": 0.25, "curves": 0.25}
"""Seconds at least between two drawings of the others while training runs."""
_TURN_MS = 8
"""Half a frame: the other views come between two frames of the bars."""


class Theatre(QGraphicsView):
    """The widget that shows a `DisplayFrame`; what is clicked in it is only announced.

    Each view is one graphics item. Scene units are pixels of the widget.
    """

    layer_selected = Signal(int)
    """A column, a bar or a row of the heat map; 0 the input, L + 1 the loss."""
    row_selected = Signal(int)
    """Of several recurrent layers the one whose lane was clicked, from 1."""
    iteration_selected = Signal(int)
    skip_toggled = Signal(int)
    """The layer at which the clicked skip connection ends."""
    gate_toggled = Signal(str)
    """The document's name of the gate whose valve was clicked."""
    loss_time_chosen = Signal(int)
    """The time step from whose loss alone passes are to start."""
    lower_view_chosen = Signal(str)
    """What is to stand at the lower left."""
    fold_requested = Signal()
    """Fold the lower row away, or bring it back."""
    playhead_dragged = Signal(float)
    """A position in stages, while the frame is dragged."""
    hovered = Signal(str, bool)
    """What lies under the mouse, in one line, empty over nothing; and whether the mouse moved,
    and not the picture under it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setScene(QGraphicsScene(self))
        # The ground covers all of it: nothing under the viewport need be painted first.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setObjectName("theatre")
        self.setAccessibleName("Theatre")
        self.setAccessibleDescription(" ".join(HOW_TO_READ.values()))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setMinimumSize(420, 300)
        self.stage = Stage(theme, is_interactive=True)
        self.view_items: dict[str, ViewItem] = {}
        for name in DRAWN:
            self.view_items[name] = ViewItem(self.stage.drawings[name], f"view_{name}")
            self.scene().addItem(self.view_items[name])
        self._display: DisplayFrame | None = None
        self._text_scale = 1.0
        self._is_dragging = False
        self._mouse: QPointF | None = None
        self._said = ""
        self._tip = ""
        self._tip_place = QPoint()
        self._stale: set[str] = set()
        self._drawn_at: dict[str, float] = {}
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.setTimerType(Qt.TimerType.PreciseTimer)
        self._turn.timeout.connect(self._take_turn)
        self.apply_theme(theme)

    def apply_theme(self, theme: Theme, text_scale: float = 1.0) -> None:
        """Draw in other colours and sizes."""
        self._text_scale = text_scale
        self.stage.apply_theme(theme)
        self.setBackgroundBrush(QColor(theme.ground))
        self._settle()

    def show_frame(self, display: DisplayFrame) -> None:
        """Draw a frame; only views that changed are painted anew."""
        old, self._display = self._display, display
        changed = self.stage.show_frame(display)
        has_turned = False
        for name, drawing in self.stage.drawings.items():
            has_turned |= self.view_items[name].drawing is not drawing
            self.view_items[name].drawing = drawing
        if old is None or has_turned or _count_places(old) != _count_places(display):
            self._settle()
        elif not display.playhead.is_live:
            self._draw_anew(self._stale | changed)
        else:
            self._stale |= changed
            self._draw_anew(self._stale & _OF_THE_PASS)
            self._plan_turn()
        self._say_what_is_hovered()

    def _say_what_is_hovered(self, *, has_moved: bool = False) -> None:
        """Of what is shown now, wherever the mouse stands; nothing where it has left."""
        text = "" if self._mouse is None else self._describe_point(self._mouse)
        if self._tip and text != self._tip:
            self._tip = text if QToolTip.isVisible() else ""
            if self._tip:
                QToolTip.showText(self._tip_place, self._tip, self)
            else:
                QToolTip.hideText()
        target = None if self._mouse is None else self.find_target(self._mouse)
        said = "" if target is None else target.text.replace("\n", " · ")
        if has_moved or said != self._said:
            self._said = said
            self.hovered.emit(said, has_moved)

    def _describe_point(self, point: QPointF) -> str:
        """What lies there, or how to read the view whose title it is."""
        target = self.find_target(point)
        return self._find_reading(point) if target is None else target.text

    def _draw_anew(self, names: Iterable[str]) -> None:
        for name in tuple(names):
            self._stale.discard(name)
            self._drawn_at[name] = monotonic()
            item = self.view_items[name]
            item.update()
            # At once too, or it would be painted after the words around that say the same pass.
            self.viewport().update(item.boundingRect().toAlignedRect())

    def _plan_turn(self) -> None:
        """While training runs, the other views are drawn one by one, between the bars' frames."""
        now = monotonic()
        waits = [_PERIODS[name] - (now - self._drawn_at.get(name, 0.0)) for name in self._stale]
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
        """Give the views their rooms in the present size."""
        depth = self._display.diagram.depth if self._display is not None else 1
        width, height = self.width(), self.height()
        self.setSceneRect(QRectF(0, 0, width, height))
        metrics = self.stage.theme.sizes(max(height, _LEAST_TYPE * self.window().height()))
        rooms = self.stage.settle(QRectF(0, 0, width, height), metrics, max(depth, 1))
        for name, item in self.view_items.items():
            shown = getattr(rooms, name) is not None
            item.settle(self.stage.drawings[name].place if shown else None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the views out anew; text and lines keep their size."""
        super().resizeEvent(event)
        if hasattr(self, "stage"):
            self._settle()
            self._say_what_is_hovered()

    def find_target(self, point: QPointF) -> Target | None:
        """What lies at a point of the widget."""
        for name, item in self.view_items.items():
            if item.isVisible() and item.boundingRect().contains(point):
                target = self.stage.drawings[name].find_target(point)
                if target is not None:
                    return target
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select, toggle, or take hold of the playhead."""
        target = self.find_target(event.position())
        if event.button() != Qt.MouseButton.LeftButton or target is None:
            event.ignore()
            return
        if target.kind == "playhead":
            self._is_dragging = True
        else:
            self._announce(target)
        event.accept()

    def _announce(self, target: Target) -> None:
        """Say what was clicked."""
        match target.kind:
            case "skip":
                self.skip_toggled.emit(target.value)
            case "gate":
                self.gate_toggled.emit(target.name)
            case "loss":
                self.loss_time_chosen.emit(target.value)
            case "lower":
                self.lower_view_chosen.emit(target.name)
            case "fold":
                self.fold_requested.emit()
            case "iteration":
                self.iteration_selected.emit(target.value)
                if target.layer is not None:
                    self.layer_selected.emit(target.layer)
            case _:
                self.layer_selected.emit(target.value)
                if target.layer is not None:
                    self.row_selected.emit(target.layer)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On a time step: let the pass start from the loss there, where every one has a loss."""
        target = self.find_target(event.position())
        unrolled = None if self._display is None else self._display.unrolled
        has_every_loss = unrolled is not None and unrolled.has_every_loss
        if target is not None and target.kind == "layer" and has_every_loss:
            self.loss_time_chosen.emit(target.value)
        elif target is None or target.kind != "loss":
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub while the playhead is held; otherwise say what lies under the mouse."""
        self._mouse = event.position()
        if self._is_dragging:
            place = self.stage.drawings["diagram"].place
            if place is not None:
                layer = place.stations.layer_at(event.position().x())
                self.playhead_dragged.emit(place.stations.depth + 1 - layer)
            event.accept()
            return
        target = self.find_target(event.position())
        if target is None:
            self.viewport().unsetCursor()
        elif target.kind == "playhead":
            self.viewport().setCursor(Qt.CursorShape.SizeHorCursor)
        else:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self._say_what_is_hovered(has_moved=True)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the playhead: it comes to rest on the nearest stage."""
        if self._is_dragging:
            self._is_dragging = False
            place = self.stage.drawings["diagram"].place
            if place is not None:
                nearest = place.stations.nearest(event.position().x())
                self.playhead_dragged.emit(float(place.stations.depth + 1 - nearest))
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        """Show what lies under a resting mouse, and nothing any more when it leaves."""
        if event.type() == QEvent.Type.ToolTip:
            self._mouse = QPointF(event.pos())  # type: ignore[attr-defined]
            self._tip_place = event.globalPos()  # type: ignore[attr-defined]
            self._tip = self._describe_point(self._mouse)
            QToolTip.showText(self._tip_place, self._tip, self)
            return True
        if event.type() == QEvent.Type.Leave:
            self._mouse = None
            self._say_what_is_hovered()
        return super().viewportEvent(event)

    def _find_reading(self, point: QPointF) -> str:
        """How to read the view whose title row a point lies in."""
        for name, drawing in self.stage.drawings.items():
            place = drawing.place
            if place is None or self._display is None or not self.view_items[name].isVisible():
                continue
            title = QRectF(place.room)
            title.setHeight(_TITLE_ROW * place.metrics.label)
            if title.contains(point):
                return describe_reading(self._display, cast(Room, name))
        return ""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The picture has one scale: the wheel belongs to whatever surrounds it."""
        event.ignore()

    def column_x(self, layer: int) -> float:
        """Where a layer stands, in pixels of the widget."""
        place = self.stage.drawings["diagram"].place
        assert place is not None
        return place.stations.at(layer)


def _count_places(display: DisplayFrame) -> tuple[int, int]:
    """Columns and lanes: where others come, everything is laid out anew."""
    lanes = 0 if display.unrolled is None else len(display.unrolled.lanes)
    return display.diagram.depth, lanes
