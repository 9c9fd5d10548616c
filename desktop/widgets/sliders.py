"""A slider between two bounds beside a field that takes any number."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from desktop.widgets.fields import NumberField
from desktop.widgets.ink import name_widget


class _CalmSlider(QSlider):
    """A slider that leaves the wheel to the panel, which scrolls."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class LinearSlider(QWidget):
    """Announces a number when the handle is let go of, or when it has been typed.

    `empty_text` stands in the field where there is no value.
    """

    value_committed = Signal(object)
    refused = Signal(str)

    def __init__(
        self,
        object_name: str,
        accessible: str,
        tooltip: str,
        bounds: tuple[float, float],
        per_unit: int,
        empty_text: str = "",
    ) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self._per_unit = per_unit
        low, high = bounds
        self.slider = _CalmSlider(Qt.Orientation.Horizontal)
        name_widget(self.slider, f"{object_name}_slider", accessible, tooltip)
        self.slider.setRange(round(low * per_unit), round(high * per_unit))
        self.slider.setPageStep(max(1, round((high - low) * per_unit / 10)))
        self.slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.field = NumberField(f"{object_name}_field", accessible, tooltip, empty_text=empty_text)
        self.field.setFixedWidth(68)
        self._is_showing = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.slider, 1)
        row.addWidget(self.field)
        self.slider.valueChanged.connect(self._slide)
        self.slider.sliderReleased.connect(self._release)
        self.field.value_committed.connect(self._enter)
        self.field.refused.connect(self.refused)

    def show_value(self, value: float | None, rest: float = 0.0) -> None:
        """Show a value without announcing it; without one the handle stands at `rest`."""
        if self.slider.isSliderDown():
            return
        self.field.show_value(value)
        self._move_slider(rest if value is None else value)
        is_idle = value is None
        if self.slider.property("idle") != is_idle:
            self.slider.setProperty("idle", is_idle)
            self.slider.style().unpolish(self.slider)
            self.slider.style().polish(self.slider)

    def _move_slider(self, value: float) -> None:
        self._is_showing = True
        self.slider.setValue(round(value * self._per_unit))
        self._is_showing = False

    def _slide(self, position: int) -> None:
        if self._is_showing:
            return
        self.field.show_value(position / self._per_unit)
        if not self.slider.isSliderDown():
            self.value_committed.emit(self.field.value)

    def _release(self) -> None:
        if self.field.value is not None:
            self.value_committed.emit(self.field.value)

    def _enter(self, value: float | None) -> None:
        if value is not None:
            self._move_slider(value)
        self.value_committed.emit(value)
