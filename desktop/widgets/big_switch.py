"""A large switch: a key, a name, how it stands, and the switch itself."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.widgets.ink import current_inks, scaled_font
from desktop.widgets.switches import paint_switch

HEIGHT = 52


class BigSwitch(QAbstractButton):
    """A target of at least 44 pixels; it changes nothing itself, it only says it was pressed."""

    def __init__(self, key: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = str(key)
        self._label = ""
        self._short = ""
        self._setting = ""
        self._is_on = False
        self.setObjectName(f"switch_{key}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def is_on(self) -> bool:
        """How it stands."""
        return self._is_on

    def show_switch(
        self, label: str, short: str, setting: str, *, is_on: bool, tooltip: str
    ) -> None:
        """Show what it is called and how it stands; `short` where there is no room."""
        self._short = short
        self._label, self._setting, self._is_on = label, setting, is_on
        self.setAccessibleName(f"{label}: {setting}")
        self.setToolTip(tooltip)
        self.update()

    def label(self) -> str:
        """The name of the switch."""
        return self._label

    def setting(self) -> str:
        """How it stands, in words."""
        return self._setting

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._label) + 100, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(132, HEIGHT)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        inks = current_inks()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        outline = inks.text if self.hasFocus() else inks.dim if self.underMouse() else inks.line
        painter.setPen(QPen(outline, 1.5 if self.hasFocus() else 1.0))
        painter.setBrush(inks.raised if self._is_on or self.isDown() else inks.panel)
        painter.drawRoundedRect(box, 8, 8)
        small = scaled_font(self, 9 / 10.5)
        cap = QRectF(box.left() + 10, box.center().y() - 9, 18, 18)
        painter.setPen(QPen(inks.dim, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(cap, 4, 4)
        painter.setFont(small)
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)
        groove = QRectF(box.right() - 10 - 36, box.center().y() - 10, 36, 20)
        edge = inks.text if self._is_on else inks.dim
        paint_switch(painter, groove, edge, is_on=self._is_on)
        self._paint_text(
            painter,
            QRectF(
                cap.right() + 8, box.top() + 6, groove.left() - cap.right() - 16, box.height() - 12
            ),
        )
        painter.end()

    def _paint_text(self, painter: QPainter, box: QRectF) -> None:
        inks = current_inks()
        half = box.height() / 2
        strong = scaled_font(self, 1.0, QFont.Weight.Medium)
        small = scaled_font(self, 9.5 / 10.5)
        for text, font, colour, top in (
            (self._label, strong, inks.text, box.top()),
            (self._setting, small, inks.dim, box.top() + half),
        ):
            painter.setFont(font)
            painter.setPen(colour)
            metrics = QFontMetrics(font)
            is_too_long = text == self._label and metrics.horizontalAdvance(text) > box.width()
            words = self._short if is_too_long else text
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
            line = QRectF(box.left(), top, box.width(), half)
            painter.drawText(
                line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown
            )
