"""Pictures of the first passes of all scenes: from the cache, or drawn by another process.

The other process computes and paints; the window only reads what is done.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from functools import cache
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QStandardPaths, QTimer, Signal, Slot

import desktop
from engine.document import scenes

_DRAWN_AS = 1
"""Grows when pictures look otherwise than those that are kept."""
_WAIT_MS = 3_000
"""What was opened at the start is measured first."""
_END_MS = 2_000


class Thumbnails(QObject):
    """Says of each scene where its picture lies, as soon as there is one."""

    drawn = Signal(str, object)
    """The name of a scene, and the `Path` of its picture."""

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept_in = folder or _find_cache()
        self._folder: Path | None = None
        self._theme = ""
        self._process: QProcess | None = None
        self._begin = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._begin.timeout.connect(self._draw_missing)

    def ask(self, theme: str) -> None:
        """All pictures in a theme, "dark" or "light": those that are kept at once."""
        if self._process is not None and theme != self._theme:
            self.stop()
        self._theme = theme
        self._folder = self._make_folder(theme)
        if self._folder is None:
            return
        missing = [name for name in scenes.names() if not self._say(name)]
        if missing and self._process is None:
            self._begin.start()

    def stop(self) -> None:
        """Draw no more."""
        self._begin.stop()
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(_END_MS)
            process.deleteLater()

    def _say(self, name: str) -> bool:
        """Announce a picture; whether there is one."""
        assert self._folder is not None
        file = self._folder / f"{name}.png"
        if not file.exists():
            return False
        self.drawn.emit(name, file)
        return True

    def _make_folder(self, theme: str) -> Path | None:
        """The pictures of these scenes; those of older ones go. None: nothing can be kept."""
        folder = self._kept_in / f"{theme}-{_fingerprint()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for other in self._kept_in.glob(f"{theme}-*"):
                if other != folder:
                    shutil.rmtree(other, ignore_errors=True)
        except OSError:
            return None
        return folder

    @Slot()
    def _draw_missing(self) -> None:
        process = self._process = QProcess(self)
        process.setProgram(sys.executable)
        theme, folder = self._theme, str(self._folder)
        process.setArguments(["-m", "desktop", "scenes", "--pictures", folder, "--theme", theme])
        process.setWorkingDirectory(str(Path(desktop.__file__).resolve().parents[1]))
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._note_end)
        process.start()

    @Slot()
    def _read(self) -> None:
        process = self._process
        while process is not None and process.canReadLine():
            self._say(bytes(process.readLine().data()).decode().strip())

    @Slot()
    def _note_end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()


@cache
def _fingerprint() -> str:
    """Of what is drawn: another one where any scene is another one."""
    digest = hashlib.sha256(str(_DRAWN_AS).encode())
    for name in scenes.names():
        digest.update(scenes.read_text(name))
    return digest.hexdigest()[:16]


def _find_cache() -> Path:
    location = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)
    return Path(location) / "thumbnails"
