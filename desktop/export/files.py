"""Writing a file whole or not at all."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QIODevice, QSaveFile

from engine.errors import GradientTheatreError


def save_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        GradientTheatreError: one sentence, where it cannot be written.
    """
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise GradientTheatreError(f"“{path.name}” cannot be written: {file.errorString()}.")
    if file.write(content) != len(content) or not file.commit():
        raise GradientTheatreError(f"“{path.name}” could not be saved: {file.errorString()}.")
