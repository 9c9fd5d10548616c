"""The gates of a cell: learned, or forced open, shut, or to any value between."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.kinds.recurrent.panel.switches import describe_force
from desktop.panels.builder.labels import KEEPS
from desktop.panels.kind_section import KindSection
from desktop.widgets.fields import NumberField
from desktop.widgets.sections import LabelledRow, caption
from desktop.widgets.sliders import LinearSlider
from desktop.widgets.switches import SegmentedChoice, ToggleRow
from engine.document.experiment import Experiment
from engine.document.typed_numbers import units_of
from engine.kinds.recurrent.spec import GATES_OF_CELL, network_of

_MEANINGS = {
    "forget": ("c forgets everything", "c is kept as it is"),
    "input": ("nothing is written into c", "the candidate is written whole"),
    "output": ("h says nothing of c", "h says all of tanh(c)"),
    "update": ("h is replaced by the candidate", "h is kept as it is"),
    "reset": ("the candidate ignores h", "the candidate sees all of h"),
}
_ORDER = ("forget", "input", "output", "update", "reset")


class GateRow(QWidget):
    """One gate: learned, 0 and 1 are one click away, the slider forces any value between."""

    forced = Signal(object)
    """A number from 0 to 1, or None for learned."""

    def __init__(self, name: str) -> None:
        super().__init__()
        shut, opened = _MEANINGS[name]
        title = f"{name.capitalize()} gate"
        self.choice = SegmentedChoice(
            f"gate_{name}",
            title,
            [
                ("learned", "learned", f"The network decides. {KEEPS}"),
                ("0", "0", f"Forced shut: {shut}. {KEEPS}"),
                ("1", "1", f"Forced open: {opened}. {KEEPS}"),
            ],
        )
        self.value = LinearSlider(
            f"gate_{name}_value",
            f"{title}, forced to",
            f"0: {shut}. 1: {opened}. Moving it forces the gate. {KEEPS}",
            (0.0, 1.0),
            100,
            empty_text="0 … 1",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(2)
        column.addWidget(LabelledRow(title, self.choice))
        column.addWidget(self.value)
        self.choice.chosen.connect(
            lambda key: self.forced.emit(None if key == "learned" else float(key))
        )
        self.value.value_committed.connect(self.forced)

    def show_value(self, value: float | None) -> None:
        """Show how the gate stands without announcing it."""
        self.choice.show_key(
            "learned" if value is None else f"{value:g}" if value in (0.0, 1.0) else None
        )
        self.value.show_value(value, rest=0.5)


class GatesSection(KindSection):
    """All of it keeps the weights, so that a trained network can be asked "what if"."""

    def __init__(self) -> None:
        super().__init__("Gates", "gates_section", note="keeps the weights")
        self.gates = {name: GateRow(name) for name in _ORDER}
        for name, row in self.gates.items():
            row.forced.connect(lambda value, name=name: self._force(name, value))
            self.rows.addWidget(row)
        self._none = caption("An RNN has no gates.", "small")
        self.cut = ToggleRow(
            "Cut h → gates",
            "cut_h_to_gates",
            "No gradient flows from the gates and the candidate back into the hidden state: "
            f"what is left is the direct path. {KEEPS}",
        )
        self.truncation = NumberField(
            "truncation",
            "Truncation",
            f"The gradient is cut at every k-th time step; empty is off. {KEEPS}",
            is_integer=True,
            empty_text="off",
            units=units_of("truncation"),
        )
        self.rows.addWidget(self._none)
        self.rows.addWidget(self.cut)
        self.rows.addWidget(LabelledRow("Cut every k", self.truncation))
        self.cut.flipped.connect(
            lambda is_on: self._set(
                "network.cut_h_to_gates", is_on, f"{'Cut' if is_on else 'Join'} h → gates"
            )
        )
        self.truncation.value_committed.connect(
            lambda value: self._set("network.truncation", value or 0, "Change truncation")
        )

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the gates of this cell."""
        network = network_of(experiment)
        own = GATES_OF_CELL[network.cell]
        for name, row in self.gates.items():
            row.setVisible(name in own)
            row.show_value(getattr(network.gates, name))
        self._none.setVisible(not own)
        self.cut.show_state(network.cut_h_to_gates)
        self.truncation.show_value(network.truncation or None)

    def _force(self, name: str, value: float | None) -> None:
        self._set(f"network.gates.{name}", value, describe_force(name, value))

    def _set(self, path: str, value: object, text: str) -> None:
        self.changes_requested.emit({path: value}, text)
