"""How a task's file is read: what was found, and what only the user can decide."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.panels.builder.labels import REBUILDS
from desktop.panels.builder.table_header import survey
from desktop.widgets.fields import ChoiceBox
from desktop.widgets.palette import TextButton
from desktop.widgets.sections import LabelledRow, caption
from engine.tasks.csv import Csv
from engine.tasks.encodings import USUAL
from engine.tasks.series import Series
from engine.tasks.surveys import Survey
from engine.tasks.text import Text

_FOUND = "found"
_UNDECIDED = "to be chosen"


class FileReading(QWidget):
    """Notes of the reader, both ways of missing values, encoding and decimal mark."""

    changes_requested = Signal(object, str)
    """Values by path, and what the edit is called."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self.setObjectName(f"{prefix}_reading")
        self._task: Csv | Series | Text | None = None
        self.problem = self._make_label(f"{prefix}_problem", "problem")
        self.counted = self._make_label(f"{prefix}_missing", "small")
        self.drop = TextButton(
            "Leave out those rows",
            f"{prefix}_drop",
            f"Learn from the rows that have every value. {REBUILDS}",
            kind="segment",
        )
        self.fill = TextButton(
            "Fill with mean / most frequent word",
            f"{prefix}_fill",
            "Put in the column's mean, or its most frequent word, where a value is missing. "
            f"{REBUILDS}",
            kind="segment",
        )
        self.encoding = ChoiceBox(
            f"{prefix}_encoding", "Encoding", f"How the letters of the file are written. {REBUILDS}"
        )
        self.decimal = ChoiceBox(
            f"{prefix}_decimal",
            "Decimal mark",
            f"Which sign stands before the decimals; the other one marks thousands. {REBUILDS}",
        )
        self.notes = self._make_label(f"{prefix}_notes", "small")
        self._encoding_row = LabelledRow("Encoding", self.encoding)
        self._decimal_row = LabelledRow("Decimal mark", self.decimal)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (
            self.problem,
            self._encoding_row,
            self._decimal_row,
            self.counted,
            self.drop,
            self.fill,
            self.notes,
        ):
            column.addWidget(widget)
        for button, policy, text in (
            (self.drop, "drop", "Leave out rows with missing values"),
            (self.fill, "fill", "Fill missing values"),
        ):
            button.setCheckable(True)
            button.clicked.connect(lambda _, p=policy, t=text: self._choose_missing(p, t))
        self.encoding.chosen.connect(lambda key: self._set("encoding", key, "Change encoding"))
        self.decimal.chosen.connect(lambda key: self._set("decimal", key, "Change decimal mark"))

    def show_task(self, task: Csv | Series | Text, folder: Path | None) -> Survey:
        """Show how the task's file is read; returns what was found."""
        self._task = task
        found = survey(task, folder)
        self._show_text(self.problem, found.problem)
        self._show_text(self.notes, "\n".join(found.notes))
        self._show_gaps(task, found)
        asked = (task.encoding,) if task.encoding is not None else ()
        names = dict.fromkeys((*found.encodings, *USUAL, *asked))
        first = (_FOUND, _UNDECIDED if found.unclear == "encoding" else "found")
        self.encoding.set_choices([first, *((name, name) for name in names)])
        self.encoding.show_key(task.encoding or _FOUND)
        self._encoding_row.setVisible(found.asks_for_encoding() or task.encoding is not None)
        decimal = None if isinstance(task, Text) else task.decimal
        first = (_FOUND, _UNDECIDED if found.unclear == "decimal" else "found")
        self.decimal.set_choices([first, (".", "point: 1.5"), (",", "comma: 1,5")])
        self.decimal.show_key(decimal or _FOUND)
        self._decimal_row.setVisible(found.asks_for_mark() or decimal is not None)
        return found

    def _show_gaps(self, task: Csv | Series | Text, found: Survey) -> None:
        count = found.rows_with_gaps
        missing = "refuse" if isinstance(task, Text) else task.missing
        shown = count > 0 or missing != "refuse"
        self._show_text(
            self.counted,
            f"{count:,} row{' has' if count == 1 else 's have'} a missing value:" if shown else "",
        )
        for button, policy in ((self.drop, "drop"), (self.fill, "fill")):
            button.setVisible(shown)
            button.setChecked(missing == policy)

    def _choose_missing(self, policy: str, text: str) -> None:
        assert not isinstance(self._task, Text)
        if self._task is not None and self._task.missing == policy:
            # A second click takes the choice back.
            policy, text = "refuse", "Refuse missing values"
        self._set("missing", policy, text)

    def _set(self, field: str, key: str, text: str) -> None:
        self.changes_requested.emit({f"task.{field}": None if key == _FOUND else key}, text)

    @staticmethod
    def _make_label(name: str, tone: str) -> QLabel:
        label = caption("", tone)
        label.setObjectName(name)
        label.setWordWrap(True)
        return label

    @staticmethod
    def _show_text(label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))
