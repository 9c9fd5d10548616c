"""Formulas typeset as pictures, beside the window's thread.

Loading what typesets takes some 150 ms, a formula some 5: too long for the window's thread, so a
thread of its own does it when the first formula is to be seen, and hands over nothing but bytes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_SIZE = 24
"""Of the type in a picture; it is drawn at any size."""
_BEFORE_MS = 300
"""First the numbers are there, then the formulas."""
_REST_S = 0.003
"""After each formula, for the window's thread: two that compute get in each other's way."""
_LOOK_MS = 25

_log = logging.getLogger(__name__)


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


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """A typeset formula."""

    renderer: QSvgRenderer

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


class Typesetter(QObject):
    """Has formulas typeset once, in the order in which they are asked for."""

    progressed = Signal()
    """Some that were asked for are there."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._formulas: dict[str, Formula] = {}
        self._asked: set[str] = set()
        self._waiting: deque[str] = deque()
        self._done: deque[tuple[str, bytes]] = deque()
        self._thread: threading.Thread | None = None
        self._before = QTimer(self, interval=_BEFORE_MS, singleShot=True)
        self._before.timeout.connect(self._begin)
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._take)

    def find(self, formula: str) -> Formula | None:
        """The formula, or None until it is there; never waits."""
        found = self._formulas.get(formula)
        if found is None and formula not in self._asked:
            self._asked.add(formula)
            self._waiting.append(formula)
            if not (self._before.isActive() or self._look.isActive()):
                self._before.start()
        return found

    @Slot()
    def _begin(self) -> None:
        self._thread = threading.Thread(
            target=_work, args=(self._waiting, self._done), name="typesetting", daemon=True
        )
        self._thread.start()
        self._look.start()

    @Slot()
    def _take(self) -> None:
        is_over = self._thread is None or not self._thread.is_alive()
        has_news = bool(self._done)
        while self._done:
            formula, picture = self._done.popleft()
            self._formulas[formula] = Formula(QSvgRenderer(QByteArray(picture)))
        if is_over:
            self._look.stop()
            if self._waiting:  # asked for while the last one was being handed over
                self._begin()
        if has_news:
            self.progressed.emit()


def _work(waiting: deque[str], done: deque[tuple[str, bytes]]) -> None:
    """Typeset whatever waits. Knows nothing of Qt: a window may be gone before it ends."""
    try:
        while waiting:
            formula = waiting.popleft()
            done.append((formula, typeset(formula)))
            time.sleep(_REST_S)
    except ImportError:
        waiting.clear()
        _log.warning("Formulas stay plain text: ziamath is not installed.")
