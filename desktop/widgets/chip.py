"""A chip: a choice of two lines, what it is and what is known of it; and a row that wraps."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.widgets.palette import current_inks, scaled_font, type_scale

_HEIGHT = 44
_MARGIN = 12
_SMALL = 9.5 / 10.5
_USUAL = "1.9 × 10⁻¹⁸ → 0.88"
"""A second line for which there is room before there is one: then nothing moves."""
_LEAST_WIDTH = 96


class Chip(QAbstractButton):
    """A target of at least 44 pixels; it changes nothing itself, it only says it was pressed."""

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._note = ""
        self.setObjectName(object_name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_choice(self, name: str, note: str, tooltip: str) -> None:
        """Show what it is and what is known of it."""
        is_wider = (name, note) != (self.text(), self._note)
        self._note = note
        self.setText(name)
        self.setAccessibleName(f"{name}: {note}")
        self.setToolTip(tooltip)
        if is_wider:
            self.updateGeometry()
        self.update()

    def note(self) -> str:
        """The second line."""
        return self._note

    def sizeHint(self) -> QSize:
        """Room for both lines."""
        strong, small = self._metrics()
        lines = (small.horizontalAdvance(text) for text in (self._note, _USUAL))
        width = max(strong.horizontalAdvance(self.text()), *lines)
        return QSize(width + 2 * round(_MARGIN * type_scale(self)), self._height())

    def minimumSizeHint(self) -> QSize:
        """As high; narrower than that its words are cut."""
        return QSize(round(_LEAST_WIDTH * type_scale(self)), self._height())

    def _height(self) -> int:
        strong, small = self._metrics()
        return max(_HEIGHT, strong.height() + small.height() + 6)

    def _metrics(self) -> tuple[QFontMetrics, QFontMetrics]:
        strong = QFontMetrics(scaled_font(self, 1.0, QFont.Weight.Medium))
        return strong, QFontMetrics(scaled_font(self, _SMALL))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw an outlined box with the two lines."""
        inks = current_inks()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_marked = self.hasFocus() or self.underMouse()
        painter.setPen(QPen(inks.text if is_marked else inks.dim, 1.0))
        painter.setBrush(inks.raised if self.underMouse() or self.isDown() else inks.panel)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, 8, 8)
        margin = _MARGIN * type_scale(self)
        room = box.adjusted(margin, 3, -margin, -3)
        half = room.height() / 2
        for text, factor, weight, colour, top in (
            (self.text(), 1.0, QFont.Weight.Medium, inks.text, room.top()),
            (self._note, _SMALL, None, inks.dim, room.top() + half),
        ):
            font = scaled_font(self, factor, weight)
            painter.setFont(font)
            painter.setPen(colour)
            width = int(room.width()) + 1
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
            line = QRectF(room.left(), top, room.width() + 2, half)
            painter.drawText(
                line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown
            )
        painter.end()


class WrappingRow(QWidget):
    """Lays widgets in one row at their own widths; where they do not fit, in rows of equal shares.

    There are as few rows as hold every widget at its least width.
    """

    def __init__(self, spacing: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spacing = spacing
        self._widgets: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_widgets(self, widgets: Sequence[QWidget]) -> None:
        """Lay out these, in this order."""
        self._widgets = list(widgets)
        for widget in widgets:
            widget.setParent(self)
        self.arrange()

    def arrange(self) -> None:
        """Lay out anew, where a widget was shown or hidden, or says something else."""
        self.updateGeometry()
        self._place()

    def hasHeightForWidth(self) -> bool:
        """It wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Of all rows."""
        rows, height = self._count_rows(width), self._row_height()
        return rows * height + max(0, rows - 1) * self._spacing

    def sizeHint(self) -> QSize:
        """In one row; as high as it is now."""
        return QSize(self._whole_width(), self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        """One widget wide."""
        least = max((widget.minimumSizeHint().width() for widget in self._shown()), default=0)
        return QSize(least, self._row_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the width there is."""
        super().resizeEvent(event)
        self._place()

    def _shown(self) -> list[QWidget]:
        return [widget for widget in self._widgets if not widget.isHidden()]

    def _row_height(self) -> int:
        return max((widget.sizeHint().height() for widget in self._shown()), default=0)

    def _whole_width(self) -> int:
        widths = [widget.sizeHint().width() for widget in self._shown()]
        return sum(widths) + self._spacing * max(0, len(widths) - 1)

    def _count_rows(self, width: int) -> int:
        shown = self._shown()
        if not shown or self._whole_width() <= width:
            return bool(shown)
        wanted = max(widget.sizeHint().width() for widget in shown)
        columns = max(1, (width + self._spacing) // (wanted + self._spacing))
        return max(2, -(-len(shown) // columns)) if len(shown) > 1 else 1

    def _place(self) -> None:
        shown, width, height = self._shown(), self.width(), self._row_height()
        rows = self._count_rows(width)
        if rows <= 1:
            left = 0
            for widget in shown:
                own = min(widget.sizeHint().width(), max(0, width - left))
                widget.setGeometry(left, 0, own, height)
                left += own + self._spacing
            return
        columns = -(-len(shown) // rows)
        share = (width - (columns - 1) * self._spacing) // columns
        for index, widget in enumerate(shown):
            row, column = divmod(index, columns)
            left, top = column * (share + self._spacing), row * (height + self._spacing)
            widget.setGeometry(left, top, share, height)
