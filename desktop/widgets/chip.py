"""A chip: a choice of two lines, what it is and what is known of it; and a row that wraps."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.widgets.palette import current_inks, scaled_font

_HEIGHT = 44
_MARGIN = 10
_SMALL = 9.5 / 10.5
_USUAL = "1.9 × 10⁻¹⁸ → 0.88"
"""A second line for which there is room before there is one: then nothing moves."""


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

    def whole_width(self) -> int:
        """Below it a line is cut short."""
        strong, small = self._metrics()
        lines = strong.horizontalAdvance(self.text()), small.horizontalAdvance(self._note)
        return max(lines) + self._margins()

    def sizeHint(self) -> QSize:
        """Room for both lines."""
        usual = self._metrics()[1].horizontalAdvance(_USUAL) + self._margins()
        return QSize(max(usual, self.whole_width()), self._height())

    def minimumSizeHint(self) -> QSize:
        """As high; wide enough for its words."""
        return QSize(self.whole_width(), self._height())

    def _margins(self) -> int:
        return 2 * _MARGIN + 2

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
        room = box.adjusted(_MARGIN, 3, -_MARGIN, -3)
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
    """Lays widgets in one row while they fit at their least widths; else in rows of equal shares.

    It is as high as its rows, and never narrower than its widest widget needs.
    """

    def __init__(self, spacing: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spacing = spacing
        self._widgets: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
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
        widths = [widget.sizeHint().width() for widget in self._shown()]
        return QSize(self._with_gaps(widths), self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        """One widget wide, and one high."""
        return QSize(max(self._least_widths(), default=0), self._row_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the width there is."""
        super().resizeEvent(event)
        self._place()

    def _shown(self) -> list[QWidget]:
        return [widget for widget in self._widgets if not widget.isHidden()]

    def _row_height(self) -> int:
        return max((widget.sizeHint().height() for widget in self._shown()), default=0)

    def _least_widths(self) -> list[int]:
        return [widget.minimumSizeHint().width() for widget in self._shown()]

    def _with_gaps(self, widths: Sequence[int]) -> int:
        return sum(widths) + self._spacing * max(0, len(widths) - 1)

    def _count_rows(self, width: int) -> int:
        least = self._least_widths()
        if not least or self._with_gaps(least) <= width:
            return min(1, len(least))
        columns = max(1, (width + self._spacing) // (max(least) + self._spacing))
        return max(2, -(-len(least) // columns)) if len(least) > 1 else 1

    def _place(self) -> None:
        shown, width = self._shown(), self.width()
        rows = self._count_rows(width)
        if rows > 1:
            self._place_in_rows(shown, -(-len(shown) // rows))
            return
        left, height, least = 0, self._row_height(), self._least_widths()
        spare = max(0, width - self._with_gaps(least))
        for index, widget in enumerate(shown):
            wanted = widget.sizeHint().width() - least[index]
            more = min(wanted, spare // (len(shown) - index))
            spare -= more
            widget.setGeometry(left, 0, min(least[index] + more, width - left), height)
            left += least[index] + more + self._spacing

    def _place_in_rows(self, shown: Sequence[QWidget], columns: int) -> None:
        height = self._row_height()
        share = (self.width() - (columns - 1) * self._spacing) // columns
        for index, widget in enumerate(shown):
            row, column = divmod(index, columns)
            left, top = column * (share + self._spacing), row * (height + self._spacing)
            widget.setGeometry(left, top, share, height)
