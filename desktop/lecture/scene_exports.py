"""What the export dialog offers of a scene with beats."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage

from desktop.export.footage import Movie, Production
from desktop.export.movies import MovieOrder
from desktop.export.order import ExportOrder
from desktop.lecture.hand_out import HandOut
from desktop.lecture.scene_movie import SceneMovie, read_cues
from desktop.lecture.scene_pictures import ScenePictures
from desktop.lecture.slides import Slides
from desktop.style.theme import THEMES
from engine.document.experiment import Experiment
from engine.errors import RequestError

_SLIDE = (1920, 1080)


class SceneExports:
    """Hand-out, slides and movie, by the format."""

    def plan(
        self, document: Experiment, folder: Path | None, order: ExportOrder, movie: MovieOrder
    ) -> Production:
        """What is to be made.

        Raises:
            RequestError: for a format that a scene has not.
        """
        if order.format == "mp4":
            return Movie(SceneMovie(document, folder, movie))
        if order.format == "pdf":
            return HandOut(document, folder)
        if order.format != "png":
            raise RequestError("A lecture becomes a PDF to hand out, PNG slides, or a movie.")
        return Slides(document, folder, order.size or _SLIDE, THEMES[order.theme])

    def list_files(self, production: Production, file: Path) -> list[Path]:
        """The files that appear."""
        if isinstance(production, Slides):
            return list(production.list_files(file).values())
        return [file]

    def paint_title(self, document: Experiment, order: ExportOrder) -> QImage:
        """How it begins."""
        pictures = ScenePictures(document, read_cues(document), THEMES[order.theme])
        pictures.set_size(order.size or _SLIDE)
        image = pictures.paint_title()
        pictures.close()
        return image
