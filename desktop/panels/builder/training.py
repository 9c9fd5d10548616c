"""How the network is trained."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.panels.builder.labels import KEEPS, OPTIMISER_LABELS
from desktop.widgets.fields import ChoiceBox, NumberField
from desktop.widgets.sections import LabelledRow, Section, grid_of
from desktop.widgets.sliders import LogSlider
from engine.document.experiment import WITH_MOMENTUM, Experiment
from engine.document.typed_numbers import units_of


class TrainingSection(Section):
    """Learning rate, optimiser, batch size and the end: all of them keep the weights."""

    def __init__(self) -> None:
        super().__init__("Training", "training_section")
        self.learning_rate = LogSlider(
            "learning_rate",
            "Learning rate",
            f"How far one update goes along the gradient. {KEEPS}",
            (-6, 1),
        )
        self.optimiser = ChoiceBox(
            "optimiser",
            "Optimiser",
            f"What turns the gradient into an update. {KEEPS}",
            list(OPTIMISER_LABELS.items()),
        )
        self.momentum = self._number(
            "momentum", "Momentum", f"Share of the last update that is kept. {KEEPS}"
        )
        self._momentum_row = LabelledRow("Momentum", self.momentum)
        self.batch_size = self._number(
            "batch_size", "Batch size", f"Samples in one update. {KEEPS}", is_integer=True
        )
        self.iterations = self._number(
            "iterations", "Iterations", f"Where training ends. {KEEPS}", is_integer=True
        )
        self.rows.addWidget(LabelledRow("Learning rate", self.learning_rate))
        self.rows.addWidget(LabelledRow("Optimiser", self.optimiser))
        self.rows.addWidget(self._momentum_row)
        counts = QWidget()
        counts.setLayout(
            grid_of([("Batch size", self.batch_size), ("Iterations", self.iterations)])
        )
        self.rows.addWidget(counts)
        for field, path, text in (
            (self.learning_rate, "training.learning_rate", "Change learning rate"),
            (self.momentum, "training.momentum", "Change momentum"),
            (self.batch_size, "task.batch_size", "Change batch size"),
            (self.iterations, "training.iterations", "Change iterations"),
        ):
            field.value_committed.connect(
                lambda value, path=path, text=text: self._set(path, value, text)
            )
        self.optimiser.chosen.connect(self._choose_optimiser)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the settings without announcing them."""
        training = experiment.training
        self.learning_rate.show_value(training.learning_rate)
        self.optimiser.show_key(training.optimiser)
        self.momentum.show_value(training.momentum)
        self._momentum_row.setVisible(training.optimiser in WITH_MOMENTUM)
        self.batch_size.show_value(experiment.task.batch_size)
        self.iterations.show_value(training.iterations)

    def _number(
        self, name: str, label: str, tooltip: str, *, is_integer: bool = False
    ) -> NumberField:
        return NumberField(name, label, tooltip, is_integer=is_integer, units=units_of(name))

    def _choose_optimiser(self, key: str) -> None:
        changes: dict[str, object] = {"training.optimiser": key}
        if key not in WITH_MOMENTUM:
            changes["training.momentum"] = 0.0
        self.changes_requested.emit(changes, "Change optimiser")

    def _set(self, path: str, value: object, text: str) -> None:
        self.changes_requested.emit({path: value}, text)
