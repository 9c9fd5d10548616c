"""The first seconds: what stands on the screen before anything is measured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import app
from desktop.app.app import Start
from desktop.model.document_files import write_document
from desktop.model.preferences import Preferences
from desktop.panels.builder.panel import BuilderPanel
from desktop.worker import run_in_training
from engine import documents
from engine.document import scenes
from engine.document.experiment import Experiment
from engine.tasks.csv import Csv
from engine.training.run import Run
from tests.desktop.person import PATIENCE_MS, SMALL, sit_down


def test_a_start_builds_and_shows_its_document_once(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[Experiment] = []
    shown: list[Experiment] = []
    make_run, show_builder = run_in_training.Run, BuilderPanel.show_experiment

    def count_run(experiment: Experiment, *arguments: Any) -> Run:
        built.append(experiment)
        return make_run(experiment, *arguments)

    def count_show(builder: BuilderPanel, experiment: Experiment, folder: Path | None) -> None:
        shown.append(experiment)
        show_builder(builder, experiment, folder)

    monkeypatch.setattr(run_in_training, "Run", count_run)
    monkeypatch.setattr(BuilderPanel, "show_experiment", count_show)
    with sit_down(qtbot, tmp_path, preferences) as person:
        person.click(person.components.window.training_bar.once)
        person.wait_idle_at(1)
    assert (built, shown) == ([SMALL], [SMALL])


def test_a_table_on_the_command_line_is_learned(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    file = tmp_path / "table.csv"
    file.write_text("x,y\n" + "".join(f"{n % 5},{n % 3}\n" for n in range(40)))
    start = Start(preferences, tmp_path / "recovery", file)
    start.show()
    task = Csv(path=str(file), target="y")
    qtbot.waitUntil(
        lambda: (
            start.program is not None and start.program.components.workspace.experiment.task == task
        ),
        timeout=PATIENCE_MS,
    )
    start.close()
    start.window.deleteLater()


class FirstPaint(QObject):
    """Remembers how wide the docks were when the theatre was painted for the first time."""

    def __init__(self, start: Start) -> None:
        super().__init__()
        self._start = start
        self.widths: tuple[int, int] | None = None
        QApplication.instance().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        program = self._start.program
        if self.widths is None and program is not None and event.type() == QEvent.Type.Paint:
            window = program.components.window
            if watched is window.theatre.viewport():
                self.widths = window.docks.builder.width(), window.theatre.width()
        return False


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_the_docks_are_right_at_the_first_paint(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences, size: tuple[int, int]
) -> None:
    for _ in ("the first time", "as they were left"):
        start = Start(preferences, tmp_path / "recovery")
        start.window.setWindowState(Qt.WindowState.WindowNoState)
        start.window.resize(*size)
        paint = FirstPaint(start)
        start.show()
        qtbot.waitUntil(lambda paint=paint: paint.widths is not None, timeout=PATIENCE_MS)
        QApplication.instance().removeEventFilter(paint)
        start.close()
        start.window.deleteLater()
        builder, theatre = paint.widths or (0, 0)
        assert 272 <= builder <= 300
        assert theatre >= 0.6 * size[0]


def test_a_scene_that_is_named_at_the_start_stands_in_the_window(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    opened = app.find("6-autocomplete-lstm")
    start = Start(preferences, tmp_path / "recovery", opened)
    start.show()
    qtbot.waitUntil(lambda: start.program is not None, timeout=PATIENCE_MS)
    program = start.program
    assert program is not None
    components = program.components
    qtbot.waitUntil(
        lambda: components.window.training_bar.scene.currentIndex() >= 0, timeout=PATIENCE_MS
    )
    title = scenes.titles()["6-autocomplete-lstm"]
    assert components.workspace.experiment == documents.load_scene("6-autocomplete-lstm")
    assert title in components.window.windowTitle()
    assert components.window.training_bar.scene.currentText() == f"6 · {title}"
    assert not components.window.isWindowModified()
    qtbot.waitUntil(lambda: components.frame_loop.display.verdict is not None, timeout=PATIENCE_MS)
    start.close()
    start.window.deleteLater()


def test_a_file_comes_before_a_scene_of_the_same_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert app.find("10-he") == "10-he"
    write_document(Path("10-he"), SMALL)
    assert app.find("10-he") == Path("10-he")


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    code = (
        "import sys, desktop.app.app\n"
        "assert not {'pyqtgraph', 'numpy', 'torch', 'ziamath'} & set(sys.modules), 'too early'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
