"""The export dialog: which view, how large, in which theme, as which file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from desktop.display.options import VIEWS, ViewName
from desktop.export.pictures import LEAST_DPI, LEAST_MM, MOST_DPI, MOST_MM, Style
from desktop.theme import ThemeName
from desktop.widgets.fields import ChoiceBox, NumberField
from desktop.widgets.ink import TextButton
from desktop.widgets.sections import caption
from desktop.widgets.switches import ToggleRow

_VIEW_WORDS: dict[ViewName, str] = {
    "theatre": "Whole theatre",
    "diagram": "Network diagram",
    "flow": "Gradient of each layer",
    "history": "History",
    "curves": "Loss and accuracy",
}
_THEME_WORDS: dict[ThemeName, str] = {
    "light": "Light",
    "dark": "Dark",
    "projector": "Projector",
    "paper": "Paper",
}
_FORMAT_WORDS = {
    "png": "PNG picture",
    "svg": "SVG, text as text",
    "pdf": "PDF, text as text",
    "csv": "CSV table, full precision",
}
_SIZES = {
    "1920x1080": "Slide 1920 × 1080",
    "3840x2160": "Slide 3840 × 2160",
    "85mm": "Paper, one column, 85 mm",
    "178mm": "Paper, two columns, 178 mm",
    "own": "Another width in mm",
}
_PREVIEW = QSize(448, 280)
_FIELD_WIDTH = 232


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What is to be written."""

    view: ViewName
    format: str
    theme: ThemeName
    size: tuple[int, int] | None
    width_mm: float | None
    dpi: int
    style: Style

    @property
    def is_table(self) -> bool:
        """Whether numbers are wanted instead of a picture."""
        return self.format == "csv"


