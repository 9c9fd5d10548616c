"""The settings of a task over time: its length, its source, its file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.panels.builder.file_reading import FileReading
from desktop.panels.builder.labels import REBUILDS
from desktop.panels.builder.table_header import TABLES, read_header
from desktop.widgets.eliding import ElidingLabel
from desktop.widgets.fields import ChoiceBox, NumberField
from desktop.widgets.palette import IconButton, name_widget
from desktop.widgets.sections import LabelledRow
from desktop.widgets.switches import SegmentedChoice
from engine.document.experiment import Experiment
from engine.document.typed_numbers import units_of
from engine.tasks.adding import Adding
from engine.tasks.autocomplete import Autocomplete
from engine.tasks.chatbot import Chatbot
from engine.tasks.recall import Recall
from engine.tasks.sequential_digits import SequentialDigits
from engine.tasks.series import Series
from engine.tasks.text import Text

_WITH_LENGTH = (Adding, Recall, Series, Text)
_WITH_FILLERS = (Autocomplete, Chatbot)


class SequenceSettings(QWidget):
    """Shows only what the task has; every change rebuilds the network."""

    changes_requested = Signal(object, str)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._experiment: Experiment | None = None
        self._folder: Path | None = None
        self.length = self._number(
            "length", "Length", "Time steps from the first input to the loss."
        )
        self.fillers = self._number(
            "fillers", "Filler words", "Words between the deciding word and the answer."
        )
        self.reading = SegmentedChoice(
            "digits_reading",
            "How a digit is read",
            [
                ("rows", "8 rows", f"One row of 8 pixels in each time step. {REBUILDS}"),
                ("pixels", "64 pixels", f"One pixel in each time step. {REBUILDS}"),
            ],
        )
        self.source = ChoiceBox(
            "series_source",
            "Source of the series",
            f"Which series is predicted. {REBUILDS}",
            [("sunspots", "sunspots"), ("co2", "CO₂ in the air"), ("csv", "your own table")],
        )
        self.column = ChoiceBox("series_column", "Column", f"The column predicted. {REBUILDS}")
        self.unit = SegmentedChoice(
            "text_unit",
            "Unit of the text",
            [
                ("word", "words", f"Predict the next word. {REBUILDS}"),
                ("character", "characters", f"Predict the next character. {REBUILDS}"),
            ],
        )
        self.file_name = ElidingLabel("")
        name_widget(self.file_name, "sequence_file", "File", "")
        choose = IconButton("folder-open", "sequence_choose", f"Choose another. {REBUILDS}", 16)
        choose.clicked.connect(self._choose_again)
        self._rows = {
            "source": LabelledRow("Source", self.source),
            "file": LabelledRow("File", self.file_name, choose),
            "column": LabelledRow("Column", self.column),
            "unit": LabelledRow("Read as", self.unit),
            "reading": LabelledRow("Read as", self.reading),
            "length": LabelledRow("Length", self.length),
            "fillers": LabelledRow("Filler words", self.fillers),
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for row in self._rows.values():
            column.addWidget(row)
        self.file_reading = FileReading("sequence")
        self.file_reading.changes_requested.connect(self.changes_requested)
        column.addWidget(self.file_reading)
        self.reading.chosen.connect(
            lambda key: self._set("task.rows", key == "rows", "Change how digits are read")
        )
        self.source.chosen.connect(self._choose_source)
        self.column.chosen.connect(lambda name: self._set("task.column", name, "Change column"))
        self.unit.chosen.connect(lambda key: self._set("task.unit", key, "Change unit of the text"))

    def show_experiment(self, experiment: Experiment, folder: Path | None) -> None:
        """Show the settings of a sequence task; hidden for every other."""
        self._experiment, self._folder = experiment, folder
        task = experiment.task
        path = task.path if isinstance(task, Series | Text) else None
        shown = {
            "length": isinstance(task, _WITH_LENGTH),
            "fillers": isinstance(task, _WITH_FILLERS),
            "reading": isinstance(task, SequentialDigits),
            "source": isinstance(task, Series),
            "file": path is not None,
            "column": isinstance(task, Series) and task.source == "csv",
            "unit": isinstance(task, Text),
        }
        for name, row in self._rows.items():
            row.setVisible(shown[name])
        self.setVisible(any(shown.values()))
        if isinstance(task, _WITH_LENGTH):
            self.length.show_value(task.length)
        if isinstance(task, _WITH_FILLERS):
            self.fillers.show_value(task.fillers)
        if isinstance(task, SequentialDigits):
            self.reading.show_key("rows" if task.rows else "pixels")
        reads_file = isinstance(task, Text) or (isinstance(task, Series) and task.source == "csv")
        self.file_reading.setVisible(reads_file)
        if isinstance(task, Text):
            self.unit.show_key(task.unit)
            self.file_reading.show_task(task, folder)
        if isinstance(task, Series):
            self._show_series(task)
        if path is not None:
            self.file_name.setText(Path(path).name)
            self.file_name.setToolTip(path)

    def _show_series(self, task: Series) -> None:
        self.source.show_key(task.source)
        if task.source == "csv" and task.path is not None and task.column is not None:
            found = self.file_reading.show_task(task, self._folder)
            names = found.names or (task.column,)
            self.column.set_choices([(name, name) for name in names])
            self.column.show_key(task.column)

    def choose_text(self) -> str | None:
        """Ask for a text file; its path, or None."""
        path, _ = QFileDialog.getOpenFileName(
            self, "Choose a text", str(self._folder or Path.home()), "Texts (*.txt *.md);;All (*)"
        )
        return path or None

    def _choose_again(self) -> None:
        assert self._experiment is not None
        if isinstance(self._experiment.task, Series):
            self._choose_table()
        elif path := self.choose_text():
            self.changes_requested.emit(
                {"task.path": path, "task.encoding": None}, "Choose another text"
            )

    def _choose_source(self, source: str) -> None:
        if source == "csv":
            if not self._choose_table() and self._experiment is not None:
                self.show_experiment(self._experiment, self._folder)
            return
        self.changes_requested.emit(
            {
                "task.source": source,
                "task.path": None,
                "task.column": None,
                "task.encoding": None,
                "task.decimal": None,
                "task.missing": "refuse",
            },
            f"Predict {'sunspots' if source == 'sunspots' else 'CO₂'}",
        )

    def _choose_table(self) -> bool:
        path, _ = QFileDialog.getOpenFileName(
            self, "Choose a table", str(self._folder or Path.home()), TABLES
        )
        if not path:
            return False
        found = read_header(Path(path))
        names = found.names or (("y",) if found.unclear == "encoding" else ())
        if not names:
            self.refused.emit(found.problem)
            return False
        self.changes_requested.emit(
            {
                "task.source": "csv",
                "task.path": path,
                "task.column": names[-1],
                "task.encoding": None,
                "task.decimal": None,
                "task.missing": "refuse",
            },
            "Predict your own series",
        )
        return True

    def _number(self, name: str, label: str, tooltip: str) -> NumberField:
        field = NumberField(
            f"task_{name}", label, f"{tooltip} {REBUILDS}", is_integer=True, units=units_of(name)
        )
        field.value_committed.connect(
            lambda value: self._set(f"task.{name}", value, f"Change {label.lower()}")
        )
        return field

    def _set(self, path: str, value: object, text: str) -> None:
        self.changes_requested.emit({path: value}, text)
