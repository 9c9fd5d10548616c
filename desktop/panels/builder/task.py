"""What the network learns, and whole networks to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtWidgets import QFileDialog, QMenu, QVBoxLayout, QWidget

from desktop.panels.builder.change_task import edit_task
from desktop.panels.builder.file_reading import FileReading
from desktop.panels.builder.labels import REBUILDS, SEQUENCE_TASKS, TASK_LABELS, VECTOR_TASKS
from desktop.panels.builder.sequence_task import SequenceSettings
from desktop.panels.builder.table_header import TABLES, read_header
from desktop.panels.kind import PanelKinds
from desktop.widgets.eliding import ElidingLabel
from desktop.widgets.fields import ChoiceBox
from desktop.widgets.palette import IconButton, TextButton, name_widget
from desktop.widgets.sections import LabelledRow, Section, caption
from engine.document.experiment import Experiment
from engine.errors import RequestError
from engine.tasks.csv import Csv

_GUESS = "guess"


class TaskSection(Section):
    """The task, its settings, and the presets."""

    def __init__(self, kinds: PanelKinds) -> None:
        super().__init__("Task", "task_section")
        self._kinds = kinds
        # The dock says "Network" right above it: a title here would say nothing more.
        self.header.hide()
        self._experiment: Experiment | None = None
        self._folder: Path | None = None
        self._note = ""
        self.task = ChoiceBox(
            "task",
            "Task",
            f"What the network learns. {REBUILDS}",
            [(name, TASK_LABELS[name]) for name in (*VECTOR_TASKS, *SEQUENCE_TASKS)],
        )
        self.preset = ChoiceBox(
            "preset",
            "Network",
            f"Load a whole network to start from. {REBUILDS}",
            placeholder="your own",
        )
        self.rows.addWidget(LabelledRow("Task", self.task))
        self.note = caption("", "small")
        self.note.setObjectName("task_note")
        self.note.setWordWrap(True)
        self.rows.addWidget(self.note)
        self._add_table()
        self.sequence = SequenceSettings()
        self.sequence.changes_requested.connect(self.changes_requested)
        self.sequence.refused.connect(self.refused)
        self.rows.addWidget(self.sequence)
        self._preset_row = self.add_row("Preset", self.preset)
        self.task.chosen.connect(self._choose_task)
        self.preset.chosen.connect(self._choose_preset)

    def _add_table(self) -> None:
        self._table = QWidget()
        column = QVBoxLayout(self._table)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.file_name = ElidingLabel("")
        name_widget(self.file_name, "csv_file", "File", "")
        choose = IconButton("folder-open", "csv_choose", f"Choose another table. {REBUILDS}", 16)
        choose.clicked.connect(self._choose_table)
        self.target = ChoiceBox(
            "csv_target", "Target column", f"The column to be predicted. {REBUILDS}"
        )
        self.columns = TextButton(
            "", "csv_columns", f"Choose the columns that the network sees. {REBUILDS}"
        )
        self.columns.setAccessibleName("Input columns")
        self._columns_menu = QMenu(self.columns)
        self.columns.setMenu(self._columns_menu)
        self.mode = ChoiceBox(
            "csv_mode",
            "Kind of target",
            f"Whether classes or numbers are predicted. {REBUILDS}",
            [
                (_GUESS, "automatic"),
                ("classification", "classes"),
                ("regression", "numbers"),
            ],
        )
        column.addWidget(LabelledRow("File", self.file_name, choose))
        column.addWidget(LabelledRow("Target", self.target))
        column.addWidget(LabelledRow("Inputs", self.columns))
        column.addWidget(LabelledRow("Kind", self.mode))
        self.reading = FileReading("csv")
        self.reading.changes_requested.connect(self.changes_requested)
        column.addWidget(self.reading)
        self.rows.addWidget(self._table)
        self.target.chosen.connect(self._choose_target)
        self.mode.chosen.connect(
            lambda key: self._set({"task.mode": None if key == _GUESS else key}, "Change target")
        )

    def show_experiment(self, experiment: Experiment, folder: Path | None) -> None:
        """Show task and preset; a relative path of a table starts at `folder`."""
        self._experiment, self._folder = experiment, folder
        self._note, note = "", self._note
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.task.show_key(experiment.task.name)
        self._show_preset(experiment)
        self.sequence.show_experiment(experiment, folder)
        self._table.setVisible(isinstance(experiment.task, Csv))
        if isinstance(experiment.task, Csv):
            self._show_table(experiment.task)

    def _show_preset(self, experiment: Experiment) -> None:
        kind = self._kinds[experiment.network.kind]
        self._preset_row.setVisible(bool(kind.presets))
        self.preset.set_choices(list(kind.presets.items()))
        self.preset.show_key(kind.find_preset(experiment.network))

    def _show_table(self, task: Csv) -> None:
        self.file_name.setText(Path(task.path).name)
        self.file_name.setToolTip(task.path)
        names = self.reading.show_task(task, self._folder).names or (task.target,)
        self.target.set_choices([(name, name) for name in names])
        self.target.show_key(task.target)
        self._show_columns([name for name in names if name != task.target], task.columns)
        self.mode.show_key(task.mode or _GUESS)

    def _choose_task(self, name: str) -> None:
        if self._experiment is None:
            return
        if name == "csv":
            if not self._choose_table():
                self.task.show_key(self._experiment.task.name)
            return
        plain: dict[str, Any] = {"name": name}
        if name == "text":
            path = self.sequence.choose_text()
            if path is None:
                self.task.show_key(self._experiment.task.name)
                return
            plain["path"] = path
        self._learn(plain)

    def _learn(self, plain: dict[str, Any]) -> None:
        assert self._experiment is not None
        try:
            edit = edit_task(self._kinds, self._experiment, plain)
        except RequestError as error:
            self.refused.emit(str(error))
            return
        self._note = edit.note
        self._set(edit.changes, edit.text)

    def _choose_table(self) -> bool:
        path, _ = QFileDialog.getOpenFileName(
            self, "Choose a table", str(self._folder or Path.home()), TABLES
        )
        if not path or self._experiment is None:
            return False
        found = read_header(Path(path))
        names = found.names
        if found.unclear == "encoding":
            # It is chosen below, where the panel then shows the encodings.
            names = ("", "y")
        if len(names) < 2:
            self.refused.emit(
                "The table needs a header line with at least two columns."
                if names
                else found.problem
            )
            return False
        self._learn({"name": "csv", "path": path, "target": names[-1]})
        return True

    def _choose_target(self, name: str) -> None:
        self._set({"task.target": name, "task.columns": None}, "Change target column")

    def _show_columns(self, names: list[str], chosen: tuple[str, ...] | None) -> None:
        kept = [name for name in names if chosen is None or name in chosen]
        count = len(kept)
        self.columns.setText(f"all {count}" if count == len(names) else f"{count} of {len(names)}")
        self._columns_menu.clear()
        for name in names:
            action = self._columns_menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(name in kept)
            action.toggled.connect(self._choose_columns)

    def _choose_columns(self) -> None:
        actions = self._columns_menu.actions()
        kept = tuple(action.text() for action in actions if action.isChecked())
        if not kept:
            self.refused.emit("The network needs at least one input column.")
            return
        columns = None if len(kept) == len(actions) else kept
        self._set({"task.columns": columns}, "Change input columns")

    def _choose_preset(self, key: str) -> None:
        assert self._experiment is not None
        now = self._experiment.network
        kind = self._kinds[now.kind]
        network = msgspec.to_builtins(kind.load_preset(key, now))
        self._set({"network": network}, f"Load preset {kind.presets[key]}")

    def _set(self, changes: dict[str, object], text: str) -> None:
        self.changes_requested.emit(changes, text)
