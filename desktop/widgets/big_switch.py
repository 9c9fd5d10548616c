"""A large switch: a key, a name, how it stands, and the switch itself."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QEnterEvent, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.widgets.palette import current_inks, scaled_font, type_scale
from desktop.widgets.switches import paint_switch, paint_undecided

_TARGET = 44
_HEIGHT = 42
_LEAST_WIDTH = 112
"""At the size of a desk; then the key's number leaves its room to the words."""


class BigSwitch(QAbstractButton):
    """A target of at least 44 pixels; it changes nothing itself, it only says it was pressed."""

    def __init__(self, key: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = str(key)
        self._label = ""
        self._short = ""
        self._setting = ""
        self._place: float | None = 0.0
        self.setObjectName(f"switch_{key}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def is_on(self) -> bool:
        """Whether its knob stands at the right."""
        return self._place == 1.0

    @property
    def place(self) -> float | None:
        """Where its knob stands, from 0 (off, closed) to 1 (on, open); None: learned."""
        return self._place

    def show_switch(
        self, label: str, short: str, setting: str, *, place: float | None, tooltip: str
    ) -> None:
        """Show what it is called and how it stands; `short` where there is no room.

        Args:
            label: its name.
            short: its name where there is little room.
            setting: how it stands, in words.
            place: of the knob, from 0 to 1; None: neither, training decides.
            tooltip: what a press does.
        """
        self._short = short
        self._label, self._setting, self._place = label, setting, place
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
        width = self.fontMetrics().horizontalAdvance(self._label)
        return QSize(width + round(100 * type_scale(self)), self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(round(_LEAST_WIDTH * type_scale(self)), self._height())

    def _height(self) -> int:
        """Two lines of text, and never less than a target for a finger."""
        return max(_TARGET, round(_HEIGHT * type_scale(self)))

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
        painter.setBrush(inks.raised if self.is_on or self.isDown() else inks.panel)
        painter.drawRoundedRect(box, 8, 8)
        unit = type_scale(self)
        cap = QRectF(box.left() + 8 * unit, box.center().y() - 9 * unit, 18 * unit, 18 * unit)
        size = QSizeF(36 * unit, 20 * unit)
        corner = QPointF(
            box.right() - 8 * unit - size.width(), box.center().y() - size.height() / 2
        )
        groove = QRectF(corner, size)
        outline = inks.text if self.is_on else inks.dim
        if self._place is None:
            paint_undecided(painter, groove, outline)
        else:
            paint_switch(painter, groove, outline, is_on=self.is_on, place=self._place)
        left, right = cap.right() + 8 * unit, groove.left() - 4 * unit
        if self._shortest() <= right - left:
            painter.setPen(QPen(inks.dim, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cap, 4 * unit, 4 * unit)
            painter.setFont(scaled_font(self, 9 / 10.5))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)
        else:
            left = cap.left()
        room = QRectF(left, box.top() + 3, right - left, box.height() - 6)
        self._paint_text(painter, room)
        painter.end()

    def _shortest(self) -> int:
        """The width of the least that it says: its short name, and what is left of a setting."""
        strong = QFontMetrics(scaled_font(self, 1.0, QFont.Weight.Medium))
        small = QFontMetrics(scaled_font(self, 9.5 / 10.5))
        name = min(strong.horizontalAdvance(text) for text in (self._label, self._short))
        setting = min(small.horizontalAdvance(text) for text in _shorten(self._setting))
        return max(name, setting)

    def _paint_text(self, painter: QPainter, box: QRectF) -> None:
        inks = current_inks()
        half = box.height() / 2
        strong = scaled_font(self, 1.0, QFont.Weight.Medium)
        small = scaled_font(self, 9.5 / 10.5)
        for texts, font, colour, top in (
            ((self._label, self._short), strong, inks.text, box.top()),
            (_shorten(self._setting), small, inks.dim, box.top() + half),
        ):
            painter.setFont(font)
            painter.setPen(colour)
            metrics = QFontMetrics(font)
            fitting = (t for t in texts if metrics.horizontalAdvance(t) < int(box.width()))
            words = next(fitting, texts[-1])
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
            line = QRectF(box.left(), top, box.width(), half)
            painter.drawText(
                line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown
            )


def _shorten(setting: str) -> tuple[str, ...]:
    """A setting, and what may be left of it: "He · rebuilds" as "He", "norm ≤ 1" as "norm"."""
    name = setting.partition(" · ")[0].partition(", ")[0]
    return setting, name, name.partition(" ≤ ")[0]
