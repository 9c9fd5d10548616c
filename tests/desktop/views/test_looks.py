"""What the views look like: pictures of invented passes beside the recorded ones.

After a wanted change record them anew, and look at every picture that git calls changed:

    python3 tests tests/desktop/views/test_looks.py --regen-all
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QImage
from pytest_regressions.common import perform_regression_check
from pytestqt.qtbot import QtBot

from desktop.display.frame import DisplayFrame
from desktop.display.options import OF_TRAINING, SHARED_VIEWS, ViewName
from desktop.display.pictures import TheoryLine
from desktop.export.pictures import render_image
from desktop.export.sheets import make_sheet
from desktop.kinds.table import list_lower_views
from desktop.style.theme import THEMES, ThemeName
from engine.document.experiment import Clip
from tests import synthetic
from tests.desktop.kinds.recurrent.test_display import show
from tests.desktop.views.staging import make_display, make_lanes, make_time_lanes
from tests.synthetic_time import make_state_spectrum, make_time_trace

TIME_VIEWS = [view for view in list_lower_views() if view not in OF_TRAINING]
VIEWS = (*SHARED_VIEWS, *list_lower_views())

SIZE = (960, 576)
SHRINK = 2
"""A recorded picture has so many times fewer pixels a side: files of some ten kilobytes."""
PATCH = 4
"""Pixels a side of the squares whose mean colours are compared: smooth edges may differ."""
MOST_DIFFERENCE = 12.0 if sys.platform == "linux" else 64.0
"""Between the mean colours of a patch, of 255: other systems draw letters in their own way."""
COLOURS = 64

THEME_NAMES: tuple[ThemeName, ...] = ("dark", "light", "paper")
STAGE = 4.5
"""In the middle of a pass: lit, just left, not reached yet."""


def make_layers() -> DisplayFrame:
    return make_display(position=STAGE)


def make_time() -> DisplayFrame:
    trace = make_time_trace(14, 0.4, layers=2)
    phases = np.arange(14)[:, None] / 3 + np.arange(3)
    gates = np.broadcast_to(0.5 + 0.4 * np.sin(phases), trace.gate_means.shape)
    trace = replace(trace, gate_means=gates)
    return show(trace, STAGE, answer=make_state_spectrum(14))


def make_two_depths() -> DisplayFrame:
    return make_lanes(synthetic.healthy(10), synthetic.healthy(16), STAGE, depths=(10, 16))


def make_two_times() -> DisplayFrame:
    return make_time_lanes(make_time_trace(14, 0.3), make_time_trace(14, 0.97))


def make_theory() -> DisplayFrame:
    """A line with its band, and a bound."""
    display = make_display()
    flow = display.flow
    line = np.append(np.nan, np.linspace(-7.0, 0.0, flow.depth))
    away = np.sqrt(np.abs(line))
    theories = (
        TheoryLine("Mean field", line, line - 0.5 * away, line + 0.3 * away),
        TheoryLine("At most", line + away, is_bound=True),
    )
    return replace(display, flow=replace(flow, theories=theories))


LAYER_VIEWS = [view for view in VIEWS if view not in TIME_VIEWS]
CASES: dict[str, tuple[ViewName, Callable[[], DisplayFrame]]] = {
    "exploding": ("theatre", lambda: make_display(synthetic.exploding())),
    "healthy": ("theatre", lambda: make_display(synthetic.healthy())),
    "not-finite": ("theatre", lambda: make_display(synthetic.with_nan())),
    "dead": ("theatre", lambda: make_display(synthetic.dead())),
    "without-gradient": ("theatre", lambda: make_display(synthetic.without_gradient())),
    "skips": (
        "diagram",
        lambda: make_display(synthetic.make_trace(12, 0.9, skip_every=2), STAGE, skip_every=2),
    ),
    "hundred-layers": ("theatre", lambda: make_display(synthetic.make_trace(100, 0.9), 30.0)),
    "thousand-layers": ("theatre", lambda: make_display(synthetic.make_trace(1_000, 0.99))),
    "absolute-linear": ("flow", lambda: make_display(is_relative=False, is_log=False)),
    "theory": ("flow", make_theory),
    "clipped": ("clipping", lambda: make_display(clip=Clip("norm", 0.05))),
    "live": ("theatre", lambda: make_display(is_live=True)),
    "rnn": ("theatre", lambda: show(make_time_trace(10, 0.3, cell="rnn"), STAGE)),
    "gru": ("theatre", lambda: show(make_time_trace(10, 0.8, cell="gru"), STAGE)),
    "open-gates": ("theatre", lambda: show(make_time_trace(10, 1.0, forced=1.0, gate=1.0))),
    "closed-gates": ("theatre", lambda: show(make_time_trace(10, forced=0.0, zeros=(1, 2, 3)))),
    "lanes": ("theatre", lambda: make_lanes(synthetic.vanishing(), synthetic.healthy(), STAGE)),
    "lanes-of-two-depths": ("theatre", make_two_depths),
    "lanes-with-nan": ("flow", lambda: make_lanes(synthetic.healthy(), synthetic.with_nan())),
    "lanes-of-time": ("theatre", make_two_times),
    "lanes-of-curves": (
        "curves",
        lambda: make_lanes(synthetic.vanishing(), synthetic.healthy(), STAGE),
    ),
    "four-hundred-time-steps": ("theatre", lambda: show(make_time_trace(400, 0.98), 100.0)),
}

Record = Callable[[str, QImage], None]


@pytest.fixture
def compare(
    qtbot: QtBot, datadir: Any, original_datadir: Path, request: pytest.FixtureRequest
) -> Record:
    """Compares a picture with the recorded one of a name."""
    del qtbot  # fonts need an application

    def check(name: str, picture: QImage) -> None:
        perform_regression_check(
            datadir=datadir,
            original_datadir=original_datadir,
            request=request,
            check_fn=assert_alike,
            dump_fn=partial(save_small, picture),
            extension=".png",
            basename=name,
        )

    return check


def save_small(picture: QImage, file: Path) -> None:
    plain = picture.convertToFormat(QImage.Format.Format_RGB888)
    size = (plain.width(), plain.height())
    image = Image.frombytes("RGB", size, plain.constBits(), "raw", "RGB", plain.bytesPerLine())
    small = image.reduce(SHRINK).quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(file, optimize=True)


def assert_alike(obtained: Path, expected: Path) -> None:
    seen, wanted = average_patches(obtained), average_patches(expected)
    assert seen.shape == wanted.shape, f"{obtained} has another size than {expected}"
    difference = np.abs(seen - wanted).max(axis=2)
    row, column = np.unravel_index(difference.argmax(), difference.shape)
    assert difference.max() <= MOST_DIFFERENCE, (
        f"{obtained} differs from {expected}, most at x {column * PATCH}, y {row * PATCH}: "
        f"by {difference.max():.0f} of 255"
    )


def average_patches(file: Path) -> NDArray[np.float64]:
    """(rows, columns, 3) mean colours."""
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB").reduce(PATCH), np.float64)


def draw(display: DisplayFrame, view: ViewName, theme: ThemeName) -> QImage:
    sheet = make_sheet(THEMES[theme], view, size=SIZE, dpi=96)
    return render_image(display, view, sheet, THEMES[theme])


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("view", LAYER_VIEWS)
def test_a_view_of_layers_looks_as_recorded(
    compare: Record, view: ViewName, theme: ThemeName
) -> None:
    compare(f"layers-{view}-{theme}", draw(make_layers(), view, theme))


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_of_time_looks_as_recorded(
    compare: Record, view: ViewName, theme: ThemeName
) -> None:
    compare(f"time-{view}-{theme}", draw(make_time(), view, theme))


@pytest.mark.parametrize("name", CASES)
def test_a_special_pass_looks_as_recorded(compare: Record, name: str) -> None:
    view, make = CASES[name]
    compare(name, draw(make(), view, "dark"))


def test_the_projector_s_type_looks_as_recorded(compare: Record) -> None:
    compare("projector", draw(make_layers(), "theatre", "projector"))


def test_no_recorded_picture_is_left_over(
    original_datadir: Path, request: pytest.FixtureRequest
) -> None:
    names = {f"layers-{view}-{theme}" for view in LAYER_VIEWS for theme in THEME_NAMES}
    names |= {f"time-{view}-{theme}" for view in VIEWS for theme in THEME_NAMES}
    names |= CASES.keys() | {"projector"}
    left = [file for file in original_datadir.glob("*.png") if file.stem not in names]
    if request.config.getoption("regen_all"):
        for file in left:
            file.unlink()
    else:
        assert not left
