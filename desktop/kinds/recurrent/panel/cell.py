"""The recurrent network: its cell, its size, how it answers, where its weights begin."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.panels.builder.initialisation_form import AS_NETWORK, InitialisationForm
from desktop.panels.builder.labels import KEEPS, REBUILDS
from desktop.panels.kind_section import KindSection
from desktop.widgets.fields import ChoiceBox, NumberField
from desktop.widgets.sections import LabelledRow, caption, grid_of
from desktop.widgets.sliders import LinearSlider
from desktop.widgets.switches import SegmentedChoice
from engine.document.experiment import Experiment
from engine.document.typed_numbers import units_of
from engine.kinds.recurrent.spec import Gates, network_of
from engine.tasks.autocomplete import Autocomplete
from engine.tasks.chatbot import Chatbot
from engine.tasks.text import Text

_TOKEN_TASKS = (Autocomplete, Chatbot, Text)
_READOUT_LABELS = {
    "last": "the last time step",
    "mean": "mean of all time steps",
    "all": "every time step",
}


class CellSection(KindSection):
    """The cell, and the size of the stack; all but the activation rebuild."""

    def __init__(self) -> None:
        super().__init__("Recurrent layers", "cell_section")
        self._cell = "lstm"
        self.cell = SegmentedChoice(
            "cell",
            "Cell",
            [
                ("rnn", "RNN", f"One state, no gates. {REBUILDS}"),
                ("lstm", "LSTM", f"A cell state with three gates. {REBUILDS}"),
                ("gru", "GRU", f"One state with two gates. {REBUILDS}"),
            ],
        )
        self.activation = SegmentedChoice(
            "cell_activation",
            "Activation of the RNN",
            [
                ("tanh", "tanh", f"h = tanh(W x + W h + b). {KEEPS}"),
                ("relu", "ReLU", f"h = max(0, W x + W h + b). {KEEPS}"),
                ("linear", "linear", f"h = W x + W h + b. {KEEPS}"),
            ],
        )
        self.hidden = self._number("hidden", "Hidden units", "Width of each recurrent layer.")
        self.layers = self._number("layers", "Layers", "Recurrent layers above each other, 1 to 4.")
        self.embedding = self._number(
            "embedding", "Embedding", "Numbers by which each word is described."
        )
        self.readout = ChoiceBox(
            "readout", "Read-out", f"From which hidden states it answers. {REBUILDS}"
        )
        self.forget_bias = LinearSlider(
            "forget_bias",
            "Forget bias",
            f"The forget gate begins at σ of it: 0 half open, 3 nearly open. {REBUILDS}",
            (-3.0, 5.0),
            4,
        )
        counts = QWidget()
        counts.setLayout(grid_of([("Hidden units", self.hidden), ("Layers", self.layers)]))
        self._activation_row = LabelledRow("Activation", self.activation)
        self._bias_row = LabelledRow("Forget bias", self.forget_bias)
        self._embedding_row = LabelledRow("Embedding", self.embedding)
        for row in (
            LabelledRow("Cell", self.cell),
            self._activation_row,
            counts,
            self._bias_row,
            self._embedding_row,
            LabelledRow("Read-out", self.readout),
        ):
            self.rows.addWidget(row)
        self.cell.chosen.connect(self._choose_cell)
        self.activation.chosen.connect(
            lambda key: self._set("network.activation", key, "Change activation")
        )
        self.readout.chosen.connect(
            lambda key: self._set("network.readout", key, "Change read-out")
        )
        self.forget_bias.value_committed.connect(
            lambda value: self._set("network.forget_bias", value, "Change forget bias")
        )

    def show_experiment(self, experiment: Experiment) -> None:
        """Show cell and sizes; what the cell or the task does not have is hidden."""
        network, task = network_of(experiment), experiment.task
        self._cell = network.cell
        self.cell.show_key(network.cell)
        self.activation.show_key(network.activation)
        self._activation_row.setVisible(network.cell == "rnn")
        self.hidden.show_value(network.hidden)
        self.layers.show_value(network.layers)
        self.forget_bias.show_value(network.forget_bias)
        self._bias_row.setVisible(network.cell == "lstm")
        self.embedding.show_value(network.embedding)
        self._embedding_row.setVisible(isinstance(task, _TOKEN_TASKS))
        self.readout.set_choices([(key, _READOUT_LABELS[key]) for key in task.readouts])
        self.readout.show_key(network.readout)

    def _number(self, name: str, label: str, tooltip: str) -> NumberField:
        field = NumberField(
            name, label, f"{tooltip} {REBUILDS}", is_integer=True, units=units_of(name)
        )
        field.value_committed.connect(
            lambda value: self._set(f"network.{name}", value, f"Change {label.lower()}")
        )
        return field

    def _choose_cell(self, cell: str) -> None:
        if cell != self._cell:
            learned = dict.fromkeys(Gates.__struct_fields__)
            self.changes_requested.emit(
                {"network.cell": cell, "network.gates": learned}, f"Change to {cell.upper()}"
            )

    def _set(self, path: str, value: object, text: str) -> None:
        self.changes_requested.emit({path: value}, text)


class RecurrentStartSection(KindSection):
    """How W_hh is drawn: it alone decides what a plain RNN hands back through time."""

    def __init__(self) -> None:
        super().__init__("Recurrent weights", "recurrent_start", note="rebuilds")
        self._spread = 1.0
        self.usual = SegmentedChoice(
            "recurrent_usual",
            "Recurrent weights",
            [
                (AS_NETWORK, "as net", f"Drawn as the other weights. {REBUILDS}"),
                ("orthogonal", "orthog.", f"Orthogonal matrices: every σ is ρ. {REBUILDS}"),
                ("identity", "identity", f"Begins by copying the state (IRNN). {REBUILDS}"),
                ("normal", "normal", f"Normal entries, rescaled to ρ. {REBUILDS}"),
            ],
        )
        self.form = InitialisationForm("recurrent_initialisation", "Scheme")
        self.radius = NumberField(
            "spectral_radius",
            "Spectral radius",
            f"Each gate’s block is rescaled to this largest |eigenvalue|. {REBUILDS}",
            empty_text="as drawn",
        )
        self._radius_row = LabelledRow("Radius ρ", self.radius)
        self.rows.addWidget(caption("W_hh, from one time step to the next", "small"))
        self.rows.addWidget(self.usual)
        self.rows.addWidget(self._radius_row)
        self.rows.addWidget(self.form)
        self.usual.chosen.connect(self._choose_usual)
        self.form.edited.connect(self._set_whole)
        self.radius.value_committed.connect(self._enter_radius)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show how W_hh is drawn without announcing it."""
        network = network_of(experiment)
        own = network.recurrent_initialisation
        self._spread = network.hidden**-0.5
        self.form.setVisible(own is not None)
        self.form.show_value(own)
        self.usual.show_key(AS_NETWORK if own is None else own.scheme)
        self._radius_row.setVisible(own is not None)
        self.radius.show_value(None if own is None else own.spectral_radius)

    def _choose_usual(self, scheme: str) -> None:
        if scheme == AS_NETWORK:
            self._set_whole(None, "Draw recurrent weights as the others")
            return
        plain: dict[str, object] = {"scheme": scheme}
        if scheme == "normal":
            plain["std"] = float(f"{self._spread:.4g}")
        if scheme != "identity":
            plain["spectral_radius"] = 1.0
        self._set_whole(plain, f"Start recurrent weights {scheme}")

    def _enter_radius(self, value: float | None) -> None:
        self.changes_requested.emit(
            {"network.recurrent_initialisation.spectral_radius": value}, "Change spectral radius"
        )

    def _set_whole(self, plain: object, text: str) -> None:
        self.changes_requested.emit({"network.recurrent_initialisation": plain}, text)
