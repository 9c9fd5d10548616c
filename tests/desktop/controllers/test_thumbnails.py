"""Pictures of the scenes, drawn by another process into a folder that is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QProcess
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop.controllers import thumbnails
from desktop.controllers.thumbnails import Thumbnails
from desktop.export.thumbnails import HEIGHT, WIDTH
from desktop.style.theme import DARK, LIGHT
from engine.document import scenes

PATIENCE_MS = 120_000


@pytest.mark.parametrize(("theme", "ground"), [("dark", DARK.ground), ("light", LIGHT.ground)])
def test_the_first_one_is_drawn_while_the_window_goes_on(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, theme: str, ground: str
) -> None:
    monkeypatch.setattr(thumbnails, "_WAIT_MS", 0)
    pictures = Thumbnails(tmp_path)
    drawn: list[tuple[str, Path]] = []
    pictures.drawn.connect(lambda name, file: drawn.append((name, file)))
    pictures.ask(theme)
    assert not drawn
    qtbot.waitUntil(lambda: bool(drawn), timeout=PATIENCE_MS)
    pictures.stop()
    assert not pictures.findChildren(QProcess) or not _is_running(pictures)
    name, file = drawn[0]
    assert name == scenes.names()[0]
    image = QImage(str(file))
    assert (image.width(), image.height()) == (WIDTH, HEIGHT)
    assert image.pixelColor(2, HEIGHT - 2).name().upper() == ground
    colours = {image.pixelColor(x, y).name() for x in range(0, WIDTH, 3) for y in range(60, 320, 4)}
    assert len(colours) > 50  # nodes, links and bars in the colours of their strength
    # What is kept is there at once the next time.
    again = Thumbnails(tmp_path)
    with qtbot.waitSignal(again.drawn, timeout=0):
        again.ask(theme)
    again.stop()


def _is_running(pictures: Thumbnails) -> bool:
    return any(
        process.state() != QProcess.ProcessState.NotRunning
        for process in pictures.findChildren(QProcess)
    )


def test_pictures_of_other_scenes_go(tmp_path: Path) -> None:
    old = tmp_path / "dark-0123456789abcdef"
    old.mkdir()
    (old / "01.png").write_text("")
    pictures = Thumbnails(tmp_path)
    pictures.ask("dark")
    pictures.stop()
    assert not old.exists()
