"""The builder: everything that makes up an experiment, in one scrolling panel."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.panels.builder.gradient_flow import GradientFlowSection
from desktop.panels.builder.initialisation import StartSection
from desktop.panels.builder.refusals import explain_refusal
from desktop.panels.builder.task import TaskSection
from desktop.panels.builder.training import TrainingSection
from desktop.panels.kind import PanelKinds
from desktop.widgets.fields import NumberField
from desktop.widgets.sections import Section, caption, scrollable
from engine.document.experiment import Experiment
from engine.documents import with_values
from engine.errors import DocumentError


class BuilderPanel(QWidget):
    """Shows an experiment and announces each edit as a new, checked experiment."""

    experiment_edited = Signal(object, str)
    """The new `Experiment`, and the name of the edit for undo."""
    layer_selected = Signal(int)
    """A layer, counted from 1, was selected in the list."""

    def __init__(self, kinds: PanelKinds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("builder")
        self.setAccessibleName("Builder")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._kinds = kinds
        self._experiment: Experiment | None = None
        self._folder: Path | None = None
        self.problem = caption("", "problem")
        self.problem.setObjectName("builder_problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self._of_kinds = {name: kind.make_sections() for name, kind in kinds.items()}
        of_kinds = tuple(self._of_kinds.values())
        self.task = TaskSection(kinds)
        self.gradient_flow = GradientFlowSection(
            [each for own in of_kinds for each in own.gradient_flow]
        )
        self.training = TrainingSection()
        self.start = StartSection()
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 4, 16, 16)
        column.setSpacing(0)
        shared: tuple[Section, ...] = (self.task, self.gradient_flow, self.training, self.start)
        for section in (
            self.task,
            *(each for own in of_kinds for each in own.network),
            self.gradient_flow,
            *(each for own in of_kinds for each in own.starts),
            self.training,
            self.start,
        ):
            column.addWidget(section)
        own = [section for sections in of_kinds for section in sections.all()]
        for section in (*shared, *own):
            section.changes_requested.connect(self._edit)
            section.refused.connect(self._refuse)
        for section in own:
            section.place_selected.connect(self.layer_selected)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scrollable(content, "builder_scroll"), 1)
        whole.addWidget(self.problem)

    def sizeHint(self) -> QSize:
        """Wide enough for its inputs; the height scrolls."""
        return QSize(296, 600)

    def minimumSizeHint(self) -> QSize:
        """Never narrower than its inputs, as low as need be."""
        return QSize(272, 120)

    def show_experiment(self, experiment: Experiment, folder: Path | None = None) -> None:
        """Show an experiment without announcing anything; relative paths start at `folder`."""
        if experiment == self._experiment and folder == self._folder:
            return
        self._experiment, self._folder = experiment, folder
        self.problem.hide()
        self._show_sections(experiment)

    def select_layer(self, layer: int | None) -> None:
        """Mark the layer that was selected elsewhere."""
        if self._experiment is not None:
            for section in self._of_kinds[self._experiment.network.kind].all():
                section.select_place(layer)

    def _show_sections(self, experiment: Experiment) -> None:
        self.task.show_experiment(experiment, self._folder)
        for name, own in self._of_kinds.items():
            for section in own.all():
                section.setVisible(name == experiment.network.kind)
                if name == experiment.network.kind:
                    section.show_experiment(experiment)
        self.gradient_flow.show_experiment(experiment)
        self.training.show_experiment(experiment)
        self.start.show_experiment(experiment)

    def _edit(self, changes: dict[str, object], text: str) -> None:
        if self._experiment is None:
            return
        try:
            edited = with_values(self._experiment, changes.items())
        except DocumentError as error:
            names = self._kinds[self._experiment.network.kind].input_names
            self._refuse(explain_refusal(error, names))
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
