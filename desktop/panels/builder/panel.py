"""The builder: everything that makes up an experiment, in one scrolling panel."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.kinds.feedforward.panel.layers import LayersSection
from desktop.kinds.recurrent.panel.cell import CellSection, RecurrentStartSection
from desktop.kinds.recurrent.panel.gates import GatesSection
from desktop.panels.builder.initialisation import AllLayersSection, StartSection
from desktop.panels.builder.refusals import explain_refusal
from desktop.panels.builder.remedies import RemediesSection
from desktop.panels.builder.task import TaskSection
from desktop.panels.builder.training import TrainingSection
from desktop.widgets.fields import NumberField
from desktop.widgets.sections import Section, caption, scrollable
from engine.document.experiment import Experiment
from engine.documents import with_values
from engine.errors import DocumentError
from engine.kinds.feedforward.spec import Feedforward
from engine.kinds.recurrent.spec import Recurrent


class BuilderPanel(QWidget):
    """Shows an experiment and announces each edit as a new, checked experiment."""

    experiment_edited = Signal(object, str)
    """The new `Experiment`, and the name of the edit for undo."""
    layer_selected = Signal(int)
    """A layer, counted from 1, was selected in the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("builder")
        self.setAccessibleName("Builder")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._experiment: Experiment | None = None
        self._folder: Path | None = None
        self.problem = caption("", "problem")
        self.problem.setObjectName("builder_problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.task = TaskSection()
        self.layers = LayersSection()
        self.cell = CellSection()
        self.gates = GatesSection()
        self.recurrent_start = RecurrentStartSection()
        self.all_layers = AllLayersSection()
        self.remedies = RemediesSection()
        self.training = TrainingSection()
        self.start = StartSection()
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 4, 16, 16)
        column.setSpacing(0)
        for section in self._sections():
            column.addWidget(section)
            section.changes_requested.connect(self._edit)
            section.refused.connect(self._refuse)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scrollable(content, "builder_scroll"), 1)
        whole.addWidget(self.problem)
        self.layers.layer_selected.connect(self.layer_selected)

    def sizeHint(self) -> QSize:
        """Wide enough for its inputs; the height scrolls."""
        return QSize(296, 600)

    def minimumSizeHint(self) -> QSize:
        """Never narrower than its inputs, as low as need be."""
        return QSize(272, 120)

    def show(self, experiment: Experiment | None = None, folder: Path | None = None) -> None:
        """Show an experiment without announcing anything; relative paths start at `folder`."""
        if experiment is None:
            super().show()
            return
        if experiment == self._experiment and folder == self._folder:
            return
        self._experiment, self._folder = experiment, folder
        self.problem.hide()
        self._show_sections(experiment)

    def select_layer(self, layer: int | None) -> None:
        """Mark the layer that was selected elsewhere."""
        self.layers.select_layer(layer)

    def _sections(self) -> tuple[Section, ...]:
        return (
            self.task,
            self.layers,
            self.cell,
            self.gates,
            self.remedies,
            self.recurrent_start,
            self.all_layers,
            self.training,
            self.start,
        )

    def _show_sections(self, experiment: Experiment) -> None:
        network = experiment.network
        self.task.show_experiment(experiment, self._folder)
        self.layers.setVisible(isinstance(network, Feedforward))
        self.all_layers.setVisible(isinstance(network, Feedforward))
        if isinstance(network, Feedforward):
            self.layers.show_network(network)
            self.all_layers.show_network(network)
        for section in (self.cell, self.gates, self.recurrent_start):
            section.setVisible(isinstance(network, Recurrent))
        if isinstance(network, Recurrent):
            self.cell.show_experiment(experiment)
            self.gates.show_network(network)
            self.recurrent_start.show_network(network)
        self.remedies.show_experiment(experiment)
        self.training.show_experiment(experiment)
        self.start.show_experiment(experiment)

    def _edit(self, changes: dict[str, object], text: str) -> None:
        if self._experiment is None:
            return
        try:
            edited = with_values(self._experiment, changes.items())
        except DocumentError as error:
            self._refuse(explain_refusal(error))
            return
        self.problem.hide()
        if edited == self._experiment:
            self._show_sections(edited)
            return
        self._experiment = edited
        self._show_sections(edited)
        self.experiment_edited.emit(edited, text)

    def _refuse(self, sentence: str) -> None:
        """Say why an edit is not taken: at the number that was typed, else under the panel."""
        if self._experiment is not None:
            self._show_sections(self._experiment)
        typed = [field for field in self.findChildren(NumberField) if field.is_committing]
        for field in typed:
            field.object_to(sentence)
        self.problem.setText(sentence)
        self.problem.setVisible(not typed)
