"""A label that never asks for more room than it gets."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QWidget

_NO_BREAK = "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}"
_ELLIPSIS = "…"
_BEGUN_NUMBER = re.compile(r"[\s·:,]*[−+-]?\d[\d.,]*(\s*×\s*1?0?)?[⁻⁰-⁹¹²³]*$")


class ElidingLabel(QLabel):
    """Ends in an ellipsis where its text has no room; `text` is always the whole text."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setText(text)

    def text(self) -> str:
        """The whole text, however little of it is to be seen."""
        return self._whole

    def setText(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setAccessibleName(text)
        self._fit()

    def sizeHint(self) -> QSize:
        """Room for the whole text in one line, or for two lines where it wraps."""
        width = self.fontMetrics().horizontalAdvance(self._whole) + 2
        return QSize(width, self._least_height())

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(0, self._least_height())

    def hasHeightForWidth(self) -> bool:
        """It never grows: what does not fit is left out."""
        return False

    def _least_height(self) -> int:
        return (2 if self.wordWrap() else 1) * self.fontMetrics().lineSpacing()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what fits now."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Show what fits in another type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    @property
    def is_cut(self) -> bool:
        """Whether less than the whole text is to be seen."""
        return super().text().endswith(_ELLIPSIS) and not self._whole.endswith(_ELLIPSIS)

    def _fit(self) -> None:
        shown = self._shorten()
        if shown != super().text():
            super().setText(shown)

    def _shorten(self) -> str:
        room, metrics = self.contentsRect(), self.fontMetrics()
        if not self.wordWrap():
            return _elide(self._whole, metrics, room.width())
        lines = self._break_lines(room.width())
        fitting = max(1, room.height() // metrics.lineSpacing())
        if len(lines) <= fitting:
            return "\n".join(lines)
        rest = "".join(lines[fitting - 1 :])
        return "\n".join([*lines[: fitting - 1], _elide(rest, metrics, room.width())])

    def _break_lines(self, width: int) -> list[str]:
        # A number stays in one line, with its unit.
        unbroken = self._whole.replace(" × ", _NO_BREAK).replace(" %", "\N{NO-BREAK SPACE}%")
        layout = QTextLayout(unbroken, self.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        lines = []
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, width))
            lines.append(self._whole[line.textStart() : line.textStart() + line.textLength()])
        layout.endLayout()
        return lines


def _elide(text: str, metrics: QFontMetrics, width: int) -> str:
    """Shortened to a width at its end, never within a number: half a number is another one."""
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
    if shown == text:
        return text
    kept = shown.removesuffix(_ELLIPSIS).rstrip()
    return _BEGUN_NUMBER.sub("", kept) + _ELLIPSIS
