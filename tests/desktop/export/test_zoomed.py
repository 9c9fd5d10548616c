"""Pictures of a part that is zoomed into."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.export.pictures import Format, Style, render_bytes, render_image
from desktop.export.sheets import make_sheet
from desktop.kinds.table import make_views
from desktop.style.theme import LIGHT
from desktop.views.page import Page
from tests import synthetic
from tests.desktop.export.reading import read_pdf, read_svg
from tests.desktop.views.staging import make_display

PART = Style(ranges={"layers": (440.0, 452.0), "iterations": (10.0, 30.0)})
DISPLAY = make_display(synthetic.make_trace(1_000, 0.99))
SHEET = make_sheet(LIGHT, "theatre", size=(1600, 960))


@pytest.mark.parametrize("kind", ["svg", "pdf"])
def test_the_numbers_of_the_part_are_text(qtbot: QtBot, kind: Format) -> None:
    del qtbot
    written = render_bytes(DISPLAY, "theatre", kind, SHEET, LIGHT, PART)
    read = read_svg if kind == "svg" else read_pdf
    texts = {text.words for text in read(written).texts}
    assert {"441", "445", "451"} <= texts
    assert any(text.startswith("× ") for text in texts)
    assert not {"200", "400", "600"} & texts


def test_a_part_has_the_size_of_the_whole(qtbot: QtBot) -> None:
    del qtbot
    whole = render_image(DISPLAY, "theatre", SHEET, LIGHT)
    part = render_image(DISPLAY, "theatre", SHEET, LIGHT, PART)
    assert part.size() == whole.size()
    assert part != whole


def test_a_page_is_never_shown_and_shows_the_range_that_was_asked_for(qtbot: QtBot) -> None:
    page = Page(
        DISPLAY,
        ("diagram", "flow"),
        800,
        500,
        LIGHT.sizes(),
        LIGHT,
        make_views(),
        ranges=PART.ranges,
    )
    qtbot.addWidget(page)
    assert not page.isVisible()
    assert page.composition.charts["flow"].x_range() == (440.0, 452.0)
    assert page.composition.charts["diagram"].area.width() < 800
