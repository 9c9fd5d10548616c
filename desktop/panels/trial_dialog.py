"""Does it learn? The table of what became of each remedy after so many iterations."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.display.remedies import describe_trial
from desktop.widgets.palette import TextButton, name_widget
from desktop.widgets.sections import caption
from engine.analysis.trial import Report
from engine.analysis.verdict_words import name_verdict
from engine.records.remedy import Remedy

_SIZE = QSize(760, 520)
_ROW_HEIGHT = 28
_NUMBER = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_AS_IT_IS = "As it is"
_HEADINGS = ("Remedy", "Iterations", "Carried", "Loss", "Accuracy", "Gradient then")


class TrialDialog(QDialog):
    """The network as it is and with each remedy, side by side; a row can be applied.

    The window goes on beside it. Closing it ends what is still training.
    """

    apply_requested = Signal(object)
    """The `Remedy` of the selected row."""
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trial_dialog")
        self.setWindowTitle("Does it learn?")
        self._remedies: tuple[Remedy, ...] = ()
        self._iterations = 0
        self._done: list[int] = []
        self.heading = caption("", "title")
        self.table = QTreeWidget()
        name_widget(
            self.table,
            "trial_table",
            "Trials",
            "Carried: what reaches the beginning. Loss: of a batch. Accuracy: on held-out data.",
        )
        self.table.setHeaderLabels(list(_HEADINGS))
        self.table.setRootIsDecorated(False)
        self.table.setAllColumnsShowFocus(True)
        self.progress = QProgressBar()
        name_widget(self.progress, "trial_progress", "Progress", "Of all trials together")
        self.progress.setTextVisible(False)
        self.problem = caption("", "problem")
        self.problem.setObjectName("trial_problem")
        self.problem.setWordWrap(True)
        self.apply = TextButton(
            "&Apply", "trial_apply", "Make the selected remedy an edit", "primary"
        )
        self.cancel = TextButton("&Cancel", "trial_cancel", "End the trials that still run")
        self.shut = TextButton("C&lose", "trial_close", "Close the table")
        self._lay_out()
        self.apply.clicked.connect(self._apply)
        self.table.itemActivated.connect(self._apply)
        self.cancel.clicked.connect(self.cancel_requested)
        self.shut.clicked.connect(self.close)
        self.table.currentItemChanged.connect(self._suit)

    def _lay_out(self) -> None:
        note = caption(
            "All begin with the weights that the seed gives, and see the same batches. "
            "A gradient that arrives is no promise of learning."
        )
        note.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.cancel, self.shut, self.apply):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 16)
        whole.setSpacing(12)
        whole.addWidget(self.heading)
        whole.addWidget(note)
        whole.addWidget(self.table, 1)
        whole.addWidget(self.progress)
        whole.addWidget(self.problem)
        whole.addLayout(buttons)
        header = self.table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.resize(_SIZE)

    def begin(self, remedies: Sequence[Remedy], iterations: int) -> None:
        """Show empty rows: the network as it is has the number 0, the remedies follow."""
        self._remedies, self._iterations = tuple(remedies), iterations
        self._done = [0] * (1 + len(remedies))
        self.heading.setText(f"After {iterations:,} iterations")
        self.table.clear()
        names = [_AS_IT_IS]
        names += [
            f"{remedy.name} (popular)" if remedy.is_popular else remedy.name for remedy in remedies
        ]
        for name in names:
            item = QTreeWidgetItem([name, "waits", "", "", "", ""])
            item.setSizeHint(0, QSize(0, _ROW_HEIGHT))
            for column in range(1, len(_HEADINGS) - 1):
                item.setTextAlignment(column, _NUMBER)
            self.table.addTopLevelItem(item)
        self.problem.setText("")
        self.problem.hide()
        self.progress.setRange(0, max(1, iterations * len(names)))
        self.progress.setValue(0)
        self._set_running(is_running=True)

    @Slot(object)
    def show_report(self, report: Report) -> None:
        """Take what a trial tells."""
        item = self.table.topLevelItem(report.number)
        if item is None:
            return
        if report.problem:
            self._done[report.number] = self._iterations
            item.setText(1, "not tried")
            item.setToolTip(0, report.problem)
            self.problem.setText(f"{item.text(0)}: {report.problem}")
            self.problem.show()
        elif report.trial is not None:
            self._done[report.number] = self._iterations
            trial = report.trial
            for column, text in enumerate(describe_trial(trial, self._iterations), 1):
                item.setText(column, text)
            if trial.verdict is not None:
                item.setText(len(_HEADINGS) - 1, name_verdict(trial.verdict))
        else:
            self._done[report.number] = report.done
            item.setText(1, f"{report.done:,} of {self._iterations:,}")
        self.progress.setValue(sum(self._done))

    @Slot()
    def show_end(self) -> None:
        """Nothing is training any more."""
        for number in range(self.table.topLevelItemCount()):
            item = self.table.topLevelItem(number)
            if item is not None and self._done[number] < self._iterations:
                item.setText(1, "cancelled")
        self._set_running(is_running=False)

    def _set_running(self, *, is_running: bool) -> None:
        self.progress.setEnabled(is_running)
        self.cancel.setEnabled(is_running)
        self._suit()

    def _selected(self) -> Remedy | None:
        item = self.table.currentItem()
        number = 0 if item is None else self.table.indexOfTopLevelItem(item)
        return self._remedies[number - 1] if 0 < number <= len(self._remedies) else None

    def _suit(self) -> None:
        self.apply.setEnabled(self._selected() is not None)

    def _apply(self) -> None:
        remedy = self._selected()
        if remedy is not None:
            self.apply_requested.emit(remedy)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what still trains."""
        self.cancel_requested.emit()
        super().closeEvent(event)

    def reject(self) -> None:
        """Escape closes it likewise."""
        self.close()
