"""Inputs of one initialisation: the scheme, its gain, spread and bias."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.panels.builder.labels import REBUILDS, SCHEME_CHOICES, SCHEME_LABELS
from desktop.widgets.fields import ChoiceBox, NumberField
from desktop.widgets.sections import LabelledRow, grid_of
from engine.document.initialisation import Initialisation

AS_NETWORK = "as_network"
_USUAL_SPREAD = 0.5


class InitialisationForm(QWidget):
    """Shows an initialisation and announces a changed one as plain values."""

    edited = Signal(object, str)
    """The new initialisation as the document writes it, or None for the network's; the edit."""

    def __init__(self, object_name: str, label: str, *, can_follow_network: bool = False) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self._label = label
        self._shown: Initialisation | None = None
        own = [(AS_NETWORK, "network’s")] if can_follow_network else []
        self.scheme = ChoiceBox(
            f"{object_name}_scheme",
            label,
            f"From which distribution the weights are drawn. {REBUILDS}",
            [*own, *SCHEME_CHOICES],
        )
        self.gain = self._number("gain", "Gain", "Multiplies the drawn weights.")
        self.spread = self._number(
            "spread", "σ or bound", "Standard deviation, or bound, of the drawn weights."
        )
        self.bias = self._number(
            "bias", "Bias", "Every bias starts here; empty: as the scheme draws it.", "scheme’s"
        )
        self._numbers = QWidget()
        self._numbers.setLayout(grid_of([("Gain", self.gain), ("Bias", self.bias)]))
        self._spread_row = LabelledRow("σ or bound", self.spread)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(LabelledRow(label, self.scheme))
        column.addWidget(self._spread_row)
        column.addWidget(self._numbers)
        self.scheme.chosen.connect(self._choose_scheme)

    def show_value(self, value: Initialisation | None, *, is_mixed: bool = False) -> None:
        """Show an initialisation; None is the network's own."""
        self._shown = value
        if is_mixed:
            self.scheme.show_key(None)
        else:
            self.scheme.show_key(AS_NETWORK if value is None else value.scheme)
        has_numbers = value is not None and not is_mixed
        self._numbers.setVisible(has_numbers)
        self._spread_row.setVisible(has_numbers and _spread_name(value) is not None)
        if value is not None and not is_mixed:
            self.gain.show_value(value.gain)
            self.bias.show_value(value.bias)
            spread = value.std if value.scheme == "normal" else value.bound
            self.spread.show_value(spread if _spread_name(value) else 0.0)

    def _number(self, name: str, label: str, tooltip: str, empty_text: str = "") -> NumberField:
        field = NumberField(
            f"{self.objectName()}_{name}", label, f"{tooltip} {REBUILDS}", empty_text=empty_text
        )
        field.value_committed.connect(lambda value: self._enter(name, value))
        return field

    def _enter(self, name: str, value: float | None) -> None:
        if self._shown is None:
            return
        key = _spread_name(self._shown) if name == "spread" else name
        plain: dict[str, Any] = msgspec.to_builtins(self._shown)
        plain[key or name] = value
        self.edited.emit(plain, f"Change {self._label.lower()}")

    def _choose_scheme(self, scheme: str) -> None:
        if scheme == AS_NETWORK:
            self.edited.emit(None, "Initialise as the network")
            return
        self.edited.emit(
            with_scheme(self._shown, scheme), f"Initialise with {SCHEME_LABELS[scheme]}"
        )


def with_scheme(value: Initialisation | None, scheme: str) -> dict[str, Any]:
    """The plain values of an initialisation with another scheme, which gets what it needs."""
    plain: dict[str, Any] = msgspec.to_builtins(value or Initialisation())
    plain["scheme"] = scheme
    if scheme == "normal" and plain["std"] is None:
        plain["std"] = _USUAL_SPREAD
    if scheme == "uniform" and plain["bound"] is None:
        plain["bound"] = _USUAL_SPREAD
    return plain


def _spread_name(value: Initialisation | None) -> str | None:
    if value is None:
        return None
    return {"normal": "std", "uniform": "bound"}.get(value.scheme)
