"""Colours, sizes and line widths of every picture, and the one style sheet of the window.

A `Theme` is frozen and complete: a view given another one draws the same numbers for
another place: a desk, a lit hall, a printed page.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import Literal

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from desktop.style.style_sheet import fill_style_sheet, make_palette

ThemeName = Literal["dark", "light", "projector", "projector_dark", "paper"]
FONT_FAMILY = "Inter"
_FONT_FILES = ("Inter-Regular.ttf", "Inter-Medium.ttf", "Inter-SemiBold.ttf")


@dataclass(frozen=True, slots=True)
class Metrics:
    """Type sizes and line widths in pixels of the picture that is being drawn."""

    headline: float
    title: float
    label: float
    tick: float
    smallest: float
    curve: float
    axis: float
    outline: float
    marker: float
    """Diameter of a marker on a curve."""
    target: float
    """Least width and height of anything to be clicked."""

    def scaled(self, factor: float) -> Metrics:
        """The same proportions at another size."""
        return Metrics(*(getattr(self, name) * factor for name in self.__slots__))

    def with_whole_type(self) -> Metrics:
        """The same with type sizes rounded up: fonts have whole pixels, paper has a least size."""
        sizes = ("headline", "title", "label", "tick", "smallest")
        return replace(self, **{name: math.ceil(round(getattr(self, name), 6)) for name in sizes})


_DESK = Metrics(20.0, 16.0, 14.0, 12.67, 12.0, 2.0, 1.0, 1.0, 7.0, 24.0)
"""At 96 dpi: 15, 12, 10.5, 9.5 and 9 pt."""
_HALL = Metrics(62.0, 48.0, 36.0, 30.0, 24.0, 4.0, 2.0, 2.0, 14.0, 44.0)
"""At a height of 1080 pixels: 5.8, 4.4, 3.3, 2.8 and 2.2 % of it."""
_PAGE = Metrics(9.5, 9.0, 8.0, 7.5, 7.0, 1.0, 0.75, 0.5, 3.5, 8.0)
"""In points."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Everything that a picture's look depends on; colours are "#RRGGBB"."""

    name: ThemeName
    is_dark: bool
    ground: str
    panel: str
    raised: str
    """Surfaces that lie on a panel: buttons, fields, list rows."""
    hovered: str
    pressed: str
    line: str
    """Hairlines, grid lines and borders."""
    text: str
    dim: str
    disabled: str
    field: str
    """Ground of text fields and combo boxes."""
    selection: str
    """Ground of selected text and of the selected list row."""
    link: str
    """Edges of the diagram that carry no measured gradient."""
    vanishing: str
    healthy: str
    exploding: str
    dead: str
    strengths: tuple[tuple[float, str], ...]
    """(log10 ratio, colour), ascending."""
    metrics: Metrics

    @property
    def is_projected(self) -> bool:
        """Whether it is seen from afar: type and lines follow the height of the picture."""
        return self.name in ("projector", "projector_dark")

    def sizes(self, height: float = 900.0, text_scale: float = 1.0) -> Metrics:
        """The sizes in a picture of some height in pixels; only the projector depends on it."""
        if self.is_projected:
            sizes = self.metrics.scaled(height / 1080.0 * text_scale)
            return replace(sizes, target=max(sizes.target, self.metrics.target))
        return self.metrics.scaled(text_scale)

    def verdict_colour(self, kind: str) -> str:
        """The colour of a verdict; weak and strong are outlined in it."""
        return {
            "vanishing": self.vanishing,
            "frozen": self.vanishing,
            "weak": self.vanishing,
            "healthy": self.healthy,
            "exploding": self.exploding,
            "strong": self.exploding,
            "dead": self.dead,
        }.get(kind, self.text)


_DARK_STRENGTHS = (
    (-8.0, "#16324A"),
    (-4.0, "#2F7FB8"),
    (-1.5, "#56B4E9"),
    (0.0, "#E8F5EE"),
    (1.5, "#FFB37A"),
    (3.0, "#FF7A33"),
    (6.0, "#FF3B1F"),
)
_LIGHT_STRENGTHS = (
    (-8.0, "#E3EDF5"),
    (-4.0, "#9CC5E3"),
    (-1.5, "#4A90C2"),
    (0.0, "#1F5E5B"),
    (1.5, "#A85B1E"),
    (3.0, "#C24A00"),
    (6.0, "#8B1A00"),
)

