"""The frame of a panel: sections that fold, rows of label and input, dock titles, the rail."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.widgets.eliding import ElidingLabel
from desktop.widgets.palette import IconButton, TextButton, current_inks, name_widget, type_scale

LABEL_WIDTH = 92
_RAIL = 40
"""Pixels of a folded dock's width, in the desk's type."""


class Section(QWidget):
    """A titled part of a panel that can be folded away."""

    changes_requested = Signal(object, str)
    """Values by path (`desktop.panels.builder.refusals.Changes`), and what the edit is called."""
    refused = Signal(str)
    """Why an input was not taken, in one sentence."""

    def __init__(self, title: str, object_name: str, *, tooltip: str = "", note: str = "") -> None:
        super().__init__()
        self.setObjectName(object_name)
        self.header = TextButton(
            title,
            f"{object_name}_header",
            tooltip or f"Fold or unfold: {title}",
            kind="section",
            icon="chevron-down",
        )
        self.header.setCursor(Qt.CursorShape.PointingHandCursor)
        self.header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.body = QWidget()
        self.rows = QVBoxLayout(self.body)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(8)
        self._head = QHBoxLayout()
        self._head.setSpacing(4)
        self._head.addWidget(self.header, 1)
        if note:
            self._head.addWidget(caption(note, "small"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(2)
        column.addLayout(self._head)
        column.addWidget(self.body)
        self.header.clicked.connect(self._fold)

    def add_action(self, button: QWidget) -> None:
        """A small button at the right end of the title."""
        self._head.addWidget(button)

    def add_row(self, label: str, field: QWidget) -> QWidget:
        """A row of label and input; the row can be hidden as a whole."""
        row = LabelledRow(label, field)
        self.rows.addWidget(row)
        return row

    def _fold(self) -> None:
        self.body.setVisible(self.body.isHidden())
        self.header.set_icon("chevron-right" if self.body.isHidden() else "chevron-down")


class LabelledRow(QWidget):
    """A dim label at the left and an input at the right."""

    def __init__(self, label: str, field: QWidget, *more: QWidget) -> None:
        super().__init__()
        text = QLabel(label)
        text.setProperty("tone", "dim")
        text.setFixedWidth(LABEL_WIDTH)
        text.setToolTip(field.toolTip())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(text)
        row.addWidget(field, 1)
        for widget in more:
            row.addWidget(widget)


def caption(text: str, tone: str = "dim") -> QLabel:
    """A label in one of the tones of the style sheet."""
    label = QLabel(text)
    label.setProperty("tone", tone)
    return label


def scrollable(content: QWidget, object_name: str) -> QScrollArea:
    """A frameless area that scrolls `content` up and down and never sideways."""
    area = QScrollArea()
    area.setObjectName(object_name)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    # setWidget gives its widget a ground of its own, which would hide the panel's.
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area


def grid_of(rows: list[tuple[str, QWidget]]) -> QLayout:
    """Small captions over inputs, two in a row."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(4)
    for index, (label, field) in enumerate(rows):
        row, column = divmod(index, 2)
        grid.addWidget(caption(label, "small"), 2 * row, column)
        grid.addWidget(field, 2 * row + 1, column)
        grid.setColumnStretch(column, 1)
    return grid


class DockTitle(QWidget):
    """The title bar of a dock: its name and a cross that closes it."""

    close_requested = Signal()

    def __init__(self, title: str, object_name: str) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = ElidingLabel(title)
        self._title.setProperty("tone", "title")
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        cross = IconButton("x", f"{object_name}_close", f"Close {title}", 16)
        cross.clicked.connect(self.close_requested)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 8, 4)
        row.addWidget(self._title, 1)
        row.addWidget(cross)

    def add_action(self, button: QWidget) -> None:
        """A small button before the cross."""
        self._row.insertWidget(1, button)

    def set_title(self, title: str) -> None:
        """Another title, for example the name of the selected layer."""
        if self._title.text() != title:
            self._title.setText(title)
            self._title.setToolTip(title)


class Rail(QWidget):
    """What is left of a folded dock: a narrow strip with its name; a click unfolds it."""

    unfold_requested = Signal()

    def __init__(self, title: str, object_name: str) -> None:
        super().__init__()
        tooltip = f"Show {title.lower()}"
        name_widget(self, object_name, tooltip, tooltip)
        self.setProperty("surface", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._title = title
        button = IconButton("panel-right", f"{object_name}_button", tooltip, 18)
        button.clicked.connect(self.unfold_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 10, 4, 8)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self._fit()

    def _fit(self) -> None:
        self.setFixedWidth(round(_RAIL * type_scale(self)))

    def sizeHint(self) -> QSize:
        """Narrow, and as tall as there is room."""
        return QSize(self.width(), 200)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Unfold at a click anywhere."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.unfold_requested.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Be as wide as another theme's type wants."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write the title from top to bottom."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), current_inks().panel)
        painter.setPen(current_inks().dim)
        button = self.findChild(IconButton)
        assert button is not None
        painter.translate(self.width() / 2, button.geometry().bottom() + 0.75 * _RAIL / 2)
        painter.rotate(90)
        painter.drawText(0, round(0.35 * self.fontMetrics().ascent()), self._title)
        painter.end()


def indent(*widgets: QWidget) -> QWidget:
    """Settings that unfold under a switch."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 8)
    column.setSpacing(8)
    for widget in widgets:
        column.addWidget(widget)
    return box
