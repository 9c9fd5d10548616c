"""Two windows of one process stand side by side, each with its own run."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from desktop.model.preferences import Preferences
from tests.desktop.person import sit_down
from tests.synthetic import make_experiment


def make_place(folder: Path) -> tuple[Path, Preferences]:
    folder.mkdir()
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    preferences = Preferences(settings)
    preferences.reduces_motion = True
    return folder, preferences


def test_what_is_done_in_one_window_leaves_the_other_alone(qtbot: QtBot, tmp_path: Path) -> None:
    deep, wide = make_experiment(depth=6, units=8), make_experiment(depth=3, units=12)
    with (
        sit_down(qtbot, *make_place(tmp_path / "left"), deep) as left,
        sit_down(qtbot, *make_place(tmp_path / "right"), wide) as right,
    ):
        left.components.training_commands.train_once()
        left.components.training_commands.train_once()
        left.wait_idle_at(2)
        right.wait_for(lambda: right.components.frame_loop.display.verdict is not None)
        assert (left.iteration, right.iteration) == (2, 0)
        left.components.workspace.select(4, is_pinned=True)
        left.wait_for(lambda: left.components.frame_loop.display.selected_layer == 4)
        assert right.components.frame_loop.display.selected_layer == 1
        left.components.actions["skips"].trigger()
        left.wait_for(lambda: left.experiment.network != deep.network)
        left.wait_for(lambda: left.components.frame_loop.run.comparable_before is not None)
        assert right.experiment == wide
        assert right.components.frame_loop.run.before is None
        shown = right.components.window.verdict.sentence.text()
        assert shown == right.components.frame_loop.display.verdict.sentence
        left.program.close()
        right.components.training_commands.train_once()
        right.wait_idle_at(1)
