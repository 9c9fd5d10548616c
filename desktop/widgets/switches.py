"""Switches in the colours of the text: on or off, and one of a few."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)
from superqt import QToggleSwitch
from superqt.switch import QStyleOptionToggleSwitch

from desktop.widgets.ink import current_inks, name_widget


class ToggleSwitch(QToggleSwitch):
    """An on/off switch without colour: whatever is coloured in the window is a measured value."""

    def __init__(self, object_name: str, accessible: str, tooltip: str) -> None:
        super().__init__()
        name_widget(self, object_name, accessible, tooltip)
        self.switchWidth = 36
        self.switchHeight = 20
        self.handleSize = 14
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAnimationDuration(90)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Just the groove: the label stands elsewhere."""
        return QSize(40, 24)

    def show_state(self, is_on: bool) -> None:
        """Show a state; the handle jumps there when the window is not yet seen."""
        if self.isChecked() != is_on:
            self.setAnimationDuration(90 if self.isVisible() else 0)
            self.setChecked(is_on)
            self.setAnimationDuration(90)

    def drawGroove(self, painter: QPainter, rect: QRectF, option: QStyleOptionToggleSwitch) -> None:
        """Filled with the text colour when on, a quiet field when off."""
        inks = current_inks()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = inks.text if self.isChecked() else inks.line
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        painter.setBrush(fill)
        outline = inks.text if self.hasFocus() or self.isChecked() else inks.dim
        painter.setPen(QPen(outline, 1.0))
        rect = rect.translated(0, -option.margin).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        if self.hasFocus() and self.isChecked():
            painter.setPen(QPen(inks.ground, 1.0))
            inner = rect.adjusted(1.5, 1.5, -1.5, -1.5)
            painter.drawRoundedRect(inner, inner.height() / 2, inner.height() / 2)

    def drawHandle(self, painter: QPainter, rect: QRectF, option: QStyleOptionToggleSwitch) -> None:
        """Dark on the filled groove, dim on the empty one."""
        inks = current_inks()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(inks.ground if self.isChecked() else inks.dim)
        painter.drawEllipse(rect.translated(0, -option.margin))


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
        self.switch.show_state(is_on)

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
