"""Formulas typeset as pictures.

Loading what typesets takes some 150 ms, a formula some 5 to 30: too long for the window's thread.
The worker does it when it is asked, a few at a time, and hands over nothing but bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from time import perf_counter

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from engine.kinds.question import Question, Questioned, Refusal

_SIZE = 24
"""Of the type in a picture; it is drawn at any size."""
_AT_A_TIME_S = 0.03
"""Then the worker answers, so that training and other questions come in between."""


@cache
def typeset(formula: str) -> bytes:
    """A formula in LaTeX as SVG: glyphs as paths, the baseline at y = 0.

    Raises:
        ImportError: where nothing is installed that typesets.
    """
    from ziamath.config import config
    from ziamath.zmath import Latex

    # Qt draws no glyph of the SVG 2 that it writes otherwise.
    config.svg2 = False
    return Latex(formula, size=_SIZE).svg().encode()


@dataclass(frozen=True, slots=True)
class TypesetQuestion(Question):
    """What formulas look like; it has nothing to do with the run."""

    formulas: tuple[str, ...]
    """In LaTeX, what is wanted first in front."""

    def answer(self, run: Questioned) -> object:
        """Pairs of a formula and its SVG: of the first one at least, of others in a short time."""
        del run
        begin, found = perf_counter(), []
        try:
            for formula in self.formulas:
                found.append((formula, typeset(formula)))
                if perf_counter() - begin > _AT_A_TIME_S:
                    break
        except ImportError:
            return Refusal("Formulas stay plain text: ziamath is not installed.")
        return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """A typeset formula."""

    renderer: QSvgRenderer

    @staticmethod
    def read(picture: bytes) -> Formula:
        """From what `typeset` made."""
        return Formula(QSvgRenderer(QByteArray(picture)))

    def box(self, pixels: float) -> QRectF:
        """What it takes around its origin on the baseline, in type of so many pixels."""
        box, scale = self.renderer.viewBoxF(), pixels / _SIZE
        return QRectF(
            box.left() * scale, box.top() * scale, box.width() * scale, box.height() * scale
        )

    def draw(self, pixels: float, colour: QColor, ratio: float) -> QPixmap:
        """In one colour, for a screen with so many of its own pixels for one."""
        size = self.box(pixels).size() * ratio
        picture = QPixmap(QSize(max(1, round(size.width())), max(1, round(size.height()))))
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.renderer.render(painter, QRectF(picture.rect()))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(picture.rect(), colour)
        painter.end()
        picture.setDevicePixelRatio(ratio)
        return picture
