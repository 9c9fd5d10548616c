"""Pictures and tables of what is shown, written and copied."""

from __future__ import annotations

from pathlib import Path

import av
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from desktop.export.dialog import ExportDialog
from desktop.widgets.fields import ChoiceBox, NumberField
from tests.desktop.disks import full_disk, read_only
from tests.desktop.person import Person, answer


def choose(box: ChoiceBox, key: str) -> None:
    """As a click in the list does."""
    box.setCurrentIndex(box.findData(key))
    box.activated.emit(box.currentIndex())


def test_choices_come_back_with_the_next_export(person: Person) -> None:
    """Every input says something at first, and what was chosen once is offered again."""
    seen: list[list[str]] = []

    def look(dialog: QWidget, size: str) -> None:
        assert isinstance(dialog, ExportDialog)
        boxes = (dialog.view_choice, dialog.format_choice, dialog.size_choice, dialog.theme_choice)
        seen.append([box.currentText() for box in boxes])
        choose(dialog.size_choice, size)
        assert dialog.dpi.isEnabled() == ("mm" in size)
        assert not dialog.preview.pixmap().isNull()
        person.click(dialog.cancel)

    for size in ("85mm", "3840x2160", "85mm"):
        answer(ExportDialog, lambda dialog, size=size: look(dialog, size))
        person.components.actions["export"].trigger()
    assert seen == [
        ["Whole theatre", "PNG picture", "Slide 1920 × 1080", "Projector"],
        ["Whole theatre", "PNG picture", "Paper, one column, 85 mm", "Paper"],
        ["Whole theatre", "PNG picture", "Slide 3840 × 2160", "Projector"],
    ]


def test_sizes_typed_in_the_dialog_are_read_or_refused_beside_their_field(person: Person) -> None:
    orders: list[tuple[float | None, int]] = []
    problems: list[str] = []
    texts: list[str] = []

    def enter(dialog: ExportDialog, field: NumberField, text: str) -> None:
        person.click(field)
        field.selectAll()
        person.qtbot.keyClicks(field, text)
        person.qtbot.keyClick(field, Qt.Key.Key_Return)
        orders.append((dialog.order.width_mm, dialog.order.dpi))
        problems.append(field.problem)

    def look(dialog: QWidget) -> None:
        assert isinstance(dialog, ExportDialog)
        dialog.activateWindow()
        person.wait_for(dialog.isActiveWindow)
        choose(dialog.size_choice, "own")
        for text in ("85,5", "90 mm", "8.5", "1,000", "abc"):
            enter(dialog, dialog.width_mm, text)
        texts.append(dialog.width_mm.text())
        person.qtbot.keyClick(dialog.width_mm, Qt.Key.Key_Escape)
        texts.append(dialog.width_mm.text() if dialog.isVisible() else "closed")
        for text in ("150 dpi", "5000"):
            enter(dialog, dialog.dpi, text)
        person.click(dialog.width_mm)
        dialog.width_mm.selectAll()
        person.qtbot.keyClicks(dialog.width_mm, "120")
        person.click(dialog.is_transparent.switch)
        orders.append((dialog.order.width_mm, dialog.order.dpi))
        person.click(dialog.cancel)

    answer(ExportDialog, look)
    person.components.actions["export"].trigger()
    assert orders == [(85.5, 300), *[(90, 300)] * 4, *[(90, 150)] * 2, (120, 150)]
    assert texts == ["abc", "90"]
    assert problems == [
        "",
        "",
        "It must be a number from 40 to 1,200, not 8.5.",
        "“1,000” can be read as 1.000 or as 1000: write one of them.",
        "“abc” is not a number.",
        "",
        "It must be a whole number from 96 to 600, not 5,000.",
    ]


def test_a_table_is_previewed_by_its_first_lines(person: Person) -> None:
    texts: list[str] = []

    def look(dialog: QWidget) -> None:
        assert isinstance(dialog, ExportDialog)
        choose(dialog.format_choice, "csv")
        texts.append(dialog.preview.text())
        person.click(dialog.cancel)

    answer(ExportDialog, look)
    person.components.actions["export"].trigger()
    assert texts[0].startswith("# Gradient Theatre")


def test_a_picture_and_a_table_are_exported(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ending in ("png", "svg", "pdf", "csv"):
        file = tmp_path / f"picture.{ending}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, file=file: (str(file), ""))

        def export(dialog: QWidget, ending: str = ending) -> None:
            assert isinstance(dialog, ExportDialog)
            choose(dialog.format_choice, ending)
            person.click(dialog.export)

        answer(ExportDialog, export)
        person.components.actions["export"].trigger()
        assert file.stat().st_size > 500


def order_movie(dialog: ExportDialog, movie: str, seconds: float) -> None:
    choose(dialog.format_choice, "mp4")
    choose(dialog.size_choice, "1280x720")
    choose(dialog.movie_choice, movie)
    dialog.seconds.value_committed.emit(seconds)


@pytest.mark.parametrize("movie", ["pass", "training"])
def test_a_movie_is_exported_while_the_dialog_shows_how_far_it_is(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, movie: str
) -> None:
    file = tmp_path / "movies" / "movie.mp4"
    file.parent.mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    shown: list[int] = []

    def export(dialog: QWidget) -> None:
        assert isinstance(dialog, ExportDialog)
        assert not dialog.seconds.isEnabled()
        order_movie(dialog, movie, 0.5)
        assert dialog.seconds.isEnabled()
        assert not dialog.copy.isEnabled()
        person.click(dialog.export)
        assert dialog.progress.isVisible()
        assert not dialog.format_choice.isEnabled()
        dialog.progress.valueChanged.connect(shown.append)

    answer(ExportDialog, export)
    person.components.actions["export"].trigger()
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.frames) == (1280, 720, 15)
    assert shown == sorted(shown)
    assert list(file.parent.iterdir()) == [file]


