"""Skip connections: on or off, their distance, their scale, each single one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QWidget

from desktop.panels.builder.labels import KEEPS
from desktop.panels.kind_section import KindSection
from desktop.widgets.fields import ChoiceBox, NumberField
from desktop.widgets.palette import name_widget
from desktop.widgets.sections import LabelledRow, caption, indent
from desktop.widgets.switches import SegmentedChoice, ToggleRow
from engine.document.experiment import Experiment
from engine.document.typed_numbers import units_of
from engine.kinds.feedforward.spec import Feedforward, network_of

_ORDER_LABELS = {
    "post": "after φ",
    "pre": "pre-activation",
    "add_then_act": "add, then φ",
}
_ARCS_IN_A_ROW = 6
_MOST_ARCS = 24


class SkipsSection(KindSection):
    """One click away; the settings unfold under the switch while it is on."""

    def __init__(self) -> None:
        super().__init__("Skip connections", "skips_section")
        # A remedy among others, which stand under one title.
        self.header.hide()
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(4)
        self._network: Feedforward | None = None
        self._distance = 1
        self._arcs: dict[int, QPushButton] = {}
        self.skips = ToggleRow(
            "Skip connections", "skips", f"Add a layer’s input to its output. {KEEPS}"
        )
        self.skips.flipped.connect(self._flip_skips)
        self.every = NumberField(
            "skip_every",
            "Every k layers",
            f"A skip spans k layers. {KEEPS}",
            is_integer=True,
            units=units_of("every"),
        )
        self.every.value_committed.connect(
            lambda value: self._set("network.skip.every", value, "Change skip distance")
        )
        self.scale = SegmentedChoice(
            "skip_scale",
            "Scale of the branch",
            [
                ("1", "1", f"The branch is added as it is. {KEEPS}"),
                ("1/L", "1/L", f"The branch is divided by the number of layers. {KEEPS}"),
                ("1/sqrt(L)", "1/√L", f"The branch is divided by its square root. {KEEPS}"),
            ],
        )
        self.scale.chosen.connect(
            lambda key: self._set(
                "network.skip.scale", 1.0 if key == "1" else key, "Change branch scale"
            )
        )
        self.scale_number = NumberField(
            "skip_scale_number",
            "Scale of the branch, a number",
            f"Multiplies the branch: a = skip + scale · branch. {KEEPS}",
        )
        self.scale_number.setFixedWidth(56)
        self.scale_number.value_committed.connect(
            lambda value: self._set("network.skip.scale", value, "Change branch scale")
        )
        self.order = ChoiceBox(
            "skip_order",
            "Order of the block",
            f"Where the skip joins: after, before or inside the activation. {KEEPS}",
            list(_ORDER_LABELS.items()),
        )
        self.order.chosen.connect(
            lambda key: self._set("network.skip.order", key, "Change block order")
        )
        self._arc_box = QWidget()
        self._arc_grid = QGridLayout(self._arc_box)
        self._arc_grid.setContentsMargins(0, 0, 0, 0)
        self._arc_grid.setSpacing(4)
        self._arc_grid.setColumnStretch(_ARCS_IN_A_ROW, 1)
        self._arc_caption = caption("Skips that end at layer", "small")
        self._arc_caption.setWordWrap(True)
        scale_row = QWidget()
        row = QHBoxLayout(scale_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.scale, 1)
        row.addWidget(self.scale_number)
        self._skip_settings = indent(
            LabelledRow("Every k", self.every),
            LabelledRow("Branch ×", scale_row),
            LabelledRow("Joins", self.order),
            self._arc_caption,
            self._arc_box,
        )
        self.rows.addWidget(self.skips)
        self.rows.addWidget(self._skip_settings)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the skips; what is off keeps its settings for the next time."""
        network = self._network = network_of(experiment)
        skip = network.skip
        self.skips.show_state(skip.every > 0)
        self._skip_settings.setVisible(skip.every > 0)
        if skip.every:
            self._distance = skip.every
            self.every.show_value(skip.every)
        self.order.show_key(skip.order)
        is_named = isinstance(skip.scale, str)
        self.scale.show_key(str(skip.scale) if is_named else "1" if skip.scale == 1 else None)
        self.scale_number.show_value(float(f"{network.branch_scale():.3g}"))
        ends = [end for _, end in network.possible_skips()] if skip.every else []
        self._show_arcs(ends, frozenset(skip.off))

    def _show_arcs(self, ends: list[int], off: frozenset[int]) -> None:
        fits = len(ends) <= _MOST_ARCS
        self._arc_box.setVisible(fits and bool(ends))
        self._arc_caption.setText(
            "Skips that end at layer" if fits else "Click an arc in the diagram to switch it off."
        )
        self._arc_caption.setVisible(bool(ends))
        if list(self._arcs) != (ends if fits else []):
            for button in self._arcs.values():
                self._arc_grid.removeWidget(button)
                button.hide()
                button.deleteLater()
            self._arcs = {end: self._make_arc(end) for end in ends} if fits else {}
            for index, button in enumerate(self._arcs.values()):
                self._arc_grid.addWidget(button, *divmod(index, _ARCS_IN_A_ROW))
        for end, button in self._arcs.items():
            button.setChecked(end not in off)

    def _make_arc(self, end: int) -> QPushButton:
        button = QPushButton(str(end))
        button.setProperty("kind", "segment")
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tooltip = f"The skip connection that ends at layer {end}. {KEEPS}"
        name_widget(button, f"skip_arc_{end}", f"Skip to layer {end}", tooltip)
        button.setFixedWidth(36)
        button.clicked.connect(lambda is_on, end=end: self._flip_arc(end, is_on))
        return button

    def _flip_skips(self, is_on: bool) -> None:
        word = "on" if is_on else "off"
        self._set(
            "network.skip.every", self._distance if is_on else 0, f"Turn skip connections {word}"
        )

    def _flip_arc(self, end: int, is_on: bool) -> None:
        if self._network is None:
            return
        off = set(self._network.skip.off) ^ {end}
        word = "on" if is_on else "off"
        self._set("network.skip.off", tuple(sorted(off)), f"Turn skip to layer {end} {word}")

    def _set(self, path: str, value: object, text: str) -> None:
        self.changes_requested.emit({path: value}, text)
