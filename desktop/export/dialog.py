"""The export dialog: which view, how large, in which theme, as which file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from desktop.display.options import ViewName
from desktop.export.footage import MOST_SECONDS
from desktop.export.movie_file import LEAST_FPS, MOST_FPS
from desktop.export.order import (
    FORMAT_WORDS,
    LANE_WORDS,
    MOVIE_WORDS,
    SIZE_WORDS,
    THEME_WORDS,
    ExportOrder,
)
from desktop.export.sheets import LEAST_DPI, LEAST_MM, MOST_DPI, MOST_MM
from desktop.model.safe_write import with_ending
from desktop.widgets.fields import ChoiceBox, NumberField
from desktop.widgets.palette import TextButton
from desktop.widgets.sections import caption
from desktop.widgets.switches import ToggleRow
from engine.document.typed_numbers import units_of
from engine.errors import WritingError

PREVIEW = QSize(640, 400)
_PREVIEW_MARGIN = 12
_FIELD_WIDTH = 232
_LEAST_SECONDS = 0.1


class ExportDialog(QDialog):
    """Shows a small preview of what it would write; writing is up to whoever listens."""

    preview_requested = Signal(object)
    """An `ExportOrder` of which a picture of `preview_size` is to be shown."""
    export_requested = Signal(object, object)
    """An `ExportOrder` and the file."""
    copy_requested = Signal(object)
    cancel_requested = Signal()
    """Give up what is being made."""

    def __init__(
        self,
        folder: Path,
        name: str,
        views: Iterable[tuple[ViewName, str]],
        order: ExportOrder,
        parent: QWidget | None = None,
        *,
        has_lanes: bool = False,
    ) -> None:
        """Ask about an export.

        Args:
            folder: where the file dialog starts.
            name: what the file is called at first.
            views: what can be drawn of the open document, and what it is called.
            order: what the inputs show at first.
            parent: the window under the dialog.
            has_lanes: whether two lanes are compared, of which one alone can be drawn.
        """
        super().__init__(parent)
        self.setObjectName("export_dialog")
        self.setWindowTitle("Export")
        # A click on a button takes a number that was being typed.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._folder = folder
        self._name = name
        offered = list(views)
        self._order = order if order.view in dict(offered) else replace(order, view="theatre")
        self.view_choice = ChoiceBox("export_view", "View", "What is drawn", offered)
        self.has_lanes = has_lanes
        self.lane_choice = ChoiceBox(
            "export_lane", "Lanes", "Which lane of the comparison is drawn", LANE_WORDS.items()
        )
        self.format_choice = ChoiceBox(
            "export_format", "Format", "The file's kind", FORMAT_WORDS.items()
        )
        self.size_choice = ChoiceBox(
            "export_size", "Size", "The picture's size", SIZE_WORDS.items()
        )
        self.width_mm = NumberField(
            "export_width",
            "Width in mm",
            f"From {LEAST_MM:g} to {MOST_MM:,g} mm",
            units=units_of("millimetres"),
            bounds=(LEAST_MM, MOST_MM),
        )
        self.theme_choice = ChoiceBox(
            "export_theme", "Theme", "Colours and type", THEME_WORDS.items()
        )
        self.dpi = NumberField(
            "export_dpi",
            "Dots per inch",
            f"Of a PNG on paper, {LEAST_DPI} to {MOST_DPI}",
            is_integer=True,
            units=units_of("dpi"),
            bounds=(LEAST_DPI, MOST_DPI),
        )
        self.movie_choice = ChoiceBox(
            "export_movie", "Movie", "What the movie shows", MOVIE_WORDS.items()
        )
        self.fps = NumberField(
            "export_fps",
            "Pictures a second",
            f"Of a movie, {LEAST_FPS} to {MOST_FPS}",
            is_integer=True,
            bounds=(LEAST_FPS, MOST_FPS),
        )
        self.seconds = NumberField(
            "export_seconds",
            "Length in seconds",
            "Of a movie; empty: as long as it needs",
            empty_text="as it needs",
            units=units_of("seconds"),
            bounds=(_LEAST_SECONDS, MOST_SECONDS),
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
        margins = QSize(2 * _PREVIEW_MARGIN, 2 * _PREVIEW_MARGIN)
        self.preview.setFixedSize(PREVIEW + margins)
        self.preview.setMargin(_PREVIEW_MARGIN)
        self.preview.setProperty("surface", "card")
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.problem = caption("", "problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.progress = QProgressBar()
        self.progress.setObjectName("export_progress")
        self.progress.setAccessibleName("Progress")
        self.progress.setToolTip("How much of the file is made")
        self.progress.hide()
        self.is_busy = False
        """Whether a file is being made."""
        self.export = TextButton(
            "Export…", "export_accept", "Choose a file and write it", "primary"
        )
        self.copy = TextButton("Copy", "export_copy", "Put the picture on the clipboard")
        self.cancel = TextButton("Close", "export_close", "Close without writing")
        self.view_choice.setMinimumWidth(_FIELD_WIDTH)
        self._show_state()
        self._lay_out()
        self._connect()

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
            ("Movie", self.movie_choice),
            ("Pictures a second", self.fps),
            ("Length (s)", self.seconds),
        ):
            form.addRow(caption(text), field)
        if self.has_lanes:
            form.insertRow(1, caption("Lanes"), self.lane_choice)
        else:
            self.lane_choice.setParent(self)
            self.lane_choice.hide()
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
        whole.addWidget(self.progress)
        whole.addWidget(self.problem)
        whole.addLayout(buttons)

    def _connect(self) -> None:
        for box, name in (
            (self.view_choice, "view"),
            (self.lane_choice, "lane"),
            (self.format_choice, "format"),
            (self.size_choice, "size_name"),
            (self.theme_choice, "theme"),
            (self.movie_choice, "movie"),
        ):
            box.chosen.connect(lambda key, name=name: self._change(**{name: key}))
        self.size_choice.chosen.connect(self._suit_theme)
        self.width_mm.value_committed.connect(lambda value: self._change(own_mm=value))
        self.dpi.value_committed.connect(lambda value: self._change(dpi=value))
        self.fps.value_committed.connect(lambda value: self._change(fps=value))
        self.seconds.value_committed.connect(lambda value: self._change(seconds=value))
        for row, name in (
            (self.has_title, "has_title"),
            (self.has_caption, "has_caption"),
            (self.is_transparent, "is_transparent"),
        ):
            row.flipped.connect(lambda is_on, name=name: self._change(**{name: is_on}))
        self.cancel.clicked.connect(self.reject)
        self.copy.clicked.connect(lambda: self.copy_requested.emit(self.order))
        self.export.clicked.connect(self._choose_file)

    @property
    def _fields(self) -> tuple[QWidget, ...]:
        """All inputs."""
        boxes = (self.view_choice, self.lane_choice, self.format_choice, self.size_choice)
        numbers = (self.width_mm, self.dpi, self.fps, self.seconds)
        rows = (self.has_title, self.has_caption, self.is_transparent)
        buttons = (self.copy, self.export)
        return (*boxes, self.theme_choice, self.movie_choice, *numbers, *rows, *buttons)

    @property
    def order(self) -> ExportOrder:
        """What the inputs say."""
        return self._order

    def show_preview(self, image: QImage) -> None:
        """Show what would be written."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap.fromImage(image).scaled(
            PREVIEW * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        pixmap.setDevicePixelRatio(ratio)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setPixmap(pixmap)

    def show_table(self, text: str) -> None:
        """Show how the table begins."""
        metrics = self.preview.fontMetrics()
        lines = text.splitlines()[: PREVIEW.height() // metrics.lineSpacing()]
        right = Qt.TextElideMode.ElideRight
        self.preview.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.preview.setText(
            "\n".join(metrics.elidedText(line, right, PREVIEW.width()) for line in lines)
        )

    def show_problem(self, sentence: str) -> None:
        """Say why it cannot be written; "" where nothing stands in the way."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def show_progress(self, done: int, count: int) -> None:
        """Something is being made: nothing else can be chosen meanwhile, but it can be given up."""
        if not self.is_busy:
            self.show_problem("")
            self._set_busy(is_busy=True)
        self.progress.setRange(0, count)
        self.progress.setValue(done)

    def show_end(self, problem: str = "") -> None:
        """Nothing is being made any more."""
        self._set_busy(is_busy=False)
        self.show_problem(problem)

    def _set_busy(self, *, is_busy: bool) -> None:
        self.is_busy = is_busy
        self.progress.setVisible(is_busy)
        self.cancel.setText("Cancel" if is_busy else "Close")
        for field in self._fields:
            field.setEnabled(not is_busy)
        if not is_busy:
            self._show_state()

    def reject(self) -> None:
        """Give up what is being made; else close."""
        if self.is_busy:
            self.cancel_requested.emit()
        else:
            super().reject()

    def refresh(self) -> None:
        """Ask for a preview."""
        self.show_problem("")
        self.preview_requested.emit(self._order)

    def _suit_theme(self, _key: str) -> None:
        """A page has its own theme, and no slide has that of a page."""
        if self._order.size is None:
            self._change(theme="paper")
        elif self._order.theme == "paper":
            self._change(theme="projector")

    def _change(self, **choice: Any) -> None:
        self._order = replace(self._order, **choice)
        self._show_state()
        self.refresh()

    def _show_state(self) -> None:
        order = self._order
        for box, key in (
            (self.view_choice, order.view),
            (self.lane_choice, order.lane),
            (self.format_choice, order.format),
            (self.size_choice, order.size_name),
            (self.theme_choice, order.theme),
            (self.movie_choice, order.movie),
        ):
            box.show_key(key)
        self.width_mm.show_value(order.width_mm if order.size is None else order.own_mm)
        self.dpi.show_value(order.dpi)
        self.fps.show_value(order.fps)
        self.seconds.show_value(order.seconds)
        self.has_title.show_state(order.has_title)
        self.has_caption.show_state(order.has_caption)
        self.is_transparent.show_state(order.is_transparent)
        is_one = not order.is_table and not order.is_lecture
        is_seen = not order.is_table and not (order.is_lecture and order.format == "pdf")
        is_still = is_one and not order.is_movie
        enabled: dict[QWidget, bool] = dict.fromkeys(self._fields, True)
        enabled |= dict.fromkeys((self.size_choice, self.theme_choice), is_seen)
        enabled |= dict.fromkeys((self.has_title, self.has_caption), is_one)
        enabled |= dict.fromkeys((self.is_transparent, self.copy), is_still)
        enabled |= dict.fromkeys((self.fps, self.seconds), order.is_movie)
        enabled[self.lane_choice] = not order.is_lecture
        enabled[self.movie_choice] = order.is_movie and not order.is_lecture
        enabled[self.width_mm] = is_still and order.size_name == "own"
        enabled[self.dpi] = is_still and order.format == "png" and order.size is None
        for field, is_enabled in enabled.items():
            field.setEnabled(is_enabled)

    def _choose_file(self) -> None:
        order = self.order
        start = self._folder / f"{self._name} {order.view}.{order.format}"
        words = f"{FORMAT_WORDS[order.format]} (*.{order.format})"
        name, _ = QFileDialog.getSaveFileName(self, "Export", str(start), words)
        if name:
            try:
                file = with_ending(Path(name), f".{order.format}")
            except WritingError as error:
                self.show_problem(str(error))
            else:
                self.export_requested.emit(order, file)
