"""A slider beside a field that takes any number: even or over decades."""

from __future__ import annotations

import math
from abc import abstractmethod

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from desktop.widgets.fields import NumberField
from desktop.widgets.palette import name_widget

_PER_DECADE = 20
_FIELD_WIDTH = 68


class _CalmSlider(QSlider):
    """A slider that leaves the wheel to the panel, which scrolls."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class NumberSlider(QWidget):
    """Announces a number when the handle is let go of, or when it has been typed.

    Which number belongs to which place of the handle is up to the subclass. `empty_text`
    stands in the field where there is no value.
    """

    value_committed = Signal(object)

    def __init__(
        self,
        object_name: str,
        accessible: str,
        tooltip: str,
        places: tuple[int, int],
        page: int,
        empty_text: str = "",
    ) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self.slider = _CalmSlider(Qt.Orientation.Horizontal)
        name_widget(self.slider, f"{object_name}_slider", accessible, tooltip)
        self.slider.setRange(*places)
        self.slider.setPageStep(page)
        self.slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.field = NumberField(f"{object_name}_field", accessible, tooltip, empty_text=empty_text)
        self.field.setFixedWidth(_FIELD_WIDTH)
        self._is_showing = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.slider, 1)
        row.addWidget(self.field)
        self.slider.valueChanged.connect(self._slide)
        self.slider.sliderReleased.connect(self._release)
        self.field.value_committed.connect(self._enter)

    @abstractmethod
    def _place_of(self, value: float) -> int:
        """Where the handle stands for a number."""

    @abstractmethod
    def _value_at(self, place: int) -> float:
        """The number for a place of the handle."""

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
        self.slider.setValue(self._place_of(value))
        self._is_showing = False

    def _slide(self, place: int) -> None:
        if self._is_showing:
            return
        self.field.show_value(self._value_at(place))
        if not self.slider.isSliderDown():
            self.value_committed.emit(self.field.value)

    def _release(self) -> None:
        if self.field.value is not None:
            self.value_committed.emit(self.field.value)

    def _enter(self, value: float | None) -> None:
        if value is not None:
            self._move_slider(value)
        self.value_committed.emit(value)


class LinearSlider(NumberSlider):
    """Even places between two bounds, `per_unit` of them to a unit."""

    def __init__(
        self,
        object_name: str,
        accessible: str,
        tooltip: str,
        bounds: tuple[float, float],
        per_unit: int,
        empty_text: str = "",
    ) -> None:
        self._per_unit = per_unit
        low, high = bounds
        places = (self._place_of(low), self._place_of(high))
        page = max(1, (places[1] - places[0]) // 10)
        super().__init__(object_name, accessible, tooltip, places, page, empty_text)

    def _place_of(self, value: float) -> int:
        return round(value * self._per_unit)

    def _value_at(self, place: int) -> float:
        return place / self._per_unit


class LogSlider(NumberSlider):
    """Places over decades; zero and less stand at the lower end."""

    def __init__(
        self, object_name: str, accessible: str, tooltip: str, decades: tuple[int, int]
    ) -> None:
        self._lowest = _PER_DECADE * decades[0]
        places = (self._lowest, _PER_DECADE * decades[1])
        super().__init__(object_name, accessible, tooltip, places, _PER_DECADE)

    def _place_of(self, value: float) -> int:
        return round(math.log10(value) * _PER_DECADE) if value > 0 else self._lowest

    def _value_at(self, place: int) -> float:
        return float(f"{10 ** (place / _PER_DECADE):.2g}")
