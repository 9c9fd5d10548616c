"""What an export consists of, and what its choices are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desktop.display.frame import DisplayFrame
from desktop.display.options import ViewName
from desktop.export.footage import DEFAULT_FPS
from desktop.export.movies import LECTURE, MovieKind
from desktop.export.pictures import Style
from desktop.style.theme import ThemeName

Format = Literal["png", "svg", "pdf", "csv", "mp4"]
LaneChoice = Literal["both", "baseline", "variant"]
SizeName = Literal["1280x720", "1920x1080", "3840x2160", "85mm", "178mm", "own"]

VIEW_WORDS: dict[ViewName, str] = {
    "theatre": "Whole theatre",
    "diagram": "Network diagram",
    "flow": "Gradient bars",
    "curves": "Loss and accuracy",
}
LANE_WORDS: dict[LaneChoice, str] = {
    "both": "Both lanes",
    "baseline": "Baseline alone",
    "variant": "Variant alone",
}
THEME_WORDS: dict[ThemeName, str] = {
    "light": "Light",
    "dark": "Dark",
    "projector": "Projector",
    "paper": "Paper",
}
FORMAT_WORDS: dict[Format, str] = {
    "png": "PNG picture",
    "svg": "SVG, text as text",
    "pdf": "PDF, text as text",
    "csv": "CSV table, full precision",
    "mp4": "MP4 movie",
}
LECTURE_WORDS = "Lecture, all beats"
MOVIE_WORDS: dict[MovieKind, str] = {
    "pass": "Backward pass",
    "training": "Training run",
}
SIZE_WORDS: dict[SizeName, str] = {
    "1280x720": "Slide 1280 × 720",
    "1920x1080": "Slide 1920 × 1080",
    "3840x2160": "Slide 3840 × 2160",
    "85mm": "Paper, one column, 85 mm",
    "178mm": "Paper, two columns, 178 mm",
    "own": "Another width in mm",
}


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What is to be written; at first a slide, later what was chosen the last time."""

    view: ViewName = "theatre"
    lane: LaneChoice = "both"
    """Of a comparison; one network alone has none to choose."""
    format: Format = "png"
    size_name: SizeName = "1920x1080"
    theme: ThemeName = "projector"
    own_mm: float = 120.0
    dpi: int = 300
    has_title: bool = True
    has_caption: bool = True
    is_transparent: bool = False
    movie: MovieKind = "pass"
    """What of an experiment a movie shows; of a lecture it is the whole scene."""
    fps: int = DEFAULT_FPS
    seconds: float | None = None
    """How long a movie is; None: as long as it needs."""

    @property
    def is_lecture(self) -> bool:
        """Whether all beats of a scene are wanted instead of one picture."""
        return self.view == LECTURE

    @property
    def is_movie(self) -> bool:
        """Whether it moves."""
        return self.format == "mp4"

    def take(self, display: DisplayFrame) -> DisplayFrame:
        """What is written of a moment: both lanes that are compared, or one of them."""
        return display if self.lane == "both" else display.take_lane(self.lane)

    @property
    def is_table(self) -> bool:
        """Whether numbers are wanted instead of a picture."""
        return self.format == "csv"

    @property
    def size(self) -> tuple[int, int] | None:
        """Of a slide, in pixels; None on paper."""
        if "x" not in self.size_name:
            return None
        width, height = self.size_name.split("x")
        return int(width), int(height)

    @property
    def width_mm(self) -> float | None:
        """On paper; None of a slide."""
        if self.size is not None:
            return None
        return self.own_mm if self.size_name == "own" else float(self.size_name.removesuffix("mm"))

    @property
    def style(self) -> Style:
        """What surrounds the picture."""
        return Style(self.has_title, self.has_caption, self.is_transparent)
