"""What the title rows of a page say: everything, at every width."""

from __future__ import annotations

import re

import pytest
from pytestqt.qtbot import QtBot

from desktop.display.frame import DisplayFrame
from desktop.display.lower_view import turn_to
from desktop.display.options import ViewName
from desktop.export.sheets import make_sheet
from desktop.kinds.table import make_views
from desktop.painting.colour_key import key_texts
from desktop.style.theme import PAPER, PROJECTOR, Theme, load_fonts
from desktop.views.composition import list_views
from desktop.views.curves import Curves
from desktop.views.page import Page
from tests.desktop.export.test_vectors import read
from tests.desktop.kinds.recurrent.test_display import show
from tests.desktop.views.staging import make_display
from tests.synthetic_time import make_state_spectrum, make_time_trace

WIDTHS = (85.0, 178.0)


@pytest.fixture(autouse=True)
def application(qtbot: QtBot) -> None:
    """Fonts need an application."""
    del qtbot
    load_fonts()


def layers() -> DisplayFrame:
    return make_display(iterations=600)


def time() -> DisplayFrame:
    return show(make_time_trace(36), answer=make_state_spectrum(36))


def words_of(display: DisplayFrame, view: ViewName, width_mm: float) -> list[str]:
    reading = read(turn_to(display, view), view, "svg", PAPER, width_mm=width_mm)
    return [text.words for text in reading.texts]


@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize(
    ("view", "quantity"),
    [
        ("flow", "relative to the last layer · √B ‖∂L/∂a‖ / √n"),
        ("history", "layer × iteration, each relative to its loss end"),
        ("diagram", "each unit’s gradient"),
        ("curves", "mean cross-entropy, nats"),
        ("curves", "share of right answers"),
        ("theatre", "relative to the last layer · √B ‖∂L/∂a‖ / √n"),
    ],
)
def test_a_page_of_layers_names_quantity_and_unit_in_full(
    view: ViewName, quantity: str, width_mm: float
) -> None:
    words = words_of(layers(), view, width_mm)
    assert quantity in " ".join(words)
    assert not any("…" in word for word in words)


@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize("view", ["flow", "history", "units", "gates", "weight_share", "spectrum"])
def test_a_page_of_time_cuts_no_title(view: ViewName, width_mm: float) -> None:
    assert not any("…" in word for word in words_of(time(), view, width_mm))


@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize(
    ("make", "view"),
    [
        *((layers, view) for view in ("theatre", "diagram", "flow", "history")),
        *((time, view) for view in ("theatre", "diagram", "flow", "history", "units")),
        *((time, view) for view in ("weight_share", "spectrum")),
    ],
)
def test_every_figure_with_colours_has_their_key_once(
    make: type[DisplayFrame], view: ViewName, width_mm: float
) -> None:
    words = words_of(make(), view, width_mm)
    key = list(key_texts(PAPER))
    found = [words[i : i + len(key)] for i in range(len(words))]
    assert found.count(key[::-1]) == 1


@pytest.mark.parametrize("width_mm", WIDTHS)
def test_every_curve_is_in_the_legend(width_mm: float) -> None:
    display = time()
    for name in ("cell state", "direct cell path"):
        assert name in words_of(display, "flow", width_mm)
    spectrum = turn_to(display, "spectrum").lower.flow
    assert spectrum is not None
    told = "".join(words_of(display, "spectrum", width_mm))  # Greek letters are runs of their own
    for line in spectrum.lines:
        assert line.name.replace(" ", "") in told.replace(" ", "")
    for name in ("input gate", "forget gate", "output gate"):
        assert name in words_of(display, "gates", width_mm)


@pytest.mark.parametrize("width_mm", WIDTHS)
def test_the_ends_of_the_iterations_are_numbered(width_mm: float) -> None:
    words = words_of(layers(), "curves", width_mm)
    assert words.count("0") >= 2
    assert words.count("600") == 2
    assert words.count("iteration") == 2


@pytest.mark.parametrize("theme", [PAPER, PROJECTOR])
@pytest.mark.parametrize("display", [layers(), show(make_time_trace(36))])
def test_charts_of_a_whole_page_keep_their_height(theme: Theme, display: DisplayFrame) -> None:
    """No title eats a chart: every box is higher than the name of its axis."""
    size = {"width_mm": 85.0} if theme is PAPER else {"size": (1920, 1080)}
    sheet = make_sheet(theme, "theatre", **size)  # type: ignore[arg-type]
    page = Page(
        display,
        list_views("theatre"),
        sheet.width,
        sheet.height,
        sheet.metrics,
        theme,
        make_views(),
        header_height=4 * sheet.metrics.label,
        footer_height=2 * sheet.metrics.label,
    )
    charts = page.composition.charts
    assert isinstance(charts["curves_0"], Curves)
    assert charts["curves_0"].isVisible()
    for chart in charts.values():
        if chart.isVisible():
            assert chart.area.height() > 1.4 * sheet.metrics.label
    page.deleteLater()


def test_a_number_is_not_broken_over_lines() -> None:
    words = "\n".join(words_of(layers(), "flow", 85.0))
    assert not re.search(r"×$|^× 10", words, re.MULTILINE)
