"""The list of unsaved work that ended programs have left: each is opened, discarded or kept."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.model.recovery import Copy
from desktop.widgets.palette import TextButton, name_widget
from desktop.widgets.sections import caption

_WIDTH = 880
_WIDEST_TITLE = 360
_LEAST_TITLE = 160
_LEAST_FILE = 120
_PADDING = 24
_ROW_HEIGHT = 28
_MOST_PROBLEMS = 3
"""That are told in full: more would not leave the list its room."""


class RecoveryDialog(QDialog):
    """Nothing in the list goes away but what was opened or discarded; Escape keeps it all."""

    open_requested = Signal(object)
    """The `Copy` to go on with."""
    discard_requested = Signal(object)
    """The `Copy` that is not wanted."""

    def __init__(
        self, copies: Sequence[Copy], problems: Sequence[str], parent: QWidget | None = None
    ) -> None:
        """Ask about unsaved work.

        Args:
            copies: at least one.
            problems: sentences about copies that cannot be opened.
            parent: the window under the dialog.
        """
        super().__init__(parent)
        self.setObjectName("recovery_dialog")
        self.setWindowTitle("Unsaved work")
        self._copies = list(copies)
        self.list = QTreeWidget()
        name_widget(self.list, "recovery_list", "Unsaved work", "What was not saved")
        self.list.setHeaderLabels(["Document", "File", "Last copied"])
        self.list.setRootIsDecorated(False)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        for copy in copies:
            self.list.addTopLevelItem(_describe(copy))
        self._share_width()
        self.list.setCurrentIndex(self.list.model().index(0, 0))
        self.open_button = TextButton(
            "&Open", "recovery_open", "Go on with the selected work", "primary"
        )
        self.discard_button = TextButton(
            "&Discard", "recovery_discard", "Delete the copy of the selected work"
        )
        self.later_button = TextButton(
            "&Later", "recovery_later", "Keep everything for the next start"
        )
        self._lay_out(problems)
        self.open_button.setDefault(True)
        self.open_button.clicked.connect(self._open)
        self.list.itemActivated.connect(self._open)
        self.discard_button.clicked.connect(self._discard)
        self.later_button.clicked.connect(self.reject)

    def _share_width(self) -> None:
        """Titles and times have what they need, up to a bound; the files have the rest."""
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(_LEAST_FILE)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.list.ensurePolished()
        metrics = self.list.fontMetrics()
        widest = max(metrics.horizontalAdvance(_title_of(copy)) for copy in self._copies)
        self.list.setColumnWidth(0, min(_WIDEST_TITLE, max(_LEAST_TITLE, widest + _PADDING)))

    def _lay_out(self, problems: Sequence[str]) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 16)
        whole.setSpacing(12)
        whole.addWidget(caption("The program ended before this work was saved.", "title"))
        whole.addWidget(self.list, 1)
        shown = list(problems[:_MOST_PROBLEMS])
        if len(problems) > len(shown):
            shown.append(f"So it is with {len(problems) - len(shown):,} more.")
        for text in (
            *shown,
            "What is neither opened nor discarded is offered again at the next start.",
        ):
            line = caption(text)
            line.setWordWrap(True)
            line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            whole.addWidget(line)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.later_button, self.discard_button, self.open_button):
            buttons.addWidget(button)
        whole.addLayout(buttons)
        self.resize(_WIDTH, self.sizeHint().height())

    def _open(self) -> None:
        self.accept()
        self.open_requested.emit(self._copies[self._row()])

    def _discard(self) -> None:
        """Take one off the list; the dialog closes with the last one."""
        row = self._row()
        self.discard_requested.emit(self._copies.pop(row))
        self.list.takeTopLevelItem(row)
        if not self._copies:
            self.accept()

    def _row(self) -> int:
        return max(0, self.list.currentIndex().row())


def _describe(copy: Copy) -> QTreeWidgetItem:
    title = _title_of(copy)
    file = "never saved" if copy.file is None else str(copy.file)
    moment = f"{copy.kept_at.astimezone():%Y-%m-%d %H:%M}"
    item = QTreeWidgetItem([title, file, moment])
    item.setSizeHint(0, QSize(0, _ROW_HEIGHT))
    item.setToolTip(0, title)
    item.setToolTip(1, file)
    return item


def _title_of(copy: Copy) -> str:
    return copy.experiment.title or "Untitled"
