"""How far the training of a beat has come: a thin bar and "iteration 420 of 2,000"."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.painting.text_and_pens import draw_text, text_width
from desktop.style.theme import PROJECTOR, Metrics, Theme


class HallProgress(QWidget):
    """Takes its room in the row of the verdict while a beat trains, and none otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("hall_progress")
        self.setAccessibleName("Training")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._theme: Theme = PROJECTOR
        self._metrics: Metrics = PROJECTOR.sizes()
        self._goal: int | None = None
        self._iteration = 0
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return "" if self._goal is None else f"iteration {self._iteration:,} of {self._goal:,}"

    def show_goal(self, goal: int | None) -> None:
        """Up to which iteration is trained; None: there is no training."""
        if goal != self._goal:
            self._goal = goal
            self._fit()
        self.setVisible(goal is not None)

    def show_iteration(self, iteration: int) -> None:
        """How far it has come."""
        if iteration != self._iteration:
            self._iteration = iteration
            self.setAccessibleDescription(self.text)
            self.update()

    def dress(self, theme: Theme, height: float) -> None:
        """Colours and sizes."""
        self._theme, self._metrics = theme, theme.sizes(height)
        self._fit()

    def _fit(self) -> None:
        goal = self._goal or 0
        widest = text_width(f"iteration {goal:,} of {goal:,}", self._metrics.tick)
        self.setFixedSize(round(widest + self._metrics.tick), round(1.45 * self._metrics.headline))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The words, and under them the bar."""
        theme, metrics = self._theme, self._metrics
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.ground))
        if self._goal is not None:
            middle = 0.5 * self.height()
            draw_text(
                painter,
                self.width(),
                middle - 0.25 * metrics.tick,
                self.text,
                metrics.tick,
                theme.dim,
                align="right",
            )
            tall = max(3.0, 0.16 * metrics.tick)
            whole = QRectF(metrics.tick, middle + 0.5 * metrics.tick, 0, tall)
            whole.setRight(self.width())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.fillRect(whole, QColor(theme.line))
            whole.setWidth(whole.width() * min(1.0, self._iteration / max(1, self._goal)))
            painter.fillRect(whole, QColor(theme.text))
        painter.end()
