"""The switches with settings of their own: clipping, L2, and what a kind of network adds."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.panels.builder.labels import KEEPS
from desktop.panels.kind_section import KindSection
from desktop.widgets.fields import NumberField
from desktop.widgets.sections import LabelledRow, Section, indent
from desktop.widgets.sliders import LogSlider
from desktop.widgets.switches import SegmentedChoice, ToggleRow
from engine.document.experiment import Experiment, Training

_USUAL_DECAY = 0.01


class GradientFlowSection(Section):
    """Each switch is one click away; its settings unfold under it while it is on.

    Args:
        own: switches that only some kinds of network have; they come first.
    """

    def __init__(self, own: Iterable[KindSection] = ()) -> None:
        super().__init__("Gradient flow", "gradient_flow_section")
        self._clip_kind = "norm"
        self._decay = _USUAL_DECAY
        self.rows.setSpacing(4)
        for section in own:
            self.rows.addWidget(section)
        self._add_clipping()
        self._add_decay()

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
        self._clip_settings = indent(self.clip_kind, LabelledRow("Threshold", self.threshold))
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
        self._decay_settings = indent(LabelledRow("λ", self.decay_amount))
        self.rows.addWidget(self.decay)
        self.rows.addWidget(self._decay_settings)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the switches; what is off keeps its settings for the next time."""
        self._show_training(experiment.training)

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

    def _flip_clipping(self, is_on: bool) -> None:
        kind = self._clip_kind if is_on else "none"
        self._set("training.clip.kind", kind, f"Turn clipping {'on' if is_on else 'off'}")

    def _flip_decay(self, is_on: bool) -> None:
        amount = self._decay if is_on else 0.0
        self._set("training.weight_decay", amount, f"Turn L2 {'on' if is_on else 'off'}")

    def _set(self, path: str, value: object, text: str) -> None:
        self.changes_requested.emit({path: value}, text)
