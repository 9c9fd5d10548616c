"""Small pictures of a pass, for the gallery: the theatre without its lower row and its captions."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QImage

from desktop.display.frame import DisplayFrame
from desktop.export.pictures import Style, render_image
from desktop.export.sheets import SCREEN_DPI, Sheet
from desktop.style.theme import Theme

WIDTH, HEIGHT = 576, 324
"""Twice the size at which they are shown."""
_TYPE = 0.75
"""Of the desk's."""
_BARE = Style(has_title=False, has_caption=False)


def render_thumbnail(display: DisplayFrame, theme: Theme) -> QImage:
    """The pass as it stands in the theatre: the network, and its gradient.

    Raises:
        RequestError: if there is no memory for it.
    """
    display = replace(display, lower=replace(display.lower, is_folded=True))
    points = (WIDTH * 72.0 / SCREEN_DPI, HEIGHT * 72.0 / SCREEN_DPI)
    sheet = Sheet(WIDTH, HEIGHT, 1.0, theme.metrics.scaled(_TYPE), points)
    return render_image(display, "theatre", sheet, theme, _BARE)
