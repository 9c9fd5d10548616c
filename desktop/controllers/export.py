"""Pictures and tables of what is shown: the dialog, the preview, the file, the clipboard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.controllers.frame_loop import FrameLoop
from desktop.display.frame import DisplayFrame
from desktop.display.lower_view import list_lower_views, words_of_lower_view
from desktop.display.options import ViewName
from desktop.export.dialog import PREVIEW, ExportDialog
from desktop.export.order import VIEW_WORDS, ExportOrder
from desktop.export.pictures import (
    Style,
    copy_to_clipboard,
    export_picture,
    render_image,
)
from desktop.export.sheets import LEAST_DPI, MOST_DPI, SLIDES, Sheet, make_sheet
from desktop.export.tables import export_table, make_table, separate_by_tabs
from desktop.model.preferences import Preferences
from desktop.model.workspace import Workspace
from desktop.style.theme import THEMES
from desktop.views.page import Ranges
from engine.errors import GradientTheatreError

_MM_PER_INCH = 25.4


class ExportCommands(QObject):
    """Exports the moment at which the dialog was opened, however training goes on."""

    def __init__(
        self,
        workspace: Workspace,
        frame_loop: FrameLoop,
        preferences: Preferences,
        window: QWidget,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._frame_loop = frame_loop
        self._preferences = preferences
        self._window = window
        self._display: DisplayFrame | None = None
        self._ranges: Ranges = {}
        self._dialog: ExportDialog | None = None

    @Slot()
    def copy_picture(self) -> None:
        """Put the theatre on the clipboard."""
        theme = THEMES[self._preferences.theme]
        copy_to_clipboard(self._frame_loop.display, "theatre", theme)
        self._workspace.notify("The picture is on the clipboard.")

    @Slot(str, object)
    def copy_view(self, view: ViewName, ranges: Ranges) -> None:
        """Put one view on the clipboard as it is shown."""
        theme = THEMES[self._preferences.theme]
        copy_to_clipboard(self._frame_loop.display, view, theme, style=Style(ranges=ranges))
        self._workspace.notify("The picture is on the clipboard.")

    @Slot(str)
    def copy_numbers(self, view: ViewName) -> None:
        """Put the numbers of a view on the clipboard, for a spreadsheet."""
        try:
            table = make_table(self._frame_loop.display, view)
        except GradientTheatreError as error:
            self._workspace.notify(str(error))
            return
        QGuiApplication.clipboard().setText(separate_by_tabs(table))
        self._workspace.notify("The numbers are on the clipboard.")

    @Slot()
    def ask(self) -> None:
        """Ask what to export, and write it."""
        self._ask(self._last_order(), {})

    @Slot(str, object)
    def ask_for(self, view: ViewName, ranges: Ranges) -> None:
        """Ask how to export one view as it is shown, the part that is zoomed into."""
        self._ask(replace(self._last_order(), view=view), ranges)

    def _ask(self, order: ExportOrder, ranges: Ranges) -> None:
        self._ranges = ranges
        title = self._workspace.experiment.title
        name = "".join(c if c.isalnum() or c in " -_" else "" for c in title).strip()
        self._display = self._frame_loop.display
        dialog = ExportDialog(
            self._preferences.last_folder,
            name or "Gradient",
            _list_views(self._display),
            order,
            self._window,
            has_lanes=self._display.variant is not None,
        )
        self._dialog = dialog
        dialog.preview_requested.connect(self._preview)
        dialog.export_requested.connect(self._write)
        dialog.copy_requested.connect(self._copy)
        dialog.refresh()
        dialog.exec()
        self._preferences.export_choices = msgspec.json.encode(dialog.order).decode()
        self._dialog = self._display = None
        dialog.deleteLater()

    def _last_order(self) -> ExportOrder:
        try:
            return msgspec.json.decode(self._preferences.export_choices, type=ExportOrder)
        except msgspec.DecodeError:
            return ExportOrder()

    def _style(self, order: ExportOrder) -> Style:
        return replace(order.style, ranges=self._ranges)

    @Slot(object)
    def _preview(self, order: ExportOrder) -> None:
        if self._display is None or self._dialog is None:
            return
        theme = THEMES[order.theme]
        try:
            if order.is_table:
                self._dialog.show_table(make_table(order.take(self._display), order.view))
                return
            display = order.take(self._display)
            sheet = _lay_out(order, _preview_dpi(order), display)
            image = render_image(display, order.view, sheet, theme, self._style(order))
        except GradientTheatreError as error:
            self._dialog.show_problem(str(error))
            return
        self._dialog.show_preview(image)

    @Slot(object, object)
    def _write(self, order: ExportOrder, file: Path) -> None:
        if self._display is None or self._dialog is None:
            return
        display = order.take(self._display)
        try:
            if order.is_table:
                export_table(display, order.view, file)
            else:
                sheet, theme = _lay_out(order, order.dpi, display), THEMES[order.theme]
                style = self._style(order)
                export_picture(display, order.view, file, sheet, theme, style)
        except GradientTheatreError as error:
            self._dialog.show_problem(str(error))
            return
        self._preferences.last_folder = file.parent
        self._workspace.notify(f"Exported {file.name}.")
        self._dialog.accept()

    @Slot(object)
    def _copy(self, order: ExportOrder) -> None:
        if self._display is not None and self._dialog is not None:
            size = order.size or SLIDES[0]
            style = self._style(order)
            display = order.take(self._display)
            copy_to_clipboard(display, order.view, THEMES[order.theme], size, style)
            self._workspace.notify("The picture is on the clipboard.")
            self._dialog.accept()


def _list_views(display: DisplayFrame) -> tuple[tuple[ViewName, str], ...]:
    """What can be drawn of the open document, and what it is called."""
    lower = list_lower_views(display.kind.list_lower_views(display.edited.experiment.network))
    named = ((view, words_of_lower_view(display.kind, view)[0]) for view in lower)
    return (*VIEW_WORDS.items(), *named)


def _preview_dpi(order: ExportOrder) -> int:
    """As many dots as the preview shows, within what a picture can have."""
    if order.width_mm is None:
        return LEAST_DPI
    dots = 2 * PREVIEW.width() / (order.width_mm / _MM_PER_INCH)
    return round(min(MOST_DPI, max(LEAST_DPI, dots)))


def _lay_out(order: ExportOrder, dpi: int, display: DisplayFrame) -> Sheet:
    return make_sheet(
        THEMES[order.theme],
        order.view,
        size=order.size,
        width_mm=order.width_mm,
        dpi=dpi,
        has_lanes=display.variant is not None,
    )
