"""Pictures and tables of what is shown: the dialog, the preview, the file, the clipboard."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from desktop.display.picture import DisplayFrame
from desktop.export.pictures import (
    SLIDES,
    Sheet,
    copy_to_clipboard,
    export_picture,
    make_sheet,
    render_image,
)
from desktop.export.tables import export_table
from desktop.panels.export_dialog import ExportDialog, ExportOrder
from desktop.preferences import Preferences
from desktop.presenter import Presenter
from desktop.theme import THEMES
from desktop.workspace import Workspace
from engine.errors import GradientTheatreError

_PREVIEW_DPI = 96


class Exporting(QObject):
    """Exports the moment at which the dialog was opened, however training goes on."""

    def __init__(
        self,
        workspace: Workspace,
        presenter: Presenter,
        preferences: Preferences,
        window: QWidget,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._presenter = presenter
        self._preferences = preferences
        self._window = window
        self._display: DisplayFrame | None = None
        self._dialog: ExportDialog | None = None

    @Slot()
    def copy_picture(self) -> None:
        """Put the theatre on the clipboard."""
        theme = THEMES[self._preferences.theme]
        copy_to_clipboard(self._presenter.display, "theatre", theme)
        self._workspace.notify("The picture is on the clipboard.")

    @Slot()
    def ask(self) -> None:
        """Ask what to export, and write it."""
        title = self._workspace.experiment.title
        name = "".join(c if c.isalnum() or c in " -_" else "" for c in title).strip()
        self._display = self._presenter.display
        dialog = ExportDialog(self._preferences.last_folder, name or "Gradient", self._window)
        self._dialog = dialog
        dialog.preview_requested.connect(self._preview)
        dialog.export_requested.connect(self._write)
        dialog.copy_requested.connect(self._copy)
        dialog.refresh()
        dialog.exec()
        self._dialog = self._display = None
        dialog.deleteLater()

    @Slot(object)
    def _preview(self, order: ExportOrder) -> None:
        if self._display is None or self._dialog is None or order.is_table:
            return
        theme = THEMES[order.theme]
        try:
            sheet = _lay_out(order, _PREVIEW_DPI)
            image = render_image(self._display, order.view, sheet, theme, order.style)
        except GradientTheatreError as error:
            self._dialog.show_problem(str(error))
            return
        self._dialog.show_preview(image)

    @Slot(object, object)
    def _write(self, order: ExportOrder, file: Path) -> None:
        if self._display is None or self._dialog is None:
            return
        try:
            if order.is_table:
                export_table(self._display, order.view, file)
            else:
                sheet, theme = _lay_out(order, order.dpi), THEMES[order.theme]
                export_picture(self._display, order.view, file, sheet, theme, order.style)
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
            copy_to_clipboard(self._display, order.view, THEMES[order.theme], size)
            self._workspace.notify("The picture is on the clipboard.")
            self._dialog.accept()


def _lay_out(order: ExportOrder, dpi: int) -> Sheet:
    theme = THEMES[order.theme]
    return make_sheet(theme, order.view, size=order.size, width_mm=order.width_mm, dpi=dpi)
