"""Bars from 0 to 1 under each other: a name, its bar, its value."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.display.shares import ShareGroup
from desktop.widgets.palette import current_inks, scaled_font

_ROW = 26
_TITLE = 34
_BAR = 8
_GAP = 10


class ShareBars(QWidget):
    """Neutral bars, since a share is no strength of a gradient."""

    def __init__(self, object_name: str) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self._group = ShareGroup("", ())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def group(self) -> ShareGroup:
        """What is drawn."""
        return self._group

    def show_group(self, group: ShareGroup) -> None:
        """Draw other shares."""
        if group == self._group:
            return
        rows_before = len(self._group.rows)
        self._group = group
        values = ", ".join(f"{row.name} {row.text}" for row in group.rows)
        self.setAccessibleName(f"{group.title}: {values}")
        if len(group.rows) != rows_before:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, _TITLE + len(self._group.rows) * _ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Full precision on hover."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = (event.pos().y() - _TITLE) // _ROW
            if 0 <= index < len(self._group.rows):
                QToolTip.showText(event.globalPos(), self._group.rows[index].tooltip, self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        inks = current_inks()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(scaled_font(self, 1.0, QFont.Weight.Medium))
        painter.setPen(inks.dim)
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(0, 8, self.width(), _TITLE - 10), left, self._group.title)
        strong = scaled_font(self, 1.0, QFont.Weight.DemiBold)
        plain = scaled_font(self, 1.0)
        wide = QFontMetrics(strong)
        value_width = max((wide.horizontalAdvance(r.text) for r in self._group.rows), default=0)
        names = max((wide.horizontalAdvance(r.name) for r in self._group.rows), default=0)
        name_width = min(names + 4, int(self.width() * 0.5))
        start = name_width + _GAP
        length = self.width() - start - _GAP - value_width
        for index, row in enumerate(self._group.rows):
            top = _TITLE + index * _ROW
            painter.setFont(strong if row.is_strong else plain)
            painter.setPen(inks.text if row.is_strong else inks.dim)
            name = wide.elidedText(row.name, Qt.TextElideMode.ElideRight, name_width)
            painter.drawText(QRectF(0, top, name_width + 2, _ROW), left, name)
            groove = QRectF(start, top + (_ROW - _BAR) / 2, max(0.0, length), _BAR)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(inks.line)
            painter.drawRoundedRect(groove, _BAR / 2, _BAR / 2)
            if row.share > 0:
                filled = max(_BAR, groove.width() * min(1.0, row.share))
                painter.setBrush(inks.text if row.is_strong else inks.dim)
                painter.drawRoundedRect(
                    QRectF(groove.left(), groove.top(), filled, _BAR), _BAR / 2, _BAR / 2
                )
            painter.setFont(strong)
            painter.setPen(inks.text)
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(QRectF(0, top, self.width(), _ROW), right, row.text)
        painter.end()
