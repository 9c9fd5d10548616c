"""The switches with settings of their own: skip connections, clipping, L2."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.panels.builder.labels import KEEPS, ORDER_LABELS
from desktop.widgets.fields import ChoiceBox, NumberField
from desktop.widgets.palette import name_widget
from desktop.widgets.sections import LabelledRow, Section, caption
from desktop.widgets.sliders import LogSlider
from desktop.widgets.switches import SegmentedChoice, ToggleRow
from engine.document.experiment import Experiment, Training
from engine.document.typed_numbers import units_of
from engine.kinds.feedforward.spec import Feedforward

_ARCS_IN_A_ROW = 6
_MOST_ARCS = 24
_USUAL_DECAY = 0.01


class RemediesSection(Section):
    """Each switch is one click away; its settings unfold under it while it is on."""

    def __init__(self) -> None:
        super().__init__("Gradient flow", "remedies_section")
        self._experiment: Experiment | None = None
        self._distance = 1
        self._clip_kind = "norm"
        self._decay = _USUAL_DECAY
        self._arcs: dict[int, QPushButton] = {}
        self.rows.setSpacing(4)
        self._add_skips()
        self._add_clipping()
        self._add_decay()

    def _add_skips(self) -> None:
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
            list(ORDER_LABELS.items()),
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
        self._skip_settings = _indent(
            LabelledRow("Every k", self.every),
            LabelledRow("Branch ×", scale_row),
            LabelledRow("Joins", self.order),
            self._arc_caption,
            self._arc_box,
        )
        self.rows.addWidget(self.skips)
        self.rows.addWidget(self._skip_settings)

    def _add_clipping(self) -> None:
        self.clipping = ToggleRow(
            "Gradient clipping", "clipping", f"Limit the gradient before the update. {KEEPS}"
        )
        self.clipping.flipped.connect(self._flip_clipping)
        self.clip_kind = SegmentedChoice(
            "clip_kind",
            "Kind of clipping",
            [
                ("norm", "by norm", f"Scales the whole gradient down to the threshold. {KEEPS}"),
                ("value", "by value", f"Cuts every single entry at the threshold. {KEEPS}"),
            ],
        )
        self.clip_kind.chosen.connect(
            lambda key: self._set("training.clip.kind", key, "Change kind of clipping")
        )
        self.threshold = NumberField("clip_threshold", "Threshold", f"Clipping acts above. {KEEPS}")
        self.threshold.value_committed.connect(
            lambda value: self._set("training.clip.threshold", value, "Change clipping threshold")
        )
        self._clip_settings = _indent(self.clip_kind, LabelledRow("Threshold", self.threshold))
        self.rows.addWidget(self.clipping)
        self.rows.addWidget(self._clip_settings)

    def _add_decay(self) -> None:
        self.decay = ToggleRow(
            "L2 regularisation", "decay", f"Pull every weight towards 0. {KEEPS}"
        )
        self.decay.flipped.connect(self._flip_decay)
        self.decay_amount = LogSlider(
            "decay_amount",
            "Weight decay",
            "λ: λ·W is added to the gradient; AdamW takes learning rate × λ·W off the weights "
            f"instead. {KEEPS}",
            (-6, 0),
        )
        self.decay_amount.value_committed.connect(
            lambda value: self._set("training.weight_decay", value, "Change weight decay")
        )
        self._decay_settings = _indent(LabelledRow("λ", self.decay_amount))
        self.rows.addWidget(self.decay)
        self.rows.addWidget(self._decay_settings)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the switches; what is off keeps its settings for the next time."""
        self._experiment = experiment
        network = experiment.network
        is_feedforward = isinstance(network, Feedforward)
        self.skips.setVisible(is_feedforward)
        if isinstance(network, Feedforward):
            self._show_skips(network)
        else:
            self._skip_settings.hide()
        self._show_training(experiment.training)

    def _show_skips(self, network: Feedforward) -> None:
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

    def _show_training(self, training: Training) -> None:
        clip = training.clip
        self.clipping.show_state(clip.kind != "none")
        self._clip_settings.setVisible(clip.kind != "none")
        if clip.kind != "none":
            self._clip_kind = clip.kind
        self.clip_kind.show_key(clip.kind)
        self.threshold.show_value(clip.threshold)
        self.decay.show_state(training.weight_decay > 0)
        self._decay_settings.setVisible(training.weight_decay > 0)
        if training.weight_decay > 0:
            self._decay = training.weight_decay
            self.decay_amount.show_value(training.weight_decay)

    def _flip_skips(self, is_on: bool) -> None:
        word = "on" if is_on else "off"
        self._set(
            "network.skip.every", self._distance if is_on else 0, f"Turn skip connections {word}"
        )

    def _flip_arc(self, end: int, is_on: bool) -> None:
        if self._experiment is None or not isinstance(self._experiment.network, Feedforward):
            return
        off = set(self._experiment.network.skip.off) ^ {end}
        word = "on" if is_on else "off"
        self._set("network.skip.off", tuple(sorted(off)), f"Turn skip to layer {end} {word}")

    def _flip_clipping(self, is_on: bool) -> None:
        kind = self._clip_kind if is_on else "none"
        self._set("training.clip.kind", kind, f"Turn clipping {'on' if is_on else 'off'}")

    def _flip_decay(self, is_on: bool) -> None:
        amount = self._decay if is_on else 0.0
        self._set("training.weight_decay", amount, f"Turn L2 {'on' if is_on else 'off'}")

    def _set(self, path: str, value: object, text: str) -> None:
        self.changes_requested.emit({path: value}, text)


def _indent(*widgets: QWidget) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 8)
    column.setSpacing(8)
    for widget in widgets:
        column.addWidget(widget)
    return box
