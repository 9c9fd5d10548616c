"""The overlay of all keys."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from desktop.widgets.palette import current_inks
from desktop.widgets.sections import caption


class KeyOverlay(QFrame):
    """Lies over the window until any key or click."""

    def __init__(self, keys: Iterable[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("key_overlay")
        self.setAccessibleName("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        grid = QGridLayout(self)
        grid.setContentsMargins(32, 24, 32, 24)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.addWidget(caption("Keys", "title"), 0, 0, 1, 2)
        listed = list(keys)
        rows = (len(listed) + 1) // 2
        meanings: list[QLabel] = []
        for index, (key, meaning) in enumerate(listed):
            row, column = 1 + index % rows, 3 * (index // rows)
            grid.addWidget(caption(key, "number"), row, column, Qt.AlignmentFlag.AlignRight)
            label = QLabel(meaning)
            meanings.append(label)
            grid.addWidget(label, row, column + 1)
            grid.setColumnMinimumWidth(column + 2, 24)
        excess = self.sizeHint().width() - parent.width()
        if excess > 0:
            for side in (meanings[:rows], meanings[rows:]):
                widest = max((label.sizeHint().width() for label in side), default=0)
                most = widest - (excess + 1) // 2
                for label in side:
                    if label.sizeHint().width() > most:
                        label.setWordWrap(True)
                        label.setFixedSize(most, label.heightForWidth(most))
        if self.sizeHint().height() > parent.height():
            grid.setVerticalSpacing(1)
            grid.setContentsMargins(32, 8, 32, 8)
        self.adjustSize()
        self.move(parent.rect().center() - self.rect().center())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A card with a hairline, so that it stands off whatever lies under it."""
        inks = current_inks()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(inks.panel)
        painter.setPen(inks.dim)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)

    def event(self, event: QEvent) -> bool:
        """Take every key, before it is a shortcut of the window."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, _event: QKeyEvent) -> None:
        """Go away."""
        self.close()

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Go away."""
        self.close()
