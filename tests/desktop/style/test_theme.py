"""Contrast, colour-vision deficiencies and glyphs, computed from the themes themselves."""

from __future__ import annotations

from importlib import resources
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtGui import QRawFont
from PySide6.QtWidgets import QApplication

from desktop.display import captions
from desktop.display.scales import format_log10, format_power
from desktop.style.theme import THEMES, Theme, parse_colour, strength_colour
from engine.analysis.theory import list_rows

KINDS = ("vanishing", "healthy", "exploding", "dead", "nan")

# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
DEFICIENCIES = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> np.ndarray:
    c = np.array(parse_colour(colour)) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ (0.2126, 0.7152, 0.0722))


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    to_xyz = np.array(
        ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    )
    xyz = to_xyz @ np.clip(rgb, 0, 1) / (0.9505, 1.0, 1.089)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array((116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])))


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_text_and_curves_stand_out_from_every_ground(theme: Theme) -> None:
    least_text = 7.0 if theme.name == "projector" else 4.5
    least_curve = 4.5 if theme.name == "projector" else 3.0
    assert contrast(theme.text, theme.ground) >= 7.0
    assert contrast(theme.dim, theme.ground) >= least_curve
    for ground in (theme.ground, theme.panel, theme.raised):
        assert contrast(theme.text, ground) >= least_text
        assert contrast(theme.dim, ground) >= 4.5
    # What outlines the faint end of the exempt strength scale is not exempt.
    assert contrast(theme.dim, theme.ground) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_verdicts_stand_out_from_the_ground(theme: Theme) -> None:
    least = 7.0 if theme.name == "projector" else 4.5
    for kind in KINDS:
        assert contrast(theme.verdict_colour(kind), theme.ground) >= least


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_verdicts_differ_for_every_eye(theme: Theme, deficiency: str) -> None:
    matrix = np.array(DEFICIENCIES[deficiency])
    seen = {kind: lab(matrix @ linear(theme.verdict_colour(kind))) for kind in KINDS[:3]}
    for a, b in combinations(seen, 2):
        # 2.3 is just noticeable side by side; shape and word carry the rest.
        assert np.linalg.norm(seen[a] - seen[b]) > 8, (a, b)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_strength_passes_through_its_stops_and_stays_between_them(theme: Theme) -> None:
    for at, colour in theme.strengths:
        assert strength_colour(theme, at) == colour
    assert strength_colour(theme, -300.0) == theme.strengths[0][1]
    assert strength_colour(theme, 300.0) == theme.strengths[-1][1]
    with pytest.raises(ValueError, match="finite"):
        strength_colour(theme, float("nan"))


def test_nothing_is_ever_smaller_than_allowed() -> None:
    assert THEMES["paper"].sizes().smallest >= 7.0
    assert THEMES["paper"].sizes().label >= 8.0
    assert THEMES["paper"].sizes().axis >= 0.75
    projected = THEMES["projector"].sizes(1080)
    assert projected.smallest >= 0.022 * 1080
    assert projected.curve >= 4
    assert projected.marker >= 14
    assert projected.target >= 44


def test_font_has_every_character_of_captions_and_numbers(qapp: QApplication) -> None:
    assert qapp.font() is not None  # a raw font needs the application
    text = "".join(format_power(n) for n in range(-19, 20)) + format_log10(-123.4)
    for name in vars(captions):
        value = getattr(captions, name)
        if isinstance(value, dict):
            text += "".join(map(str, value.values()))
    source = resources.files("desktop") / "display"
    for file in source.iterdir():
        if file.name.endswith(".py"):
            text += file.read_text(encoding="utf-8")
    for row in list_rows():
        text += row.title + row.formula + row.source
    for cut in ("Regular", "Medium", "SemiBold"):
        path = resources.files("resources") / "fonts" / f"Inter-{cut}.ttf"
        font = QRawFont(str(path), 16)
        missing = {c for c in text if c.isprintable() and not font.supportsCharacter(ord(c))}
        # These shapes are drawn, and stand only in comments.
        assert missing <= set("▼●▲▽△○✕∏")
