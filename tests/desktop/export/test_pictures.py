"""Exported files: sizes are kept, the numbers are there in full, faults are sentences."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from desktop.display.options import OF_TRAINING, SHARED_VIEWS, ViewName
from desktop.export.pictures import (
    Style,
    copy_to_clipboard,
    export_picture,
    render_bytes,
    render_image,
)
from desktop.export.sheets import make_sheet
from desktop.export.tables import export_table, make_table
from desktop.kinds.table import list_lower_views
from desktop.style.theme import DARK, LIGHT, PAPER, PROJECTOR
from engine.documents import parse
from engine.errors import GradientTheatreError, WritingError
from tests import synthetic
from tests.desktop.disks import full_disk, read_only
from tests.desktop.export.reading import read_svg
from tests.desktop.views.staging import make_display

TIME_VIEWS = [view for view in list_lower_views() if view not in OF_TRAINING]
VIEWS = (*SHARED_VIEWS, *list_lower_views())

SHEET = make_sheet(DARK, "flow", size=(640, 400))


@pytest.fixture(autouse=True)
def application(qtbot: QtBot) -> None:
    """Fonts need an application."""
    del qtbot


@pytest.mark.parametrize("view", [view for view in VIEWS if view not in TIME_VIEWS])
@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_every_view_can_be_written_in_every_format(
    tmp_path: Path, view: ViewName, ending: str
) -> None:
    path = tmp_path / f"picture.{ending}"
    export_picture(make_display(), view, path, make_sheet(LIGHT, view, size=(900, 600)), LIGHT)
    start = path.read_bytes()[:5]
    assert start.startswith({"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF-"}[ending])


@pytest.mark.parametrize(("theme", "size"), [(DARK, (1920, 1080)), (PROJECTOR, (3840, 2160))])
def test_slides_have_exactly_the_asked_size(theme, size: tuple[int, int]) -> None:  # type: ignore[no-untyped-def]
    image = render_image(make_display(), "theatre", make_sheet(theme, size=size), theme)
    assert (image.width(), image.height()) == size


@pytest.mark.parametrize("dpi", [96, 300, 600])
def test_paper_has_its_width_at_any_resolution(tmp_path: Path, dpi: int) -> None:
    path = tmp_path / "paper.png"
    sheet = make_sheet(PAPER, "flow", width_mm=85, dpi=dpi)
    export_picture(make_display(), "flow", path, sheet, PAPER)
    image = QImage(str(path))
    assert image.width() / dpi * 25.4 == pytest.approx(85, abs=0.3)
    assert image.dotsPerMeterX() * 0.0254 == pytest.approx(dpi, rel=0.01)


def test_svg_has_its_size_in_pixels() -> None:
    svg = render_bytes(make_display(), "flow", "svg", make_sheet(LIGHT, size=(1400, 900)), LIGHT)
    assert b'viewBox="0 0 1400 900"' in svg


def test_ground_can_be_transparent() -> None:
    sheet = make_sheet(LIGHT, size=(800, 500))
    display = make_display()
    image = render_image(display, "flow", sheet, LIGHT, Style(is_transparent=True))
    assert image.pixelColor(2, 2).alpha() == 0
    opaque = render_image(display, "flow", sheet, LIGHT)
    assert opaque.pixelColor(2, 2) == QColor(LIGHT.ground)


def test_title_and_caption_can_be_switched_off() -> None:
    sheet = make_sheet(LIGHT, size=(1000, 600))
    display = make_display()
    full = read_svg(render_bytes(display, "flow", "svg", sheet, LIGHT))
    bare = read_svg(render_bytes(display, "flow", "svg", sheet, LIGHT, Style(False, False)))
    for phrase in ("Vanishing", "seed 7"):
        assert phrase in full.words
        assert phrase not in bare.words


@pytest.mark.parametrize("name", ["missing/x.png", "x.gif", "x"])
def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(GradientTheatreError) as error:
        export_picture(make_display(), "flow", tmp_path / name, SHEET, DARK)
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("dpi", [10, 5_000])
def test_impossible_sizes_are_refused(dpi: int) -> None:
    with pytest.raises(GradientTheatreError):
        make_sheet(PAPER, dpi=dpi)
    with pytest.raises(GradientTheatreError):
        make_sheet(DARK, size=(10, 100_000))


def export(view: ViewName, file: Path) -> None:
    """Write the picture or the table that the file's ending names."""
    if file.suffix == ".csv":
        export_table(make_display(), view, file)
    else:
        export_picture(make_display(), view, file, SHEET, DARK)


@pytest.mark.parametrize("view", VIEWS)
def test_a_narrow_column_is_high_enough_for_its_type(view: ViewName) -> None:
    sheet = make_sheet(PAPER, view, width_mm=85)
    assert sheet.height >= 20 * sheet.metrics.label


def test_a_picture_in_which_type_would_collide_is_refused() -> None:
    for view, size in (("theatre", (400, 300)), ("flow", (160, 160))):
        with pytest.raises(GradientTheatreError, match="pixels for its type"):
            make_sheet(LIGHT, view, size=size)
    with pytest.raises(GradientTheatreError, match="at 300 dpi"):
        make_sheet(PAPER, "theatre", size=(640, 480))
    assert make_sheet(LIGHT, "flow", size=(400, 300)).width == 400
    assert make_sheet(PAPER, "theatre", size=(640, 480), dpi=96).width == 640


@pytest.mark.parametrize("ending", ["png", "svg", "pdf", "csv"])
def test_a_full_disk_leaves_the_old_file_and_nothing_half_written(
    tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"old.{ending}"
    file.write_bytes(b"old")
    with full_disk(512), pytest.raises(WritingError, match="cannot be saved"):
        export("flow", file)
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("ending", ["png", "svg", "pdf", "csv"])
def test_a_read_only_folder_is_one_sentence(tmp_path: Path, ending: str) -> None:
    with read_only(tmp_path) as folder, pytest.raises(WritingError, match="cannot be saved"):
        export("flow", folder / f"new.{ending}")
    assert list(tmp_path.iterdir()) == []


def test_tables_hold_the_numbers_in_full_and_the_experiment(tmp_path: Path) -> None:
    trace = synthetic.vanishing()
    display = make_display(trace)
    path = tmp_path / "flow.csv"
    export_table(display, "flow", path)
    comments: list[str] = []
    rows: list[str] = []
    for line in path.read_text().splitlines():
        (comments if line.startswith("#") else rows).append(line)
    assert parse(comments[1].removeprefix("# ")) == display.experiment
    table = list(csv.DictReader(rows))
    assert [float(row["g_a_rms"]) for row in table] == trace.g_a_rms.tolist()
    assert [float(row["g_W"]) for row in table[1:]] == trace.g_W.tolist()
    assert table[0]["g_W"] == ""


def test_history_table_has_a_row_for_every_iteration() -> None:
    display = make_display(iterations=25)
    lines = [line for line in make_table(display, "history").splitlines() if line[0] != "#"]
    assert len(lines) == 26
    assert lines[0].startswith("iteration,last_iteration,loss,accuracy")


def test_clipboard_receives_the_picture() -> None:
    copy_to_clipboard(make_display(), "flow", DARK, (640, 400))
    assert QGuiApplication.clipboard().image().width() == 640
