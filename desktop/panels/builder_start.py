"""What holds for all layers at once, and where the random numbers begin."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.panels.initialisation_form import InitialisationForm, with_scheme
from desktop.panels.labels import KEEPS, REBUILDS, SCHEME_LABELS
from desktop.widgets.fields import ChoiceBox, NumberField
from desktop.widgets.sections import Section, caption, grid_of
from desktop.widgets.switches import SegmentedChoice
from engine.experiment import Experiment
from engine.network_parts import Feedforward


class AllLayersSection(Section):
    """One click changes every layer; the list above keeps what differs."""

    def __init__(self) -> None:
        super().__init__("All layers", "all_layers_section")
        self._network: Feedforward | None = None
        self.activation = SegmentedChoice(
            "all_activation",
            "Activation of all layers",
            [
                ("sigmoid", "sigmoid", f"Sigmoid in every layer. {KEEPS}"),
                ("tanh", "tanh", f"tanh in every layer. {KEEPS}"),
                ("relu", "ReLU", f"ReLU in every layer. {KEEPS}"),
                ("leaky_relu", "leaky", f"Leaky ReLU in every layer. {KEEPS}"),
            ],
        )
        self.normalisation = SegmentedChoice(
            "all_normalisation",
            "Normalisation of all layers",
            [
                ("none", "none", f"No normalisation. {KEEPS}"),
                ("batch", "batch", f"Batch normalisation in every layer. {KEEPS}"),
                ("layer", "layer", f"Layer normalisation in every layer. {KEEPS}"),
                ("rms", "RMS", f"RMS normalisation in every layer. {KEEPS}"),
            ],
        )
        self.scheme = SegmentedChoice(
            "all_initialisation",
            "Initialisation of the network",
            [
                ("torch_default", "torch", f"U(±1/√fan_in), torch’s default. {REBUILDS}"),
                ("xavier_normal", "Xavier", f"Variance 2/(fan_in + fan_out). {REBUILDS}"),
                ("he_normal", "He", f"Variance 2/fan_in. {REBUILDS}"),
                ("orthogonal", "orthog.", f"Orthogonal matrices. {REBUILDS}"),
            ],
        )
        for title, widget in (
            ("Activation", self.activation),
            ("Normalisation", self.normalisation),
            ("Initialisation · rebuilds at iteration 0", self.scheme),
        ):
            row = QWidget()
            column = QVBoxLayout(row)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            column.addWidget(caption(title, "small"))
            column.addWidget(widget)
            self.rows.addWidget(row)
        self.activation.chosen.connect(
            lambda name: self._set_all("activation", name, "Change activation of all layers")
        )
        self.normalisation.chosen.connect(
            lambda name: self._set_all("normalisation", name, "Change normalisation of all layers")
        )
        self.scheme.chosen.connect(self._choose_scheme)

    def show_network(self, network: Feedforward) -> None:
        """Show what the layers have in common; a mixture leaves no segment pressed."""
        self._network = network
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


class StartSection(Section):
    """Initialisation in detail, seed and number format: each edit begins at iteration 0."""

    def __init__(self) -> None:
        super().__init__("Start", "start_section", note="rebuilds at iteration 0")
        self.form = InitialisationForm("network_initialisation", "Initialisation")
        self.seed = NumberField(
            "seed", "Seed", f"Weights, data and batches follow from it. {REBUILDS}", is_integer=True
        )
        self.dtype = ChoiceBox(
            "dtype",
            "Number format",
            f"float32 underflows at 10⁻⁴⁵, float64 at 10⁻³²⁴. {REBUILDS}",
            [("float32", "float32"), ("float64", "float64")],
        )
        numbers = QWidget()
        numbers.setLayout(grid_of([("Seed", self.seed), ("Numbers", self.dtype)]))
        self.rows.addWidget(self.form)
        self.rows.addWidget(numbers)
        self.form.edited.connect(self._set_start)
        self.form.refused.connect(self.refused)
        self.seed.refused.connect(self.refused)
        self.seed.value_committed.connect(
            lambda value: self.changes_requested.emit({"seed": value}, "Change seed")
        )
        self.dtype.chosen.connect(
            lambda key: self.changes_requested.emit({"training.dtype": key}, f"Change to {key}")
        )

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the start without announcing it."""
        self.form.show_value(experiment.network.initialisation)
        self.seed.show_value(experiment.seed)
        self.dtype.show_key(experiment.training.dtype)

    def _set_start(self, value: object, text: str) -> None:
        self.changes_requested.emit({"network.initialisation": value}, text)