class ExportDialog(QDialog):
    """Shows a small preview of what it would write; writing is up to whoever listens."""

    preview_requested = Signal(object)
    """An `ExportOrder` of which a picture of `preview_size` is to be shown."""
    export_requested = Signal(object, object)
    """An `ExportOrder` and the file."""
    copy_requested = Signal(object)

    def __init__(self, folder: Path, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export_dialog")
        self.setWindowTitle("Export")
        self._folder = folder
        self._name = name
        self.view_choice = ChoiceBox("export_view", "View", "What is drawn", _VIEW_WORDS.items())
        self.format_choice = ChoiceBox(
            "export_format", "Format", "The file's kind", _FORMAT_WORDS.items()
        )
        self.size_choice = ChoiceBox("export_size", "Size", "The picture's size", _SIZES.items())
        self.width_mm = NumberField(
            "export_width", "Width in mm", f"From {LEAST_MM:g} to {MOST_MM:,g} mm"
        )
        self.theme_choice = ChoiceBox(
            "export_theme", "Theme", "Colours and type", _THEME_WORDS.items()
        )
        self.dpi = NumberField(
            "export_dpi",
            "Dots per inch",
            f"Of a PNG on paper, {LEAST_DPI} to {MOST_DPI}",
            is_integer=True,
        )
        self.has_title = ToggleRow("Title and verdict", "export_title", "A title over the picture")
        self.has_caption = ToggleRow(
            "Caption line", "export_caption", "Network, task, iteration and seed below it"
        )
        self.is_transparent = ToggleRow(
            "Transparent ground", "export_transparent", "No ground behind the picture"
        )
        self.preview = QLabel()
        self.preview.setObjectName("export_preview")
        self.preview.setAccessibleName("Preview")
        self.preview.setFixedSize(_PREVIEW)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.problem = caption("", "problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.export = TextButton(
            "Export…", "export_accept", "Choose a file and write it", "primary"
        )
        self.copy = TextButton("Copy", "export_copy", "Put the picture on the clipboard")
        self.cancel = TextButton("Close", "export_close", "Close without writing")
        self._set_start()
        self._lay_out()
        self._connect()

    def _set_start(self) -> None:
        self.view_choice.setMinimumWidth(_FIELD_WIDTH)
        for field, key in (
            (self.view_choice, "theatre"),
            (self.format_choice, "png"),
            (self.size_choice, "1920x1080"),
            (self.theme_choice, "light"),
        ):
            field.show_key(key)
        self.width_mm.show_value(120.0)
        self.dpi.show_value(300)
        self._has_title = self._has_caption = True
        self._is_transparent = False
        self._show_state()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        for text, field in (
            ("View", self.view_choice),
            ("Format", self.format_choice),
            ("Size", self.size_choice),
            ("Width (mm)", self.width_mm),
            ("Theme", self.theme_choice),
            ("Dots per inch", self.dpi),
        ):
            form.addRow(caption(text), field)
        left = QVBoxLayout()
        left.addLayout(form)
        for row in (self.has_title, self.has_caption, self.is_transparent):
            left.addWidget(row)
        left.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(24)
        top.addLayout(left, 1)
        top.addWidget(self.preview)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.cancel, self.copy, self.export):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 16)
        whole.setSpacing(16)
        whole.addLayout(top, 1)
        whole.addWidget(self.problem)
        whole.addLayout(buttons)

    def _connect(self) -> None:
        for field in (self.view_choice, self.format_choice, self.size_choice, self.theme_choice):
            field.chosen.connect(self._choose)
        for number in (self.width_mm, self.dpi):
            number.value_committed.connect(self._refresh)
        self.has_title.flipped.connect(self._set_title)
        self.has_caption.flipped.connect(self._set_caption)
        self.is_transparent.flipped.connect(self._set_transparent)
        self.cancel.clicked.connect(self.reject)
        self.copy.clicked.connect(lambda: self.copy_requested.emit(self.order))
        self.export.clicked.connect(self._choose_file)

    @property
    def order(self) -> ExportOrder:
        """What the inputs say."""
        size = str(self.size_choice.currentData())
        is_slide = "x" in size
        pixels = tuple(int(part) for part in size.split("x")) if is_slide else None
        width = None
        if not is_slide:
            own = min(MOST_MM, max(LEAST_MM, self.width_mm.value or 120.0))
            width = own if size == "own" else float(size.removesuffix("mm"))
        dpi = int(min(MOST_DPI, max(LEAST_DPI, self.dpi.value or 300)))
        return ExportOrder(
            view=self.view_choice.currentData()
            if self.view_choice.currentData() in VIEWS
            else "theatre",
            format=str(self.format_choice.currentData()),
            theme=cast(ThemeName, self.theme_choice.currentData()),
            size=cast("tuple[int, int] | None", pixels),
            width_mm=width,
            dpi=dpi,
            style=Style(self._has_title, self._has_caption, self._is_transparent),
        )

    def show_preview(self, image: QImage) -> None:
        """Show what would be written."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap.fromImage(image).scaled(
            self.preview.size() * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        pixmap.setDevicePixelRatio(ratio)
        self.preview.setPixmap(pixmap)

    def show_problem(self, sentence: str) -> None:
        """Say why it cannot be written; "" where nothing stands in the way."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def refresh(self) -> None:
        """Ask for the first preview."""
        self._refresh()

    def _choose(self, _key: str) -> None:
        if self.sender() is self.size_choice and not str(self.size_choice.currentData()).count("x"):
            self.theme_choice.show_key("paper")
        self._refresh()

    def _refresh(self, _value: object = None) -> None:
        self._show_state()
        self.show_problem("")
        self.preview_requested.emit(self.order)

    def _show_state(self) -> None:
        is_picture = self.format_choice.currentData() != "csv"
        is_slide = "x" in str(self.size_choice.currentData())
        for field in (
            self.size_choice,
            self.theme_choice,
            self.has_title,
            self.has_caption,
            self.copy,
        ):
            field.setEnabled(is_picture)
        self.is_transparent.setEnabled(is_picture)
        self.width_mm.setEnabled(is_picture and self.size_choice.currentData() == "own")
        self.dpi.setEnabled(self.format_choice.currentData() == "png" and not is_slide)
        self.has_title.show_state(self._has_title)
        self.has_caption.show_state(self._has_caption)
        self.is_transparent.show_state(self._is_transparent)

    def _set_title(self, is_on: bool) -> None:
        self._has_title = is_on
        self._refresh()

    def _set_caption(self, is_on: bool) -> None:
        self._has_caption = is_on
        self._refresh()

    def _set_transparent(self, is_on: bool) -> None:
        self._is_transparent = is_on
        self._refresh()

    def _choose_file(self) -> None:
        order = self.order
        start = self._folder / f"{self._name} {order.view}.{order.format}"
        words = f"{_FORMAT_WORDS[order.format]} (*.{order.format})"
        name, _ = QFileDialog.getSaveFileName(self, "Export", str(start), words)
        if name:
            file = Path(name)
            if file.suffix.lower() != f".{order.format}":
                file = file.with_name(f"{file.name}.{order.format}")
            self.export_requested.emit(order, file)
