"""Lucide icons in the colour of the text around them, sharp on every screen."""

from __future__ import annotations

import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QStandardPaths, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

PIXEL_RATIOS = (1.0, 1.5, 2.0, 3.0)


@cache
def _source(name: str) -> str:
    return files("resources").joinpath("icons", f"{name}.svg").read_text(encoding="utf-8")


def recoloured(name: str, colour: str) -> str:
    """The SVG text of an icon, its `currentColor` replaced by "#RRGGBB"."""
    return _source(name).replace("currentColor", colour)


@cache
def _pixmap(name: str, colour: str, size: int, ratio: float, gap: int) -> QPixmap:
    pixels = round(size * ratio)
    pixmap = QPixmap(pixels + round(gap * ratio), pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer = QSvgRenderer(QByteArray(recoloured(name, colour).encode()))
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def make_icon(name: str, colour: QColor, faint: QColor, size: int = 16, gap: int = 0) -> QIcon:
    """An icon of `size` logical pixels and an empty `gap` beside it.

    `faint` is its colour where it is disabled.
    """
    icon = QIcon()
    for ratio in PIXEL_RATIOS:
        icon.addPixmap(_pixmap(name, colour.name(), size, ratio, gap))
        icon.addPixmap(_pixmap(name, faint.name(), size, ratio, gap), QIcon.Mode.Disabled)
    return icon


def write_recoloured(name: str, colour: str) -> Path:
    """A file with the recoloured icon, for the `url()` of a style sheet, which takes only files."""
    text = recoloured(name, colour)
    for folder in _cache_folders():
        path = folder / f"{name}-{colour.lstrip('#').lower()}.svg"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
        except OSError:
            continue
        return path
    raise OSError("neither the cache folder nor the temporary folder can be written")


def _cache_folders() -> list[Path]:
    location = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)
    own = [Path(location) / "icons"] if location else []
    return [*own, Path(tempfile.gettempdir()) / "gradient-theatre-icons"]
