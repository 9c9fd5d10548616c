"""Preferences: typed, and a damaged file is the defaults."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from desktop.model.preferences import MOST_RECENT_FILES, Preferences


def open_at(file: Path) -> Preferences:
    return Preferences(QSettings(str(file), QSettings.Format.IniFormat))


def test_everything_is_remembered(tmp_path: Path) -> None:
    file = tmp_path / "a.ini"
    settings = QSettings(str(file), QSettings.Format.IniFormat)
    preferences = Preferences(settings)
    preferences.theme = "light"
    preferences.set_quantity("feedforward", "update_ratio")
    preferences.set_quantity("recurrent", "cell")
    preferences.lower_view = "spectrum"
    preferences.theories = frozenset({"mean_field", "lstm"})
    preferences.folds_lower_row = True
    preferences.reduces_motion = True
    preferences.layout = QByteArray(b"abc")
    preferences.last_folder = tmp_path
    settings.sync()
    again = open_at(file)
    assert again.theme == "light"
    assert again.quantity_of("feedforward") == "update_ratio"
    assert again.quantity_of("recurrent") == "cell"
    assert again.lower_view == "spectrum"
    assert again.theories == {"mean_field", "lstm"}
    assert again.folds_lower_row
    assert again.reduces_motion
    assert again.layout == QByteArray(b"abc")
    assert again.last_folder == tmp_path


def test_a_damaged_file_is_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "a.ini"
    file.write_text(
        "[view]\ntheme=pink\nquantity=7\nlower_view=[]\nreduce_motion=perhaps\n[files]\nrecent=@\n"
    )
    preferences = open_at(file)
    assert preferences.theme == "dark"
    assert preferences.quantity_of("feedforward") == ""
    assert preferences.lower_view == "history"
    assert not preferences.reduces_motion
    assert preferences.last_folder == Path.home()


def test_recent_files_are_few_newest_first_and_named_once(tmp_path: Path) -> None:
    preferences = open_at(tmp_path / "a.ini")
    files = [tmp_path / f"{n}.gtheatre" for n in range(12)]
    for file in [*files, files[5]]:
        preferences.add_recent_file(file)
    assert preferences.recent_files[:2] == (files[5], files[11])
    assert len(preferences.recent_files) == MOST_RECENT_FILES
    preferences.forget_recent_file(files[5])
    assert preferences.recent_files[0] == files[11]
    preferences.clear_recent_files()
    assert preferences.recent_files == ()