DARK = Theme(
    name="dark",
    is_dark=True,
    ground="#10141B",
    panel="#181E27",
    raised="#222B36",
    hovered="#2C3744",
    pressed="#384554",
    line="#2B3440",
    text="#E8EDF4",
    dim="#9AA6B6",
    disabled="#667180",
    field="#222B36",
    selection="#3A4757",
    link="#2E3947",
    vanishing="#56B4E9",
    healthy="#2FC79A",
    exploding="#FF8A4A",
    dead="#A3ACB7",
    strengths=_DARK_STRENGTHS,
    metrics=_DESK,
)


def _on_white(name: ThemeName, metrics: Metrics) -> Theme:
    return Theme(
        name=name,
        is_dark=False,
        ground="#FFFFFF",
        panel="#F3F5F8",
        raised="#E6EAF0",
        hovered="#DBE1E9",
        pressed="#CBD3DD",
        line="#D5DBE3",
        text="#14181F",
        dim="#505A67",
        disabled="#8D97A4",
        field="#FFFFFF",
        selection="#C9D2DD",
        link="#D9DFE7",
        vanishing="#005789",
        healthy="#005C43",
        exploding="#8F3800",
        dead="#4A525C",
        strengths=_LIGHT_STRENGTHS,
        metrics=metrics,
    )


LIGHT = _on_white("light", _DESK)
PROJECTOR = _on_white("projector", _HALL)
PROJECTOR_DARK = replace(DARK, name="projector_dark", metrics=_HALL)
"""For a dark hall; a lecture alone changes to it."""
PAPER = _on_white("paper", _PAGE)
THEMES: dict[ThemeName, Theme] = {theme.name: theme for theme in (DARK, LIGHT, PROJECTOR, PAPER)}


def parse_colour(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of "#RRGGBB"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def is_light(colour: str) -> bool:
    """Whether black stands out from it more than white (WCAG 2.1, relative luminance)."""
    shares = (value / 255 for value in parse_colour(colour))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18


def blend(low: str, high: str, share: float) -> str:
    """The colour `share` of the way from one to another, in sRGB."""
    pairs = zip(parse_colour(low), parse_colour(high), strict=True)
    return "#{:02X}{:02X}{:02X}".format(*(round(a + (b - a) * share) for a, b in pairs))


@lru_cache(maxsize=4096)
def _colour_at(strengths: tuple[tuple[float, str], ...], hundredths: int) -> str:
    at = hundredths / 100
    if at <= strengths[0][0]:
        return strengths[0][1]
    for (low, low_colour), (high, high_colour) in pairwise(strengths):
        if at <= high:
            return blend(low_colour, high_colour, (at - low) / (high - low))
    return strengths[-1][1]


def strength_colour(theme: Theme, log10_ratio: float) -> str:
    """The colour of a finite gradient that is 10**log10_ratio times that of the loss end.

    Raises:
        ValueError: for NaN and infinities, which take no colour from the scale.
    """
    if not math.isfinite(log10_ratio):
        raise ValueError("only a finite ratio has a place on the strength scale")
    return _colour_at(theme.strengths, round(100 * max(-99.0, min(99.0, log10_ratio))))


def load_fonts() -> None:
    """Add the bundled cuts of Inter, which give the same text on every machine.

    Needs a QGuiApplication. Adding them twice does nothing.
    """
    if FONT_FAMILY in QFontDatabase.families():
        return
    folder = resources.files("resources") / "fonts"
    for file in _FONT_FILES:
        QFontDatabase.addApplicationFontFromData((folder / file).read_bytes())


def apply_theme(app: QApplication, theme: Theme, height: float = 900.0) -> None:
    """Dress the whole application: style, font, palette, style sheet, in this order.

    The projector's type depends on the window's `height` in pixels.

    The order matters: after a style sheet a new application font reaches nobody until
    the style sheet is set again.
    """
    load_fonts()
    if not app.styleSheet():  # later it would only dress every widget twice
        app.setStyle("Fusion")
    font = QFont(FONT_FAMILY)
    font.setPointSizeF(10.5)
    app.setFont(font)
    app.setPalette(make_palette(theme))
    app.setStyleSheet(fill_style_sheet(theme, theme.sizes(height)))
