"""What the network learns, and whole networks to start from."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget
from superqt import QElidingLabel

from desktop.panels.labels import FEEDFORWARD_TASKS, REBUILDS, TASK_LABELS
from desktop.panels.presets import PRESETS, find_preset
from desktop.widgets.fields import ChoiceBox
from desktop.widgets.ink import TextButton, name_widget
from desktop.widgets.sections import LabelledRow, Section
from engine.experiment import Csv, Experiment, task_name

_ALL_COLUMNS = "all"
_GUESS = "guess"


class TaskSection(Section):
    """The task, its settings, and the presets."""

    def __init__(self) -> None:
        super().__init__("Task", "task_section")
        # The dock says "Network" right above it: a title here would say nothing more.
        self.header.hide()
        self._experiment: Experiment | None = None
        self._folder: Path | None = None
        self.task = ChoiceBox(
            "task",
            "Task",
            f"What the network learns. {REBUILDS}",
            [(name, TASK_LABELS[name]) for name in FEEDFORWARD_TASKS],
        )
        self.preset = ChoiceBox(
            "preset",
            "Network",
            f"Load a whole network to start from. {REBUILDS}",
            [(key, title) for key, (title, _) in PRESETS.items()],
            placeholder="your own",
        )
        self.rows.addWidget(LabelledRow("Task", self.task))
        self._add_table()
        self.rows.addWidget(LabelledRow("Preset", self.preset))
        self.task.chosen.connect(self._choose_task)
        self.preset.chosen.connect(self._choose_preset)

    def _add_table(self) -> None:
        self._table = QWidget()
        column = QVBoxLayout(self._table)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.file_name = QElidingLabel("")
        name_widget(self.file_name, "csv_file", "File", "")
        choose = TextButton("Choose…", "csv_choose", f"Choose another table. {REBUILDS}")
        choose.clicked.connect(self._choose_table)
        self.target = ChoiceBox(
            "csv_target", "Target column", f"The column to be predicted. {REBUILDS}"
        )
        self.columns = ChoiceBox(
            "csv_columns", "Input columns", f"The columns that the network sees. {REBUILDS}"
        )
        self.mode = ChoiceBox(
            "csv_mode",
            "Kind of target",
            f"Whether classes or numbers are predicted. {REBUILDS}",
            [
                (_GUESS, "as the column says"),
                ("classification", "classes"),
                ("regression", "numbers"),
            ],
        )
        column.addWidget(LabelledRow("File", self.file_name, choose))
        column.addWidget(LabelledRow("Target", self.target))
        column.addWidget(LabelledRow("Inputs", self.columns))
        column.addWidget(LabelledRow("Kind", self.mode))
        self.rows.addWidget(self._table)
        self.target.chosen.connect(self._choose_target)
        self.columns.chosen.connect(self._choose_columns)
        self.mode.chosen.connect(
            lambda key: self._set({"task.mode": None if key == _GUESS else key}, "Change target")
        )

    def show_experiment(self, experiment: Experiment, folder: Path | None) -> None:
        """Show task and preset; a relative path of a table starts at `folder`."""
        self._experiment, self._folder = experiment, folder
        name = task_name(experiment.task)
        names = FEEDFORWARD_TASKS if name in FEEDFORWARD_TASKS else (name,)
        self.task.set_choices([(key, TASK_LABELS[key]) for key in names])
        self.task.show_key(name)
        self.preset.show_key(find_preset(experiment.network))
        self._table.setVisible(isinstance(experiment.task, Csv))
        if isinstance(experiment.task, Csv):
            self._show_table(experiment.task)

    def _show_table(self, task: Csv) -> None:
        self.file_name.setText(Path(task.path).name)
        self.file_name.setToolTip(task.path)
        names = read_header((self._folder or Path()) / task.path) or (task.target,)
        self.target.set_choices([(name, name) for name in names])
        self.target.show_key(task.target)
        inputs = [name for name in names if name != task.target]
        self.columns.set_choices(
            [(_ALL_COLUMNS, "all others"), *((f"-{name}", f"without {name}") for name in inputs)]
        )
        left_out = [name for name in inputs if task.columns and name not in task.columns]
        key = _ALL_COLUMNS if not left_out else f"-{left_out[0]}" if len(left_out) == 1 else None
        self.columns.show_key(key)
        self.mode.show_key(task.mode or _GUESS)

    def _choose_task(self, name: str) -> None:
        if self._experiment is None:
            return
        if name == "csv":
            if not self._choose_table():
                self.task.show_key(task_name(self._experiment.task))
            return
        batch = self._experiment.task.batch_size
        self._set({"task": {"name": name, "batch_size": batch}}, f"Learn {TASK_LABELS[name]}")

    def _choose_table(self) -> bool:
        path, _ = QFileDialog.getOpenFileName(
            self, "Choose a table", str(self._folder or Path.home()), "Tables (*.csv);;All (*)"
        )
        if not path or self._experiment is None:
            return False
        names = read_header(Path(path))
        if len(names) < 2:
            self.refused.emit("The table needs a header line with at least two columns.")
            return False
        task: dict[str, Any] = {
            "name": "csv",
            "path": path,
            "target": names[-1],
            "batch_size": self._experiment.task.batch_size,
        }
        self._set({"task": task}, "Learn your own table")
        return True

    def _choose_target(self, name: str) -> None:
        self._set({"task.target": name, "task.columns": None}, "Change target column")

    def _choose_columns(self, key: str) -> None:
        if self._experiment is None or not isinstance(self._experiment.task, Csv):
            return
        target = self._experiment.task.target
        names = [self.target.itemText(i) for i in range(self.target.count())]
        kept = tuple(name for name in names if name not in (target, key[1:]))
        self._set({"task.columns": None if key == _ALL_COLUMNS else kept}, "Change input columns")

    def _choose_preset(self, key: str) -> None:
        title, network = PRESETS[key]
        self._set({"network": msgspec.to_builtins(network)}, f"Load preset {title}")

    def _set(self, changes: dict[str, object], text: str) -> None:
        self.changes_requested.emit(changes, text)


def read_header(path: Path) -> tuple[str, ...]:
    """The column names in the first line of a table; empty where it cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
            sample = file.readline(1_000_000)
    except OSError:
        return ()
    delimiter = max(",;\t", key=sample.count)
    row = next(csv.reader([sample], delimiter=delimiter), [])
    return tuple(name.strip() for name in row if name.strip())
