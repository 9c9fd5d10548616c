"""The scrubber of the backward pass: input left, loss right, one dot for each stage."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.display.options import Playhead
from desktop.widgets.palette import current_inks, name_widget, scaled_font, type_scale

# All in pixels of the desk's type, with which they grow.
_MARGIN = 14.0
_LINE, _WORDS_FROM, _WORDS = 16.0, 26.0, 18.0
"""Where the line and the words under it stand, and how high the words are."""
_LEAST_GAP = 7.0
"""Between stages; below it their dots would run together."""


class Scrubber(QWidget):
    """What lies between the loss and the playhead is filled: there the gradient has been."""

    position_requested = Signal(float)
    stage_requested = Signal(int)
    """+1: one stage towards the input; -1: one towards the loss."""

    def __init__(self) -> None:
        super().__init__()
        name_widget(
            self,
            "scrubber",
            "Backward pass",
            "Drag to any stage of the backward pass; ← runs towards the input, → to the loss.",
        )
        self._playhead = Playhead.at_end_of(1)
        self._is_dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(420, self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self._height())

    def _height(self) -> int:
        return round((_WORDS_FROM + _WORDS) * type_scale(self))

    def _margin(self) -> float:
        return _MARGIN * type_scale(self)

    def show_playhead(self, playhead: Playhead) -> None:
        """Stand where the animation stands."""
        if playhead != self._playhead:
            self._playhead = playhead
            self.setEnabled(not playhead.is_live)
            self.update()

    def x_of(self, position: float) -> float:
        """Where a position, in stages from the loss, lies across the widget."""
        share = position / self._playhead.last
        return self.width() - self._margin() - share * (self.width() - 2 * self._margin())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys run as the picture does: left is towards the input."""
        key = event.key()
        if key == Qt.Key.Key_Left:
            self.stage_requested.emit(1)
        elif key == Qt.Key.Key_Right:
            self.stage_requested.emit(-1)
        elif key == Qt.Key.Key_Home:
            self.position_requested.emit(float(self._playhead.last))
        elif key == Qt.Key.Key_End:
            self.position_requested.emit(0.0)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._is_dragging = True
            self._follow(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_dragging:
            self._follow(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Come to rest on the nearest stage."""
        if self._is_dragging:
            self._is_dragging = False
            self.position_requested.emit(float(round(self._position_at(event.position().x()))))

    def _follow(self, x: float) -> None:
        position = self._position_at(x)
        nearest = round(position)
        if abs(self.x_of(nearest) - x) < 6 * type_scale(self):
            position = float(nearest)
        self.position_requested.emit(position)

    def _position_at(self, x: float) -> float:
        margin = self._margin()
        share = (self.width() - margin - x) / max(1.0, self.width() - 2 * margin)
        return min(1.0, max(0.0, share)) * self._playhead.last

    def paintEvent(self, _event: QPaintEvent) -> None:
        inks = current_inks()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        head, scale = self._playhead, type_scale(self)
        y, words_from = _LINE * scale, _WORDS_FROM * scale
        fill = inks.text if self.isEnabled() else inks.dim
        left, right, knob = self.x_of(head.last), self.x_of(0), self.x_of(head.position)
        painter.setPen(QPen(inks.line, 3 * scale, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(left, y), QPointF(knob, y))
        painter.setPen(QPen(fill, 3 * scale, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(knob, y), QPointF(right, y))
        painter.setPen(Qt.PenStyle.NoPen)
        if (right - left) / head.last >= _LEAST_GAP * scale:
            for stage in range(head.stage_count):
                is_passed = stage <= head.position
                painter.setBrush(fill if is_passed else inks.dim)
                radius = scale * (3.4 if is_passed else 2.8)
                painter.drawEllipse(QPointF(self.x_of(stage), y), radius, radius)
        self._paint_knob(painter, QPointF(knob, y), scale)
        painter.setPen(inks.dim)
        painter.setFont(scaled_font(self, 9.5 / 10.5))
        words = QRectF(2, words_from, self.width() - 4, self.height() - words_from)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, "input")
        painter.drawText(words, Qt.AlignmentFlag.AlignRight, "loss")
        painter.end()

    def _paint_knob(self, painter: QPainter, centre: QPointF, scale: float) -> None:
        inks = current_inks()
        if not self.isEnabled():
            return
        if self.hasFocus():
            painter.setPen(QPen(inks.dim, 1.5 * scale))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, 12.0 * scale, 12.0 * scale)
        painter.setPen(QPen(inks.raised, 2 * scale))
        painter.setBrush(inks.text)
        painter.drawEllipse(centre, 9.0 * scale, 9.0 * scale)
