"""The sheet that a picture is drawn on: a slide in pixels, a page in millimetres, and its type."""

from __future__ import annotations

import math
from dataclasses import dataclass

from desktop.display.options import ViewName
from desktop.kinds.table import is_map
from desktop.style.theme import Metrics, Theme
from engine.errors import RequestError

SLIDES = ((1920, 1080), (3840, 2160))
PAPER_WIDTHS_MM = (85.0, 178.0)
LEAST_MM, MOST_MM = 40.0, 1_200.0
LEAST_DPI, MOST_DPI = 96, 600
DEFAULT_DPI = 300
MM_PER_INCH = 25.4
SCREEN_DPI = 96.0
_DESK_HEIGHT = 900.0
_MOST_PIXELS = 16_384
_SHAPES: dict[ViewName, float] = {
    "theatre": 0.9,
    "diagram": 0.42,
    "flow": 0.42,
    "history": 0.5,
    "curves": 0.42,
}
"""Height : width of a page whose height is not given."""
_NARROW_TIMES, _NARROW_THEATRE_TIMES = 2.4, 2.8
"""As many times that in a narrow column, where titles take rows of their own."""
_NARROW_MM = 120.0
_LANES_TIMES, _LANES_THEATRE_TIMES = 0.9, 1.25
"""As many times as high a lane is as that view alone, and two lanes as a theatre."""
_STAGES: tuple[ViewName, ...] = ("theatre", "diagram")
_LEAST_ROOM = ((24, 17), (32, 24))
"""Width and height of a plot, and of those, in heights of a label, in which no text collides."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a picture is drawn on."""

    width: int
    height: int
    """In pixels of the picture, before `scale`."""
    scale: float
    """Dots of a bitmap to a pixel of the picture."""
    metrics: Metrics
    points: tuple[float, float]
    """Size in points, for PDF."""


def make_sheet(
    theme: Theme,
    view: ViewName = "theatre",
    *,
    size: tuple[int, int] | None = None,
    width_mm: float | None = None,
    dpi: int = DEFAULT_DPI,
    has_lanes: bool = False,
) -> Sheet:
    """The sheet for a size in pixels or for a width on paper.

    A slide keeps the proportions of its type, whatever its number of pixels; on paper,
    type is 8 pt at any resolution, and lines are at least 0.5 pt.

    Raises:
        RequestError: for sizes that no picture can have.
    """
    if not LEAST_DPI <= dpi <= MOST_DPI:
        raise RequestError(f"A picture has {LEAST_DPI} to {MOST_DPI} dpi, not {dpi}.")
    if width_mm is None and size is None and theme.name == "paper":
        width_mm = PAPER_WIDTHS_MM[1]
    if width_mm is not None:
        if not LEAST_MM <= width_mm <= MOST_MM:
            raise RequestError(f"A page is {LEAST_MM:g} to {MOST_MM:,g} mm wide, not {width_mm:g}.")
        width = width_mm / MM_PER_INCH * SCREEN_DPI
        times = _NARROW_THEATRE_TIMES if view == "theatre" else _NARROW_TIMES
        narrow = times if width_mm < _NARROW_MM else 1.0
        height = width * _shape_of(view) * narrow * (_lanes_times(view) if has_lanes else 1.0)
        metrics = theme.sizes(height)
        if theme.name == "paper":
            metrics = theme.metrics.scaled(SCREEN_DPI / 72.0).with_whole_type()
        return _bounded(round(width), round(height), dpi / SCREEN_DPI, metrics)
    wide, tall = size if size is not None else (1600, round(1600 * _shape_of(view)))
    if theme.name == "paper":
        metrics = theme.metrics.scaled(dpi / 72.0).with_whole_type()
    elif theme.is_projected:
        metrics = theme.sizes(tall)
    else:
        metrics = theme.sizes().scaled(max(1.0, min(tall / _DESK_HEIGHT, wide / 1300.0)))
    if has_lanes and size is None:
        tall = round(tall * _lanes_times(view))
    least = [math.ceil(times * metrics.label) for times in _LEAST_ROOM[view in _STAGES]]
    if wide < least[0] or tall < least[1] or max(wide, tall) > _MOST_PIXELS:
        at = f" at {dpi} dpi" if theme.name == "paper" else ""
        raise RequestError(
            f"A picture of the {view} needs {least[0]} × {least[1]} pixels{at} for its type, and "
            f"has up to {_MOST_PIXELS:,} a side, not {wide} × {tall}."
        )
    return _bounded(wide, tall, 1.0, metrics)


def _bounded(width: int, height: int, scale: float, metrics: Metrics) -> Sheet:
    if max(width, height) * scale > _MOST_PIXELS:
        raise RequestError(f"The picture would have more than {_MOST_PIXELS:,} pixels a side.")
    points = (width * 72.0 / SCREEN_DPI, height * 72.0 / SCREEN_DPI)
    return Sheet(width, height, scale, metrics, points)


def _lanes_times(view: ViewName) -> float:
    """How many times as high a picture of two lanes is as one of a single lane."""
    return {"theatre": _LANES_THEATRE_TIMES, "curves": 1.0}.get(view, 2 * _LANES_TIMES)


def _shape_of(view: ViewName) -> float:
    """Height : width; a kind's own views are shaped as those that all kinds share."""
    return _SHAPES.get(view, _SHAPES["history" if is_map(view) else "curves"])
