"""The layers of the network: the list, and the settings of those that are selected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.kinds.feedforward.display.captions import ACTIVATION_NAMES
from desktop.panels.builder.initialisation_form import InitialisationForm
from desktop.panels.builder.labels import KEEPS, REBUILDS
from desktop.panels.kind_section import KindSection
from desktop.widgets.fields import ChoiceBox, NumberField
from desktop.widgets.layer_list import LayerCard, LayerList
from desktop.widgets.palette import IconButton, TextButton
from desktop.widgets.sections import LabelledRow, caption, grid_of
from engine.document.experiment import Experiment
from engine.document.typed_numbers import units_of
from engine.kinds.feedforward.spec import Feedforward, Layer, network_of
from engine.parts import ACTIVATIONS

T = TypeVar("T")
_ACTIVATION_CHOICES = [(name, ACTIVATION_NAMES[name]) for name in ACTIVATIONS]
_NORMALISATION_LABELS = {"none": "none", "batch": "batch", "layer": "layer", "rms": "RMS"}
_TAGS = {"none": "", "batch": "batch", "layer": "layer", "rms": "RMS"}


class LayersSection(KindSection):
    """Add, duplicate, remove and reorder layers; change the selected ones together.

    A row that is clicked selects its first layer, counted from 1 after `repeat`.
    """

    def __init__(self) -> None:
        super().__init__("Layers", "layers_section")
        self._network: Feedforward | None = None
        self.list = LayerList()
        self.rows.addWidget(self.list)
        self._add_actions()
        self._add_counts()
        self._form = QWidget()
        self._fields = QVBoxLayout(self._form)
        self._fields.setContentsMargins(0, 0, 0, 0)
        self._fields.setSpacing(8)
        self._add_fields()
        self._form.hide()
        self.rows.addWidget(self._form)
        self.list.rows_selected.connect(self._select)
        self.list.itemClicked.connect(self._form.show)
        self.list.edit_requested.connect(self._open_counts)
        self.list.order_changed.connect(self._reorder)
        self.list.removal_requested.connect(self._remove)
        self.list.duplication_requested.connect(self._duplicate)

    def _add_actions(self) -> None:
        for icon, name, tooltip, slot in (
            ("copy", "duplicate_layer", "Duplicate the selected layers (Ctrl+D)", self._duplicate),
            ("trash-2", "remove_layer", "Remove the selected layers (Delete)", self._remove),
        ):
            button = IconButton(icon, name, f"{tooltip}. {REBUILDS}", 16)
            button.clicked.connect(slot)
            self.add_action(button)
        add = TextButton(
            "Add", "add_layer", f"Add a layer below the selected ones. {REBUILDS}", "link", "plus"
        )
        add.clicked.connect(self._add)
        self.add_action(add)

    def _add_counts(self) -> None:
        """Width and depth stand open: they are what a network is changed by first."""
        self._heading = caption("", "heading")
        self.rows.addWidget(self._heading)
        self.units = self._number("units", "Units", f"Width of the layer. {REBUILDS}")
        self.repeat = self._number(
            "repeat", "Layers", f"Depth: how many such layers stand in a row. {REBUILDS}"
        )
        counts = QWidget()
        counts.setLayout(grid_of([("Width · units", self.units), ("Depth · layers", self.repeat)]))
        self.rows.addWidget(counts)

    def _add_fields(self) -> None:
        self.activation = ChoiceBox(
            "layer_activation", "Activation", f"Activation φ. {KEEPS}", _ACTIVATION_CHOICES
        )
        self.normalisation = ChoiceBox(
            "layer_normalisation",
            "Normalisation",
            f"Between the weights and the activation. {KEEPS}",
            list(_NORMALISATION_LABELS.items()),
        )
        self.slope = NumberField(
            "layer_slope", "Leaky slope", f"Slope of leaky ReLU below zero. {KEEPS}"
        )
        self._slope_row = LabelledRow("Leaky slope", self.slope)
        self.own_start = InitialisationForm(
            "layer_initialisation", "Initialisation", can_follow_network=True
        )
        for row in (
            LabelledRow("Activation", self.activation),
            self._slope_row,
            LabelledRow("Normalisation", self.normalisation),
            self.own_start,
        ):
            self._fields.addWidget(row)
        self.activation.chosen.connect(
            lambda name: self._set("activation", name, "Change activation")
        )
        self.normalisation.chosen.connect(
            lambda name: self._set("normalisation", name, "Change normalisation")
        )
        self.slope.value_committed.connect(
            lambda value: self._set("leaky_slope", value, "Change leaky slope")
        )
        self.own_start.edited.connect(lambda plain, text: self._set("initialisation", plain, text))

    def _number(self, name: str, label: str, tooltip: str) -> NumberField:
        field = NumberField(f"layer_{name}", label, tooltip, is_integer=True, units=units_of(name))
        field.value_committed.connect(
            lambda value: self._set(name, value, f"Change {label.lower()}")
        )
        return field

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the layers; the selection stays where it can."""
        network = self._network = network_of(experiment)
        self.list.show_cards([_describe(layer) for layer in network.layers])
        if not self.list.selected_rows():
            self.list.select_rows([0])
        self._show_selected()

    def select_place(self, place: int | None) -> None:
        """Mark the row of a layer that was selected elsewhere (counted from 1)."""
        if self._network is None or place is None or not 1 <= place <= self._network.depth:
            return
        first = 1
        for row, group in enumerate(self._network.layers):
            if place < first + group.repeat:
                if row not in self.list.selected_rows():
                    self.list.select_rows([row])
                    self._show_selected()
                return
            first += group.repeat

    def _select(self, rows: list[int]) -> None:
        # Only a selection made here unfolds the form: one that follows the playhead
        # would make the panel jump.
        self._form.setVisible(bool(rows))
        self._show_selected()
        if len(rows) == 1 and self._network is not None:
            before = self._network.layers[: rows[0]]
            self.place_selected.emit(1 + sum(layer.repeat for layer in before))

    def _open_counts(self) -> None:
        self.units.setFocus()
        self.units.selectAll()

    def _chosen_rows(self) -> list[int]:
        """The rows to be changed: all of them where none is selected."""
        assert self._network is not None
        return self.list.selected_rows() or list(range(len(self._network.layers)))

    def _show_selected(self) -> None:
        assert self._network is not None
        rows = self.list.selected_rows()
        layers = [self._network.layers[row] for row in self._chosen_rows()]
        self._heading.setText(_headline(rows))
        self._heading.setVisible(len(self._network.layers) > 1)
        self.units.show_value(_shared(layers, lambda layer: layer.units))
        self.repeat.show_value(_shared(layers, lambda layer: layer.repeat))
        self.activation.show_key(_shared(layers, lambda layer: layer.activation))
        self.normalisation.show_key(_shared(layers, lambda layer: layer.normalisation))
        self.slope.show_value(_shared(layers, lambda layer: layer.leaky_slope))
        self._slope_row.setVisible(any(layer.activation == "leaky_relu" for layer in layers))
        starts = {layer.initialisation for layer in layers}
        self.own_start.show_value(layers[0].initialisation, is_mixed=len(starts) > 1)

    def _set(self, field: str, value: object, text: str) -> None:
        rows = self._chosen_rows()
        changes = {f"network.layers.{row}.{field}": value for row in rows}
        name = f"{text} of {len(rows)} layers" if len(rows) > 1 else text
        self.changes_requested.emit(changes, name)

    def _replace(self, layers: list[Layer], text: str, selected: list[int]) -> None:
        plain: Any = tuple(msgspec.to_builtins(layer) for layer in layers)
        self.changes_requested.emit({"network.layers": plain}, text)
        if self._network is not None and len(self._network.layers) == len(layers):
            self.list.select_rows(selected)
            self._form.setVisible(bool(selected))
            self._show_selected()

    def _add(self) -> None:
        assert self._network is not None
        layers, rows = list(self._network.layers), self._chosen_rows()
        template = msgspec.structs.replace(layers[rows[-1]], repeat=1)
        layers.insert(rows[-1] + 1, template)
        self._replace(layers, "Add a layer", [rows[-1] + 1])

    def _duplicate(self) -> None:
        assert self._network is not None
        layers, rows = list(self._network.layers), self.list.selected_rows()
        if rows:
            after = rows[-1] + 1
            layers[after:after] = [layers[row] for row in rows]
            self._replace(layers, "Duplicate layers", list(range(after, after + len(rows))))

    def _remove(self) -> None:
        assert self._network is not None
        rows = self.list.selected_rows()
        kept = [la for row, la in enumerate(self._network.layers) if row not in rows]
        if not kept:
            self.refused.emit("A network needs at least one layer.")
        elif rows:
            self._replace(kept, "Remove layers", [min(rows[0], len(kept) - 1)])

    def _reorder(self, order: list[int]) -> None:
        assert self._network is not None
        selected = self.list.selected_rows()
        self._replace([self._network.layers[row] for row in order], "Reorder layers", selected)


def _shared(layers: list[Layer], read: Callable[[Layer], T]) -> T | None:
    values = {read(layer) for layer in layers}
    return values.pop() if len(values) == 1 else None


def _headline(rows: list[int]) -> str:
    if not rows:
        return "All layers"
    return f"{len(rows)} rows selected" if len(rows) > 1 else "Selected layer"


def _describe(layer: Layer) -> LayerCard:
    return LayerCard(
        name=f"Dense {layer.units}",
        activation=ACTIVATION_NAMES[layer.activation],
        repeat=f"× {layer.repeat:,}" if layer.repeat > 1 else "",
        tag=_TAGS[layer.normalisation],
    )
