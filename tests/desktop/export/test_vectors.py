"""SVG and PDF as others open them: text is text, and nothing but the heat map is a raster."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from desktop.display.frame import DisplayFrame
from desktop.display.options import OF_TRAINING, SHARED_VIEWS, ViewName
from desktop.export.pictures import render_bytes
from desktop.export.sheets import PAPER_WIDTHS_MM, make_sheet
from desktop.kinds.table import list_lower_views
from desktop.style.theme import DARK, LIGHT, PAPER, PROJECTOR, Theme
from tests import synthetic
from tests.desktop.export.reading import Reading, read_pdf, read_svg
from tests.desktop.kinds.recurrent.test_display import show
from tests.desktop.views.staging import make_display
from tests.synthetic_time import make_state_spectrum, make_time_trace

TIME_VIEWS = [view for view in list_lower_views() if view not in OF_TRAINING]
VIEWS = (*SHARED_VIEWS, *list_lower_views())

LEAST_PAPER_POINTS = 7.0
LEAST_PAPER_LINE = 0.5
RASTERS: dict[ViewName, int] = {"theatre": 1, "history": 1, "units": 1}
"""The heat maps."""

READERS: dict[str, Callable[[bytes], Reading]] = {"svg": read_svg, "pdf": read_pdf}
LAYER_VIEWS = [view for view in VIEWS if view not in TIME_VIEWS]


@pytest.fixture(autouse=True)
def application(qtbot: QtBot) -> None:
    """Fonts need an application."""
    del qtbot


def read(
    display: DisplayFrame,
    view: ViewName,
    kind: str,
    theme: Theme = PAPER,
    size: tuple[int, int] | None = None,
    width_mm: float | None = None,
) -> Reading:
    sheet = make_sheet(theme, view, size=size, width_mm=width_mm)
    return READERS[kind](render_bytes(display, view, kind, sheet, theme))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("view", LAYER_VIEWS)
def test_nothing_of_layers_but_the_heat_map_is_a_raster(view: ViewName, kind: str) -> None:
    for trace in (synthetic.vanishing(), synthetic.with_nan(), synthetic.make_trace(300, 0.97)):
        reading = read(make_display(trace, 4.5), view, kind)
        assert reading.rasters == RASTERS.get(view, 0)
        assert reading.lines


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_of_time_but_the_heat_map_is_a_raster(view: ViewName, kind: str) -> None:
    for trace in (make_time_trace(10, layers=2), make_time_trace(400, 0.98, cell="gru")):
        display = show(trace, 4.5, answer=make_state_spectrum(trace.time_steps))
        assert read(display, view, kind).rasters == RASTERS.get(view, 0)


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("theme", [DARK, LIGHT, PROJECTOR, PAPER], ids=lambda theme: theme.name)
def test_numbers_and_words_can_be_searched(kind: str, theme: Theme) -> None:
    size = None if theme is PAPER else (1_600, 1_000)
    words = read(make_display(), "theatre", kind, theme, size).words.replace("\n", " ")
    for phrase in (
        "Vanishing",
        "Layer 1 receives 1.8 × 10⁻⁸ of the last layer's gradient.",
        "Gradient of each layer",
        "× 0.14",
        "10⁻⁸",
        "insurance",
        "seed 7",
    ):
        assert phrase in words
    assert not any(0xE000 <= ord(sign) <= 0xF8FF for sign in words)  # private use


@pytest.mark.parametrize("kind", READERS)
def test_the_words_of_a_sentence_can_be_searched(kind: str) -> None:
    words = read(show(make_time_trace(10)), "diagram", kind).words.splitlines()
    assert {"today", "situation", "condition"} <= set(words)


@pytest.mark.parametrize("kind", READERS)
def test_the_signs_of_a_formula_can_be_searched(kind: str) -> None:
    assert "√B ‖∂L/∂a‖ / √n" in read(make_display(), "flow", kind).words


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("width_mm", PAPER_WIDTHS_MM)
@pytest.mark.parametrize("view", LAYER_VIEWS)
def test_paper_has_no_type_below_seven_points_and_no_hair_lines(
    view: ViewName, width_mm: float, kind: str
) -> None:
    reading = read(make_display(position=4.5), view, kind, width_mm=width_mm)
    assert min(text.points for text in reading.texts) >= LEAST_PAPER_POINTS
    assert min(reading.lines, default=1.0) >= LEAST_PAPER_LINE - 0.01


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("width_mm", PAPER_WIDTHS_MM)
@pytest.mark.parametrize("view", VIEWS)
def test_paper_of_time_has_no_type_below_seven_points_and_no_hair_lines(
    view: ViewName, width_mm: float, kind: str
) -> None:
    display = show(make_time_trace(36), 4.5, answer=make_state_spectrum(36))
    reading = read(display, view, kind, width_mm=width_mm)
    assert min(text.points for text in reading.texts) >= LEAST_PAPER_POINTS
    assert min(reading.lines, default=1.0) >= LEAST_PAPER_LINE - 0.01


def test_both_formats_say_the_same() -> None:
    display = make_display()
    svg, pdf = (read(display, "theatre", kind).texts for kind in READERS)
    assert sorted(text.words for text in svg) == sorted(text.words for text in pdf)
