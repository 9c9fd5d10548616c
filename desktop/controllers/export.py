"""Pictures and tables of what is shown: the dialog, the preview, the file, the clipboard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Protocol

import msgspec
from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from desktop.controllers.frame_loop import FrameLoop
from desktop.display.frame import DisplayFrame
from desktop.display.lanes import LaneSource
from desktop.display.lower_view import list_lower_views, words_of_lower_view
from desktop.display.options import DisplayOptions, ViewName
from desktop.export.dialog import PREVIEW, ExportDialog
from desktop.export.footage import Footage, Movie, Production
from desktop.export.movies import LECTURE, MovieOrder, PassMovie, TrainingMovie
from desktop.export.order import LECTURE_WORDS, VIEW_WORDS, ExportOrder
from desktop.export.pictures import (
    Style,
    copy_to_clipboard,
    export_picture,
    render_image,
)
from desktop.export.run import ExportRun
from desktop.export.sheets import LEAST_DPI, MOST_DPI, SLIDES, Sheet, make_sheet
from desktop.export.tables import export_table, make_table, separate_by_tabs
from desktop.model.preferences import Preferences
from desktop.model.safe_write import check_place
from desktop.model.workspace import Workspace
from desktop.style.theme import THEMES
from desktop.views.page import Ranges
from engine.document.experiment import Experiment
from engine.document.lanes import Lane
from engine.errors import GradientTheatreError, RequestError

_MM_PER_INCH = 25.4


class SceneMaker(Protocol):
    """Makes what consists of all beats of a scene."""

    def plan(
        self, document: Experiment, folder: Path | None, order: ExportOrder, movie: MovieOrder
    ) -> Production:
        """What is to be made."""

    def list_files(self, production: Production, file: Path) -> list[Path]:
        """The files that appear."""

    def paint_title(self, document: Experiment, order: ExportOrder) -> QImage:
        """How it begins."""


class ExportCommands(QObject):
    """Exports the moment at which the dialog was opened, however training goes on."""

    def __init__(
        self,
        workspace: Workspace,
        frame_loop: FrameLoop,
        preferences: Preferences,
        window: QWidget,
        scenes: SceneMaker,
        parent: QObject | None = None,
    ) -> None:
        """Make the commands.

        Args:
            workspace: whose document is exported.
            frame_loop: draws it.
            preferences: keeps what was chosen.
            window: under the dialog.
            scenes: makes what consists of all beats.
            parent: owns this.
        """
        super().__init__(parent)
        self._scenes = scenes
        self._frozen: tuple[dict[Lane, LaneSource], DisplayOptions] | None = None
        self._run: ExportRun | None = None
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
        self._frozen = self._frame_loop.freeze()
        dialog = ExportDialog(
            self._preferences.last_folder,
            name or "Gradient",
            _list_views(self._display, has_lecture=self._workspace.document.lecture is not None),
            order,
            self._window,
            has_lanes=self._display.variant is not None,
        )
        self._dialog = dialog
        dialog.preview_requested.connect(self._preview)
        dialog.export_requested.connect(self._write)
        dialog.copy_requested.connect(self._copy)
        dialog.cancel_requested.connect(self._cancel)
        dialog.refresh()
        dialog.exec()
        self._cancel()
        self._preferences.export_choices = msgspec.json.encode(dialog.order).decode()
        self._dialog = self._display = self._frozen = None
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
            if order.is_movie:
                _order_movie(order).check()
            if order.is_lecture:
                self._dialog.show_preview(self._preview_scene(order))
                return
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
            if order.is_movie or order.is_lecture:
                self._make(order, file)
                return
            if order.is_table:
                export_table(display, order.view, file)
            else:
                sheet, theme = _lay_out(order, order.dpi, display), THEMES[order.theme]
                style = self._style(order)
                export_picture(display, order.view, file, sheet, theme, style)
        except GradientTheatreError as error:
            self._dialog.show_problem(str(error))
            return
        self._note_written(file)

    def _note_written(self, file: Path) -> None:
        self._preferences.last_folder = file.parent
        self._workspace.notify(f"Exported {file.name}.")
        if self._dialog is not None:
            self._dialog.accept()

    # What takes long

    def _preview_scene(self, order: ExportOrder) -> QImage:
        document = self._workspace.document
        self._scenes.plan(document, self._workspace.folder, order, _order_movie(order)).give_up()
        return self._scenes.paint_title(document, order)

    def _make(self, order: ExportOrder, file: Path) -> None:
        """Begin to make what consists of many pictures; the dialog shows how far it is."""
        dialog = self._dialog
        assert dialog is not None
        check_place(file)
        if order.is_movie:
            _order_movie(order).check()
        production: Production
        if order.is_lecture:
            document, folder = self._workspace.document, self._workspace.folder
            production = self._scenes.plan(document, folder, order, _order_movie(order))
            for each in self._scenes.list_files(production, file):
                if each != file and each.exists():
                    raise RequestError(f"“{each.name}” exists already: choose another name.")
        else:
            production = Movie(self._plan_movie(order))
        run = self._run = ExportRun(production, file, self)
        run.progressed.connect(dialog.show_progress)
        run.failed.connect(dialog.show_end)
        run.finished.connect(lambda: self._finish(file))
        run.start()

    def _plan_movie(self, order: ExportOrder) -> Footage:
        assert self._frozen is not None
        sources, options = self._frozen
        if order.lane != "both" and order.lane in sources:
            sources = {order.lane: sources[order.lane]}
        movie = _order_movie(order)
        edited = self._workspace.lanes.edited
        edited = edited if edited in sources else next(iter(sources))
        if order.movie == "training":
            lanes = {name: source.experiment for name, source in sources.items()}
            done = max(source.history.last_iteration for source in sources.values())
            planned = max(lane.training.iterations for lane in lanes.values())
            iterations = done if done > 0 else planned
            folder = self._workspace.folder
            return TrainingMovie(movie, lanes, folder, iterations, options, edited)
        return PassMovie(
            movie,
            max(source.places for source in sources.values()),
            lambda: sources,
            has_lanes=len(sources) > 1,
            options=options,
            edited=edited,
        )

    def _finish(self, file: Path) -> None:
        self._run = None
        if self._dialog is not None:
            self._dialog.show_end()
        self._note_written(file)

    @Slot()
    def _cancel(self) -> None:
        run, self._run = self._run, None
        if run is not None and run.is_running:
            run.cancel()
            if self._dialog is not None:
                self._dialog.show_end("Given up: nothing has been written.")

    @Slot(object)
    def _copy(self, order: ExportOrder) -> None:
        if self._display is not None and self._dialog is not None:
            size = order.size or SLIDES[0]
            style = self._style(order)
            display = order.take(self._display)
            copy_to_clipboard(display, order.view, THEMES[order.theme], size, style)
            self._workspace.notify("The picture is on the clipboard.")
            self._dialog.accept()


def _order_movie(order: ExportOrder) -> MovieOrder:
    """The looks of a movie.

    Raises:
        RequestError: for a size on paper.
    """
    if order.is_movie and order.size is None:
        raise RequestError("A movie's size is in pixels: choose that of a slide.")
    return MovieOrder(
        view="theatre" if order.is_lecture else order.view,
        size=order.size or SLIDES[0],
        fps=order.fps,
        seconds=order.seconds,
        theme=THEMES[order.theme],
        style=replace(order.style, is_transparent=False),
    )


def _list_views(display: DisplayFrame, *, has_lecture: bool) -> tuple[tuple[ViewName, str], ...]:
    """What can be drawn of the open document, and what it is called."""
    whole = ((LECTURE, LECTURE_WORDS),) if has_lecture else ()
    lower = list_lower_views(display.kind.list_lower_views(display.edited.experiment.network))
    named = ((view, words_of_lower_view(display.kind, view)[0]) for view in lower)
    return (*VIEW_WORDS.items(), *named, *whole)


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
