"""Where the random numbers begin."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.panels.builder.initialisation_form import InitialisationForm
from desktop.panels.builder.labels import REBUILDS
from desktop.widgets.fields import ChoiceBox, NumberField
from desktop.widgets.sections import Section, grid_of
from engine.document.experiment import Experiment


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
