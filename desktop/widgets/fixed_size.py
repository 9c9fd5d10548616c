"""Room for what changes many times a second, so that nothing around it moves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class Still(QWidget):
    """Gives a label all its room, and asks for more only when its text does not fit.

    A label asks for a new layout at every change of its text, and the whole window is then
    laid out and painted anew.
    """

    def __init__(self, label: QLabel) -> None:
        super().__init__()
        self.label = label
        label.setParent(self)
        self.setSizePolicy(label.sizePolicy())
        self.setMinimumSize(label.minimumSize())

    def text(self) -> str:
        """What the label says."""
        return self.label.text()

    def setText(self, text: str) -> None:
        """Say something else."""
        self.label.setText(text)

    def sizeHint(self) -> QSize:
        """What the label would like."""
        return self.label.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """What the label needs."""
        return self.label.minimumSizeHint()

    def hasHeightForWidth(self) -> bool:
        """As the label."""
        return self.label.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        """As the label."""
        return self.label.heightForWidth(width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hand the room on."""
        super().resizeEvent(event)
        self.label.resize(self.size())

    def event(self, event: QEvent) -> bool:
        """The label's wish for another layout is granted where it has too little room."""
        if event.type() == QEvent.Type.LayoutRequest and self._lacks_room():
            self.updateGeometry()
        return super().event(event)

    def _lacks_room(self) -> bool:
        if self.label.hasHeightForWidth():
            return self.label.heightForWidth(self.width()) > self.height()
        wanted, policy = self.label.minimumSizeHint(), self.sizePolicy()
        ignored = QSizePolicy.Policy.Ignored
        is_wider = policy.horizontalPolicy() != ignored and wanted.width() > self.width()
        is_higher = policy.verticalPolicy() != ignored and wanted.height() > self.height()
        return is_wider or is_higher
