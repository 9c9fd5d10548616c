"""Why a number was not taken: a sentence that stands at the field in which it was typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

_GAP = 4
_MARGIN = 8
_WIDEST = 320
_MOVED = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


class Objection(QLabel):
    """Lies over what stands under its field, and scrolls with it; it takes no room in a layout."""

    def __init__(self, field: QWidget) -> None:
        self._field = field
        self._host = _find_host(field)
        self._watched: list[QWidget] = []
        super().__init__(self._host)
        self.setObjectName(f"{field.objectName()}_problem")
        self.setProperty("tone", "problem")
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show a sentence; "" takes it away."""
        self.setText(sentence)
        if not sentence:
            self._unwatch()
            self.hide()
            return
        if not self._watched:
            self._watch()
        self.ensurePolished()
        self._place()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Stay at the field when it, or what it lies in, moves."""
        if event.type() in _MOVED:
            self._place()
        return False

    def _watch(self) -> None:
        widget: QWidget | None = self._field
        while widget is not None:
            self._watched.append(widget)
            widget.installEventFilter(self)
            widget = None if widget is self._host else widget.parentWidget()

    def _unwatch(self) -> None:
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched.clear()

    def _place(self) -> None:
        """Under the field where there is room, else over it."""
        self.setVisible(self._field.isVisible())
        host, field = self._host, self._field
        self.setMaximumWidth(_WIDEST)
        longest = self.fontMetrics().horizontalAdvance(self.text()) + 4 * _MARGIN
        width = min(host.width() - 2 * _MARGIN, _WIDEST, longest)
        height = self.heightForWidth(width)
        corner = field.mapTo(host, QPoint(0, 0))
        left = max(_MARGIN, min(corner.x(), host.width() - _MARGIN - width))
        top = corner.y() + field.height() + _GAP
        if top + height > host.height() - _GAP:
            top = corner.y() - _GAP - height
        self.setGeometry(left, top, width, height)
        self.raise_()


def _find_host(field: QWidget) -> QWidget:
    """What scrolls with the field, or else its window."""
    widget = field
    while not widget.isWindow():
        parent = widget.parentWidget()
        if parent is None:
            break
        area = parent.parentWidget()
        if isinstance(area, QScrollArea) and area.viewport() is parent:
            break
        widget = parent
    return widget
