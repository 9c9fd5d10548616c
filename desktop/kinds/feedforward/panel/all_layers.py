"""What holds for all layers at once."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.panels.builder.initialisation_form import with_scheme
from desktop.panels.builder.labels import KEEPS, REBUILDS, SCHEME_LABELS
from desktop.panels.kind_section import KindSection
from desktop.widgets.sections import caption
from desktop.widgets.switches import SegmentedChoice
from engine.document.experiment import Experiment
from engine.kinds.feedforward.spec import Feedforward, network_of

_Segment = tuple[str, str, str]
"""The document's name, the label and what it does."""
_ACTIVATIONS: tuple[_Segment, ...] = (
    ("sigmoid", "sigmoid", "Sigmoid in every layer"),
    ("tanh", "tanh", "tanh in every layer"),
    ("relu", "ReLU", "ReLU in every layer"),
    ("leaky_relu", "leaky", "Leaky ReLU in every layer"),
)
_NORMALISATIONS: tuple[_Segment, ...] = (
    ("none", "none", "No normalisation"),
    ("batch", "batch", "Batch normalisation in every layer"),
    ("layer", "layer", "Layer normalisation in every layer"),
    ("rms", "RMS", "RMS normalisation in every layer"),
)
_SCHEMES: tuple[_Segment, ...] = (
    ("torch_default", "torch", "U(±1/√fan_in), torch’s default"),
    ("xavier_normal", "Xavier", "Variance 2/(fan_in + fan_out)"),
    ("he_normal", "He", "Variance 2/fan_in"),
    ("orthogonal", "orthog.", "Orthogonal matrices"),
)


class AllLayersSection(KindSection):
    """One click changes every layer; the list above keeps what differs."""

    def __init__(self) -> None:
        super().__init__("All layers", "all_layers_section")
        self._network: Feedforward | None = None
        self.activation = self._add_choice("Activation", "all_activation", _ACTIVATIONS, KEEPS)
        self.normalisation = self._add_choice(
            "Normalisation", "all_normalisation", _NORMALISATIONS, KEEPS
        )
        self.scheme = self._add_choice(
            "Initialisation · rebuilds at iteration 0", "all_initialisation", _SCHEMES, REBUILDS
        )
        self.activation.chosen.connect(
            lambda name: self._set_all("activation", name, "Change activation of all layers")
        )
        self.normalisation.chosen.connect(
            lambda name: self._set_all("normalisation", name, "Change normalisation of all layers")
        )
        self.scheme.chosen.connect(self._choose_scheme)

    def _add_choice(
        self, title: str, object_name: str, choices: tuple[_Segment, ...], effect: str
    ) -> SegmentedChoice:
        choice = SegmentedChoice(
            object_name,
            f"{title.partition(' · ')[0]} of all layers",
            [(key, label, f"{words}. {effect}") for key, label, words in choices],
        )
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(caption(title, "small"))
        column.addWidget(choice)
        self.rows.addWidget(row)
        return choice

    def show_experiment(self, experiment: Experiment) -> None:
        """Show what the layers have in common; a mixture leaves no segment pressed."""
        network = self._network = network_of(experiment)
        activations = {layer.activation for layer in network.layers}
        normalisations = {layer.normalisation for layer in network.layers}
        self.activation.show_key(activations.pop() if len(activations) == 1 else None)
        self.normalisation.show_key(normalisations.pop() if len(normalisations) == 1 else None)
        self.scheme.show_key(network.initialisation.scheme)

    def _set_all(self, field: str, value: str, text: str) -> None:
        if self._network is not None:
            rows = range(len(self._network.layers))
            self.changes_requested.emit(
                {f"network.layers.{row}.{field}": value for row in rows}, text
            )

    def _choose_scheme(self, scheme: str) -> None:
        if self._network is not None:
            value = with_scheme(self._network.initialisation, scheme)
            self.changes_requested.emit(
                {"network.initialisation": value}, f"Initialise with {SCHEME_LABELS[scheme]}"
            )
