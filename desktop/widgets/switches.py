"""Switches in the colours of the text: on or off, and one of a few."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from desktop.widgets.palette import current_inks, name_widget


def paint_switch(
    painter: QPainter,
    groove: QRectF,
    outline: QColor,
    *,
    is_on: bool,
    place: float | None = None,
) -> None:
    """A groove with a knob: filled with the text colour when on, a quiet field when off.

    Args:
        painter: to draw with.
        groove: the room.
        outline: of the groove.
        is_on: how it stands.
        place: of the knob, where it may stand between 0, the left, and 1, the right.
    """
    inks = current_inks()
    painter.setPen(QPen(outline, 1.0))
    painter.setBrush(inks.text if is_on else inks.line)
    box = groove.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(inks.ground if is_on else inks.dim)
    painter.drawEllipse(_place_knob(groove, float(is_on) if place is None else place))


def paint_undecided(painter: QPainter, groove: QRectF, outline: QColor) -> None:
    """A groove without a field, and a ring in its middle: training decides how it stands."""
    inks = current_inks()
    painter.setPen(QPen(outline, 1.0, Qt.PenStyle.DotLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    box = groove.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setPen(QPen(inks.text, 0.1 * groove.height()))
    painter.setBrush(inks.ground)
    painter.drawEllipse(_place_knob(groove, 0.5))


def _place_knob(groove: QRectF, place: float) -> QRectF:
    size = 0.7 * groove.height()
    inset = (groove.height() - size) / 2
    left = groove.left() + inset + place * (groove.width() - 2 * inset - size)
    return QRectF(left, groove.top() + inset, size, size)


class ToggleSwitch(QAbstractButton):
    """An on/off switch without colour: whatever is coloured in the window is a measured value."""

    def __init__(self, object_name: str, accessible: str, tooltip: str) -> None:
        super().__init__()
        name_widget(self, object_name, accessible, tooltip)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Just the groove: the label stands elsewhere."""
        return QSize(40, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A ring inside the filled groove shows the focus."""
        inks = current_inks()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        groove = QRectF(2, (self.height() - 20) / 2, 36, 20)
        is_strong = self.hasFocus() or self.underMouse() or self.isChecked()
        paint_switch(painter, groove, inks.text if is_strong else inks.dim, is_on=self.isChecked())
        if self.hasFocus() and self.isChecked():
            painter.setPen(QPen(inks.ground, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(groove.adjusted(2, 2, -2, -2), 8, 8)
        painter.end()


class ToggleRow(QWidget):
    """A label with a switch at the right; a click on either flips it."""

    flipped = Signal(bool)

    def __init__(self, label: str, object_name: str, tooltip: str) -> None:
        super().__init__()
        self.switch = ToggleSwitch(object_name, label, tooltip)
        text = QLabel(label)
        text.setToolTip(tooltip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.addWidget(text, 1)
        row.addWidget(self.switch)
        self.switch.clicked.connect(self.flipped)

    def show_state(self, is_on: bool) -> None:
        """Show a state without announcing it."""
        self.switch.setChecked(is_on)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the label counts as one on the switch."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.switch.click()


class SegmentedChoice(QWidget):
    """One of a few keys, all of them in sight: one click changes it."""

    chosen = Signal(str)

    def __init__(
        self,
        object_name: str,
        accessible: str,
        choices: Iterable[tuple[str, str, str]],
    ) -> None:
        """Offer (key, label, tooltip) triples."""
        super().__init__()
        name_widget(self, object_name, accessible, "")
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for key, label, tooltip in choices:
            button = QPushButton(label)
            button.setProperty("kind", "segment")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            name_widget(button, f"{object_name}_{key}", f"{accessible}: {label}", tooltip)
            button.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _checked, key=key: self._choose(key))
            self._buttons[key] = button
            self._group.addButton(button)
            row.addWidget(button, len(label) + 2)

    def show_key(self, key: str | None) -> None:
        """Show a choice without announcing it; an unknown key leaves none pressed."""
        for name, button in self._buttons.items():
            button.setChecked(name == key)

    def _choose(self, key: str) -> None:
        self.show_key(key)
        self.chosen.emit(key)