def test_a_movie_can_be_given_up_and_the_dialog_goes_on(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "movies" / "movie.mp4"
    file.parent.mkdir()
    file.write_bytes(b"old")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    said: list[str] = []

    def give_up(dialog: QWidget) -> None:
        assert isinstance(dialog, ExportDialog)
        order_movie(dialog, "training", 60.0)
        for way in ("button", "key"):
            person.click(dialog.export)
            person.wait_for(lambda: dialog.progress.value() > 1)
            assert dialog.cancel.text() == "Cancel"
            if way == "button":
                person.click(dialog.cancel)
            else:
                person.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
            assert dialog.isVisible()
            assert not dialog.is_busy
            said.append(dialog.problem.text())
        person.click(dialog.cancel)

    answer(ExportDialog, give_up)
    person.components.actions["export"].trigger()
    assert said == 2 * ["Given up: nothing has been written."]
    assert file.read_bytes() == b"old"
    assert list(file.parent.iterdir()) == [file]


def test_a_movie_on_paper_is_refused_at_once(person: Person) -> None:
    said: list[str] = []

    def look(dialog: QWidget) -> None:
        assert isinstance(dialog, ExportDialog)
        choose(dialog.format_choice, "mp4")
        choose(dialog.size_choice, "85mm")
        said.append(dialog.problem.text())
        person.click(dialog.cancel)

    answer(ExportDialog, look)
    person.components.actions["export"].trigger()
    assert said == ["A movie's size is in pixels: choose that of a slide."]


def test_the_theatre_is_copied(person: Person) -> None:
    QApplication.clipboard().clear()
    person.components.actions["copy_picture"].trigger()
    assert QApplication.clipboard().image().width() == 1920


def test_the_numbers_of_a_chart_are_copied_for_a_spreadsheet(person: Person) -> None:
    person.components.window.theatre.numbers_requested.emit("flow")
    lines = QApplication.clipboard().text().splitlines()
    trace = person.trace
    assert trace is not None
    assert len(lines) == trace.depth + 2
    names = lines[0].split("\t")
    column = names.index("g_a_rms")
    for layer, line in enumerate(lines[1:]):
        cells = line.split("\t")
        assert len(cells) == len(names)
        assert float(cells[column]) == trace.g_a_rms[layer]


def test_a_view_is_copied_and_exported_as_it_is_shown(person: Person) -> None:
    theatre = person.components.window.theatre
    theatre.composition.layers.zoom(1.5, 4.5)
    ranges = theatre.composition.ranges()
    theatre.picture_requested.emit("flow", {})
    whole = QApplication.clipboard().image().copy()
    theatre.picture_requested.emit("flow", ranges)
    part = QApplication.clipboard().image()
    assert part.size() == whole.size()
    assert part != whole
    orders: list[str] = []

    def look(dialog: QWidget) -> None:
        assert isinstance(dialog, ExportDialog)
        orders.append(dialog.order.view)
        person.click(dialog.cancel)

    answer(ExportDialog, look)
    theatre.export_requested.emit("flow", ranges)
    assert orders == ["flow"]


def try_export(person: Person, file: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the dialog says of a file that cannot be written; then it is closed."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    said: list[str] = []

    def export(dialog: QWidget) -> None:
        assert isinstance(dialog, ExportDialog)
        choose(dialog.format_choice, file.suffix[1:])
        person.click(dialog.export)
        assert dialog.problem.isVisible()
        said.append(dialog.problem.text())
        person.click(dialog.cancel)

    answer(ExportDialog, export)
    person.components.actions["export"].trigger()
    return said[0]


@pytest.mark.parametrize("ending", ["png", "csv"])
def test_what_cannot_be_written_is_said_in_the_dialog(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    file = folder / f"old.{ending}"
    file.write_bytes(b"old")
    with full_disk(512):
        said = try_export(person, file, monkeypatch)
    assert said.startswith(f"“old.{ending}” cannot be saved in “{folder}”:")
    assert file.read_bytes() == b"old"
    with read_only(folder) as closed:
        said = try_export(person, closed / f"new.{ending}", monkeypatch)
    assert said.startswith(f"“new.{ending}” cannot be saved in “{closed}”:")
    said = try_export(person, folder / "missing" / f"new.{ending}", monkeypatch)
    assert said.startswith(f"“new.{ending}” cannot be saved: there is no folder")
    assert list(folder.iterdir()) == [file]
