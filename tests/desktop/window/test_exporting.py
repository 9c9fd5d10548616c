"""Pictures and tables of what is shown, written and copied."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from desktop.panels.export_dialog import ExportDialog
from tests.desktop.disks import full_disk, read_only
from tests.desktop.person import Person, answer


def test_a_picture_and_a_table_are_exported(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ending in ("png", "svg", "pdf", "csv"):
        file = tmp_path / f"picture.{ending}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, file=file: (str(file), ""))

        def export(dialog: QWidget, ending: str = ending) -> None:
            assert isinstance(dialog, ExportDialog)
            box = dialog.format_choice
            box.setCurrentIndex(box.findData(ending))
            person.click(dialog.export)

        answer(ExportDialog, export)
        person.parts.actions["export"].trigger()
        assert file.stat().st_size > 500


def test_the_theatre_is_copied(person: Person) -> None:
    QApplication.clipboard().clear()
    person.parts.actions["copy_picture"].trigger()
    assert QApplication.clipboard().image().width() == 1920


def try_export(person: Person, file: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the dialog says of a file that cannot be written; then it is closed."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    said: list[str] = []

    def export(dialog: QWidget) -> None:
        assert isinstance(dialog, ExportDialog)
        dialog.format_choice.setCurrentIndex(dialog.format_choice.findData(file.suffix[1:]))
        person.click(dialog.export)
        assert dialog.problem.isVisible()
        said.append(dialog.problem.text())
        person.click(dialog.cancel)

    answer(ExportDialog, export)
    person.parts.actions["export"].trigger()
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
